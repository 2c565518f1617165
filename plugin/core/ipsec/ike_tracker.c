/* One IKE message: of which SA, from whom, whether it is new, and what it tells.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_internal.h"

#include "ike_names.h"

/* The first of the latest messages of this end with the same octets, or NULL. */
static struct ike_record *find_repeated(const struct ike_sa *sa, const struct ike_record *record)
{
    for (unsigned i = 0; i < IPSEC_RECENT; i++) {
        struct ike_record *sent = sa->sent[record->sender].recent[i];
        if (sent != NULL && sent->content == record->content && sent->length == record->length &&
            sent->message_id == record->message_id && sent->exchange == record->exchange)
            return sent;
    }
    return NULL;
}

static void remember_sent(struct ike_sent *sent, struct ike_record *record)
{
    for (unsigned i = IPSEC_RECENT - 1; i > 0; i--)
        sent->recent[i] = sent->recent[i - 1];
    sent->recent[0] = record;
}

/* The exchange of this message ID; the oldest makes room for one that is new. */
static struct ike_exchange_view *exchange_of(struct ike_sa *sa, const struct ike_record *record)
{
    struct ike_exchange_view found = {.message_id = record->message_id,
                                      .first_frame = record->frame,
                                      .exchange = record->exchange};
    unsigned place = 0;
    for (; place < IPSEC_RECENT; place++) {
        if (sa->exchange[place].messages > 0 &&
            sa->exchange[place].message_id == record->message_id &&
            sa->exchange[place].exchange == record->exchange) {
            found = sa->exchange[place];
            break;
        }
    }
    for (place = MIN(place, IPSEC_RECENT - 1); place > 0; place--)
        sa->exchange[place] = sa->exchange[place - 1];
    sa->exchange[0] = found;
    return &sa->exchange[0];
}

static struct ike_child *child_of(struct ike_sa *sa, uint32_t message_id)
{
    for (unsigned i = 0; i < MIN(sa->children, IPSEC_RECENT); i++) {
        if (sa->child[i].message_id == message_id)
            return &sa->child[i];
    }
    /* An ESP SA that points at the child that goes is told so. */
    struct ike_child *oldest = &sa->child[sa->children % IPSEC_RECENT];
    for (unsigned end = 0; end < 2; end++) {
        if (oldest->esp[end] != NULL)
            oldest->esp[end]->child = NULL;
    }
    sa->children++;
    *oldest = (struct ike_child){.message_id = message_id};
    return oldest;
}

/* RFC 2409 5.5: the responder of a quick mode may send ESP after message 2 already. */
static void note_child(struct ike_sa *sa, const struct ike_record *record)
{
    uint8_t agreed_by = ike_child_agreed_by(record->exchange);
    if (agreed_by == 0 || record->number < 2)
        return;
    struct ike_child *child = child_of(sa, record->message_id);
    if (record->number >= agreed_by && child->frame == 0) {
        child->frame = record->frame;
        child->time_ns = record->time_ns;
    }
}

static void judge_natd(struct ike_sa *sa, struct ike_record *record,
                       const struct ike_message *message, const struct ipsec_packet *packet,
                       const uint8_t *data)
{
    struct endpoint source = ipsec_source(packet);
    struct endpoint destination = ipsec_destination(packet);
    struct ike_natd_result result = {0};
    uint16_t algorithm = sa->major == 1 ? sa->hash : 0;
    record->natd_count = message->natd_count;
    for (unsigned i = 0; i < message->natd_count; i++) {
        const struct ike_natd *natd = &message->natd[i];
        enum natd_fit fit = natd_judge(data + natd->offset, natd->length, algorithm,
                                       &message->header, &source, &destination);
        record->natd[i] = (struct ike_natd_view){(uint8_t)natd->kind, (uint8_t)fit};
        result.seen = result.seen || fit != NATD_NOT_COMPUTED;
        result.destination_fits = result.destination_fits || fit == NATD_FITS_DESTINATION;
        result.source_fits = result.source_fits || fit == NATD_FITS_SOURCE;
    }
    if (result.seen)
        sa->natd[record->sender] = result;
}

/* Whether the message is one in which its end announces NAT traversal, if it can. */
static bool is_announcement(const struct ike_message *message, uint8_t number)
{
    switch (message->header.exchange) {
    case IKE_V1_MAIN:
    case IKE_V1_AGGRESSIVE:
        return (number == 1 || number == 2) && ike_has_payload(message, IKE_V1_SA);
    case IKE_V2_INIT:
        return ike_has_payload(message, IKE_V2_SA);
    default:
        return false;
    }
}

static void note_natt(struct ipsec_tracker *tracker, struct ike_sa *sa,
                      const struct ike_record *record, const struct ike_message *message)
{
    unsigned end = record->sender;
    /* On 4500 a re-key: both are using what they could announce. */
    bool is_first = record->family == IKE_ON_500 && is_announcement(message, record->number);
    sa->vendors[end] |= message->vendors;
    if (sa->natt[end] == IKE_NATT_ANNOUNCED)
        return;
    if (ike_announces_natt(message)) {
        sa->natt[end] = IKE_NATT_ANNOUNCED;
        sa->natt_frame[end] = record->frame;
        return;
    }
    if (!is_first || !message->complete || sa->natt[end] != IKE_NATT_UNKNOWN)
        return;
    sa->natt[end] = IKE_NATT_MISSING;
    sa->natt_frame[end] = record->frame;
    struct finding finding =
        ipsec_finding(IPSEC_NATT_NOT_ANNOUNCED, record->frame, sa->point, sa, NULL);
    finding.deciding_frame = record->frame;
    finding.text =
        g_strdup_printf("the %s has no %s", end == 0 ? "initiator" : "responder",
                        sa->major == 1 ? "Vendor ID of NAT traversal" : "NAT_DETECTION notify");
    ipsec_find(tracker, &finding);
}

static void note_error(struct ipsec_tracker *tracker, struct ike_sa *sa, struct ike_record *record)
{
    if (record->error == 0 || (sa->major == 2 && record->error == IKE_NOTIFY_INVALID_KE))
        return;
    if (sa->refused == NULL)
        sa->refused = record;
    struct finding finding = ipsec_finding(IPSEC_IKE_REFUSED, record->frame, sa->point, sa, NULL);
    finding.deciding_frame = record->frame;
    finding.text =
        g_strdup_printf("the %s sent %s (%u)", record->sender == 0 ? "initiator" : "responder",
                        ike_notify_name(sa->major, record->error), record->error);
    ipsec_find(tracker, &finding);
}

/* What a message says that was not seen before. */
static void take_new(struct ipsec_tracker *tracker, struct ike_sa *sa, struct ike_record *record,
                     const struct ike_message *message, const struct ipsec_packet *packet,
                     const uint8_t *data)
{
    struct ike_exchange_view *exchange = exchange_of(sa, record);
    record->number = ike_message_number(message, record->sender, exchange->messages);
    if (exchange->messages < UINT8_MAX)
        exchange->messages++;
    if (message->hash != 0 && record->sender == 1)
        sa->hash = message->hash;
    sa->progress = (uint8_t)ike_progress_after(sa->progress, record->exchange, record->number);
    note_child(sa, record);
    judge_natd(sa, record, message, packet, data);
    note_natt(tracker, sa, record, message);
    note_error(tracker, sa, record);
    remember_sent(&sa->sent[record->sender], record);
}

/* A repetition tells nothing new, but its addresses may be others. Then, and with another TTL, it
 * may be the same packet, seen elsewhere. */
static void take_repeated(struct ike_sa *sa, struct ike_record *record, struct ike_record *first,
                          const struct ike_message *message, const struct ipsec_packet *packet,
                          const uint8_t *data)
{
    struct ipsec_seen before = {first->ip_id, first->has_ip_id, first->time_ns};
    if (ipsec_is_copy(&packet->packet, &before)) {
        record->copy = true;
    } else if (record->hosts == first->hosts && record->ttl == first->ttl) {
        record->repeats_frame = first->frame;
        first->repeats++;
    }
    record->number = first->number;
    judge_natd(sa, record, message, packet, data);
}

static struct ike_record *add_record(struct ipsec_tracker *tracker, struct ike_sa *sa,
                                     const struct ike_message *message,
                                     const struct ipsec_packet *packet)
{
    struct ike_record *record = g_new0(struct ike_record, 1);
    record->sa = sa;
    record->time_ns = packet->packet.time_ns;
    record->index = tracker->messages->len;
    record->frame = packet->packet.frame;
    record->ip_id = packet->packet.ip_id;
    record->has_ip_id = packet->packet.has_ip_id;
    record->ttl = packet->packet.ttl;
    record->message_id = message->header.message_id;
    record->exchange = message->header.exchange;
    record->flags = message->header.flags;
    record->status = (uint8_t)message->status;
    record->encrypted = message->encrypted;
    record->has_fragment = message->has_fragment;
    record->fragment = message->fragment;
    record->fragments = message->fragments;
    record->error = message->has_error ? message->error : 0;
    g_ptr_array_add(tracker->messages, record);
    if (sa->last != NULL)
        sa->last->next = record;
    else
        sa->first = record;
    sa->last = record;
    return record;
}

static void note_endpoints(struct ipsec_tracker *tracker, struct ike_sa *sa,
                           const struct ike_record *record, const struct ipsec_packet *packet,
                           struct ipsec_conversation *conversation)
{
    struct endpoint source = ipsec_source(packet);
    struct endpoint destination = ipsec_destination(packet);
    unsigned end = record->sender;
    ipsec_place_note(tracker, &sa->places[end][record->family], &source, &packet->packet);
    /* Where the other end is said to be counts until it has spoken itself. */
    struct ipsec_places *other = &sa->places[1 - end][record->family];
    if (other->first == NULL) {
        ipsec_place_note(tracker, other, &destination, &packet->packet);
        other->latest->packets = 0;
    }
    sa->conversation[record->family] = conversation;
    ipsec_conversation_add_ike(conversation, sa);
}

static void count(struct ike_sa *sa, const struct ike_record *record)
{
    unsigned end = record->sender;
    sa->messages++;
    sa->messages_from[end]++;
    if (record->exchange < 64)
        sa->exchanges |= (uint64_t)1 << record->exchange;
    sa->sent[end].last = record;
}

struct ipsec_record *ike_feed(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                              enum ike_family family)
{
    uint32_t skip = family == IKE_ON_4500 ? ESP_MARKER_LENGTH : 0;
    const uint8_t *data = packet->payload + skip;
    uint32_t captured = packet->captured - skip;
    struct ike_message message;
    unsigned way;
    ike_parse(data, captured, packet->length - skip, &message);
    if (tracker->messages->len >= IPSEC_MESSAGE_LIMIT) {
        ipsec_reach_limit(tracker, IPSEC_LIMIT_MESSAGES, packet->packet.frame);
        return NULL;
    }
    struct ipsec_conversation *conversation = ipsec_conversation_of(tracker, packet, &way);
    if (conversation == NULL)
        return NULL;
    struct ike_sa *sa = ike_sa_of(tracker, packet, &message, conversation, family);
    if (sa == NULL)
        return NULL;

    struct ike_record *record = add_record(tracker, sa, &message, packet);
    record->family = (uint8_t)family;
    record->hosts = conversation->hosts;
    record->sender = (uint8_t)ike_sender(sa, packet, &message, family);
    record->length = packet->length - skip;
    record->content = ike_content(data, captured);
    struct ipsec_record *kept =
        ipsec_put_record(tracker, IPSEC_IKE, record->frame, record->time_ns, record->index);
    kept->content = record->content;
    struct ike_record *first = find_repeated(sa, record);
    if (first != NULL)
        take_repeated(sa, record, first, &message, packet, data);
    if (record->copy) {
        record->progress = sa->progress;
        kept->flags |= IPSEC_RECORD_COPY;
        return kept;
    }
    note_endpoints(tracker, sa, record, packet, conversation);
    count(sa, record);
    if (first == NULL)
        take_new(tracker, sa, record, &message, packet, data);
    record->progress = sa->progress;
    ipsec_conversation_count(conversation, way);
    if (family == IKE_ON_4500)
        esp_prove(tracker, conversation);
    if (tracker->observer.ike != NULL)
        tracker->observer.ike(tracker->observer.user, record, packet);
    return kept;
}
