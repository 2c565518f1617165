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
    int64_t least_delay_ns; /* far clock minus near clock, of the fastest that was sent once */
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

#define CROSSING_TAIL_PACKETS 3

enum crossing_fate {
    CROSSING_PASSED,    /* nothing is missing, or too little to say more */
    CROSSING_NONE_CAME, /* nothing arrived, of one packet or more */
    CROSSING_BY_SIZE, /* everything from some length on, at least 3 packets, and nothing shorter */
    CROSSING_CEASED,  /* nothing after some moment: CROSSING_TAIL_PACKETS or more, over at least 3 s
                       */
    CROSSING_NOW_AND_THEN
};

/* All 0: no packet yet. */
struct crossing_loss {
    uint32_t passed;
    uint32_t lost;
    uint32_t tail;          /* of them, those behind the last that arrived */
    uint32_t first;         /* index of the first lost one; valid if there is one */
    uint32_t first_of_tail; /* likewise */
    int64_t idle_ns;        /* silence before that; 0: nothing arrived before */
    int64_t tail_from_ns;
    int64_t tail_ns;         /* from its first packet to its last */
    int64_t last_ns;         /* when the last that arrived was sent */
    uint32_t longest_passed; /* octets */
    uint32_t shortest_lost;  /* valid if one was lost */
};

/* One packet before the hop after the other, in order of capture. */
void crossing_count(struct crossing_loss *loss, uint32_t index, int64_t time_ns, uint32_t length,
                    bool arrived);
enum crossing_fate crossing_fate(const struct crossing_loss *loss);
/* Of what crossing_cover left. */
struct crossing_loss crossing_lose(const struct crossing *crossing);

#endif
