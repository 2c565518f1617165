/* IPsec tunnels over time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_timeline.h"

#include <string.h>

#include "markup.h"

#define MOVES_LIMIT 64 /* changes of the port of one tunnel that are drawn */

struct maker {
    const struct document *document;
    struct timeline *timeline;
    const struct tunnel *tunnel;
    unsigned place; /* the outermost point that saw it */
    double begin;
    double end;
};

static double since(const struct maker *maker, struct moment time)
{
    return MAX(0, time.seconds - maker->document->start.seconds);
}

static bool shares(const struct tunnel *tunnel)
{
    for (guint i = 0; i < tunnel->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(tunnel->findings, i);
        if (strcmp(finding->id, "ipsec.nat.port_shared") == 0)
            return true;
    }
    return false;
}

/* Adds a bar; returns its lane. */
static struct timeline_lane *add_bar(struct maker *maker, const char *label, double begin,
                                     double end)
{
    const struct tunnel *tunnel = maker->tunnel;
    const char *near = tunnel_address(tunnel, maker->place, true);
    const char *far = tunnel_address(tunnel, maker->place, false);
    const char *who = tunnel_address(tunnel, 0, true);
    struct timeline_lane *lane = timeline_lane(
        maker->timeline, markup_keep(maker->timeline->texts, "%s ↔ %s", near, far), label);
    struct timeline_bar bar = {
        .words = who[0] != '\0' ? who : near,
        .begin = begin,
        .end = MAX(begin, end),
        .fault = tunnel->worst >= SEVERITY_WARNING,
        .shares = shares(tunnel),
    };
    g_array_append_val(lane->bars, bar);
    return lane;
}

static void add_mark(struct timeline_lane *lane, double at, const char *words)
{
    struct timeline_mark mark = {at, words};
    g_array_append_val(lane->marks, mark);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    double x = ((const struct place *)a)->first_time.seconds;
    double y = ((const struct place *)b)->first_time.seconds;
    return (x > y) - (x < y);
}

static void merge(GArray *merged, const GArray *places, struct moment first)
{
    for (guint i = 0; places != NULL && i < places->len; i++) {
        struct place place = g_array_index(places, struct place, i);
        if (!place.first_time.known)
            place.first_time = first;
        if (place.first_time.known && place.port != 0)
            g_array_append_val(merged, place);
    }
}

/* Every use of another port by the inner end on 4500, in order of time, of IKE and ESP together. */
static GArray *moves_of(const struct maker *maker)
{
    const struct tunnel *tunnel = maker->tunnel;
    GArray *moves = g_array_new(FALSE, FALSE, sizeof(struct place));
    const struct ike_sa *ike = tunnel->ike[maker->place];
    if (ike != NULL) {
        struct moment first = {false, 0};
        for (guint i = 0; i < ike->messages->len && !first.known; i++) {
            const struct ike_message *message =
                &g_array_index(ike->messages, struct ike_message, i);
            if (message->family == ON_4500)
                first = message->time;
        }
        merge(moves, ike->places[tunnel->initiator_inside ? INITIATOR : RESPONDER][ON_4500], first);
    }
    for (guint e = 0; e < tunnel->esp->len; e++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, e);
        for (unsigned p = 0; path->outwards && p < path->count; p++) {
            const struct esp_sa *sa = path->sa[p];
            if (sa != NULL && path->point[p] == tunnel->point[maker->place])
                merge(moves, sa->source, sa->first_time);
        }
    }
    g_array_sort(moves, by_time);
    return moves;
}

/* A new pair of ESP SAs after the first is a re-key. */
static void mark_rekeys(struct maker *maker, struct timeline_lane *lane, double begin, double end)
{
    const struct tunnel *tunnel = maker->tunnel;
    bool first = true;
    for (guint e = 0; e < tunnel->esp->len; e++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, e);
        const struct esp_sa *sa = NULL;
        for (unsigned p = 0; path->outwards && p < path->count && sa == NULL; p++)
            sa = path->sa[p];
        if (sa == NULL)
            continue;
        double at = since(maker, sa->first_time);
        if (!first && at >= begin && at <= end)
            add_mark(lane, at, "re-key");
        first = false;
    }
}

static void add_4500(struct maker *maker)
{
    GArray *moves = moves_of(maker);
    unsigned drawn = 0;
    for (guint i = 0; i < moves->len && drawn < MOVES_LIMIT; drawn++) {
        const struct place *place = &g_array_index(moves, struct place, i);
        guint next = i + 1;
        while (next < moves->len && g_array_index(moves, struct place, next).port == place->port)
            next++;
        double begin = since(maker, place->first_time);
        double end = next < moves->len
                         ? since(maker, g_array_index(moves, struct place, next).first_time)
                         : maker->end;
        struct timeline_lane *lane = add_bar(
            maker,
            markup_keep(maker->timeline->texts, "UDP 4500, port %" G_GINT64_FORMAT, place->port),
            begin, end);
        if (i != 0)
            add_mark(lane, begin, "new port");
        mark_rekeys(maker, lane, begin, end);
        i = next;
    }
    g_array_unref(moves);
}

/* Until the end of the SA: its port on 500 stays its own. */
static void add_500(struct maker *maker)
{
    const GArray *places = tunnel_places(maker->tunnel, maker->place, true, ON_500);
    for (guint i = 0; places != NULL && i < places->len; i++) {
        const struct place *place = &g_array_index(places, struct place, i);
        bool last = i + 1 == places->len;
        double begin = i == 0 ? maker->begin : since(maker, place->first_time);
        double end =
            last ? maker->end : since(maker, g_array_index(places, struct place, i + 1).first_time);
        add_bar(maker,
                markup_keep(maker->timeline->texts, "UDP 500, port %" G_GINT64_FORMAT, place->port),
                begin, end);
    }
}

static void add_native(struct maker *maker)
{
    const struct tunnel *tunnel = maker->tunnel;
    struct moment first = {false, 0}, last = {false, 0};
    for (guint e = 0; e < tunnel->esp->len; e++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, e);
        for (unsigned p = 0; p < path->count; p++) {
            const struct esp_sa *sa = path->sa[p];
            if (sa == NULL || !sa->native || path->point[p] != tunnel->point[maker->place])
                continue;
            if (!first.known || sa->first_time.seconds < first.seconds)
                first = sa->first_time;
            if (!last.known || sa->last_time.seconds > last.seconds)
                last = sa->last_time;
        }
    }
    if (first.known)
        mark_rekeys(maker,
                    add_bar(maker, "ESP without UDP", since(maker, first), since(maker, last)),
                    since(maker, first), since(maker, last));
}

static unsigned outermost(const struct tunnel *tunnel)
{
    unsigned place = tunnel->count - 1;
    while (place > 0 && tunnel_address(tunnel, place, true)[0] == '\0')
        place--;
    return place;
}

struct timeline *tunnel_timeline(const struct document *document)
{
    struct timeline *timeline = timeline_new();
    for (guint i = 0; i < document->ipsec->tunnels->len; i++) {
        const struct tunnel *tunnel = g_ptr_array_index(document->ipsec->tunnels, i);
        struct maker maker = {document, timeline, tunnel, outermost(tunnel), 0, 0};
        struct moment first = tunnel_first(tunnel), last = tunnel_last(tunnel);
        if (!first.known || tunnel_address(tunnel, maker.place, true)[0] == '\0') {
            timeline->without++;
            continue;
        }
        maker.begin = since(&maker, first);
        maker.end = since(&maker, last);
        add_500(&maker);
        add_4500(&maker);
        add_native(&maker);
    }
    timeline_arrange(timeline);
    return timeline;
}
