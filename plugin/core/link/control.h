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
    struct message *near;
    struct message *far;
};

/* link/evidence.c */
void link_evidence_connection(struct linker *linker, struct connection *connection);
/* True if the message made its connection part of a path: its messages, this one too, were judged.
 */
bool link_evidence_message(struct linker *linker, struct message *message);
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
void link_path_order_sessions(struct linker *linker, struct link *link);
/* Puts at each of `count` positions what the link kept of position from[position], the newest
 * having been the last one, and forgets what it knew of its hops: they are others now. `same_way`:
 * packets still go from position 0 on in the same direction. */
void link_path_move(struct linker *linker, struct link *link, const uint32_t *from, uint32_t count,
                    bool same_way);
/* Sets which direction of a link with a path goes from position 0 on, when its row or a session of
 * it became known. */
void link_path_direct(struct link *link);

/* link/members.c */
struct link *link_new(struct linker *linker, struct link_path *path);
void link_put_session(struct linker *linker, struct link *link, uint32_t position,
                      struct session *session);
/* The link of the session that a pair is about, made by its request; NULL: it is of no session. */
struct link *link_pair_link(struct linker *linker, const struct message_pair *pair);

/* link/pair.c */
/* Judges the message together with its other halves, or lets it wait for them. */
void link_pair_message(struct linker *linker, struct message *message);
/* The same for all messages of a path that has got a new position. */
void link_pair_catch_up(struct linker *linker, struct link_path *path);

#endif
