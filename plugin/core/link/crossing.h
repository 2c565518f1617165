/* Packets of one direction before a hop and behind it: which are one packet, what became of the
 * others. Told by a key of 64 bits that the protocol makes of what no NAT may change.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_CROSSING_H
#define PPTPNAT_LINK_CROSSING_H

#include <stdbool.h>
#include <stdint.h>

#define CROSSING_NONE UINT32_MAX

struct crossing_packet {
    uint64_t key;
    int64_t time_ns; /* on the clock of its point */
    uint32_t frame;
    uint32_t tag;    /* the caller's */
    uint32_t length; /* octets; 0: not known */
};

struct crossing {
    const struct crossing_packet *near; /* borrowed, in order of capture */
    const struct crossing_packet *far;
    uint32_t near_count;
    uint32_t far_count;
    uint32_t *arrived; /* of near[i]: the index in far, or CROSSING_NONE */
    uint32_t *came;    /* of far[i]: the index in near, or CROSSING_NONE */
    uint32_t passed;
    uint32_t duplicated; /* behind the hop, of packets that passed: copies beyond those before it */
    uint32_t reordered;  /* came after one that was sent later */
    bool has_delay;
    int64_t least_delay_ns; /* far clock minus near clock, of the fastest packet */
    /* What the far point could have seen, once crossing_cover was called: near[first..end). */
    uint32_t first;
    uint32_t end;
};

/* Equal keys are paired in their order. Costs n log n. */
struct crossing crossing_match(const struct crossing_packet *near, uint32_t near_count,
                               const struct crossing_packet *far, uint32_t far_count);
void crossing_clear(struct crossing *crossing);

/* When the far point captured, by its own clock, and how far that is ahead of the near one. */
struct crossing_window {
    int64_t first_ns;
    int64_t last_ns;
    int64_t ahead_ns;
};

/* Leaves out, at both ends, what the far point cannot have seen: what was sent before its first
 * packet, or more than `slack_ns` after its last one, and did not arrive. */
void crossing_cover(struct crossing *crossing, const struct crossing_window *window,
                    int64_t slack_ns);

enum crossing_fate {
    CROSSING_PASSED,    /* nothing is missing, or too little to say more */
    CROSSING_NONE_CAME, /* nothing arrived, of one packet or more */
    CROSSING_CEASED,    /* nothing after some moment: at least 3 packets over at least 3 s */
    CROSSING_BY_SIZE, /* everything from some length on, at least 3 packets, and nothing shorter */
    CROSSING_NOW_AND_THEN
};

struct crossing_loss {
    enum crossing_fate fate;
    uint32_t first; /* index in near of the first lost one; CROSSING_NONE: nothing is lost */
    uint32_t lost;  /* in all */
    uint32_t tail;  /* of them, those behind the last that arrived */
    uint32_t passed;
    int64_t idle_ns; /* silence before the first of the tail */
    uint32_t longest_passed;
    uint32_t shortest_lost;
};

/* Of what crossing_cover left. */
struct crossing_loss crossing_lose(const struct crossing *crossing);

#endif
