/* All calls over time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline.h"

#include <string.h>

#define LEVELS_LIMIT 64 /* lines of one lane; more calls at one time share the last */

static void lane_free(void *data)
{
    struct timeline_lane *lane = data;
    g_array_unref(lane->bars);
    g_free(lane);
}

static bool is_ambiguous(const struct path *path)
{
    for (guint i = 0; i < path->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(path->findings, i);
        if (g_str_has_suffix(finding->id, "ambiguous") ||
            g_str_has_suffix(finding->id, "call_id_in_use"))
            return finding->severity >= SEVERITY_WARNING;
    }
    return false;
}

/* The end behind the NAT shares its address with others; its own ids must keep them apart. */
static struct timeline_lane *lane_of(GHashTable *lanes, struct timeline *timeline,
                                     const struct path *path)
{
    const struct call *call = path_outermost(path);
    bool pns = path_pns_inside(path);
    const struct end *near = pns ? &call->connection->pns : &call->connection->pac;
    const struct end *far = pns ? &call->connection->pac : &call->connection->pns;
    struct number id = pns ? call->pns_call_id : call->pac_call_id;
    char *key = g_strdup_printf("%s %s %d %d %" G_GINT64_FORMAT, near->address, far->address, pns,
                                id.known, id.value);
    struct timeline_lane *lane = g_hash_table_lookup(lanes, key);
    if (lane != NULL) {
        g_free(key);
        return lane;
    }
    lane = g_new0(struct timeline_lane, 1);
    lane->address = near->address;
    lane->far = far->address;
    lane->owner = pns ? "PNS" : "PAC";
    lane->call_id = id;
    lane->bars = g_array_new(FALSE, FALSE, sizeof(struct timeline_bar));
    g_hash_table_insert(lanes, key, lane);
    g_ptr_array_add(timeline->lanes, lane);
    return lane;
}

static gint by_begin(gconstpointer a, gconstpointer b)
{
    double x = ((const struct timeline_bar *)a)->begin, y = ((const struct timeline_bar *)b)->begin;
    return (x > y) - (x < y);
}

static bool overlap(const struct timeline_bar *a, const struct timeline_bar *b)
{
    return a->begin < b->end && b->begin < a->end;
}

/* Puts each bar on the first line that is free, and marks those that a finding calls ambiguous with
 * all that are alive with them. */
static void arrange(struct timeline_lane *lane)
{
    double free_at[LEVELS_LIMIT] = {0};
    g_array_sort(lane->bars, by_begin);
    for (guint i = 0; i < lane->bars->len; i++) {
        struct timeline_bar *bar = &g_array_index(lane->bars, struct timeline_bar, i);
        unsigned level = 0;
        while (level < lane->levels && level + 1 < LEVELS_LIMIT && free_at[level] > bar->begin)
            level++;
        bar->level = level;
        free_at[level] = bar->end;
        lane->levels = MAX(lane->levels, level + 1);
        if (!is_ambiguous(bar->path))
            continue;
        /* Those before it only: the finding is on the later of two calls. */
        for (guint j = i; j-- > 0 && i - j <= LEVELS_LIMIT;) {
            struct timeline_bar *other = &g_array_index(lane->bars, struct timeline_bar, j);
            if (overlap(bar, other))
                bar->clash = other->clash = true;
        }
        if (bar->clash)
            lane->most = MAX(lane->most, level + 1);
    }
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    const struct timeline_lane *x = *(struct timeline_lane *const *)a;
    const struct timeline_lane *y = *(struct timeline_lane *const *)b;
    if ((x->most != 0) != (y->most != 0))
        return x->most != 0 ? -1 : 1;
    int address = strcmp(x->address, y->address);
    if (address != 0)
        return address;
    double from = g_array_index(x->bars, struct timeline_bar, 0).begin;
    double to = g_array_index(y->bars, struct timeline_bar, 0).begin;
    return (from > to) - (from < to);
}

struct timeline *timeline_new(const struct document *document)
{
    struct timeline *timeline = g_new0(struct timeline, 1);
    GHashTable *lanes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    timeline->lanes = g_ptr_array_new_with_free_func(lane_free);
    for (guint i = 0; i < document->paths->len; i++) {
        const struct path *path = g_ptr_array_index(document->paths, i);
        const struct call *call = path_outermost(path);
        struct moment first = call_first(call), last = call_last(call);
        if (call->connection == NULL || !first.known) {
            timeline->without++;
            continue;
        }
        struct timeline_bar bar = {
            .path = path,
            .begin = MAX(0, first.seconds - document->start.seconds),
            .end = MAX(first.seconds, last.seconds) - document->start.seconds,
        };
        g_array_append_val(lane_of(lanes, timeline, path)->bars, bar);
        timeline->seconds = MAX(timeline->seconds, bar.end);
    }
    g_hash_table_destroy(lanes);
    timeline->seconds = MAX(timeline->seconds, 0.001);
    for (guint i = 0; i < timeline->lanes->len; i++)
        arrange(g_ptr_array_index(timeline->lanes, i));
    g_ptr_array_sort(timeline->lanes, by_place);
    return timeline;
}

void timeline_free(struct timeline *timeline)
{
    g_ptr_array_unref(timeline->lanes);
    g_free(timeline);
}
