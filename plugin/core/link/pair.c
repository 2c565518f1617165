/* Pairs the control messages that two neighbouring points saw, by their position in the numbers of
 * the stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* The first message of the other side of the hop that is like `wanted`; NULL: none so far. */
static const struct message *same_message(struct linker *linker, const struct connection *other,
                                          const struct message *wanted)
{
    for (guint i = 0; i < other->messages.count; i++) {
        const struct message *message = other->messages.items[i];
        if (!link_spend(linker, LINK_LIMIT_COMPARISONS)) {
            link_limit_reached(linker, LINK_LIMIT_COMPARISONS, wanted->frame);
            return NULL;
        }
        if (message->sender == wanted->sender && message->type == wanted->type &&
            message->masked_hash == wanted->masked_hash)
            return message;
    }
    return NULL;
}

/* How far the raw sequence numbers of the two sides are apart: nothing, unless something on the
 * path chooses new initial numbers. */
static void learn_offset(struct linker *linker, struct link_path *path, uint32_t hop,
                         const struct message *a, bool a_is_upper)
{
    const struct connection *upper = path->row[hop]->connection;
    const struct connection *lower = path->row[hop + 1]->connection;
    uint32_t offset = 0, sender = a->sender;
    if (upper->has_isn[sender] && lower->has_isn[sender]) {
        offset = lower->isn[sender] - upper->isn[sender];
    } else if (!(path->evidence & EVIDENCE_SEQ)) {
        const struct message *b = same_message(linker, a_is_upper ? lower : upper, a);
        if (!b)
            return;
        offset = a_is_upper ? b->seq - a->seq : a->seq - b->seq;
    }
    path->hop[hop].offset[sender] = offset;
    path->hop[hop].has_offset[sender] = true;
}

static void wait(struct linker *linker, GHashTable **own, struct message *message)
{
    if (!*own)
        *own = g_hash_table_new(hash_of_pointer, NULL);
    if (g_hash_table_size(*own) < LINK_MESSAGES_WAITING_LIMIT)
        g_hash_table_insert(*own, GUINT_TO_POINTER(message->seq), message);
    else
        link_limit_reached(linker, LINK_LIMIT_MESSAGES_WAITING, message->frame);
}

/* A path has tables only while something waits: most halves follow each other at once. */
static struct message *take_partner(GHashTable **others, uint32_t seq)
{
    gpointer partner = NULL;
    if (*others)
        g_hash_table_steal_extended(*others, GUINT_TO_POINTER(seq), NULL, &partner);
    if (partner && g_hash_table_size(*others) == 0)
        g_clear_pointer(others, g_hash_table_destroy);
    return partner;
}

static void note_clocks(const struct message_pair *pair)
{
    struct link_path *path = pair->path;
    uint32_t hop = pair->hop, sender = pair->near->sender;
    int64_t took = pair->far->time_ns - pair->near->time_ns;
    if (!path->hop[hop].compared[sender])
        path->hop[hop].took_ns[sender] = took;
    path->hop[hop].compared[sender] = true;
    path->hop[hop].far_first[sender] = path->hop[hop].far_first[sender] || took < 0;
}

/* When the first packet of each end that both saw was where: it tells the order where no TTL does.
 */
static void note_times(const struct message_pair *pair)
{
    uint32_t sender = pair->near->sender;
    struct sighting *near = pair->path->row[pair->near_position];
    struct sighting *far = pair->path->row[pair->far_position];
    bool near_free = near->start_ns[sender] == 0 || near->start_ns[sender] == pair->near->time_ns;
    bool far_free = far->start_ns[sender] == 0 || far->start_ns[sender] == pair->far->time_ns;
    if (!near_free || !far_free)
        return;
    near->start_ns[sender] = pair->near->time_ns;
    far->start_ns[sender] = pair->far->time_ns;
}

/* What any pair says, before the protocol says the rest. */
static void take_pair(struct linker *linker, const struct message_pair *pair)
{
    link_pairing_for(linker, pair->far)->peer_frame = pair->near->frame;
    struct message_pairing *near = link_pairing_for(linker, pair->near);
    if (!near->peer_frame)
        near->peer_frame = pair->far->frame;
    note_clocks(pair);
    if (!pair->path->order_known)
        note_times(pair);
    struct link *link = link_pair_link(linker, pair);
    if (link)
        pair->path->judged = true;
    linker->supplier->judge_pair(linker, link, pair);
}

static void pair_at_hop(struct linker *linker, struct link_path *path, uint32_t hop, bool is_upper,
                        struct message *message)
{
    uint32_t sender = message->sender;
    GHashTable **sides = path->hop[hop].waiting[sender];
    if (!path->hop[hop].has_offset[sender])
        learn_offset(linker, path, hop, message, is_upper);
    struct message *partner = NULL;
    if (path->hop[hop].has_offset[sender]) {
        uint32_t offset = path->hop[hop].offset[sender];
        partner = take_partner(&sides[is_upper ? 1 : 0],
                               is_upper ? message->seq + offset : message->seq - offset);
    }
    if (!partner) {
        wait(linker, &sides[is_upper ? 0 : 1], message);
        return;
    }
    bool downward = link_path_downward(path, sender);
    struct message_pair pair = {
        .path = path,
        .hop = hop,
        .near_position = downward ? hop : hop + 1,
        .far_position = downward ? hop + 1 : hop,
        .near = is_upper == downward ? message : partner,
        .far = is_upper == downward ? partner : message,
    };
    take_pair(linker, &pair);
}

void link_pair_message(struct linker *linker, struct message *message)
{
    const struct sighting *sighting = sighting_of(linker, message->connection);
    if (!sighting || !sighting->path || message->type == 0)
        return;
    struct link_path *path = sighting->path;
    if (sighting->position > 0)
        pair_at_hop(linker, path, sighting->position - 1, false, message);
    if (sighting->position + 1u < path->count)
        pair_at_hop(linker, path, sighting->position, true, message);
}

void link_pair_catch_up(struct linker *linker, struct link_path *path)
{
    for (uint32_t i = 0; i < path_link_count(path); i++)
        link_path_points(linker, path_link(path, i));
    uint32_t most = 0;
    for (uint32_t position = 0; position < path->count; position++)
        most = MAX(most, path->row[position]->connection->messages.count);
    /* Message by message, so that set-ups are learned at all positions before what follows them. */
    for (uint32_t i = 0; i < most; i++) {
        for (uint32_t position = 0; position < path->count; position++) {
            const struct pointers *messages = &path->row[position]->connection->messages;
            if (i < messages->count)
                link_pair_message(linker, messages->items[i]);
        }
    }
}
