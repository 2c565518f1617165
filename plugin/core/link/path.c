/* In which order the points of a path lie, inside first (order.h), and where each stands in the
 * list of points.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"
#include "order.h"

static bool in_subnet(const struct link_subnet *subnet, const struct net_address *address)
{
    if (subnet->address.length != address->length)
        return false;
    unsigned whole = subnet->prefix / 8, rest = subnet->prefix % 8;
    if (memcmp(subnet->address.octets, address->octets, whole) != 0)
        return false;
    unsigned mask = 0xFF00u >> rest & 0xFF;
    return rest == 0 || ((subnet->address.octets[whole] ^ address->octets[whole]) & mask) == 0;
}

bool link_named_inside(const struct linker *linker, uint32_t point,
                       const struct net_address *address)
{
    for (uint32_t i = 0; i < linker->inside_interface_count; i++) {
        if (linker->supplier->point_of(linker->facts, linker->inside_interfaces[i]) == point)
            return true;
    }
    for (uint32_t i = 0; i < linker->inside_subnet_count; i++) {
        if (in_subnet(&linker->inside_subnets[i], address))
            return true;
    }
    return false;
}

static bool end_changes(const struct link_path *path, int end)
{
    for (uint32_t i = 1; i < path->count; i++) {
        if (!net_address_equal(&path->row[i]->connection->end[end].address,
                               &path->row[0]->connection->end[end].address))
            return true;
    }
    return false;
}

/* How many paths have `address` as this end at this point. */
static uint32_t fan_in(struct linker *linker, uint32_t point, const struct net_address *address)
{
    return link_hosts_links(linker, point, address)->len;
}

void link_path_order(struct linker *linker, struct link_path *path)
{
    struct order_key keys[LINK_POINTS_LIMIT];
    struct sighting *row[LINK_POINTS_LIMIT];
    int end = end_changes(path, 0) || !end_changes(path, 1) ? 0 : 1;
    for (uint32_t i = 0; i < path->count; i++) {
        const struct connection *connection = path->row[i]->connection;
        const struct net_address *address = &connection->end[end].address;
        const int64_t *start_ns = path->row[i]->start_ns;
        keys[i] = (struct order_key){
            .named = link_named_inside(linker, connection->point, address),
            .ttl = connection->ttl[end],
            .other_ttl = connection->ttl[1 - end],
            .fan_in = fan_in(linker, connection->point, address),
            .private_address = order_is_private(address),
            .has_times = start_ns[0] != 0 && start_ns[1] != 0,
            .own_ns = start_ns[end],
            .other_ns = start_ns[1 - end],
            .original = i,
        };
    }
    path->order_known = order_sort(keys, path->count);
    path->client_first = end == 0;
    memcpy(row, path->row, path->count * sizeof *row);
    for (uint32_t i = 0; i < path->count; i++) {
        path->row[i] = row[keys[i].original];
        path->row[i]->position = (uint8_t)i;
    }
    for (uint32_t i = 0; i < path_link_count(path); i++)
        link_path_direct(path_link(path, i));
}

void link_path_direct(struct link *link)
{
    const struct session *session = NULL;
    for (uint32_t position = 0; !session && position < link->room; position++)
        session = link->view.session[position];
    link->downward = link_path_downward(link->path, session ? session->end_a : 0)
                         ? DIRECTION_A_TO_B
                         : DIRECTION_B_TO_A;
}

/* The misaddressed flows of a link's direction at a position are at `position` from now on. */
static void put_misaddressed(const struct linker *linker, struct link *link, int direction,
                             uint32_t position, GPtrArray *misaddressed)
{
    link->at[position].misaddressed[direction] = misaddressed;
    for (guint i = 0; misaddressed && i < misaddressed->len; i++) {
        struct flow_position *at = flow_mark_of(linker, misaddressed->pdata[i]);
        if (at->link == link && (int)at->direction == direction)
            at->position = position;
    }
}

/* The hop before `position` for packets of `direction`; -1: they come from there. */
static int hop_before(const struct link *link, enum direction direction, uint32_t position,
                      uint32_t count)
{
    if (direction == link->downward)
        return (int)position - 1;
    return position + 1 < count ? (int)position : -1;
}

/* A run is about the position where its packets arrive. */
static void move_runs(struct link *link, const struct link *old, const uint32_t *from,
                      uint32_t count)
{
    for (uint32_t position = 0; position < count; position++) {
        for (int d = 0; d < 2; d++) {
            int hop = hop_before(link, (enum direction)d, position, count);
            int old_hop = hop_before(link, (enum direction)d, from[position], count);
            if (hop >= 0 && old_hop >= 0)
                link->cross[hop].run[d] = old->cross[old_hop].run[d];
        }
    }
}

void link_path_move(struct linker *linker, struct link *link, const uint32_t *from, uint32_t count,
                    bool same_way)
{
    struct link old = *link;
    link_copy_room(linker, link);
    link->map[OWNER_A].known = link->map[OWNER_B].known = 0;
    for (uint32_t position = 0; position < count; position++) {
        struct session *session = old.view.session[from[position]];
        link->view.session[position] = session;
        if (session)
            session_mark_for(linker, session)->position = (uint8_t)position;
        link->at[position].request = old.at[from[position]].request;
        for (int owner = OWNER_A; owner <= OWNER_B; owner++) {
            uint16_t id;
            if (link_id_at(&old, (enum id_owner)owner, from[position], &id))
                link_put_id(link, (enum id_owner)owner, position, id);
        }
        for (int d = 0; d < 2; d++)
            put_misaddressed(linker, link, d, position, old.at[from[position]].misaddressed[d]);
    }
    memset(link->cross, 0, (link->room - 1) * sizeof *link->cross);
    for (uint32_t position = 0; position + 1 < count; position++)
        same_way = same_way && (from[position] < from[position + 1] || from[position] + 1 == count);
    if (same_way)
        move_runs(link, &old, from, count);
    link->steady = 0;
    for (uint32_t hop = 0; hop + 1 < count; hop++) {
        memcpy(link->cross[hop].blocked, old.cross[hop].blocked, sizeof old.cross[hop].blocked);
        memcpy(link->cross[hop].other_host, old.cross[hop].other_host,
               sizeof old.cross[hop].other_host);
    }
    link_free_room(&old);
}

/* Without control traffic: the same rule, read off the two flows. */
void link_path_order_sessions(struct linker *linker, struct link *link)
{
    struct order_key keys[LINK_POINTS_LIMIT] = {{0}};
    uint32_t from[LINK_POINTS_LIMIT];
    enum direction before = link->downward;
    int direction = 0;
    for (int d = 1; d >= 0; d--) {
        const struct flow *a = link_data_flow(linker, link->view.session[0], d);
        const struct flow *b = link_data_flow(linker, link->view.session[1], d);
        if (a && b && !net_address_equal(&a->source, &b->source))
            direction = d;
    }
    for (uint32_t i = 0; i < link->view.count; i++) {
        const struct flow *flow = link_data_flow(linker, link->view.session[i], direction);
        keys[i] = (struct order_key){.original = i};
        if (flow) {
            keys[i].named = link_named_inside(linker, flow->point, &flow->source);
            keys[i].ttl = flow->ttl;
            keys[i].private_address = order_is_private(&flow->source);
        }
        const struct flow *answer = link_data_flow(linker, link->view.session[i], 1 - direction);
        if (answer)
            keys[i].other_ttl = answer->ttl;
    }
    link->order_guessed = !order_sort(keys, link->view.count);
    link->downward = (enum direction)direction;
    for (uint32_t i = 0; i < link->view.count; i++)
        from[i] = keys[i].original;
    link_path_move(linker, link, from, link->view.count, link->downward == before);
}
