/* What proves that packets on UDP port 4500 are ESP, and what does not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ipsec/ipsec_internal.h"
#include "ipsec_script.h"

#define OUT 0x89402308u

/* What looks like ESP waits for a proof, and is then counted from its first packet on. */
static void test_esp_waits_for_a_proof(void)
{
    enum proof { BY_KEEPALIVE, BY_IKE, BY_SECOND_PACKET, BY_SPI, PROOFS };
    for (int proof = 0; proof < PROOFS; proof++) {
        struct ipsec_script *script = ipsec_script_new();
        struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 7252, 1);
        uint32_t frame = 0;
        g_test_message("proof %d", proof);
        if (proof == BY_SPI) {
            struct ipsec_peers before = peers;
            before.port_4500 = 4500;
            ipsec_keepalive(&before, IPSEC_CLIENT);
            g_assert_nonnull(ipsec_esp(&before, IPSEC_CLIENT, OUT, 7));
            g_assert_nonnull(ipsec_esp(&peers, IPSEC_CLIENT, OUT, 8)); /* the port changed */
            g_assert_cmpuint(ipsec_tracker_esp(script->tracker, 0)->source.count, ==, 2);
            ipsec_script_free(script);
            continue;
        }
        g_assert_null(ipsec_esp(&peers, IPSEC_CLIENT, OUT, 8));
        frame = script->frame;
        g_assert_null(ipsec_tracker_on(script->tracker, frame));
        g_assert_cmpuint(ipsec_tracker_esp_count(script->tracker), ==, 0);
        if (proof == BY_KEEPALIVE) {
            ipsec_keepalive(&peers, IPSEC_CLIENT);
        } else if (proof == BY_IKE) {
            struct ike_builder message = ipsec_secret(&peers, IKE_V1_QUICK, 5, 100, 1);
            ipsec_say(&peers, IPSEC_SERVER, IKE_ON_4500, &message);
        } else {
            g_assert_nonnull(ipsec_esp(&peers, IPSEC_CLIENT, OUT, 10));
        }
        g_assert_cmpuint(ipsec_tracker_on(script->tracker, frame)->seq, ==, 8);
        g_assert_cmpuint(ipsec_tracker_esp(script->tracker, 0)->first_frame, ==, frame);
        g_assert_cmpuint(ipsec_tracker_esp(script->tracker, 0)->packets, ==,
                         proof == BY_SECOND_PACKET ? 2 : 1);
        ipsec_script_free(script);
    }
}

/* DNS, RTP and counters of others to a client whose own port happens to be 4500. */
static void test_other_udp_on_port_4500_is_no_esp(void)
{
    static const struct {
        uint32_t spi;
        uint32_t seq;
    } lines[] = {
        {0x12348180, 0x00010001}, {0x56788180, 0x00010001}, {0x56788180, 0x00010001},
        {0x9ABC8180, 0x00010002}, {0x56788180, 0x00020001}, {0x56788180, 0x0000FFFF},
        {0x80601234, 0x00000010}, {0x80601235, 0x000000B0}, {0x80601236, 0x00000150},
    };
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 53, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++)
        g_assert_null(ipsec_esp(&peers, IPSEC_CLIENT, lines[i].spi, lines[i].seq));
    g_assert_cmpuint(ipsec_tracker_esp_count(script->tracker), ==, 0);
    ipsec_script_free(script);
}

/* A server that is reached by another port than 4500: known once IKE floated there, for any client
 * of it, whichever address is the lower one. */
static void test_esp_follows_ike_to_other_ports(void)
{
    static const char *const clients[] = {"192.168.1.30", "192.168.1.5"};
    for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++) {
        struct ipsec_script *script = ipsec_script_new();
        struct ipsec_peers peers = ipsec_peers_at(script, clients[i], 500, 4500, 1);
        struct ipsec_peers other = ipsec_peers_at(script, "192.168.1.40", 500, 4500, 2);
        uint8_t octets[IKE_BUILDER_ROOM] = {0};
        uint8_t packet[64] = {0x89, 0x40, 0x23, 0x08, 0, 0, 0, 1};
        g_assert_null(ipsec_say_udp(&peers, IPSEC_CLIENT, 40000, 14500, packet, sizeof packet));
        struct ike_builder message = ipsec_main(&peers, 5, true);
        memcpy(octets + 4, message.octets, message.length);
        g_assert_nonnull(
            ipsec_say_udp(&peers, IPSEC_CLIENT, 40000, 14500, octets, message.length + 4));
        g_assert_nonnull(ipsec_say_udp(&peers, IPSEC_CLIENT, 40000, 14500, packet, sizeof packet));
        g_assert_nonnull(ipsec_say_udp(&other, IPSEC_CLIENT, 40002, 14500, "\xFF", 1));
        g_assert_null(ipsec_say_udp(&peers, IPSEC_CLIENT, 40001, 24500, packet, sizeof packet));
        ipsec_script_free(script);
    }
}

void test_esp_proof(void)
{
    g_test_add_func("/esp-proof/ESP waits for a proof", test_esp_waits_for_a_proof);
    g_test_add_func("/esp-proof/other UDP on port 4500 is no ESP",
                    test_other_udp_on_port_4500_is_no_esp);
    g_test_add_func("/esp-proof/ESP follows IKE to other ports",
                    test_esp_follows_ike_to_other_ports);
}
