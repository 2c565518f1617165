/* Which two ESP SAs and which IKE SA are one tunnel. SPIs are agreed under encryption, so it takes
 * the endpoints and the order: ESP in UDP goes between the endpoints of its IKE SA on port 4500,
 * native ESP between its hosts; and each exchange that agrees on SAs makes one for each direction.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_internal.h"

/* The end of the IKE SA that sends this way, or -1: neither is there. */
static int sending_end(const struct ike_sa *ike, const struct ipsec_conversation *conversation,
                       unsigned way)
{
    const struct endpoint *source = &conversation->end[way];
    for (int end = 0; end < 2; end++) {
        for (unsigned family = 0; family < 2; family++) {
            const struct ipsec_place *place = ike->places[end][family].first;
            for (; place != NULL; place = place->next) {
                bool same_port = source->port == 0 || place->endpoint.port == source->port;
                if (same_port && net_address_equal(&place->endpoint.address, &source->address))
                    return end;
            }
        }
    }
    return -1;
}

/* The latest child of the IKE SA whose packets from this end were not seen yet, or NULL. */
static struct ike_child *open_child(struct ike_sa *ike, unsigned end)
{
    for (uint32_t back = 1; back <= MIN(ike->children, IPSEC_RECENT); back++) {
        struct ike_child *child = &ike->child[(ike->children - back) % IPSEC_RECENT];
        if (child->esp[end] == NULL)
            return child;
    }
    return NULL;
}

/* One IKE SA that can have made the ESP SA: the one with an open child, else the only one. */
struct owner {
    struct ike_sa *ike;
    struct ike_child *child;
    unsigned end;
    unsigned open;       /* how many have an open child */
    unsigned candidates; /* how many there are at all */
};

static void consider(struct owner *owner, struct ike_sa *ike,
                     const struct ipsec_conversation *conversation, unsigned way)
{
    int end = sending_end(ike, conversation, way);
    if (end < 0)
        return;
    struct ike_child *child = open_child(ike, (unsigned)end);
    owner->candidates++;
    if (child != NULL)
        owner->open++;
    if (child != NULL || owner->open == 0) {
        owner->ike = ike;
        owner->child = child;
        owner->end = (unsigned)end;
    }
}

static struct owner owner_among(struct ike_sa *const *ikes,
                                const struct ipsec_conversation *conversation, unsigned way)
{
    struct owner owner = {0};
    for (unsigned i = 0; i < IPSEC_RECENT && ikes[i] != NULL; i++)
        consider(&owner, ikes[i], conversation, way);
    return owner;
}

/* IKE SAs of the same hosts whose endpoints on 4500 were never seen can own ESP between any. */
static struct owner owner_among_hosts(const struct ipsec_conversation *conversation, unsigned way)
{
    struct owner owner = {0};
    const struct ipsec_conversation *hosts = conversation->hosts;
    for (unsigned i = 0; i < IPSEC_RECENT && hosts->ike[i] != NULL; i++) {
        if (hosts->ike[i]->conversation[IKE_ON_4500] == NULL)
            consider(&owner, hosts->ike[i], hosts, way);
    }
    return owner;
}

static void find_owner(struct esp_sa *sa, const struct ipsec_conversation *conversation,
                       unsigned way)
{
    struct owner owner = owner_among(conversation->ike, conversation, way);
    if (owner.candidates == 0 && conversation->hosts != conversation)
        owner = owner_among_hosts(conversation, way);
    if (owner.candidates == 0)
        return;
    sa->ike_ambiguous = owner.open > 1 || (owner.open == 0 && owner.candidates > 1);
    if (sa->ike_ambiguous)
        return;
    sa->ike = owner.ike;
    sa->sender = (uint8_t)owner.end;
    sa->child = owner.child;
    if (owner.child != NULL)
        owner.child->esp[owner.end] = sa;
}

/* The other direction: the same child's, or the latest there that has no reverse yet. */
static struct esp_sa *find_reverse(const struct esp_sa *sa,
                                   const struct ipsec_conversation *conversation, unsigned way)
{
    if (sa->child != NULL)
        return sa->child->esp[1 - sa->sender];
    struct esp_sa *latest = conversation->way[1 - way].esp;
    bool is_free = latest != NULL && latest->reverse == NULL && latest->child == NULL;
    return is_free && latest->ike == sa->ike ? latest : NULL;
}

void esp_tunnel_join(struct esp_sa *sa, struct ipsec_conversation *conversation, unsigned way)
{
    find_owner(sa, conversation, way);
    struct esp_sa *reverse = find_reverse(sa, conversation, way);
    if (reverse == NULL || reverse == sa)
        return;
    sa->reverse = reverse;
    reverse->reverse = sa;
}
