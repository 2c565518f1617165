/* THE table of the PPTP control protocol (RFC 2637 2): which fields exist, where each message has
 * them, and whose Call ID each one is. The parser, the length check, the tree, the NAT rules, the
 * tests and the field list of the documentation all read it; nothing else states an offset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPTP_WIRE_H
#define PPTPNAT_PPTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/direction.h"
#include "core/base/names.h"

/* Who is who: end A of a call is its PNS, end B its PAC. */
#define PPTP_OWNER_PNS       OWNER_A
#define PPTP_OWNER_PAC       OWNER_B
#define PPTP_OWNER_NONE      OWNER_NONE
#define DIRECTION_PNS_TO_PAC DIRECTION_A_TO_B
#define DIRECTION_PAC_TO_PNS DIRECTION_B_TO_A

#define PPTP_PORT               1723
#define PPTP_MAGIC_COOKIE       0x1A2B3C4Du
#define PPTP_HEADER_LENGTH      12  /* length, type, cookie, control type, reserved0 */
#define PPTP_MIN_LENGTH         16  /* shortest message */
#define PPTP_MAX_LENGTH         220 /* longest message: Incoming-Call-Request */
#define PPTP_MESSAGE_TYPES      15
#define PPTP_CORRELATION_OCTETS 16 /* of a Windows client's Subaddress ([MS-PTPT] note 10) */

enum pptp_message_type {
    PPTP_SCCRQ = 1,
    PPTP_SCCRP,
    PPTP_STOPCCRQ,
    PPTP_STOPCCRP,
    PPTP_ECHO_REQUEST,
    PPTP_ECHO_REPLY,
    PPTP_OCRQ,
    PPTP_OCRP,
    PPTP_ICRQ,
    PPTP_ICRP,
    PPTP_ICCN,
    PPTP_CCRQ,
    PPTP_CDN,
    PPTP_WEN,
    PPTP_SLI
};

enum pptp_field_id {
    PPTP_F_LENGTH,
    PPTP_F_TYPE,
    PPTP_F_COOKIE,
    PPTP_F_CONTROL_TYPE,
    PPTP_F_RESERVED,
    PPTP_F_PROTOCOL_VERSION,
    PPTP_F_CONTROL_RESULT,
    PPTP_F_ERROR,
    PPTP_F_FRAMING_CAPABILITIES,
    PPTP_F_BEARER_CAPABILITIES,
    PPTP_F_MAXIMUM_CHANNELS,
    PPTP_F_FIRMWARE_REVISION,
    PPTP_F_HOST_NAME,
    PPTP_F_VENDOR_NAME,
    PPTP_F_REASON,
    PPTP_F_STOP_RESULT,
    PPTP_F_IDENTIFIER,
    PPTP_F_ECHO_RESULT,
    PPTP_F_CALL_ID,
    PPTP_F_PEER_CALL_ID,
    PPTP_F_CALL_SERIAL_NUMBER,
    PPTP_F_MINIMUM_BPS,
    PPTP_F_MAXIMUM_BPS,
    PPTP_F_BEARER_TYPE,
    PPTP_F_FRAMING_TYPE,
    PPTP_F_WINDOW,
    PPTP_F_PROCESSING_DELAY,
    PPTP_F_PHONE_NUMBER_LENGTH,
    PPTP_F_PHONE_NUMBER,
    PPTP_F_SUBADDRESS,
    PPTP_F_OUT_RESULT,
    PPTP_F_CAUSE,
    PPTP_F_CONNECT_SPEED,
    PPTP_F_PHYSICAL_CHANNEL_ID,
    PPTP_F_DIALED_NUMBER_LENGTH,
    PPTP_F_DIALING_NUMBER_LENGTH,
    PPTP_F_DIALED_NUMBER,
    PPTP_F_DIALING_NUMBER,
    PPTP_F_IN_RESULT,
    PPTP_F_DISC_RESULT,
    PPTP_F_CALL_STATISTICS,
    PPTP_F_CRC_ERRORS,
    PPTP_F_FRAMING_ERRORS,
    PPTP_F_HARDWARE_OVERRUNS,
    PPTP_F_BUFFER_OVERRUNS,
    PPTP_F_TIMEOUT_ERRORS,
    PPTP_F_ALIGNMENT_ERRORS,
    PPTP_F_SEND_ACCM,
    PPTP_F_RECEIVE_ACCM,
    PPTP_FIELD_COUNT
};

enum pptp_field_kind {
    PPTP_KIND_DECIMAL,
    PPTP_KIND_HEX,
    PPTP_KIND_NAMED,   /* decimal with value names */
    PPTP_KIND_BITS,    /* capability bits; `names` lists the single bits */
    PPTP_KIND_VERSION, /* 0x0100 is "1.0" */
    PPTP_KIND_TENTHS,  /* tenths of a second */
    PPTP_KIND_TEXT     /* zero padded octets */
};

struct pptp_field {
    const char *label;  /* as Wireshark's built-in dissector labels it */
    const char *filter; /* the built-in display filter name, e.g. "pptp.call_id" */
    enum pptp_field_kind kind;
    const struct name_entry *names; /* NULL, or ended by an entry without text */
};

/* One field of one message. `member` is the offset in struct pptp_message that receives the value
 * (PPTP_NO_MEMBER: shown only). */
#define PPTP_NO_MEMBER 0xFFFFu
struct pptp_cell {
    enum pptp_field_id field;
    uint8_t offset; /* from the first octet of the message */
    uint8_t width;  /* 1, 2, 4; any for PPTP_KIND_TEXT */
    enum id_owner owner;
    uint16_t member;
};

struct pptp_layout {
    const char *title;        /* "Outgoing-Call-Request" */
    const char *abbreviation; /* "OCRQ" */
    const char *section;      /* "RFC 2637 2.7" */
    uint8_t length;
    uint8_t cell_count;
    const struct pptp_cell *cells; /* body only, ascending and without gaps from offset 12 */
};

/* The values the analysis needs of a message, in host order. A member whose message does not carry
 * it is 0; which fields a message carries is the layout's to say, never a value's (Call ID 0 is
 * legal, RFC 2637 3.2.2). */
struct pptp_message {
    uint16_t length; /* as claimed */
    uint16_t type;
    uint32_t cookie;
    uint16_t control_type;
    uint16_t reserved0;
    uint16_t protocol_version;
    uint16_t call_id;
    uint16_t peer_call_id;
    uint16_t call_serial_number;
    uint16_t window;
    uint16_t cause;
    uint8_t result;
    uint8_t error;
    uint8_t reason;
    uint32_t identifier;
    uint32_t maximum_bps;
    uint32_t connect_speed;
    uint32_t send_accm;
    uint32_t receive_accm;
    bool reserved_not_zero;  /* some reserved field of the message, Reserved0 included, is not 0 */
    bool has_correlation_id; /* OCRQ: the Subaddress is a binary GUID with zeros behind it */
    bool complete;           /* every octet of the layout was there */
};

enum pptp_status {
    PPTP_OK,
    PPTP_SHORT,        /* fewer than PPTP_HEADER_LENGTH octets */
    PPTP_BAD_COOKIE,   /* bytes 4-7 are not the Magic Cookie: not a message, only the cookie is read
                        */
    PPTP_MANAGEMENT,   /* PPTP Message Type 2: the header only (RFC 2637 defines no body) */
    PPTP_UNKNOWN_TYPE, /* message type or control type out of range: the header only */
    PPTP_BAD_LENGTH    /* Length is not the layout's; decoded as far as both allow */
};

/* The shared header, cells with offset 0 to 11, and one entry of the field table. */
extern const struct pptp_cell pptp_header_cells[5];
const struct pptp_field *pptp_field(enum pptp_field_id id);

/* The layout of control message type `type`, or NULL if it is not 1 to 15. */
const struct pptp_layout *pptp_layout(unsigned type);

/* The RFC's name of a control message type; "Unknown" outside 1 to 15. Never NULL. */
const char *pptp_message_name(unsigned type);

/* Decodes the message at `data`; `captured` octets are there. Always fills *ret as far as octets
 * and status allow (the rest 0). */
enum pptp_status pptp_parse(const uint8_t *data, uint32_t captured, struct pptp_message *ret);

/* The cell of `field` in messages of `type`, or NULL. */
const struct pptp_cell *pptp_find_cell(unsigned type, enum pptp_field_id field);

/* Whose id the field is in messages of `type`; PPTP_OWNER_NONE if the message has no such field.
 * `field` is PPTP_F_CALL_ID or PPTP_F_PEER_CALL_ID. */
enum id_owner pptp_call_id_owner(unsigned type, enum pptp_field_id field);

/* A fingerprint over the first min(captured, Length, 220) octets with every Call ID field taken as
 * zero: equal on both sides of any NAT that changes Call IDs only (RFC 2637 2). A Length below 12
 * counts as 12; without the Magic Cookie there is no Length and nothing is masked. */
uint32_t pptp_masked_hash(const uint8_t *data, uint32_t captured);

/* True if `data` looks like the start of a message: at least 10 octets, cookie right, message type
 * 1 or 2, Length from 12 to 1024, control type 1 to 15 unless management. The rule by which a
 * stream joined in its middle, and the heuristic on other ports, find the protocol. */
bool pptp_looks_like_message(const uint8_t *data, uint32_t captured);

/* True if a result code of this message type tells of failure. Windows' Call-Disconnect-Notify with
 * result 0 is none ([MS-PTPT] 3.2.5.5); neither is an orderly disconnect (CDN 1, 3 and 4). */
bool pptp_result_is_failure(unsigned type, uint8_t result);

#endif
