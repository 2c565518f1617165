/* See packets.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "packets.h"

#include "core/base/hash.h"

static void free_table(gpointer table)
{
    g_hash_table_destroy(table);
}

static void free_frames(gpointer frames)
{
    g_array_free(frames, TRUE);
}

/* How many numbers of `steps` the distance to the next packet takes. */
static uint32_t step_size(uint32_t step)
{
    return step <= UINT16_MAX ? 1 : 3;
}

static void put_step(uint16_t *at, uint32_t step)
{
    at[0] = step <= UINT16_MAX ? (uint16_t)step : 0;
    if (step > UINT16_MAX) {
        at[1] = (uint16_t)step;
        at[2] = (uint16_t)(step >> 16);
    }
}

/* `latest`: by flow, the frame of its packet before. */
static void go_through_page(const struct linker *linker, const struct packet_record *records,
                            uint32_t first, struct packet_index *index, uint32_t *latest)
{
    for (uint32_t i = 0; i < PACKET_PAGE; i++) {
        const struct packet_record *record = &records[i];
        uint32_t frame = first + i;
        if ((record->flags & PACKET_USED) == 0 || packet_record_is_copy(record))
            continue;
        uint32_t flow = packet_store_flow(linker->facts->packets, frame, record);
        uint32_t step = frame - latest[flow];
        latest[flow] = frame;
        if (index->steps) {
            put_step(index->steps + index->start[flow + 1], step);
            index->start[flow + 1] += step_size(step);
        } else {
            index->start[flow + 2] += step_size(step);
            if (!link_peer_of(linker, frame, record))
                index->unmatched[flow] = true;
        }
    }
}

/* Goes through all packets, which have to be the same each time. The first time their sizes are
 * added up, for each flow two places behind its own; the second time they are put. */
static void go_through(const struct linker *linker, struct packet_index *index)
{
    uint32_t *latest = g_new0(uint32_t, linker->facts->flows->len + 1); /* frame, by flow */
    for (uint32_t page = 0; page <= linker->facts->latest_frame / PACKET_PAGE; page++) {
        const struct packet_record *records = packet_store_page(linker->facts->packets, page);
        if (records)
            go_through_page(linker, records, page * PACKET_PAGE, index, latest);
    }
    g_free(latest);
}

void link_packets_index(const struct linker *linker, struct packet_index *index)
{
    uint32_t flows = linker->facts->flows->len;
    index->start = g_new0(uint32_t, flows + 2);
    index->steps = NULL;
    index->unmatched = g_new0(bool, flows + 1);
    index->misaddressed = g_hash_table_new_full(hash_of_pointer, NULL, NULL, free_table);
    go_through(linker, index);
    for (uint32_t i = 2; i < flows + 2; i++)
        index->start[i] += index->start[i - 1];
    index->steps = g_new(uint16_t, index->start[flows + 1] + 1);
    go_through(linker, index);
}

void link_packets_index_clear(struct packet_index *index)
{
    g_free(index->start);
    g_free(index->steps);
    g_free(index->unmatched);
    g_hash_table_destroy(index->misaddressed);
}

void link_packets_forget_misaddressed(const struct packet_index *index)
{
    g_hash_table_remove_all(index->misaddressed);
}

static int by_number(gconstpointer a, gconstpointer b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

struct flow_at link_packets_flow_at(const struct linker *linker, const struct flow *flow)
{
    const struct flow_position *misaddressed = flow_position_of(linker, flow);
    const struct session *session = flow->session;
    if (misaddressed)
        return (struct flow_at){misaddressed->link->view.index, misaddressed->position};
    if (link_of_session(linker, session))
        return (struct flow_at){link_of_session(linker, session)->view.index,
                                link_position_of(linker, session)};
    return (struct flow_at){LINK_NONE, 0};
}

/* Whether the packet, at `position` of this link, was another link's before the hop. */
static bool is_foreign(const struct linker *linker, const struct link *link,
                       enum direction direction, uint32_t position, uint32_t frame)
{
    uint32_t peer_frame = link_peer(linker, frame);
    const struct packet_record *peer = peer_frame ? facts_packet(linker->facts, peer_frame) : NULL;
    if (!peer)
        return false;
    struct flow_at origin =
        link_packets_flow_at(linker, facts_flow_of(linker->facts, peer_frame, peer));
    return origin.link != LINK_NONE && origin.link != link->view.index &&
           (direction == link->downward ? origin.position < position : origin.position > position);
}

/* A flow's packets, without those that are another link's: only a flow that was compared with
 * others can have such. */
static void append_flow(const struct linker *linker, const struct packet_index *index,
                        const struct link *link, enum direction direction, uint32_t position,
                        const struct flow *flow, GArray *frames)
{
    bool may_have_foreign = flow_mark_of(linker, flow) != NULL;
    struct packet_walk walk = link_packets_walk(index, flow->index);
    guint count = frames->len;
    g_array_set_size(frames, count + (guint)(walk.end - walk.at));
    for (uint32_t frame; (frame = link_packets_next(&walk)) != 0;) {
        if (!may_have_foreign || !is_foreign(linker, link, direction, position, frame))
            g_array_index(frames, uint32_t, count++) = frame;
    }
    g_array_set_size(frames, count);
}

/* The link of the packet's other half; NULL: none. */
static const struct link *link_of_peer(const struct linker *linker, uint32_t frame)
{
    uint32_t peer_frame = link_peer(linker, frame);
    const struct packet_record *peer = peer_frame ? facts_packet(linker->facts, peer_frame) : NULL;
    return peer ? link_of_session(linker, facts_flow_of(linker->facts, peer_frame, peer)->session)
                : NULL;
}

static GHashTable *frames_by_link(const struct linker *linker, const struct packet_index *index,
                                  const struct flow *flow)
{
    GHashTable *table = g_hash_table_lookup(index->misaddressed, flow);
    if (table)
        return table;
    table = g_hash_table_new_full(hash_of_pointer, NULL, NULL, free_frames);
    g_hash_table_insert(index->misaddressed, (gpointer)flow, table);
    struct packet_walk walk = link_packets_walk(index, flow->index);
    for (uint32_t frame; (frame = link_packets_next(&walk)) != 0;) {
        const struct link *link = link_of_peer(linker, frame);
        GArray *frames = link ? g_hash_table_lookup(table, link) : NULL;
        if (link && !frames) {
            frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
            g_hash_table_insert(table, (gpointer)link, frames);
        }
        if (link)
            g_array_append_val(frames, frame);
    }
    return table;
}

/* Only the packets of another session's flow that turned out to be this link's, and still are. */
static void append_misaddressed(const struct linker *linker, const struct packet_index *index,
                                const struct link *link, const struct flow *flow, GArray *frames)
{
    const GArray *misaddressed = g_hash_table_lookup(frames_by_link(linker, index, flow), link);
    for (guint i = 0; misaddressed && i < misaddressed->len; i++) {
        uint32_t frame = g_array_index(misaddressed, uint32_t, i);
        if (link_of_peer(linker, frame) == link)
            g_array_append_val(frames, frame);
    }
}

GArray *link_packets_at(const struct linker *linker, const struct packet_index *index,
                        const struct link *link, enum direction direction, uint32_t position)
{
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    const struct session *session = link->view.session[position];
    const struct flow *flow = session ? link_data_flow(linker, session, (int)direction) : NULL;
    if (flow)
        append_flow(linker, index, link, direction, position, flow, frames);
    const GPtrArray *misaddressed = link->at[position].misaddressed[direction];
    for (guint i = 0; misaddressed && i < misaddressed->len; i++) {
        const struct flow *other = misaddressed->pdata[i];
        const struct flow_position *at = flow_position_of(linker, other);
        if (link_of_session(linker, other->session) == link)
            continue; /* the session's set-up was read later: it is the link's own */
        if (at && at->link == link)
            append_flow(linker, index, link, direction, position, other, frames);
        else
            append_misaddressed(linker, index, link, other, frames);
    }
    if (misaddressed)
        g_array_sort(frames, by_number);
    return frames;
}

int64_t link_data_time_ns(const struct linker *linker, uint32_t frame, int64_t before_ns)
{
    const struct packet_record *record = facts_packet(linker->facts, frame);
    const struct flow *flow = facts_flow_of(linker->facts, frame, record);
    if (before_ns < 0)
        before_ns = flow->first_time_ns - linker->facts->start_ns;
    return packet_record_time_ns(record->time_us, before_ns);
}
