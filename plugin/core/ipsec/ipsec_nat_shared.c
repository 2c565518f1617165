/* Outside ports that several clients leave from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

#define SIDE_BY_SIDE IPSEC_LATEST /* packets each way of both tunnels */

/* An IKE SA as it leaves from one endpoint. */
struct leaving {
    uint32_t point;
    unsigned family;
    struct endpoint from;
    struct endpoint to;
    const struct ipsec_place *place;
    const struct ike_sa *sa;
    struct made_link *link; /* NULL: seen at one point */
    uint32_t position;
};

static int compare_endpoints(const struct endpoint *a, const struct endpoint *b)
{
    int order = memcmp(&a->address, &b->address, sizeof a->address);
    return order != 0 ? order : (int)a->port - (int)b->port;
}

static int compare_tuples(const struct leaving *a, const struct leaving *b)
{
    if (a->point != b->point)
        return a->point < b->point ? -1 : 1;
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    int order = compare_endpoints(&a->from, &b->from);
    return order != 0 ? order : compare_endpoints(&a->to, &b->to);
}

static int compare_leaving(const void *a, const void *b)
{
    const struct leaving *one = a, *other = b;
    int order = compare_tuples(one, other);
    if (order != 0)
        return order;
    if (one->place->first_frame != other->place->first_frame)
        return one->place->first_frame < other->place->first_frame ? -1 : 1;
    return one->sa->index < other->sa->index ? -1 : one->sa->index > other->sa->index;
}

static void add_leaving(GArray *all, const struct ike_sa *sa, unsigned end, struct made_link *link,
                        uint32_t position)
{
    for (unsigned family = 0; family < 2; family++) {
        const struct ipsec_place *from = sa->places[end][family].first;
        const struct ipsec_place *to = sa->places[1 - end][family].first;
        if (to == NULL)
            continue;
        for (; from != NULL; from = from->next) {
            struct leaving leaving = {sa->point, family, from->endpoint, to->endpoint,
                                      from,      sa,     link,           position};
            if (from->packets > 0)
                g_array_append_val(all, leaving);
        }
    }
}

static GArray *all_leaving(const struct ipsec_links *links)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct leaving));
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(links->tracker); i++) {
        const struct ike_sa *sa = ipsec_tracker_ike(links->tracker, i);
        struct made_link *link = made_link_at(links, links->ikes[i].link);
        if (link == NULL)
            add_leaving(all, sa, 0, NULL, 0);
        else if (link->view.order_known && links->ikes[i].position > 0)
            add_leaving(all, sa, link->view.translated_end, link, links->ikes[i].position);
    }
    g_array_sort(all, compare_leaving);
    return all;
}

/* Both points tell the hosts apart. */
static bool are_of_two_hosts(const struct ipsec_links *links, const struct leaving *earlier,
                             const struct leaving *later)
{
    if (earlier->link == NULL || later->link == NULL)
        return false;
    /* One that left the port, or came to it, in mid-life may have taken it after the other. */
    if ((earlier->link->moved || later->link->moved) &&
        earlier->place->last_ns < later->place->first_ns)
        return false;
    const struct endpoint *one =
        ipsec_end_at(earlier->link, earlier->position - 1, earlier->link->view.translated_end);
    const struct endpoint *other =
        ipsec_end_at(later->link, later->position - 1, later->link->view.translated_end);
    return one != NULL && other != NULL && !net_address_equal(&one->address, &other->address) &&
           ipsec_link_last_ns(links, earlier->link) > later->place->first_ns;
}

/* Of the latest few. */
static uint32_t packets_after(const struct esp_sa *sa, int64_t time_ns)
{
    uint32_t after = 0;
    for (unsigned i = 0; i < MIN(sa->packets, IPSEC_LATEST); i++)
        after += sa->latest_ns[i] > time_ns;
    return after;
}

/* How many ESP packets of the IKE SA went each way after `time_ns`: enough to tell whether they are
 * SIDE_BY_SIDE. */
static void count_esp(const struct ike_sa *ike, int64_t time_ns, uint32_t ret[2],
                      int64_t *ret_both_ns)
{
    int64_t first_ns[2] = {INT64_MAX, INT64_MAX};
    ret[0] = ret[1] = 0;
    for (unsigned i = 0; i < 2 * MIN(ike->children, IPSEC_RECENT); i++) {
        const struct esp_sa *sa = ike->child[i / 2].esp[i % 2];
        if (sa == NULL)
            continue;
        first_ns[i % 2] = MIN(first_ns[i % 2], sa->first_ns);
        ret[i % 2] += packets_after(sa, time_ns);
    }
    *ret_both_ns = MAX(first_ns[0], first_ns[1]);
}

static int64_t established_ns(const struct ike_sa *sa)
{
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        if (record->progress == IKE_PROGRESS_ESTABLISHED)
            return record->time_ns;
    }
    return INT64_MAX;
}

/* When the SA began its last exchange that is neither a repetition nor informational. */
static int64_t last_exchange_ns(const struct ike_sa *sa)
{
    int64_t last_ns = 0;
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        bool is_informational =
            record->exchange == IKE_V1_INFORMATIONAL || record->exchange == IKE_V2_INFORMATIONAL;
        if (!record->copy && record->repeats_frame == 0 && !is_informational)
            last_ns = record->time_ns;
    }
    return last_ns;
}

/* One point alone: both go on side by side after the later one has come up, so it is no re-key. */
static bool go_on_together(const struct ike_sa *earlier, const struct ike_sa *later)
{
    uint32_t of_earlier[2], of_later[2];
    int64_t up_ns, ignored_ns, established = established_ns(later);
    count_esp(later, 0, of_later, &up_ns);
    count_esp(earlier, up_ns, of_earlier, &ignored_ns);
    if (of_later[0] >= SIDE_BY_SIDE && of_later[1] >= SIDE_BY_SIDE &&
        of_earlier[0] >= SIDE_BY_SIDE && of_earlier[1] >= SIDE_BY_SIDE)
        return true;
    int64_t exchange_ns = last_exchange_ns(earlier);
    return established != INT64_MAX && exchange_ns > established &&
           last_exchange_ns(later) > exchange_ns;
}

/* Said once, of the later one; the texts of both name the other. */
static void say_shared(struct ipsec_links *links, const struct leaving *earlier,
                       const struct leaving *later)
{
    char from[IPSEC_ADDRESS_SIZE], one[IPSEC_ADDRESS_SIZE], other[IPSEC_ADDRESS_SIZE];
    uint32_t frame = later->place->first_frame;
    ipsec_address_text(&later->from.address, from);
    if (earlier->link == NULL || later->link == NULL) {
        struct finding finding =
            ipsec_finding(IPSEC_PORT_SHARED, frame, later->point, later->sa, NULL);
        ipsec_link_say(links, &finding,
                       "two IKE SAs leave from %s port %u, the other one from "
                       "frame %u on",
                       from, later->from.port, earlier->place->first_frame);
        return;
    }
    if (earlier->link->sharer == NULL)
        earlier->link->sharer = later->link;
    if (later->link->sharer == NULL)
        later->link->sharer = earlier->link;
    uint32_t hop = later->position - 1;
    struct finding finding =
        ipsec_link_finding(links, IPSEC_PORT_SHARED, later->link, hop, later->position, frame);
    const struct endpoint *host =
        ipsec_end_at(earlier->link, hop, earlier->link->view.translated_end);
    const struct endpoint *new_host =
        ipsec_end_at(later->link, hop, later->link->view.translated_end);
    ipsec_link_say(links, &finding, "%s and %s both leave from %s port %u",
                   ipsec_address_text(&host->address, one),
                   ipsec_address_text(&new_host->address, other), from, later->from.port);
}

/* The next one on the same endpoints is compared with the latest few before it: what is further
 * back was shared, and said, before. */
void ipsec_nat_shared(struct ipsec_links *links)
{
    GArray *all = all_leaving(links);
    for (guint i = 1; i < all->len; i++) {
        const struct leaving *later = &g_array_index(all, struct leaving, i);
        for (guint back = 1; back <= MIN(i, IPSEC_RECENT); back++) {
            const struct leaving *earlier = &g_array_index(all, struct leaving, i - back);
            if (compare_tuples(earlier, later) != 0 || earlier->sa == later->sa ||
                (earlier->link != NULL && earlier->link == later->link))
                break;
            bool alone = earlier->link == NULL && later->link == NULL;
            if (are_of_two_hosts(links, earlier, later) ||
                (alone && go_on_together(earlier->sa, later->sa)))
                say_shared(links, earlier, later);
        }
    }
    g_array_free(all, TRUE);
}
