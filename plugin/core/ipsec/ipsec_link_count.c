/* What passed each hop and what did not, packet by packet (link/crossing.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

#define BACK_US      (60 * G_GINT64_CONSTANT(1000000)) /* how much packets may be out of order */
#define IKE_SLACK_NS G_GINT64_CONSTANT(60000000000)
#define ESP_SLACK_NS G_GINT64_CONSTANT(1000000000)

/* Records count microseconds modulo 2^32; an SA knows when it began. */
static int64_t time_after(int64_t before_ns, int64_t start_ns, uint32_t time_us)
{
    int64_t before_us = (before_ns - start_ns) / 1000;
    int64_t ahead = (uint32_t)(time_us - (uint32_t)before_us);
    if (ahead > UINT32_MAX - BACK_US)
        ahead -= G_GINT64_CONSTANT(1) << 32;
    return (before_us + ahead) * 1000 + start_ns;
}

static bool is_counted(const struct ipsec_record *record)
{
    return record != NULL && record->kind == IPSEC_ESP && (record->flags & IPSEC_RECORD_COPY) == 0;
}

/* A counting sort by SA, each in order of capture. */
void ipsec_link_packets(struct ipsec_links *links)
{
    uint32_t sas = ipsec_tracker_esp_count(links->tracker), last = links->facts->last_frame;
    uint32_t *start = g_new0(uint32_t, sas + 2);
    for (uint32_t frame = 1; frame <= last; frame++) {
        const struct ipsec_record *record = ipsec_tracker_on(links->tracker, frame);
        if (is_counted(record))
            start[record->index + 2]++;
    }
    for (uint32_t i = 2; i < sas + 2; i++)
        start[i] += start[i - 1];
    links->packets = g_new(struct crossing_packet, start[sas + 1] + 1);
    int64_t start_ns = ipsec_tracker_start_ns(links->tracker);
    int64_t *now_ns = g_new(int64_t, sas + 1);
    for (uint32_t i = 0; i < sas; i++)
        now_ns[i] = ipsec_tracker_esp(links->tracker, i)->first_ns;
    for (uint32_t frame = 1; frame <= last; frame++) {
        const struct ipsec_record *record = ipsec_tracker_on(links->tracker, frame);
        if (!is_counted(record))
            continue;
        now_ns[record->index] = time_after(now_ns[record->index], start_ns, record->time_us);
        links->packets[start[record->index + 1]++] =
            (struct crossing_packet){.key = (uint64_t)record->seq << 32 | record->content,
                                     .time_ns = now_ns[record->index],
                                     .frame = frame,
                                     .tag = record->index};
    }
    g_free(now_ns);
    links->start = start;
}

static int compare_frames(const void *a, const void *b)
{
    const struct crossing_packet *one = a, *other = b;
    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

/* Packets at a position: borrowed where one SA has all of them, as nearly always. */
struct side {
    const struct crossing_packet *packets;
    uint32_t count;
    GArray *own; /* NULL: borrowed */
};

static struct side side_of(GArray *own)
{
    return (struct side){(const struct crossing_packet *)(const void *)own->data, own->len, own};
}

static struct side esp_packets(const struct ipsec_links *links, const struct made_link *link,
                               uint32_t position)
{
    const GPtrArray *members = link->members[position];
    if (members->len == 1) {
        uint32_t index = ((const struct esp_sa *)members->pdata[0])->index;
        return (struct side){links->packets + links->start[index],
                             links->start[index + 1] - links->start[index], NULL};
    }
    GArray *packets = g_array_new(FALSE, FALSE, sizeof(struct crossing_packet));
    for (guint i = 0; i < members->len; i++) {
        uint32_t index = ((const struct esp_sa *)members->pdata[i])->index;
        g_array_append_vals(packets, links->packets + links->start[index],
                            links->start[index + 1] - links->start[index]);
    }
    g_array_sort(packets, compare_frames);
    return side_of(packets);
}

/* What tells one message from another: all that it is, but for the addresses it has here. */
static uint64_t message_key(const struct ike_record *record)
{
    uint64_t words[] = {record->message_id, record->content,
                        (uint64_t)record->length << 32 | (uint64_t)record->exchange << 8 |
                            record->flags};
    return hash_words(words, G_N_ELEMENTS(words));
}

/* The same without its contents. */
static uint64_t place_key(const struct ike_record *record)
{
    uint64_t words[] = {record->message_id, (uint64_t)record->length << 32 |
                                                (uint64_t)record->exchange << 16 |
                                                (uint64_t)record->flags << 8 | record->number};
    return hash_words(words, G_N_ELEMENTS(words));
}

static struct side ike_packets(const struct made_link *link, uint32_t position, unsigned sender)
{
    GArray *packets = g_array_new(FALSE, FALSE, sizeof(struct crossing_packet));
    const GPtrArray *members = link->members[position];
    for (guint i = 0; i < members->len; i++) {
        const struct ike_sa *sa = members->pdata[i];
        for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
            struct crossing_packet packet = {.key = message_key(record),
                                             .time_ns = record->time_ns,
                                             .frame = record->frame,
                                             .tag = record->index};
            if (!record->copy && record->sender == sender)
                g_array_append_val(packets, packet);
        }
    }
    if (members->len > 1)
        g_array_sort(packets, compare_frames);
    return side_of(packets);
}

static void note_peers(const struct ipsec_links *links, const struct crossing *crossing)
{
    for (uint32_t i = 0; i < crossing->near_count; i++) {
        if (crossing->arrived[i] == CROSSING_NONE)
            continue;
        uint32_t near = crossing->near[i].frame, far = crossing->far[crossing->arrived[i]].frame;
        links->peers[near] = links->peers[near] != 0 ? links->peers[near] : far;
        links->peers[far] = links->peers[far] != 0 ? links->peers[far] : near;
    }
}

static void note_delay(struct ipsec_links *links, uint32_t from, uint32_t to, int64_t delay_ns)
{
    int64_t key = link_pair_key(from, to);
    int64_t *least = g_hash_table_lookup(links->delays, &key);
    if (least == NULL)
        g_hash_table_insert(links->delays, g_memdup2(&key, sizeof key),
                            g_memdup2(&delay_ns, sizeof delay_ns));
    else
        *least = MIN(*least, delay_ns);
}

/* How far the clock of `far` is ahead of that of `near`: no delay is negative, so the offset lies
 * between the least differences of both directions. */
static int64_t ahead_ns(const struct ipsec_links *links, uint32_t near, uint32_t far)
{
    int64_t there = link_pair_key(near, far), back = link_pair_key(far, near);
    const int64_t *down = g_hash_table_lookup(links->delays, &there);
    const int64_t *up = g_hash_table_lookup(links->delays, &back);
    if (down != NULL && up != NULL)
        return *down / 2 - *up / 2;
    return down != NULL ? *down : up != NULL ? -*up : 0;
}

static uint32_t far_of(const struct ipsec_crossing *crossing)
{
    return crossing->down ? crossing->hop + 1 : crossing->hop;
}

static uint32_t near_of(const struct ipsec_crossing *crossing)
{
    return crossing->down ? crossing->hop : crossing->hop + 1;
}

/* Where one side did not capture the last octets, the sequence number alone has to do. */
static void forget_contents(const struct ipsec_links *links, enum ipsec_link_kind kind,
                            struct side *side)
{
    if (side->own == NULL) {
        side->own = g_array_new(FALSE, FALSE, sizeof(struct crossing_packet));
        g_array_append_vals(side->own, side->packets, side->count);
    }
    for (guint i = 0; i < side->count; i++) {
        struct crossing_packet *packet = &g_array_index(side->own, struct crossing_packet, i);
        packet->key = kind == IPSEC_LINK_ESP
                          ? packet->key >> 32 << 32
                          : place_key(ipsec_tracker_message(links->tracker, packet->tag));
    }
    *side = side_of(side->own);
}

static bool is_cut(const struct ipsec_links *links, enum ipsec_link_kind kind,
                   const struct side *side)
{
    for (uint32_t i = 0; i < side->count; i++) {
        const struct crossing_packet *packet = &side->packets[i];
        if (kind == IPSEC_LINK_ESP
                ? (uint32_t)packet->key == 0
                : ipsec_tracker_message(links->tracker, packet->tag)->status == IKE_TRUNCATED)
            return true;
    }
    return false;
}

static struct side side_at(const struct ipsec_links *links, const struct made_link *link,
                           uint32_t position, unsigned sender)
{
    return link->view.kind == IPSEC_LINK_IKE ? ike_packets(link, position, sender)
                                             : esp_packets(links, link, position);
}

static void add_crossing(struct ipsec_links *links, struct made_link *link, uint32_t hop, bool down,
                         unsigned sender)
{
    struct ipsec_crossing made = {.down = down, .hop = hop};
    enum ipsec_link_kind kind = link->view.kind;
    uint32_t near_at = near_of(&made), far_at = far_of(&made);
    struct side near = side_at(links, link, near_at, sender);
    struct side far = side_at(links, link, far_at, sender);
    made.is_cut = is_cut(links, kind, &near) != is_cut(links, kind, &far);
    if (made.is_cut) {
        forget_contents(links, kind, &near);
        forget_contents(links, kind, &far);
    }
    made.own[0] = near.own;
    made.own[1] = far.own;
    made.crossing = crossing_match(near.packets, near.count, far.packets, far.count);
    link->view.seen[near_at] += down || hop + 2 == link->view.count ? near.count : 0;
    link->view.seen[far_at] += !down || hop + 2 == link->view.count ? far.count : 0;
    note_peers(links, &made.crossing);
    if (made.crossing.has_delay)
        note_delay(links, link->at[near_at], link->at[far_at], made.crossing.least_delay_ns);
    g_array_append_val(link->crossings, made);
}

static void cross(struct ipsec_links *links, struct made_link *link)
{
    for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
        if (link->view.kind == IPSEC_LINK_ESP) {
            add_crossing(links, link, hop, link->down, 0);
            continue;
        }
        for (unsigned sender = 0; sender < 2; sender++)
            add_crossing(links, link, hop, sender == link->view.translated_end, sender);
    }
}

static struct crossing_window window_of(const struct ipsec_links *links,
                                        const struct made_link *link,
                                        const struct ipsec_crossing *crossing)
{
    uint32_t near = link->at[near_of(crossing)], far = link->at[far_of(crossing)];
    const struct point_fact *point = &g_array_index(links->facts->points, struct point_fact, far);
    struct crossing_window window = {point->first_ns, point->last_ns, ahead_ns(links, near, far)};
    struct point_span other = point_times_of(links->linker->times, far);
    if (other.seen) {
        window.first_ns = MIN(window.first_ns, other.first_ns);
        window.last_ns = MAX(window.last_ns, other.latest_ns);
    }
    return window;
}

bool ipsec_far_sees(const struct ipsec_links *links, const struct made_link *link,
                    const struct ipsec_crossing *crossing)
{
    const struct made_link *ike = made_link_at(links, link->view.ike_link);
    if (crossing->crossing.far_count > 0)
        return true;
    for (uint32_t hop = 0; ike != NULL && hop + 1 < ike->view.count; hop++) {
        const struct ipsec_crossing *of_ike = ipsec_crossing_at(ike, hop, crossing->down);
        if (of_ike != NULL && ike->at[far_of(of_ike)] == link->at[far_of(crossing)])
            return of_ike->crossing.far_count > 0;
    }
    return false;
}

/* The messages of IKE are few: that the far point ends with one of them does not show that it ended
 * its capture. */
static void cover(const struct ipsec_links *links, struct made_link *link)
{
    bool is_ike = link->view.kind == IPSEC_LINK_IKE;
    for (guint i = 0; i < link->crossings->len; i++) {
        struct ipsec_crossing *made = &g_array_index(link->crossings, struct ipsec_crossing, i);
        struct crossing_window window = window_of(links, link, made);
        struct crossing covered = made->crossing;
        struct ipsec_hop *hop = &link->view.hop[made->hop];
        crossing_cover(&covered, &window, is_ike ? IKE_SLACK_NS : 0);
        crossing_cover(&made->crossing, &window, is_ike ? IKE_SLACK_NS : ESP_SLACK_NS);
        hop->passed += covered.passed;
        hop->duplicated += covered.duplicated;
        hop->reordered += covered.reordered;
        if (link->view.order_known && ipsec_far_sees(links, link, made))
            hop->lost += crossing_lose(&covered).lost;
        if (is_ike && covered.passed > 0)
            link->view.evidence |= IPSEC_EVIDENCE_MESSAGES;
    }
}

void ipsec_link_count(struct ipsec_links *links)
{
    for (guint i = 0; i < links->links->len; i++)
        cross(links, made_link_at(links, i));
    for (guint i = 0; i < links->links->len; i++)
        cover(links, made_link_at(links, i));
}

const struct ipsec_crossing *ipsec_crossing_at(const struct made_link *link, uint32_t hop,
                                               bool down)
{
    for (guint i = 0; i < link->crossings->len; i++) {
        const struct ipsec_crossing *made =
            &g_array_index(link->crossings, struct ipsec_crossing, i);
        if (made->hop == hop && made->down == down)
            return made;
    }
    return NULL;
}
