/* What several capture points saw of one IKE SA, and of one ESP SA: links. An IKE SA is known by
 * its SPIs, an ESP SA by packets with the same SPI, sequence number and last octets; no port and no
 * address is needed, because they are what a NAT changes.
 *
 * A linker collects facts while packets are read. What follows from them if no more come is a
 * struct ipsec_links: a function of the facts, made anew each time it is asked for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_LINK_H
#define PPTPNAT_IPSEC_LINK_H

#include "core/link/linker.h"
#include "ipsec_tracker.h"

/* Why sightings are one: a set of these bits. */
#define IPSEC_EVIDENCE_SPI      0x01 /* both SPIs of an IKE SA, or the initiator's alone */
#define IPSEC_EVIDENCE_MESSAGES 0x02 /* IKE messages with the same octets */
#define IPSEC_EVIDENCE_ESP      0x04 /* ESP packets: SPI, sequence number, last octets */
#define IPSEC_EVIDENCE_TUNNEL   0x08 /* the IKE SA that agreed on it was seen at these points */
/* The name of one bit (static), or NULL: "spi", "messages", "esp", "tunnel". */
const char *ipsec_evidence_name(unsigned bit);
/* "spi,messages", to be freed with g_free. */
char *ipsec_evidence_text(unsigned evidence);

enum ipsec_link_kind { IPSEC_LINK_IKE, IPSEC_LINK_ESP };
const char *ipsec_link_kind_name(enum ipsec_link_kind kind); /* "ike", "esp" */

/* Between position i and i + 1. Of an IKE SA both directions together. */
struct ipsec_hop {
    bool translates;     /* an address or a port differs */
    uint32_t passed;     /* seen before the hop and after it */
    uint32_t lost;       /* seen before it, not after it, while both points captured */
    uint32_t elsewhere;  /* of those that passed: came to another host than they should */
    uint32_t duplicated; /* seen once before, more often after */
    uint32_t reordered;  /* came after one that was sent later */
};

/* Positions are in path order, inside first. */
struct ipsec_link {
    uint32_t index; /* ipsec.nat.link */
    enum ipsec_link_kind kind;
    uint32_t count;   /* positions, at least 2 */
    bool order_known; /* false: nothing tells which position is inside; hops are not judged */
    unsigned evidence;
    uint32_t point[LINK_POINTS_LIMIT]; /* index into linker_point */
    /* What each position shows: one of the two by `kind`; NULL: nothing was seen there. An SA
     * that came to several hosts is several at one position: the one with the most packets, of IKE
     * SAs one whose initiator sent. */
    const struct ike_sa *ike[LINK_POINTS_LIMIT];
    const struct esp_sa *esp[LINK_POINTS_LIMIT];
    /* The end whose endpoints the path translates. IKE: 0 the initiator, 1 the responder. ESP: 0
     * the sender, 1 the receiver. Where nothing is translated, the one further inside. */
    unsigned translated_end;
    /* Its endpoints at each position, by enum ike_family; NULL: not seen. ESP has [IKE_ON_4500]
     * only, with ports 0 where it is native. */
    const struct ipsec_places *places[2][LINK_POINTS_LIMIT];
    uint32_t seen[LINK_POINTS_LIMIT]; /* packets, copies not counted */
    struct ipsec_hop hop[LINK_POINTS_LIMIT - 1];
    uint32_t ike_link; /* of an ESP SA: the link of the IKE SA that agreed on it, or IPSEC_NONE */
    enum verdict_status status;
    char *text;                  /* the verdict in words, never NULL; owned by the links */
    const struct finding *worst; /* the cause of what it says; NULL: none */
};

struct ipsec_linker;

/* Borrows the tracker. */
struct ipsec_linker *ipsec_linker_new(const struct ipsec_tracker *tracker);
void ipsec_linker_free(struct ipsec_linker *linker); /* NULL is fine */
/* What to pass to ipsec_tracker_observe. */
struct ipsec_observer ipsec_linker_observer(struct ipsec_linker *linker);

struct ipsec_links;

/* What follows from the facts if no more come. Adds its points and NATs to `points`, and what it
 * finds to `log`; borrows all three. */
struct ipsec_links *ipsec_links_new(const struct ipsec_linker *linker, struct linker *points,
                                    struct finding_log *log);
void ipsec_links_free(struct ipsec_links *links); /* NULL is fine */

uint32_t ipsec_links_count(const struct ipsec_links *links);
/* NULL out of range. All below live as long as the links. */
const struct ipsec_link *ipsec_links_get(const struct ipsec_links *links, uint32_t index);
/* The link of an SA, and its position there; NULL: seen at one point only. */
const struct ipsec_link *ipsec_links_of_ike(const struct ipsec_links *links,
                                            const struct ike_sa *sa, uint32_t *ret_position);
const struct ipsec_link *ipsec_links_of_esp(const struct ipsec_links *links,
                                            const struct esp_sa *sa, uint32_t *ret_position);
/* The link of the packet at `frame`; NULL: none, or no packet of an SA. */
const struct ipsec_link *ipsec_links_of_frame(const struct ipsec_links *links, uint32_t frame,
                                              uint32_t *ret_position);
/* The index into linker_point of a tracker's point; IPSEC_NONE: it shows no SA. */
uint32_t ipsec_links_point(const struct ipsec_links *links, uint32_t point);
/* The frame of the same packet at the nearest other point; 0: none. */
uint32_t ipsec_links_peer(const struct ipsec_links *links, uint32_t frame);

#endif
