/* Endpoints: which two talk, and where each end of an SA was over time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_internal.h"

struct conversation_key {
    uint32_t point;
    struct endpoint end[2];
};

static int compare(const struct endpoint *a, const struct endpoint *b)
{
    int order = memcmp(&a->address, &b->address, sizeof a->address);
    return order != 0 ? order : (int)a->port - (int)b->port;
}

/* The ends in order, and which of them is `one`. */
static struct conversation_key key_of(uint32_t point, const struct endpoint *one,
                                      const struct endpoint *other, unsigned *way)
{
    *way = compare(one, other) > 0;
    if (*way == 0)
        return (struct conversation_key){point, {*one, *other}};
    return (struct conversation_key){point, {*other, *one}};
}

static bool equal(const void *item, const void *key)
{
    const struct ipsec_conversation *conversation = item;
    const struct conversation_key *wanted = key;
    return conversation->point == wanted->point &&
           endpoint_equal(&conversation->end[0], &wanted->end[0]) &&
           endpoint_equal(&conversation->end[1], &wanted->end[1]);
}

static uint32_t hash_of(const struct conversation_key *key)
{
    uint64_t words[5] = {(uint64_t)key->point << 32 | (uint32_t)key->end[0].port << 16 |
                         key->end[1].port};
    memcpy(words + 1, key->end[0].address.octets, sizeof key->end[0].address.octets);
    memcpy(words + 3, key->end[1].address.octets, sizeof key->end[1].address.octets);
    return index_table_hash(words, G_N_ELEMENTS(words));
}

static struct ipsec_conversation *find(const struct ipsec_tracker *tracker,
                                       const struct conversation_key *key)
{
    void **found = index_table_find(&tracker->by_endpoints, hash_of(key), equal, key);
    return found != NULL ? *found : NULL;
}

static struct ipsec_conversation *find_or_add(struct ipsec_tracker *tracker,
                                              const struct conversation_key *key, uint32_t frame)
{
    struct ipsec_conversation *conversation = find(tracker, key);
    if (conversation != NULL)
        return conversation;
    if (tracker->conversations->len >= IPSEC_CONVERSATION_LIMIT) {
        ipsec_reach_limit(tracker, IPSEC_LIMIT_CONVERSATIONS, frame);
        return NULL;
    }
    conversation = g_new0(struct ipsec_conversation, 1);
    conversation->end[0] = key->end[0];
    conversation->end[1] = key->end[1];
    conversation->point = key->point;
    conversation->index = tracker->conversations->len;
    g_ptr_array_add(tracker->conversations, conversation);
    index_table_add(&tracker->by_endpoints, hash_of(key), conversation);
    return conversation;
}

struct ipsec_conversation *ipsec_conversation_of(struct ipsec_tracker *tracker,
                                                 const struct ipsec_packet *packet, unsigned *way)
{
    struct endpoint source = ipsec_source(packet);
    struct endpoint destination = ipsec_destination(packet);
    struct conversation_key key = key_of(packet->packet.interface, &source, &destination, way);
    struct conversation_key hosts = key;
    hosts.end[0].port = 0;
    hosts.end[1].port = 0;
    struct ipsec_conversation *base = find_or_add(tracker, &hosts, packet->packet.frame);
    struct ipsec_conversation *conversation = find_or_add(tracker, &key, packet->packet.frame);
    if (base == NULL || conversation == NULL)
        return NULL;
    base->hosts = base;
    conversation->hosts = base;
    return conversation;
}

struct ipsec_conversation *ipsec_tracker_find_conversation(const struct ipsec_tracker *tracker,
                                                           uint32_t point,
                                                           const struct endpoint *one,
                                                           const struct endpoint *other)
{
    unsigned way;
    struct conversation_key key = key_of(point, one, other, &way);
    return find(tracker, &key);
}

void ipsec_conversation_free(void *data)
{
    struct ipsec_conversation *conversation = data;
    g_free(conversation->waiting);
    g_free(conversation);
}

void ipsec_conversation_count(struct ipsec_conversation *conversation, unsigned way)
{
    conversation->way[way].packets++;
    if (conversation->hosts != conversation)
        conversation->hosts->way[way].packets++;
}

static void make_latest(struct ike_sa **latest, struct ike_sa *sa)
{
    unsigned place = 0;
    while (place < IPSEC_RECENT - 1 && latest[place] != NULL && latest[place] != sa)
        place++;
    for (; place > 0; place--)
        latest[place] = latest[place - 1];
    latest[0] = sa;
}

void ipsec_conversation_add_ike(struct ipsec_conversation *conversation, struct ike_sa *sa)
{
    make_latest(conversation->ike, sa);
    if (conversation->hosts != conversation)
        make_latest(conversation->hosts->ike, sa);
}

static struct ipsec_place *place_at(const struct ipsec_places *places,
                                    const struct endpoint *endpoint)
{
    if (places->latest != NULL && endpoint_equal(&places->latest->endpoint, endpoint))
        return places->latest;
    struct ipsec_place *place = places->first;
    while (place != NULL && !endpoint_equal(&place->endpoint, endpoint))
        place = place->next;
    return place;
}

static struct ipsec_place *add_place(struct ipsec_places *places)
{
    struct ipsec_place **end = &places->first;
    while (*end != NULL)
        end = &(*end)->next;
    *end = g_new0(struct ipsec_place, 1);
    places->count++;
    return *end;
}

/* The last of a full list, emptied for another. */
static struct ipsec_place *reuse_last(const struct ipsec_places *places)
{
    struct ipsec_place *place = places->first;
    while (place->next != NULL)
        place = place->next;
    *place = (struct ipsec_place){0};
    return place;
}

void ipsec_place_note(struct ipsec_tracker *tracker, struct ipsec_places *places,
                      const struct endpoint *endpoint, const struct packet *packet)
{
    struct ipsec_place *place = place_at(places, endpoint);
    if (places->latest != NULL && places->latest != place)
        places->moves++;
    if (place == NULL) {
        if (places->count < IPSEC_PLACE_LIMIT) {
            place = add_place(places);
        } else {
            ipsec_reach_limit(tracker, IPSEC_LIMIT_PLACES, packet->frame);
            place = reuse_last(places);
        }
        place->endpoint = *endpoint;
        place->first_frame = packet->frame;
        place->first_ns = packet->time_ns;
    }
    place->packets++;
    place->last_frame = packet->frame;
    place->last_ns = packet->time_ns;
    places->latest = place;
}

bool ipsec_places_have(const struct ipsec_places *places, const struct endpoint *endpoint)
{
    return place_at(places, endpoint) != NULL;
}

void ipsec_places_clear(struct ipsec_places *places)
{
    while (places->first != NULL) {
        struct ipsec_place *next = places->first->next;
        g_free(places->first);
        places->first = next;
    }
}
