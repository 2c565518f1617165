/* Numbering and naming of the capture points.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "core/base/hash.h"
#include "point_names.h"

struct point_names {
    const struct analysis *analysis;
    const struct linker *linker; /* NULL: links are off */
    GArray *all;                 /* struct named_point */
    GHashTable *of_point;        /* tracker point -> index of its first one, + 1 */
    GArray *in_order;            /* their indices along the path, inside first */
};

#define ORDERED_LIMIT 64 /* points; more stay as they appeared */

static uint32_t index_of_point(const struct point_names *names, uint32_t point)
{
    gpointer index = g_hash_table_lookup(names->of_point, GUINT_TO_POINTER(point));
    return index != NULL ? GPOINTER_TO_UINT(index) - 1 : POINT_NONE;
}

static void add_point(struct point_names *names, const struct named_point *named)
{
    g_array_append_val(names->all, *named);
    if (index_of_point(names, named->point) == POINT_NONE)
        g_hash_table_insert(names->of_point, GUINT_TO_POINTER(named->point),
                            GUINT_TO_POINTER(names->all->len));
}

static void add_frames(struct point_names *names, uint32_t point, uint32_t frames)
{
    struct named_point named = {.point = point, .role = "unknown"};
    if (index_of_point(names, point) == POINT_NONE)
        add_point(names, &named);
    g_array_index(names->all, struct named_point, index_of_point(names, point)).frames += frames;
}

static void collect_from_tracker(struct point_names *names)
{
    const struct tracker *tracker = analysis_tracker(names->analysis);
    for (uint32_t i = 0; i < tracker_connection_count(tracker); i++) {
        const struct pptp_connection *connection = tracker_connection(tracker, i);
        if (connection->is_ours)
            add_frames(names, connection->point, connection->segments[0] + connection->segments[1]);
    }
    for (uint32_t i = 0; i < tracker_flow_count(tracker); i++) {
        const struct gre_flow *flow = tracker_flow(tracker, i);
        add_frames(names, flow->point, flow->packets);
    }
}

static void collect_from_linker(struct point_names *names)
{
    for (uint32_t i = 0; i < linker_point_count(names->linker); i++) {
        const struct link_point *point = linker_point(names->linker, i);
        struct named_point named = {
            .point = point->point, .role = point->role, .frames = point->frames};
        add_point(names, &named);
    }
}

/* Each packet is counted in the conversation of its hosts, which has ports 0. */
static void collect_from_ipsec(struct point_names *names)
{
    const struct ipsec_tracker *tracker = analysis_ipsec(names->analysis);
    for (uint32_t i = 0; i < ipsec_tracker_conversation_count(tracker); i++) {
        const struct ipsec_conversation *conversation = ipsec_tracker_conversation(tracker, i);
        if (conversation->hosts != conversation)
            continue;
        uint32_t packets = conversation->way[0].packets + conversation->way[1].packets;
        uint32_t index = point_names_of_ipsec(names, conversation->point);
        if (index != POINT_NONE)
            g_array_index(names->all, struct named_point, index).frames += packets;
        else
            add_frames(names, ipsec_interface_of(conversation->point), packets);
    }
}

static void set_file(struct named_point *named, const struct sources *sources)
{
    uint32_t file = 0;
    if (!sources->interface_file(sources->user, named->point, &file))
        return;
    named->file = sources->file_name(sources->user, file);
    named->label = sources->file_label(sources->user, file);
}

/* How many points have the same key, which may be NULL. */
static guint count_of(GHashTable *counts, gconstpointer key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
}

static void count_one(GHashTable *counts, gpointer key)
{
    g_hash_table_insert(counts, key, GUINT_TO_POINTER(count_of(counts, key) + 1));
}

static const char *file_key(const struct named_point *named)
{
    return named->file != NULL ? named->file : "";
}

/* A name that only this point has: its file, else its interface, else that and its role. */
static char *unique_name(const struct named_point *named, const struct sources *sources,
                         uint32_t index, guint same_file, guint same_point)
{
    bool file_tells = named->file != NULL && (same_file == 1 || same_file == same_point);
    const char *name =
        file_tells ? named->label : sources->interface_name(sources->user, named->point);
    if (same_point == 1)
        return g_strdup(name);
    return g_strdup_printf("%s (%s, %u)", name, named->role, index);
}

static void name_all(struct point_names *names, const struct sources *sources)
{
    GHashTable *files = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *points = g_hash_table_new(hash_of_pointer, NULL);
    for (guint i = 0; i < names->all->len; i++) {
        const struct named_point *named = &g_array_index(names->all, struct named_point, i);
        count_one(files, (gpointer)file_key(named));
        count_one(points, GUINT_TO_POINTER(named->point));
    }
    for (guint i = 0; i < names->all->len; i++) {
        struct named_point *named = &g_array_index(names->all, struct named_point, i);
        named->name = unique_name(named, sources, i, count_of(files, file_key(named)),
                                  count_of(points, GUINT_TO_POINTER(named->point)));
    }
    g_hash_table_destroy(files);
    g_hash_table_destroy(points);
}

/* Which points lie before which, as the links have them: before[b] has a bit for each a. */
static void collect_order(const struct point_names *names, uint64_t before[ORDERED_LIMIT])
{
    for (uint32_t i = 0; i < linker_link_count(names->linker); i++) {
        const struct link_view *link = linker_link(names->linker, i);
        for (uint32_t position = 1; position < link->count; position++)
            before[link->point[position]] |= UINT64_C(1) << link->point[position - 1];
    }
}

/* The first point by appearance that none of the others lies before; with calls in both directions
 * across a NAT there may be none, then simply the first. */
static uint32_t next_in_order(const uint64_t before[ORDERED_LIMIT], uint64_t left)
{
    uint32_t first = POINT_NONE;
    for (uint32_t i = 0; i < ORDERED_LIMIT; i++) {
        if ((left >> i & 1) == 0)
            continue;
        if ((before[i] & left & ~(UINT64_C(1) << i)) == 0)
            return i;
        first = MIN(first, i);
    }
    return first;
}

static void put_in_order(struct point_names *names)
{
    uint64_t before[ORDERED_LIMIT] = {0};
    uint32_t count = names->all->len;
    if (names->linker == NULL || count > ORDERED_LIMIT) {
        for (uint32_t i = 0; i < count; i++)
            g_array_append_val(names->in_order, i);
        return;
    }
    collect_order(names, before);
    uint64_t left = count == ORDERED_LIMIT ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    while (left != 0) {
        uint32_t next = next_in_order(before, left);
        g_array_append_val(names->in_order, next);
        left &= ~(UINT64_C(1) << next);
    }
}

struct point_names *point_names_new(const struct analysis *analysis, const struct sources *sources)
{
    struct point_names *names = g_new0(struct point_names, 1);
    names->analysis = analysis;
    names->linker = outcome_linker(analysis_outcome(analysis));
    names->all = g_array_new(FALSE, TRUE, sizeof(struct named_point));
    names->of_point = g_hash_table_new(hash_of_pointer, NULL);
    if (names->linker != NULL)
        collect_from_linker(names);
    else
        collect_from_tracker(names);
    collect_from_ipsec(names);
    names->in_order = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    put_in_order(names);
    for (guint i = 0; i < names->all->len; i++)
        set_file(&g_array_index(names->all, struct named_point, i), sources);
    name_all(names, sources);
    return names;
}

void point_names_number(struct point_names *names)
{
    for (guint i = 0; i < names->all->len; i++) {
        struct named_point *named = &g_array_index(names->all, struct named_point, i);
        g_free(named->name);
        named->name = g_strdup_printf("point %u", i);
    }
}

void point_names_free(struct point_names *names)
{
    if (names == NULL)
        return;
    for (guint i = 0; i < names->all->len; i++)
        g_free(g_array_index(names->all, struct named_point, i).name);
    g_array_free(names->all, TRUE);
    g_array_free(names->in_order, TRUE);
    g_hash_table_destroy(names->of_point);
    g_free(names);
}

uint32_t point_names_count(const struct point_names *names)
{
    return names->all->len;
}

const struct named_point *point_names_get(const struct point_names *names, uint32_t index)
{
    return &g_array_index(names->all, struct named_point, index);
}

uint32_t point_names_in_order(const struct point_names *names, uint32_t position)
{
    return g_array_index(names->in_order, uint32_t, position);
}

const char *point_names_name(const struct point_names *names, uint32_t index)
{
    return index < names->all->len ? point_names_get(names, index)->name : "-";
}

uint32_t point_names_of_call(const struct point_names *names, const struct call *call)
{
    if (names->linker != NULL)
        return linker_point_of_session(names->linker, as_session(call))->index;
    return index_of_point(names, call->point);
}

uint32_t point_names_of_connection(const struct point_names *names,
                                   const struct pptp_connection *connection)
{
    if (names->linker != NULL)
        return linker_point_of_connection(names->linker, as_connection(connection))->index;
    return index_of_point(names, connection->point);
}

uint32_t point_names_of_ipsec(const struct point_names *names, uint32_t point)
{
    const struct ipsec_links *links = analysis_ipsec_links(names->analysis);
    uint32_t index = links != NULL ? ipsec_links_point(links, point) : IPSEC_NONE;
    return index != IPSEC_NONE ? index : index_of_point(names, ipsec_interface_of(point));
}

/* The side of its interface that the SA of a finding was seen on. */
static uint32_t index_of_sa(const struct point_names *names, const struct finding *finding)
{
    const struct ipsec_tracker *tracker = analysis_ipsec(names->analysis);
    const struct esp_sa *esp = ipsec_tracker_esp(tracker, finding->esp_sa);
    const struct ike_sa *ike = ipsec_tracker_ike(tracker, finding->ike_sa);
    if (esp != NULL)
        return point_names_of_ipsec(names, esp->point);
    return ike != NULL ? point_names_of_ipsec(names, ike->point) : POINT_NONE;
}

uint32_t point_names_of_finding(const struct point_names *names, const struct finding *finding)
{
    const struct tracker *tracker = analysis_tracker(names->analysis);
    const struct call *call = tracker_call(tracker, finding->session);
    const struct pptp_connection *connection = tracker_connection(tracker, finding->connection);
    uint32_t point = TRACKER_NONE;
    if (finding->interface != FINDING_NONE)
        point = tracker_point(tracker, finding->interface);

    /* Several points share an interface where the capture lost its interfaces: then only the call
     * or connection tells. */
    uint32_t index = POINT_NONE;
    if (call != NULL)
        index = point_names_of_call(names, call_final(call));
    else if (connection != NULL)
        index = point_names_of_connection(names, connection);
    else
        index = index_of_sa(names, finding);
    bool fits = index < names->all->len &&
                (point == TRACKER_NONE || point_names_get(names, index)->point == point);
    return fits ? index : index_of_point(names, point);
}

char *point_names_row(const struct point_names *names, const uint32_t *indices, uint32_t count)
{
    const char *words[LINK_POINTS_LIMIT];
    for (uint32_t i = 0; i < count; i++) {
        const struct named_point *named = point_names_get(names, indices[i]);
        bool has_role = g_strcmp0(named->role, "unknown") != 0;
        words[i] = has_role ? named->role : named->name;
    }
    return cell_join(words, count);
}
