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
#include "ipsec_internal.h"

/* The two hosts of a packet, in order, at an interface. */
struct side {
    uint32_t interface;
    struct net_address host[2];
    int depth; /* as in a point (ipsec_model.h) */
};

static struct side side_of(const struct ipsec_packet *packet)
{
    const struct net_address *source = &packet->packet.source;
    const struct net_address *destination = &packet->packet.destination;
    bool ordered = memcmp(source, destination, sizeof *source) <= 0;
    return (struct side){
        .interface = packet->packet.interface,
        .host = {ordered ? *source : *destination, ordered ? *destination : *source}};
}

static guint side_hash(gconstpointer item)
{
    const struct side *side = item;
    uint64_t hash = hash_step(hash_secret.start, side->interface);
    return (guint)hash_address(hash_address(hash, &side->host[0]), &side->host[1]);
}

static gboolean side_equal(gconstpointer a, gconstpointer b)
{
    const struct side *x = a, *y = b;
    return x->interface == y->interface && net_address_equal(&x->host[0], &y->host[0]) &&
           net_address_equal(&x->host[1], &y->host[1]);
}

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

static bool has_sides(const struct ipsec_tracker *tracker, uint32_t interface)
{
    return tracker->sides != NULL &&
           g_hash_table_contains(tracker->split, GUINT_TO_POINTER(interface));
}

static void split(struct ipsec_tracker *tracker, uint32_t interface)
{
    if (tracker->sides == NULL) {
        tracker->sides = g_hash_table_new_full(side_hash, side_equal, g_free, NULL);
        tracker->split = g_hash_table_new(hash_of_pointer, NULL);
    }
    g_hash_table_add(tracker->split, GUINT_TO_POINTER(interface));
}

void ipsec_side_learn(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                      uint32_t ike_at)
{
    uint32_t interface = packet->packet.interface;
    bool has = has_sides(tracker, interface);
    struct side side = side_of(packet);
    if ((!has && ike_at == IPSEC_NO_IKE) || interface > IPSEC_INTERFACE_MAX ||
        (has && g_hash_table_contains(tracker->sides, &side)))
        return;
    side.depth = is_seen(tracker, packet) ? 0 : depth_of_new(tracker, packet, ike_at);
    if (!has && (side.depth == 0 || side.depth == IPSEC_DEPTH_UNKNOWN))
        return;
    split(tracker, interface);
    if (g_hash_table_size(tracker->sides) >= IPSEC_CONVERSATION_LIMIT)
        ipsec_reach_limit(tracker, IPSEC_LIMIT_CONVERSATIONS, packet->packet.frame);
    else
        g_hash_table_add(tracker->sides, g_memdup2(&side, sizeof side));
}

const struct ipsec_packet *ipsec_side_place(const struct ipsec_tracker *tracker,
                                            const struct ipsec_packet *packet,
                                            struct ipsec_packet *room)
{
    uint32_t interface = packet->packet.interface;
    if (!has_sides(tracker, interface))
        return packet;
    struct side wanted = side_of(packet);
    const struct side *side = g_hash_table_lookup(tracker->sides, &wanted);
    *room = *packet;
    room->packet.interface =
        ipsec_point_of(interface, side != NULL ? side->depth : IPSEC_DEPTH_UNKNOWN);
    return room;
}
