/* In which order two points lie that show GRE alone of a call: as the control connections between
 * the same points say, whatever the addresses look like (FINDINGS, order of the points).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

/* Client 0 has a control connection; of client 1 both points show GRE alone, and by the addresses
 * they would lie the other way round. */
static void gre_alone_lies_as_the_connections_do(void)
{
    enum { WITH_CONNECTION, WITHOUT, LATER, CASES };
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(2, 2);
        path->no_ttl = true;
        path->client[1].at[0].address[CLIENT] = path_ip(203, 0, 113, 77);
        path->client[1].at[1].address[CLIENT] = path_ip(192, 168, 77, 20);
        if (what == WITH_CONNECTION)
            path_set_up(path, 0);
        path_talk(path, 1, 10);
        if (what == LATER)
            path_set_up(path, 0);
        if (what != WITHOUT)
            path_talk(path, 0, 4);
        struct analysis *analysis = path_feed(path);
        for (int again = 0; again < 2; again++) {
            const struct linker *linker = analysis_linker(analysis);
            uint32_t inner = UINT32_MAX;
            for (uint32_t i = 0; i < linker_link_count(linker); i++) {
                const struct link_view *link = linker_link(linker, i);
                if (link->count == 2 && link->session[0] && !link->session[0]->connection)
                    inner = link->session[0]->point;
            }
            g_assert_cmpuint(inner, ==, what == WITHOUT ? 1 : 0);
            analysis_finish(analysis);
        }
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

#define TEST(name) g_test_add_func("/link_settle/" #name, name)

void test_link_settle(void)
{
    TEST(gre_alone_lies_as_the_connections_do);
}
