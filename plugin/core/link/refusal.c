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
