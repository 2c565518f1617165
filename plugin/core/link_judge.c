/* Pairs the control messages that two neighbouring points saw, learns from the call requests and
 * first replies what the hop makes of each id, and holds every later Call ID field against that.
 * The sender's side says what was meant (FINDINGS, "Across points").
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "link_internal.h"

/* A message as both sides of one hop saw it: `near` on its sender's side. */
struct pair {
    struct chain *chain;
    uint32_t hop;
    uint32_t near_place;
    uint32_t far_place;
    struct message_record *near;
    struct message_record *far;
};

struct link *link_new(struct linker *linker, struct chain *chain)
{
    struct link *link = g_new0(struct link, 1);
    link->face.index = linker->links->len;
    link->face.count = chain ? chain->count : 0;
    link->chain = chain;
    link->cause = FINDING_NOBODY;
    g_ptr_array_add(linker->links, link);
    if (chain) {
        link->face.evidence = chain->evidence;
        g_ptr_array_add(chain->links, link);
        link_path_points(linker, link);
    }
    return link;
}

void link_remember_host(struct linker *linker, struct link *link, uint32_t point,
                        const struct net_address *address)
{
    GPtrArray *bucket = link_bucket(linker->by_host, link_host_key(point, address), true);
    if (bucket->len < LINK_STRAY_CANDIDATES && !g_ptr_array_find(bucket, link, NULL))
        g_ptr_array_add(bucket, link);
}

void link_put_call(struct linker *linker, struct link *link, uint32_t place, struct call *call)
{
    struct call_place *at = link_call_place(linker, call);
    if (at->link || link->face.call[place])
        return;
    at->link = link;
    at->place = place;
    link->face.call[place] = call;
    if (call->connection) {
        link_remember_host(linker, link, call->point, &call->connection->end[0].address);
        link_remember_host(linker, link, call->point, &call->connection->end[1].address);
    }
}

static struct link *link_of(const struct message_record *message)
{
    const struct call_place *at = message->call ? message->call->nat : NULL;
    return at ? at->link : NULL;
}

/* The link of the call that a pair is about; made by its request, or by the first message of it
 * when the request is in neither capture. */
static struct link *pair_link(struct linker *linker, const struct pair *pair)
{
    unsigned type = pair->near->type;
    bool request = type == PPTP_OCRQ || type == PPTP_ICRQ;
    struct link *link = link_of(pair->near);
    if (!link)
        link = link_of(pair->far);
    if (link && link->chain != pair->chain)
        link = NULL; /* linked by GRE alone before its connection was: that link knows no places */
    if (!link && pair->near->call && pair->far->call &&
        (request || (pair->near->call->reply_frame == 0 && pair->far->call->reply_frame == 0) ||
         type == PPTP_OCRP || type == PPTP_ICRP)) {
        struct chain *chain = pair->chain;
        link = chain->first_link_free ? chain->links->pdata[0] : link_new(linker, chain);
        chain->first_link_free = false;
    }
    if (!link)
        return pair->chain->links->len == 1 ? pair->chain->links->pdata[0] : NULL;
    if (request || type == PPTP_OCRP || type == PPTP_ICRP) {
        if (pair->near->call)
            link_put_call(linker, link, pair->near_place, pair->near->call);
        if (pair->far->call)
            link_put_call(linker, link, pair->far_place, pair->far->call);
    }
    return link;
}

static void learn(struct id_map *map, uint32_t place, uint16_t id)
{
    if (!map->known[place]) {
        map->known[place] = true;
        map->id[place] = id;
    }
}

/* The owner of a field says it of itself: the Call ID field of a request or reply (RFC 2637 2.7 to
 * 2.10). */
static bool is_own_word(unsigned type, bool peer)
{
    return !peer &&
           (type == PPTP_OCRQ || type == PPTP_OCRP || type == PPTP_ICRQ || type == PPTP_ICRP);
}

static void learn_field(struct link *link, const struct pair *pair, bool peer)
{
    enum pptp_owner owner =
        pptp_call_id_owner(pair->near->type, peer ? PPTP_F_PEER_CALL_ID : PPTP_F_CALL_ID);
    /* An SLI or CDN may carry either end's id (protocol.md, deviations): it teaches nothing. */
    if (owner == PPTP_OWNER_NONE || pair->near->type == PPTP_CDN || pair->near->type == PPTP_SLI)
        return;
    struct id_map *map = owner == PPTP_OWNER_PAC ? &link->pac : &link->pns;
    uint16_t meant = peer ? pair->near->peer_call_id : pair->near->call_id;
    uint16_t seen = peer ? pair->far->peer_call_id : pair->far->call_id;
    bool own_word = is_own_word(pair->near->type, peer);
    bool unknown = !map->known[pair->near_place] && !map->known[pair->far_place];
    bool fits = map->known[pair->near_place] && map->id[pair->near_place] == meant;
    if (map->dropped || !(unknown || fits))
        return;
    if (!unknown && map->known[pair->far_place] && map->id[pair->far_place] == seen)
        map->firm = true;
    learn(map, pair->near_place, meant);
    learn(map, pair->far_place, seen);
    map->firm = map->firm || own_word;
}

/* The requests say what their own id becomes, the first reply what the answering end's does;
 * without them any field that is surely its owner's tells, until another one disagrees. */
static void learn_from(struct link *link, const struct pair *pair)
{
    learn_field(link, pair, false);
    learn_field(link, pair, true);
}

static const char *setup_reason(const struct link *link, uint32_t hop)
{
    for (uint32_t place = hop; place <= hop + 1; place++) {
        const struct message_record *request = link->request[place];
        if (request && request->split)
            return "the message spans TCP segments";
        if (request && request->not_first)
            return "the message does not start its TCP segment";
    }
    const struct message_record *request =
        link->request[hop] ? link->request[hop] : link->request[hop + 1];
    return request && request->type == PPTP_ICRQ ? "it is an incoming call" : NULL;
}

/* Another request through the same NAT (same hosts on both sides of the hop, or the same chain) was
 * translated: there is an editor. */
static bool others_translated(const struct linker *linker, const struct link *link, uint32_t hop)
{
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *other = linker->links->pdata[i];
        if (other == link || other->face.count <= hop + 1 || !other->request[hop] ||
            !other->request[hop + 1])
            continue;
        if (other->face.side[hop] == link->face.side[hop] &&
            other->face.side[hop + 1] == link->face.side[hop + 1] && !other->request_same[hop])
            return true;
    }
    return false;
}

/* An unchanged id alone is no fault: an editor may leave the first client's as it is (RRAS). It is
 * one when a later field shows that the editor meant otherwise, or when there is an editor and the
 * reason why it missed this request shows. */
/* The requester is the end that the hop hides: its address changes there. The other end's id has no
 * need of translation, nor has any where no address is translated. */
static bool requester_is_hidden(const struct link *link, uint32_t hop)
{
    uint32_t end = link->request[hop]->sender;
    return !net_address_equal(&link->chain->row[hop]->connection->end[end].address,
                              &link->chain->row[hop + 1]->connection->end[end].address);
}

void link_judge_setup(struct linker *linker, struct link *link, uint32_t hop)
{
    if (link->setup_told[hop] || !link->request_same[hop] || !link->request[hop] ||
        !link->request[hop + 1] || !requester_is_hidden(link, hop))
        return;
    const char *reason = setup_reason(link, hop);
    if (!link->contradicted[hop] && !(reason && others_translated(linker, link, hop)))
        return;
    const struct message_record *request = link->request[hop];
    uint32_t far = link_path_downward(link->chain, request->sender) ? hop + 1 : hop;
    const struct message_record *judged = link->request[far];
    const struct message_record *meant = link->request[far == hop ? hop + 1 : hop];
    struct finding finding =
        link_finding(linker, FINDING_SETUP_UNTRANSLATED, link, hop, far, judged->frame);
    finding.peer_frame = meant->frame;
    finding.has_seen = true;
    finding.seen = judged->call_id;
    finding.mistranslation = MISTRANSLATION_UNTRANSLATED;
    finding.text =
        g_strdup_printf("%s leaves with Call ID %u as it came%s%s", pptp_message_name(judged->type),
                        judged->call_id, reason ? ": " : "", reason ? reason : "");
    struct finding *said = link_say(linker, &finding);
    if (said)
        link->cause = said->index;
    link->setup_told[hop] = true;
}

static void take_request(struct linker *linker, struct link *link, const struct pair *pair)
{
    struct message_record *near = pair->near, *far = pair->far;
    if ((near->type != PPTP_OCRQ && near->type != PPTP_ICRQ) || link->request[pair->far_place])
        return;
    link->request[pair->near_place] = near;
    link->request[pair->far_place] = far;
    link->request_same[pair->hop] = near->call_id == far->call_id;
    link_judge_setup(linker, link, pair->hop);
}

/* The kind, with the calls of other links that own `seen` at the far place and are not over. */
static enum mistranslation of_other_link(const struct linker *linker, const struct link *link,
                                         uint32_t far, uint16_t seen)
{
    const struct call *own = link->face.call[far];
    enum mistranslation kind = MISTRANSLATION_UNKNOWN;
    for (int end = 0; own && own->connection && end < 2; end++) {
        const GPtrArray *bucket = link_bucket(
            linker->by_host, link_host_key(own->point, &own->connection->end[end].address), false);
        for (guint i = 0; bucket && i < bucket->len; i++) {
            const struct link *other = bucket->pdata[i];
            const struct call *call = other->face.call[far];
            if (other == link || !call || call->point != own->point ||
                !((call->has_pns_call_id && call->pns_call_id == seen) ||
                  (call->has_pac_call_id && call->pac_call_id == seen)))
                continue;
            if (call->ended_by == CALL_END_NONE)
                return MISTRANSLATION_OTHER_CALL;
            kind = MISTRANSLATION_EARLIER_CALL;
        }
    }
    return kind;
}

/* Linux overwrites a notify's id with the client's on every translated call (F02): a note. */
static bool is_known_rewrite(const struct link *link, const struct pair *pair, uint16_t meant,
                             uint16_t seen)
{
    const struct id_map *pac = &link->pac;
    if (pair->near->type != PPTP_CDN || !pac->known[pair->near_place] ||
        pac->id[pair->near_place] != meant)
        return false;
    const GPtrArray *calls = pair->far->connection->calls;
    for (guint i = 0; i < calls->len; i++) {
        const struct call *call = calls->pdata[i];
        if (call->has_pns_call_id && call->pns_call_id == seen)
            return true;
    }
    return false;
}

static void say_wrong_id(struct linker *linker, struct link *link, const struct pair *pair,
                         enum pptp_owner owner, const char *field, uint16_t meant,
                         uint16_t expected, uint16_t seen)
{
    bool rewrite = is_known_rewrite(link, pair, meant, seen);
    enum mistranslation kind = link_map_kind(link, pair->far_place, owner, expected, meant, seen);
    if (kind == MISTRANSLATION_UNKNOWN)
        kind = of_other_link(linker, link, pair->far_place, seen);
    enum finding_id id = rewrite ? FINDING_DISCONNECT_REWRITTEN : FINDING_CALLID_MISTRANSLATED;
    struct finding finding =
        link_finding(linker, id, link, pair->hop, pair->far_place, pair->far->frame);
    finding.interface = pair->far->connection->point;
    finding.connection = pair->far->connection->index;
    finding.peer_frame = pair->near->frame;
    finding.has_expected = true;
    finding.has_seen = true;
    finding.expected = expected;
    finding.seen = seen;
    finding.mistranslation = rewrite ? MISTRANSLATION_OTHER_OWNER : kind;
    finding.text =
        g_strdup_printf("%s: %s is %u here, it must read %u (%u where it was sent)",
                        pptp_message_name(pair->far->type), field, seen, expected, meant);
    pair->far->expected_call_id = expected;
    pair->far->mistranslation = (uint8_t)finding.mistranslation;
    struct finding *said = link_say(linker, &finding);
    if (said && !rewrite && link->cause == FINDING_NOBODY)
        link->cause = said->index;
}

static void check_field(struct linker *linker, struct link *link, const struct pair *pair,
                        enum pptp_field_id field)
{
    enum pptp_owner owner = pptp_call_id_owner(pair->near->type, field);
    if (owner == PPTP_OWNER_NONE)
        return;
    bool peer = field == PPTP_F_PEER_CALL_ID;
    uint16_t meant = peer ? pair->near->peer_call_id : pair->near->call_id, expected;
    uint16_t seen = peer ? pair->far->peer_call_id : pair->far->call_id;
    if (meant != seen)
        link->id_changed[pair->hop] = true;
    if (!link_map_expected(link, pair->near_place, pair->far_place, meant, &owner, &expected) ||
        expected == seen)
        return;
    struct id_map *map = owner == PPTP_OWNER_PAC ? &link->pac : &link->pns;
    if (!map->firm) {
        *map = (struct id_map){.dropped = true};
        return;
    }
    /* A field of the request's owner that no longer fits shows that the request was missed. */
    bool incoming = link->request[pair->hop] && link->request[pair->hop]->type == PPTP_ICRQ;
    const struct id_map *requester = incoming ? &link->pac : &link->pns;
    if (requester->known[pair->near_place] && requester->id[pair->near_place] == meant &&
        !is_known_rewrite(link, pair, meant, seen)) {
        link->contradicted[pair->hop] = true;
        link_judge_setup(linker, link, pair->hop);
    }
    say_wrong_id(linker, link, pair, owner, pptp_field(field)->label, meant, expected, seen);
}

static void check_payload(struct linker *linker, struct link *link, const struct pair *pair)
{
    const struct message_record *near = pair->near, *far = pair->far;
    if (near->truncated || far->truncated || near->masked_hash == far->masked_hash)
        return;
    struct finding finding =
        link_finding(linker, FINDING_PAYLOAD_ALTERED, link, pair->hop, pair->far_place, far->frame);
    finding.interface = far->connection->point;
    finding.connection = far->connection->index;
    finding.peer_frame = near->frame;
    finding.text = g_strdup_printf("%s differs between frames %u and %u outside its Call IDs",
                                   pptp_message_name(near->type), near->frame, far->frame);
    link_say(linker, &finding);
}

/* One's complement difference (RFC 1624): what the sum is short of equals what the edit changed. */
static bool differs_by(const struct bad_checksum *bad, const struct pair *pair)
{
    uint32_t change = 0;
    change += pair->near->call_id + (0xFFFFu - pair->far->call_id);
    change += pair->near->peer_call_id + (0xFFFFu - pair->far->peer_call_id);
    uint32_t missing = (uint32_t)bad->right + (0xFFFFu - bad->seen);
    return change % 0xFFFF == missing % 0xFFFF && change % 0xFFFF != 0;
}

static void check_checksum(struct linker *linker, struct link *link, const struct pair *pair,
                           const struct bad_checksum *bad)
{
    if (bad->frame != pair->far->frame || !differs_by(bad, pair))
        return;
    struct finding finding = link_finding(linker, FINDING_CHECKSUM_NOT_UPDATED, link, pair->hop,
                                          pair->far_place, pair->far->frame);
    finding.interface = pair->far->connection->point;
    finding.connection = pair->far->connection->index;
    finding.peer_frame = pair->near->frame;
    finding.text = g_strdup_printf("TCP checksum 0x%04x, right would be 0x%04x: short by exactly "
                                   "the change of the Call ID",
                                   bad->seen, bad->right);
    link_say(linker, &finding);
}

static void check_checksums(struct linker *linker, struct link *link, const struct pair *pair)
{
    const GArray *all = pair->chain->row[pair->far_place]->bad_checksums;
    for (guint i = 0; all && i < all->len; i++)
        check_checksum(linker, link, pair, &g_array_index(all, struct bad_checksum, i));
}

/* The segment is told after its messages: where the other half was there first, they are judged. */
void link_judge_checksum(struct linker *linker, struct sighting *sighting,
                         const struct bad_checksum *bad)
{
    struct chain *chain = sighting->chain;
    for (struct message_record *far = tracker_messages_on(linker->tracker, bad->frame);
         far && chain; far = far->next_on_frame) {
        bool downward = link_path_downward(chain, far->sender);
        if (!far->peer_frame ||
            (downward ? sighting->place == 0 : sighting->place + 1 == chain->count))
            continue;
        struct message_record *near = tracker_messages_on(linker->tracker, far->peer_frame);
        while (near && (near->type != far->type || near->sender != far->sender))
            near = near->next_on_frame;
        struct pair pair = {
            .chain = chain,
            .hop = downward ? sighting->place - 1 : sighting->place,
            .near_place = downward ? sighting->place - 1 : sighting->place + 1,
            .far_place = sighting->place,
            .near = near,
            .far = far,
        };
        struct link *link = near ? pair_link(linker, &pair) : NULL;
        if (link)
            check_checksum(linker, link, &pair, bad);
    }
}

static void add_evidence(struct link *link, const struct pair *pair)
{
    unsigned type = pair->near->type;
    link->face.evidence |= pair->chain->evidence;
    if (pair->near->masked_hash == pair->far->masked_hash)
        link->face.evidence |= EVIDENCE_MESSAGES;
    if (pair->near->seq == pair->far->seq)
        link->face.evidence |= EVIDENCE_TCP_SEQ;
    if ((type == PPTP_OCRQ || type == PPTP_ICRQ) && pair->near->call_serial_number != 0 &&
        pair->near->call_serial_number == pair->far->call_serial_number)
        link->face.evidence |= EVIDENCE_SERIAL;
    if (pair->near->correlation_id && pair->near->masked_hash == pair->far->masked_hash)
        link->face.evidence |= EVIDENCE_CORRELATION;
    if (type == PPTP_ECHO_REQUEST && pair->near->identifier == pair->far->identifier)
        link->face.evidence |= EVIDENCE_ECHO;
}

static void judge(struct linker *linker, const struct pair *pair)
{
    struct link *link = pair_link(linker, pair);
    pair->far->peer_frame = pair->near->frame;
    if (!pair->near->peer_frame)
        pair->near->peer_frame = pair->far->frame;
    if (!link)
        return;
    pair->chain->judged = true;
    add_evidence(link, pair);
    check_payload(linker, link, pair);
    check_checksums(linker, link, pair);
    if (pair->near->type < PPTP_OCRQ || pair->near->type != pair->far->type)
        return;
    learn_from(link, pair);
    take_request(linker, link, pair);
    check_field(linker, link, pair, PPTP_F_CALL_ID);
    check_field(linker, link, pair, PPTP_F_PEER_CALL_ID);
}

/* How far the raw sequence numbers of the two sides are apart: nothing, unless something on the
 * path chooses new initial numbers. */
static void learn_offset(struct chain *chain, uint32_t hop, uint32_t sender,
                         const struct message_record *a, const GPtrArray *others, bool a_is_upper)
{
    const struct connection *upper = chain->row[hop]->connection;
    const struct connection *lower = chain->row[hop + 1]->connection;
    uint32_t offset = 0;
    if (upper->has_isn[sender] && lower->has_isn[sender]) {
        offset = lower->isn[sender] - upper->isn[sender];
    } else if (!(chain->evidence & EVIDENCE_TCP_SEQ)) {
        const struct message_record *b = NULL;
        for (guint i = 0; i < others->len && !b; i++) {
            const struct message_record *other = others->pdata[i];
            if (other->type == a->type && other->masked_hash == a->masked_hash)
                b = other;
        }
        if (!b)
            return;
        offset = a_is_upper ? b->seq - a->seq : a->seq - b->seq;
    }
    chain->offset[hop][sender] = offset;
    chain->has_offset[hop][sender] = true;
}

static struct message_record *take_partner(GPtrArray *others, uint32_t seq)
{
    for (guint i = 0; i < others->len; i++) {
        struct message_record *other = others->pdata[i];
        if (other->seq == seq) {
            g_ptr_array_remove_index(others, i);
            return other;
        }
    }
    return NULL;
}

static void pair_at_hop(struct linker *linker, struct chain *chain, uint32_t hop, bool is_upper,
                        struct message_record *message)
{
    uint32_t sender = message->sender;
    GPtrArray **lists = chain->waiting[hop][sender];
    for (int side = 0; side < 2; side++) {
        if (!lists[side])
            lists[side] = g_ptr_array_new();
    }
    GPtrArray *own = lists[is_upper ? 0 : 1], *others = lists[is_upper ? 1 : 0];
    if (!chain->has_offset[hop][sender])
        learn_offset(chain, hop, sender, message, others, is_upper);
    struct message_record *partner = NULL;
    if (chain->has_offset[hop][sender]) {
        uint32_t offset = chain->offset[hop][sender];
        partner = take_partner(others, is_upper ? message->seq + offset : message->seq - offset);
    }
    if (!partner) {
        if (own->len >= LINK_MESSAGES_WAITING_LIMIT)
            g_ptr_array_remove_index(own, 0);
        g_ptr_array_add(own, message);
        return;
    }
    bool downward = link_path_downward(chain, sender);
    struct pair pair = {
        .chain = chain,
        .hop = hop,
        .near_place = downward ? hop : hop + 1,
        .far_place = downward ? hop + 1 : hop,
        .near = is_upper == downward ? message : partner,
        .far = is_upper == downward ? partner : message,
    };
    judge(linker, &pair);
}

void link_judge_message(struct linker *linker, struct message_record *message)
{
    const struct sighting *sighting = message->connection->nat;
    if (!sighting || !sighting->chain || message->type == 0)
        return;
    struct chain *chain = sighting->chain;
    if (sighting->place > 0)
        pair_at_hop(linker, chain, sighting->place - 1, false, message);
    if (sighting->place + 1 < chain->count)
        pair_at_hop(linker, chain, sighting->place, true, message);
}

void link_judge_catch_up(struct linker *linker, struct chain *chain)
{
    for (guint i = 0; i < chain->links->len; i++)
        link_path_points(linker, chain->links->pdata[i]);
    uint32_t most = 0;
    for (uint32_t place = 0; place < chain->count; place++)
        most = MAX(most, chain->row[place]->connection->messages->len);
    /* Message by message, so that set-ups are learned at all places before what follows them. */
    for (uint32_t i = 0; i < most; i++) {
        for (uint32_t place = 0; place < chain->count; place++) {
            const GPtrArray *messages = chain->row[place]->connection->messages;
            if (i < messages->len)
                link_judge_message(linker, messages->pdata[i]);
        }
    }
}
