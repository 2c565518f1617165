/* See events.h. An event is an octet that says what, a head, and a body:
 *
 *   head      hosts(1: source, destination, 4 bits each) place(1: TTL 5 bits, interface 3 bits)
 *             step(2: time since the event before; or 0xBFFF and any time, 4) ip-id(2)
 *   0 tcp     ports(2, 2) seq(4) ack(4) flags(1) sum(1) length(2) octets
 *   1 gre     length(2) octets from the GRE header on
 *   2 icmp    type(1) code(1) hosts(1) protocol(1) id(2) seq(4) ports(2, 2)
 *   3 part    offset(2) more(1)
 *   4 copy    back(1) id(2): an event before at another place, its Call ID or port changed
 *   5 finish  no head
 *   6 say     port(1) type(1) id(2) peer(2) result(1): a right message, next in its stream
 *   7 tunnel  id(2) length(1) acks(1): a right GRE packet, next in its flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "events.h"

#include "core/base/bytes.h"

#define HOSTS  16
#define COUNTS 256
/* A step that leads to any time at all, as a capture file may: 4 octets follow, its upper half. */
#define ANY_TIME 0xBFFF

struct reader {
    struct events *events;
    struct input input;
    int64_t now_ns;
    uint32_t frame;
    uint32_t next[COUNTS]; /* sequence numbers by who speaks to whom */
};

static struct net_address host(unsigned index)
{
    /* Two private nets, public addresses, and one of IPv6. */
    static const uint8_t nets[4][3] = {{192, 168, 11}, {203, 0, 113}, {10, 0, 0}, {198, 51, 100}};
    struct net_address address = {.length = 4};
    memcpy(address.octets, nets[index % 4], 3);
    address.octets[3] = (uint8_t)(10 + index / 4);
    if (index == HOSTS - 1)
        address = (struct net_address){.length = 16, .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
    return address;
}

/* Most steps are short; the two highest bits make some long, and some back in time. */
static int64_t step_ns(uint16_t step)
{
    int64_t value = step & 0x3FFF;
    int64_t unit = step & 0x8000 ? 100 * 1000 * 1000 : 100 * 1000;
    return (step & 0x4000 ? -value : value) * unit;
}

static uint8_t read_head(struct reader *reader, struct packet *packet)
{
    uint8_t hosts = input_u8(&reader->input), place = input_u8(&reader->input);
    uint16_t step = input_u16(&reader->input);
    if (step == ANY_TIME)
        reader->now_ns = (int64_t)((uint64_t)input_u32(&reader->input) << 32);
    else
        reader->now_ns = (int64_t)((uint64_t)reader->now_ns + (uint64_t)step_ns(step));
    *packet = (struct packet){
        .frame = ++reader->frame,
        .time_ns = packet_time_ns(reader->now_ns / 1000000000, reader->now_ns % 1000000000),
        .interface = place % EVENT_INTERFACES,
        .source = host(hosts >> 4),
        .destination = host(hosts & 15),
        .ttl = place >> 3 ? (uint8_t)(40 + (place >> 3)) : 0,
        .has_ip_id = true,
        .ip_id = input_u16(&reader->input),
    };
    return hosts;
}

static void read_tcp(struct reader *reader, struct event *event)
{
    struct tcp_segment *tcp = &event->tcp;
    uint8_t sum;
    tcp->source_port = input_u16(&reader->input);
    tcp->destination_port = input_u16(&reader->input);
    tcp->seq = input_u32(&reader->input);
    tcp->ack = input_u32(&reader->input);
    tcp->flags = input_u8(&reader->input);
    sum = input_u8(&reader->input);
    tcp->length = input_u16(&reader->input);
    tcp->captured = tcp->length;
    tcp->payload = input_octets(&reader->input, &tcp->captured);
    tcp->has_checksum = sum & 1;
    tcp->checksum_seen = (uint16_t)(sum << 8);
    tcp->checksum_right = sum & 2 ? tcp->checksum_seen : (uint16_t)(sum << 4);
}

/* False: not Enhanced GRE, so it would never come here. */
static bool set_gre(struct event *event, const uint8_t *octets, uint32_t captured)
{
    if (egre_parse(octets, captured, &event->gre.header) != EGRE_OK)
        return false;
    event->gre.captured = captured - event->gre.header.header_length;
    event->gre.captured = MIN(event->gre.captured, event->gre.header.payload_length);
    event->gre.payload = octets + event->gre.header.header_length;
    return true;
}

static bool read_gre(struct reader *reader, struct event *event)
{
    uint32_t length = input_u16(&reader->input);
    const uint8_t *octets = input_octets(&reader->input, &length);
    event->packet.fragmented = length > 1400;
    return set_gre(event, octets, length);
}

static void read_icmp(struct reader *reader, struct event *event)
{
    struct icmp_error *icmp = &event->icmp;
    icmp->type = input_u8(&reader->input);
    icmp->code = input_u8(&reader->input);
    uint8_t hosts = input_u8(&reader->input);
    icmp->quoted_source = host(hosts >> 4);
    icmp->quoted_destination = host(hosts & 15);
    icmp->quoted_protocol = input_u8(&reader->input) & 1 ? 47 : 6;
    icmp->quoted_call_id = input_u16(&reader->input);
    icmp->quoted_seq = input_u32(&reader->input);
    icmp->has_quoted_seq = icmp->quoted_seq != 0;
    icmp->quoted_source_port = input_u16(&reader->input);
    icmp->quoted_destination_port = input_u16(&reader->input);
}

static uint8_t *own(struct reader *reader, uint32_t length)
{
    uint8_t *octets = g_malloc0(length + 1);
    g_ptr_array_add(reader->events->owned, octets);
    return octets;
}

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put_field(uint8_t *message, unsigned type, enum pptp_field_id field, uint16_t value)
{
    const struct pptp_cell *cell = pptp_find_cell(type, field);
    if (cell && cell->width == 2)
        put16(message + cell->offset, value);
    else if (cell)
        message[cell->offset + cell->width - 1] = (uint8_t)value;
}

static void read_say(struct reader *reader, struct event *event, uint8_t hosts)
{
    static const enum pptp_field_id results[] = {PPTP_F_CONTROL_RESULT, PPTP_F_OUT_RESULT,
                                                 PPTP_F_IN_RESULT, PPTP_F_DISC_RESULT};
    struct tcp_segment *tcp = &event->tcp;
    uint8_t port = input_u8(&reader->input);
    unsigned type = 1 + input_u8(&reader->input) % PPTP_MESSAGE_TYPES;
    uint16_t id = input_u16(&reader->input), peer = input_u16(&reader->input);
    uint8_t result = input_u8(&reader->input);
    uint32_t *next = &reader->next[(hosts ^ port) % COUNTS];
    bool from_client = (port & 1) == 0;
    tcp->length = tcp->captured = pptp_layout(type)->length;
    uint8_t *message = own(reader, tcp->length);
    put16(message, (uint16_t)tcp->length);
    message[3] = 1;
    put16(message + 4, PPTP_MAGIC_COOKIE >> 16);
    put16(message + 6, PPTP_MAGIC_COOKIE & 0xFFFF);
    message[9] = (uint8_t)type;
    put_field(message, type, PPTP_F_CALL_ID, id);
    put_field(message, type, PPTP_F_PEER_CALL_ID, peer);
    put_field(message, type, PPTP_F_CALL_SERIAL_NUMBER, result);
    put_field(message, type, PPTP_F_IDENTIFIER, result);
    for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
        put_field(message, type, results[i], result);
    tcp->payload = message;
    tcp->source_port = from_client ? (uint16_t)(5000 + (port >> 1)) : PPTP_PORT;
    tcp->destination_port = from_client ? PPTP_PORT : (uint16_t)(5000 + (port >> 1));
    tcp->seq = *next;
    tcp->flags = TCP_FLAG_ACK;
    *next += tcp->length;
}

static void read_tunnel(struct reader *reader, struct event *event, uint8_t hosts)
{
    uint16_t id = input_u16(&reader->input);
    uint32_t length = input_u8(&reader->input);
    uint8_t acks = input_u8(&reader->input);
    uint32_t *next = &reader->next[(hosts ^ id) % COUNTS];
    uint8_t *octets = own(reader, 16 + length);
    put16(octets, EGRE_FLAG_KEY | EGRE_FLAG_SEQ | EGRE_FLAG_ACK | 1);
    put16(octets + 2, EGRE_PROTOCOL_PPP);
    put16(octets + 4, (uint16_t)length);
    put16(octets + 6, id);
    put16(octets + 10, (uint16_t)*next);
    put16(octets + 14, acks);
    octets[16] = 0xFD;
    for (uint32_t i = 1; i < length; i++)
        octets[16 + i] = (uint8_t)(*next * 7 + i);
    *next += 1;
    set_gre(event, octets, 16 + length);
}

static bool read_copy(struct reader *reader, struct event *event)
{
    uint8_t back = input_u8(&reader->input);
    uint16_t id = input_u16(&reader->input);
    const GArray *list = reader->events->list;
    struct packet packet = event->packet;
    if (back >= list->len)
        return false;
    *event = g_array_index(list, struct event, list->len - 1 - back);
    if (event->kind == EVENT_FINISH)
        return false;
    event->packet = packet;
    if (event->kind == EVENT_GRE)
        event->gre.header.call_id = id;
    if (event->kind == EVENT_TCP && event->tcp.captured >= 16) {
        uint8_t *octets = own(reader, event->tcp.captured);
        memcpy(octets, event->tcp.payload, event->tcp.captured);
        put16(octets + (back & 1 ? 12 : 14), id);
        event->tcp.payload = octets;
    }
    return true;
}

static bool read_event(struct reader *reader, struct event *event)
{
    unsigned what = input_u8(&reader->input) % 8;
    if (what == 5) {
        event->kind = EVENT_FINISH;
        return true;
    }
    uint8_t hosts = read_head(reader, &event->packet);
    switch (what) {
    case 0:
        event->kind = EVENT_TCP;
        read_tcp(reader, event);
        return true;
    case 1:
        event->kind = EVENT_GRE;
        return read_gre(reader, event);
    case 2:
        event->kind = EVENT_ICMP;
        read_icmp(reader, event);
        return true;
    case 3:
        event->kind = EVENT_FRAGMENT;
        event->fragment.offset = input_u16(&reader->input);
        event->fragment.more = input_u8(&reader->input) & 1;
        return true;
    case 4:
        return read_copy(reader, event);
    case 6:
        event->kind = EVENT_TCP;
        read_say(reader, event, hosts);
        return true;
    default:
        event->kind = EVENT_GRE;
        read_tunnel(reader, event, hosts);
        return true;
    }
}

struct events *events_read(const uint8_t *data, size_t size)
{
    struct events *events = g_new0(struct events, 1);
    struct reader *reader = g_new0(struct reader, 1);
    events->list = g_array_new(FALSE, FALSE, sizeof(struct event));
    events->starts = g_array_new(FALSE, FALSE, sizeof(size_t));
    events->owned = g_ptr_array_new_with_free_func(g_free);
    reader->events = events;
    reader->input = (struct input){data, size};
    reader->now_ns = G_GINT64_CONSTANT(1700000000) * 1000000000;
    while (reader->input.left > 0) {
        struct event event;
        size_t start = size - reader->input.left;
        memset(&event, 0, sizeof event);
        if (!read_event(reader, &event))
            continue;
        events->gre += event.kind == EVENT_GRE;
        events->tcp += event.kind == EVENT_TCP;
        g_array_append_val(events->list, event);
        g_array_append_val(events->starts, start);
    }
    g_free(reader);
    return events;
}

void events_free(struct events *events)
{
    g_array_free(events->list, TRUE);
    g_array_free(events->starts, TRUE);
    g_ptr_array_free(events->owned, TRUE);
    g_free(events);
}
