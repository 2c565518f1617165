/* The capture interfaces of what is analysed, numbered in the order in which their first packets
 * come. A capture that was merged with itself has interfaces that begin alike to the nanosecond:
 * they get one number, and the tracker takes the second packets for the copies that they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_INTERFACES_H
#define PPTPNAT_INTERFACES_H

#include <glib.h>

#include "packet.h"

#define INTERFACES_LIMIT    65536 /* what lies beyond shares the last number */
#define INTERFACES_PER_NAME 8     /* of each name that is reserved */

/* What a packet says of where it was captured. */
struct interface_id {
    uint32_t file; /* 0 where one file is read */
    uint32_t section;
    uint32_t id;
    uint32_t ifindex; /* of a capture on `any`; 0: none */
};

/* Tells the name that the capture has for an interface, or NULL; borrowed for the call. */
typedef const char *(*interface_namer)(void *user, const struct interface_id *id);

struct interfaces;

struct interfaces *interfaces_new(void);
void interfaces_free(struct interfaces *interfaces); /* NULL is fine */

/* Before the first packet: reserves numbers for interfaces with these names (char *), so that they
 * are known in advance. Returns uint32_t, to be freed. */
GArray *interfaces_reserve(struct interfaces *interfaces, const GPtrArray *names);

/* The number of the interface `id`, from 0. If it is new, it begins with `packet`, whose frame had
 * `length` octets on the wire, and `namer` is asked. */
uint32_t interfaces_number(struct interfaces *interfaces, const struct interface_id *id,
                           interface_namer namer, void *user, const struct packet *packet,
                           uint32_t length);

/* Adds the next number for an interface that somebody else has numbered; `id` NULL: nothing was
 * captured there. */
void interfaces_append(struct interfaces *interfaces, const struct interface_id *id,
                       const char *name);

uint32_t interfaces_count(const struct interfaces *interfaces);
/* The name, printable: "eth0", "any ifindex 3", "interface 3" where it is on `any` and has no name,
 * "unknown". Borrowed. */
const char *interfaces_name(const struct interfaces *interfaces, uint32_t number);
/* NULL: nothing was captured there. */
const struct interface_id *interfaces_id(const struct interfaces *interfaces, uint32_t number);

#endif
