/* What TCP says of an attempt to connect and of the end of a connection before a call: the facts,
 * and what one point makes of them. Whether the far end really did it takes a second point
 * (pptp/nat_before_call.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

#include "core/base/hash.h"

/* Unanswered: three SYNs over 3 s, which is more than the first time-outs of a TCP (RFC 6298 2.1,
 * 5.5: 1 s, then 2 s), or one and a minute of silence. */
#define UNANSWERED_SYNS 3
#define UNANSWERED_NS   (3 * SECOND_NS)
#define SILENCE_NS      (60 * SECOND_NS)

#define OPTION_END        0 /* RFC 9293 3.1 */
#define OPTION_NOP        1
#define OPTION_MSS        2
#define OPTION_TIMESTAMPS 8 /* RFC 7323 3.2 */

/* What does not change on the way nor from copy to copy: the window, and the options but for the
 * values of MSS, which routers clamp, and of timestamps. */
static uint32_t syn_form(const struct tcp_segment *segment)
{
    uint64_t hash = hash_step(hash_secret.start, segment->window);
    for (uint32_t i = 0; i < segment->options_length;) {
        const uint8_t *option = segment->options + i;
        uint32_t left = segment->options_length - i, length = 1;
        if (option[0] == OPTION_END)
            break;
        if (option[0] != OPTION_NOP && (left < 2 || option[1] < 2 || option[1] > left))
            break;
        if (option[0] != OPTION_NOP)
            length = option[1];
        bool varies = option[0] == OPTION_MSS || option[0] == OPTION_TIMESTAMPS;
        hash = hash_octets(hash, option, varies ? 2 : length);
        i += length;
    }
    return (uint32_t)hash != 0 ? (uint32_t)hash : 1;
}

static void note_once(struct frame_time *at, const struct packet *packet)
{
    if (at->frame == 0)
        *at = (struct frame_time){packet->frame, packet->time_ns};
}

bool tracker_note_facts(struct pptp_connection *connection, const struct tcp_segment *segment,
                        uint8_t sender)
{
    struct tcp_facts *facts = &connection->tcp[sender];
    const struct packet *packet = &segment->packet;
    if ((segment->flags & (TCP_FLAG_FIN | TCP_FLAG_RST)) != 0 && connection->closing == NULL)
        connection->closing = g_new0(struct tcp_closing, 2);
    if ((segment->flags & TCP_FLAG_FIN) != 0)
        note_once(&connection->closing[sender].fin, packet);
    if ((segment->flags & TCP_FLAG_RST) != 0) {
        note_once(&connection->closing[sender].rst, packet);
    } else if ((segment->flags & TCP_FLAG_ACK) != 0 &&
               (!facts->has_acked || serial_diff(segment->ack, facts->acked) > 0)) {
        facts->acked = segment->ack;
        facts->has_acked = true;
    }
    if ((segment->flags & TCP_FLAG_SYN) == 0)
        return false;
    if (++facts->syns == 2)
        facts->syn_again_ns = packet->time_ns;
    note_once(&facts->syn, packet);
    if (connection->has_isn[sender])
        return false;
    connection->has_isn[sender] = true;
    connection->isn[sender] = segment->seq;
    connection->syn_form[sender] = syn_form(segment);
    return true;
}

/* What the other end has to answer before there is a call. */
static bool is_set_up(const struct message_record *request)
{
    return request->type == PPTP_SCCRQ || request->type == PPTP_OCRQ ||
           request->type == PPTP_ICRQ || request->type == PPTP_ICRP;
}

void tracker_note_left_unanswered(struct pptp_connection *connection)
{
    if (connection->closed_frame != 0 || connection->stopped)
        return;
    for (const GList *link = connection->unanswered.head; link != NULL; link = link->next) {
        if (connection->left_unanswered == NULL && is_set_up(link->data))
            connection->left_unanswered = link->data;
    }
}

enum refusal tracker_refusal(const struct tracker *tracker,
                             const struct pptp_connection *connection)
{
    const struct tcp_facts *client = &connection->tcp[0];
    if (!connection->to_pptp_port || !connection->has_isn[0] || connection->has_isn[1] ||
        connection_other_segments(connection, 0) != 0)
        return REFUSAL_NONE;
    if (connection_rst(connection, 1).frame != 0 && connection->stream[1] == NULL)
        return REFUSAL_RESET;
    if (connection->segments[1] != 0)
        return REFUSAL_NONE;
    if (connection->icmp != NULL)
        return REFUSAL_ICMP;
    if ((client->syns >= UNANSWERED_SYNS &&
         connection->last_time_ns - client->syn.time_ns >= UNANSWERED_NS) ||
        tracker_clock(tracker, connection) - client->syn.time_ns >= SILENCE_NS)
        return REFUSAL_SILENCE;
    return REFUSAL_NONE;
}

char *tracker_refusal_text(const struct pptp_connection *connection, enum refusal refusal)
{
    GString *text = g_string_new(NULL);
    uint32_t syns = connection->tcp[0].syns;
    g_string_printf(text, "%u connection request%s to port %u: ", syns, syns == 1 ? "" : "s",
                    connection->end[1].port);
    if (refusal == REFUSAL_ICMP) {
        g_string_append_printf(text, "ICMP type %u code %u from ", connection->icmp->type,
                               connection->icmp->code);
        char from[NAMES_ADDRESS_SIZE];
        g_string_append(text, names_address(&connection->icmp->source, from));
    } else {
        g_string_append(text, refusal == REFUSAL_RESET ? "reset" : "no answer");
    }
    return g_string_free(text, FALSE);
}

struct frame_time tracker_close_of(const struct pptp_connection *connection, int end)
{
    struct frame_time fin = connection_fin(connection, end), rst = connection_rst(connection, end);
    return fin.frame == 0 || (rst.frame != 0 && rst.frame < fin.frame) ? rst : fin;
}

/* A stop is an orderly end, unless a request waits. A client that leaves after good replies is a
 * probe. Where octets are missing nothing is known. */
bool tracker_closed_early(const struct pptp_connection *connection, int *ret_end)
{
    const struct tracked_connection *tracked = (const struct tracked_connection *)connection;
    int end = connection->closed_by;
    bool by_fin = connection_fin(connection, end).frame == connection->closed_frame;
    *ret_end = end;
    if (connection->closed_frame == 0 || !connection->has_spoken || connection->was_refused ||
        !tracked->whole || (by_fin && tracked->has_hole[end]) || connection->segments[1] == 0 ||
        !(connection->has_isn[0] || connection->has_isn[1]))
        return false;
    for (guint i = 0; i < connection->calls.count; i++) {
        if (((const struct call *)connection->calls.items[i])->established)
            return false;
    }
    return connection->left_unanswered != NULL ||
           (connection->closed_by == 1 && !connection->stopped);
}

char *tracker_closed_early_text(const struct pptp_connection *connection, int end)
{
    const struct frame_time close = tracker_close_of(connection, end);
    const struct message_record *request = connection->left_unanswered;
    const char *who = end == 1 ? "The server" : "The client";
    const char *how = close.frame == connection_rst(connection, end).frame ? "RST" : "FIN";
    if (request == NULL)
        return g_strdup_printf("%s closes the connection (%s) before a call is set up", who, how);
    return g_strdup_printf("%s closes the connection (%s) %.3f s after %s in frame %u, which has "
                           "no reply",
                           who, how, (double)(close.time_ns - request->time_ns) / (double)SECOND_NS,
                           pptp_message_name(request->type), request->frame);
}
