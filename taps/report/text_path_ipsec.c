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

/* What a finding of one point is about may have been seen at others. */
static const struct ipsec_link *link_of_cause(const struct report *report,
                                              const struct ipsec_links *links,
                                              const struct finding *cause)
{
    const struct ike_sa *ike = ipsec_tracker_ike(report->ipsec, cause->ike_sa);
    const struct esp_sa *esp = ipsec_tracker_esp(report->ipsec, cause->esp_sa);
    uint32_t position;
    if (cause->ipsec_link != FINDING_NONE)
        return ipsec_links_get(links, cause->ipsec_link);
    if (ike != NULL)
        return ipsec_links_of_ike(links, ike, &position);
    return esp != NULL ? ipsec_links_of_esp(links, esp, &position) : NULL;
}

/* The IKE SA that the cause, or the first link, is of; an ESP SA where IKE was not seen. */
static const struct ipsec_link *subject_of(const struct report *report,
                                           const struct ipsec_links *links,
                                           const struct finding *cause)
{
    const struct ipsec_link *link = NULL;
    if (cause != NULL) {
        link = link_of_cause(report, links, cause);
    } else {
        link = first_of_kind(links, IPSEC_LINK_IKE);
        link = link != NULL ? link : first_of_kind(links, IPSEC_LINK_ESP);
    }
    if (link != NULL && link->kind == IPSEC_LINK_ESP && link->ike_link != IPSEC_NONE)
        return ipsec_links_get(links, link->ike_link);
    return link;
}

/* A tunnel as it is drawn: the client on the left, also where the server is behind the NAT. */
struct path_tunnel {
    const struct report *report;
    const struct finding *cause; /* NULL: nothing is wrong with it */
    const struct ipsec_link *link;
    bool turned; /* the outermost point is the first */
};

/* The position in the link that stands at `place` in the picture. */
static uint32_t position_at(const struct path_tunnel *tunnel, uint32_t place)
{
    return tunnel->turned ? tunnel->link->count - 1 - place : place;
}

/* The endpoint that the end behind the NAT used last, as seen there; NULL: not seen there. */
static const struct endpoint *inner_at(const struct path_tunnel *tunnel, enum ike_family family,
                                       uint32_t place)
{
    const struct ipsec_places *places = tunnel->link->places[family][position_at(tunnel, place)];
    return places != NULL && places->latest != NULL ? &places->latest->endpoint : NULL;
}

static const struct endpoint *any_inner_at(const struct path_tunnel *tunnel, uint32_t place)
{
    const struct endpoint *end = inner_at(tunnel, IKE_ON_500, place);
    return end != NULL ? end : inner_at(tunnel, IKE_ON_4500, place);
}

/* The end that no hop translates. */
static const struct endpoint *outer_of(const struct ipsec_link *link, enum ike_family family)
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

static const struct endpoint *any_outer_of(const struct ipsec_link *link)
{
    const struct endpoint *end = outer_of(link, IKE_ON_500);
    return end != NULL ? end : outer_of(link, IKE_ON_4500);
}

static char *named(const char *name, const struct endpoint *end)
{
    char *address = end != NULL ? cell_address(&end->address) : g_strdup("");
    char *text = g_strchomp(g_strdup_printf("%s %s", name, address));
    g_free(address);
    return text;
}

static void name_stations(const struct path_tunnel *tunnel, struct path_picture *picture)
{
    uint32_t last = tunnel->link->count;
    const struct endpoint *outer = any_outer_of(tunnel->link);
    picture->short_name[0] = g_strdup("client");
    picture->station[0] = named("client", tunnel->turned ? outer : any_inner_at(tunnel, 0));
    for (uint32_t i = 1; i < last; i++) {
        const struct endpoint *before = any_inner_at(tunnel, i - 1);
        const struct endpoint *behind = any_inner_at(tunnel, i);
        bool changes = before != NULL && behind != NULL &&
                       !net_address_equal(&before->address, &behind->address);
        picture->short_name[i] = g_strdup(changes ? "NAT" : "hop");
        picture->station[i] =
            changes ? named("NAT", tunnel->turned ? before : behind) : g_strdup("hop");
    }
    picture->short_name[last] = g_strdup("server");
    picture->station[last] =
        named("server", tunnel->turned ? any_inner_at(tunnel, last - 1) : outer);
}

static void add_names(const struct path_tunnel *tunnel, struct path_picture *picture)
{
    uint32_t points[LINK_POINTS_LIMIT];
    for (uint32_t i = 0; i < tunnel->link->count; i++)
        points[i] = tunnel->link->point[position_at(tunnel, i)];
    path_add_names(tunnel->report, points, picture);
}

/* The places on both sides of the hop that the cause is about; false: it is about none. */
static bool sides_of_hop(const struct path_tunnel *tunnel, uint32_t *ret_left, uint32_t *ret_right)
{
    uint32_t hop = tunnel->cause != NULL ? tunnel->cause->hop : FINDING_NONE;
    if (hop == FINDING_NONE || hop + 1 >= tunnel->link->count)
        return false;
    *ret_left = tunnel->turned ? tunnel->link->count - 2 - hop : hop;
    *ret_right = *ret_left + 1;
    return true;
}

/* Nothing on this port comes through the hop after `place`: found, not only not seen. */
static bool is_blocked(const struct path_tunnel *tunnel, enum ike_family family, uint32_t place)
{
    uint32_t left, right;
    return tunnel->cause != NULL && tunnel->cause->id == IPSEC_FLOAT_BLOCKED &&
           family == IKE_ON_4500 && (!sides_of_hop(tunnel, &left, &right) || left == place);
}

/* What the inner end leaves from at the position is what a finding is about: it shares it, or had
 * another one before. */
static bool is_wrong_port(const struct path_tunnel *tunnel, enum ike_family family,
                          uint32_t position)
{
    const struct ipsec_link *link = tunnel->link;
    const struct ipsec_places *places = link->places[family][position];
    const struct finding_log *log = tunnel->report->log;
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
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

/* "UDP 4500: 4500 <----> 61316", the server's port at the end if it is the outer one. */
static void add_ports(const struct path_tunnel *tunnel, enum ike_family family,
                      struct path_picture *picture)
{
    const char *label = family == IKE_ON_500 ? "UDP 500" : "UDP 4500";
    const struct endpoint *outer = outer_of(tunnel->link, family);
    uint32_t count = tunnel->link->count;
    struct path_row *row = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct endpoint *end = inner_at(tunnel, family, i);
        const struct endpoint *next = i + 1 < count ? inner_at(tunnel, family, i + 1) : NULL;
        if (end == NULL || end->port == 0)
            continue;
        row = row != NULL ? row : path_add_row(picture, label);
        row->cell[i] = cell_number(end->port);
        row->wrong[i] = is_wrong_port(tunnel, family, position_at(tunnel, i));
        if (next != NULL)
            row->arrow[i] = next->port == end->port ? PATH_SAME : PATH_CHANGED;
        else if (i + 1 < count && is_blocked(tunnel, family, i)) {
            row->arrow[i] = PATH_BROKEN;
            row->cell[i + 1] = g_strdup("-");
            row->wrong[i + 1] = true;
        }
    }
    if (row != NULL && outer != NULL && !tunnel->turned)
        row->cell[count] = cell_number(outer->port);
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

/* What happened to the ESP SAs of a tunnel one way, together. */
struct way_counts {
    uint32_t seen[LINK_POINTS_LIMIT]; /* by position */
    uint32_t passed[LINK_POINTS_LIMIT];
    uint32_t lost[LINK_POINTS_LIMIT];
    uint32_t elsewhere[LINK_POINTS_LIMIT];
    uint32_t sas;
};

static void count_way(const struct path_tunnel *tunnel, bool to_server, struct way_counts *counts)
{
    const struct ipsec_links *links = analysis_ipsec_links(tunnel->report->analysis);
    for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
        const struct ipsec_link *link = ipsec_links_get(links, i);
        if (!is_of_tunnel(link, tunnel->link) ||
            ((link->translated_end == 0) != tunnel->turned) != to_server)
            continue;
        counts->sas++;
        for (uint32_t k = 0; k < link->count; k++)
            counts->seen[k] += link->seen[k];
        for (uint32_t k = 0; k + 1 < link->count; k++) {
            counts->passed[k] += link->hop[k].passed;
            counts->lost[k] += link->hop[k].lost;
            counts->elsewhere[k] += link->hop[k].elsewhere;
        }
    }
}

static void add_esp(const struct path_tunnel *tunnel, bool to_server, struct path_picture *picture)
{
    struct way_counts counts = {.sas = 0};
    uint32_t last = tunnel->link->count;
    count_way(tunnel, to_server, &counts);
    if (counts.sas == 0)
        return;
    struct path_row *row = path_add_row(picture, to_server ? "ESP to server" : "ESP to client");
    for (uint32_t i = 0; i < last; i++)
        row->cell[i] = cell_number(counts.seen[position_at(tunnel, i)]);
    for (uint32_t i = 0; i + 1 < last; i++) {
        uint32_t hop = MIN(position_at(tunnel, i), position_at(tunnel, i + 1));
        bool broken = counts.lost[hop] > 0 && counts.passed[hop] == 0;
        row->arrow[i] = broken ? PATH_BROKEN : to_server ? PATH_RIGHT : PATH_LEFT;
        if (broken || counts.elsewhere[hop] > 0)
            row->wrong[to_server ? i + 1 : i] = true;
        if (counts.elsewhere[hop] > 0 && row->cell[last] == NULL)
            row->cell[last] = g_strdup_printf("%u to a wrong host", counts.elsewhere[hop]);
    }
}

/* Which ends announce NAT traversal, where one that should does not. */
static void add_natt(const struct path_tunnel *tunnel, struct path_picture *picture)
{
    const struct ipsec_link *link = tunnel->link;
    struct path_row *row = path_add_row(picture, "NAT traversal");
    for (unsigned end = 0; end < 2; end++) {
        bool is_inner = end == link->translated_end;
        const struct ike_sa *sa = link->ike[is_inner ? 0 : link->count - 1];
        uint32_t place = end == 0 ? 0 : link->count;
        if (sa == NULL || sa->natt[end] == IKE_NATT_UNKNOWN)
            continue;
        row->wrong[place] = sa->natt[end] == IKE_NATT_MISSING;
        row->cell[place] = g_strdup(row->wrong[place] ? "none" : "yes");
    }
}

/* A packet that left a hop otherwise than it came, or did not leave it. */
static void add_packet(const struct path_tunnel *tunnel, const char *label, const char *became,
                       struct path_picture *picture)
{
    uint32_t left, right;
    const struct finding *cause = tunnel->cause;
    uint32_t point = point_names_of_finding(tunnel->report->points, cause);
    if (!sides_of_hop(tunnel, &left, &right))
        return;
    bool lost = cause->id == IPSEC_FRAGMENT_LOST;
    bool on_left = tunnel->link->point[position_at(tunnel, left)] == point;
    uint32_t from = on_left == lost ? left : right, to = on_left == lost ? right : left;
    struct path_row *row = path_add_row(picture, label);
    row->cell[from] = g_strdup("sent");
    row->cell[to] = g_strdup(became);
    row->wrong[to] = true;
    row->arrow[left] = lost ? PATH_BROKEN : to == right ? PATH_RIGHT : PATH_LEFT;
}

/* What is wrong and neither a port nor a count. */
static void add_wrong(const struct path_tunnel *tunnel, struct path_picture *picture)
{
    const struct finding *cause = tunnel->cause;
    if (cause == NULL)
        return;
    if (cause->id == IPSEC_NATT_MISSING && tunnel->link->kind == IPSEC_LINK_IKE)
        add_natt(tunnel, picture);
    if (cause->id == IPSEC_FRAGMENT_LOST)
        add_packet(tunnel, "IKE fragments", "lost", picture);
    if (cause->id == IPSEC_PAYLOAD_ALTERED)
        add_packet(tunnel, cause->esp_sa == FINDING_NONE ? "IKE message" : "ESP", "changed",
                   picture);
}

bool path_add_ipsec(const struct report *report, const struct finding *cause,
                    struct path_picture *picture)
{
    const struct ipsec_links *links = analysis_ipsec_links(report->analysis);
    const struct ipsec_link *link = links != NULL ? subject_of(report, links, cause) : NULL;
    if (link == NULL || !link->order_known)
        return false;
    const struct path_tunnel tunnel = {report, cause, link, report_serves_inside(report, link)};
    picture->points = link->count;
    name_stations(&tunnel, picture);
    add_names(&tunnel, picture);
    add_ports(&tunnel, IKE_ON_500, picture);
    add_ports(&tunnel, IKE_ON_4500, picture);
    add_wrong(&tunnel, picture);
    add_esp(&tunnel, true, picture);
    add_esp(&tunnel, false, picture);
    return true;
}
