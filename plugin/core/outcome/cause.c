/* See cause.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cause.h"

/* What is looked up once for all findings: a frame may hold thousands of them. */
struct cause_index {
    GHashTable *about;  /* hash of (scope, id, what it is about) -> index of a finding + 1 */
    GHashTable *frames; /* hash of (id, frame) -> what find_on_frame gives + 1; filled when asked */
};

static gpointer key_of(enum cause_scope scope, enum finding_id id, uint64_t about)
{
    uint64_t words[2] = {(uint64_t)scope << 32 | (uint32_t)id, about};
    return GSIZE_TO_POINTER((gsize)hash_words(words, 2));
}

/* By frame, and of one link only: no two findings of a link are about two hops of one frame. */
static uint64_t frame_of_link(uint32_t frame, uint32_t link)
{
    return (uint64_t)link << 32 | frame;
}

/* The path of a connection is one thing at all points. */
static uint64_t path_of(const struct linker *linker, uint32_t index)
{
    const struct connection *connection = facts_connection(linker->facts, index);
    const struct sighting *sighting = connection ? sighting_of(linker, connection) : NULL;
    bool is_linked = sighting && sighting->path;
    return is_linked ? (uint64_t)1 << 32 | sighting->path->index : index;
}

/* Of several with one key the latest stays, or the first. */
static void add(struct cause_index *index, enum cause_scope scope, uint64_t about,
                const struct finding *finding)
{
    bool is_first_kept = scope == CAUSE_PATH || scope == CAUSE_CONNECTION;
    gpointer key = key_of(scope, finding->id, about);
    if (!is_first_kept || !g_hash_table_contains(index->about, key))
        g_hash_table_insert(index->about, key, GUINT_TO_POINTER(finding->index + 1));
}

static struct cause_index index_new(const struct linker *linker)
{
    struct cause_index index = {g_hash_table_new(hash_of_pointer, NULL),
                                g_hash_table_new(hash_of_pointer, NULL)};
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        add(&index, CAUSE_BEFORE_HOP, frame_of_link(finding->judged_frame, finding->link), finding);
        add(&index, CAUSE_FRAME, finding->judged_frame, finding);
        if (finding->session != FINDING_NONE)
            add(&index, CAUSE_SESSION, finding->session, finding);
        if (finding->connection == FINDING_NONE)
            continue;
        add(&index, CAUSE_CONNECTION, finding->connection, finding);
        add(&index, CAUSE_PATH, path_of(linker, finding->connection), finding);
    }
    return index;
}

static void index_clear(struct cause_index *index)
{
    g_hash_table_destroy(index->about);
    g_hash_table_destroy(index->frames);
}

static const struct finding *get(const struct linker *linker, const struct cause_index *index,
                                 enum cause_scope scope, enum finding_id id, uint64_t about)
{
    gpointer found = g_hash_table_lookup(index->about, key_of(scope, id, about));
    return found ? finding_log_get(linker->log, GPOINTER_TO_UINT(found) - 1) : NULL;
}

/* The frame of the same packet or message before the hop; 0: none. */
static uint32_t frame_before(const struct linker *linker, uint32_t frame)
{
    const struct packet_record *record = facts_packet(linker->facts, frame);
    const struct message *message = linker->supplier->messages_on(linker->facts, frame);
    while (message && link_pairing_of(linker, message).mistranslation == MISTRANSLATION_NONE)
        message = message->next_on_frame;
    return record    ? link_peer_of(linker, frame, record)
           : message ? link_pairing_of(linker, message).peer_frame
                     : 0;
}

/* In a row of NATs the first one did it. A point that joins the row late shows so only then. */
static const struct finding *before_hop(const struct linker *linker,
                                        const struct cause_index *index,
                                        const struct finding *finding)
{
    if (finding->hop == FINDING_NONE || !finding->has_seen)
        return NULL;
    uint32_t frame = frame_before(linker, finding->judged_frame);
    bool ring = frame != 0 && frame_before(linker, frame) == finding->judged_frame;
    return ring || frame == 0 ? NULL
                              : get(linker, index, CAUSE_BEFORE_HOP, finding->id,
                                    frame_of_link(frame, finding->link));
}

static const struct finding *find_on_frame(const struct linker *linker,
                                           const struct cause_index *index, enum finding_id id,
                                           uint32_t frame)
{
    const struct message *message = linker->supplier->messages_on(linker->facts, frame);
    const struct finding *found = get(linker, index, CAUSE_FRAME, id, frame);
    for (; message && !found; message = message->next_on_frame) {
        uint32_t peer_frame = link_pairing_of(linker, message).peer_frame;
        found = peer_frame ? get(linker, index, CAUSE_FRAME, id, peer_frame) : NULL;
    }
    return found;
}

static const struct finding *on_frame(const struct linker *linker, const struct cause_index *index,
                                      enum finding_id id, uint32_t frame)
{
    gpointer key = key_of(CAUSE_FRAME, id, frame), found;
    if (!g_hash_table_lookup_extended(index->frames, key, NULL, &found)) {
        const struct finding *finding = find_on_frame(linker, index, id, frame);
        found = GUINT_TO_POINTER(finding ? finding->index + 1 : 0);
        g_hash_table_insert(index->frames, key, found);
    }
    return found ? finding_log_get(linker->log, GPOINTER_TO_UINT(found) - 1) : NULL;
}

/* A direction that ends at a hop, or a tunnel that nothing tells from another. */
static const struct finding *blocked(const struct linker *linker, const struct link *link)
{
    for (int d = 0; link && d < 2; d++) {
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            if (link->cross[hop].blocked[d])
                return finding_log_get(linker->log, link->cross[hop].blocked[d] - 1);
        }
    }
    for (uint32_t position = 0; link && position < link->view.count; position++) {
        if (link->at[position].clash)
            return finding_log_get(linker->log, link->at[position].clash - 1);
    }
    return NULL;
}

/* What came first: a NAT that has lost the session translates none of its fields any more. */
static const struct finding *of_link(const struct linker *linker, const struct link *link)
{
    const struct finding *named =
        link && link->cause != FINDING_NONE ? finding_log_get(linker->log, link->cause) : NULL;
    if (link && link->ceased.reported != 0 && (!named || link_has_lost_state(linker, link, named)))
        return finding_log_get(linker->log, link->ceased.reported - 1);
    return named;
}

static const struct finding *other_host(const struct linker *linker, const struct finding *finding)
{
    uint32_t index = linker->supplier->astray(linker, finding->session);
    return index != FINDING_NONE ? finding_log_get(linker->log, index) : NULL;
}

static const struct finding *find(const struct linker *linker, const struct cause_index *index,
                                  const struct cause_row *row, const struct link *link,
                                  const struct finding *effect)
{
    switch (row->scope) {
    case CAUSE_BEFORE_HOP:
        return before_hop(linker, index, effect);
    case CAUSE_FRAME:
        return on_frame(linker, index, row->cause, effect->judged_frame);
    case CAUSE_LINK:
        return of_link(linker, link);
    case CAUSE_PATH:
        return get(linker, index, row->scope, row->cause, path_of(linker, effect->connection));
    case CAUSE_CONNECTION:
        return get(linker, index, row->scope, row->cause, effect->connection);
    case CAUSE_SESSION:
        return get(linker, index, row->scope, row->cause, effect->session);
    case CAUSE_BLOCKED:
        return blocked(linker, link);
    case CAUSE_OTHER_HOST:
        return other_host(linker, effect);
    }
    return NULL;
}

static void move_to_first(struct linker *linker, const struct cause_index *index)
{
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        struct finding *finding = finding_log_get(linker->log, i);
        const struct finding *before = before_hop(linker, index, finding);
        if (!before)
            continue;
        struct link *link = linker->links->pdata[finding->link];
        finding->hop = before->hop;
        finding->peer_frame = before->judged_frame;
        if (link->cause == i)
            link->cause = before->index;
    }
}

static uint32_t cause_of(const struct linker *linker, const struct cause_index *index,
                         const struct cause_row *rows, uint32_t count, const struct finding *effect)
{
    const struct link *link = link_of_finding(linker, effect);
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].effect != effect->id && rows[i].effect != CAUSE_ANY)
            continue;
        const struct finding *cause = find(linker, index, &rows[i], link, effect);
        struct cause_case about = {linker, link, effect, cause};
        if (cause && cause->index != effect->index &&
            (rows[i].cause == CAUSE_ANY || rows[i].cause == cause->id) &&
            (!rows[i].condition || rows[i].condition(&about)))
            return cause->index;
    }
    return FINDING_NONE;
}

void link_causes(struct linker *linker, const struct cause_row *rows, uint32_t count)
{
    struct cause_index index = index_new(linker);
    move_to_first(linker, &index);
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        struct finding *finding = finding_log_get(linker->log, i);
        finding->cause = cause_of(linker, &index, rows, count, finding);
    }
    index_clear(&index);
}
