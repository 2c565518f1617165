/* What the dissectors publish: the only adapter header that taps/ and ui/ may include. Everything
 * read through it is core's model (analysis.h) or plain data; nothing of the tree.
 *
 * The tap is named "pptp". One event is queued for each PPTP control message and each Enhanced GRE
 * packet, in every mode, once per pass; packets quoted in ICMP errors are never queued. The tap
 * "ipsec" likewise has one for each IKE message, ESP packet, NAT keepalive and packet of L2TP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TAP_EVENTS_H
#define PPTPNAT_TAP_EVENTS_H

#include "core/analysis.h"

#define PPTP_TAP_NAME  "pptp"
#define IPSEC_TAP_NAME "ipsec"

/* The data pointer of a tap callback. Lives as long as the packet (pinfo->pool); what it points to
 * in the model lives as long as the file. */
struct pptp_tap_event {
    const struct message_record *message; /* a control message, or NULL */
    const struct gre_flow *flow;          /* a GRE packet, or NULL */
    struct packet_record gre;             /* valid with `flow`; */
    struct packet_detail detail;          /* likewise */
    const struct call *call;              /* NULL: a message of no call */
    const struct connection *connection;  /* NULL: GRE without control traffic */
};

struct ipsec_tap_event {
    uint32_t frame;
    /* Kind 0: so far nothing proves that the packet is ESP, as where a capture begins in mid-call.
     * If something does in the end, ipsec_tracker_on has the record. */
    struct ipsec_record record;
    const struct ike_sa *ike; /* NULL: of none that is known */
    const struct esp_sa *esp; /* NULL: no packet of ESP */
};

/* The analysis of the file that is open, or NULL (no file, or analysis switched off). Draw
 * callbacks call tap_events_finish first, and read the outcome. */
const struct analysis *tap_events_analysis(void);
void tap_events_finish(void);

/* The capture interface behind a tracker interface index: its name as Wireshark shows it ("in",
 * "eth0", "unknown"), with the ifindex for `any` captures ("any ifindex 3", or "interface 3" where
 * it has no name); and its (section, id), which count from 0. Borrowed until the file is closed. */
const char *tap_events_interface_name(uint32_t interface);
void tap_events_interface_id(uint32_t interface, uint32_t *ret_section, uint32_t *ret_id);

/* From now on, what is fed to the analysis is also written to the file `name` (NULL:
 * standard output) for the pptpnat command (core/feed_log.h). */
void tap_events_record(const char *name);

/* Preference pptp.nat.manifest: a file that pptpnat writes to name the files of a merged capture
 * (format: taps/manifest.h), or "" */
const char *tap_events_manifest(void);

#endif
