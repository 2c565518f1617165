/* `-z pptp,tree`: counts of messages, GRE packets, results, and findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>

#include <epan/packet.h>
#include <epan/stats_tree.h>

#include "report/cells.h"
#include "findings_count.h"
#include "tap_events.h"
#include "taps.h"

#define MESSAGES "Messages"
#define GRE      "GRE packets"
#define RESULTS  "Results"

static void tick(stats_tree *tree, const char *branch, const char *name)
{
    tick_stat_node(tree, branch, 0, TRUE);
    tick_stat_node(tree, name, stats_tree_parent_id_by_name(tree, branch), FALSE);
}

/* The names of the result codes of messages of `type`, or NULL. */
static const struct name_entry *results_of(unsigned type)
{
    const struct pptp_layout *layout = pptp_layout(type);
    for (unsigned i = 0; layout != NULL && i < layout->cell_count; i++) {
        if (layout->cells[i].member == offsetof(struct pptp_message, result))
            return pptp_field(layout->cells[i].field)->names;
    }
    return NULL;
}

static const char *message_title(const struct message_record *message)
{
    if (message->type != 0)
        return pptp_message_name(message->type);
    return message->status == PPTP_MANAGEMENT ? "Management Message" : "Not a known message";
}

static void count_message(stats_tree *tree, const struct message_record *message)
{
    tick(tree, MESSAGES, message_title(message));
    const struct name_entry *results = results_of(message->type);
    if (results == NULL)
        return;
    char *name = g_strdup_printf("%s: %u, %s", pptp_message_name(message->type), message->result,
                                 name_of(results, message->result, "Unknown"));
    tick(tree, RESULTS, name);
    g_free(name);
}

static void count_gre(stats_tree *tree, const struct pptp_tap_event *event)
{
    bool data = (event->gre.flags & PACKET_DATA) != 0;
    const char *direction = direction_title(event->call, event->flow->direction);
    char *name = g_strdup_printf("%s, %s", direction != NULL ? direction : "no direction",
                                 data ? "with payload" : "acknowledgment only");
    tick(tree, GRE, name);
    g_free(name);
}

static tap_packet_status packet(stats_tree *tree, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *tapped, tap_flags_t flags _U_)
{
    const struct pptp_tap_event *event = tapped;
    if (event->message != NULL)
        count_message(tree, event->message);
    if (event->flow != NULL)
        count_gre(tree, event);
    return TAP_PACKET_REDRAW;
}

static void init(stats_tree *tree)
{
    stats_tree_create_node(tree, MESSAGES, 0, STAT_DT_INT, TRUE);
    stats_tree_create_node(tree, GRE, 0, STAT_DT_INT, TRUE);
    stats_tree_create_node(tree, RESULTS, 0, STAT_DT_INT, TRUE);
    findings_count_start(tree);
}

void statistics_tree_register(void)
{
    stats_tree_register_plugin(PPTP_TAP_NAME, "pptp", "PPTP Messages and Findings", 0, packet, init,
                               findings_count_stop);
}
