/* How many octets there are of what a capture has many of. A number that has to grow says by it
 * what that costs: a capture of 65,536 calls has as many connections, four times as many messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ipsec/ipsec_internal.h"
#include "core/link/model.h"
#include "core/pptp/tracker_state.h"

#define SIZE(type, octets)                                                                         \
    {                                                                                              \
#type, sizeof(type), octets                                                                \
    }

static void nothing_has_grown(void)
{
    static const struct {
        const char *type;
        size_t octets, most;
    } script[] = {
        /* for every packet */
        SIZE(struct packet_record, 20),
        SIZE(struct packet_detail, 8),
        SIZE(struct ipsec_record, 18),
        SIZE(struct waiting_entry, 24),
        /* for every message */
        SIZE(struct message_record, 96),
        SIZE(struct message_pairing, 8),
        /* for every call */
        SIZE(struct tracked_flow, 256),
        SIZE(struct tracked_call, 704),
        SIZE(struct tracked_connection, 480),
        SIZE(struct sighting, 40),
        SIZE(struct session_mark, 24),
        SIZE(struct index_slot, 16),
        /* for every linked call, */
        SIZE(struct link, 128),
        SIZE(struct link_path, 48),
        /* for each of its points, and each hop between two */
        SIZE(struct link_position, 32),
        SIZE(struct link_crossing, 56),
        SIZE(struct path_hop, 64),
        SIZE(struct link_place, 16),
        SIZE(struct link_hop, 96),
        /* for every SA */
        SIZE(struct esp_sa, 240),
    };
    if (sizeof(void *) != 8) {
        g_test_skip("these are the sizes with pointers of 8 octets");
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        g_test_message("%s: %zu", script[i].type, script[i].octets);
        g_assert_cmpuint(script[i].octets, <=, script[i].most);
    }
}

void test_sizes(void)
{
    g_test_add_func("/sizes/nothing has grown", nothing_has_grown);
}
