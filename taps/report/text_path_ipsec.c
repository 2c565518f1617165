/* The picture of an IPsec tunnel's way: which ports of the client each point shows, and how many
 * ESP packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "text_path_rows.h"

static const struct ipsec_link *first_of_kind(const struct ipsec_links *links,
                                              enum ipsec_link_kind kind)
{
    for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
        const struct ipsec_link *link = ipsec_links_get(links, i);
        if (link->kind == kind)
            return link;
    }
    return NULL;
}

/* The IKE SA that the cause, or the first link, is of; an ESP SA where IKE was not seen. */
static const struct ipsec_link *subject_of(const struct ipsec_links *links,
                                           const struct finding *cause)
{
    const struct ipsec_link *link = NULL;
    if (cause != NULL) {
        link = ipsec_links_get(links, cause->ipsec_link);
    } else {
        link = first_of_kind(links, IPSEC_LINK_IKE);
        link = link != NULL ? link : first_of_kind(links, IPSEC_LINK_ESP);
    }
    if (link != NULL && link->kind == IPSEC_LINK_ESP && link->ike_link != IPSEC_NONE)
        return ipsec_links_get(links, link->ike_link);
    return link;
}

/* The endpoint that the client used last in front of the position; NULL: not seen there. */
static const struct endpoint *client_at(const struct ipsec_link *link, enum ike_family family,
                                        uint32_t position)
{
    const struct ipsec_places *places = link->places[family][position];
    return places != NULL && places->latest != NULL ? &places->latest->endpoint : NULL;
}

static const struct endpoint *any_client_at(const struct ipsec_link *link, uint32_t position)
{
    const struct endpoint *end = client_at(link, IKE_ON_500, position);
    return end != NULL ? end : client_at(link, IKE_ON_4500, position);
}

/* The end that no hop translates. */
static const struct endpoint *server_of(const struct ipsec_link *link, enum ike_family family)
{
    for (uint32_t i = link->count; i-- > 0;) {
        const struct ipsec_places *places = NULL;
        if (link->ike[i] != NULL)
            places = &link->ike[i]->places[1 - link->translated_end][family];
        else if (link->esp[i] != NULL && family == IKE_ON_4500)
            places = link->translated_end == 0 ? &link->esp[i]->target : &link->esp[i]->source;
        if (places != NULL && places->latest != NULL)
            return &places->latest->endpoint;
    }
    return NULL;
}

static char *named(const char *name, const struct endpoint *end)
{
    char *address = end != NULL ? cell_address(&end->address) : g_strdup("");
    char *text = g_strchomp(g_strdup_printf("%s %s", name, address));
    g_free(address);
    return text;
}

static void name_stations(const struct ipsec_link *link, struct path_picture *picture)
{
    const struct endpoint *server = server_of(link, IKE_ON_500);
    picture->short_name[0] = g_strdup("client");
    picture->station[0] = named("client", any_client_at(link, 0));
    for (uint32_t i = 1; i < link->count; i++) {
        const struct endpoint *before = any_client_at(link, i - 1);
        const struct endpoint *behind = any_client_at(link, i);
        bool changes = before != NULL && behind != NULL &&
                       !net_address_equal(&before->address, &behind->address);
        picture->short_name[i] = g_strdup(changes ? "NAT" : "hop");
        picture->station[i] = changes ? named("NAT", behind) : g_strdup("hop");
    }
    picture->short_name[link->count] = g_strdup("server");
    picture->station[link->count] =
        named("server", server != NULL ? server : server_of(link, IKE_ON_4500));
}

/* Nothing on this port comes through that hop: found, not only not seen. */
static bool is_blocked(const struct finding *cause, enum ike_family family, uint32_t hop)
{
    return cause != NULL && cause->id == IPSEC_FLOAT_BLOCKED && family == IKE_ON_4500 &&
           (cause->hop == hop || cause->hop == FINDING_NONE);
}

/* What the client leaves from at the position is what a finding is about: it shares it, or had
 * another one before. */
static bool is_wrong_port(const struct report *report, const struct ipsec_link *link,
                          enum ike_family family, uint32_t position)
{
    const struct ipsec_places *places = link->places[family][position];
    for (uint32_t i = 0; i < finding_log_count(report->log); i++) {
        const struct finding *finding = finding_log_get(report->log, i);
        if (finding->ipsec_link != link->index || finding->hop + 1 != position)
            continue;
        if (finding->id == IPSEC_PORT_SHARED &&
            finding->judged_frame == places->latest->first_frame)
            return true;
        if (finding->id == IPSEC_MAPPING_CHANGED && places->first != places->latest)
            return true;
    }
    return false;
}

/* "UDP 4500: 4500 <----> 61316", the server's port at the end. */
static void add_ports(const struct report *report, const struct ipsec_link *link,
                      enum ike_family family, const struct finding *cause,
                      struct path_picture *picture)
{
    const char *label = family == IKE_ON_500 ? "UDP 500" : "UDP 4500";
    const struct endpoint *server = server_of(link, family);
    struct path_row *row = NULL;
    for (uint32_t i = 0; i < link->count; i++) {
        const struct endpoint *end = client_at(link, family, i);
        if (end == NULL || end->port == 0)
            continue;
        row = row != NULL ? row : path_add_row(picture, label);
        row->cell[i] = cell_number(end->port);
        row->wrong[i] = is_wrong_port(report, link, family, i);
        const struct endpoint *next = i + 1 < link->count ? client_at(link, family, i + 1) : NULL;
        if (next != NULL)
            row->arrow[i] = next->port == end->port ? PATH_SAME : PATH_CHANGED;
        else if (i + 1 < link->count && is_blocked(cause, family, i)) {
            row->arrow[i] = PATH_BROKEN;
            row->cell[i + 1] = g_strdup("-");
            row->wrong[i + 1] = true;
        }
    }
    if (row != NULL && server != NULL)
        row->cell[link->count] = cell_number(server->port);
}

static bool lies_alike(const struct ipsec_link *a, const struct ipsec_link *b)
{
    for (uint32_t i = 0; a->count == b->count && i < a->count; i++) {
        if (a->point[i] != b->point[i])
            return false;
    }
    return a->count == b->count;
}

/* An ESP SA of the tunnel: that itself, one that its IKE SA agreed on, or its other direction. */
static bool is_of_tunnel(const struct ipsec_link *link, const struct ipsec_link *tunnel)
{
    bool is_reverse = false;
    for (uint32_t i = 0; i < link->count && !is_reverse; i++)
        is_reverse = tunnel->esp[i] != NULL && link->esp[i] != NULL &&
                     link->esp[i]->reverse == tunnel->esp[i];
    return link->kind == IPSEC_LINK_ESP && lies_alike(link, tunnel) &&
           (link == tunnel || link->ike_link == tunnel->index || is_reverse);
}

/* The ESP SAs of the tunnel one way, together. */
static void add_esp(const struct ipsec_links *links, const struct ipsec_link *subject,
                    bool to_server, struct path_picture *picture)
{
    uint32_t seen[LINK_POINTS_LIMIT] = {0};
    uint32_t passed[LINK_POINTS_LIMIT] = {0}, lost[LINK_POINTS_LIMIT] = {0};
    uint32_t elsewhere[LINK_POINTS_LIMIT] = {0}, count = 0;
    for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
        const struct ipsec_link *link = ipsec_links_get(links, i);
        if (!is_of_tunnel(link, subject) || (link->translated_end == 0) != to_server)
            continue;
        count++;
        for (uint32_t k = 0; k < link->count; k++)
            seen[k] += link->seen[k];
        for (uint32_t k = 0; k + 1 < link->count; k++) {
            passed[k] += link->hop[k].passed;
            lost[k] += link->hop[k].lost;
            elsewhere[k] += link->hop[k].elsewhere;
        }
    }
    struct path_row *row =
        count > 0 ? path_add_row(picture, to_server ? "ESP to server" : "ESP to client") : NULL;
    for (uint32_t i = 0; row != NULL && i < subject->count; i++) {
        row->cell[i] = cell_number(seen[i]);
        if (i + 1 == subject->count)
            break;
        bool broken = lost[i] > 0 && passed[i] == 0;
        row->arrow[i] = broken ? PATH_BROKEN : to_server ? PATH_RIGHT : PATH_LEFT;
        if (broken || elsewhere[i] > 0)
            row->wrong[to_server ? i + 1 : i] = true;
        if (elsewhere[i] > 0 && row->cell[subject->count] == NULL)
            row->cell[subject->count] = g_strdup_printf("%u to a wrong host", elsewhere[i]);
    }
}

bool path_add_ipsec(const struct report *report, const struct finding *cause,
                    struct path_picture *picture)
{
    const struct ipsec_links *links = analysis_ipsec_links(report->analysis);
    const struct ipsec_link *link = links != NULL ? subject_of(links, cause) : NULL;
    if (link == NULL || !link->order_known)
        return false;
    picture->points = link->count;
    name_stations(link, picture);
    path_add_names(report, link->point, picture);
    add_ports(report, link, IKE_ON_500, cause, picture);
    add_ports(report, link, IKE_ON_4500, cause, picture);
    add_esp(links, link, true, picture);
    add_esp(links, link, false, picture);
    return true;
}
