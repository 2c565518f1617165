/* What the parts of the linker share. Each part has one question: which sightings are the same
 * (link_evidence), in which order they lie (link_path), which id must stand where (link_map), what
 * a message pair says (link_judge), which data packets are the same (link_data), what the end of
 * the file matches (link_late_matching), counts (link_account) and decides (link_end), and how to
 * say it (verdict).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_INTERNAL_H
#define PPTPNAT_LINK_INTERNAL_H

#include "control.h"
#include "data.h"
#include "lookup.h"
#include "passage.h"
#include "point.h"
#include "room.h"
#include "supplier.h"

/* link/words.c: "client" or "server"; "sender" or "receiver" where nothing tells. */
const char *link_sender_name(const struct linker *linker, const struct link_view *view,
                             enum direction direction);
const char *link_receiver_name(const struct linker *linker, const struct link_view *view,
                               enum direction direction);
#define LINK_TIMES_SIZE 24
/* "once", "3 times"; returns `text`. */
const char *link_times(uint32_t count, char text[LINK_TIMES_SIZE]);
/* What comes before the id that `sender` meant, as seen at `near_place`: "the server sent". */
const char *link_meant_words(const struct link *link, uint32_t near_position, const char *sender);

/* Makes the tables and lists that a copy has of its own, empty. */
void linker_make_own(struct linker *linker);

/* link/say.c */
/* Adds a finding made by link_finding, unless the same was said before; NULL then. */
struct finding *link_say(struct linker *linker, struct finding *finding);
/* A finding about `link` at hop `hop`, judged at `frame` on the connection or session at
 * `position`.
 */
struct finding link_finding(const struct linker *linker, enum finding_id id,
                            const struct link *link, uint32_t hop, uint32_t position,
                            uint32_t frame);
/* A finding about a data packet, which is `near_frame` before the hop and `far_frame` after it. */
struct finding link_passage_finding(const struct linker *linker, enum link_fact fact,
                                    const struct passage *passage, uint32_t near_frame,
                                    uint32_t far_frame);

#endif
