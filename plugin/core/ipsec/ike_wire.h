/* IKE as far as it is in clear: the header of IKEv1 (RFC 2408 3.1) and IKEv2 (RFC 7296 3.1), the
 * chain of payloads behind it, and what the payloads say that matters to a NAT. One table of
 * layouts (ike_layout.c) states every offset; one loop reads them. Total functions: any octets have
 * a result, and nothing is read beyond what was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IKE_WIRE_H
#define PPTPNAT_IKE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IKE_PORT                  500
#define IKE_FLOAT_PORT            4500 /* RFC 3947 4, RFC 7296 2.23 */
#define IKE_HEADER_LENGTH         28
#define IKE_PAYLOAD_HEADER_LENGTH 4
#define IKE_PAYLOAD_LIMIT         64 /* payloads of one message that are looked at */
#define IKE_NATD_LIMIT            8  /* address hashes of one message that are kept */

#define IKE_FLAG_ENCRYPTED 0x01 /* IKEv1 */
#define IKE_FLAG_INITIATOR 0x08 /* IKEv2: sent by the end that opened the IKE SA */
#define IKE_FLAG_RESPONSE  0x20 /* IKEv2 */

enum ike_exchange {
    IKE_V1_BASE = 1,
    IKE_V1_MAIN = 2,
    IKE_V1_AUTHENTICATION_ONLY = 3,
    IKE_V1_AGGRESSIVE = 4,
    IKE_V1_INFORMATIONAL = 5,
    IKE_V1_TRANSACTION = 6,
    IKE_V1_QUICK = 32,
    IKE_V1_NEW_GROUP = 33,
    IKE_V2_INIT = 34,
    IKE_V2_AUTH = 35,
    IKE_V2_CREATE_CHILD = 36,
    IKE_V2_INFORMATIONAL = 37,
    IKE_V2_SESSION_RESUME = 38,
    IKE_V2_INTERMEDIATE = 43,
    IKE_V2_FOLLOWUP_KE = 44
};

/* Payload types; IKEv1 and IKEv2 number them apart. */
enum ike_payload_type {
    IKE_PAYLOAD_NONE = 0,
    IKE_V1_SA = 1,
    IKE_PROPOSAL = 2,
    IKE_TRANSFORM = 3,
    IKE_V1_KE = 4,
    IKE_V1_IDENTIFICATION = 5,
    IKE_V1_CERTIFICATE_REQUEST = 7,
    IKE_V1_HASH = 8,
    IKE_V1_SIGNATURE = 9,
    IKE_V1_NONCE = 10,
    IKE_V1_NOTIFICATION = 11,
    IKE_V1_VENDOR_ID = 13,
    IKE_V1_NATD = 20,
    IKE_V2_SA = 33,
    IKE_V2_KE = 34,
    IKE_V2_CERTIFICATE_REQUEST = 38,
    IKE_V2_NONCE = 40,
    IKE_V2_NOTIFY = 41,
    IKE_V2_VENDOR_ID = 43,
    IKE_V2_ENCRYPTED = 46,
    IKE_V2_ENCRYPTED_FRAGMENT = 53, /* RFC 7383 */
    IKE_V1_NATD_DRAFT = 130,
    IKE_V1_FRAGMENT = 132
};

/* Notify types by which an IKEv2 end shows that it knows NAT traversal (RFC 7296 2.23), and those
 * that ask for a second try of the first message instead of refusing it. */
#define IKE_NOTIFY_INVALID_KE       17
#define IKE_NOTIFY_COOKIE           16390
#define IKE_NOTIFY_NATD_SOURCE      16388
#define IKE_NOTIFY_NATD_DESTINATION 16389

/* One field of one layout. `member` is the offset in the layout's struct that receives the value,
 * as wide as the cell. */
struct ike_cell {
    const char *label;
    uint8_t offset;
    uint8_t width; /* 1, 2, 4 or 8 octets, in network order */
    uint16_t member;
};

enum ike_layout_id {
    IKE_LAYOUT_HEADER,
    IKE_LAYOUT_PAYLOAD,      /* the header that every payload begins with */
    IKE_LAYOUT_SA_V1,        /* after the payload header, as all below */
    IKE_LAYOUT_PROPOSAL,     /* both versions */
    IKE_LAYOUT_TRANSFORM_V1, /* attributes follow */
    IKE_LAYOUT_ATTRIBUTE,    /* at any place; not a payload */
    IKE_LAYOUT_NOTIFY_V1,
    IKE_LAYOUT_NOTIFY_V2,
    IKE_LAYOUT_FRAGMENT_V1,
    IKE_LAYOUT_FRAGMENT_V2,
    IKE_LAYOUT_COUNT
};

struct ike_layout {
    const char *title;
    const char *section; /* "RFC 2408 3.1" */
    uint8_t length;
    uint8_t cell_count;
    const struct ike_cell *cells; /* ascending, without gaps from 0 to `length` */
};

/* The structs that layouts fill. */
struct ike_header {
    uint64_t initiator_spi; /* "cookie" in IKEv1 */
    uint64_t responder_spi; /* 0 in the first message */
    uint8_t next_payload;
    uint8_t version; /* major << 4 | minor */
    uint8_t exchange;
    uint8_t flags;
    uint32_t message_id;
    uint32_t length; /* as claimed, header included */
};

struct ike_payload_header {
    uint8_t next;
    uint8_t reserved;
    uint16_t length; /* as claimed, this header included */
};

struct ike_sa_body {
    uint32_t doi;
    uint32_t situation;
};

struct ike_proposal {
    uint8_t number;
    uint8_t protocol;
    uint8_t spi_length;
    uint8_t transforms;
};

struct ike_transform {
    uint8_t number;
    uint8_t id;
    uint16_t reserved;
};

struct ike_attribute {
    uint16_t type;  /* with the bit 0x8000 of short attributes */
    uint16_t value; /* or the length of the value that follows */
};

struct ike_notify {
    uint32_t doi; /* IKEv1 only */
    uint8_t protocol;
    uint8_t spi_length;
    uint16_t type;
};

struct ike_fragment {
    uint16_t id; /* IKEv1 only */
    uint16_t number;
    uint16_t total; /* IKEv2 only; 0: not known */
    uint8_t short_number;
    uint8_t flags;
};

const struct ike_layout *ike_layout(enum ike_layout_id id);

/* Reads the cells of a layout into *ret, its struct. False, and *ret untouched, where fewer than
 * the layout's octets are there. */
bool ike_read(enum ike_layout_id id, const uint8_t *data, uint32_t captured, void *ret);

/* Walks the chain of payloads, and of proposals and transforms inside one. */
struct ike_cursor {
    const uint8_t *data;
    uint32_t offset;
    uint32_t end;      /* where the enclosing thing ends on the wire */
    uint32_t captured; /* octets of it that are there, from `data` on */
    uint8_t next;      /* type of the payload at `offset`; 0: the end */
    uint8_t left;      /* payloads that are still looked at */
    bool malformed;    /* a length is below 4 or runs over `end` */
    bool truncated;    /* the capture ends before the chain */
};

struct ike_payload {
    uint8_t type;
    uint32_t offset;   /* of its body, behind the payload header, from cursor->data on */
    uint32_t length;   /* octets of the body on the wire */
    uint32_t captured; /* octets of the body that are there */
};

struct ike_cursor ike_cursor_at(const uint8_t *data, uint32_t captured, uint32_t end,
                                uint8_t first);
/* The next payload, or false at the end, at something malformed and where the capture ends. */
bool ike_next_payload(struct ike_cursor *cursor, struct ike_payload *ret);

enum ike_status {
    IKE_OK,
    IKE_SHORT,       /* fewer octets than a header */
    IKE_BAD_VERSION, /* major version not 1 or 2: header only */
    IKE_BAD_LENGTH,  /* Length is not that of the datagram; read as far as both allow */
    IKE_TRUNCATED,   /* the capture ends before the message */
    IKE_MALFORMED    /* the chain of payloads does not hold together */
};

/* What an address hash is of (RFC 3947 3.2, RFC 7296 2.23). IKEv1 tells by order: the first one is
 * of the receiver. */
enum natd_kind { NATD_OF_DESTINATION, NATD_OF_SOURCE };

struct ike_natd {
    enum natd_kind kind;
    uint8_t length;  /* octets of the hash, all of them captured */
    uint32_t offset; /* from the first octet of the IKE header */
};

/* What one message says in clear. */
struct ike_message {
    struct ike_header header;
    enum ike_status status;
    bool encrypted;     /* what follows the header, or the part from the first such payload on */
    bool complete;      /* all that is in clear was read */
    bool has_fragment;  /* the message is one fragment of a larger one (IKE's own fragments) */
    bool has_error;     /* an error notify in clear */
    uint64_t payloads;  /* bit t: a payload of type t, below 64, is there in clear */
    uint32_t vendors;   /* bit i: row i of the Vendor ID table */
    uint16_t error;     /* the first error notify's type; valid with has_error */
    uint16_t hash;      /* IKEv1: hash algorithm of the first transform that names one; 0: none */
    uint16_t ke_length; /* octets of the key exchange payload's body; 0: none */
    uint16_t fragment;  /* number of the fragment; valid with has_fragment */
    uint16_t fragments; /* how many there are; 0: not known */
    uint8_t natd_count;
    struct ike_natd natd[IKE_NATD_LIMIT]; /* in their order; hashes of other lengths are left out */
};

/* Reads the message at `data`, behind any non-ESP marker: `captured` octets are there of `length`
 * on the wire. Fills all of *ret, with 0 where nothing was there. */
void ike_parse(const uint8_t *data, uint32_t captured, uint32_t length, struct ike_message *ret);

static inline uint8_t ike_major(const struct ike_header *header)
{
    return header->version >> 4;
}

static inline bool ike_has_payload(const struct ike_message *message, enum ike_payload_type type)
{
    return type < 64 && (message->payloads >> type & 1) != 0;
}

/* True where the message announces NAT traversal: a Vendor ID that we know (IKEv1), or an address
 * hash (both). */
bool ike_announces_natt(const struct ike_message *message);

/* True for the error notify types of this major version (RFC 2408 3.14.1, RFC 7296 3.10.1). */
bool ike_notify_is_error(uint8_t major, uint16_t type);

/* True if `exchange` is one that this major version defines. */
bool ike_exchange_is_known(uint8_t major, uint8_t exchange);

#endif
