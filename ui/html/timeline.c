/* Where the bars of a timeline stand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline.h"

#include <stdlib.h>
#include <string.h>

#define LEVELS_LIMIT 64 /* lines of one lane; more bars at one time share the last */

static void lane_free(void *data)
{
    struct timeline_lane *lane = data;
    g_array_unref(lane->bars);
    g_array_unref(lane->marks);
    g_free(lane);
}

struct timeline *timeline_new(void)
{
    struct timeline *timeline = g_new0(struct timeline, 1);
    timeline->lanes = g_ptr_array_new_with_free_func(lane_free);
    timeline->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    timeline->texts = g_string_chunk_new(1024);
    return timeline;
}

void timeline_free(struct timeline *timeline)
{
    g_ptr_array_unref(timeline->lanes);
    g_hash_table_destroy(timeline->by_key);
    g_string_chunk_free(timeline->texts);
    g_free(timeline);
}

struct timeline_lane *timeline_lane(struct timeline *timeline, const char *group, const char *label)
{
    char *key = g_strdup_printf("%s %s", group, label);
    struct timeline_lane *lane = g_hash_table_lookup(timeline->by_key, key);
    if (lane != NULL) {
        g_free(key);
        return lane;
    }
    lane = g_new0(struct timeline_lane, 1);
    lane->group = group;
    lane->label = label;
    lane->bars = g_array_new(FALSE, FALSE, sizeof(struct timeline_bar));
    lane->marks = g_array_new(FALSE, FALSE, sizeof(struct timeline_mark));
    g_hash_table_insert(timeline->by_key, key, lane);
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

/* Puts each bar on the first line that is free, and marks those that share with all that are alive
 * with them. */
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
        if (!bar->shares)
            continue;
        /* Those before it only: the finding is on the later of two. */
        for (guint j = i; j-- > 0 && i - j <= LEVELS_LIMIT;) {
            struct timeline_bar *other = &g_array_index(lane->bars, struct timeline_bar, j);
            if (overlap(bar, other))
                bar->clash = other->clash = true;
        }
        if (bar->clash)
            lane->most = MAX(lane->most, level + 1);
    }
}

/* Numbers by value: 192.168.1.9 before 192.168.1.30. */
static int natural(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        if (g_ascii_isdigit(*a) && g_ascii_isdigit(*b)) {
            char *a_end = NULL, *b_end = NULL;
            guint64 x = g_ascii_strtoull(a, &a_end, 10), y = g_ascii_strtoull(b, &b_end, 10);
            if (x != y)
                return x < y ? -1 : 1;
            a = a_end;
            b = b_end;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return (*a != '\0') - (*b != '\0');
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    const struct timeline_lane *x = *(struct timeline_lane *const *)a;
    const struct timeline_lane *y = *(struct timeline_lane *const *)b;
    if ((x->most != 0) != (y->most != 0))
        return x->most != 0 ? -1 : 1;
    int group = natural(x->group, y->group);
    return group != 0 ? group : natural(x->label, y->label);
}

void timeline_arrange(struct timeline *timeline)
{
    timeline->seconds = 0.001;
    for (guint i = 0; i < timeline->lanes->len; i++) {
        struct timeline_lane *lane = g_ptr_array_index(timeline->lanes, i);
        for (guint b = 0; b < lane->bars->len; b++)
            timeline->seconds =
                MAX(timeline->seconds, g_array_index(lane->bars, struct timeline_bar, b).end);
        arrange(lane);
    }
    g_ptr_array_sort(timeline->lanes, by_place);
}
