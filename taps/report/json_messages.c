/* "timeline" of the JSON report: control messages, of a call or of the connection itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "json_parts.h"

/* "pns", "pac", or NULL until a call says which end is which. */
static const char *sender_of(const struct message_record *message, const struct call *call)
{
    const struct pptp_connection *connection = connection_of(message->connection);
    for (guint i = 0; call == NULL && i < connection->calls.count; i++)
        call = call_final(connection->calls.items[i]);
    if (call == NULL || !call->roles_known)
        return NULL;
    return session_owner_at(as_session(call), message->sender) == PPTP_OWNER_PNS ? "pns" : "pac";
}

/* A Call ID of 0 is a value (RFC 2637 3.2.2): that a message has none is said by its layout, or by
 * a capture that cut it off. */
static bool carries(const struct message_record *message, enum pptp_field_id field)
{
    return !message->truncated && pptp_find_cell(message->type, field) != NULL;
}

static void write_message(json_dumper *dumper, const struct report *report,
                          const struct message_record *message)
{
    json_object(dumper, NULL);
    json_number(dumper, "frame", message->frame);
    json_seconds(dumper, "time", message->time_ns);
    json_text(dumper, "message", name_of(names_control_type, message->type, "Unknown"));
    json_number(dumper, "point_frame", report_own_frame(report, message->frame));
    json_text(dumper, "from", sender_of(message, call_final(call_of(message->session))));
    json_number_or_null(dumper, "call_id", carries(message, PPTP_F_CALL_ID), message->call_id);
    json_number_or_null(dumper, "peer_call_id", carries(message, PPTP_F_PEER_CALL_ID),
                        message->peer_call_id);
    json_frame(dumper, "peer_frame",
               linker_pairing(report->linker, as_message(message)).peer_frame);
    json_frame(dumper, "response_to", message_response_to(message));
    if (message->request != NULL)
        json_seconds(dumper, "response_time", message_response_time_ns(message));
    else
        json_null(dumper, "response_time");
    json_dumper_end_object(dumper);
}

void json_write_timeline(json_dumper *dumper, const struct report *report,
                         const GPtrArray *messages)
{
    json_array(dumper, "timeline");
    for (guint i = 0; messages != NULL && i < messages->len; i++)
        write_message(dumper, report, g_ptr_array_index(messages, i));
    json_dumper_end_array(dumper);
}

void json_write_own_timeline(json_dumper *dumper, const struct report *report,
                             const struct pptp_connection *connection)
{
    json_array(dumper, "timeline");
    for (guint i = 0; i < connection->messages.count; i++) {
        const struct message_record *message = connection->messages.items[i];
        if (call_of(message->session) == NULL)
            write_message(dumper, report, message);
    }
    json_dumper_end_array(dumper);
}
