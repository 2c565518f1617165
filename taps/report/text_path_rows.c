/* Ids, the wrong field, and GRE packets at each point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_path_rows.h"

#include <string.h>

#include "cells.h"

#define NAME_COLUMNS  24 /* of a file or interface */
#define CLASHES_SHOWN 2  /* further calls that cannot be told from this one */

const struct call *path_first_call(const struct link_view *link)
{
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->session[i] != NULL)
            return call_of(link->session[i]);
    }
    return NULL;
}

/* The client opens the control connection. It is the PNS, but for incoming calls that it places. */
enum id_owner path_client_of(const struct call *call)
{
    bool is_pns = call->connection == NULL || !call->roles_known || call->end_a == 0;
    return is_pns ? PPTP_OWNER_PNS : PPTP_OWNER_PAC;
}

enum direction path_direction_to(const struct path_subject *subject, enum end end)
{
    return owner_id_direction(end == CLIENT ? subject->client : other_owner(subject->client));
}

void path_turn(const struct link_view *link, struct path_turned *ret)
{
    uint32_t last = link->count - 1;
    for (uint32_t i = 0; i <= last; i++) {
        ret->session[i] = link->session[last - i];
        ret->point[i] = link->point[last - i];
        ret->places[i] = link->places[last - i];
        if (i < last)
            ret->hops[i] = link->hops[last - 1 - i];
    }
    ret->link = *link;
    ret->link.session = ret->session;
    ret->link.point = ret->point;
    ret->link.places = ret->places;
    ret->link.hops = ret->hops;
}

uint32_t path_hop_of_cause(const struct path_subject *subject)
{
    uint32_t hop = subject->cause->hop;
    if (hop == FINDING_NONE || hop + 1 >= subject->link.count)
        return FINDING_NONE;
    return subject->is_turned ? subject->link.count - 2 - hop : hop;
}

struct path_row *path_add_row(struct path_picture *picture, const char *label)
{
    struct path_row *row = g_new0(struct path_row, 1);
    row->label = g_strdup(label);
    g_ptr_array_add(picture->rows, row);
    return row;
}

/* The name of a file without what only says how it is written. */
static char *name_of_point(const struct report *report, uint32_t index)
{
    static const char *const endings[] = {".gz", ".zst", ".lz4", ".pcapng", ".pcap", ".cap"};
    char *name = g_strdup(point_names_name(report->points, index));
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(name, endings[i]) && strlen(name) > strlen(endings[i]))
            name[strlen(name) - strlen(endings[i])] = '\0';
    }
    char *shown = text_shortened(name, NAME_COLUMNS);
    g_free(name);
    return shown;
}

/* The side of one of several points that share a file and an interface; NULL: its name tells. */
static const char *side_of_point(const struct report *report, const uint32_t *points,
                                 uint32_t count, uint32_t index)
{
    const struct named_point *named = point_names_get(report->points, index);
    uint32_t alike = 0;
    for (uint32_t i = 0; i < count; i++)
        alike += point_names_get(report->points, points[i])->point == named->point;
    return alike > 1 && strcmp(named->role, "unknown") != 0 ? named->role : NULL;
}

void path_add_names(const struct report *report, const uint32_t *points,
                    struct path_picture *picture)
{
    if (picture->points < 2)
        return;
    struct path_row *row = path_add_row(picture, "seen in");
    for (uint32_t i = 0; i < picture->points; i++) {
        const char *side = side_of_point(report, points, picture->points, points[i]);
        row->cell[i] = side != NULL ? g_strdup(side) : name_of_point(report, points[i]);
    }
}

/* The id as the control messages told it, else as GRE to its owner has it. */
static bool id_at(const struct link_view *link, enum id_owner owner, uint32_t position,
                  uint16_t *ret)
{
    const struct call *call = call_of(link->session[position]);
    const struct gre_flow *flow =
        call != NULL ? gre_of(call->flow[owner_id_direction(owner)]) : NULL;
    bool told = link->places[position].has_id[owner];
    if (told)
        *ret = link->places[position].id[owner];
    else if (flow != NULL)
        *ret = flow->id;
    return told || flow != NULL;
}

static void fill_ids(struct path_row *row, const struct link_view *link, enum id_owner owner)
{
    uint16_t id, next;
    for (uint32_t i = 0; i < link->count; i++) {
        if (!id_at(link, owner, i, &id))
            continue;
        row->cell[i] = cell_number(id);
        if (i + 1 < link->count && id_at(link, owner, i + 1, &next))
            row->arrow[i] = id == next ? PATH_SAME : PATH_CHANGED;
    }
}

static bool id_changes(const struct link_view *link, enum id_owner owner)
{
    uint16_t id, next;
    for (uint32_t i = 0; i + 1 < link->count; i++) {
        if (id_at(link, owner, i, &id) && id_at(link, owner, i + 1, &next) && id != next)
            return true;
    }
    return false;
}

bool path_is_clash(const struct finding *cause)
{
    return cause != NULL &&
           (cause->id == FINDING_NO_EDITOR || cause->id == FINDING_TUNNEL_AMBIGUOUS ||
            cause->id == FINDING_TUNNEL_MAYBE_AMBIGUOUS);
}

/* The point behind the hop that did it. */
static uint32_t behind_hop(const struct path_subject *subject)
{
    uint32_t hop = path_hop_of_cause(subject);
    return hop != FINDING_NONE ? hop + 1 : subject->link.count - 1;
}

/* Other calls that have the client's id of this one at the same point. */
static void add_clashes(const struct path_subject *subject, struct path_picture *picture)
{
    const struct linker *linker = subject->report->linker;
    uint32_t position = behind_hop(subject), added = 0;
    uint16_t id, other_id;
    if (linker == NULL || !id_at(&subject->link, subject->client, position, &id))
        return;
    for (uint32_t i = 0; i < linker_link_count(linker) && added < CLASHES_SHOWN; i++) {
        struct path_turned turned;
        struct link_view other = *linker_link(linker, i);
        if (subject->is_turned && other.count == subject->link.count) {
            path_turn(&other, &turned);
            other = turned.link;
        }
        if (!link_view_is_shown(&other) || other.index == subject->link.index ||
            other.count != subject->link.count ||
            other.point[position] != subject->link.point[position] ||
            !id_at(&other, path_client_of(path_first_call(&other)), position, &other_id) ||
            other_id != id)
            continue;
        char *label = g_strdup_printf("of call %u", path_first_call(&other)->index);
        struct path_row *row = path_add_row(picture, label);
        fill_ids(row, &other, path_client_of(path_first_call(&other)));
        row->wrong[position] = true;
        added++;
        g_free(label);
    }
}

void path_add_ids(const struct path_subject *subject, struct path_picture *picture)
{
    const struct link_view *link = &subject->link;
    enum id_owner server = other_owner(subject->client);
    bool both = id_changes(link, server);
    struct path_row *row = path_add_row(picture, both ? "client's Call ID" : "Call ID");
    uint16_t id;
    fill_ids(row, link, subject->client);
    if (path_is_clash(subject->cause)) {
        row->wrong[behind_hop(subject)] = row->cell[behind_hop(subject)] != NULL;
        add_clashes(subject, picture);
    }
    if (both) {
        fill_ids(path_add_row(picture, "server's Call ID"), link, server);
    } else {
        for (uint32_t i = link->count; i-- > 0 && row->cell[link->count] == NULL;) {
            if (id_at(link, server, i, &id))
                row->cell[link->count] = cell_number(id);
        }
    }
}

/* What the cause says of packets of this direction: where they are wrong, and from where they come
 * if that is what is wrong. */
static void mark_cause(const struct path_subject *subject, enum direction direction,
                       uint32_t position, struct path_row *row)
{
    const struct finding *cause = subject->cause;
    const struct tracker *tracker = subject->report->tracker;
    const struct packet_record *packet = tracker_gre_on(tracker, cause->judged_frame);
    if (packet == NULL || cause->direction != direction || cause->has_seen)
        return;
    row->wrong[position] = true;
    if (cause->id != FINDING_GRE_OTHER_ADDRESS)
        return;
    char *address = cell_address(&tracker_gre_flow(tracker, cause->judged_frame, packet)->source);
    row->cell[subject->link.count] = g_strdup_printf("from %s", address);
    g_free(address);
}

void path_add_gre(const struct path_subject *subject, enum end to, struct path_picture *picture)
{
    const struct link_view *link = &subject->link;
    enum direction direction = path_direction_to(subject, to);
    struct path_row *row = path_add_row(picture, to == SERVER ? "GRE to server" : "GRE to client");
    for (uint32_t i = 0; i < link->count; i++)
        row->cell[i] = cell_number(link->places[i].seen[direction]);
    for (uint32_t i = 0; i + 1 < link->count; i++) {
        const struct link_hop_count *hop = &link->hops[i].count[direction];
        bool broken = hop->lost > 0 && hop->passed == 0 && hop->elsewhere == 0;
        row->arrow[i] = broken ? PATH_BROKEN : to == SERVER ? PATH_RIGHT : PATH_LEFT;
        if (broken || hop->elsewhere > 0)
            row->wrong[to == SERVER ? i + 1 : i] = true;
        if (hop->elsewhere > 0 && row->cell[link->count] == NULL)
            row->cell[link->count] = g_strdup_printf("%u to a wrong host", hop->elsewhere);
    }
    uint32_t hop = subject->cause != NULL ? path_hop_of_cause(subject) : FINDING_NONE;
    if (hop != FINDING_NONE)
        mark_cause(subject, direction, to == SERVER ? hop + 1 : hop, row);
}
