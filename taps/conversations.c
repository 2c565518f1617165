/* `-z conv,PPTP` and `-z endpoints,PPTP`: a conversation per call and capture point, its two ends
 * written as address and Call ID ("10.0.0.1/1536").
 *
 * A Call ID becomes known with the reply only, and a row's key must not change. So while a file is
 * read for the first time an end is an address of our own type that holds the call's index and
 * which end it is; what it reads is looked up in the model when it is shown. Later, when all is
 * known, an end is a text: of such Wireshark can make a filter, and of the other kind it cannot.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include <epan/address_types.h>
#include <epan/conversation_table.h>
#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include "compat.h"
#include "report/cells.h"
#include "tap_events.h"
#include "taps.h"

#define TEXT_SIZE 64 /* an IPv6 address, '/', five digits */

struct row_end {
    uint32_t call;
    uint32_t end; /* enum id_owner; without control traffic a and b */
};

static int end_type;

static const struct call *call_at(uint32_t index)
{
    const struct analysis *analysis = tap_events_analysis();
    return analysis != NULL ? call_final(tracker_call(analysis_tracker(analysis), index)) : NULL;
}

/* The address of an end of the call, or NULL. */
static const struct net_address *host_of(const struct call *call, uint32_t end)
{
    if (call->connection != NULL)
        return &call->connection->end[session_end_of(as_session(call), (enum id_owner)end)].address;
    if (call->flow[DIRECTION_PNS_TO_PAC] != NULL) {
        const struct gre_flow *flow = gre_of(call->flow[DIRECTION_PNS_TO_PAC]);
        return end == 0 ? &flow->source : &flow->destination;
    }
    if (call->flow[DIRECTION_PAC_TO_PNS] != NULL) {
        const struct gre_flow *flow = gre_of(call->flow[DIRECTION_PAC_TO_PNS]);
        return end == 0 ? &flow->destination : &flow->source;
    }
    return NULL;
}

static int end_to_text(const address *shown, gchar *text, int size)
{
    struct row_end end;
    memcpy(&end, shown->data, sizeof end);
    const struct call *call = call_at(end.call);
    const struct net_address *host = call != NULL ? host_of(call, end.end) : NULL;
    if (host == NULL) /* the file was closed under the window */
        return g_snprintf(text, (gulong)size, "call %u", end.call) + 1;
    char *name = cell_address(host);
    char *id = cell_call_id(call, (enum id_owner)end.end);
    g_snprintf(text, (gulong)size, "%s/%s", name, id);
    g_free(name);
    g_free(id);
    return (int)strlen(text) + 1;
}

static int end_text_size(const address *shown _U_)
{
    return TEXT_SIZE;
}

/* Wireshark makes "FIELD==TEXT && FIELD==TEXT" from a row. No field reads as our texts do, so FIELD
 * is the call's filter, and a comparison that no packet fulfils takes up the text. The filter is
 * the same for either direction. Borrowed until the next call. */
static const char *row_filter(const address *end, uint32_t call)
{
    static char filter[64];
    if (end->type != AT_STRINGZ)
        return CONV_FILTER_INVALID;
    g_snprintf(filter, sizeof filter, "pptp.call==%u || pptp.call.state", call);
    return filter;
}

static const char *conversation_filter(conv_item_t *item, conv_filter_type_e wanted _U_)
{
    return row_filter(&item->src_address, item->conv_id);
}

static const char *endpoint_filter(endpoint_item_t *item, conv_filter_type_e wanted _U_)
{
    return row_filter(&item->myaddress, item->port);
}

/* A frame can complete several messages of one call: it counts once. */
static bool is_counted(const struct pptp_tap_event *event)
{
    if (event->message == NULL || tap_events_analysis() == NULL)
        return false;
    const struct tracker *tracker = analysis_tracker(tap_events_analysis());
    const struct message_record *other = tracker_messages_on(tracker, event->message->frame);
    for (; other != NULL && other != event->message; other = record_of(other->next_on_frame)) {
        if (other->session == event->message->session)
            return true;
    }
    return false;
}

/* Which end sent the packet. */
static uint32_t sender_of(const struct pptp_tap_event *event)
{
    if (event->flow != NULL)
        return direction_sender(event->flow->direction);
    return session_owner_at(as_session(event->call), event->message->sender);
}

/* Whether later packets were seen already. On the very last one it does not show, but then there
 * are rows, which go on as they began. */
static bool was_read(const packet_info *pinfo)
{
    const struct analysis *analysis = tap_events_analysis();
    return analysis != NULL && analysis_last_frame(analysis) > pinfo->num;
}

/* One end of a row while a packet is counted: the address borrows the rest. */
struct shown_end {
    struct row_end end;
    char text[TEXT_SIZE];
    address address;
};

static void show_end(struct shown_end *shown, bool as_text, uint32_t call, uint32_t end)
{
    shown->end.call = call;
    shown->end.end = end;
    set_address(&shown->address, end_type, sizeof shown->end, &shown->end);
    if (!as_text)
        return;
    int size = end_to_text(&shown->address, shown->text, sizeof shown->text);
    set_address(&shown->address, AT_STRINGZ, size, shown->text);
}

static tap_packet_status conversation_packet(void *data, packet_info *pinfo,
                                             epan_dissect_t *edt _U_, const void *tapped,
                                             tap_flags_t flags)
{
    static ct_dissector_info_t info = {conversation_filter};
    const struct pptp_tap_event *event = tapped;
    conv_hash_t *hash = data;
    struct shown_end from;
    struct shown_end to;
    if (event->call == NULL || is_counted(event))
        return TAP_PACKET_DONT_REDRAW;
    uint32_t call = event->call->index;
    hash->flags = flags;
    bool as_text = was_read(pinfo);
    if (hash->conv_array != NULL && hash->conv_array->len > 0)
        as_text = g_array_index(hash->conv_array, conv_item_t, 0).src_address.type == AT_STRINGZ;
    show_end(&from, as_text, call, sender_of(event));
    show_end(&to, as_text, call, 1 - sender_of(event));
    /* The call is part of the key, lest two calls of the same ids become one row. */
    add_conversation_table_data_with_conv_id(hash, &from.address, &to.address, 0, 0, call, 1,
                                             (int)pinfo->fd->pkt_len, &pinfo->rel_ts,
                                             &pinfo->abs_ts, &info, CONVERSATION_NONE);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status endpoint_packet(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                         const void *tapped, tap_flags_t flags)
{
    static et_dissector_info_t info = {endpoint_filter};
    const struct pptp_tap_event *event = tapped;
    conv_hash_t *hash = data;
    struct shown_end from;
    struct shown_end to;
    if (event->call == NULL || is_counted(event))
        return TAP_PACKET_DONT_REDRAW;
    uint32_t call = event->call->index;
    int bytes = (int)pinfo->fd->pkt_len;
    hash->flags = flags;
    bool as_text = was_read(pinfo);
    if (hash->conv_array != NULL && hash->conv_array->len > 0)
        as_text = g_array_index(hash->conv_array, endpoint_item_t, 0).myaddress.type == AT_STRINGZ;
    show_end(&from, as_text, call, sender_of(event));
    show_end(&to, as_text, call, 1 - sender_of(event));
    /* The port, which is not shown, has the call: as above. */
    add_endpoint_table_data(hash, &from.address, call, TRUE, 1, bytes, &info, ENDPOINT_NONE);
    add_endpoint_table_data(hash, &to.address, call, FALSE, 1, bytes, &info, ENDPOINT_NONE);
    return TAP_PACKET_REDRAW;
}

/* Wireshark asks for the statistic by the protocol's filter name, its windows say PPTP: both will
 * do. `cli` is the name that was registered here, `argument` what the user wrote, filter included.
 */
static COMPAT_STAT_INIT start_by_title(const char *argument, void *cli)
{
    const char *name = cli;
    size_t kind = strcspn(name, ",");
    char *wanted = g_strdup_printf("%.*s,pptp%s", (int)kind, name, argument + strlen(name));
    bool done = process_stat_cmd_arg(wanted);
    g_free(wanted);
    COMPAT_STAT_INIT_DONE(done);
}

void conversation_titles_register(void)
{
    static stat_tap_ui titles[] = {
        {.cli_string = "conv,PPTP", .title = "PPTP Conversations"},
        {.cli_string = "endpoints,PPTP", .title = "PPTP Endpoints"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++) {
        titles[i].group = REGISTER_PACKET_STAT_GROUP_UNSORTED;
        titles[i].tap_init_cb = start_by_title;
        register_stat_tap_ui(&titles[i], (void *)titles[i].cli_string);
    }
}

void conversations_register(void)
{
    end_type = address_type_dissector_register("AT_PPTP_CALL_END", "PPTP call end", end_to_text,
                                               end_text_size, NULL, NULL, NULL, NULL, NULL);
    register_conversation_table(proto_get_id_by_filter_name("pptp"), TRUE, conversation_packet,
                                endpoint_packet);
}
