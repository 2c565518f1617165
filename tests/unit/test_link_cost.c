/* How many steps the linker takes, where that is exact: what fits is found by its key, and only
 * what nothing explains is compared. The steps are those that spend from a bound on work.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/internal.h"
#include "path.h"

#define MOST_CLIENTS 64

static struct path *calls(uint32_t clients)
{
    struct path *path = path_new(2, clients);
    for (uint32_t i = 0; i < clients; i++) {
        path_set_up(path, i);
        path_talk(path, i, 3);
    }
    return path;
}

/* At the end of the file; what reading spent is forgotten there. */
static uint32_t spent(const struct analysis *analysis, enum link_limit limit)
{
    return analysis_linker(analysis)->spent[limit];
}

/* How far the clocks are apart is asked of the messages of each call, and one step
 * is the question whether there is one left. */
static void each_call_costs_what_one_call_costs(void)
{
    uint32_t of_one_call = 0;
    for (uint32_t clients = 1; clients <= MOST_CLIENTS; clients *= 2) {
        struct path *path = calls(clients);
        struct analysis *analysis = path_feed(path);
        const struct pptp_connection *connection =
            tracker_connection(analysis_tracker(analysis), 0);
        uint32_t all = spent(analysis, LINK_LIMIT_COMPARISONS) - 1;
        if (clients == 1)
            of_one_call = all;
        g_assert_cmpuint(path_shown_links(analysis), ==, clients);
        g_assert_cmpuint(of_one_call, <, 2 * connection->messages.count);
        g_assert_cmpuint(all, ==, clients * of_one_call);
        g_assert_cmpuint(spent(analysis, LINK_LIMIT_STRAYS), ==, 0);
        path_done(path, analysis);
    }
}

/* By its source and by its destination. */
static void a_packet_of_no_call_is_compared_with_the_calls_of_its_hosts(void)
{
    for (uint32_t clients = 2; clients <= MOST_CLIENTS; clients *= 2) {
        struct path *path = calls(clients);
        guint event = path_gre(path, 0, SERVER, 20);
        struct path_packet *packet = path_packet(path, event, 1);
        path_lose(path, event, 0);
        packet->octets[6] = packet->octets[7] = 0xEE; /* the Call ID */
        struct analysis *analysis = path_feed(path);
        g_assert_cmpuint(spent(analysis, LINK_LIMIT_STRAYS), ==, 2 * clients);
        path_done(path, analysis);
    }
}

void test_link_cost(void)
{
    g_test_add_func("/link-cost/each call costs what one call costs",
                    each_call_costs_what_one_call_costs);
    g_test_add_func("/link-cost/a packet of no call is compared with the calls of its hosts",
                    a_packet_of_no_call_is_compared_with_the_calls_of_its_hosts);
}
