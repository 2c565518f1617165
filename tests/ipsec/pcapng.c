/* One walk over the blocks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcapng.h"

#include "core/base/bytes.h"

#define BLOCK_SECTION   0x0A0D0D0Au
#define BLOCK_INTERFACE 1
#define BLOCK_PACKET    6
#define BLOCK_OVERHEAD  12
#define OPTION_TSRESOL  9
#define INTERFACE_LIMIT 8
#define ETHERNET_HEADER 14
#define ETHERTYPE_IPV4  0x0800
#define PROTOCOL_UDP    17
#define PROTOCOL_ESP    50
#define UDP_HEADER      8
#define FRAGMENT_BITS   0x3FFF

struct reader {
    int64_t unit_ns[INTERFACE_LIMIT]; /* of a time stamp */
    uint32_t interfaces;
    uint32_t frame;
};

static uint32_t little(const uint8_t *p, unsigned octets)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < octets; i++)
        value |= (uint32_t)p[i] << 8 * i;
    return value;
}

static void read_interface(struct reader *reader, const uint8_t *body, uint32_t length)
{
    int64_t unit = 1000;
    for (uint32_t at = 8; at + 4 <= length;) {
        uint32_t size = little(body + at + 2, 2);
        if (little(body + at, 2) == OPTION_TSRESOL && size == 1 && body[at + 4] == 9)
            unit = 1;
        at += 4 + (size + 3) / 4 * 4;
    }
    if (reader->interfaces < INTERFACE_LIMIT)
        reader->unit_ns[reader->interfaces++] = unit;
}

static struct net_address address_at(const uint8_t *p)
{
    struct net_address address = {.length = 4};
    memcpy(address.octets, p, 4);
    return address;
}

/* False where the packet is no whole UDP or ESP packet in IPv4. */
static bool read_ip(const uint8_t *ip, uint32_t captured, struct ipsec_packet *ret)
{
    if (captured < 20 || ip[0] >> 4 != 4)
        return false;
    uint32_t header = (uint32_t)(ip[0] & 15) * 4;
    uint32_t length = bytes_u16(ip + 2);
    if (header < 20 || length < header || captured < header ||
        (bytes_u16(ip + 6) & FRAGMENT_BITS) != 0)
        return false;
    ret->packet.has_ip_id = true;
    ret->packet.ip_id = bytes_u16(ip + 4);
    ret->packet.ttl = ip[8];
    ret->packet.source = address_at(ip + 12);
    ret->packet.destination = address_at(ip + 16);
    ret->payload = ip + header;
    ret->length = length - header;
    ret->captured = MIN(captured, length) - header;
    if (ip[9] == PROTOCOL_ESP)
        return true;
    if (ip[9] != PROTOCOL_UDP || ret->captured < UDP_HEADER)
        return false;
    ret->source_port = bytes_u16(ret->payload);
    ret->destination_port = bytes_u16(ret->payload + 2);
    ret->payload += UDP_HEADER;
    ret->length -= UDP_HEADER;
    ret->captured -= UDP_HEADER;
    return true;
}

static void read_packet(struct reader *reader, const uint8_t *body, uint32_t length,
                        void (*each)(const struct ipsec_packet *packet, void *user), void *user)
{
    reader->frame++;
    if (length < 20 + ETHERNET_HEADER || little(body, 4) >= reader->interfaces)
        return;
    uint32_t captured = MIN(little(body + 12, 4), length - 20);
    const uint8_t *frame = body + 20;
    uint64_t stamp = (uint64_t)little(body + 4, 4) << 32 | little(body + 8, 4);
    struct ipsec_packet packet = {0};
    packet.packet.frame = reader->frame;
    packet.packet.interface = little(body, 4);
    packet.packet.time_ns = (int64_t)stamp * reader->unit_ns[packet.packet.interface];
    if (captured >= ETHERNET_HEADER && bytes_u16(frame + 12) == ETHERTYPE_IPV4 &&
        read_ip(frame + ETHERNET_HEADER, captured - ETHERNET_HEADER, &packet))
        each(&packet, user);
}

bool pcapng_read(const char *path, void (*each)(const struct ipsec_packet *packet, void *user),
                 void *user)
{
    gchar *octets = NULL;
    gsize size = 0;
    struct reader reader = {0};
    if (!g_file_get_contents(path, &octets, &size, NULL))
        return false;
    const uint8_t *data = (const uint8_t *)octets;
    for (gsize at = 0; at + BLOCK_OVERHEAD <= size;) {
        uint32_t kind = little(data + at, 4);
        uint32_t length = little(data + at + 4, 4);
        if (length < BLOCK_OVERHEAD || length > size - at)
            break;
        const uint8_t *body = data + at + 8;
        if (kind == BLOCK_SECTION)
            reader.interfaces = 0;
        else if (kind == BLOCK_INTERFACE)
            read_interface(&reader, body, length - BLOCK_OVERHEAD);
        else if (kind == BLOCK_PACKET)
            read_packet(&reader, body, length - BLOCK_OVERHEAD, each, user);
        at += length;
    }
    g_free(octets);
    return true;
}
