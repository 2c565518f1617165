/* Of which IKE SA a message is, who sent it, and what came before the SA.
 *
 * A message with both SPIs belongs to the SA that has them. The first message has the initiator's
 * only: it begins an SA, or is sent again. The answer completes the SA that waits for it between
 * the same two hosts: SPIs are chosen by chance, so its ports say nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_internal.h"

struct spi_key {
    uint32_t point;
    uint64_t initiator;
    uint64_t responder;
};

/* The latest SA of an initiator SPI between two hosts. */
struct spi_of_hosts {
    const struct ipsec_conversation *hosts;
    uint64_t initiator;
};

const char *ike_origin_name(enum ike_origin origin)
{
    switch (origin) {
    case IKE_ORIGIN_NEW:
        return "new";
    case IKE_ORIGIN_MIDDLE:
        return "joined in the middle";
    case IKE_ORIGIN_REKEY:
        return "re-key";
    case IKE_ORIGIN_RESTART:
        return "restart";
    }
    return "new";
}

static bool has_both(const void *item, const void *key)
{
    const struct ike_sa *sa = item;
    const struct spi_key *wanted = key;
    return sa->point == wanted->point && sa->initiator_spi == wanted->initiator &&
           sa->responder_spi == wanted->responder;
}

static bool has_spis(const void *item, const void *key)
{
    const struct ike_sa *sa = item;
    const struct spi_key *wanted = key;
    return sa->initiator_spi == wanted->initiator && sa->responder_spi == wanted->responder;
}

static bool is_at(const struct ike_sa *sa, unsigned end, const struct net_address *address)
{
    for (unsigned family = 0; family < 2; family++) {
        const struct ipsec_place *place = sa->places[end][family].latest;
        if (place != NULL && net_address_equal(&place->endpoint.address, address))
            return true;
    }
    return false;
}

static bool has_hosts(const void *item, const void *key)
{
    const struct ike_sa *sa = item;
    const struct spi_of_hosts *wanted = key;
    return sa->hosts == wanted->hosts && sa->initiator_spi == wanted->initiator;
}

static uint32_t hash_by_hosts(const struct spi_of_hosts *key)
{
    uint64_t words[] = {key->hosts->index, key->initiator};
    return index_table_hash(words, G_N_ELEMENTS(words));
}

static uint32_t hash_by_both(const struct spi_key *key)
{
    uint64_t words[] = {key->point, key->initiator, key->responder};
    return index_table_hash(words, G_N_ELEMENTS(words));
}

static uint32_t hash_by_spis(const struct spi_key *key)
{
    uint64_t words[] = {key->initiator, key->responder};
    return index_table_hash(words, G_N_ELEMENTS(words));
}

static struct ike_sa *find_anywhere(const struct ipsec_tracker *tracker, const struct spi_key *spis)
{
    void **found = index_table_find(&tracker->ikes_by_spis, hash_by_spis(spis), has_spis, spis);
    return found != NULL ? *found : NULL;
}

/* Both SPIs of the SA are known now. */
static void index_by_both(struct ipsec_tracker *tracker, const struct spi_key *spis,
                          struct ike_sa *sa)
{
    index_table_add(&tracker->ikes_by_both, hash_by_both(spis), sa);
    if (find_anywhere(tracker, spis) == NULL)
        index_table_add(&tracker->ikes_by_spis, hash_by_spis(spis), sa);
}

static void **find_latest(const struct ipsec_tracker *tracker, const struct spi_of_hosts *key)
{
    return index_table_find(&tracker->ikes_by_hosts, hash_by_hosts(key), has_hosts, key);
}

static struct ike_sa *find(struct ipsec_tracker *tracker, const struct spi_key *spis,
                           const struct spi_of_hosts *between)
{
    void **latest = find_latest(tracker, between);
    if (spis->responder == 0)
        return latest != NULL ? *latest : NULL;
    void **found = index_table_find(&tracker->ikes_by_both, hash_by_both(spis), has_both, spis);
    if (found != NULL)
        return *found;
    struct ike_sa *half = latest != NULL ? *latest : NULL;
    if (half == NULL || half->responder_spi != 0)
        return NULL;
    half->responder_spi = spis->responder;
    index_by_both(tracker, spis, half);
    return half;
}

/* What another point shows of the SA: a NAT changes the address of one end only. False: nothing
 * that tells. */
static bool is_told_elsewhere(const struct ipsec_tracker *tracker,
                              const struct ipsec_packet *packet, const struct ike_message *message,
                              bool *ret_sender_is_initiator)
{
    struct spi_key spis = {0, message->header.initiator_spi, message->header.responder_spi};
    const struct ike_sa *other = find_anywhere(tracker, &spis);
    for (unsigned end = 0; other != NULL && end < 2; end++) {
        bool sends = is_at(other, end, &packet->packet.source);
        bool receives = is_at(other, 1 - end, &packet->packet.destination);
        if (!sends && !receives)
            continue;
        *ret_sender_is_initiator = end == 0;
        return true;
    }
    return false;
}

/* Whether the first sender of an SA is its initiator. Without a first message, and in IKEv1 without
 * a flag, it is the one that another point shows, or whose port a NAT changed: responders keep
 * theirs. */
static bool sender_is_initiator(const struct ipsec_tracker *tracker,
                                const struct ipsec_packet *packet,
                                const struct ike_message *message, bool *certain)
{
    bool told;
    *certain = true;
    if (ike_major(&message->header) == 2)
        return (message->header.flags & IKE_FLAG_INITIATOR) != 0;
    if (message->header.responder_spi == 0)
        return true;
    if (message->header.exchange == IKE_V1_MAIN && ike_has_payload(message, IKE_V1_SA))
        return false;
    *certain = false;
    if (is_told_elsewhere(tracker, packet, message, &told))
        return told;
    bool source_is_own = packet->source_port == IKE_PORT || packet->source_port == IKE_FLOAT_PORT;
    bool destination_is_own =
        packet->destination_port == IKE_PORT || packet->destination_port == IKE_FLOAT_PORT;
    return destination_is_own || !source_is_own;
}

static bool is_first_message(const struct ike_message *message)
{
    return message->header.responder_spi == 0 || message->header.exchange == IKE_V2_INIT;
}

static enum ike_origin origin_of(const struct ike_message *message, const struct ike_sa *previous,
                                 enum ike_family family)
{
    if (!is_first_message(message)) {
        bool begins = ike_major(&message->header) == 2 && message->header.message_id == 0;
        return begins && previous != NULL ? IKE_ORIGIN_REKEY : IKE_ORIGIN_MIDDLE;
    }
    if (previous == NULL)
        return IKE_ORIGIN_NEW;
    return family == IKE_ON_4500 ? IKE_ORIGIN_REKEY : IKE_ORIGIN_RESTART;
}

static struct ike_sa *add(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                          const struct ike_message *message,
                          const struct ipsec_conversation *conversation, enum ike_family family)
{
    if (tracker->ikes->len >= IPSEC_IKE_SA_LIMIT) {
        ipsec_reach_limit(tracker, IPSEC_LIMIT_IKE_SAS, packet->packet.frame);
        return NULL;
    }
    struct ike_sa *sa = g_new0(struct ike_sa, 1);
    struct endpoint source = ipsec_source(packet);
    struct endpoint destination = ipsec_destination(packet);
    bool certain;
    unsigned sender = sender_is_initiator(tracker, packet, message, &certain) ? 0 : 1;
    sa->initiator_spi = message->header.initiator_spi;
    sa->responder_spi = message->header.responder_spi;
    sa->point = packet->packet.interface;
    sa->index = tracker->ikes->len;
    sa->major = ike_major(&message->header);
    sa->roles_known = certain;
    sa->hosts = conversation->hosts;
    sa->previous = conversation->ike[0];
    sa->origin = (uint8_t)origin_of(message, sa->previous, family);
    /* Both ends are known from the first packet on; the receiver has sent nothing yet. */
    ipsec_place_note(tracker, &sa->places[sender][family], &source, &packet->packet);
    ipsec_place_note(tracker, &sa->places[1 - sender][family], &destination, &packet->packet);
    sa->places[sender][family].latest->packets = 0;
    sa->places[1 - sender][family].latest->packets = 0;
    g_ptr_array_add(tracker->ikes, sa);
    return sa;
}

static void index_sa(struct ipsec_tracker *tracker, struct ike_sa *sa)
{
    struct spi_key spis = {sa->point, sa->initiator_spi, sa->responder_spi};
    struct spi_of_hosts between = {sa->hosts, sa->initiator_spi};
    void **latest = find_latest(tracker, &between);
    if (latest != NULL)
        *latest = sa;
    else
        index_table_add(&tracker->ikes_by_hosts, hash_by_hosts(&between), sa);
    if (spis.responder != 0)
        index_by_both(tracker, &spis, sa);
    ipsec_side_remember(tracker, sa);
}

struct ike_sa *ike_sa_of(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                         const struct ike_message *message, struct ipsec_conversation *conversation,
                         enum ike_family family)
{
    struct spi_key spis = {packet->packet.interface, message->header.initiator_spi,
                           message->header.responder_spi};
    struct spi_of_hosts between = {conversation->hosts, spis.initiator};
    struct ike_sa *sa = find(tracker, &spis, &between);
    if (sa == NULL) {
        sa = add(tracker, packet, message, conversation, family);
        if (sa != NULL)
            index_sa(tracker, sa);
    }
    return sa;
}

void ike_sa_free(void *data)
{
    struct ike_sa *sa = data;
    for (unsigned end = 0; end < 2; end++) {
        ipsec_places_clear(&sa->places[end][IKE_ON_500]);
        ipsec_places_clear(&sa->places[end][IKE_ON_4500]);
    }
    g_free(sa);
}

unsigned ike_sender(const struct ike_sa *sa, const struct ipsec_packet *packet,
                    const struct ike_message *message, enum ike_family family)
{
    struct endpoint source = ipsec_source(packet);
    struct endpoint destination = ipsec_destination(packet);
    if (sa->major == 2)
        return (message->header.flags & IKE_FLAG_INITIATOR) != 0 ? 0 : 1;
    /* Endpoints first: both ends may have one address. */
    for (unsigned end = 0; end < 2; end++) {
        if (ipsec_places_have(&sa->places[end][family], &source))
            return end;
    }
    for (unsigned end = 0; end < 2; end++) {
        if (ipsec_places_have(&sa->places[1 - end][family], &destination))
            return end;
    }
    for (unsigned end = 0; end < 2; end++) {
        if (is_at(sa, end, &packet->packet.source))
            return end;
    }
    return is_at(sa, 0, &packet->packet.destination) ? 1 : 0;
}
