/* Whether the hop itself refused packets: then they ended there, whatever the far point shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

/* Routers that a packet has passed. Senders begin with 64, 128 or 255. */
static int hops_behind(uint8_t ttl)
{
    return ttl <= 64 ? 64 - ttl : ttl <= 128 ? 128 - ttl : 255 - ttl;
}

/* Packets of the end beyond the hop have come farther at the near point than at the far one, by the
 * routers of the hop. What has come less than that was sent by one of them. */
static bool is_of_hop(const struct hop_packets *packets, uint8_t ttl)
{
    const struct link *link = packets->passage.link;
    const struct connection *near = link->path->row[packets->passage.near]->connection;
    const struct connection *far = link->path->row[packets->passage.far]->connection;
    uint32_t upper = link_path_downward(link->path, 0) ? 0 : 1; /* the end at row[0] */
    uint32_t beyond = packets->passage.far > packets->passage.near ? 1 - upper : upper;
    if (!ttl || !near->ttl[beyond] || !far->ttl[beyond])
        return false;
    return hops_behind(ttl) < hops_behind(near->ttl[beyond]) - hops_behind(far->ttl[beyond]);
}

const struct icmp_refusal *link_refusal_by_hop(const struct linker *linker,
                                               const struct hop_packets *packets)
{
    const struct link *link = packets->passage.link;
    const struct session *session = link->view.session[packets->passage.near];
    const struct session_notes *notes = session ? session_notes_of(linker, session) : NULL;
    if (!notes || !link->path)
        return NULL;
    const struct icmp_refusal *refusal =
        &notes->refusal[link_session_direction(linker, session, packets->passage.direction)];
    if (refusal->frame == 0 || !is_of_hop(packets, refusal->ttl))
        return NULL;
    int64_t time_ns = refusal->time_ns - linker->facts->start_ns;
    for (uint32_t i = packets->count; i-- > 0 && packets->times_ns[i] >= time_ns;) {
        if (packets->arrived[i])
            return NULL;
    }
    return packets->arrived[packets->count - 1] ? NULL : refusal;
}
