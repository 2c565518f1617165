/* Which findings are consequences of which: one cause of a call is named, the rest stands under it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/internal.h"

/* What came first: a NAT that has lost the call translates none of its fields any more. */
static uint32_t cause_of(const struct linker *linker, const struct link *link)
{
    if (link->ceased.reported == 0)
        return link->cause;
    if (link->cause == FINDING_NONE ||
        link_has_lost_state(link, finding_log_get(linker->log, link->cause)))
        return link->ceased.reported - 1;
    return link->cause;
}

/* What a frame's findings and messages say, looked up once: a frame may hold thousands of each. */
struct judged {
    GHashTable *by_frame; /* hash of (id, link or any, frame) -> index of the latest finding + 1 */
    GHashTable *reported; /* frame -> index of the translation that its unknown ids follow from + 1;
                         0: none */
};

static gpointer judged_key(enum finding_id id, uint32_t link, uint32_t frame)
{
    uint64_t words[2] = {(uint64_t)id << 32 | link, frame};
    return GSIZE_TO_POINTER((gsize)hash_words(words, 2));
}

static struct judged judged_new(const struct linker *linker)
{
    struct judged judged = {g_hash_table_new(hash_of_pointer, NULL),
                            g_hash_table_new(hash_of_pointer, NULL)};
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        uint32_t links[2] = {finding->link, FINDING_NONE};
        for (int k = 0; k < 2; k++)
            g_hash_table_insert(judged.by_frame,
                                judged_key(finding->id, links[k], finding->judged_frame),
                                GUINT_TO_POINTER(i + 1));
    }
    return judged;
}

static void judged_clear(struct judged *judged)
{
    g_hash_table_destroy(judged->by_frame);
    g_hash_table_destroy(judged->reported);
}

/* The latest finding of that kind about the frame, of that link or of any; NULL: none. */
static const struct finding *judged_at(const struct linker *linker, const struct judged *judged,
                                       enum finding_id id, uint32_t link, uint32_t frame)
{
    gpointer index =
        frame ? g_hash_table_lookup(judged->by_frame, judged_key(id, link, frame)) : NULL;
    return index ? finding_log_get(linker->log, GPOINTER_TO_UINT(index) - 1) : NULL;
}

static const struct finding *find_translation(const struct linker *linker,
                                              const struct judged *judged, uint32_t frame)
{
    const enum finding_id id = FINDING_CALLID_MISTRANSLATED;
    const struct message_record *message = tracker_messages_on(linker->tracker, frame);
    const struct finding *found = judged_at(linker, judged, id, FINDING_NONE, frame);
    for (; message && !found; message = message->next_on_frame)
        found = judged_at(linker, judged, id, FINDING_NONE,
                          link_pairing_of(linker, message).peer_frame);
    return found;
}

/* An id that nobody assigned is nobody's because the NAT wrote it: one fact, said by both points,
 * or by those behind it too. */
static uint32_t translation_at(const struct linker *linker, const struct judged *judged,
                               uint32_t frame)
{
    gpointer index;
    if (!g_hash_table_lookup_extended(judged->reported, GUINT_TO_POINTER(frame), NULL, &index)) {
        const struct finding *found = find_translation(linker, judged, frame);
        index = GUINT_TO_POINTER(found ? found->index + 1 : 0);
        g_hash_table_insert(judged->reported, GUINT_TO_POINTER(frame), index);
    }
    return index ? GPOINTER_TO_UINT(index) - 1 : FINDING_NONE;
}

/* Connections two calls of which have one id, with the first finding that says so: the NAT cannot
 * tell their GRE apart (F04). */
static GHashTable *shared_ids(const struct linker *linker)
{
    GHashTable *shared = g_hash_table_new(hash_of_pointer, NULL);
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        gpointer connection = GUINT_TO_POINTER(finding->connection);
        if (finding->id == FINDING_CALL_ID_IN_USE && !g_hash_table_contains(shared, connection))
            g_hash_table_insert(shared, connection, GUINT_TO_POINTER(i));
    }
    return shared;
}

/* ... and then a packet of one call may be taken for one of the other, whose id is another one. */
static uint32_t shared_at_link(GHashTable *shared, const struct link *link)
{
    gpointer found = NULL;
    for (uint32_t i = 0; link->path && i < link->path->count; i++) {
        gpointer connection = GUINT_TO_POINTER(link->path->row[i]->connection->index);
        if (g_hash_table_lookup_extended(shared, connection, NULL, &found))
            return GPOINTER_TO_UINT(found);
    }
    return FINDING_NONE;
}

static uint32_t shared_id(GHashTable *shared, uint32_t connection)
{
    gpointer found;
    return g_hash_table_lookup_extended(shared, GUINT_TO_POINTER(connection), NULL, &found)
               ? GPOINTER_TO_UINT(found)
               : FINDING_NONE;
}

/* By call: the finding that its GRE flows one way. */
static GHashTable *one_way_calls(const struct linker *linker)
{
    GHashTable *calls = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        if (finding->id == FINDING_GRE_ONE_WAY)
            g_hash_table_insert(calls, GUINT_TO_POINTER(finding->call), GUINT_TO_POINTER(i));
    }
    return calls;
}

/* A direction that ends at a hop, or a tunnel that nothing tells from another, is why PPP stalls
 * and GRE flows one way. */
static uint32_t blocked_cause(const struct link *link)
{
    for (int d = 0; d < 2; d++) {
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            if (link->blocked[d][hop])
                return link->blocked[d][hop] - 1;
        }
    }
    for (uint32_t position = 0; position < link->view.count; position++) {
        if (link->clash[position])
            return link->clash[position] - 1;
    }
    return FINDING_NONE;
}

/* The frame of the finding's packet at the point of `lost`, if both points showed it. */
static uint32_t frame_beside(const struct linker *linker, const struct finding *lost,
                             const struct finding *finding)
{
    const struct gre_record *record = tracker_gre_on(linker->tracker, finding->judged_frame);
    bool other_point = record && record->peer_frame && lost->interface != finding->interface;
    return other_point ? record->peer_frame : finding->judged_frame;
}

/* What was lost before an end gave up, or that it had no answers. */
static uint32_t refusal_cause(const struct linker *linker, const struct link *link,
                              GHashTable *one_way, const struct finding *finding)
{
    uint32_t blocked = link ? blocked_cause(link) : FINDING_NONE;
    gpointer found;
    if (blocked != FINDING_NONE) {
        const struct finding *lost = finding_log_get(linker->log, blocked);
        if (lost->judged_frame <= frame_beside(linker, lost, finding))
            return blocked;
    }
    return g_hash_table_lookup_extended(one_way, GUINT_TO_POINTER(finding->call), NULL, &found)
               ? GPOINTER_TO_UINT(found)
               : FINDING_NONE;
}

/* The frame of the same packet or message before the hop; 0: none. */
static uint32_t frame_before(const struct linker *linker, uint32_t frame)
{
    const struct gre_record *record = tracker_gre_on(linker->tracker, frame);
    const struct message_record *message = tracker_messages_on(linker->tracker, frame);
    while (message && link_pairing_of(linker, message).mistranslation == MISTRANSLATION_NONE)
        message = message->next_on_frame;
    return record    ? link_peer_of(linker, frame, record)
           : message ? link_pairing_of(linker, message).peer_frame
                     : 0;
}

/* What was wrong already where it came from: in a row of NATs the first one did it. A point that
 * joins the row late shows so only then. */
static const struct finding *same_before(const struct linker *linker, const struct judged *judged,
                                         const struct finding *finding)
{
    if (finding->hop == FINDING_NONE || !finding->has_seen)
        return NULL;
    uint32_t frame = frame_before(linker, finding->judged_frame);
    bool ring = frame != 0 && frame_before(linker, frame) == finding->judged_frame;
    return ring ? NULL : judged_at(linker, judged, finding->id, finding->link, frame);
}

static void move_to_first(struct linker *linker, const struct judged *judged)
{
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        struct finding *finding = finding_log_get(linker->log, i);
        const struct finding *before = same_before(linker, judged, finding);
        if (!before)
            continue;
        struct link *link = linker->links->pdata[finding->link];
        finding->hop = before->hop;
        finding->peer_frame = before->judged_frame;
        if (link->cause == i)
            link->cause = before->index;
    }
}

/* GRE that comes to another host, or with another address, is why its call gets nothing; and a
 * NAT lets in no answers but to the address that the GRE left with. */
static uint32_t astray_cause(const struct linker *linker, const struct finding *finding)
{
    bool ends =
        finding->id == FINDING_GRE_NOT_FORWARDED || finding->id == FINDING_GRE_MAYBE_NOT_FORWARDED;
    if (!ends && finding->id != FINDING_GRE_ONE_WAY && finding->id != FINDING_PPP_STALLED &&
        finding->id != FINDING_PPP_REFUSED && finding->id != FINDING_GRE_REJECTED)
        return FINDING_NONE;
    uint32_t index = link_source_cause(linker, finding->call);
    const struct finding *cause =
        index != FINDING_NONE ? finding_log_get(linker->log, index) : NULL;
    if (!cause || (ends && (cause->id != FINDING_GRE_OTHER_ADDRESS ||
                            cause->direction == finding->direction)))
        return FINDING_NONE;
    return index;
}

void link_causes(struct linker *linker)
{
    GHashTable *shared = shared_ids(linker);
    struct judged table = judged_new(linker);
    const struct judged *judged = &table;
    move_to_first(linker, judged);
    GHashTable *before_call = link_before_causes(linker);
    GHashTable *one_way = one_way_calls(linker);
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        struct finding *finding = finding_log_get(linker->log, i);
        const struct link *link = link_of_finding(linker, finding);
        const struct finding *before = same_before(linker, judged, finding);
        finding->cause = before ? before->index : FINDING_NONE;
        if (before)
            continue;
        if (finding->id == FINDING_UNKNOWN_CALL_ID || finding->id == FINDING_GRE_WITHOUT_CALL) {
            finding->cause = translation_at(linker, judged, finding->judged_frame);
            continue;
        }
        finding->cause = link_before_cause(linker, before_call, finding);
        if (link && (finding->id == FINDING_GRE_ONE_WAY || finding->id == FINDING_PPP_STALLED))
            finding->cause = blocked_cause(link);
        if (finding->id == FINDING_PPP_REFUSED)
            finding->cause = refusal_cause(linker, link, one_way, finding);
        if (finding->id == FINDING_GRE_NOT_FORWARDED || finding->id == FINDING_TUNNEL_AMBIGUOUS)
            finding->cause = shared_id(shared, finding->connection);
        if (link && tracker_gre_on(linker->tracker, finding->judged_frame) &&
            (finding->id == FINDING_MAPPING_CHANGED || finding->id == FINDING_CALLID_MISTRANSLATED))
            finding->cause = shared_at_link(shared, link);
        if (finding->cause == FINDING_NONE)
            finding->cause = astray_cause(linker, finding);
        uint32_t index = link ? cause_of(linker, link) : FINDING_NONE;
        if (index != FINDING_NONE && index != i &&
            link_cause_allows(link, finding, finding_log_get(linker->log, index)))
            finding->cause = index;
    }
    judged_clear(&table);
    g_hash_table_destroy(shared);
    g_hash_table_destroy(before_call);
    g_hash_table_destroy(one_way);
}
