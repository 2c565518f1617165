/* What a pair of control messages says: learns from the call requests and first replies what the
 * hop makes of each id, and holds every later Call ID field against that. The sender's side says
 * what was meant (FINDINGS, "Across points").
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

static void learn(struct link *link, enum id_owner owner, uint32_t position, uint16_t id)
{
    uint16_t known;
    if (!link_id_at(link, owner, position, &known))
        link_put_id(link, owner, position, id);
}

/* The owner of a field says it of itself: the Call ID field of a request or reply (RFC 2637 2.7 to
 * 2.10). */
static bool is_own_word(unsigned type, bool peer)
{
    return !peer &&
           (type == PPTP_OCRQ || type == PPTP_OCRP || type == PPTP_ICRQ || type == PPTP_ICRP);
}

/* The snap length may have cut a field off at one point: nothing is compared with that. */
static bool both_show(const struct message_pair *pair, bool peer)
{
    const struct message_record *near = record_of(pair->near), *far = record_of(pair->far);
    return peer ? near->has_peer_call_id && far->has_peer_call_id
                : near->has_call_id && far->has_call_id;
}

static uint16_t value_of(const struct message *message, bool peer)
{
    const struct message_record *record = record_of(message);
    return peer ? record->peer_call_id : record->call_id;
}

static void learn_field(struct link *link, const struct message_pair *pair, bool peer)
{
    enum id_owner owner =
        pptp_call_id_owner(pair->near->type, peer ? PPTP_F_PEER_CALL_ID : PPTP_F_CALL_ID);
    /* An SLI or CDN may carry either end's id (protocol.md, deviations): it teaches nothing. */
    if (owner == PPTP_OWNER_NONE || !both_show(pair, peer) || pair->near->type == PPTP_CDN ||
        pair->near->type == PPTP_SLI)
        return;
    struct id_map *map = &link->map[owner];
    uint16_t meant = value_of(pair->near, peer), seen = value_of(pair->far, peer);
    bool own_word = is_own_word(pair->near->type, peer);
    bool unknown = !(map->known & (1u << pair->near_position | 1u << pair->far_position));
    bool fits = link_id_is(link, owner, pair->near_position, meant);
    if (map->dropped || !(unknown || fits))
        return;
    if (link_id_is(link, owner, pair->far_position, seen))
        map->firm = true;
    learn(link, owner, pair->near_position, meant);
    learn(link, owner, pair->far_position, seen);
    map->firm = map->firm || own_word;
}

/* The requests say what their own id becomes, the first reply what the answering end's does;
 * without them any field that is surely its owner's tells, until another one disagrees. */
static void learn_from(struct link *link, const struct message_pair *pair)
{
    learn_field(link, pair, false);
    learn_field(link, pair, true);
}

/* Linux overwrites a notify's id with the client's on every translated call (F02): a note. */
static bool is_known_rewrite(const struct linker *linker, const struct link *link,
                             const struct message_pair *pair, uint16_t meant, uint16_t seen)
{
    if (pair->near->type != PPTP_CDN ||
        !link_id_is(link, PPTP_OWNER_PAC, pair->near_position, meant))
        return false;
    const struct tracker *tracker = tracker_of(linker);
    return tracker_call_with_id(tracker, connection_of(pair->far->connection), PPTP_OWNER_PNS,
                                seen) != NULL;
}

struct agreement {
    struct linker *linker;
    const struct finding *right;
};

static void agree(const struct finding *finding, void *user)
{
    const struct agreement *agreement = user;
    const struct finding *right = agreement->right;
    if (finding->id == FINDING_UNKNOWN_CALL_ID && finding->connection == right->connection &&
        finding->has_expected && finding->seen == right->seen)
        finding_log_get(agreement->linker->log, finding->index)->expected = right->expected;
}

/* At one point an unknown id is put down to the owner that the layout gives. The sender's side says
 * what was meant, and a frame has one expected value. */
static void expect_the_same(struct linker *linker, const struct finding *right)
{
    struct agreement agreement = {linker, right};
    finding_log_on_frame(linker->log, right->judged_frame, agree, &agreement);
}

static void say_wrong_id(struct linker *linker, struct link *link, const struct message_pair *pair,
                         enum mistranslation kind, enum pptp_field_id field, uint16_t meant,
                         uint16_t expected, uint16_t seen)
{
    bool rewrite = is_known_rewrite(linker, link, pair, meant, seen);
    enum finding_id id = rewrite ? FINDING_DISCONNECT_REWRITTEN : FINDING_CALLID_MISTRANSLATED;
    struct finding finding =
        link_finding(linker, id, link, pair->hop, pair->far_position, pair->far->frame);
    finding.interface = pair->far->connection->point;
    finding.connection = pair->far->connection->index;
    finding.peer_frame = pair->near->frame;
    finding.has_expected = true;
    finding.has_seen = true;
    finding.expected = expected;
    finding.seen = seen;
    finding.mistranslation = rewrite ? MISTRANSLATION_OTHER_OWNER : kind;
    finding.text = g_strdup_printf(
        "%s: %s is %u, should be %u (%s %u)", pptp_message_name(pair->far->type),
        field == PPTP_F_PEER_CALL_ID ? "Peer's Call ID" : "Call ID", seen, expected,
        link_meant_words(link, pair->near_position, pair->near->sender == 0 ? "client" : "server"),
        meant);
    link_pairing_for(linker, pair->far)->mistranslation = (uint8_t)finding.mistranslation;
    expect_the_same(linker, &finding);
    struct finding *reported = link_say(linker, &finding);
    if (reported && !rewrite && link->cause == FINDING_NONE)
        link->cause = reported->index;
}

/* Whose id the field is by the layout; but a PAC's Set-Link-Info carries the PNS's (protocol.md,
 * deviations), which shows only where the two are alike. */
static enum id_owner owner_of(const struct message_pair *pair, enum pptp_field_id field)
{
    enum id_owner owner = pptp_call_id_owner(pair->near->type, field);
    const struct session *call = pair->near->session;
    bool by_pac = call && session_owner_at(call, pair->near->sender) == PPTP_OWNER_PAC;
    return owner == PPTP_OWNER_PAC && pair->near->type == PPTP_SLI && by_pac ? PPTP_OWNER_PNS
                                                                             : owner;
}

/* What no table of Call IDs holds: it shows no editor. An editor that has lost the call writes 0.
 */
static bool is_garbage(enum mistranslation kind)
{
    return kind == MISTRANSLATION_TCP_PORT || kind == MISTRANSLATION_BYTE_SWAPPED ||
           kind == MISTRANSLATION_UNKNOWN;
}

static void check_field(struct linker *linker, struct link *link, const struct message_pair *pair,
                        enum pptp_field_id field)
{
    enum id_owner owner = owner_of(pair, field);
    bool peer = field == PPTP_F_PEER_CALL_ID;
    if (owner == PPTP_OWNER_NONE || !both_show(pair, peer))
        return;
    uint16_t meant = value_of(pair->near, peer), seen = value_of(pair->far, peer), expected;
    if (!link_map_expected(link, pair->near_position, pair->far_position, meant, &owner,
                           &expected) ||
        expected == seen) {
        link->cross[pair->hop].id_changed = link->cross[pair->hop].id_changed || meant != seen;
        return;
    }
    struct id_map *map = &link->map[owner];
    if (!map->firm) {
        *map = (struct id_map){.dropped = true};
        return;
    }
    enum mistranslation kind =
        link_map_kind(linker, link, pair->far_position, owner, expected, meant, seen);
    if (kind != MISTRANSLATION_UNTRANSLATED && !is_garbage(kind))
        link->cross[pair->hop].id_changed = true;
    /* A field of the request's owner that has another id of the call shows that the request was
     * missed. A value that is none of the call's own proves nothing but itself. */
    bool incoming = link->at[pair->hop].request && link->at[pair->hop].request->type == PPTP_ICRQ;
    enum id_owner requester = incoming ? PPTP_OWNER_PAC : PPTP_OWNER_PNS;
    if (kind == MISTRANSLATION_OTHER_OWNER &&
        link_id_is(link, requester, pair->near_position, meant) &&
        !is_known_rewrite(linker, link, pair, meant, seen)) {
        link->cross[pair->hop].contradicted = true;
        link_setup_judge(linker, link, pair->hop);
    }
    say_wrong_id(linker, link, pair, kind, field, meant, expected, seen);
}

static void check_payload(struct linker *linker, struct link *link, const struct message_pair *pair)
{
    const struct message *near = pair->near, *far = pair->far;
    if (record_of(near)->truncated || record_of(far)->truncated ||
        near->masked_hash == far->masked_hash)
        return;
    struct finding finding = link_finding(linker, FINDING_PAYLOAD_ALTERED, link, pair->hop,
                                          pair->far_position, far->frame);
    finding.interface = far->connection->point;
    finding.connection = far->connection->index;
    finding.peer_frame = near->frame;
    finding.text =
        g_strdup_printf("%s differs from frame %u, where it was sent, in bytes that are no Call ID",
                        pptp_message_name(near->type), near->frame);
    link_say(linker, &finding);
}

static void add_evidence(struct link *link, const struct message_pair *pair)
{
    const struct message_record *near = record_of(pair->near), *far = record_of(pair->far);
    unsigned type = near->type;
    link->view.evidence |= pair->path->evidence;
    if (near->masked_hash == far->masked_hash)
        link->view.evidence |= EVIDENCE_MESSAGES;
    if (near->seq == far->seq)
        link->view.evidence |= EVIDENCE_SEQ;
    if ((type == PPTP_OCRQ || type == PPTP_ICRQ) && near->call_serial_number != 0 &&
        near->call_serial_number == far->call_serial_number)
        link->view.evidence |= EVIDENCE_SERIAL;
    if (near->is_unique && near->masked_hash == far->masked_hash)
        link->view.evidence |= EVIDENCE_UNIQUE;
    if (type == PPTP_ECHO_REQUEST && near->identifier == far->identifier)
        link->view.evidence |= EVIDENCE_ECHO;
}

void link_judge_pair(struct linker *linker, struct link *link, const struct message_pair *pair)
{
    if (!link)
        return;
    add_evidence(link, pair);
    if (!link_checksum_pair(linker, link, pair) && record_of(pair->far)->unsure)
        return;
    check_payload(linker, link, pair);
    if (pair->near->type < PPTP_OCRQ || pair->near->type != pair->far->type)
        return;
    learn_from(link, pair);
    link_setup_request(linker, link, pair);
    check_field(linker, link, pair, PPTP_F_CALL_ID);
    check_field(linker, link, pair, PPTP_F_PEER_CALL_ID);
}
