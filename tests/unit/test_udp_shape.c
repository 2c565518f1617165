/* What a UDP payload looks like, and L2TP in clear: rows of ports and octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ike_builder.h"

#include "core/ipsec/esp_wire.h"
#include "core/ipsec/l2tp_wire.h"
#include "core/ipsec/udp_shape.h"

static enum udp_shape shape(uint16_t source, uint16_t destination, const void *data,
                            uint32_t captured, uint32_t length, bool expects_esp)
{
    uint8_t *exact = g_memdup2(data, captured);
    struct udp_ports ports = {source, destination};
    enum udp_shape found = udp_shape(ports, exact, captured, length, expects_esp);
    if (found != UDP_OTHER && !expects_esp)
        g_assert_true(udp_shape_is_possible(ports, exact, captured));
    g_free(exact);
    return found;
}

/* Behind a non-ESP marker, as RFC3948-2.2 has it. */
static void marked(const struct ike_builder *builder, uint8_t *ret)
{
    memset(ret, 0, 4);
    memcpy(ret + 4, builder->octets, builder->length);
}

static void test_ike_has_a_shape_on_any_port(void)
{
    static const uint16_t ports[] = {500, 7, 53, 123, 157, 1194, 4500, 62636};
    uint8_t floated[IKE_BUILDER_ROOM + 4];
    struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, 1, 0, 0);
    ike_add_sa(&builder, 2);
    marked(&builder, floated);
    for (unsigned i = 0; i < G_N_ELEMENTS(ports); i++) {
        g_assert_cmpint(shape(ports[i], 500, builder.octets, builder.length, builder.length, false),
                        ==, UDP_IKE);
        g_assert_cmpint(
            shape(ports[i], 40000, builder.octets, builder.length, builder.length, false), ==,
            UDP_IKE);
        g_assert_cmpint(
            shape(4500, ports[i], floated, builder.length + 4, builder.length + 4, false), ==,
            UDP_IKE_FLOATED);
        g_assert_cmpint(
            shape(9999, ports[i], floated, builder.length + 4, builder.length + 4, false), ==,
            UDP_IKE_FLOATED);
    }
}

/* Off its ports every octet of the header has to be right; on them the version is enough. */
static void test_near_misses_are_ike_on_its_ports_only(void)
{
    static const struct {
        uint32_t offset;
        uint8_t value;
        bool on_own_port;
    } rows[] = {
        {17, 0x11, false},                  /* version 1.1 */
        {17, 0x30, false}, {18, 200, true}, /* exchange that nobody defined */
        {18, 34, true},                     /* of the other version */
        {19, 0x80, true},                   /* a reserved flag */
        {27, 0, true},                      /* another Length */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, 1, 0, 0);
        ike_add_sa(&builder, 2);
        builder.octets[rows[i].offset] = rows[i].value;
        g_assert_cmpint(shape(53, 40000, builder.octets, builder.length, builder.length, false), ==,
                        UDP_OTHER);
        g_assert_cmpint(shape(53, 500, builder.octets, builder.length, builder.length, false), ==,
                        rows[i].on_own_port ? UDP_IKE : UDP_OTHER);
    }
}

static void test_a_cut_message_is_ike_by_its_length_on_the_wire(void)
{
    struct ike_builder builder = ike_begin(2, IKE_V2_INIT, IKE_FLAG_INITIATOR, 1, 0, 0);
    ike_add_opaque(&builder, 400, 7);
    g_assert_cmpint(shape(49, 40000, builder.octets, 64, builder.length, false), ==, UDP_IKE);
    g_assert_cmpint(shape(49, 40000, builder.octets, 27, builder.length, false), ==, UDP_OTHER);
    g_assert_cmpint(shape(49, 500, builder.octets, 27, builder.length, false), ==, UDP_OTHER);
}

/* RFC3948-2.3 */
static void test_a_keepalive_is_one_octet_on_port_4500(void)
{
    g_assert_cmpint(shape(62636, 4500, "\xFF", 1, 1, false), ==, UDP_KEEPALIVE);
    g_assert_cmpint(shape(62636, 14500, "\xFF", 1, 1, true), ==, UDP_KEEPALIVE);
    g_assert_cmpint(shape(62636, 14500, "\xFF", 1, 1, false), ==, UDP_OTHER);
    g_assert_cmpint(shape(62636, 4500, "\xFE", 1, 1, false), ==, UDP_OTHER);
    g_assert_cmpint(shape(62636, 4500, "\xFF\xFF", 2, 2, false), ==, UDP_OTHER);
    g_assert_cmpint(shape(62636, 4500, "\xFF", 1, 9, false), ==, UDP_OTHER);
    g_assert_cmpint(shape(62636, 4500, "", 0, 0, false), ==, UDP_OTHER);
}

/* ESP has none: port 4500 makes it possible, no more. */
static void test_esp_is_only_possible(void)
{
    uint8_t octets[32] = {0x89, 0x40, 0x23, 0x08, 0, 0, 0, 1};
    g_assert_cmpint(shape(62636, 4500, octets, 32, 32, false), ==, UDP_MAYBE_ESP);
    g_assert_cmpint(shape(4500, 53, octets, 32, 32, false), ==, UDP_MAYBE_ESP);
    g_assert_cmpint(shape(62636, 14500, octets, 32, 32, true), ==, UDP_MAYBE_ESP);
    g_assert_cmpint(shape(62636, 14500, octets, 32, 32, false), ==, UDP_OTHER);
    g_assert_cmpint(shape(62636, 4500, octets, 15, 15, false), ==, UDP_OTHER);
    memset(octets, 0, 3); /* SPI 8: reserved (RFC4303-2.1) */
    g_assert_cmpint(shape(62636, 4500, octets, 32, 32, false), ==, UDP_OTHER);
}

/* RFC2661-3.1 */
static void test_l2tp_in_clear(void)
{
    static const struct {
        const char *octets;
        uint32_t length;
        enum l2tp_kind kind;
        uint16_t tunnel;
        const char *name;
    } rows[] = {
        /* SCCRQ: Length 20, tunnel 0, then the AVP Message Type */
        {"\xC8\x02\x00\x14\0\0\0\0\0\0\0\0\x80\x08\0\0\0\0\0\x01", 20, L2TP_CONTROL, 0, "SCCRQ"},
        {"\xC8\x02\x00\x0C\x12\x34\0\0\0\x01\0\x01", 12, L2TP_CONTROL, 0x1234, "ZLB"},
        {"\xC8\x02\x00\x0C\x12\x34\0\0\0\x01\0\x01", 11, L2TP_NONE, 0, ""}, /* longer than it is */
        {"\x88\x02\x00\x0C\0\0\0\0\0\0\0\0", 12, L2TP_NONE, 0, ""},         /* no Length */
        {"\xC8\x03\x00\x0C\0\0\0\0\0\0\0\0", 12, L2TP_NONE, 0, ""},         /* L2TPv3 */
        {"\xC8\x02\x00\x0B\0\0\0\0\0\0\0\0", 12, L2TP_NONE, 0, ""},
        {"\x00\x02\x43\x21\x00\x07\xFF\x03", 8, L2TP_DATA, 0x4321, "ZLB"},
        {"\x40\x02\x00\x0A\x43\x21\x00\x07\xFF\x03", 10, L2TP_DATA, 0x4321, "ZLB"},
        {"\x40\x02\x00\x0B\x43\x21\x00\x07\xFF\x03", 10, L2TP_NONE, 0, ""},
        {"\x10\x02\x43\x21\x00\x07\xFF\x03", 8, L2TP_NONE, 0, ""}, /* a reserved bit */
        {"\x00\x02\x43\x21\x00", 5, L2TP_NONE, 0, ""},
        {"\x00", 1, L2TP_NONE, 0, ""},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct l2tp_header header = {0};
        uint8_t *exact = g_memdup2(rows[i].octets, rows[i].length);
        g_test_message("row %u", i);
        g_assert_cmpint(l2tp_parse(exact, rows[i].length, rows[i].length, &header), ==,
                        rows[i].kind);
        g_free(exact);
        g_assert_cmphex(header.tunnel, ==, rows[i].tunnel);
        if (rows[i].kind == L2TP_CONTROL)
            g_assert_cmpstr(l2tp_message_name(header.message_type), ==, rows[i].name);
        enum udp_shape wanted = rows[i].kind == L2TP_NONE ? UDP_OTHER : UDP_L2TP;
        g_assert_cmpint(shape(1701, 1701, rows[i].octets, rows[i].length, rows[i].length, false),
                        ==, rows[i].length < ESP_HEADER_LENGTH ? UDP_OTHER : wanted);
        g_assert_cmpint(shape(1702, 1702, rows[i].octets, rows[i].length, rows[i].length, false),
                        ==, UDP_OTHER);
    }
    g_assert_cmpstr(l2tp_message_name(5), ==, "unknown");
}

static void test_the_tail_tells_packets_apart(void)
{
    uint8_t octets[40] = {0x89, 0x40, 0x23, 0x08, 0, 0, 0, 1};
    uint32_t content = esp_content(octets, 40, 40);
    g_assert_cmphex(content, !=, 0);
    g_assert_cmphex(esp_content(octets, 39, 40), ==, 0); /* the tail was not captured */
    g_assert_cmphex(esp_content(octets, 19, 19), ==, 0); /* there is none */
    octets[20] = 1;
    g_assert_cmphex(esp_content(octets, 40, 40), ==, content); /* before the tail */
    octets[39] = 1;
    g_assert_cmphex(esp_content(octets, 40, 40), !=, content);
    struct esp_header header = {0};
    g_assert_false(esp_parse(octets, 7, &header));
    g_assert_true(esp_parse(octets, 8, &header));
    g_assert_cmphex(header.spi, ==, 0x89402308);
    g_assert_cmpuint(header.seq, ==, 1);
}

/* The first test of every UDP packet: what is none of ours must not come further. */
static void test_other_udp_is_impossible_at_once(void)
{
    static const uint8_t dns[64] = {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1};
    uint8_t zeros[64] = {0};
    struct udp_ports ports = {53, 40000};
    g_assert_false(udp_shape_is_possible(ports, dns, sizeof dns));
    g_assert_false(udp_shape_is_possible(ports, zeros, sizeof zeros));
    g_assert_false(udp_shape_is_possible(ports, zeros, 0));
    zeros[21] = 0x20;
    g_assert_true(udp_shape_is_possible(ports, zeros, sizeof zeros));
    g_assert_false(udp_shape_is_possible(ports, zeros, 27));
}

void test_udp_shape(void)
{
    g_test_add_func("/udp-shape/IKE has a shape on any port", test_ike_has_a_shape_on_any_port);
    g_test_add_func("/udp-shape/near misses are IKE on its ports only",
                    test_near_misses_are_ike_on_its_ports_only);
    g_test_add_func("/udp-shape/a cut message is IKE by its length on the wire",
                    test_a_cut_message_is_ike_by_its_length_on_the_wire);
    g_test_add_func("/udp-shape/a keepalive is one octet on port 4500",
                    test_a_keepalive_is_one_octet_on_port_4500);
    g_test_add_func("/udp-shape/ESP is only possible", test_esp_is_only_possible);
    g_test_add_func("/udp-shape/L2TP in clear", test_l2tp_in_clear);
    g_test_add_func("/udp-shape/the tail tells packets apart", test_the_tail_tells_packets_apart);
    g_test_add_func("/udp-shape/other UDP is impossible at once",
                    test_other_udp_is_impossible_at_once);
}
