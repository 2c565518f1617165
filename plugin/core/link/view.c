/* What readers of the linker see: names, links, points, and the position of a call or connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

static const struct {
    unsigned bit;
    const char *name;
} evidence_names[] = {
    {EVIDENCE_ISN, "isn"},           {EVIDENCE_TCP_SEQ, "tcp-seq"},
    {EVIDENCE_MESSAGES, "messages"}, {EVIDENCE_CORRELATION, "correlation-id"},
    {EVIDENCE_SERIAL, "serial"},     {EVIDENCE_ECHO, "echo"},
    {EVIDENCE_GRE, "gre"},           {EVIDENCE_IP_ID, "ip-id"},
    {EVIDENCE_TIME, "time"},
};

const char *evidence_name(unsigned bit)
{
    for (size_t i = 0; i < G_N_ELEMENTS(evidence_names); i++) {
        if (evidence_names[i].bit == bit)
            return evidence_names[i].name;
    }
    return NULL;
}

char *evidence_text(unsigned evidence)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(evidence_names); i++) {
        if (evidence & evidence_names[i].bit)
            g_string_append_printf(text, "%s%s", text->len ? "," : "", evidence_names[i].name);
    }
    return g_string_free(text, FALSE);
}

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

const struct call_link *linker_link(const struct linker *linker, uint32_t index)
{
    const struct link *link = get(linker->links, index);
    return link ? &link->view : NULL;
}

uint32_t linker_point_count(const struct linker *linker)
{
    return linker->points->len;
}

const struct link_point *linker_point(const struct linker *linker, uint32_t index)
{
    return get(linker->points, index);
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

const struct unlinked_call *linker_unlinked(const struct linker *linker, uint32_t index)
{
    return get(linker->end->unlinked, index);
}

const struct call_link *linker_link_of(const struct linker *linker, const struct call *call,
                                       uint32_t *ret_position)
{
    (void)linker;
    if (!link_of_call(linker, call))
        return NULL;
    *ret_position = link_position_of(linker, call);
    return &link_of_call(linker, call)->view;
}

const struct call_link *linker_link_of_connection(const struct linker *linker,
                                                  const struct connection *connection,
                                                  uint32_t *ret_position)
{
    (void)linker;
    const struct sighting *sighting = sighting_of(linker, connection);
    if (!sighting || !sighting->path)
        return NULL;
    *ret_position = sighting->position;
    const struct link *link = sighting->path->links->pdata[0];
    return &link->view;
}

static const struct link_point *point_of(const struct linker *linker, uint32_t point,
                                         const struct net_address *a, const struct net_address *b)
{
    const struct link_point *known = link_path_find_point(linker, point, a, b);
    if (!known)
        known = link_path_position(linker, point, LINK_POSITION_PROVISIONAL);
    /* Kept apart from the others: who asks, and when, must not change what the end shows. */
    if (!known) {
        struct link_point *made = link_path_new_position(linker, linker->provisional_points, point,
                                                         LINK_POSITION_PROVISIONAL);
        made->index += linker->points->len;
        known = made;
    }
    return known;
}

const struct link_point *linker_point_of_connection(const struct linker *linker,
                                                    const struct connection *connection)
{
    uint32_t position;
    const struct call_link *link = linker_link_of_connection(linker, connection, &position);
    if (link)
        return linker_point(linker, link->point[position]);
    return point_of(linker, connection->point, &connection->end[0].address,
                    &connection->end[1].address);
}

const struct link_point *linker_point_of_call(const struct linker *linker, const struct call *call)
{
    uint32_t position;
    const struct call_link *link = linker_link_of(linker, call, &position);
    if (link)
        return linker_point(linker, link->point[position]);
    if (call->connection)
        return linker_point_of_connection(linker, call->connection);
    const struct gre_flow *flow = call->flow[0] ? call->flow[0] : call->flow[1];
    return point_of(linker, call->point, &flow->source, &flow->destination);
}

bool linker_explains(const struct linker *linker, const struct gre_flow *flow)
{
    return linker->end && flow->index < linker->end->explained->len &&
           linker->end->explained->data[flow->index];
}

struct message_pairing linker_pairing(const struct linker *linker,
                                      const struct message_record *message)
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

bool link_call_opened(void *user, const struct call *call)
{
    const struct linker *linker = user;
    const struct link *link = link_of_call(linker, call);
    for (uint32_t position = 0; link && position < link->view.count; position++) {
        const struct call *other = link->view.call[position];
        if (other && other->stage >= PPP_STAGE_NETWORK)
            return true;
    }
    return false;
}
