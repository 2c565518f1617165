/* What passed each hop and what did not, packet by packet (link/crossing.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

#define IKE_SLACK_NS G_GINT64_CONSTANT(60000000000)

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

static GArray *ike_packets(const struct made_link *link, uint32_t position, unsigned sender)
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
        ipsec_sort_by_frame(packets);
    return packets;
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

/* Of two points; NULL: no packet of both was seen yet. The higher number is that further down. */
static struct clock_bounds *clock_of(const struct ipsec_links *links, uint32_t a, uint32_t b)
{
    int64_t key = link_pair_key(MIN(a, b), MAX(a, b));
    return g_hash_table_lookup(links->clocks, &key);
}

static void note_delay(struct ipsec_links *links, uint32_t from, uint32_t to, int64_t delay_ns)
{
    struct clock_bounds *bounds = clock_of(links, from, to);
    if (bounds == NULL) {
        int64_t key = link_pair_key(MIN(from, to), MAX(from, to));
        bounds = g_new0(struct clock_bounds, 1);
        g_hash_table_insert(links->clocks, g_memdup2(&key, sizeof key), bounds);
    }
    clock_bounds_add(bounds, from < to, delay_ns);
}

int64_t ipsec_ahead_ns(const struct ipsec_links *links, uint32_t near, uint32_t far)
{
    const struct clock_bounds *bounds = clock_of(links, near, far);
    double offset_s, ignored;
    if (bounds == NULL)
        return 0;
    int64_t ahead = clock_bounds_offset(bounds, &offset_s, &ignored) ? (int64_t)(offset_s * 1e9)
                    : bounds->has_down                               ? bounds->down_ns
                                                                     : -bounds->up_ns;
    return near < far ? ahead : -ahead;
}

static uint32_t far_of(const struct ipsec_crossing *crossing)
{
    return crossing->down ? crossing->hop + 1 : crossing->hop;
}

static uint32_t near_of(const struct ipsec_crossing *crossing)
{
    return crossing->down ? crossing->hop : crossing->hop + 1;
}

static struct crossing_packet *packet_at(const GArray *packets, guint index)
{
    return &g_array_index(packets, struct crossing_packet, index);
}

/* Where one side did not capture the last octets, the sequence number alone has to do. */
static void forget_contents(const struct ipsec_links *links, enum ipsec_link_kind kind,
                            GArray *packets)
{
    for (guint i = 0; i < packets->len; i++) {
        struct crossing_packet *packet = packet_at(packets, i);
        packet->key = kind == IPSEC_LINK_ESP
                          ? packet->key >> 32 << 32
                          : place_key(ipsec_tracker_message(links->tracker, packet->tag));
    }
}

static bool is_cut(const struct ipsec_links *links, enum ipsec_link_kind kind,
                   const GArray *packets)
{
    for (guint i = 0; i < packets->len; i++) {
        const struct crossing_packet *packet = packet_at(packets, i);
        if (kind == IPSEC_LINK_ESP
                ? (uint32_t)packet->key == 0
                : ipsec_tracker_message(links->tracker, packet->tag)->status == IKE_TRUNCATED)
            return true;
    }
    return false;
}

static struct crossing match(const GArray *near, const GArray *far)
{
    return crossing_match((const void *)near->data, near->len, (const void *)far->data, far->len);
}

/* Of packets whose other half is half[i]: those that have none and, if wanted, the first and last
 * that have. *half becomes that of those. */
static GArray *keep_some(const GArray *packets, uint32_t **half, bool keep_ends)
{
    GArray *kept = g_array_new(FALSE, FALSE, sizeof(struct crossing_packet));
    GArray *halves = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    guint first = 0, last = packets->len;
    while (first < packets->len && (*half)[first] == CROSSING_NONE)
        first++;
    while (last > first && (*half)[last - 1] == CROSSING_NONE)
        last--;
    for (guint i = 0; i < packets->len; i++) {
        if ((*half)[i] == CROSSING_NONE || (keep_ends && (i == first || i + 1 == last))) {
            g_array_append_val(kept, *packet_at(packets, i));
            g_array_append_val(halves, (*half)[i]);
        }
    }
    g_free(*half);
    *half = (void *)g_array_free(halves, FALSE);
    return kept;
}

/* A crossing is kept as long as the outcome, and may be of a million packets. */
static void thin(struct ipsec_links *links, struct crossing *crossing, GArray *own[2])
{
    for (uint32_t i = 0; i < crossing->far_count; i++)
        links->passed[crossing->far[i].tag] += crossing->came[i] != CROSSING_NONE;
    GArray *near = keep_some(own[0], &crossing->arrived, true);
    GArray *far = keep_some(own[1], &crossing->came, false);
    g_array_free(own[0], TRUE);
    g_array_free(own[1], TRUE);
    own[0] = near;
    own[1] = far;
    crossing->near = (const void *)near->data;
    crossing->far = (const void *)far->data;
    crossing->end = crossing->near_count = near->len;
    crossing->far_count = far->len;
}

/* Takes both sides. */
static void add_crossing(struct ipsec_links *links, struct made_link *link,
                         struct ipsec_crossing made, GArray *near, GArray *far)
{
    enum ipsec_link_kind kind = link->view.kind;
    uint32_t near_at = near_of(&made), far_at = far_of(&made);
    bool is_last = made.hop + 2 == link->view.count;
    made.is_cut = is_cut(links, kind, near) != is_cut(links, kind, far);
    if (made.is_cut) {
        forget_contents(links, kind, near);
        forget_contents(links, kind, far);
    }
    made.own[0] = near;
    made.own[1] = far;
    made.far_seen = far->len;
    struct crossing crossing = match(near, far);
    link->view.seen[near_at] += made.down || is_last ? near->len : 0;
    link->view.seen[far_at] += !made.down || is_last ? far->len : 0;
    note_peers(links, &crossing);
    if (crossing.has_delay)
        note_delay(links, link->at[near_at], link->at[far_at], crossing.least_delay_ns);
    if (kind == IPSEC_LINK_ESP)
        thin(links, &crossing, made.own);
    made.crossing = crossing;
    g_array_append_val(link->crossings, made);
}

static void cross_ike(struct ipsec_links *links, struct made_link *link)
{
    for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
        for (unsigned sender = 0; sender < 2; sender++) {
            struct ipsec_crossing made = {.down = sender == link->view.translated_end, .hop = hop};
            add_crossing(links, link, made, ike_packets(link, near_of(&made), sender),
                         ike_packets(link, far_of(&made), sender));
        }
    }
}

static void cross_esp(struct ipsec_links *links, struct made_link *link)
{
    GArray *inner = ipsec_take_packets(links, link->members[0]);
    for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
        struct ipsec_crossing made = {.down = link->down, .hop = hop};
        GArray *outer = ipsec_take_packets(links, link->members[hop + 1]);
        GArray *next = hop + 2 < link->view.count ? g_array_copy(outer) : NULL;
        add_crossing(links, link, made, link->down ? inner : outer, link->down ? outer : inner);
        inner = next;
    }
}

static struct crossing_window window_of(const struct ipsec_links *links,
                                        const struct made_link *link,
                                        const struct ipsec_crossing *crossing)
{
    uint32_t near = link->at[near_of(crossing)], far = link->at[far_of(crossing)];
    struct point_span span = ipsec_point_span(links, far);
    return (struct crossing_window){span.first_ns, span.latest_ns,
                                    ipsec_ahead_ns(links, near, far)};
}

bool ipsec_have_met(const struct ipsec_links *links, const struct made_link *link,
                    const struct ipsec_crossing *crossing)
{
    return clock_of(links, link->at[near_of(crossing)], link->at[far_of(crossing)]) != NULL;
}

bool ipsec_far_sees(const struct ipsec_links *links, const struct made_link *link,
                    const struct ipsec_crossing *crossing)
{
    const struct made_link *ike = made_link_at(links, link->view.ike_link);
    if (crossing->far_seen > 0)
        return true;
    for (uint32_t hop = 0; ike != NULL && hop + 1 < ike->view.count; hop++) {
        const struct ipsec_crossing *of_ike = ipsec_crossing_at(ike, hop, crossing->down);
        if (of_ike != NULL && ike->at[far_of(of_ike)] == link->at[far_of(crossing)])
            return of_ike->far_seen > 0;
    }
    return false;
}

static void say_clock(const struct ipsec_links *links, const struct made_link *link, uint32_t hop)
{
    uint32_t inner = link->at[hop], outer = link->at[hop + 1];
    const struct clock_bounds *bounds = clock_of(links, inner, outer);
    double offset_s, ignored;
    if (link->view.order_known && bounds != NULL &&
        clock_bounds_offset(bounds, &offset_s, &ignored))
        link_clock_say(links->linker, inner < outer ? offset_s : -offset_s);
}

/* The messages of IKE are few: that the far point ends with one of them does not show that it ended
 * its capture. Of ESP nothing is said beyond its last packet. */
static void cover(const struct ipsec_links *links, struct made_link *link)
{
    bool is_ike = link->view.kind == IPSEC_LINK_IKE;
    for (guint i = 0; i < link->crossings->len; i++) {
        struct ipsec_crossing *made = &g_array_index(link->crossings, struct ipsec_crossing, i);
        struct crossing_window window = window_of(links, link, made);
        struct ipsec_hop *hop = &link->view.hop[made->hop];
        if (ipsec_have_met(links, link, made))
            crossing_cover(&made->crossing, &window, is_ike ? IKE_SLACK_NS : 0);
        else
            made->crossing.end = made->crossing.first;
        say_clock(links, link, made->hop);
        hop->passed += made->crossing.passed;
        hop->duplicated += made->crossing.duplicated;
        hop->reordered += made->crossing.reordered;
        if (link->view.order_known && ipsec_far_sees(links, link, made))
            hop->lost += crossing_lose(&made->crossing).lost;
        if (is_ike && made->crossing.passed > 0)
            link->view.evidence |= IPSEC_EVIDENCE_MESSAGES;
    }
}

void ipsec_link_count(struct ipsec_links *links)
{
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        if (link->view.kind == IPSEC_LINK_ESP)
            cross_esp(links, link);
        else
            cross_ike(links, link);
    }
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
