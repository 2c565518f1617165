/* Scripts for tests: builds packets from named fields and feeds them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include <stdio.h>

#include "core/pptp/egre_wire.h"

#define STEP_S 0.001

struct script *script_new(void)
{
    struct script *script = g_new0(struct script, 1);

    script->log = finding_log_new();
    script->tracker = tracker_new(script->log);
    script->now = 1000.0;
    return script;
}

void script_free(struct script *script)
{
    tracker_free(script->tracker);
    finding_log_free(script->concluded);
    finding_log_free(script->log);
    g_free(script);
}

void script_wait(struct script *script, double seconds)
{
    script->now += seconds;
}

static bool is_explained(void *user, const struct gre_flow *flow)
{
    return flow == user;
}

void script_conclude_but(struct script *script, const struct gre_flow *explained)
{
    finding_log_free(script->concluded);
    script->concluded = finding_log_copy(script->log);
    script->concluded_at = script->frame;
    struct tracker_asked asked = {.log = script->concluded,
                                  .alone = true,
                                  .explained = is_explained,
                                  .user = (void *)explained};
    tracker_conclude(script->tracker, &asked);
    tracker_conclude_flows(script->tracker, &asked);
}

void script_conclude(struct script *script)
{
    script_conclude_but(script, NULL);
}

const struct finding_log *script_log(const struct script *script)
{
    bool is_new = script->concluded && script->concluded_at == script->frame;
    return is_new ? script->concluded : script->log;
}

const struct finding *script_find(const struct script *script, enum finding_id id)
{
    for (uint32_t i = 0; i < finding_log_count(script_log(script)); i++) {
        const struct finding *finding = finding_log_get(script_log(script), i);

        if (finding->id == id)
            return finding;
    }
    return NULL;
}

unsigned script_count(const struct script *script, enum finding_id id)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < finding_log_count(script_log(script)); i++)
        count += finding_log_get(script_log(script), i)->id == id;
    return count;
}

void script_expect_no_fault(const struct script *script)
{
    for (uint32_t i = 0; i < finding_log_count(script_log(script)); i++) {
        const struct finding *finding = finding_log_get(script_log(script), i);
        const struct finding_kind *kind = finding_kind(finding->id);

        if (kind->severity >= SEVERITY_WARN)
            g_error("%s on frame %u: %s", kind->filter, finding->judged_frame, finding->text);
    }
}

struct net_address script_address(const char *text)
{
    struct net_address address = {.length = 4};
    unsigned octets[4];

    g_assert_cmpint(sscanf(text, "%u.%u.%u.%u", &octets[0], &octets[1], &octets[2], &octets[3]), ==,
                    4);
    for (int i = 0; i < 4; i++)
        address.octets[i] = (uint8_t)octets[i];
    return address;
}

struct wire wire_at(struct script *script, uint32_t interface, const char *client, uint16_t port,
                    const char *server)
{
    return (struct wire){
        .script = script,
        .interface = {interface, interface},
        .client = script_address(client),
        .server = script_address(server),
        .client_port = port,
        .server_port = PPTP_PORT,
        .next = {1000, 9000},
        .ip_id = {100, 40000},
    };
}

static struct packet next_packet(struct wire *wire, enum script_who who)
{
    struct script *script = wire->script;

    script->now += STEP_S;
    return (struct packet){
        .frame = ++script->frame,
        .time_ns = (int64_t)(script->now * 1e9 + 0.5),
        .interface = wire->interface[who],
        .source = who == CLIENT ? wire->client : wire->server,
        .destination = who == CLIENT ? wire->server : wire->client,
        .ttl = 64,
        .has_ip_id = true,
        .ip_id = ++wire->ip_id[who],
    };
}

static uint32_t feed_segment(struct wire *wire, const struct packet *packet, enum script_who who,
                             uint32_t seq, uint8_t flags, const uint8_t *octets, uint32_t length)
{
    uint32_t captured = wire->cut ? MIN(length, PPTP_HEADER_LENGTH) : length;
    /* An exact copy, so that the sanitizer sees a read too far. */
    uint8_t *copy = g_memdup2(octets, captured);
    const struct tcp_segment segment = {
        .packet = *packet,
        .source_port = who == CLIENT ? wire->client_port : wire->server_port,
        .destination_port = who == CLIENT ? wire->server_port : wire->client_port,
        .seq = seq,
        .ack = wire->next[1 - who],
        .flags = flags,
        .length = length,
        .captured = captured,
        .payload = copy,
    };

    tracker_feed_tcp(wire->script->tracker, &segment);
    g_free(copy);
    return packet->frame;
}

uint32_t wire_segment(struct wire *wire, enum script_who who, uint8_t flags, const uint8_t *octets,
                      uint32_t length)
{
    struct packet packet = next_packet(wire, who);
    uint32_t seq = wire->next[who];

    wire->next[who] += length + ((flags & (TCP_FLAG_SYN | TCP_FLAG_FIN)) != 0);
    return feed_segment(wire, &packet, who, seq, flags, octets, length);
}

uint32_t wire_repeat(struct wire *wire, enum script_who who, const uint8_t *octets, uint32_t length,
                     bool same_ip_id)
{
    if (same_ip_id)
        wire->ip_id[who]--;
    struct packet packet = next_packet(wire, who);
    return feed_segment(wire, &packet, who, wire->next[who] - length, TCP_FLAG_ACK, octets, length);
}

void wire_open(struct wire *wire)
{
    wire_segment(wire, CLIENT, TCP_FLAG_SYN, NULL, 0);
    wire_segment(wire, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK, NULL, 0);
    wire_segment(wire, CLIENT, TCP_FLAG_ACK, NULL, 0);
}

void wire_start(struct wire *wire)
{
    wire_open(wire);
    wire_say(wire, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    wire_say(wire, SERVER, (struct said)SAY(PPTP_SCCRP));
}

uint32_t wire_close(struct wire *wire, enum script_who who)
{
    return wire_segment(wire, who, TCP_FLAG_FIN | TCP_FLAG_ACK, NULL, 0);
}

uint32_t wire_reset(struct wire *wire, enum script_who who)
{
    return wire_segment(wire, who, TCP_FLAG_RST, NULL, 0);
}

static void put(uint8_t *octets, enum pptp_message_type type, enum pptp_field_id field,
                uint32_t value)
{
    const struct pptp_cell *cell = pptp_find_cell(type, field);

    for (unsigned i = 0; cell != NULL && i < cell->width; i++)
        octets[cell->offset + i] = (uint8_t)(value >> (8 * (cell->width - 1 - i)));
}

uint32_t script_message(const struct said *said, uint8_t *octets)
{
    static const enum pptp_field_id results[] = {PPTP_F_CONTROL_RESULT, PPTP_F_STOP_RESULT,
                                                 PPTP_F_ECHO_RESULT,    PPTP_F_OUT_RESULT,
                                                 PPTP_F_IN_RESULT,      PPTP_F_DISC_RESULT};
    const uint8_t header[] = {0, 0, 0, 1, 0x1A, 0x2B, 0x3C, 0x4D, 0, 0, 0, (uint8_t)said->reserved};
    uint32_t length = pptp_layout(said->type)->length;
    uint8_t success = said->type == PPTP_CDN ? 4 : 1; /* Request; Connected or OK */

    memset(octets, 0, PPTP_MAX_LENGTH);
    memcpy(octets, header, sizeof header);
    octets[1] = (uint8_t)length;
    octets[9] = (uint8_t)said->type;
    put(octets, said->type, PPTP_F_PROTOCOL_VERSION, 0x0100);
    put(octets, said->type, PPTP_F_CALL_ID, said->call_id);
    put(octets, said->type, PPTP_F_PEER_CALL_ID, said->peer);
    put(octets, said->type, PPTP_F_CALL_SERIAL_NUMBER, said->serial);
    put(octets, said->type, PPTP_F_WINDOW, said->window);
    put(octets, said->type, PPTP_F_IDENTIFIER, said->identifier);
    for (unsigned i = 0; i < G_N_ELEMENTS(results); i++)
        put(octets, said->type, results[i], said->result != 0 ? said->result : success);
    return length;
}

uint32_t wire_say(struct wire *wire, enum script_who who, struct said said)
{
    uint8_t octets[PPTP_MAX_LENGTH];
    uint32_t length = script_message(&said, octets);

    return wire_segment(wire, who, TCP_FLAG_ACK, octets, length);
}

struct decided {
    uint32_t frame;
    unsigned count;
    enum finding_id id;
};

static void note_decided(const struct finding *finding, void *user)
{
    struct decided *decided = user;

    if (finding->deciding_frame != decided->frame)
        return;
    decided->count++;
    decided->id = finding->id;
}

void wire_run(struct wire *wire, const struct line *lines, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct line *line = &lines[i];
        struct decided decided = {.frame = wire_say(wire, line->who, line->said), .id = NOTHING};
        const struct message_record *record =
            tracker_messages_on(wire->script->tracker, decided.frame);

        g_test_message("line %u: %s", line->number, pptp_message_name(line->said.type));
        g_assert_nonnull(record);
        g_assert_cmpint(record->type, ==, line->said.type);
        g_assert_cmpstr(call_state_name((enum call_state)record->call_state), ==,
                        call_state_name(line->state));
        finding_log_on_frame(wire->script->log, decided.frame, note_decided, &decided);
        g_assert_cmpuint(decided.count, ==, line->finding != NOTHING);
        g_assert_cmpint(decided.id, ==, line->finding);
    }
}

struct call *wire_call(struct wire *wire, uint16_t pns_call_id, uint16_t pac_call_id)
{
    struct tracker *tracker = wire->script->tracker;

    wire_say(wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = pns_call_id));
    wire_say(wire, SERVER,
             (struct said)SAY(PPTP_OCRP, .call_id = pac_call_id, .peer = pns_call_id));
    return call_of(tracker_messages_on(tracker, wire->script->frame)->session);
}

uint32_t wire_gre(struct wire *wire, enum script_who who, uint16_t call_id, int64_t seq,
                  int64_t ack, const uint8_t *payload, uint16_t length)
{
    uint8_t *copy = g_memdup2(payload, length);
    const struct gre_packet packet = {
        .packet = next_packet(wire, who),
        .header =
            {
                .flags = (uint16_t)(EGRE_FLAG_KEY | 1 | (seq != NO_NUMBER ? EGRE_FLAG_SEQ : 0) |
                                    (ack != NO_NUMBER ? EGRE_FLAG_ACK : 0)),
                .protocol = EGRE_PROTOCOL_PPP,
                .payload_length = length,
                .call_id = call_id,
                .has_seq = seq != NO_NUMBER,
                .has_ack = ack != NO_NUMBER,
                .seq = seq != NO_NUMBER ? (uint32_t)seq : 0,
                .ack = ack != NO_NUMBER ? (uint32_t)ack : 0,
            },
        .captured = payload != NULL ? length : 0,
        .payload = copy,
    };

    tracker_feed_gre(wire->script->tracker, &packet);
    g_free(copy);
    return packet.packet.frame;
}

uint32_t wire_lcp(struct wire *wire, enum script_who who, uint16_t call_id, int64_t seq,
                  int64_t ack, uint8_t code, uint32_t magic)
{
    const uint8_t frame[] = {0xFF,
                             0x03,
                             0xC0,
                             0x21,
                             code,
                             1,
                             0,
                             10,
                             5, /* Magic-Number */
                             6,
                             (uint8_t)(magic >> 24),
                             (uint8_t)(magic >> 16),
                             (uint8_t)(magic >> 8),
                             (uint8_t)magic};

    return wire_gre(wire, who, call_id, seq, ack, frame, sizeof frame);
}

uint32_t wire_ip(struct wire *wire, enum script_who who, uint16_t call_id, int64_t seq, int64_t ack)
{
    static const uint8_t frame[] = {0x21, 0x45, 0, 0, 20};

    return wire_gre(wire, who, call_id, seq, ack, frame, sizeof frame);
}

uint32_t wire_icmp(struct wire *wire, enum script_who who, uint16_t call_id)
{
    const struct icmp_error error = {
        .packet = next_packet(wire, who),
        .type = 3,
        .code = 2,
        .quoted_source = who == CLIENT ? wire->server : wire->client,
        .quoted_destination = who == CLIENT ? wire->client : wire->server,
        .quoted_protocol = 47,
        .quoted_call_id = call_id,
    };

    tracker_feed_icmp(wire->script->tracker, &error);
    return error.packet.frame;
}

struct wire wire_lan(struct script *script)
{
    return wire_at(script, 0, "192.168.11.20", 42060, "192.168.1.10");
}

struct wire wire_established(struct script *script, uint16_t pns_call_id, uint16_t pac_call_id)
{
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_call(&wire, pns_call_id, pac_call_id);
    return wire;
}
