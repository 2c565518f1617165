/* How the linker's findings are made and said, each once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

struct finding link_finding(const struct linker *linker, enum finding_id id,
                            const struct link *link, uint32_t hop, uint32_t position,
                            uint32_t frame)
{
    struct finding finding = finding_init(id);
    const struct session *session = link->view.session[position];
    finding.judged_frame = frame;
    finding.deciding_frame = linker->now_frame;
    finding.link = link->view.index;
    finding.hop = hop;
    finding.interface = link_position_point(link, position);
    finding.session = session ? session->index : FINDING_NONE;
    if (session && session->connection)
        finding.connection = session->connection->index;
    return finding;
}

struct finding link_passage_finding(const struct linker *linker, enum link_fact fact,
                                    const struct passage *passage, uint32_t near_frame,
                                    uint32_t far_frame)
{
    struct finding finding = link_finding(linker, linker->supplier->finding[fact], passage->link,
                                          passage->hop, passage->far, far_frame);
    finding.direction = passage->direction;
    finding.peer_frame = near_frame;
    return finding;
}

/* What makes two findings one. */
static uint64_t finding_key(const struct finding *finding)
{
    const uint64_t words[] = {
        (uint64_t)finding->id << 32 | finding->judged_frame,
        (uint64_t)finding->link << 32 | finding->session,
        (uint64_t)finding->connection << 32 | (uint32_t)finding->direction,
        (uint64_t)finding->seen << 16 | finding->expected,
    };
    uint64_t key = hash_words(words, G_N_ELEMENTS(words));
    return finding->id == FINDING_LIMIT_REACHED
               ? hash_octets(key, finding->text, strlen(finding->text))
               : key;
}

/* The one that was said before; NULL: none. What the end of the file said may be gone by now. */
static struct finding *reported_before(const struct linker *linker, uint64_t key)
{
    uint32_t index =
        GPOINTER_TO_UINT(g_hash_table_lookup(linker->reported, GSIZE_TO_POINTER((gsize)key)));
    struct finding *reported = index ? finding_log_get(linker->log, index - 1) : NULL;
    return reported && finding_key(reported) == key ? reported : NULL;
}

/* Of two positions that nothing puts in order, neither is the one before the other. */
static bool hop_is_guessed(const struct linker *linker, const struct finding *finding)
{
    const struct link *link = finding->hop != FINDING_NONE && finding->link < linker->links->len
                                  ? linker->links->pdata[finding->link]
                                  : NULL;
    return link && !link_order_known(link);
}

struct finding *link_say(struct linker *linker, struct finding *finding)
{
    uint64_t key = finding_key(finding);
    if (hop_is_guessed(linker, finding)) {
        g_free(finding->text);
        return NULL;
    }
    struct finding *reported = reported_before(linker, key);
    if (reported) {
        /* Said before a point joined the row in between: the hop is a shorter one now. */
        reported->hop = finding->hop;
        reported->peer_frame = finding->peer_frame;
        g_free(finding->text);
        return NULL;
    }
    reported = finding_log_add(linker->log, finding);
    if (reported)
        g_hash_table_insert(linker->reported, GSIZE_TO_POINTER((gsize)key),
                            GUINT_TO_POINTER(reported->index + 1));
    return reported;
}
