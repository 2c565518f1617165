/* IKE on 4500, fragmented messages and ESP that end at a hop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

#define ENOUGH 2 /* packets of which none came */

static const struct ike_record *record_of(const struct ipsec_links *links,
                                          const struct crossing_packet *packet)
{
    return ipsec_tracker_message(links->tracker, packet->tag);
}

static uint32_t near_position(const struct ipsec_crossing *made)
{
    return made->down ? made->hop : made->hop + 1;
}

static uint32_t far_position(const struct ipsec_crossing *made)
{
    return made->down ? made->hop + 1 : made->hop;
}

static const char *way_words(const struct ipsec_crossing *made)
{
    return made->down ? "outwards" : "inwards";
}

/* What became of the messages of one direction. */
struct of_port {
    uint32_t passed_500;
    uint32_t sent_4500; /* before the hop */
    uint32_t came_4500; /* behind it, ours or not */
    const struct ike_record *first_4500;
};

static struct of_port count_ports(const struct ipsec_links *links,
                                  const struct ipsec_crossing *made)
{
    struct of_port count = {0};
    const struct crossing *crossing = &made->crossing;
    for (uint32_t i = 0; i < crossing->near_count; i++) {
        const struct ike_record *record = record_of(links, &crossing->near[i]);
        if (record->family == IKE_ON_500) {
            count.passed_500 += crossing->arrived[i] != CROSSING_NONE;
            continue;
        }
        if (count.sent_4500++ == 0)
            count.first_4500 = record;
    }
    for (uint32_t i = 0; i < crossing->far_count; i++)
        count.came_4500 += record_of(links, &crossing->far[i])->family == IKE_ON_4500;
    return count;
}

/* The other end answered what came on 4500 by a message on 500: it came, and could not be read. */
static bool answered_on_500(const struct ike_record *first)
{
    for (const struct ike_record *record = first->next; record != NULL; record = record->next) {
        if (record->sender != first->sender && record->family == IKE_ON_500 && record->encrypted)
            return true;
    }
    return false;
}

/* Whether the same end sends `later`, of another exchange, only once `message` was answered. In
 * aggressive mode quick mode may follow message 3 at once, and a responder may ask for more
 * authentication right after message 6. */
static bool needs_answer(const struct ike_record *message, const struct ike_record *later)
{
    if (later->exchange == message->exchange && later->message_id == message->message_id)
        return false;
    if (message->sender == 0)
        return message->exchange != IKE_V1_AGGRESSIVE;
    return later->exchange == IKE_V1_QUICK || (later->flags & IKE_FLAG_RESPONSE) != 0;
}

/* An end went on after the message, by a new one or by ESP that was agreed on: it came, and the
 * point behind the hop did not capture it. */
static bool went_on(const struct ike_record *message)
{
    for (const struct ike_record *record = message->next; record != NULL; record = record->next) {
        bool is_informational =
            record->exchange == IKE_V1_INFORMATIONAL || record->exchange == IKE_V2_INFORMATIONAL;
        if (record->family == message->family && record->repeats_frame == 0 && !record->copy &&
            !is_informational &&
            (record->sender != message->sender || needs_answer(message, record)))
            return true;
    }
    return message->sa->children > 0 && message->sa->child[0].esp[1 - message->sender] != NULL;
}

/* Two hosts at a point, in the direction in which keepalives went that belong to no IKE SA: another
 * client's come from the same outside address, and say nothing of this one. */
struct kept_alive {
    uint32_t point;
    struct net_address from;
    struct net_address to;
};

static guint kept_hash(gconstpointer item)
{
    const struct kept_alive *kept = item;
    uint64_t hash = hash_address(hash_step(hash_secret.start, kept->point), &kept->from);
    return (guint)hash_address(hash, &kept->to);
}

static gboolean kept_equal(gconstpointer a, gconstpointer b)
{
    const struct kept_alive *x = a, *y = b;
    return x->point == y->point && net_address_equal(&x->from, &y->from) &&
           net_address_equal(&x->to, &y->to);
}

static GHashTable *all_kept_alive(const struct ipsec_links *links)
{
    GHashTable *all = g_hash_table_new_full(kept_hash, kept_equal, g_free, NULL);
    for (uint32_t i = 0; i < ipsec_tracker_conversation_count(links->tracker); i++) {
        const struct ipsec_conversation *conversation =
            ipsec_tracker_conversation(links->tracker, i);
        for (unsigned end = 0; end < 2; end++) {
            struct kept_alive kept = {conversation->point, conversation->end[end].address,
                                      conversation->end[1 - end].address};
            if (conversation->way[end].keepalives > 0 && conversation->ike[0] == NULL)
                g_hash_table_add(all, g_memdup2(&kept, sizeof kept));
        }
    }
    return all;
}

/* A keepalive between the hosts of the link went this way behind the hop. */
static bool keepalive_came(GHashTable *kept_alive, const struct made_link *link,
                           const struct ipsec_crossing *made)
{
    uint32_t position = far_position(made);
    unsigned sender = made->down ? link->view.translated_end : 1 - link->view.translated_end;
    const struct endpoint *from = ipsec_end_at(link, position, sender);
    const struct endpoint *to = ipsec_end_at(link, position, 1 - sender);
    if (from == NULL || to == NULL)
        return false;
    struct kept_alive wanted = {link->at[position], from->address, to->address};
    return g_hash_table_contains(kept_alive, &wanted);
}

/* A message in fragments of which no copy came. NULL: none. */
static const struct ike_record *lost_in_fragments(const struct ipsec_links *links,
                                                  const struct ipsec_crossing *made)
{
    const struct crossing *crossing = &made->crossing;
    const struct ike_record *lost = NULL;
    GHashTable *came = g_hash_table_new(hash_of_int64, g_int64_equal);
    for (uint32_t i = 0; i < crossing->near_count; i++) {
        if (crossing->arrived[i] != CROSSING_NONE)
            g_hash_table_add(came, (gpointer)&crossing->near[i].key);
    }
    for (uint32_t i = crossing->first; i < crossing->end && lost == NULL; i++) {
        const struct ike_record *record = record_of(links, &crossing->near[i]);
        if (message_fact_of(links, record)->fragmented &&
            !g_hash_table_contains(came, &crossing->near[i].key))
            lost = record;
    }
    g_hash_table_destroy(came);
    return lost;
}

/* Before the hop the sender of `record` kept its mapping alive. */
static bool keepalive_sent(const struct made_link *link, const struct ipsec_crossing *made,
                           const struct ike_record *record)
{
    const struct ipsec_conversation *conversation = record->sa->conversation[IKE_ON_4500];
    const struct endpoint *from = ipsec_end_at(link, near_position(made), record->sender);
    for (unsigned end = 0; conversation != NULL && from != NULL && end < 2; end++) {
        if (net_address_equal(&conversation->end[end].address, &from->address) &&
            conversation->way[end].keepalives > 0)
            return true;
    }
    return false;
}

/* What became of packets that were not fragmented, beside a message that was. */
enum small_ones {
    SMALL_ONES_PASS,      /* on its port */
    SMALL_ONES_ELSEWHERE, /* on the other port; none was sent on its own */
    SMALL_ONES_LOST       /* or none was sent at all: its size says nothing */
};

static enum small_ones small_ones_beside(const struct ipsec_links *links, GHashTable *kept_alive,
                                         const struct made_link *link,
                                         const struct ipsec_crossing *made,
                                         const struct ike_record *large)
{
    const struct crossing *crossing = &made->crossing;
    bool on_4500 = large->family == IKE_ON_4500, elsewhere = false;
    bool lost = on_4500 && keepalive_sent(link, made, large);
    for (uint32_t i = 0; i < crossing->near_count; i++) {
        const struct ike_record *record = record_of(links, &crossing->near[i]);
        bool came = crossing->arrived[i] != CROSSING_NONE;
        if (message_fact_of(links, record)->fragmented)
            continue;
        if (came && record->family == large->family)
            return SMALL_ONES_PASS;
        elsewhere = elsewhere || came;
        lost = lost || (!came && record->family == large->family);
    }
    if (on_4500 && keepalive_came(kept_alive, link, made))
        return SMALL_ONES_PASS;
    return elsewhere && !lost ? SMALL_ONES_ELSEWHERE : SMALL_ONES_LOST;
}

static bool check_fragments(struct ipsec_links *links, GHashTable *kept_alive,
                            const struct made_link *link, const struct ipsec_crossing *made)
{
    const struct ike_record *record = lost_in_fragments(links, made);
    if (record == NULL)
        return false;
    enum small_ones others = small_ones_beside(links, kept_alive, link, made, record);
    if (others == SMALL_ONES_LOST)
        return false;
    struct finding finding = ipsec_link_finding(links, IPSEC_FRAGMENT_LOST, link, made->hop,
                                                near_position(made), record->frame);
    ipsec_link_say(links, &finding, "%s message of %u bytes, sent %u time%s in IP fragments%s",
                   record->sender == 0 ? "initiator's" : "responder's", record->length,
                   record->repeats + 1, record->repeats == 0 ? "" : "s",
                   others == SMALL_ONES_PASS       ? ""
                   : record->family == IKE_ON_4500 ? "; nothing smaller was sent on port 4500"
                                                   : "; nothing smaller was sent on port 500");
    return true;
}

static bool has_4500(const struct ipsec_links *links, const struct crossing_packet *packets,
                     uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (record_of(links, &packets[i])->family == IKE_ON_4500)
            return true;
    }
    return false;
}

/* The other end must have sent on 4500, too: its messages came across the hop, or the responder
 * answers them. The point that they had to pass shows none: a filter left that port out there. */
static bool is_filtered(const struct ipsec_links *links, const struct made_link *link,
                        const struct ipsec_crossing *made, const struct ike_record *first_4500)
{
    const struct ipsec_crossing *back = ipsec_crossing_at(link, made->hop, !made->down);
    return back != NULL &&
           (first_4500->sender == 1 ||
            has_4500(links, back->crossing.far, back->crossing.far_count)) &&
           !has_4500(links, back->crossing.near, back->crossing.near_count);
}

static void check_float(struct ipsec_links *links, GHashTable *kept_alive,
                        const struct made_link *link, const struct ipsec_crossing *made)
{
    struct of_port count = count_ports(links, made);
    const struct crossing *crossing = &made->crossing;
    if (count.passed_500 == 0 || count.sent_4500 < ENOUGH || count.came_4500 > 0 ||
        answered_on_500(count.first_4500) || went_on(count.first_4500) ||
        is_filtered(links, link, made, count.first_4500) ||
        keepalive_came(kept_alive, link, made) || crossing->end == crossing->first ||
        crossing->near[crossing->end - 1].frame < count.first_4500->frame)
        return;
    struct finding finding = ipsec_link_finding(links, IPSEC_FLOAT_BLOCKED, link, made->hop,
                                                near_position(made), count.first_4500->frame);
    ipsec_link_say(links, &finding,
                   "none of %u messages on port 4500 passed %s, %u on port 500 did",
                   count.sent_4500, way_words(made), count.passed_500);
}

static void check_ike(struct ipsec_links *links, GHashTable *kept_alive,
                      const struct made_link *link)
{
    for (guint i = 0; i < link->crossings->len; i++) {
        const struct ipsec_crossing *made =
            &g_array_index(link->crossings, struct ipsec_crossing, i);
        if (!check_fragments(links, kept_alive, link, made))
            check_float(links, kept_alive, link, made);
    }
}

static const struct esp_sa *any_esp(const struct made_link *link)
{
    for (uint32_t i = 0; i < link->view.count; i++) {
        if (link->view.esp[i] != NULL)
            return link->view.esp[i];
    }
    return NULL;
}

/* Once a tunnel: `reported` holds the IKE links of those before. */
static void check_native(struct ipsec_links *links, const struct made_link *link,
                         GHashTable *reported)
{
    const struct esp_sa *sa = any_esp(link);
    gpointer tunnel = GUINT_TO_POINTER(link->view.ike_link);
    for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
        if (sa->encapsulation != ESP_NATIVE || !ipsec_crosses_nat(links, link, hop) ||
            (link->view.ike_link != IPSEC_NONE && g_hash_table_contains(reported, tunnel)))
            continue;
        uint32_t position = links->esps[sa->index].position;
        struct finding finding =
            ipsec_link_finding(links, IPSEC_ESP_NATIVE, link, hop, position, sa->first_frame);
        g_hash_table_add(reported, tunnel);
        ipsec_link_say(links, &finding, "IP protocol 50, SPI 0x%08x", sa->spi);
        return;
    }
}

/* Whether the near point shows the other direction of the tunnel: those packets came by the far
 * point. If that shows no ESP at all, it did not capture ESP. */
static bool has_reverse(const struct esp_sa *sa)
{
    return sa->reverse != NULL && sa->reverse->packets > 0;
}

/* Whether the point behind the hop shows the tunnel, and this kind of packets at all. */
static bool is_watched(const struct ipsec_links *links, const struct made_link *link,
                       const struct ipsec_crossing *made, const struct esp_sa *sa)
{
    uint32_t point = link->at[far_position(made)];
    const struct made_link *ike = made_link_at(links, link->view.ike_link);
    if (made->crossing.passed > 0)
        return true;
    if (!ipsec_far_sees(links, link, made))
        return false;
    for (uint32_t i = 0; ike != NULL && i < ike->view.count; i++) {
        const struct ike_sa *seen = ike->view.ike[i];
        if (ike->at[i] != point || seen == NULL)
            continue;
        return ipsec_shown_at(links, point)->esp[sa->encapsulation] ||
               (sa->encapsulation == ESP_IN_UDP && seen->conversation[IKE_ON_4500] != NULL &&
                !has_reverse(sa));
    }
    return false;
}

static void check_esp(struct ipsec_links *links, const struct made_link *link,
                      const struct ipsec_crossing *made)
{
    struct crossing_loss loss = crossing_lose(&made->crossing);
    const struct esp_sa *sa = link->view.esp[near_position(made)];
    if (sa == NULL || link->moved || link->altered || !is_watched(links, link, made, sa))
        return;
    enum crossing_fate fate = crossing_fate(&loss);
    bool none = fate == CROSSING_NONE_CAME && loss.lost >= ENOUGH;
    if (!none && fate != CROSSING_CEASED)
        return;
    struct finding finding =
        ipsec_link_finding(links, IPSEC_ESP_NOT_FORWARDED, link, made->hop, near_position(made),
                           made->crossing.near[none ? loss.first : loss.first_of_tail].frame);
    if (none)
        ipsec_link_say(links, &finding, "none of %u packets of SPI 0x%08x passed %s", loss.lost,
                       sa->spi, way_words(made));
    else
        ipsec_link_say(links, &finding,
                       "%u packets of SPI 0x%08x passed %s, then none of %u; the "
                       "direction was idle for %.1f s before",
                       made->crossing.passed, sa->spi, way_words(made), loss.tail,
                       (double)loss.idle_ns / 1e9);
}

void ipsec_nat_loss(struct ipsec_links *links)
{
    GHashTable *reported = g_hash_table_new(hash_of_pointer, NULL);
    GHashTable *kept_alive = all_kept_alive(links);
    for (guint i = 0; i < links->links->len; i++) {
        const struct made_link *link = made_link_at(links, i);
        if (!link->view.order_known)
            continue;
        if (link->view.kind == IPSEC_LINK_IKE) {
            check_ike(links, kept_alive, link);
            continue;
        }
        check_native(links, link, reported);
        for (guint c = 0; c < link->crossings->len; c++)
            check_esp(links, link, &g_array_index(link->crossings, struct ipsec_crossing, c));
    }
    g_hash_table_destroy(kept_alive);
    g_hash_table_destroy(reported);
}
