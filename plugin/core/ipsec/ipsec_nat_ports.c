/* Outside ports that change in mid-life.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

static guint endpoint_hash(gconstpointer item)
{
    const struct endpoint *end = item;
    return (guint)hash_address(hash_step(hash_secret.start, end->port), &end->address);
}

static gboolean endpoints_equal(gconstpointer a, gconstpointer b)
{
    return endpoint_equal(a, b);
}

/* A change of port of one end: `before` and `after` are of the same address. */
struct change {
    const struct ipsec_place *before;
    const struct ipsec_place *after;
};

static bool is_earlier(const struct change *a, const struct change *b)
{
    return b->after == NULL || a->after->first_ns < b->after->first_ns;
}

#define MOVE_NS G_GINT64_CONSTANT(1000000000) /* as exact as clocks are compared */

static int compare_times(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return one < other ? -1 : one > other;
}

/* The end itself took another endpoint then: a client that moves (MOBIKE), or another NAT before.
 * `moves_ns` ascend. */
static bool is_explained(const struct change *change, const GArray *moves_ns)
{
    guint low = 0, high = moves_ns->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(moves_ns, int64_t, middle) > change->before->last_ns - MOVE_NS)
            high = middle;
        else
            low = middle + 1;
    }
    return low < moves_ns->len &&
           g_array_index(moves_ns, int64_t, low) < change->after->first_ns + MOVE_NS;
}

/* The first change from one place to the next; an end that comes back to the old one has several
 * paths, or two points were merged into one. `moves_ns`: what explains a change; NULL: nothing. */
static void find_change(const struct ipsec_places *places, const GArray *moves_ns,
                        struct change *first)
{
    for (const struct ipsec_place *before = places->first; before != NULL; before = before->next) {
        const struct ipsec_place *after = before->next;
        struct change change = {before, after};
        if (after == NULL || before->packets == 0 || after->packets == 0 ||
            before->endpoint.port == after->endpoint.port || before->endpoint.port == 0 ||
            !net_address_equal(&before->endpoint.address, &after->endpoint.address) ||
            before->last_ns >= after->first_ns ||
            (moves_ns != NULL && is_explained(&change, moves_ns)))
            continue;
        if (is_earlier(&change, first))
            *first = change;
    }
}

static void add_esp_places(GPtrArray *all, const struct made_link *esp, uint32_t position)
{
    for (guint i = 0; i < esp->members[position]->len; i++) {
        const struct esp_sa *sa = esp->members[position]->pdata[i];
        if (sa->encapsulation == ESP_IN_UDP)
            g_ptr_array_add(all, (gpointer)&sa->source);
    }
}

/* Where one end of a tunnel sent from at a position, SA by SA: const struct ipsec_places *. By
 * `by_ike`: the ESP links of each IKE link. */
static GPtrArray *places_at(GPtrArray *const *by_ike, const struct made_link *link,
                            uint32_t position)
{
    GPtrArray *all = g_ptr_array_new();
    if (link->view.kind == IPSEC_LINK_ESP) {
        if (link->down)
            add_esp_places(all, link, position);
        return all;
    }
    for (guint i = 0; i < link->members[position]->len; i++) {
        const struct ike_sa *sa = link->members[position]->pdata[i];
        g_ptr_array_add(all, (gpointer)&sa->places[link->view.translated_end][IKE_ON_4500]);
    }
    const GPtrArray *esps = by_ike[link->view.index];
    for (guint i = 0; esps != NULL && i < esps->len; i++) {
        const struct made_link *esp = esps->pdata[i];
        for (uint32_t at = 0; at < esp->view.count && esp->down; at++) {
            if (esp->at[at] == link->at[position])
                add_esp_places(all, esp, at);
        }
    }
    return all;
}

/* When an end took another endpoint before the hop, by the clock behind it. */
static GArray *moves_before(const struct ipsec_links *links, GPtrArray *const *by_ike,
                            const struct made_link *link, uint32_t position)
{
    GArray *moves_ns = g_array_new(FALSE, FALSE, sizeof(int64_t));
    GPtrArray *all = places_at(by_ike, link, position - 1);
    int64_t ahead_ns = ipsec_ahead_ns(links, link->at[position - 1], link->at[position]);
    for (guint i = 0; i < all->len; i++) {
        const struct ipsec_place *place = ((const struct ipsec_places *)all->pdata[i])->first;
        for (place = place != NULL ? place->next : NULL; place != NULL; place = place->next) {
            int64_t move_ns = place->first_ns + ahead_ns;
            g_array_append_val(moves_ns, move_ns);
        }
    }
    g_ptr_array_free(all, TRUE);
    g_array_sort(moves_ns, compare_times);
    return moves_ns;
}

/* The first change of the inner end's port at a position that nothing before the hop explains. */
static struct change change_at(const struct ipsec_links *links, GPtrArray *const *by_ike,
                               const struct made_link *link, uint32_t position)
{
    struct change first = {NULL, NULL};
    GPtrArray *all = places_at(by_ike, link, position);
    GArray *moves_ns = moves_before(links, by_ike, link, position);
    for (guint i = 0; i < all->len; i++)
        find_change(all->pdata[i], moves_ns, &first);
    g_ptr_array_free(all, TRUE);
    g_array_free(moves_ns, TRUE);
    return first;
}

/* Packets to the old port that ended at the hop after the last one from it. */
static uint32_t lost_after(const struct made_link *link, uint32_t hop, int64_t time_ns)
{
    const struct ipsec_crossing *inwards = ipsec_crossing_at(link, hop, false);
    uint32_t lost = 0;
    for (uint32_t i = 0; inwards != NULL && i < inwards->crossing.near_count; i++)
        lost += inwards->crossing.arrived[i] == CROSSING_NONE &&
                inwards->crossing.near[i].time_ns >= time_ns;
    return lost;
}

/* `lost`: 0 also where one point alone shows the change, which cannot tell. */
static void say_change(struct ipsec_links *links, struct finding *finding,
                       const struct change *change, uint32_t lost)
{
    double silence = (double)(change->after->first_ns - change->before->last_ns) / 1e9;
    char *lost_text = lost == 0 ? g_strdup("")
                                : g_strdup_printf("; %u packet%s to the old port %s lost", lost,
                                                  lost == 1 ? "" : "s", lost == 1 ? "was" : "were");
    finding->peer_frame = ipsec_links_peer(links, finding->judged_frame);
    ipsec_link_say(links, finding,
                   "port %u became %u after %.1f s without a packet from that end%s",
                   change->before->endpoint.port, change->after->endpoint.port, silence, lost_text);
    g_free(lost_text);
}

static void check_change(struct ipsec_links *links, GPtrArray *const *by_ike,
                         struct made_link *link, GHashTable *taken)
{
    for (uint32_t position = 1; position < link->view.count; position++) {
        struct change outer = change_at(links, by_ike, link, position);
        if (outer.after == NULL)
            continue;
        const GPtrArray *esps = link->view.kind == IPSEC_LINK_IKE ? by_ike[link->view.index] : NULL;
        uint32_t hop = position - 1, lost = lost_after(link, hop, outer.before->last_ns);
        link->moved = true;
        g_hash_table_add(taken, (gpointer)&outer.after->endpoint);
        for (guint i = 0; esps != NULL && i < esps->len; i++) {
            struct made_link *esp = esps->pdata[i];
            esp->moved = true;
            lost += lost_after(esp, hop, outer.before->last_ns);
        }
        struct finding finding = ipsec_link_finding(links, IPSEC_MAPPING_CHANGED, link, hop,
                                                    position, outer.after->first_frame);
        say_change(links, &finding, &outer, lost);
    }
}

/* Of ESP SAs whose tunnel is not known: what comes back to the old port has another SPI, but the
 * same inner endpoint. */
static void mark_same_ends(struct ipsec_links *links)
{
    GHashTable *moved = g_hash_table_new(endpoint_hash, endpoints_equal);
    for (int marks = 0; marks < 2; marks++) {
        for (guint i = 0; i < links->links->len; i++) {
            struct made_link *link = made_link_at(links, i);
            const struct endpoint *end = ipsec_end_at(link, 0, link->view.translated_end);
            if (link->view.kind != IPSEC_LINK_ESP || end == NULL)
                continue;
            if (marks)
                link->moved = link->moved || g_hash_table_contains(moved, end);
            else if (link->moved && link->view.ike_link == IPSEC_NONE)
                g_hash_table_add(moved, (gpointer)end);
        }
    }
    g_hash_table_destroy(moved);
}

/* A tunnel that took a port which was another one's: what still goes there for that one comes to a
 * wrong host because of the change. `taken`: the ports that tunnels changed to. */
static void mark_swapped(struct ipsec_links *links, GHashTable *taken)
{
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        for (uint32_t position = 1; position < link->view.count && !link->swapped; position++) {
            for (unsigned family = 0; family < 2; family++) {
                const struct ipsec_places *places = link->view.places[family][position];
                const struct ipsec_place *place = places != NULL ? places->first : NULL;
                for (; place != NULL && !link->swapped; place = place->next)
                    link->swapped = g_hash_table_contains(taken, &place->endpoint);
            }
        }
    }
}

static void check_changes(struct ipsec_links *links)
{
    GPtrArray **by_ike = g_new0(GPtrArray *, links->links->len + 1);
    GHashTable *taken = g_hash_table_new(endpoint_hash, endpoints_equal);
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        uint32_t ike = link->view.ike_link;
        if (ike == IPSEC_NONE)
            continue;
        if (by_ike[ike] == NULL)
            by_ike[ike] = g_ptr_array_new();
        g_ptr_array_add(by_ike[ike], link);
    }
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        if (link->view.order_known && link->view.ike_link == IPSEC_NONE)
            check_change(links, by_ike, link, taken);
    }
    mark_same_ends(links);
    mark_swapped(links, taken);
    g_hash_table_destroy(taken);
    for (guint i = 0; i < links->links->len; i++) {
        if (by_ike[i] != NULL)
            g_ptr_array_free(by_ike[i], TRUE);
    }
    g_free(by_ike);
}

/* One point alone shows that a port changed, of its IKE SA or of ESP that it agreed on. */
static void check_changes_alone(struct ipsec_links *links)
{
    uint32_t ikes = ipsec_tracker_ike_count(links->tracker);
    struct change *first = g_new0(struct change, ikes + 1);
    for (uint32_t i = 0; i < ikes; i++) {
        for (unsigned end = 0; at_one_point(&links->ikes[i]) && end < 2; end++)
            find_change(&ipsec_tracker_ike(links->tracker, i)->places[end][IKE_ON_4500], NULL,
                        &first[i]);
    }
    for (uint32_t i = 0; i < ipsec_tracker_esp_count(links->tracker); i++) {
        const struct esp_sa *sa = ipsec_tracker_esp(links->tracker, i);
        struct change own = {NULL, NULL};
        if (!at_one_point(&links->esps[i]) || sa->encapsulation != ESP_IN_UDP)
            continue;
        if (sa->ike != NULL) {
            find_change(&sa->source, NULL, &first[sa->ike->index]);
            continue;
        }
        find_change(&sa->source, NULL, &own);
        if (own.after == NULL)
            continue;
        struct finding finding =
            ipsec_finding(IPSEC_MAPPING_CHANGED, own.after->first_frame, sa->point, NULL, sa);
        say_change(links, &finding, &own, 0);
    }
    for (uint32_t i = 0; i < ikes; i++) {
        const struct ike_sa *sa = ipsec_tracker_ike(links->tracker, i);
        if (first[i].after == NULL || !at_one_point(&links->ikes[i]))
            continue;
        struct finding finding =
            ipsec_finding(IPSEC_MAPPING_CHANGED, first[i].after->first_frame, sa->point, sa, NULL);
        say_change(links, &finding, &first[i], 0);
    }
    g_free(first);
}

void ipsec_nat_ports(struct ipsec_links *links)
{
    check_changes(links);
    check_changes_alone(links);
}
