/* PPTP calls over time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "call_timeline.h"

#include <string.h>

#include "markup.h"

static bool shares(const struct path *path)
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
static struct timeline_lane *lane_of(struct timeline *timeline, const struct path *path)
{
    const struct call *call = path_outermost(path);
    bool pns = path_pns_inside(path);
    const struct end *near = pns ? &call->connection->pns : &call->connection->pac;
    const struct end *far = pns ? &call->connection->pac : &call->connection->pns;
    char *id = markup_number(pns ? call->pns_call_id : call->pac_call_id);
    struct timeline_lane *lane = timeline_lane(
        timeline, markup_keep(timeline->texts, "%s ↔ %s", near->address, far->address),
        markup_keep(timeline->texts, "%s Call ID %s", pns ? "PNS" : "PAC", id));
    g_free(id);
    return lane;
}

/* "192.168.11.20, its Call ID 1536": who the call really is. */
static const char *bar_words(struct timeline *timeline, const struct path *path)
{
    const struct call *call = path_innermost(path);
    bool pns = path_pns_inside(path);
    struct number id = pns ? call->pns_call_id : call->pac_call_id;
    const char *address = call->connection == NULL ? "?"
                          : pns                    ? call->connection->pns.address
                                                   : call->connection->pac.address;
    if (!id.known)
        return address;
    return markup_keep(timeline->texts, "%s, its Call ID %" G_GINT64_FORMAT, address, id.value);
}

struct timeline *call_timeline(const struct document *document)
{
    struct timeline *timeline = timeline_new();
    for (guint i = 0; i < document->paths->len; i++) {
        const struct path *path = g_ptr_array_index(document->paths, i);
        const struct call *call = path_outermost(path);
        struct moment first = call_first(call), last = call_last(call);
        if (call->connection == NULL || !first.known) {
            timeline->without++;
            continue;
        }
        struct timeline_bar bar = {
            .words = bar_words(timeline, path),
            .begin = MAX(0, first.seconds - document->start.seconds),
            .end = MAX(first.seconds, last.seconds) - document->start.seconds,
            .fault = path->worst >= SEVERITY_WARNING,
            .shares = shares(path),
        };
        g_array_append_val(lane_of(timeline, path)->bars, bar);
    }
    timeline_arrange(timeline);
    return timeline;
}
