/* Which SAs of several points are one. IKE SAs by their SPIs; ESP SAs of one SPI by packets that
 * are one, or by the IKE SA that agreed on them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

static struct made_link *new_link(struct ipsec_links *links, enum ipsec_link_kind kind)
{
    struct made_link *link = g_new0(struct made_link, 1);
    link->view.index = links->links->len;
    link->view.kind = kind;
    link->view.ike_link = IPSEC_NONE;
    link->view.status = VERDICT_UNKNOWN;
    link->crossings = g_array_new(FALSE, FALSE, sizeof(struct ipsec_crossing));
    g_ptr_array_add(links->links, link);
    return link;
}

/* The position of a point, added if it is new; LINK_POINTS_LIMIT: there are too many. */
static uint32_t position_of(struct made_link *link, uint32_t point)
{
    uint32_t position = 0;
    while (position < link->view.count && link->at[position] != point)
        position++;
    if (position < link->view.count || position == LINK_POINTS_LIMIT)
        return position;
    link->at[position] = point;
    link->members[position] = g_ptr_array_new();
    link->view.count++;
    return position;
}

static void add_ike(struct ipsec_links *links, struct made_link *link, struct ike_sa *sa)
{
    uint32_t position = position_of(link, sa->point);
    if (position == LINK_POINTS_LIMIT)
        return;
    g_ptr_array_add(link->members[position], sa);
    links->ikes[sa->index].link = link->view.index;
}

static void add_esp(struct ipsec_links *links, struct made_link *link, struct esp_sa *sa)
{
    uint32_t position = position_of(link, sa->point);
    if (position == LINK_POINTS_LIMIT)
        return;
    g_ptr_array_add(link->members[position], sa);
    links->esps[sa->index].link = link->view.index;
}

static int compare_ikes(const void *a, const void *b)
{
    const struct ike_sa *one = *(struct ike_sa *const *)a, *other = *(struct ike_sa *const *)b;
    if (one->initiator_spi != other->initiator_spi)
        return one->initiator_spi < other->initiator_spi ? -1 : 1;
    /* Those without a responder SPI yet come last: they fit the first that has one. */
    if ((one->responder_spi == 0) != (other->responder_spi == 0))
        return one->responder_spi != 0 ? -1 : 1;
    if (one->responder_spi != other->responder_spi)
        return one->responder_spi < other->responder_spi ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

/* How many of the sorted SAs from `first` on are one. A cookie that is sent back leaves several SAs
 * of one initiator SPI: those without the responder's go with the last one that has it. */
static uint32_t ikes_alike(struct ike_sa *const *all, uint32_t first, uint32_t count)
{
    uint32_t end = first + 1;
    while (end < count && all[end]->initiator_spi == all[first]->initiator_spi &&
           (all[end]->responder_spi == all[first]->responder_spi || all[end]->responder_spi == 0))
        end++;
    return end - first;
}

static bool several_points(struct ike_sa *const *all, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (all[i]->point != all[0]->point)
            return true;
    }
    return false;
}

/* What is missing elsewhere may be on a side that nobody knows. */
static bool strays(uint32_t point)
{
    return ipsec_depth_of(point) == IPSEC_DEPTH_UNKNOWN;
}

static bool ikes_stray(struct ipsec_links *links, struct ike_sa *const *all, uint32_t count)
{
    bool stray = false;
    for (uint32_t i = 0; i < count; i++)
        stray = stray || strays(all[i]->point);
    for (uint32_t i = 0; i < count; i++)
        links->ikes[all[i]->index].strays = stray;
    return stray;
}

static void group_ikes(struct ipsec_links *links)
{
    uint32_t count = ipsec_tracker_ike_count(links->tracker);
    struct ike_sa **all = g_new(struct ike_sa *, count + 1);
    for (uint32_t i = 0; i < count; i++)
        all[i] = ipsec_tracker_ike(links->tracker, i);
    qsort(all, count, sizeof *all, compare_ikes);
    for (uint32_t first = 0, alike; first < count; first += alike) {
        alike = ikes_alike(all, first, count);
        if (ikes_stray(links, all + first, alike) || !several_points(all + first, alike))
            continue;
        struct made_link *link = new_link(links, IPSEC_LINK_IKE);
        link->view.evidence = IPSEC_EVIDENCE_SPI;
        for (uint32_t i = 0; i < alike; i++)
            add_ike(links, link, all[first + i]);
    }
    g_free(all);
}

/* ESP SAs of one SPI, and which of them are one so far: the lowest of each set stands for it. */
struct alike {
    struct esp_sa *sa;
    uint32_t of;
    bool by_packets;
};

static uint32_t root_of(struct alike *all, uint32_t i)
{
    while (all[i].of != i) {
        all[i].of = all[all[i].of].of;
        i = all[i].of;
    }
    return i;
}

static void unite(struct alike *all, uint32_t a, uint32_t b, bool by_packets)
{
    a = root_of(all, a);
    b = root_of(all, b);
    bool known = all[a].by_packets || all[b].by_packets || by_packets;
    all[MAX(a, b)].of = MIN(a, b);
    all[MIN(a, b)].by_packets = known;
}

struct keyed {
    uint64_t key;
    uint32_t member;
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *one = a, *other = b;
    if (one->key != other->key)
        return one->key < other->key ? -1 : 1;
    return one->member < other->member ? -1 : one->member > other->member;
}

/* Nearly always there are two, at two points, with their packets in order: then the first that both
 * have is enough. False: it takes more to tell. */
static bool unite_two(const struct ipsec_links *links, struct alike *all, uint32_t count)
{
    if (count != 2 || all[0].sa->point == all[1].sa->point)
        return false;
    struct esp_walk one = ipsec_walk(links, all[0].sa), two = ipsec_walk(links, all[1].sa);
    struct crossing_packet at, other;
    bool both = ipsec_walk_next(&one, &at) && ipsec_walk_next(&two, &other);
    while (both && (uint32_t)at.key != 0 && (uint32_t)other.key != 0) {
        if (at.key == other.key) {
            unite(all, 0, 1, true);
            return true;
        }
        both = at.key < other.key ? ipsec_walk_next(&one, &at) : ipsec_walk_next(&two, &other);
    }
    return false;
}

/* Where one SA shows no last octets, as in a capture that was cut, the sequence numbers do: the SPI
 * is the same already. */
static void unite_by_packets(const struct ipsec_links *links, struct alike *all, uint32_t count)
{
    if (unite_two(links, all, count))
        return;
    GArray *keys = g_array_new(FALSE, FALSE, sizeof(struct keyed));
    bool is_cut = false;
    for (uint32_t i = 0; i < count; i++) {
        struct esp_walk walk = ipsec_walk(links, all[i].sa);
        struct crossing_packet packet;
        while (ipsec_walk_next(&walk, &packet)) {
            struct keyed keyed = {packet.key, i};
            is_cut = is_cut || (uint32_t)keyed.key == 0;
            g_array_append_val(keys, keyed);
        }
    }
    for (guint i = 0; is_cut && i < keys->len; i++)
        g_array_index(keys, struct keyed, i).key >>= 32;
    g_array_sort(keys, compare_keyed);
    for (guint i = 1; i < keys->len; i++) {
        const struct keyed *one = &g_array_index(keys, struct keyed, i - 1);
        const struct keyed *other = &g_array_index(keys, struct keyed, i);
        if (one->key == other->key && all[one->member].sa->point != all[other->member].sa->point)
            unite(all, one->member, other->member, true);
    }
    g_array_free(keys, TRUE);
}

static uint32_t ike_link_of(const struct ipsec_links *links, const struct esp_sa *sa)
{
    return sa->ike != NULL ? links->ikes[sa->ike->index].link : IPSEC_NONE;
}

/* Of one exchange that both points saw: no packet in common, as where each was changed. */
static void unite_by_ike(const struct ipsec_links *links, struct alike *all, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const struct esp_sa *one = all[i - 1].sa, *other = all[i].sa;
        uint32_t link = ike_link_of(links, one);
        if (link != IPSEC_NONE && link == ike_link_of(links, other) && one->child != NULL &&
            other->child != NULL && one->sender == other->sender && one->point != other->point)
            unite(all, i - 1, i, false);
    }
}

/* Where the inside point saw it come to a wrong host, that host's IKE SA is a guess. */
static uint32_t ike_link_of_all(const struct ipsec_links *links, struct made_link *link)
{
    uint32_t found = IPSEC_NONE;
    for (uint32_t position = 0; position < link->view.count; position++) {
        for (guint i = 0; i < link->members[position]->len; i++) {
            const struct esp_sa *sa = link->members[position]->pdata[i];
            uint32_t ike = ike_link_of(links, sa);
            if (ike != IPSEC_NONE && sa->child != NULL) {
                link->by_exchange = true;
                return ike;
            }
            found = found == IPSEC_NONE ? ike : found;
        }
    }
    return found;
}

/* One set, or one alone: a link if it was seen at several points, or its IKE SA was. */
static void take(struct ipsec_links *links, const struct alike *all, uint32_t count,
                 bool by_packets)
{
    bool several = false;
    uint32_t by_ike = IPSEC_NONE;
    for (uint32_t i = 0; i < count; i++) {
        several = several || all[i].sa->point != all[0].sa->point;
        by_ike = by_ike == IPSEC_NONE ? ike_link_of(links, all[i].sa) : by_ike;
    }
    if (!several && by_ike == IPSEC_NONE)
        return;
    struct made_link *link = new_link(links, IPSEC_LINK_ESP);
    for (uint32_t i = 0; i < count; i++)
        add_esp(links, link, all[i].sa);
    link->view.ike_link = ike_link_of_all(links, link);
    link->view.evidence = by_packets ? IPSEC_EVIDENCE_ESP : 0;
    if (link->view.ike_link == IPSEC_NONE)
        return;
    struct made_link *ike = made_link_at(links, link->view.ike_link);
    for (uint32_t position = 0; position < ike->view.count; position++)
        position_of(link, ike->at[position]);
    link->view.evidence |= IPSEC_EVIDENCE_TUNNEL;
}

static int compare_sets(const void *a, const void *b)
{
    const struct alike *one = a, *other = b;
    if (one->of != other->of)
        return one->of < other->of ? -1 : 1;
    return one->sa->index < other->sa->index ? -1 : 1;
}

/* All of one SPI, set by set. */
static void take_sets(struct ipsec_links *links, struct alike *all, uint32_t count)
{
    bool *by_packets = g_new(bool, count);
    for (uint32_t i = 0; i < count; i++)
        by_packets[i] = all[i].by_packets;
    for (uint32_t i = 0; i < count; i++)
        all[i].of = root_of(all, i);
    qsort(all, count, sizeof *all, compare_sets);
    for (uint32_t first = 0, end; first < count; first = end) {
        for (end = first; end < count && all[end].of == all[first].of; end++)
            continue;
        take(links, all + first, end - first, by_packets[all[first].of]);
    }
    g_free(by_packets);
}

static bool esps_stray(struct ipsec_links *links, const struct alike *all, uint32_t count)
{
    bool stray = false;
    for (uint32_t i = 0; i < count; i++)
        stray = stray || strays(all[i].sa->point);
    for (uint32_t i = 0; i < count; i++)
        links->esps[all[i].sa->index].strays = stray;
    return stray;
}

static int compare_esps(const void *a, const void *b)
{
    const struct alike *one = a, *other = b;
    if (one->sa->spi != other->sa->spi)
        return one->sa->spi < other->sa->spi ? -1 : 1;
    return one->sa->index < other->sa->index ? -1 : 1;
}

static void group_esps(struct ipsec_links *links)
{
    uint32_t count = ipsec_tracker_esp_count(links->tracker);
    struct alike *all = g_new0(struct alike, count + 1);
    for (uint32_t i = 0; i < count; i++)
        all[i].sa = ipsec_tracker_esp(links->tracker, i);
    qsort(all, count, sizeof *all, compare_esps);
    for (uint32_t first = 0, end; first < count; first = end) {
        for (end = first; end < count && all[end].sa->spi == all[first].sa->spi; end++)
            all[end].of = end - first;
        if (esps_stray(links, all + first, end - first))
            continue;
        if (end - first > 1) {
            unite_by_packets(links, all + first, end - first);
            unite_by_ike(links, all + first, end - first);
        }
        take_sets(links, all + first, end - first);
    }
    g_free(all);
}

static int compare_links(const void *a, const void *b)
{
    const struct made_link *one = *(struct made_link *const *)a;
    const struct made_link *other = *(struct made_link *const *)b;
    return one->first_frame < other->first_frame ? -1 : one->first_frame > other->first_frame;
}

static uint32_t first_frame_of(const struct made_link *link)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t position = 0; position < link->view.count; position++) {
        for (guint i = 0; i < link->members[position]->len; i++) {
            const void *sa = link->members[position]->pdata[i];
            first = MIN(first, link->view.kind == IPSEC_LINK_IKE
                                   ? ((const struct ike_sa *)sa)->first->frame
                                   : ((const struct esp_sa *)sa)->first_frame);
        }
    }
    return first;
}

/* In order of capture, so that no order of keys shows. */
static void number(struct ipsec_links *links)
{
    uint32_t *now = g_new(uint32_t, links->links->len + 1);
    for (guint i = 0; i < links->links->len; i++)
        made_link_at(links, i)->first_frame = first_frame_of(made_link_at(links, i));
    g_ptr_array_sort(links->links, compare_links);
    for (guint i = 0; i < links->links->len; i++) {
        now[made_link_at(links, i)->view.index] = i;
        made_link_at(links, i)->view.index = i;
    }
    for (guint i = 0; i < links->links->len; i++) {
        struct ipsec_link *view = &made_link_at(links, i)->view;
        view->ike_link = view->ike_link != IPSEC_NONE ? now[view->ike_link] : IPSEC_NONE;
    }
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(links->tracker); i++) {
        uint32_t *link = &links->ikes[i].link;
        *link = *link != IPSEC_NONE ? now[*link] : IPSEC_NONE;
    }
    for (uint32_t i = 0; i < ipsec_tracker_esp_count(links->tracker); i++) {
        uint32_t *link = &links->esps[i].link;
        *link = *link != IPSEC_NONE ? now[*link] : IPSEC_NONE;
    }
    g_free(now);
}

static void note_last(struct ipsec_links *links)
{
    links->esp_last_ns = g_new0(int64_t, links->links->len + 1);
    for (guint i = 0; i < links->links->len; i++) {
        const struct made_link *link = made_link_at(links, i);
        for (uint32_t position = 0;
             link->view.ike_link != IPSEC_NONE && position < link->view.count; position++) {
            for (guint m = 0; m < link->members[position]->len; m++) {
                const struct esp_sa *sa = link->members[position]->pdata[m];
                int64_t *last_ns = &links->esp_last_ns[link->view.ike_link];
                *last_ns = MAX(*last_ns, sa->last_ns);
            }
        }
    }
}

void ipsec_link_group(struct ipsec_links *links)
{
    group_ikes(links);
    group_esps(links);
    number(links);
    note_last(links);
}
