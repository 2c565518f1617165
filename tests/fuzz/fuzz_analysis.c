/* Fuzz target: the whole analysis with the linker, on sequences of packets at several points. The
 * model holds together, a second run and a second end of the file give the same, feeding goes on
 * behind an end, the tracker's part does not depend on the linker's being there, and nothing
 * depends on how the points are numbered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model.h"

static void check_same(const struct analysis *analysis, const char *before)
{
    char *after = model_text(analysis);
    if (!g_str_equal(before, after))
        g_printerr("first:\n%s\nthen:\n%s", before, after);
    CHECK(g_str_equal(before, after));
    g_free(after);
}

/* The linker has put two halves together (tracker_join_halves): what comes later has other halves
 * to be paired with than where no other point shows that these two are one. */
static bool has_joined_halves(const struct tracker *tracker)
{
    for (uint32_t i = 0; i < tracker_call_count(tracker); i++) {
        const struct call *by = call_of(tracker_call(tracker, i)->absorbed_by);
        if (by && !by->connection)
            return true;
    }
    return false;
}

/* What one point shows is no matter of whether links are made. */
static void check_alone(const struct analysis *linked, const struct events *events)
{
    struct analysis *alone = model_of(events, false, false);
    const struct tracker *a = analysis_tracker(linked), *b = analysis_tracker(alone);
    CHECK(tracker_connection_count(a) == tracker_connection_count(b));
    CHECK(tracker_flow_count(a) == tracker_flow_count(b));
    bool joined = has_joined_halves(a);
    CHECK(joined || tracker_call_count(a) == tracker_call_count(b));
    for (uint32_t i = 0; !joined && i < tracker_call_count(a); i++)
        CHECK(tracker_call(a, i)->state == tracker_call(b, i)->state);
    analysis_free(alone);
}

/* Numbers the interfaces the other way round. */
static void swap_points(struct events *events)
{
    for (guint i = 0; i < events->list->len; i++) {
        struct event *event = &g_array_index(events->list, struct event, i);
        if (event->kind != EVENT_FINISH)
            event->packet.interface = EVENT_INTERFACES - 1 - event->packet.interface;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct events *events = events_read(data, size);
    struct analysis *once = model_of(events, true, false);
    model_check(once, events);
    char *text = model_text(once);
    analysis_finish(once);
    check_same(once, text);
    struct analysis *again = model_of(events, true, false);
    check_same(again, text);
    struct analysis *with_ends = model_of(events, true, true);
    model_check(with_ends, events);
    check_alone(once, events);
    swap_points(events);
    struct analysis *swapped = model_of(events, true, false);
    check_same(swapped, text);
    analysis_free(once);
    analysis_free(again);
    analysis_free(swapped);
    analysis_free(with_ends);
    g_free(text);
    events_free(events);
    return 0;
}
