/* The stream of feed_log.h. A record is its kind, the struct, and the octets that it points to, in
 * order of its pointers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FEED_FORMAT_H
#define PPTPNAT_FEED_FORMAT_H

#include "feed_log.h"

#define FEED_OCTETS_LIMIT 262144 /* of a frame: what Wireshark reads */
#define FEED_NAME_LIMIT   65535  /* octets of the name of an interface */

enum feed_record {
    RECORD_TCP = 1,
    RECORD_GRE,
    RECORD_ICMP,
    RECORD_FRAGMENT,
    RECORD_UDP,
    RECORD_ESP,
    RECORD_INTERFACE,
    RECORD_END
};

struct feed_head {
    char magic[16];
    uint32_t sizes[5];
};

/* How an interface is written; its name follows. */
struct feed_interface {
    struct interface_id id;
    bool used;
    uint32_t number;
    uint32_t name_length;
};

struct feed_head feed_head_of_this_build(void);

#endif
