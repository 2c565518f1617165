/* See ipsec_row.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_row.h"

#include <stdio.h>

#include "ask.h"

#define ESP_OCTETS 64

struct row_end row_end_of(const char *address, uint16_t port_500, uint16_t port_4500)
{
    struct row_end end = {.port = {port_500, port_4500}};
    unsigned net, host;
    if (strchr(address, '.') != NULL) {
        end.address = ipsec_address(address);
        return end;
    }
    g_assert_cmpint(sscanf(address, "%u:%u", &net, &host), ==, 2);
    end.address = (struct net_address){.length = 16, .octets = {0x20, 0x01, 0x0d, 0xb8}};
    end.address.octets[7] = (uint8_t)net;
    end.address.octets[15] = (uint8_t)host;
    return end;
}

struct ipsec_row *ipsec_row_new(unsigned points)
{
    struct analysis_options options = {.link = true};
    struct ipsec_row *row = g_new0(struct ipsec_row, 1);
    row->analysis = analysis_new(&options);
    row->now = 1000;
    row->points = points;
    row->initiator_spi = 0xA1A1A1A100000001u;
    row->responder_spi = 0xB2B2B2B200000001u;
    row->spi[IPSEC_CLIENT] = 0xC0000001u;
    row->spi[IPSEC_SERVER] = 0xD0000001u;
    return row;
}

void ipsec_row_free(struct ipsec_row *row)
{
    analysis_free(row->analysis);
    g_free(row);
}

static void show_once(struct ipsec_row *row, unsigned point, unsigned routers, enum ipsec_who who,
                      enum ike_family family, const void *octets, uint32_t length)
{
    const struct row_end *from = &row->end[point][who], *to = &row->end[point][1 - who];
    uint32_t snaplen = row->snaplen[point] != 0 ? row->snaplen[point] : length;
    double now = row->now + routers * 0.0005 + row->ahead_s[point];
    if (row->misses[point][who])
        return;
    struct ipsec_packet packet = {
        .packet = {.frame = ++row->frame,
                   .time_ns = (int64_t)(now * 1e9),
                   .interface = row->one_interface ? 0 : point,
                   .source = from->address,
                   .destination = to->address,
                   .ttl = (uint8_t)(64 - (row->keep_ttl ? 0 : routers)),
                   .has_ip_id = from->address.length == 4,
                   .ip_id = (uint16_t)(row->ip_id + (row->own_ip_ids ? 777 * routers : 0))},
        .source_port = from->port[family],
        .destination_port = to->port[family],
        .length = length,
        .captured = MIN(length, snaplen),
        .payload = octets};
    struct udp_ports ports = {packet.source_port, packet.destination_port};
    if (ports.source == 0)
        analysis_esp(row->analysis, &packet);
    else if (analysis_wants_udp(row->analysis, ports, packet.payload, packet.captured))
        analysis_udp(row->analysis, &packet);
    ask_early(row->analysis, ++row->fed);
}

static void show(struct ipsec_row *row, unsigned point, unsigned routers, enum ipsec_who who,
                 enum ike_family family, const void *octets, uint32_t length)
{
    show_once(row, point, routers, who, family, octets, length);
    if (row->mirrors[point])
        show_once(row, point, routers, who, family, octets, length);
}

void ipsec_row_send(struct ipsec_row *row, enum ipsec_who who, enum ike_family family,
                    const void *octets, uint32_t length, unsigned reaches)
{
    unsigned count = reaches == 0 ? row->points : reaches;
    row->now += 0.01;
    row->ip_id++;
    for (unsigned i = 0; i < count; i++)
        show(row, who == IPSEC_CLIENT ? i : row->points - 1 - i, i, who, family, octets, length);
}

void ipsec_row_ike(struct ipsec_row *row, enum ipsec_who who, enum ike_family family,
                   const struct ike_builder *message, unsigned reaches)
{
    uint8_t octets[IKE_BUILDER_ROOM + 4] = {0};
    uint32_t skip = family == IKE_ON_4500 ? 4 : 0;
    memcpy(octets + skip, message->octets, message->length);
    ipsec_row_send(row, who, family, octets, message->length + skip, reaches);
}

/* What the end itself believes: its own addresses. */
static struct ipsec_peers peers_of(const struct ipsec_row *row, enum ipsec_who who)
{
    unsigned point = who == IPSEC_CLIENT ? 0 : row->points - 1;
    return (struct ipsec_peers){.client = row->end[point][IPSEC_CLIENT].address,
                                .server = row->end[point][IPSEC_SERVER].address,
                                .port_500 = row->end[point][IPSEC_CLIENT].port[IKE_ON_500],
                                .port_4500 = row->end[point][IPSEC_CLIENT].port[IKE_ON_4500],
                                .initiator_spi = row->initiator_spi,
                                .responder_spi = row->responder_spi};
}

static void float_to_4500(struct ipsec_row *row, enum ipsec_who who,
                          const struct ike_builder *message)
{
    for (unsigned i = 0; i < (row->float_reaches[who] != 0 ? 3 : 1); i++) {
        ipsec_row_ike(row, who, IKE_ON_4500, message, row->float_reaches[who]);
        row->now += 1;
    }
}

void ipsec_row_main(struct ipsec_row *row)
{
    for (unsigned number = 1; number <= 6; number++) {
        enum ipsec_who who = number % 2 == 1 ? IPSEC_CLIENT : IPSEC_SERVER;
        struct ipsec_peers peers = peers_of(row, who);
        struct ike_builder message = ipsec_main(&peers, number, true);
        if (number < 5)
            ipsec_row_ike(row, who, IKE_ON_500, &message, 0);
        else
            float_to_4500(row, who, &message);
        if (number == 5 && row->float_reaches[IPSEC_CLIENT] != 0)
            break;
    }
}

void ipsec_row_quick(struct ipsec_row *row)
{
    struct ipsec_peers peers = peers_of(row, IPSEC_CLIENT);
    uint32_t id = ++row->message_id;
    for (uint8_t number = 1; number <= 3; number++) {
        struct ike_builder message =
            ipsec_secret(&peers, IKE_V1_QUICK, id, number < 3 ? 144 : 32, number);
        ipsec_row_ike(row, number % 2 == 1 ? IPSEC_CLIENT : IPSEC_SERVER, IKE_ON_4500, &message, 0);
    }
}

/* `asks`: who sent the request of this exchange. */
static void say_v2(struct ipsec_row *row, enum ipsec_who who, enum ipsec_who asks, uint8_t exchange,
                   uint32_t id, enum ike_family family)
{
    unsigned point = who == IPSEC_CLIENT ? 0 : row->points - 1;
    const struct row_end *own = &row->end[point][who], *other = &row->end[point][1 - who];
    struct endpoint source = {own->address, own->port[family]};
    struct endpoint destination = {other->address, other->port[family]};
    bool is_first = exchange == IKE_V2_INIT;
    uint8_t body[64] = {(uint8_t)who, (uint8_t)asks, (uint8_t)id, exchange};
    uint8_t flags =
        (who == IPSEC_CLIENT ? IKE_FLAG_INITIATOR : 0) | (who != asks ? IKE_FLAG_RESPONSE : 0);
    struct ike_builder message =
        ike_begin(2, exchange, flags, row->initiator_spi,
                  is_first && who == IPSEC_CLIENT ? 0 : row->responder_spi, id);
    ike_add(&message, is_first ? IKE_V2_SA : IKE_V2_ENCRYPTED, body, sizeof body);
    if (is_first) {
        ike_add_natd(&message, IKE_NOTIFY_NATD_SOURCE, 20, &source);
        ike_add_natd(&message, IKE_NOTIFY_NATD_DESTINATION, 20, &destination);
    }
    ipsec_row_ike(row, who, family, &message, 0);
}

void ipsec_row_v2(struct ipsec_row *row, enum ipsec_who who, uint8_t exchange, uint32_t id,
                  enum ike_family family)
{
    say_v2(row, who, who, exchange, id, family);
}

void ipsec_row_establish_v2(struct ipsec_row *row, enum ike_family family)
{
    say_v2(row, IPSEC_CLIENT, IPSEC_CLIENT, IKE_V2_INIT, 0, family);
    say_v2(row, IPSEC_SERVER, IPSEC_CLIENT, IKE_V2_INIT, 0, family);
    row->message_id = 0;
    ipsec_row_exchange_v2(row, IPSEC_CLIENT, IKE_V2_AUTH);
}

void ipsec_row_exchange_v2(struct ipsec_row *row, enum ipsec_who who, uint8_t exchange)
{
    uint32_t id = ++row->message_id;
    say_v2(row, who, who, exchange, id, IKE_ON_4500);
    say_v2(row, (enum ipsec_who)(1 - (int)who), who, exchange, id, IKE_ON_4500);
}

void ipsec_row_esp(struct ipsec_row *row, enum ipsec_who who, unsigned reaches)
{
    uint8_t octets[ESP_OCTETS];
    uint32_t spi = row->spi[who], seq = ++row->seq[who];
    for (unsigned i = 0; i < 4; i++) {
        octets[i] = (uint8_t)(spi >> 8 * (3 - i));
        octets[4 + i] = (uint8_t)(seq >> 8 * (3 - i));
    }
    for (unsigned i = 8; i < ESP_OCTETS; i++)
        octets[i] = (uint8_t)((spi ^ seq * 31) >> i % 24);
    ipsec_row_send(row, who, IKE_ON_4500, octets, sizeof octets, reaches);
}

void ipsec_row_talk(struct ipsec_row *row, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        row->now += 0.5;
        ipsec_row_esp(row, IPSEC_CLIENT, 0);
        ipsec_row_esp(row, IPSEC_SERVER, 0);
    }
}

uint32_t ipsec_row_expect_no_fault(struct ipsec_row *row)
{
    analysis_finish(row->analysis);
    const struct finding_log *log = analysis_log(row->analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding_kind(finding->id)->severity >= SEVERITY_WARN)
            g_error("%s on frame %u: %s", finding_kind(finding->id)->filter, finding->judged_frame,
                    finding->text);
    }
    return ipsec_links_count(analysis_ipsec_links(row->analysis));
}

const struct finding *ipsec_row_expect(struct ipsec_row *row, enum finding_id id)
{
    const struct finding *found = NULL;
    analysis_finish(row->analysis);
    const struct finding_log *log = analysis_log(row->analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding_kind(finding->id)->severity < SEVERITY_WARN || finding->cause != FINDING_NONE)
            continue;
        if (finding->id != id || found != NULL)
            g_error("%s on frame %u: %s", finding_kind(finding->id)->filter, finding->judged_frame,
                    finding->text);
        found = finding;
    }
    g_assert_nonnull(found);
    return found;
}

enum verdict_status ipsec_row_status(struct ipsec_row *row, const char **ret_text)
{
    const char *cause;
    analysis_finish(row->analysis);
    return linker_verdict(analysis_linker(row->analysis), ret_text, &cause);
}
