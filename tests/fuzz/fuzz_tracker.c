/* Fuzz target: the tracker, without links. Its results are a pure function of what it was fed: the
 * same once more, and the same when the file seemed to end in between.
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct events *events = events_read(data, size);
    struct analysis *once = model_of(events, false, false);
    model_check(once, events);
    char *text = model_text(once);
    analysis_finish(once);
    check_same(once, text);
    struct analysis *with_ends = model_of(events, false, true);
    model_check(with_ends, events);
    check_same(with_ends, text);
    analysis_free(once);
    analysis_free(with_ends);
    g_free(text);
    events_free(events);
    return 0;
}
