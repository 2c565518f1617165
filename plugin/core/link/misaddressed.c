/* Packets that carry another id than their link expects, or come to another host, are still
 * found: what is in no row is compared with what waits upstream for links with a host in common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* Packets of a flow compared with foreign links before only each 64th is. */
#define STRAY_TRIES 64

static struct flow_position *flow_position(struct linker *linker, const struct flow *flow)
{
    if (flow->index >= linker->flow_marks->len)
        g_ptr_array_set_size(linker->flow_marks, (gint)flow->index + 1);
    gpointer *mark = &linker->flow_marks->pdata[flow->index];
    if (!*mark)
        *mark = g_new0(struct flow_position, 1);
    return *mark;
}

void link_misaddressed_add(struct linker *linker, struct link *link, enum direction direction,
                           uint32_t position, struct flow *flow)
{
    GPtrArray **misaddressed = &link->at[position].misaddressed[direction];
    if (!*misaddressed)
        *misaddressed = g_ptr_array_new();
    /* The list stays the same when its position in the row changes. */
    uint64_t words[2] = {(uint64_t)GPOINTER_TO_SIZE(*misaddressed), flow->index};
    if (g_hash_table_add(linker->misaddressed_members,
                         GSIZE_TO_POINTER((gsize)hash_words(words, 2))))
        g_ptr_array_add(*misaddressed, flow);
}

void link_misaddressed_put(struct linker *linker, struct flow *flow, struct link *link,
                           enum direction direction, uint32_t position)
{
    *flow_position(linker, flow) =
        (struct flow_position){.link = link, .direction = direction, .position = position};
    link_misaddressed_add(linker, link, direction, position, flow);
}

/* Who sends the packets, as the control connection counts its ends. */
static bool sender_of(const struct passage *passage, uint32_t *ret_sender)
{
    const struct session *session = passage->link->view.session[passage->near];
    if (!session)
        return false;
    *ret_sender = session_sender(session, passage->direction);
    return true;
}

/* A foreign packet that crossed the hop did so within this time: later ones are another session's,
 * which says the same once more. */
#define CROSSING_US 1000000

/* Messages tell how far the clocks are apart. Records count microseconds modulo 2^32. */
static bool can_be_one(const struct linker *linker, const struct passage *passage,
                       uint32_t near_frame, const struct packet_record *far)
{
    const struct link_path *path = passage->link->path;
    uint32_t sender, hop = passage->hop;
    if (!path || !sender_of(passage, &sender) || !path->hop[hop].compared[sender])
        return true;
    const struct packet_record *near = facts_packet(linker->facts, near_frame);
    uint32_t took_us = (uint32_t)(path->hop[hop].took_ns[sender] / 1000);
    uint32_t late_us = far->time_us - near->time_us - took_us;
    return late_us <= CROSSING_US || 0u - late_us <= CROSSING_US;
}

/* What the receiver sends itself is the other direction, however alike the packets are. */
static bool is_from_receiver(const struct passage *passage, const struct flow *flow)
{
    const struct net_address *from, *to;
    return link_data_hosts(passage->link, passage->direction, passage->far, &from, &to) &&
           net_address_equal(&flow->source, to);
}

/* Compares a packet that nothing explains with what waits upstream of this point for `link`. */
static bool try_link(struct linker *linker, struct link *link, struct flow *flow,
                     struct packet_record *record, uint32_t frame, bool own_flow)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        if (link_position_point(link, position) != flow->point)
            continue;
        for (int i = 0; i < 2 * 2; i++) {
            enum direction direction = (enum direction)(i & 1);
            uint32_t back = (uint32_t)(i >> 1), hop = position - back;
            if (back > position || hop + 1 >= link->view.count)
                continue;
            struct passage passage = link_passage(link, direction, hop);
            struct waiting_entry entry;
            uint64_t key = link_data_key(&passage, record);
            if (passage.far != position || is_from_receiver(&passage, flow) ||
                !waiting_take(linker->waiting, key, position, &entry))
                continue;
            if (!can_be_one(linker, &passage, entry.frame, record)) {
                waiting_put(linker->waiting, key, passage.near, entry.frame, entry.time_ns);
                continue;
            }
            /* A flow with a session of its own keeps it: only this packet is foreign. */
            struct flow_position *at = flow_position(linker, flow);
            struct flow_position before = *at;
            *at =
                (struct flow_position){.link = link, .direction = direction, .position = position};
            link_misaddressed_add(linker, link, direction, position, flow);
            link_data_matched(linker, &passage, entry.frame, frame);
            if (own_flow)
                *at = before;
            return true;
        }
    }
    return false;
}

/* A repeat of what this flow carried under that number is a duplicate, nothing foreign. */
static bool is_own_repeat(struct linker *linker, const struct flow *flow,
                          const struct packet_record *record)
{
    if (!(record->flags & PACKET_DUPLICATE))
        return false;
    uint32_t slot = flow->recent_size ? flow->recent[record->seq % flow->recent_size] : 0;
    const struct packet_record *own = slot ? facts_packet(linker->facts, slot) : NULL;
    return !own || own == record || own->content == record->content;
}

bool link_misaddressed_find(struct linker *linker, struct flow *flow, struct packet_record *record,
                            uint32_t frame, const struct link *own)
{
    if (!(record->flags & PACKET_DATA) || is_own_repeat(linker, flow, record))
        return false;
    const struct net_address *hosts[2] = {&flow->source, &flow->destination};
    for (int i = 0; i < 2; i++) {
        const GArray *links = link_hosts_links(linker, flow->point, hosts[i]);
        for (guint j = 0; j < links->len; j++) {
            struct link *link = linker->links->pdata[g_array_index(links, uint32_t, j)];
            if (link == own)
                continue;
            if (!link_spend(linker, LINK_LIMIT_STRAYS)) {
                link_limit_reached(linker, LINK_LIMIT_STRAYS, frame);
                return false;
            }
            if (try_link(linker, link, flow, record, frame, own != NULL))
                return true;
        }
    }
    return false;
}

void link_misaddressed_try(struct linker *linker, struct flow *flow, struct packet_record *record,
                           const struct packet *packet, const struct link *own)
{
    struct flow_position *at = flow_position(linker, flow);
    if (at->tried++ < STRAY_TRIES || at->tried % STRAY_TRIES == 0)
        link_misaddressed_find(linker, flow, record, packet->frame, own);
}

/* Messages tell: where clocks differ, the half behind the hop can be read first. */
bool link_misaddressed_other_half_was_read(const struct passage *passage)
{
    const struct link_path *path = passage->link->path;
    uint32_t sender, hop = passage->hop;
    return path && sender_of(passage, &sender) && path->hop[hop].compared[sender] &&
           !path->hop[hop].far_first[sender];
}
