/* Counting findings by the frames that pass a filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include <epan/packet.h>
#include <epan/stats_tree_priv.h>
#include <epan/tap.h>

#include "findings_count.h"
#include "tap_events.h"

#define FINDINGS "Findings"

/* Wireshark knows a listener by the address of its data: one for each of the two. */
struct listener {
    struct findings_count *count;
    bool registered;
};

struct findings_count {
    stats_tree *tree;
    struct listener frames;
    struct listener drawing;
    bool at_once;
    GByteArray *passed; /* for the end: one bit per frame */
    gint total;
    gint by_id[FINDING_COUNT];
};

static GHashTable *counts; /* stats_tree * -> struct findings_count * */

static void begin(struct findings_count *count)
{
    count->total = 0;
    memset(count->by_id, 0, sizeof count->by_id);
}

static void count_finding(struct findings_count *count, const struct finding *finding)
{
    static const char *const severities[] = {
        [SEVERITY_CHAT] = "Chat",
        [SEVERITY_NOTE] = "Note",
        [SEVERITY_WARN] = "Warning",
        [SEVERITY_ERROR] = "Error",
    };
    const struct finding_kind *kind = finding_kind(finding->id);
    int branch = stats_tree_parent_id_by_name(count->tree, FINDINGS);
    char *name = g_strdup_printf("%s: %s", severities[kind->severity], kind->summary);
    set_stat_node(count->tree, name, branch, FALSE, ++count->by_id[finding->id]);
    set_stat_node(count->tree, FINDINGS, 0, TRUE, ++count->total);
    g_free(name);
}

struct frame_findings {
    struct findings_count *count;
    uint32_t frame;
};

static void count_if_about(const struct finding *finding, void *user)
{
    const struct frame_findings *wanted = user;
    if (finding_frame(finding) == wanted->frame)
        count_finding(wanted->count, finding);
}

static void note_frame(struct findings_count *count, uint32_t frame)
{
    guint size = frame / 8 + 1;
    if (count->passed->len < size) {
        guint old = count->passed->len;
        g_byte_array_set_size(count->passed, size);
        memset(count->passed->data + old, 0, size - old);
    }
    count->passed->data[frame / 8] |= (guint8)(1u << frame % 8);
}

static bool has_passed(const struct findings_count *count, uint32_t frame)
{
    return frame / 8 < count->passed->len &&
           (count->passed->data[frame / 8] & 1u << frame % 8) != 0;
}

/* The rest is what Wireshark calls. */

static void draw(void *data)
{
    struct findings_count *count = ((struct listener *)data)->count;
    tap_events_finish();
    const struct analysis *analysis = tap_events_analysis();
    if (analysis == NULL || count->at_once)
        return;
    begin(count);
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (has_passed(count, finding_frame(finding)))
            count_finding(count, finding);
    }
}

/* Wireshark has let go of a listener. From 4.6 on it does so by itself at its end, the newest
 * first, and so before the tree that ours belong to. */
static void forget(void *data)
{
    ((struct listener *)data)->registered = false;
}

static void listen(struct listener *listener, const char *tap, const char *filter,
                   tap_reset_cb reset, tap_packet_cb packet, tap_draw_cb drawing)
{
    if (listener->registered)
        return;
    GString *error = register_tap_listener(tap, listener, filter, TL_REQUIRES_NOTHING, reset,
                                           packet, drawing, forget);
    listener->registered = error == NULL;
    if (error != NULL)
        g_string_free(error, TRUE);
}

static tap_packet_status packet(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                const void *tapped _U_, tap_flags_t flags _U_)
{
    struct findings_count *count = ((struct listener *)data)->count;
    const struct analysis *analysis = tap_events_analysis();
    if (analysis == NULL)
        return TAP_PACKET_DONT_REDRAW;
    if (count->at_once) {
        struct frame_findings wanted = {count, pinfo->num};
        finding_log_on_frame(analysis_log(analysis), pinfo->num, count_if_about, &wanted);
        return TAP_PACKET_REDRAW;
    }
    note_frame(count, pinfo->num);
    listen(&count->drawing, PPTP_TAP_NAME, NULL, NULL, NULL, draw);
    return TAP_PACKET_DONT_REDRAW;
}

static void reset(void *data)
{
    struct findings_count *count = ((struct listener *)data)->count;
    begin(count);
    g_byte_array_set_size(count->passed, 0);
}

static void stop_listening(struct listener *listener)
{
    if (listener->registered)
        remove_tap_listener(listener);
}

static void count_free(gpointer data)
{
    struct findings_count *count = data;
    stop_listening(&count->frames);
    stop_listening(&count->drawing);
    g_byte_array_free(count->passed, TRUE);
    g_free(count);
}

void findings_count_start(stats_tree *tree)
{
    if (counts == NULL)
        counts = g_hash_table_new_full(NULL, NULL, NULL, count_free);
    struct findings_count *count = g_hash_table_lookup(counts, tree);
    if (count == NULL) {
        count = g_new0(struct findings_count, 1);
        count->tree = tree;
        count->frames.count = count;
        count->drawing.count = count;
        count->passed = g_byte_array_new();
        g_hash_table_insert(counts, tree, count);
    }
    stats_tree_create_node(tree, FINDINGS, 0, STAT_DT_INT, TRUE);
    tap_events_finish();
    const struct analysis *analysis = tap_events_analysis();
    count->at_once = analysis != NULL && analysis_last_frame(analysis) != 0;
    begin(count);
    g_byte_array_set_size(count->passed, 0);
    listen(&count->frames, "frame", tree->filter, reset, packet, NULL);
}

void findings_count_stop(stats_tree *tree)
{
    if (counts != NULL)
        g_hash_table_remove(counts, tree);
}
