/* ICMP errors about data packets, and whether the hop itself sent one: then its packets ended
 * there, whatever the far point shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* RFC 792, RFC 1122 3.2.2.1. */
#define ICMP_UNREACHABLE      3
#define ICMP_HOST_UNREACHABLE 1
#define ICMP_HOST_UNKNOWN     7
/* RFC 4443 3.1. */
#define ICMPV6_UNREACHABLE         1
#define ICMPV6_ADDRESS_UNREACHABLE 3
#define IPV4_ADDRESS_LENGTH        4

/* Fragmentation needed is none either; nobody notes it here. */
static bool is_refusal(const struct link_refusal *error)
{
    if (error->packet->source.length != IPV4_ADDRESS_LENGTH)
        return error->type == ICMPV6_UNREACHABLE && error->code != ICMPV6_ADDRESS_UNREACHABLE;
    return error->type == ICMP_UNREACHABLE && error->code != ICMP_HOST_UNREACHABLE &&
           error->code != ICMP_HOST_UNKNOWN;
}

void link_refusal_note(struct linker *linker, const struct session *session,
                       enum direction direction, const struct link_refusal *error)
{
    const struct packet *packet = error->packet;
    struct session_notes *notes = link_notes(linker, session);
    notes->icmp[direction]++;
    if (!is_refusal(error))
        return;
    if (!notes->host_error[direction] && net_address_equal(&packet->source, error->destination))
        notes->host_error[direction] = packet->frame;
    notes->refusal[direction] = (struct icmp_refusal){.frame = packet->frame,
                                                      .time_ns = packet->time_ns,
                                                      .ttl = packet->ttl,
                                                      .type = error->type,
                                                      .code = error->code};
}

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
