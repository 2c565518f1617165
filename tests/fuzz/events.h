/* Fuzzer input as what the network layer tells the analysis: TCP segments, GRE packets, ICMP errors
 * and fragments at several points. Octets as they come make any packet; the events "say", "tunnel"
 * and "copy" make well-formed ones with few octets, so that mutation reaches calls and links.
 * tests/fuzz/make_corpus.py writes the same format.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FUZZ_EVENTS_H
#define PPTPNAT_FUZZ_EVENTS_H

#include "check.h"
#include "core/analysis.h"

#define EVENT_INTERFACES 8

enum event_kind { EVENT_TCP, EVENT_GRE, EVENT_ICMP, EVENT_FRAGMENT, EVENT_FINISH };

struct event {
    enum event_kind kind;
    union {
        struct packet packet; /* what all but EVENT_FINISH start with */
        struct tcp_segment tcp;
        struct gre_packet gre;
        struct icmp_error icmp;
        struct ip_fragment fragment;
    };
};

struct events {
    GArray *list;     /* struct event */
    GArray *starts;   /* size_t: where in the input each of them begins */
    GPtrArray *owned; /* octets made here */
    uint32_t gre;     /* how many of each */
    uint32_t tcp;
};

/* Borrows `data` until events_free. */
struct events *events_read(const uint8_t *data, size_t size);
void events_free(struct events *events);

#endif
