/* What each point shows of IPsec, since when and how long; and the rows of points that all
 * protocols share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/point.h"
#include "ipsec_link_internal.h"

static struct shown *shown_for(struct ipsec_links *links, uint32_t point)
{
    gpointer index = g_hash_table_lookup(links->shown_by_point, GUINT_TO_POINTER(point));
    if (index == NULL) {
        struct shown made = {.point = point, .span = {INT64_MAX, INT64_MIN, true}};
        g_array_append_val(links->shown, made);
        index = GUINT_TO_POINTER(links->shown->len);
        g_hash_table_insert(links->shown_by_point, GUINT_TO_POINTER(point), index);
    }
    return &g_array_index(links->shown, struct shown, GPOINTER_TO_UINT(index) - 1);
}

static void show_time(struct shown *at, int64_t first_ns, int64_t last_ns)
{
    at->span.first_ns = MIN(at->span.first_ns, first_ns);
    at->span.latest_ns = MAX(at->span.latest_ns, last_ns);
}

/* By interface, and the sides of one from the initiator's on. */
static int compare_shown(const void *a, const void *b)
{
    const struct shown *one = a, *other = b;
    uint32_t interface = ipsec_interface_of(one->point);
    uint32_t others = ipsec_interface_of(other->point);
    if (interface != others)
        return interface < others ? -1 : 1;
    return ipsec_depth_of(one->point) - ipsec_depth_of(other->point);
}

static bool is_of(const struct ipsec_links *links, guint index, uint32_t interface)
{
    return index < links->shown->len &&
           ipsec_interface_of(g_array_index(links->shown, struct shown, index).point) == interface;
}

/* Sorted; from here on shown_by_point has their places. */
static void number(struct ipsec_links *links)
{
    g_array_sort(links->shown, compare_shown);
    uint32_t position = 0;
    for (guint i = 0; i < links->shown->len; i++) {
        struct shown *at = &g_array_index(links->shown, struct shown, i);
        uint32_t interface = ipsec_interface_of(at->point);
        bool follows = i > 0 && is_of(links, i - 1, interface);
        position = follows ? position + 1 : 1;
        at->position = follows || is_of(links, i + 1, interface) ? position : 0;
        g_hash_table_insert(links->shown_by_point, GUINT_TO_POINTER(at->point),
                            GUINT_TO_POINTER(i + 1));
    }
}

void ipsec_link_points(struct ipsec_links *links)
{
    links->shown = g_array_new(FALSE, FALSE, sizeof(struct shown));
    links->shown_by_point = g_hash_table_new(hash_of_pointer, NULL);
    for (uint32_t i = 0; i < links->ike_count; i++) {
        const struct ike_sa *sa = ipsec_tracker_ike(links->tracker, i);
        show_time(shown_for(links, sa->point), sa->first->time_ns, sa->last->time_ns);
    }
    for (uint32_t i = 0; i < links->esp_count; i++) {
        const struct esp_sa *sa = ipsec_tracker_esp(links->tracker, i);
        struct shown *at = shown_for(links, sa->point);
        at->esp[sa->encapsulation] = true;
        show_time(at, sa->first_ns, sa->last_ns);
    }
    number(links);
}

const struct shown *ipsec_shown_at(const struct ipsec_links *links, uint32_t point)
{
    gpointer index = g_hash_table_lookup(links->shown_by_point, GUINT_TO_POINTER(point));
    return &g_array_index(links->shown, struct shown, GPOINTER_TO_UINT(index) - 1);
}

/* Of an interface that shows several sides nothing but its packets tells when one was captured. */
struct point_span ipsec_point_span(const struct ipsec_links *links, uint32_t point)
{
    const struct shown *at = ipsec_shown_at(links, point);
    return at->position == 0 ? point_times_of(links->linker->times, point) : at->span;
}

struct link_point *ipsec_point_at(const struct ipsec_links *links, const struct shown *at)
{
    uint32_t interface = ipsec_interface_of(at->point);
    struct points *points = links->linker->points;
    struct link_point *made = points_at(points, interface, at->position);
    return made != NULL ? made : points_add(points, interface, at->position);
}

uint32_t ipsec_links_point(const struct ipsec_links *links, uint32_t point)
{
    if (!g_hash_table_contains(links->shown_by_point, GUINT_TO_POINTER(point)))
        return IPSEC_NONE;
    return ipsec_point_at(links, ipsec_shown_at(links, point))->index;
}
