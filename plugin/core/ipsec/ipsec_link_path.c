/* In which order the points of each link lie (link/order.h); which end is translated; the list of
 * points, and the NATs between them, which all protocols share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/order.h"
#include "core/link/point.h"
#include "ipsec_link_internal.h"

/* An address at a point, and how many SAs it is an end of there. */
struct host_count {
    uint32_t point;
    struct net_address address;
    uint32_t count;
};

static guint host_hash(gconstpointer item)
{
    const struct host_count *host = item;
    return (guint)hash_address(hash_step(hash_secret.start, host->point), &host->address);
}

static gboolean host_equal(gconstpointer a, gconstpointer b)
{
    const struct host_count *x = a, *y = b;
    return x->point == y->point && net_address_equal(&x->address, &y->address);
}

static void count_host(GHashTable *hosts, uint32_t point, const struct net_address *address)
{
    struct host_count wanted = {point, *address, 1};
    struct host_count *found = g_hash_table_lookup(hosts, &wanted);
    if (found != NULL)
        found->count++;
    else
        g_hash_table_add(hosts, g_memdup2(&wanted, sizeof wanted));
}

static uint32_t fan_in(GHashTable *hosts, uint32_t point, const struct net_address *address)
{
    struct host_count wanted = {point, *address, 0};
    const struct host_count *found = g_hash_table_lookup(hosts, &wanted);
    return found != NULL ? found->count : 0;
}

static const struct endpoint *ike_end(const struct ike_sa *sa, unsigned end)
{
    const struct ipsec_place *place = sa->places[end][IKE_ON_500].first;
    return &(place != NULL ? place : sa->places[end][IKE_ON_4500].first)->endpoint;
}

static const struct ipsec_places *esp_places(const struct esp_sa *sa, unsigned end)
{
    return end == 0 ? &sa->source : &sa->target;
}

/* The endpoint of one end of the link at a position; NULL: not seen there. */
const struct endpoint *ipsec_end_at(const struct made_link *link, uint32_t position, unsigned end)
{
    if (link->view.ike[position] != NULL)
        return ike_end(link->view.ike[position], end);
    if (link->view.esp[position] != NULL)
        return &esp_places(link->view.esp[position], end)->first->endpoint;
    return NULL;
}

uint32_t ipsec_position_at(const struct made_link *link, uint32_t point)
{
    for (uint32_t i = 0; i < link->view.count; i++) {
        if (link->at[i] == point)
            return i;
    }
    return IPSEC_NONE;
}

static bool end_changes(const struct made_link *link, unsigned end, bool with_port)
{
    const struct endpoint *first = NULL;
    for (uint32_t position = 0; position < link->view.count; position++) {
        const struct endpoint *here = ipsec_end_at(link, position, end);
        if (here == NULL)
            continue;
        if (first != NULL && (!net_address_equal(&first->address, &here->address) ||
                              (with_port && first->port != here->port)))
            return true;
        first = here;
    }
    return false;
}

static GHashTable *count_hosts(const struct ipsec_links *links)
{
    GHashTable *hosts = g_hash_table_new_full(host_hash, host_equal, g_free, NULL);
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(links->tracker); i++) {
        const struct ike_sa *sa = ipsec_tracker_ike(links->tracker, i);
        for (unsigned end = 0; links->ikes[i].link != IPSEC_NONE && end < 2; end++)
            count_host(hosts, sa->point, &ike_end(sa, end)->address);
    }
    return hosts;
}

static bool initiator_sent(const struct ike_sa *sa)
{
    for (unsigned family = 0; family < 2; family++) {
        const struct ipsec_place *first = sa->places[0][family].first;
        if (first != NULL && first->packets > 0)
            return true;
    }
    return false;
}

/* Of several at a position: a host that only gets answers does not stand for the one that asks. */
static bool shows_more(const struct ike_sa *a, const struct ike_sa *b)
{
    bool asks = initiator_sent(a);
    return asks != initiator_sent(b) ? asks : a->messages > b->messages;
}

static void choose_shown(struct made_link *link)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        for (guint i = 0; i < link->members[position]->len; i++) {
            const void *member = link->members[position]->pdata[i];
            const struct ike_sa *ike = link->view.ike[position];
            const struct esp_sa *esp = link->view.esp[position];
            if (link->view.kind == IPSEC_LINK_IKE) {
                if (ike == NULL || shows_more(member, ike))
                    link->view.ike[position] = member;
            } else {
                const struct esp_sa *other = member;
                if (esp == NULL || other->packets > esp->packets)
                    link->view.esp[position] = other;
            }
        }
    }
}

static uint8_t ike_ttl(const struct ike_sa *sa, unsigned end)
{
    const struct ike_record *record = sa->first;
    while (record != NULL && (record->sender != end || record->ttl == 0))
        record = record->next;
    return record != NULL ? record->ttl : 0;
}

static uint8_t ttl_of(const struct ipsec_links *links, const struct made_link *link,
                      uint32_t position, unsigned end)
{
    const GArray *ttls = links->facts->esp_ttl;
    const struct esp_sa *esp = link->view.esp[position];
    if (link->view.ike[position] != NULL)
        return ike_ttl(link->view.ike[position], end);
    if (esp != NULL && end == 1)
        esp = esp->reverse;
    return esp != NULL && esp->index < ttls->len ? g_array_index(ttls, uint8_t, esp->index) : 0;
}

/* When one message of each end was seen at a position: the first of each, if the SA was seen from
 * its start. */
static void put_times(const struct made_link *link, uint32_t position, unsigned end,
                      struct order_key *key)
{
    const struct ike_sa *sa = link->view.ike[position];
    if (sa == NULL || sa->origin == IKE_ORIGIN_MIDDLE)
        return;
    int64_t first_ns[2] = {0};
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        if (first_ns[record->sender] == 0)
            first_ns[record->sender] = record->time_ns;
        if (first_ns[0] != 0 && first_ns[1] != 0)
            break;
    }
    key->has_times = first_ns[0] != 0 && first_ns[1] != 0;
    key->own_ns = first_ns[end];
    key->other_ns = first_ns[1 - end];
}

/* Moves the positions so that position i is what `from[i]` was. */
static void move(struct made_link *link, const uint32_t *from)
{
    const struct made_link old = *link;
    for (uint32_t i = 0; i < link->view.count; i++) {
        link->at[i] = old.at[from[i]];
        link->members[i] = old.members[from[i]];
        link->view.ike[i] = old.view.ike[from[i]];
        link->view.esp[i] = old.view.esp[from[i]];
    }
}

static void order_by_itself(const struct ipsec_links *links, GHashTable *hosts,
                            struct made_link *link)
{
    struct order_key keys[LINK_POINTS_LIMIT];
    uint32_t from[LINK_POINTS_LIMIT] = {0};
    unsigned end = link->view.translated_end;
    for (uint32_t i = 0; i < link->view.count; i++) {
        const struct endpoint *here = ipsec_end_at(link, i, end);
        keys[i] = (struct order_key){.original = i};
        if (here == NULL)
            continue;
        keys[i].named =
            link_named_inside(links->linker, ipsec_interface_of(link->at[i]), &here->address);
        keys[i].ttl = ttl_of(links, link, i, end);
        keys[i].other_ttl = ttl_of(links, link, i, 1 - end);
        keys[i].fan_in = fan_in(hosts, link->at[i], &here->address);
        keys[i].private_address = order_is_private(&here->address);
        put_times(link, i, end, &keys[i]);
    }
    link->view.order_known = order_sort(keys, link->view.count) && !link->roles_differ;
    for (uint32_t i = 0; i < link->view.count; i++)
        from[i] = keys[i].original;
    move(link, from);
}

static void remember_pairs(GHashTable *pairs, const struct made_link *link)
{
    if (link->view.order_known)
        link_remember_pairs(pairs, link->at, link->view.count);
}

/* As other links between the same points lie; false if none tells. */
static bool order_as_others(GHashTable *pairs, struct made_link *link)
{
    uint32_t from[LINK_POINTS_LIMIT] = {0};
    if (link->roles_differ || !link_order_as_others(pairs, link->at, link->view.count, from))
        return false;
    move(link, from);
    link->view.order_known = true;
    return true;
}

/* Which end is inside: the one whose address changes, else whose port does. */
static bool choose_end(struct made_link *link)
{
    for (int with_port = 0; with_port < 2; with_port++) {
        for (unsigned end = 0; end < 2; end++) {
            if (end_changes(link, end, with_port != 0)) {
                link->view.translated_end = end;
                return true;
            }
        }
    }
    link->view.translated_end = 0;
    return false;
}

/* Without an address that changes: a packet's TTL is higher where it comes from. */
static void choose_end_by_ttl(const struct ipsec_links *links, struct made_link *link)
{
    for (uint32_t i = 0; i + 1 < link->view.count && !link->down_known; i++) {
        uint8_t inner = ttl_of(links, link, i, 0), outer = ttl_of(links, link, i + 1, 0);
        if (inner != 0 && outer != 0 && inner != outer) {
            link->down_known = true;
            link->view.translated_end = inner > outer ? 0 : 1;
        }
    }
}

static void order_ikes(struct ipsec_links *links, GHashTable *hosts, GHashTable *pairs)
{
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        if (link->view.kind != IPSEC_LINK_IKE)
            continue;
        choose_end(link);
        order_by_itself(links, hosts, link);
        remember_pairs(pairs, link);
    }
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        if (link->view.kind == IPSEC_LINK_IKE && !link->view.order_known)
            order_as_others(pairs, link);
    }
}

/* The end of an ESP SA that is further inside, by the IKE SA that agreed on it. */
static bool choose_end_by_ike(const struct ipsec_links *links, struct made_link *link)
{
    const struct made_link *ike = made_link_at(links, link->view.ike_link);
    for (uint32_t i = 0; ike != NULL && i < link->view.count; i++) {
        const struct esp_sa *sa = link->view.esp[i];
        if (sa == NULL || sa->ike == NULL || links->ikes[sa->ike->index].link != ike->view.index)
            continue;
        link->view.translated_end = sa->sender == ike->view.translated_end ? 0 : 1;
        return true;
    }
    return false;
}

static void order_esps(struct ipsec_links *links, GHashTable *hosts, GHashTable *pairs)
{
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        if (link->view.kind != IPSEC_LINK_ESP)
            continue;
        link->down_known = choose_end_by_ike(links, link) || choose_end(link);
        if (!order_as_others(pairs, link))
            order_by_itself(links, hosts, link);
        if (!link->down_known)
            choose_end_by_ttl(links, link);
        link->view.order_known = link->view.order_known && link->down_known;
        link->down = link->view.translated_end == 0;
        remember_pairs(pairs, link);
    }
}

static void make_points(struct ipsec_links *links)
{
    for (guint i = 0; i < links->shown->len; i++)
        ipsec_point_at(links, &g_array_index(links->shown, struct shown, i));
}

static void show(const struct ipsec_links *links, struct made_link *link)
{
    struct ipsec_link *view = &link->view;
    for (uint32_t i = 0; i < view->count; i++) {
        struct link_point *point = ipsec_point_at(links, ipsec_shown_at(links, link->at[i]));
        view->point[i] = point->index;
        if (view->order_known)
            point->role = i == 0 ? "inside" : i + 1 == view->count ? "outside" : "middle";
        for (guint m = 0; m < link->members[i]->len; m++) {
            const void *sa = link->members[i]->pdata[m];
            if (view->kind == IPSEC_LINK_IKE)
                links->ikes[((const struct ike_sa *)sa)->index].position = i;
            else
                links->esps[((const struct esp_sa *)sa)->index].position = i;
        }
        for (unsigned family = 0; view->ike[i] != NULL && family < 2; family++) {
            const struct ipsec_places *places = &view->ike[i]->places[view->translated_end][family];
            view->places[family][i] = places->first != NULL ? places : NULL;
        }
        if (view->esp[i] != NULL)
            view->places[IKE_ON_4500][i] = esp_places(view->esp[i], view->translated_end);
    }
}

static void find_nats(struct ipsec_links *links, struct made_link *link)
{
    struct ipsec_link *view = &link->view;
    for (uint32_t hop = 0; hop + 1 < view->count; hop++) {
        for (unsigned end = 0; end < 2; end++) {
            const struct endpoint *near = ipsec_end_at(link, hop, end),
                                  *far = ipsec_end_at(link, hop + 1, end);
            view->hop[hop].translates = view->hop[hop].translates ||
                                        (near != NULL && far != NULL && !endpoint_equal(near, far));
        }
        for (unsigned family = 0; family < 2; family++) {
            const struct ipsec_places *near = view->places[family][hop];
            const struct ipsec_places *far = view->places[family][hop + 1];
            view->hop[hop].translates =
                view->hop[hop].translates ||
                (near != NULL && far != NULL &&
                 !endpoint_equal(&near->first->endpoint, &far->first->endpoint));
        }
        if (view->order_known && view->hop[hop].translates)
            link_nat_between(links->linker, view->point[hop], view->point[hop + 1])->others++;
    }
}

bool ipsec_hop_changes_address(const struct made_link *link, uint32_t hop)
{
    for (unsigned end = 0; end < 2; end++) {
        const struct endpoint *near = ipsec_end_at(link, hop, end),
                              *far = ipsec_end_at(link, hop + 1, end);
        if (near != NULL && far != NULL && !net_address_equal(&near->address, &far->address))
            return true;
    }
    return false;
}

void ipsec_link_order(struct ipsec_links *links)
{
    for (guint i = 0; i < links->links->len; i++)
        choose_shown(made_link_at(links, i));
    GHashTable *hosts = count_hosts(links);
    GHashTable *pairs = link_known_pairs(links->linker);
    order_ikes(links, hosts, pairs);
    order_esps(links, hosts, pairs);
    g_hash_table_destroy(hosts);
    g_hash_table_destroy(pairs);
    make_points(links);
    for (guint i = 0; i < links->links->len; i++) {
        show(links, made_link_at(links, i));
        find_nats(links, made_link_at(links, i));
    }
}
