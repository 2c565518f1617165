/* The row of what is wrong: a field that reads what it must not, a checksum, a lost message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_path_rows.h"

#include "cells.h"

/* The position of a index in the link, or -1. */
static int position_of(const struct link_view *link, uint32_t index)
{
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->point[i] == index)
            return (int)i;
    }
    return -1;
}

/* The control message on a frame that the cause is about. */
static const struct message_record *message_on(const struct report *report, uint32_t frame,
                                               unsigned type)
{
    const struct message_record *message = tracker_messages_on(report->tracker, frame);
    while (message != NULL && message->next_on_frame != NULL &&
           (type != 0 ? message->type != type
                      : linker_pairing(report->linker, as_message(message)).mistranslation ==
                            MISTRANSLATION_NONE))
        message = record_of(message->next_on_frame);
    return message;
}

static void add_wrong_cell(const struct path_subject *subject, struct path_row *row, int position)
{
    const struct finding *cause = subject->cause;
    row->cell[position] = cell_number(cause->seen);
    row->wrong[position] = true;
    if (cause->has_expected)
        row->cell[subject->link.count] = g_strdup_printf("should be %u", cause->expected);
}

/* The message as it was sent and as it came out. */
static void add_message(const struct path_subject *subject, const struct message_record *message,
                        struct path_picture *picture)
{
    const struct report *report = subject->report;
    const struct link_view *link = &subject->link;
    int at = position_of(
        link, point_names_of_connection(report->points, connection_of(message->connection)));
    if (at < 0)
        return;
    struct path_row *row =
        path_add_row(picture, name_of(names_control_type, message->type, "message"));
    add_wrong_cell(subject, row, at);
    const struct message_record *sent =
        message_on(report, subject->cause->peer_frame, message->type);
    int from = sent != NULL
                   ? position_of(link, point_names_of_connection(report->points,
                                                                 connection_of(sent->connection)))
                   : -1;
    if (from < 0 || from == at)
        return;
    bool peer = message->has_peer_call_id && message->peer_call_id == subject->cause->seen;
    row->cell[from] = cell_number(peer ? sent->peer_call_id : sent->call_id);
    for (int i = MIN(at, from); i < MAX(at, from); i++)
        row->arrow[i] = from < at ? PATH_RIGHT : PATH_LEFT;
}

static void add_gre_key(const struct path_subject *subject, const struct gre_flow *flow,
                        struct path_picture *picture)
{
    const struct report *report = subject->report;
    const struct link_view *link = &subject->link;
    int at = position_of(link, point_names_of_finding(report->points, subject->cause));
    if (at < 0)
        return;
    struct path_row *row = path_add_row(picture, "Call ID in GRE");
    add_wrong_cell(subject, row, at);
    const struct packet_record *record =
        tracker_gre_on(report->tracker, subject->cause->peer_frame);
    const struct gre_flow *sent =
        record != NULL ? tracker_gre_flow(report->tracker, subject->cause->peer_frame, record)
                       : NULL;
    int from = sent != NULL
                   ? position_of(link, point_names_of_call(report->points,
                                                           call_final(call_of(sent->session))))
                   : -1;
    if (from < 0 || from == at || flow == NULL)
        return;
    row->cell[from] = cell_number(sent->id);
    for (int i = MIN(at, from); i < MAX(at, from); i++)
        row->arrow[i] = from < at ? PATH_RIGHT : PATH_LEFT;
}

static bool is_checksum(const struct finding *cause)
{
    return cause->id == FINDING_IP_CHECKSUM_WRONG || cause->id == FINDING_CHECKSUM_NOT_UPDATED;
}

/* What was computed at the hop before `at`, the way the packet went. */
static void add_checksum(const struct path_subject *subject, struct path_picture *picture)
{
    const struct finding *cause = subject->cause;
    int at = position_of(&subject->link, point_names_of_finding(subject->report->points, cause));
    if (at < 0)
        return;
    struct path_row *row = path_add_row(
        picture, cause->id == FINDING_IP_CHECKSUM_WRONG ? "IP checksum" : "TCP checksum");
    row->cell[at] = g_strdup_printf("0x%04x", cause->seen);
    row->wrong[at] = true;
    if (cause->has_expected)
        row->cell[subject->link.count] = g_strdup_printf("should be 0x%04x", cause->expected);
    uint32_t hop = path_hop_of_cause(subject);
    if (hop != FINDING_NONE)
        row->arrow[hop] = (uint32_t)at > hop ? PATH_RIGHT : PATH_LEFT;
}

/* A message that was seen at one side of the hop only. */
static void add_lost_message(const struct path_subject *subject,
                             const struct message_record *message, struct path_picture *picture)
{
    uint32_t hop = path_hop_of_cause(subject);
    int from =
        position_of(&subject->link, point_names_of_connection(subject->report->points,
                                                              connection_of(message->connection)));
    if (from < 0 || hop == FINDING_NONE)
        return;
    uint32_t to = (uint32_t)from == hop ? hop + 1 : hop;
    struct path_row *row =
        path_add_row(picture, name_of(names_control_type, message->type, "message"));
    row->cell[from] = g_strdup("sent");
    row->cell[to] = g_strdup("lost");
    row->wrong[to] = true;
    row->arrow[hop] = PATH_BROKEN;
}

/* The field that reads what it must not. */
void path_add_wrong_field(const struct path_subject *subject, struct path_picture *picture)
{
    const struct finding *cause = subject->cause;
    if (cause == NULL || cause->judged_frame == 0 || path_is_clash(cause))
        return;
    const struct tracker *tracker = subject->report->tracker;
    const struct message_record *message = message_on(subject->report, cause->judged_frame, 0);
    const struct packet_record *record = tracker_gre_on(tracker, cause->judged_frame);
    if (cause->id == FINDING_CONTROL_NOT_FORWARDED && message != NULL)
        add_lost_message(subject, message, picture);
    if (!cause->has_seen)
        return;
    if (is_checksum(cause))
        add_checksum(subject, picture);
    else if (message != NULL)
        add_message(subject, message, picture);
    else if (record != NULL)
        add_gre_key(subject, tracker_gre_flow(tracker, cause->judged_frame, record), picture);
}
