/* Numbering and naming of the capture points.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "core/base/hash.h"
#include "places.h"

struct places {
    const struct analysis *analysis;
    const struct linker *linker; /* NULL: links are off */
    GArray *all;                 /* struct place */
    GHashTable *of_point;        /* tracker point -> index of its first place, + 1 */
    GArray *in_order;            /* their indices along the path, inside first */
};

#define ORDERED_LIMIT 64 /* places; more stay as they appeared */

static uint32_t place_of_point(const struct places *places, uint32_t point)
{
    gpointer index = g_hash_table_lookup(places->of_point, GUINT_TO_POINTER(point));
    return index != NULL ? GPOINTER_TO_UINT(index) - 1 : PLACE_NONE;
}

static void add_place(struct places *places, const struct place *place)
{
    g_array_append_val(places->all, *place);
    if (place_of_point(places, place->point) == PLACE_NONE)
        g_hash_table_insert(places->of_point, GUINT_TO_POINTER(place->point),
                            GUINT_TO_POINTER(places->all->len));
}

static void add_frames(struct places *places, uint32_t point, uint32_t frames)
{
    struct place place = {.point = point, .role = "unknown"};
    if (place_of_point(places, point) == PLACE_NONE)
        add_place(places, &place);
    g_array_index(places->all, struct place, place_of_point(places, point)).frames += frames;
}

static void collect_from_tracker(struct places *places)
{
    const struct tracker *tracker = analysis_tracker(places->analysis);
    for (uint32_t i = 0; i < tracker_connection_count(tracker); i++) {
        const struct pptp_connection *connection = tracker_connection(tracker, i);
        if (connection->is_ours)
            add_frames(places, connection->point,
                       connection->segments[0] + connection->segments[1]);
    }
    for (uint32_t i = 0; i < tracker_flow_count(tracker); i++) {
        const struct gre_flow *flow = tracker_flow(tracker, i);
        add_frames(places, flow->point, flow->packets);
    }
}

/* Each packet is counted in the conversation of its hosts, which has ports 0. */
static void collect_from_ipsec(struct places *places)
{
    const struct ipsec_tracker *tracker = analysis_ipsec(places->analysis);
    for (uint32_t i = 0; i < ipsec_tracker_conversation_count(tracker); i++) {
        const struct ipsec_conversation *conversation = ipsec_tracker_conversation(tracker, i);
        if (conversation->hosts == conversation)
            add_frames(places, conversation->point,
                       conversation->way[0].packets + conversation->way[1].packets);
    }
}

static void collect_from_linker(struct places *places)
{
    for (uint32_t i = 0; i < linker_point_count(places->linker); i++) {
        const struct link_point *point = linker_point(places->linker, i);
        struct place place = {.point = point->point, .role = point->role, .frames = point->frames};
        add_place(places, &place);
    }
}

static void set_file(struct place *place, const struct sources *sources)
{
    uint32_t file = 0;
    if (!sources->interface_file(sources->user, place->point, &file))
        return;
    place->file = sources->file_name(sources->user, file);
    place->label = sources->file_label(sources->user, file);
}

/* How many places have the same key, which may be NULL. */
static guint count_of(GHashTable *counts, gconstpointer key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
}

static void count_one(GHashTable *counts, gpointer key)
{
    g_hash_table_insert(counts, key, GUINT_TO_POINTER(count_of(counts, key) + 1));
}

static const char *file_key(const struct place *place)
{
    return place->file != NULL ? place->file : "";
}

/* A name that only this place has: its file, else its interface, else that and its role. */
static char *name_of_place(const struct place *place, const struct sources *sources, uint32_t index,
                           guint same_file, guint same_point)
{
    bool file_tells = place->file != NULL && (same_file == 1 || same_file == same_point);
    const char *name =
        file_tells ? place->label : sources->interface_name(sources->user, place->point);
    if (same_point == 1)
        return g_strdup(name);
    return g_strdup_printf("%s (%s, %u)", name, place->role, index);
}

static void name_places(struct places *places, const struct sources *sources)
{
    GHashTable *files = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *points = g_hash_table_new(hash_of_pointer, NULL);
    for (guint i = 0; i < places->all->len; i++) {
        const struct place *place = &g_array_index(places->all, struct place, i);
        count_one(files, (gpointer)file_key(place));
        count_one(points, GUINT_TO_POINTER(place->point));
    }
    for (guint i = 0; i < places->all->len; i++) {
        struct place *place = &g_array_index(places->all, struct place, i);
        place->name = name_of_place(place, sources, i, count_of(files, file_key(place)),
                                    count_of(points, GUINT_TO_POINTER(place->point)));
    }
    g_hash_table_destroy(files);
    g_hash_table_destroy(points);
}

/* Which places lie before which, as the links have them: before[b] has a bit for each a. */
static void collect_order(const struct places *places, uint64_t before[ORDERED_LIMIT])
{
    for (uint32_t i = 0; i < linker_link_count(places->linker); i++) {
        const struct link_view *link = linker_link(places->linker, i);
        for (uint32_t place = 1; place < link->count; place++)
            before[link->point[place]] |= UINT64_C(1) << link->point[place - 1];
    }
}

/* The first place by appearance that none of the others lies before; with calls in both directions
 * across a NAT there may be none, then simply the first. */
static uint32_t next_in_order(const uint64_t before[ORDERED_LIMIT], uint64_t left)
{
    uint32_t first = PLACE_NONE;
    for (uint32_t i = 0; i < ORDERED_LIMIT; i++) {
        if ((left >> i & 1) == 0)
            continue;
        if ((before[i] & left & ~(UINT64_C(1) << i)) == 0)
            return i;
        first = MIN(first, i);
    }
    return first;
}

static void put_in_order(struct places *places)
{
    uint64_t before[ORDERED_LIMIT] = {0};
    uint32_t count = places->all->len;
    if (places->linker == NULL || count > ORDERED_LIMIT) {
        for (uint32_t i = 0; i < count; i++)
            g_array_append_val(places->in_order, i);
        return;
    }
    collect_order(places, before);
    uint64_t left = count == ORDERED_LIMIT ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    while (left != 0) {
        uint32_t next = next_in_order(before, left);
        g_array_append_val(places->in_order, next);
        left &= ~(UINT64_C(1) << next);
    }
}

struct places *places_new(const struct analysis *analysis, const struct sources *sources)
{
    struct places *places = g_new0(struct places, 1);
    places->analysis = analysis;
    places->linker = outcome_linker(analysis_outcome(analysis));
    places->all = g_array_new(FALSE, TRUE, sizeof(struct place));
    places->of_point = g_hash_table_new(hash_of_pointer, NULL);
    if (places->linker != NULL)
        collect_from_linker(places);
    else
        collect_from_tracker(places);
    collect_from_ipsec(places);
    places->in_order = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    put_in_order(places);
    for (guint i = 0; i < places->all->len; i++)
        set_file(&g_array_index(places->all, struct place, i), sources);
    name_places(places, sources);
    return places;
}

void places_number(struct places *places)
{
    for (guint i = 0; i < places->all->len; i++) {
        struct place *place = &g_array_index(places->all, struct place, i);
        g_free(place->name);
        place->name = g_strdup_printf("point %u", i);
    }
}

void places_free(struct places *places)
{
    if (places == NULL)
        return;
    for (guint i = 0; i < places->all->len; i++)
        g_free(g_array_index(places->all, struct place, i).name);
    g_array_free(places->all, TRUE);
    g_array_free(places->in_order, TRUE);
    g_hash_table_destroy(places->of_point);
    g_free(places);
}

uint32_t places_count(const struct places *places)
{
    return places->all->len;
}

const struct place *places_get(const struct places *places, uint32_t index)
{
    return &g_array_index(places->all, struct place, index);
}

uint32_t places_in_order(const struct places *places, uint32_t position)
{
    return g_array_index(places->in_order, uint32_t, position);
}

const char *places_name(const struct places *places, uint32_t index)
{
    return index < places->all->len ? places_get(places, index)->name : "-";
}

uint32_t places_of_call(const struct places *places, const struct call *call)
{
    if (places->linker != NULL)
        return linker_point_of_session(places->linker, as_session(call))->index;
    return place_of_point(places, call->point);
}

uint32_t places_of_connection(const struct places *places, const struct pptp_connection *connection)
{
    if (places->linker != NULL)
        return linker_point_of_connection(places->linker, as_connection(connection))->index;
    return place_of_point(places, connection->point);
}

uint32_t places_of_ipsec(const struct places *places, uint32_t point)
{
    return place_of_point(places, point);
}

uint32_t places_of_finding(const struct places *places, const struct finding *finding)
{
    const struct tracker *tracker = analysis_tracker(places->analysis);
    const struct call *call = tracker_call(tracker, finding->session);
    const struct pptp_connection *connection = tracker_connection(tracker, finding->connection);
    uint32_t point = TRACKER_NONE;
    if (finding->interface != FINDING_NONE)
        point = tracker_point(tracker, finding->interface);

    /* Several places share an interface where the capture lost its interfaces: then only the call
     * or connection tells. */
    uint32_t index = PLACE_NONE;
    if (call != NULL)
        index = places_of_call(places, call_final(call));
    else if (connection != NULL)
        index = places_of_connection(places, connection);
    bool fits = index < places->all->len &&
                (point == TRACKER_NONE || places_get(places, index)->point == point);
    return fits ? index : place_of_point(places, point);
}

char *places_row(const struct places *places, const uint32_t *indices, uint32_t count)
{
    GPtrArray *names = g_ptr_array_new();
    for (uint32_t i = 0; i < count; i++) {
        const struct place *place = places_get(places, indices[i]);
        bool has_role = g_strcmp0(place->role, "unknown") != 0;
        g_ptr_array_add(names, (gpointer)(has_role ? place->role : place->name));
    }
    char *text = cell_join(names);
    g_ptr_array_free(names, TRUE);
    return text;
}
