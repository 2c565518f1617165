/* See ipsec_nat_items.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_nat_items.h"

#include <epan/to_str.h>

#include "core/ipsec/ipsec_link.h"
#include "ipsec_fields.h"
#include "session_store.h"

static proto_item *add_uint(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(tree, field, tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

static void add_text(proto_tree *tree, int field, tvbuff_t *tvb, const char *text)
{
    proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, text));
}

/* "inside" and "outside" name the ends of the row; in between only the position does. */
static void add_side(proto_tree *tree, tvbuff_t *tvb, const char *role, uint32_t position)
{
    char number[12];

    if (g_strcmp0(role, "middle") != 0) {
        add_text(tree, ipsec_fields.nat_side, tvb, role);
        return;
    }
    g_snprintf(number, sizeof number, "%u", position);
    add_text(tree, ipsec_fields.nat_side, tvb, number);
}

static void add_point(proto_tree *tree, tvbuff_t *tvb, const struct ipsec_link *link,
                      uint32_t position)
{
    const struct linker *linker = analysis_linker(session_ipsec());
    const struct link_point *point =
        linker != NULL ? linker_point(linker, link->point[position]) : NULL;
    proto_item *item;

    if (point == NULL)
        return;
    item = add_uint(tree, ipsec_fields.nat_point, tvb, point->index);
    if (PTREE_DATA(tree)->visible)
        proto_item_append_text(item, " (%s)", session_interface_name(point->point));
    add_side(tree, tvb, point->role, position);
}

/* Where the end was when this frame came; NULL: nowhere that was seen. */
static const struct endpoint *endpoint_at(const struct ipsec_places *places, uint32_t frame)
{
    const struct ipsec_place *place = places != NULL ? places->first : NULL;

    while (place != NULL && place->next != NULL && place->next->first_frame <= frame)
        place = place->next;
    return place != NULL ? &place->endpoint : NULL;
}

static void add_endpoint(proto_tree *tree, tvbuff_t *tvb, unsigned side,
                         const struct endpoint *endpoint)
{
    const struct net_address *from;
    address copy;
    char *text;

    if (endpoint == NULL)
        return;
    from = &endpoint->address;
    set_address(&copy, from->length == 4 ? AT_IPv4 : AT_IPv6, from->length, from->octets);
    text = address_to_str(NULL, &copy);
    add_text(tree, ipsec_fields.nat_address[side], tvb, text);
    wmem_free(NULL, text);
    if (endpoint->port != 0)
        add_uint(tree, ipsec_fields.nat_port[side], tvb, endpoint->port);
}

static void add_translation(proto_tree *tree, tvbuff_t *tvb, const struct ipsec_link *link,
                            const struct ipsec_subject *subject, uint32_t frame)
{
    unsigned family = subject->message != NULL ? subject->message->family : IKE_ON_4500;

    if (!link->order_known)
        return;
    add_endpoint(tree, tvb, 0, endpoint_at(link->places[family][0], frame));
    add_endpoint(tree, tvb, 1, endpoint_at(link->places[family][link->count - 1], frame));
}

void ipsec_nat_items_add(proto_tree *tree, tvbuff_t *tvb, const packet_info *pinfo,
                         const struct ipsec_subject *subject)
{
    const struct ipsec_links *links = analysis_ipsec_links(session_ipsec());
    const struct ipsec_link *link;
    uint32_t position = 0;
    uint32_t peer;

    if (links == NULL)
        return;
    link = ipsec_links_of_frame(links, pinfo->num, &position);
    if (link == NULL)
        return;
    add_point(tree, tvb, link, position);
    add_uint(tree, ipsec_fields.nat_link, tvb, link->index);
    add_translation(tree, tvb, link, subject, pinfo->num);
    if (proto_field_is_referenced(tree, ipsec_fields.nat_evidence)) {
        char *evidence = ipsec_evidence_text(link->evidence);

        add_text(tree, ipsec_fields.nat_evidence, tvb, evidence);
        g_free(evidence);
    }
    peer = ipsec_links_peer(links, pinfo->num);
    if (peer != 0)
        add_uint(tree, ipsec_fields.nat_peer_frame, tvb, peer);
}
