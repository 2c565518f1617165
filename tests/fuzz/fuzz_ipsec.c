/* Fuzz target: IKE, ESP, L2TP and their tracker. The input is a run of packets:
 *
 *   1  bits: 0 direction, 1 native ESP, 2-3 client, 4-5 point, 6-7 time since the one before
 *   4  source and destination port
 *   2  octets that follow; bit 15: 100 further octets of the packet were not captured
 *   n  payload
 *
 * Whatever they are, nothing is read beyond them and the model holds together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "../unit/ipsec_invariants.h"
#include "check.h"
#include "core/ipsec/ike_names.h"
#include "core/ipsec/l2tp_wire.h"

#include <string.h>

#define NOT_CAPTURED 100

static void check_message(const uint8_t *data, uint32_t captured, uint32_t length)
{
    struct ike_message message;
    memset(&message, 0xFF, sizeof message);
    ike_parse(data, captured, length, &message);
    CHECK((message.status == IKE_SHORT) == (captured < IKE_HEADER_LENGTH));
    CHECK(message.natd_count <= IKE_NATD_LIMIT);
    for (unsigned i = 0; i < message.natd_count; i++)
        CHECK(message.natd[i].offset + message.natd[i].length <= captured);
    CHECK(!message.complete || (message.status != IKE_SHORT && message.status != IKE_MALFORMED &&
                                message.status != IKE_BAD_VERSION));
    CHECK(ike_exchange_name(message.header.exchange) &&
          ike_notify_name(ike_major(&message.header), message.error));
    struct l2tp_header l2tp = {0};
    if (l2tp_parse(data, captured, length, &l2tp) == L2TP_CONTROL)
        CHECK(l2tp.length >= 12 && l2tp.length <= length);
}

static struct net_address address(uint8_t last)
{
    return (struct net_address){4, {192, 168, 1, last}};
}

static void feed(struct ipsec_tracker *tracker, struct input *input, uint32_t frame, int64_t *now)
{
    static const int64_t steps[] = {1000, 10000000, 2000000000, -5000000};
    struct ipsec_packet packet = {.packet = {.frame = frame}};
    uint8_t bits = input_u8(input);
    struct net_address client = address((uint8_t)(20 + (bits >> 2 & 3)));
    bool from_client = (bits & 1) == 0;
    packet.source_port = input_u16(input);
    packet.destination_port = input_u16(input);
    uint16_t size = input_u16(input);
    packet.captured = size & 0x7FFF;
    const uint8_t *octets = input_octets(input, &packet.captured);
    packet.length = packet.captured + (size & 0x8000 ? NOT_CAPTURED : 0);
    packet.packet.time_ns = *now += steps[bits >> 6];
    packet.packet.interface = bits >> 4 & 3;
    packet.packet.source = from_client ? client : address(10);
    packet.packet.destination = from_client ? address(10) : client;
    packet.packet.has_ip_id = true;
    packet.packet.ip_id = (uint16_t)(frame / 2);
    uint8_t *exact = g_memdup2(octets, packet.captured); /* an octet read too much is seen */
    packet.payload = exact;
    check_message(exact, packet.captured, packet.length);
    if ((bits & 2) != 0) {
        packet.source_port = 0;
        packet.destination_port = 0;
        ipsec_tracker_feed_esp(tracker, &packet);
    } else {
        ipsec_tracker_feed_udp(tracker, &packet);
    }
    g_free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct finding_log *log = finding_log_new();
    struct ipsec_tracker *tracker = ipsec_tracker_new(log);
    int64_t now = 1000000000;
    for (uint32_t frame = 1; input.left > 0; frame++)
        feed(tracker, &input, frame, &now);
    ipsec_check_model(tracker, log);
    ipsec_tracker_free(tracker);
    finding_log_free(log);
    return 0;
}
