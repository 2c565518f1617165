/* Control connections by addresses and ports: the latest that has them at a point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"
#include "tracker_internal.h"

static bool end_is(const struct endpoint *end, const struct net_address *address, uint16_t port)
{
    return end->port == port && net_address_equal(&end->address, address);
}

int tracker_sender_of(const struct pptp_connection *connection, const struct tuple_key *key)
{
    for (int i = 0; i < 2; i++) {
        if (end_is(&connection->end[i], key->source, key->source_port) &&
            end_is(&connection->end[1 - i], key->destination, key->destination_port))
            return i;
    }
    return -1;
}

static bool same_tuple(const void *item, const void *key)
{
    const struct pptp_connection *connection = item;
    const struct tuple_key *wanted = key;
    return connection->point == wanted->point && tracker_sender_of(connection, wanted) >= 0;
}

static uint64_t hash_end(const struct net_address *address, uint16_t port)
{
    return hash_address(hash_step(hash_secret.start, port), address);
}

/* Equal for both directions. */
static uint32_t hash_tuple(const struct tuple_key *key)
{
    uint64_t ends =
        hash_end(key->source, key->source_port) + hash_end(key->destination, key->destination_port);
    return (uint32_t)hash_step(ends, key->point);
}

void **tracker_find_tuple(const struct tracker *tracker, const struct tuple_key *key)
{
    return index_table_find(&tracker->by_tuple, hash_tuple(key), same_tuple, key);
}

static struct tuple_key key_of(const struct pptp_connection *connection)
{
    return (struct tuple_key){connection->point, &connection->end[0].address,
                              &connection->end[1].address, connection->end[0].port,
                              connection->end[1].port};
}

void tracker_index_tuple(struct tracker *tracker, const struct tuple_key *key,
                         struct tracked_connection *tracked)
{
    index_table_add(&tracker->by_tuple, hash_tuple(key), tracked);
}

void tracker_move_connection(struct tracker *tracker, struct tracked_connection *tracked,
                             uint32_t to)
{
    struct pptp_connection *connection = &tracked->base;
    struct tuple_key key = key_of(connection);
    void **slot = tracker_find_tuple(tracker, &key);
    bool is_latest = slot != NULL && *slot == tracked;
    key.point = connection->point = to;
    if (is_latest && tracker_find_tuple(tracker, &key) == NULL)
        tracker_index_tuple(tracker, &key, tracked);
    for (guint i = 0; i < connection->calls.count; i++)
        tracker_move_call(tracker, connection->calls.items[i], to);
}

struct pptp_connection *tracker_find_connection(const struct tracker *tracker, uint32_t point,
                                                const struct net_address *source,
                                                uint16_t source_port,
                                                const struct net_address *destination,
                                                uint16_t destination_port)
{
    struct tuple_key key = {.point = point,
                            .source = source,
                            .destination = destination,
                            .source_port = source_port,
                            .destination_port = destination_port};
    void **slot = tracker_find_tuple(tracker, &key);
    return slot != NULL ? *slot : NULL;
}
