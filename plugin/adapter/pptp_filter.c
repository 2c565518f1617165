/* See pptp_filter.h. Wireshark shows them in Conversation Filter of its Analyze menu and of the
 * packet list. It asks about the selected packet, long after that was dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "pptp_filter.h"

#include "compat.h"
#include "session_store.h"
#include "translation.h"

/* What the packet is of. */
struct selected {
    struct translation translation;
    const struct pptp_connection *connection; /* of a control message; else NULL */
};

static struct selected selected_at(const packet_info *pinfo)
{
    struct selected selected = {.connection = NULL};
    const struct tracker *tracker =
        session_analysis() != NULL ? analysis_tracker(session_analysis()) : NULL;
    const struct message_record *message =
        tracker != NULL ? tracker_messages_on(tracker, pinfo->num) : NULL;
    const struct packet_record *record =
        tracker != NULL ? tracker_gre_on(tracker, pinfo->num) : NULL;
    const struct gre_flow *flow =
        record != NULL ? tracker_gre_flow(tracker, pinfo->num, record) : NULL;

    if (message != NULL) {
        selected.translation = translation_of_message(message);
        selected.connection = connection_of(message->connection);
    } else if (flow != NULL) {
        selected.translation = translation_of_gre(pinfo->num, flow);
    }
    return selected;
}

static compat_bool is_at_all_points(packet_info *pinfo COMPAT_FILTER_DATA)
{
    const struct link_view *link = selected_at(pinfo).translation.link;

    return link != NULL && link->count > 1;
}

static gchar *at_all_points(packet_info *pinfo COMPAT_FILTER_DATA)
{
    const struct link_view *link = selected_at(pinfo).translation.link;

    return link != NULL ? g_strdup_printf("pptp.nat.link == %u", link->index) : NULL;
}

static compat_bool is_at_this_point(packet_info *pinfo COMPAT_FILTER_DATA)
{
    const struct selected selected = selected_at(pinfo);

    return selected.translation.call != NULL || selected.connection != NULL;
}

/* A message of no call: its control connection. */
static gchar *at_this_point(packet_info *pinfo COMPAT_FILTER_DATA)
{
    const struct selected selected = selected_at(pinfo);

    if (selected.translation.call != NULL)
        return g_strdup_printf("pptp.call == %u", selected.translation.call->index);
    return selected.connection != NULL
               ? g_strdup_printf("pptp.stream == %u", selected.connection->index)
               : NULL;
}

void pptp_filter_register(void)
{
    compat_conversation_filter("pptp", "PPTP call at all points", is_at_all_points, at_all_points);
    compat_conversation_filter("pptp", "PPTP call at this point only", is_at_this_point,
                               at_this_point);
}
