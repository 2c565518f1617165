/* What readers of the linker see: links, points, and the position of a session or connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

const char *verdict_status_name(enum verdict_status status)
{
    switch (status) {
    case VERDICT_OK:
        return "ok";
    case VERDICT_FAULT:
        return "fault";
    case VERDICT_UNKNOWN:
        break;
    }
    return "unknown";
}

static gpointer get(const GPtrArray *array, uint32_t index)
{
    return index < array->len ? array->pdata[index] : NULL;
}

uint32_t linker_link_count(const struct linker *linker)
{
    return linker->links->len;
}

const struct link_view *linker_link(const struct linker *linker, uint32_t index)
{
    const struct link *link = get(linker->links, index);
    return link ? &link->view : NULL;
}

uint32_t linker_point_count(const struct linker *linker)
{
    return points_count(linker->points);
}

const struct link_point *linker_point(const struct linker *linker, uint32_t index)
{
    return points_get(linker->points, index);
}

uint32_t linker_nat_count(const struct linker *linker)
{
    return linker->end ? linker->end->nats->len : 0;
}

const struct nat_device *linker_nat(const struct linker *linker, uint32_t index)
{
    return get(linker->end->nats, index);
}

uint32_t linker_unlinked_count(const struct linker *linker)
{
    return linker->end ? linker->end->unlinked->len : 0;
}

const struct unlinked_session *linker_unlinked(const struct linker *linker, uint32_t index)
{
    return get(linker->end->unlinked, index);
}

const struct link_view *linker_link_of(const struct linker *linker, const struct session *session,
                                       uint32_t *ret_position)
{
    (void)linker;
    if (!link_of_session(linker, session))
        return NULL;
    *ret_position = link_position_of(linker, session);
    return &link_of_session(linker, session)->view;
}

const struct link_view *linker_link_of_connection(const struct linker *linker,
                                                  const struct connection *connection,
                                                  uint32_t *ret_position)
{
    (void)linker;
    const struct sighting *sighting = sighting_of(linker, connection);
    if (!sighting || !sighting->path)
        return NULL;
    *ret_position = sighting->position;
    return &sighting->path->first_link->view;
}

static const struct link_point *point_of(const struct linker *linker, uint32_t point,
                                         const struct net_address *a, const struct net_address *b)
{
    const struct link_point *known = points_between(linker->points, point, a, b);
    return known ? known : points_provisional(linker->points, point);
}

const struct link_point *linker_point_of_connection(const struct linker *linker,
                                                    const struct connection *connection)
{
    uint32_t position;
    const struct link_view *link = linker_link_of_connection(linker, connection, &position);
    if (link)
        return linker_point(linker, link->point[position]);
    return point_of(linker, connection->point, &connection->end[0].address,
                    &connection->end[1].address);
}

const struct link_point *linker_point_of_session(const struct linker *linker,
                                                 const struct session *session)
{
    uint32_t position;
    const struct link_view *link = linker_link_of(linker, session, &position);
    if (link)
        return linker_point(linker, link->point[position]);
    if (session->connection)
        return linker_point_of_connection(linker, session->connection);
    const struct flow *flow = session->flow[0] ? session->flow[0] : session->flow[1];
    return point_of(linker, session->point, &flow->source, &flow->destination);
}

bool linker_explains(const struct linker *linker, const struct flow *flow)
{
    return linker->end && flow->index < linker->end->explained->len &&
           linker->end->explained->data[flow->index];
}

struct message_pairing linker_pairing(const struct linker *linker, const struct message *message)
{
    return linker ? link_pairing_of(linker, message) : (struct message_pairing){0};
}

uint32_t linker_peer(const struct linker *linker, uint32_t frame)
{
    return linker ? link_peer(linker, frame) : 0;
}

enum verdict_status linker_verdict(const struct linker *linker, const char **ret_text,
                                   const char **ret_cause)
{
    *ret_text = linker->end->text ? linker->end->text : "";
    *ret_cause = linker->end->cause ? linker->end->cause : "";
    return linker->end->status;
}

const struct verdict_parts *linker_verdict_parts(const struct linker *linker)
{
    return &linker->end->parts;
}

const struct finding *linker_verdict_finding(const struct linker *linker)
{
    return linker->end->worst;
}
