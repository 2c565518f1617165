/* Every diagnosis once: its id, severity, constant summary, section and rule; and the log of those
 * made. The rules themselves are applied by the trackers and the linker; texts live here so that
 * expert infos, tables, JSON and the documentation say the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FINDING_H
#define PPTPNAT_FINDING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/direction.h"

enum finding_severity { SEVERITY_CHAT, SEVERITY_NOTE, SEVERITY_WARN, SEVERITY_ERROR };

enum finding_group {
    GROUP_MALFORMED,
    GROUP_PROTOCOL,
    GROUP_SEQUENCE,
    GROUP_RESPONSE,
    GROUP_ASSUMPTION
};

enum finding_id {
    /* seen from one point: pptp.analysis.* */
    FINDING_BAD_COOKIE,
    FINDING_BAD_LENGTH,
    FINDING_UNKNOWN_TYPE,
    FINDING_RESERVED_NOT_ZERO,
    FINDING_RESYNCHRONISED,
    FINDING_MESSAGE_SPLIT,
    FINDING_MESSAGE_NOT_FIRST,
    FINDING_UNEXPECTED_IN_STATE,
    FINDING_NO_REPLY,
    FINDING_REFUSED,
    FINDING_UNKNOWN_CALL_ID,
    FINDING_CALL_ID_IN_USE,
    FINDING_ECHO_UNANSWERED,
    FINDING_GRE_ONE_WAY,
    FINDING_GRE_WITHOUT_CALL,
    FINDING_GRE_NOT_CAPTURED,
    FINDING_GRE_REJECTED,
    FINDING_GRE_OTHER_SOURCE,
    FINDING_PPP_STALLED,
    FINDING_PPP_REFUSED,
    FINDING_TCP_REFUSED,
    FINDING_CLOSED_EARLY,
    FINDING_NOT_PPTP,
    FINDING_WINDOW_EXCEEDED,
    FINDING_DUPLICATE_CAPTURE,
    FINDING_DAMAGED_SEGMENT,
    FINDING_LIMIT_REACHED,
    /* across points: pptp.nat.* */
    FINDING_CALLID_MISTRANSLATED,
    FINDING_SETUP_UNTRANSLATED,
    FINDING_DISCONNECT_REWRITTEN,
    FINDING_TUNNEL_AMBIGUOUS,
    FINDING_TUNNEL_MAYBE_AMBIGUOUS,
    FINDING_NO_EDITOR,
    FINDING_GRE_NOT_FORWARDED,
    FINDING_GRE_MAYBE_NOT_FORWARDED,
    FINDING_GRE_MISDELIVERED,
    FINDING_GRE_OTHER_ADDRESS,
    FINDING_CONTROL_NOT_FORWARDED,
    FINDING_RESET_INJECTED,
    FINDING_PAYLOAD_ALTERED,
    FINDING_CHECKSUM_NOT_UPDATED,
    FINDING_IP_CHECKSUM_WRONG,
    FINDING_RETRANSMISSION_DIFFERS,
    FINDING_MAPPING_CHANGED,
    FINDING_FRAGMENT_LOST,
    FINDING_LARGE_PACKETS_LOST,
    FINDING_GRE_LOSS,
    FINDING_LINK_AMBIGUOUS,
    FINDING_PPTP_COUNT,
    /* seen from one point: ipsec.analysis.* */
    IPSEC_NATT_NOT_ANNOUNCED = FINDING_PPTP_COUNT,
    IPSEC_NO_REPLY,
    IPSEC_IKE_REFUSED,
    IPSEC_ESP_ONE_WAY,
    IPSEC_L2TP_IN_CLEAR,
    IPSEC_SA_SILENT,
    /* across points: ipsec.nat.* */
    IPSEC_NATT_MISSING,
    IPSEC_NATT_NOT_USED,
    IPSEC_FLOAT_BLOCKED,
    IPSEC_ESP_NATIVE,
    IPSEC_ESP_NOT_FORWARDED,
    IPSEC_PORT_SHARED,
    IPSEC_IKE_MISDELIVERED,
    IPSEC_ESP_MISDELIVERED,
    IPSEC_PAYLOAD_ALTERED,
    IPSEC_MAPPING_CHANGED,
    IPSEC_FRAGMENT_LOST,
    IPSEC_SERVER_BEHIND_NAT,
    FINDING_COUNT
};

struct finding_kind {
    const char *filter; /* "pptp.nat.callid_mistranslated" */
    enum finding_severity severity;
    enum finding_group group;
    const char *summary;  /* constant: Wireshark counts expert infos by it */
    const char *section;  /* RFC 2637 section, or "" */
    const char *set_when; /* the rule: "all of the following are true" as one text, '\n' between */
};

/* The entry of `id`; `id` must be below FINDING_COUNT. */
const struct finding_kind *finding_kind(enum finding_id id);
/* Rows from FINDING_PPTP_COUNT on: ipsec/ipsec_finding.c. */
extern const struct finding_kind ipsec_finding_kinds[FINDING_COUNT - FINDING_PPTP_COUNT];

bool finding_is_nat(enum finding_id id); /* *.nat.*, else *.analysis.* */
static inline bool finding_is_ipsec(enum finding_id id)
{
    return id >= FINDING_PPTP_COUNT;
}
const char *finding_severity_name(enum finding_severity severity); /* "error", "warning", ... */

enum mistranslation {
    MISTRANSLATION_NONE,
    MISTRANSLATION_UNTRANSLATED,
    MISTRANSLATION_ZERO,
    MISTRANSLATION_TCP_PORT,
    MISTRANSLATION_BYTE_SWAPPED,
    MISTRANSLATION_OTHER_OWNER,
    MISTRANSLATION_OTHER_CALL,
    MISTRANSLATION_EARLIER_CALL,
    MISTRANSLATION_UNKNOWN
};
const char *mistranslation_name(enum mistranslation kind); /* "untranslated", "tcp port", ... */

#define FINDING_NONE UINT32_MAX /* "no such thing" for the indices below */

struct finding {
    enum finding_id id;
    uint32_t index;          /* in the log */
    uint32_t judged_frame;   /* the frame it is about */
    uint32_t deciding_frame; /* the frame on which it became certain; 0: at the end of the file */
    uint32_t peer_frame;     /* the same packet at the other point; 0: none */
    uint32_t interface;      /* capture interface of the judged frame */
    uint32_t connection;     /* indices, or FINDING_NONE */
    uint32_t session;        /* PPTP: its call */
    uint32_t link;
    uint32_t ike_sa; /* indices of IPsec, or FINDING_NONE: what it is about */
    uint32_t esp_sa;
    uint32_t ipsec_link;
    uint32_t hop; /* index of the hop in the link's row of points */
    enum direction direction;
    bool has_expected; /* expected, seen are valid */
    bool has_seen;
    uint16_t expected;
    uint16_t seen;
    enum mistranslation mistranslation;
    uint32_t cause; /* index of the finding it is a consequence of, or FINDING_NONE */
    /* What the numbers are, one sentence without the summary; owned; may be NULL. Frames are
     * written "frame 15" and in no other way: who prints puts the user's own numbers there. */
    char *text;
};

/* The packet to look at; 0: none. */
static inline uint32_t finding_frame(const struct finding *finding)
{
    return finding->judged_frame != 0 ? finding->judged_frame : finding->deciding_frame;
}

#define FINDING_LIMIT 65536 /* more are counted, and `limit_reached` says so */

struct finding_log;

struct finding_log *finding_log_new(void);
/* Another log with the same findings, which share nothing. */
struct finding_log *finding_log_copy(const struct finding_log *log);
void finding_log_free(struct finding_log *log);

/* A finding with everything unset (no frames, FINDING_NONE, DIRECTION_NONE). */
struct finding finding_init(enum finding_id id);

/* Keeps a copy and takes ownership of finding->text. Returns the stored finding, valid until
 * finding_log_free, or NULL when FINDING_LIMIT is reached (the text is freed). */
struct finding *finding_log_add(struct finding_log *log, const struct finding *finding);

/* The same with the text that `format` makes. */
struct finding *finding_say(struct finding_log *log, struct finding *finding, const char *format,
                            ...) G_GNUC_PRINTF(3, 4);

uint32_t finding_log_count(const struct finding_log *log);
struct finding *finding_log_get(const struct finding_log *log, uint32_t index);
uint32_t finding_log_dropped(const struct finding_log *log); /* beyond FINDING_LIMIT */

/* Whether the next call would call `each`. */
bool finding_log_has(const struct finding_log *log, uint32_t frame);
/* Calls `each` for the findings whose judged or deciding frame is `frame`, in order of index. */
void finding_log_on_frame(const struct finding_log *log, uint32_t frame,
                          void (*each)(const struct finding *finding, void *user), void *user);

#endif
