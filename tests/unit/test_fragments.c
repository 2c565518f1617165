/* IP fragments by point, hosts and IP ID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/flow/fragments.h"

#include <glib.h>

static struct packet packet_of(uint32_t frame, uint8_t host, uint16_t ip_id)
{
    return (struct packet){
        .frame = frame,
        .source = {.length = 4, .octets = {10, 0, 0, host}},
        .destination = {.length = 4, .octets = {10, 0, 0, 99}},
        .has_ip_id = true,
        .ip_id = ip_id,
    };
}

static void the_first_of_a_set_is_found_at_its_point(void)
{
    struct fragments *fragments = fragments_new(2);
    struct packet first = packet_of(5, 1, 0), second = packet_of(6, 1, 0),
                  other = packet_of(7, 2, 0);
    g_assert_true(fragments_note(fragments, 0, &first));
    g_assert_true(fragments_note(fragments, 0, &second));
    g_assert_true(fragments_note(fragments, 1, &other));
    g_assert_false(fragments_note(fragments, 1, &second)); /* the third set */
    g_assert_true(fragments_note(fragments, 0, &second));
    g_assert_cmpuint(fragments_seen_at(fragments, 0, 0, &first.source, &first.destination), ==, 5);
    g_assert_cmpuint(fragments_seen_at(fragments, 1, 0, &first.source, &first.destination), ==, 0);
    g_assert_cmpuint(fragments_seen_at(fragments, 0, 1, &first.source, &first.destination), ==, 0);
    g_assert_cmpuint(fragments_seen_at(fragments, 1, 0, &other.source, &other.destination), ==, 7);
    fragments_free(fragments);
    fragments_free(NULL);
}

static void whole_packets_have_their_ip_id(void)
{
    struct fragments *fragments = fragments_new(1);
    struct packet whole = packet_of(5, 1, 0), none = packet_of(6, 1, 1), more = packet_of(7, 1, 2);
    uint16_t ip_id = 9;
    none.has_ip_id = false;
    g_assert_false(fragments_have_whole(fragments));
    g_assert_true(fragments_note_whole(fragments, &none));
    g_assert_true(fragments_note_whole(fragments, &whole));
    g_assert_false(fragments_note_whole(fragments, &more));
    g_assert_true(fragments_have_whole(fragments));
    g_assert_false(fragments_ip_id(fragments, 6, &ip_id));
    g_assert_true(fragments_ip_id(fragments, 5, &ip_id));
    g_assert_cmpuint(ip_id, ==, 0);
    fragments_free(fragments);
}

void test_fragments(void)
{
    g_test_add_func("/fragments/the first of a set is found at its point",
                    the_first_of_a_set_is_found_at_its_point);
    g_test_add_func("/fragments/whole packets have their IP ID", whole_packets_have_their_ip_id);
}
