/* Answers and ESP that come to another host than they should (RFC 3715 2.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

static guint address_hash(gconstpointer address)
{
    return (guint)hash_address(hash_secret.start, address);
}

static gboolean address_equal(gconstpointer a, gconstpointer b)
{
    return net_address_equal(a, b);
}

static void add_senders(GHashTable *addresses, const struct ipsec_places *places)
{
    const struct ipsec_place *place = places->first;
    for (; place != NULL; place = place->next) {
        if (place->packets > 0) /* else it was only sent to there */
            g_hash_table_add(addresses, (gpointer)&place->endpoint.address);
    }
}

/* From where the end of the IKE SA sent at the position: a set of struct net_address, borrowed. */
static GHashTable *addresses_of(const struct made_link *ike, uint32_t position, unsigned end)
{
    GHashTable *addresses = g_hash_table_new(address_hash, address_equal);
    for (guint i = 0; i < ike->members[position]->len; i++) {
        const struct ike_sa *sa = ike->members[position]->pdata[i];
        for (unsigned family = 0; family < 2; family++)
            add_senders(addresses, &sa->places[end][family]);
    }
    return addresses;
}

static const struct endpoint *asked_from(const struct made_link *ike, uint32_t position,
                                         unsigned end)
{
    for (guint i = 0; i < ike->members[position]->len; i++) {
        const struct ike_sa *sa = ike->members[position]->pdata[i];
        for (unsigned family = 0; family < 2; family++) {
            const struct ipsec_place *place = sa->places[end][family].first;
            if (place != NULL && place->packets > 0)
                return &place->endpoint;
        }
    }
    return NULL;
}

/* Answers that pass the hop inwards. */
static void check_answers(struct ipsec_links *links, const struct made_link *link, uint32_t hop)
{
    const struct ipsec_crossing *inwards = ipsec_crossing_at(link, hop, false);
    GHashTable *asked = addresses_of(link, hop, link->view.translated_end);
    uint32_t first = 0, count = 0;
    const struct net_address *to = NULL;
    for (uint32_t i = 0; inwards != NULL && i < inwards->crossing.far_count; i++) {
        const struct crossing_packet *packet = &inwards->crossing.far[i];
        const struct message_fact *fact =
            message_fact_of(links, ipsec_tracker_message(links->tracker, packet->tag));
        const struct net_address *address = &message_destination(fact)->address;
        if (inwards->crossing.came[i] == CROSSING_NONE || g_hash_table_contains(asked, address))
            continue;
        if (count++ == 0) {
            first = packet->frame;
            to = address;
        }
    }
    g_hash_table_destroy(asked);
    const struct endpoint *from = asked_from(link, hop, link->view.translated_end);
    if (count == 0 || from == NULL)
        return;
    char here[IPSEC_ADDRESS_SIZE], there[IPSEC_ADDRESS_SIZE];
    struct finding finding =
        ipsec_link_finding(links, IPSEC_IKE_MISDELIVERED, link, hop, hop, first);
    ipsec_link_say(links, &finding, "%u message%s of the IKE SA of %s came to %s", count,
                   count == 1 ? "" : "s", ipsec_address_text(&from->address, here),
                   ipsec_address_text(to, there));
}

static void say_esp(struct ipsec_links *links, struct made_link *link, uint32_t hop,
                    const struct esp_sa *sa, uint32_t count, const struct endpoint *owner)
{
    char here[IPSEC_ADDRESS_SIZE], there[IPSEC_ADDRESS_SIZE];
    struct finding finding =
        ipsec_link_finding(links, IPSEC_ESP_MISDELIVERED, link, hop, hop, sa->first_frame);
    finding.esp_sa = sa->index;
    link->view.hop[hop].elsewhere += count;
    ipsec_link_say(links, &finding, "%u packet%s of SPI 0x%08x came to %s, whose SA is that of %s",
                   count, count == 1 ? "" : "s", sa->spi,
                   ipsec_address_text(&sa->destination, here),
                   ipsec_address_text(&owner->address, there));
}

/* And from where it sent ESP of the same tunnel: a client that moves may do so before IKE says it.
 */
static void add_esp_senders(GHashTable *owners, const GPtrArray *inwards)
{
    const struct esp_sa *reverse = NULL;
    for (guint i = 0; i < inwards->len && reverse == NULL; i++) {
        const struct esp_sa *sa = inwards->pdata[i];
        reverse = g_hash_table_contains(owners, &sa->destination) ? sa->reverse : NULL;
    }
    if (reverse != NULL)
        add_senders(owners, &reverse->source);
}

static void check_esp(struct ipsec_links *links, struct made_link *link,
                      const struct made_link *ike, uint32_t hop)
{
    const struct ipsec_crossing *inwards = ipsec_crossing_at(link, hop, false);
    uint32_t position = ipsec_position_at(ike, link->at[hop]);
    const struct endpoint *owner =
        position != IPSEC_NONE ? asked_from(ike, position, ike->view.translated_end) : NULL;
    if (inwards == NULL || owner == NULL)
        return;
    GHashTable *owners = addresses_of(ike, position, ike->view.translated_end);
    add_esp_senders(owners, link->members[hop]);
    for (guint i = 0; i < link->members[hop]->len; i++) {
        const struct esp_sa *sa = link->members[hop]->pdata[i];
        uint32_t count = links->passed[sa->index];
        if (count > 0 && !g_hash_table_contains(owners, &sa->destination))
            say_esp(links, link, hop, sa, count, owner);
    }
    g_hash_table_destroy(owners);
}

void ipsec_nat_hosts(struct ipsec_links *links)
{
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        const struct made_link *ike = made_link_at(links, link->view.ike_link);
        for (uint32_t hop = 0; link->view.order_known && hop + 1 < link->view.count; hop++) {
            if (link->moved || link->swapped)
                continue;
            if (link->view.kind == IPSEC_LINK_IKE)
                check_answers(links, link, hop);
            else if (ike != NULL && link->by_exchange)
                check_esp(links, link, ike, hop);
        }
    }
}
