/* See ipsec_script.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_script.h"

#include <stdio.h>

#define PACKET_SECONDS 0.01
#define ESP_OCTETS     64

struct ipsec_script *ipsec_script_new(void)
{
    struct ipsec_script *script = g_new0(struct ipsec_script, 1);
    script->log = finding_log_new();
    script->tracker = ipsec_tracker_new(script->log);
    script->now = 1000;
    return script;
}

void ipsec_script_free(struct ipsec_script *script)
{
    ipsec_tracker_free(script->tracker);
    finding_log_free(script->log);
    g_free(script);
}

void ipsec_script_wait(struct ipsec_script *script, double seconds)
{
    script->now += seconds;
}

struct net_address ipsec_address(const char *text)
{
    struct net_address address = {.length = 4};
    unsigned parts[4];
    g_assert_cmpint(sscanf(text, "%u.%u.%u.%u", &parts[0], &parts[1], &parts[2], &parts[3]), ==, 4);
    for (unsigned i = 0; i < 4; i++)
        address.octets[i] = (uint8_t)parts[i];
    return address;
}

struct ipsec_peers ipsec_peers_at(struct ipsec_script *script, const char *client,
                                  uint16_t port_500, uint16_t port_4500, unsigned number)
{
    return (struct ipsec_peers){.script = script,
                                .client = ipsec_address(client),
                                .server = ipsec_address("192.168.1.10"),
                                .port_500 = port_500,
                                .port_4500 = port_4500,
                                .initiator_spi = 0xA1A1A1A100000000u + number,
                                .responder_spi = 0xB2B2B2B200000000u + number,
                                .message_id = 0x1000 * number};
}

struct endpoint ipsec_end(const struct ipsec_peers *peers, enum ipsec_who who,
                          enum ike_family family)
{
    if (who == IPSEC_SERVER)
        return (struct endpoint){peers->server, family == IKE_ON_500 ? 500 : 4500};
    return (struct endpoint){peers->client,
                             family == IKE_ON_500 ? peers->port_500 : peers->port_4500};
}

static struct ipsec_packet packet_of(struct ipsec_peers *peers, enum ipsec_who who,
                                     const void *octets, uint32_t length)
{
    struct ipsec_script *script = peers->script;
    bool from_client = who == IPSEC_CLIENT;
    script->now += PACKET_SECONDS;
    script->frame++;
    script->ip_id++;
    return (struct ipsec_packet){
        .packet = {.frame = script->frame,
                   .time_ns = (int64_t)(script->now * 1e9),
                   .interface = peers->point,
                   .source = from_client ? peers->client : peers->server,
                   .destination = from_client ? peers->server : peers->client,
                   .has_ip_id = true,
                   .ip_id = script->ip_id},
        .length = length,
        .captured = length,
        .payload = octets};
}

struct ipsec_record *ipsec_say_udp(struct ipsec_peers *peers, enum ipsec_who who,
                                   uint16_t client_port, uint16_t server_port, const void *octets,
                                   uint32_t length)
{
    struct ipsec_packet packet = packet_of(peers, who, octets, length);
    packet.source_port = who == IPSEC_CLIENT ? client_port : server_port;
    packet.destination_port = who == IPSEC_CLIENT ? server_port : client_port;
    struct udp_ports ports = {packet.source_port, packet.destination_port};
    bool is_wanted = ipsec_tracker_wants(peers->script->tracker, ports, octets, length);
    struct ipsec_record *record = ipsec_tracker_feed_udp(peers->script->tracker, &packet);
    g_assert_true(is_wanted || record == NULL);
    return record;
}

struct ipsec_record *ipsec_say(struct ipsec_peers *peers, enum ipsec_who who,
                               enum ike_family family, const struct ike_builder *message)
{
    uint8_t octets[IKE_BUILDER_ROOM + 4] = {0};
    uint32_t skip = family == IKE_ON_4500 ? 4 : 0;
    memcpy(octets + skip, message->octets, message->length);
    return ipsec_say_udp(peers, who, ipsec_end(peers, IPSEC_CLIENT, family).port,
                         ipsec_end(peers, IPSEC_SERVER, family).port, octets,
                         message->length + skip);
}

struct ike_builder ipsec_main(const struct ipsec_peers *peers, unsigned number, bool natt)
{
    uint8_t key[128] = {(uint8_t)number};
    bool is_client = number % 2 == 1;
    struct ike_builder builder =
        ike_begin(1, IKE_V1_MAIN, number >= 5 ? IKE_FLAG_ENCRYPTED : 0, peers->initiator_spi,
                  number == 1 ? 0 : peers->responder_spi, 0);
    if (number <= 2) {
        ike_add_sa(&builder, 2);
        if (natt)
            ike_add_vendor(&builder, "RFC 3947");
    } else if (number <= 4) {
        struct endpoint source =
            ipsec_end(peers, is_client ? IPSEC_CLIENT : IPSEC_SERVER, IKE_ON_500);
        struct endpoint destination =
            ipsec_end(peers, is_client ? IPSEC_SERVER : IPSEC_CLIENT, IKE_ON_500);
        ike_add(&builder, IKE_V1_KE, key, sizeof key);
        ike_add(&builder, IKE_V1_NONCE, key, 20);
        if (natt) {
            ike_add_natd(&builder, IKE_V1_NATD, 20, &destination);
            ike_add_natd(&builder, IKE_V1_NATD, 20, &source);
        }
    } else {
        ike_add_opaque(&builder, is_client ? 80 : 48, (uint8_t)number);
    }
    return builder;
}

struct ipsec_record *ipsec_say_main(struct ipsec_peers *peers, unsigned number, bool natt)
{
    struct ike_builder message = ipsec_main(peers, number, natt);
    return ipsec_say(peers, number % 2 == 1 ? IPSEC_CLIENT : IPSEC_SERVER,
                     natt && number >= 5 ? IKE_ON_4500 : IKE_ON_500, &message);
}

struct ike_builder ipsec_secret(const struct ipsec_peers *peers, uint8_t exchange,
                                uint32_t message_id, uint32_t length, uint8_t fill)
{
    struct ike_builder builder = ike_begin(1, exchange, IKE_FLAG_ENCRYPTED, peers->initiator_spi,
                                           peers->responder_spi, message_id);
    ike_add_opaque(&builder, length, fill);
    return builder;
}

void ipsec_say_quick(struct ipsec_peers *peers, enum ike_family family)
{
    uint32_t id = ++peers->message_id;
    for (uint8_t number = 1; number <= 3; number++) {
        struct ike_builder message =
            ipsec_secret(peers, IKE_V1_QUICK, id, number < 3 ? 144 : 32, number);
        ipsec_say(peers, number % 2 == 1 ? IPSEC_CLIENT : IPSEC_SERVER, family, &message);
    }
}

void ipsec_establish(struct ipsec_peers *peers, bool natt)
{
    for (unsigned number = 1; number <= 6; number++)
        ipsec_say_main(peers, number, natt);
    ipsec_say_quick(peers, natt ? IKE_ON_4500 : IKE_ON_500);
}

/* The tail depends on all that tells packets apart. */
static void fill_esp(uint8_t *octets, uint32_t spi, uint32_t seq)
{
    for (unsigned i = 0; i < 4; i++) {
        octets[i] = (uint8_t)(spi >> 8 * (3 - i));
        octets[4 + i] = (uint8_t)(seq >> 8 * (3 - i));
    }
    for (unsigned i = 8; i < ESP_OCTETS; i++)
        octets[i] = (uint8_t)((spi ^ seq * 31) >> i % 24);
}

struct ipsec_record *ipsec_esp(struct ipsec_peers *peers, enum ipsec_who who, uint32_t spi,
                               uint32_t seq)
{
    uint8_t octets[ESP_OCTETS];
    fill_esp(octets, spi, seq);
    return ipsec_say_udp(peers, who, peers->port_4500, 4500, octets, sizeof octets);
}

struct ipsec_record *ipsec_native(struct ipsec_peers *peers, enum ipsec_who who, uint32_t spi,
                                  uint32_t seq)
{
    uint8_t octets[ESP_OCTETS];
    fill_esp(octets, spi, seq);
    struct ipsec_packet packet = packet_of(peers, who, octets, sizeof octets);
    return ipsec_tracker_feed_esp(peers->script->tracker, &packet);
}

struct ipsec_record *ipsec_keepalive(struct ipsec_peers *peers, enum ipsec_who who)
{
    return ipsec_say_udp(peers, who, peers->port_4500, 4500, "\xFF", 1);
}

struct finding_log *ipsec_script_findings(const struct ipsec_script *script)
{
    struct finding_log *log = finding_log_copy(script->log);
    ipsec_conclude(script->tracker, log);
    return log;
}

unsigned ipsec_count(const struct ipsec_script *script, enum finding_id id, uint32_t *ret)
{
    struct finding_log *log = ipsec_script_findings(script);
    unsigned count = 0;
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding->id != id)
            continue;
        if (count == 0 && ret != NULL)
            *ret = finding->judged_frame;
        count++;
    }
    finding_log_free(log);
    return count;
}

void ipsec_expect_no_finding(const struct ipsec_script *script)
{
    struct finding_log *log = ipsec_script_findings(script);
    if (finding_log_count(log) > 0)
        g_test_message("%s", finding_kind(finding_log_get(log, 0)->id)->filter);
    g_assert_cmpuint(finding_log_count(log), ==, 0);
    finding_log_free(log);
}
