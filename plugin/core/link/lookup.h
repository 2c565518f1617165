/* What the linker knows of a session, a flow or a connection of the tracker's, by its index. It
 * stands here and not in the tracker's structs, so that an outcome can know something else of them
 * than the facts do (copy.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_LOOKUP_H
#define PPTPNAT_LINK_LOOKUP_H

#include "model.h"

/* NULL: nothing is known of the session. */
static inline const struct session_mark *session_mark_of(const struct linker *linker,
                                                         const struct session *session)
{
    return session->index < linker->session_marks->len
               ? &g_array_index(linker->session_marks, struct session_mark, session->index)
               : NULL;
}

/* To be written; valid until the mark of another session is asked for. */
static inline struct session_mark *session_mark_for(struct linker *linker,
                                                    const struct session *session)
{
    if (session->index >= linker->session_marks->len)
        g_array_set_size(linker->session_marks, session->index + 1);
    return &g_array_index(linker->session_marks, struct session_mark, session->index);
}

/* The link that the session is a sighting of; NULL: none. */
static inline struct link *link_of_session(const struct linker *linker,
                                           const struct session *session)
{
    const struct session_mark *mark = session_mark_of(linker, session);
    return mark ? mark->link : NULL;
}

/* Its position there; 0 without a link. */
static inline uint32_t link_position_of(const struct linker *linker, const struct session *session)
{
    const struct session_mark *mark = session_mark_of(linker, session);
    return mark ? mark->position : 0;
}

/* True if direction 0 of its flows is the other one of its link. */
static inline bool link_is_swapped(const struct linker *linker, const struct session *session)
{
    const struct session_mark *mark = session_mark_of(linker, session);
    return mark && mark->swapped;
}

/* NULL: nothing was noted. */
static inline struct session_notes *session_notes_of(const struct linker *linker,
                                                     const struct session *session)
{
    const struct session_mark *mark = session_mark_of(linker, session);
    return mark ? mark->notes : NULL;
}

/* Of the connection with this index; NULL: there is none. */
static inline struct sighting *sighting_at(const struct linker *linker, uint32_t index)
{
    return index < linker->sightings->len ? linker->sightings->pdata[index] : NULL;
}

static inline struct sighting *sighting_of(const struct linker *linker,
                                           const struct connection *connection)
{
    return sighting_at(linker, connection->index);
}

/* What is known of where the flow's packets belong; NULL: nothing but what its session says. */
static inline struct flow_position *flow_mark_of(const struct linker *linker,
                                                 const struct flow *flow)
{
    return flow->index < linker->flow_marks->len ? linker->flow_marks->pdata[flow->index] : NULL;
}

/* What is known of the message at other points; all 0: nothing. */
static inline struct message_pairing link_pairing_of(const struct linker *linker,
                                                     const struct message *message)
{
    const GArray *facts = linker->copy_of ? linker->copy_of->pairings : linker->pairings;
    const struct changed_pairing *changed =
        linker->copy_of ? frame_store_get(linker->changed_pairings, message->index + 1) : NULL;
    if (changed)
        return changed->pairing;
    return message->index < facts->len
               ? g_array_index(facts, struct message_pairing, message->index)
               : (struct message_pairing){0};
}

/* To be written; valid until the pairing of another message is asked for. */
static inline struct message_pairing *link_pairing_for(struct linker *linker,
                                                       const struct message *message)
{
    if (linker->copy_of) {
        struct message_pairing now = link_pairing_of(linker, message);
        struct changed_pairing *changed =
            frame_store_put(linker->changed_pairings, message->index + 1);
        *changed = (struct changed_pairing){1, now};
        return &changed->pairing;
    }
    if (message->index >= linker->pairings->len)
        g_array_set_size(linker->pairings, message->index + 1);
    return &g_array_index(linker->pairings, struct message_pairing, message->index);
}

/* The frame of the same packet at the nearest other point; 0: none. */
static inline uint32_t link_peer_of(const struct linker *linker, uint32_t frame,
                                    const struct packet_record *record)
{
    const struct late_peer *late = linker->late ? frame_store_get(linker->late, frame) : NULL;
    return late ? late->frame : packet_store_peer(linker->facts->packets, frame, record);
}

/* The same by frame; 0 also where no data packet is. */
static inline uint32_t link_peer(const struct linker *linker, uint32_t frame)
{
    const struct packet_record *record = facts_packet(linker->facts, frame);
    return record ? link_peer_of(linker, frame, record) : 0;
}

static inline void link_set_peer(struct linker *linker, uint32_t frame, uint32_t peer)
{
    if (linker->late)
        *(struct late_peer *)frame_store_put(linker->late, frame) = (struct late_peer){1, peer};
    else
        packet_store_set_peer(linker->facts->packets, frame, peer);
}

/* link/lookup.c */
/* Made if there is none. */
struct sighting *link_sighting(struct linker *linker, struct connection *connection);
struct session_notes *link_notes(struct linker *linker, const struct session *session);
/* Where the flow's packets belong whose key is not the one that their link expects; NULL: they are
 * their own session's, as far as is known. */
const struct flow_position *flow_position_of(const struct linker *linker, const struct flow *flow);
uint64_t link_host_key(uint32_t point, const struct net_address *address);
/* Indices (uint32_t) of links that have this address as an end at this point, in their order, at
 * most LINK_STRAY_CANDIDATES of them. Never NULL; valid until the next is remembered. */
const GArray *link_hosts_links(const struct linker *linker, uint32_t point,
                               const struct net_address *address);
/* Makes the link one of them: a candidate for misaddressed packets of this host. */
void link_remember_host(struct linker *linker, const struct link *link, uint32_t point,
                        const struct net_address *address);

#endif
