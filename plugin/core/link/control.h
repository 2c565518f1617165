/* What control messages tell: which sightings are one connection, in which order they lie, which
 * id must stand where, what a message pair says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_CONTROL_H
#define PPTPNAT_LINK_CONTROL_H

#include "model.h"

/* A message as both sides of one hop saw it: `near` on its sender's side. */
struct message_pair {
    struct link_path *path;
    uint32_t hop;
    uint32_t near_position;
    uint32_t far_position;
    struct message_record *near;
    struct message_record *far;
};

/* link/evidence.c */
void link_evidence_connection(struct linker *linker, struct connection *connection);
/* True if the message made its connection part of a path: its messages, this one too, were judged.
 */
bool link_evidence_message(struct linker *linker, struct message_record *message);
/* Judges all messages of the path once more. */
void link_evidence_rejudge(struct linker *linker, struct link_path *path);
/* The order of the path's positions again, after more of what tells it. */
void link_evidence_order(struct linker *linker, struct link_path *path);
/* Makes one path of two connections' sightings, and whatever paths they are in. */
void link_evidence_join(struct linker *linker, struct sighting *a, struct sighting *b,
                        unsigned evidence);

/* Whether `sighting` can be one more position of what `other` is part of. */
bool link_evidence_fits(struct linker *linker, const struct sighting *sighting,
                        const struct sighting *other);
/* The first segments of both have the same IP IDs, as far as they are known. */
bool link_evidence_same_ip_ids(const struct sighting *a, const struct sighting *b);
/* link/late_evidence.c */
void link_evidence_finish(struct linker *linker);
/* link/syn.c */
void link_syn_finish(struct linker *linker, bool several_points);

/* link/path.c */
void link_path_order(struct linker *linker, struct link_path *path);
void link_path_order_calls(struct linker *linker, struct link *link);
/* Puts at each of `count` positions what the link kept of position from[position], the newest
 * having been the last one, and forgets what it knew of its hops: they are others now. `same_way`:
 * packets still go from position 0 on in the same direction. */
void link_path_move(struct linker *linker, struct link *link, const uint32_t *from, uint32_t count,
                    bool same_way);
/* Sets which direction of a link with a path goes from position 0 on, when its row or a call of it
 * became known. */
void link_path_direct(struct link *link);

/* pptp/nat_map.c: pure, but for the bound on what is looked through */
enum mistranslation link_map_kind(struct linker *linker, const struct link *link, uint32_t far,
                                  enum id_owner owner, uint16_t expected, uint16_t meant,
                                  uint16_t seen);
/* What the field must read at position `far` if it read `meant` at `near`; false: cannot be told.
 * *owner is whose id the field is by the layout, and becomes whose it is where the sender put the
 * other's. */
bool link_map_expected(const struct link *link, uint32_t near, uint32_t far, uint16_t meant,
                       enum id_owner *owner, uint16_t *ret_expected);

/* link/members.c */
struct link *link_new(struct linker *linker, struct link_path *path);
void link_put_call(struct linker *linker, struct link *link, uint32_t position, struct call *call);
/* The link of the call that a pair is about, made by its request; NULL: it is of no call. */
struct link *link_pair_link(struct linker *linker, const struct message_pair *pair);
/* Makes the link a candidate for misaddressed packets of this host. */
void link_remember_host(struct linker *linker, struct link *link, uint32_t point,
                        const struct net_address *address);

/* link/pair.c */
/* Judges the message together with its other halves, or lets it wait for them. */
void link_pair_message(struct linker *linker, struct message_record *message);
/* The same for all messages of a path that has got a new position. */
void link_pair_catch_up(struct linker *linker, struct link_path *path);

/* pptp/nat_judge.c: the link may be NULL. */
void link_judge_pair(struct linker *linker, struct link *link, const struct message_pair *pair);
/* pptp/nat_disputed.c */
/* At the end: fields that disagree about an id whose set-up is not in both captures are judged by
 * what the call's GRE carries. */
void link_judge_disputed(struct linker *linker);
/* pptp/nat_owner.c */
/* Adds the ids of a linked call that are known by now, once somebody asked for owners. */
void link_owner_add(struct linker *linker, struct call *call);
/* The kind of a wrong id that a call of another link owns at that position, with the same server;
 * MISTRANSLATION_NONE: none does. */
enum mistranslation link_owner_kind(struct linker *linker, const struct link *link, uint32_t far,
                                    uint16_t seen);
/* pptp/nat_setup.c */
void link_setup_request(struct linker *linker, struct link *link, const struct message_pair *pair);
void link_setup_judge(struct linker *linker, struct link *link, uint32_t hop);
/* pptp/nat_checksum.c: true if the checksum after the hop is short by just what the Call IDs
 * changed.
 */
bool link_checksum_pair(struct linker *linker, struct link *link, const struct message_pair *pair);
/* A segment with a wrong checksum at `sighting`: whether a message in it explains the difference.
 */
void link_checksum_segment(struct linker *linker, struct sighting *sighting,
                           const struct bad_checksum *bad);

#endif
