/* Which call the picture shows, and what lies on its way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "text_path_rows.h"

static void show_alone(struct path_subject *subject, struct call *call)
{
    subject->alone.session = as_session(call);
    subject->alone.point = point_names_of_call(subject->report->points, call);
    for (int i = 0; i < 2; i++) {
        subject->alone.place.has_id[i] = call->has_id[i];
        subject->alone.place.id[i] = call->id[i];
        subject->alone.place.seen[i] = call->flow[i] != NULL ? call->flow[i]->packets : 0;
    }
    subject->link = (struct link_view){.count = 1,
                                       .roles_known = call->roles_known,
                                       .session = &subject->alone.session,
                                       .point = &subject->alone.point,
                                       .places = &subject->alone.place};
}

/* The call that took it over, if one did. */
static struct call *live_call(const struct report *report, uint32_t index)
{
    const struct call *call = call_final(tracker_call(report->tracker, index));
    return call != NULL ? tracker_call(report->tracker, call->index) : NULL;
}

static uint32_t first_shown_link(const struct report *report)
{
    uint32_t count = report->linker != NULL ? linker_link_count(report->linker) : 0;
    for (uint32_t i = 0; i < count; i++) {
        if (report_shows_link(report, i))
            return i;
    }
    return FINDING_NONE;
}

/* The link that the cause is about: its own, or that of its call or connection. */
static uint32_t link_of_cause(const struct report *report, const struct finding *cause)
{
    const struct linker *linker = report->linker;
    const struct call *call = live_call(report, cause->session);
    const struct pptp_connection *connection =
        tracker_connection(report->tracker, cause->connection);
    const struct link_view *link = NULL;
    uint32_t position;
    if (linker != NULL && call != NULL)
        link = linker_link_of(linker, as_session(call), &position);
    else if (linker != NULL && connection != NULL)
        link = linker_link_of_connection(linker, as_connection(connection), &position);
    return cause->link != FINDING_NONE || link == NULL ? cause->link : link->index;
}

/* False: there is no call. */
static bool find_subject(struct path_subject *subject)
{
    const struct report *report = subject->report;
    const struct finding *cause = subject->cause;
    uint32_t link = cause != NULL ? link_of_cause(report, cause) : first_shown_link(report);
    struct call *call = cause != NULL ? live_call(report, cause->session) : live_call(report, 0);
    if (report_shows_link(report, link))
        subject->link = *linker_link(report->linker, link);
    else if (call != NULL)
        show_alone(subject, call);
    else
        return false;
    subject->client = path_client_of(path_first_call(&subject->link));
    return true;
}

/* Where an end is, as the point at `position` sees it; false: not known. */
static bool end_at(const struct path_subject *subject, uint32_t position, enum end end,
                   struct endpoint *ret)
{
    const struct call *call = call_of(subject->link.session[position]);
    if (call == NULL)
        return false;
    if (call->connection != NULL) {
        *ret = call->connection->end[end == CLIENT ? 0 : 1];
        return true;
    }
    const struct gre_flow *to = gre_of(call->flow[path_direction_to(subject, SERVER)]);
    const struct gre_flow *from = gre_of(call->flow[path_direction_to(subject, CLIENT)]);
    if (to == NULL && from == NULL)
        return false;
    bool source = (to != NULL) == (end == CLIENT);
    const struct gre_flow *flow = to != NULL ? to : from;
    *ret = (struct endpoint){.address = source ? flow->source : flow->destination};
    return true;
}

/* The server's address is another one inside, and the client's is not. */
static bool client_is_outside(const struct path_subject *subject)
{
    struct endpoint in[2], out[2];
    for (int end = CLIENT; end <= SERVER; end++) {
        if (!end_at(subject, 0, (enum end)end, &in[end]) ||
            !end_at(subject, subject->link.count - 1, (enum end)end, &out[end]))
            return false;
    }
    return net_address_equal(&in[CLIENT].address, &out[CLIENT].address) &&
           !net_address_equal(&in[SERVER].address, &out[SERVER].address);
}

/* The port says something where it is not the one that everybody uses. */
static char *end_text(const struct endpoint *end)
{
    bool told = end->port != 0 && end->port != PPTP_PORT;
    return told ? cell_endpoint(end) : cell_address(&end->address);
}

static char *name_of_end(const struct path_subject *subject, uint32_t position, enum end end)
{
    struct endpoint at;
    const char *name = end == CLIENT ? "client" : "server";
    if (!end_at(subject, position, end, &at))
        return g_strdup(name);
    char *text = end_text(&at);
    char *named = g_strdup_printf("%s %s", name, text);
    g_free(text);
    return named;
}

/* What lies between two points, by the address that it changes. */
static void name_hop(const struct path_subject *subject, uint32_t far, struct path_picture *picture)
{
    struct endpoint before, behind;
    char number[16] = "";
    if (subject->link.count > 2)
        g_snprintf(number, sizeof number, " %u", far);
    for (int end = CLIENT; end <= SERVER; end++) {
        bool known = end_at(subject, far - 1, (enum end)end, &before) &&
                     end_at(subject, far, (enum end)end, &behind);
        if (!known || net_address_equal(&before.address, &behind.address))
            continue;
        char *address = cell_address(end == CLIENT ? &behind.address : &before.address);
        picture->short_name[far] = g_strdup_printf("NAT%s", number);
        picture->station[far] = g_strdup_printf("NAT%s %s", number, address);
        g_free(address);
        return;
    }
    picture->short_name[far] = g_strdup_printf("hop%s", number);
    picture->station[far] = g_strdup(picture->short_name[far]);
}

static void name_stations(const struct path_subject *subject, struct path_picture *picture)
{
    picture->station[0] = name_of_end(subject, 0, CLIENT);
    picture->short_name[0] = g_strdup("client");
    for (uint32_t i = 1; i < picture->points; i++)
        name_hop(subject, i, picture);
    picture->station[picture->points] = name_of_end(subject, picture->points - 1, SERVER);
    picture->short_name[picture->points] = g_strdup("server");
}

static void row_free(gpointer data)
{
    struct path_row *row = data;
    for (uint32_t i = 0; i < PATH_CELLS; i++)
        g_free(row->cell[i]);
    g_free(row->label);
    g_free(row);
}

static bool has_gre(const struct link_view *link)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < link->count; i++)
        seen |= link->places[i].seen[0] | link->places[i].seen[1];
    return seen != 0;
}

static bool add_call(const struct report *report, const struct finding *cause,
                     struct path_picture *picture)
{
    struct path_subject subject = {.report = report, .cause = cause};
    if (!find_subject(&subject))
        return false;
    subject.is_turned = client_is_outside(&subject);
    if (subject.is_turned) {
        path_turn(&subject.link, &subject.turned);
        subject.link = subject.turned.link;
    }
    picture->points = subject.link.count;
    name_stations(&subject, picture);
    path_add_names(report, subject.link.point, picture);
    path_add_ids(&subject, picture);
    path_add_wrong_field(&subject, picture);
    if (has_gre(&subject.link)) {
        path_add_gre(&subject, SERVER, picture);
        path_add_gre(&subject, CLIENT, picture);
    }
    return true;
}

struct path_picture *path_picture_new(const struct report *report, const struct finding *cause)
{
    struct path_picture *picture = g_new0(struct path_picture, 1);
    picture->rows = g_ptr_array_new_with_free_func(row_free);
    bool of_ipsec = cause != NULL && finding_is_ipsec(cause->id);
    if ((!of_ipsec && add_call(report, cause, picture)) ||
        ((of_ipsec || cause == NULL) && path_add_ipsec(report, cause, picture)))
        return picture;
    path_picture_free(picture);
    return NULL;
}

void path_picture_free(struct path_picture *picture)
{
    if (picture == NULL)
        return;
    for (uint32_t i = 0; i < PATH_CELLS; i++) {
        g_free(picture->station[i]);
        g_free(picture->short_name[i]);
    }
    g_ptr_array_free(picture->rows, TRUE);
    g_free(picture);
}
