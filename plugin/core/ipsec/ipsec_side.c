/* Which side of a NAT a packet was captured on, where a capture lost its interfaces: then one shows
 * each packet before and behind the NAT, and is a point for each side.
 *
 * The first message of an IKE SA tells: its initiator's SPI is chosen by chance, so the same octets
 * between two other hosts are the same packet, seen elsewhere. Forwarding costs a hop (RFC 791), so
 * its TTL differs; its IP ID does not. Who repeats a message from another address has another IP
 * ID. Hosts that were seen before stay where they are; others that begin with anything else than
 * such a message are on a side that nobody knows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/host_pair.h"
#include "ipsec_internal.h"

/* On which side of an interface (`where`) two hosts talk. */
struct side {
    struct host_pair hosts;
    int depth; /* as in a point (ipsec_model.h) */
};

/* An SA whose first message was seen at this interface first, on whichever side. */
struct first_key {
    uint32_t interface;
    uint64_t initiator;
};

static bool first_equal(const void *item, const void *key)
{
    const struct ike_sa *sa = item;
    const struct first_key *wanted = key;
    return ipsec_interface_of(sa->point) == wanted->interface &&
           sa->initiator_spi == wanted->initiator;
}

static uint32_t first_hash(const struct first_key *key)
{
    uint64_t words[] = {key->interface, key->initiator};
    return index_table_hash(words, G_N_ELEMENTS(words));
}

static const struct ike_sa *find_first(const struct ipsec_tracker *tracker,
                                       const struct first_key *key)
{
    void **found = index_table_find(&tracker->ikes_by_first, first_hash(key), first_equal, key);
    return found != NULL ? *found : NULL;
}

void ipsec_side_remember(struct ipsec_tracker *tracker, struct ike_sa *sa)
{
    struct first_key key = {ipsec_interface_of(sa->point), sa->initiator_spi};
    if (sa->responder_spi == 0 && find_first(tracker, &key) == NULL)
        index_table_add(&tracker->ikes_by_first, first_hash(&key), sa);
}

/* On the side that an interface shows first. */
static bool is_seen(const struct ipsec_tracker *tracker, const struct ipsec_packet *packet)
{
    struct endpoint source = {packet->packet.source, 0};
    struct endpoint destination = {packet->packet.destination, 0};
    return ipsec_tracker_find_conversation(tracker, packet->packet.interface, &source,
                                           &destination) != NULL;
}

static bool is_first_message(const struct ipsec_packet *packet, uint32_t ike_at,
                             struct first_key *ret)
{
    struct ike_header header;
    if (!ike_read(IKE_LAYOUT_HEADER, packet->payload + ike_at, packet->captured - ike_at,
                  &header) ||
        header.responder_spi != 0)
        return false;
    *ret = (struct first_key){packet->packet.interface, header.initiator_spi};
    return true;
}

static bool is_forwarded(const struct ike_record *before, const struct packet *packet,
                         uint32_t content)
{
    return before->content == content && before->ttl != 0 && packet->ttl != 0 &&
           before->ttl != packet->ttl && before->has_ip_id == packet->has_ip_id &&
           (!packet->has_ip_id || before->ip_id == packet->ip_id);
}

/* Where two hosts that are new lie, by their first packet. */
static int depth_of_new(const struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                        uint32_t ike_at)
{
    struct first_key key;
    if (ike_at == IPSEC_NO_IKE || !is_first_message(packet, ike_at, &key))
        return IPSEC_DEPTH_UNKNOWN;
    const struct ike_sa *sa = find_first(tracker, &key);
    if (sa == NULL)
        return 0;
    uint32_t content = ike_content(packet->payload + ike_at, packet->captured - ike_at);
    int depth = ipsec_depth_of(sa->point) + sa->first->ttl - packet->packet.ttl;
    bool is_told = is_forwarded(sa->first, &packet->packet, content) &&
                   ipsec_depth_of(sa->point) != IPSEC_DEPTH_UNKNOWN;
    return is_told && ABS(depth) < IPSEC_DEPTH_UNKNOWN ? depth : IPSEC_DEPTH_UNKNOWN;
}

static bool is_split(const struct ipsec_tracker *tracker, uint32_t interface)
{
    return tracker->sides != NULL &&
           g_hash_table_contains(tracker->split, GUINT_TO_POINTER(interface));
}

static void split(struct ipsec_tracker *tracker, uint32_t interface)
{
    if (tracker->sides == NULL) {
        tracker->sides = g_hash_table_new_full(host_pair_hash, host_pair_equal, g_free, NULL);
        tracker->split = g_hash_table_new(hash_of_pointer, NULL);
    }
    g_hash_table_add(tracker->split, GUINT_TO_POINTER(interface));
}

static int depth_of(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                    uint32_t ike_at)
{
    const struct packet *outer = &packet->packet;
    bool was_split = is_split(tracker, outer->interface);
    struct side side = {host_pair_of(outer->interface, &outer->source, &outer->destination), 0};
    const struct side *known = was_split ? g_hash_table_lookup(tracker->sides, &side) : NULL;
    if (known != NULL)
        return known->depth;
    if (!was_split && ike_at == IPSEC_NO_IKE)
        return 0;
    side.depth = is_seen(tracker, packet) ? 0 : depth_of_new(tracker, packet, ike_at);
    if (!was_split && (side.depth == 0 || side.depth == IPSEC_DEPTH_UNKNOWN))
        return 0;
    split(tracker, outer->interface);
    if (g_hash_table_size(tracker->sides) >= IPSEC_CONVERSATION_LIMIT) {
        ipsec_reach_limit(tracker, IPSEC_LIMIT_CONVERSATIONS, outer->frame);
        return IPSEC_DEPTH_UNKNOWN;
    }
    g_hash_table_add(tracker->sides, g_memdup2(&side, sizeof side));
    return side.depth;
}

const struct ipsec_packet *ipsec_side_place(struct ipsec_tracker *tracker,
                                            const struct ipsec_packet *packet, uint32_t ike_at,
                                            struct ipsec_packet *room)
{
    if ((ike_at == IPSEC_NO_IKE && tracker->sides == NULL) ||
        packet->packet.interface > IPSEC_INTERFACE_MAX)
        return packet;
    int depth = depth_of(tracker, packet, ike_at);
    if (depth == 0)
        return packet;
    *room = *packet;
    room->packet.interface = ipsec_point_of(packet->packet.interface, depth);
    return room;
}
