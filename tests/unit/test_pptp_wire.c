/* The protocol table against RFC 2637 2, written down a second time by hand: lengths, owners,
 * offsets of every value the analysis reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/pptp/pptp_wire.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A message of `type` with the claimed Length, all of its body set to `fill`. */
static void build(uint8_t *message, unsigned type, uint16_t length, uint8_t fill)
{
    const uint8_t header[PPTP_HEADER_LENGTH] = {
        (uint8_t)(length >> 8), (uint8_t)length, 0, 1, 0x1A, 0x2B, 0x3C, 0x4D, 0, (uint8_t)type};

    memset(message, fill, PPTP_MAX_LENGTH);
    memcpy(message, header, sizeof header);
}

enum { PNS = PPTP_OWNER_PNS, PAC = PPTP_OWNER_PAC, NONE = PPTP_OWNER_NONE };

/* Type, length and whose Call IDs: RFC 2637 2.1 to 2.15. */
static const struct {
    unsigned type;
    const char *title;
    uint8_t length;
    int call_id; /* enum id_owner */
    int peer_call_id;
    const char *section;
} rfc[] = {
    {1, "Start-Control-Connection-Request", 156, NONE, NONE, "RFC 2637 2.1"},
    {2, "Start-Control-Connection-Reply", 156, NONE, NONE, "RFC 2637 2.2"},
    {3, "Stop-Control-Connection-Request", 16, NONE, NONE, "RFC 2637 2.3"},
    {4, "Stop-Control-Connection-Reply", 16, NONE, NONE, "RFC 2637 2.4"},
    {5, "Echo-Request", 16, NONE, NONE, "RFC 2637 2.5"},
    {6, "Echo-Reply", 20, NONE, NONE, "RFC 2637 2.6"},
    {7, "Outgoing-Call-Request", 168, PNS, NONE, "RFC 2637 2.7"},
    {8, "Outgoing-Call-Reply", 32, PAC, PNS, "RFC 2637 2.8"},
    {9, "Incoming-Call-Request", 220, PAC, NONE, "RFC 2637 2.9"},
    {10, "Incoming-Call-Reply", 24, PNS, PAC, "RFC 2637 2.10"},
    {11, "Incoming-Call-Connected", 28, NONE, PNS, "RFC 2637 2.11"},
    {12, "Call-Clear-Request", 16, PNS, NONE, "RFC 2637 2.12"},
    {13, "Call-Disconnect-Notify", 148, PAC, NONE, "RFC 2637 2.13"},
    {14, "WAN-Error-Notify", 40, NONE, PNS, "RFC 2637 2.14"},
    {15, "Set-Link-Info", 24, NONE, PAC, "RFC 2637 2.15"},
};

static void test_cells_tile_every_message(void)
{
    unsigned at = 0;

    for (unsigned i = 0; i < LENGTH_OF(pptp_header_cells); i++) {
        g_assert_cmpuint(pptp_header_cells[i].offset, ==, at);
        at += pptp_header_cells[i].width;
    }
    g_assert_cmpuint(at, ==, PPTP_HEADER_LENGTH);
    for (unsigned type = 1; type <= PPTP_MESSAGE_TYPES; type++) {
        const struct pptp_layout *layout = pptp_layout(type);

        at = PPTP_HEADER_LENGTH;
        for (unsigned i = 0; i < layout->cell_count; i++) {
            const struct pptp_cell *cell = &layout->cells[i];
            bool text = pptp_field(cell->field)->kind == PPTP_KIND_TEXT;

            g_assert_cmpuint(cell->offset, ==, at);
            g_assert_true(text || cell->width == 1 || cell->width == 2 || cell->width == 4);
            g_assert_true(cell->member == PPTP_NO_MEMBER ||
                          (!text && cell->member + cell->width <= sizeof(struct pptp_message)));
            at += cell->width;
        }
        g_assert_cmpuint(at, ==, layout->length);
    }
}

static void test_layouts_are_those_of_the_rfc(void)
{
    for (unsigned i = 0; i < LENGTH_OF(rfc); i++) {
        const struct pptp_layout *layout = pptp_layout(rfc[i].type);

        g_assert_cmpuint(layout->length, ==, rfc[i].length);
        g_assert_cmpstr(layout->title, ==, rfc[i].title);
        g_assert_cmpstr(layout->section, ==, rfc[i].section);
        g_assert_cmpstr(pptp_message_name(rfc[i].type), ==, rfc[i].title);
        g_assert_cmpstr(name_of(names_control_type, rfc[i].type, ""), ==, rfc[i].title);
    }
    g_assert_null(pptp_layout(0));
    g_assert_null(pptp_layout(16));
    g_assert_null(pptp_layout(UINT32_MAX));
    g_assert_cmpstr(pptp_message_name(2400), ==, "Unknown");
}

static void test_every_call_id_has_its_owner(void)
{
    for (unsigned i = 0; i < LENGTH_OF(rfc); i++) {
        unsigned type = rfc[i].type;

        g_assert_cmpint(pptp_call_id_owner(type, PPTP_F_CALL_ID), ==, rfc[i].call_id);
        g_assert_cmpint(pptp_call_id_owner(type, PPTP_F_PEER_CALL_ID), ==, rfc[i].peer_call_id);
        for (unsigned j = 0; j < pptp_layout(type)->cell_count; j++) {
            const struct pptp_cell *cell = &pptp_layout(type)->cells[j];
            bool is_id = cell->field == PPTP_F_CALL_ID || cell->field == PPTP_F_PEER_CALL_ID;

            g_assert_true(is_id == (cell->owner != PPTP_OWNER_NONE));
        }
    }
    g_assert_cmpint(pptp_call_id_owner(16, PPTP_F_CALL_ID), ==, PPTP_OWNER_NONE);
}

static void test_every_field_is_named_once(void)
{
    for (unsigned i = 0; i < PPTP_FIELD_COUNT; i++) {
        const struct pptp_field *field = pptp_field((enum pptp_field_id)i);

        g_assert_nonnull(field->label);
        g_assert_true(g_str_has_prefix(field->filter, "pptp."));
        g_assert_true((field->names != NULL) ==
                      (field->kind == PPTP_KIND_NAMED || field->kind == PPTP_KIND_BITS));
        for (unsigned j = 0; j < i; j++)
            g_assert_cmpstr(pptp_field((enum pptp_field_id)j)->filter, !=, field->filter);
    }
}

/* Where RFC 2637 puts what the analysis reads. */
#define AT(type, name, offset)                                                                     \
    {                                                                                              \
        type, offsetof(struct pptp_message, name), sizeof(((struct pptp_message *)0)->name),       \
            offset                                                                                 \
    }
static const struct {
    unsigned type;
    size_t member;
    size_t width;
    unsigned offset;
} values[] = {
    AT(1, protocol_version, 12),
    AT(2, protocol_version, 12),
    AT(2, result, 14),
    AT(2, error, 15),
    AT(3, reason, 12),
    AT(4, result, 12),
    AT(4, error, 13),
    AT(5, identifier, 12),
    AT(6, identifier, 12),
    AT(6, result, 16),
    AT(6, error, 17),
    AT(7, call_id, 12),
    AT(7, call_serial_number, 14),
    AT(7, maximum_bps, 20),
    AT(7, window, 32),
    AT(8, call_id, 12),
    AT(8, peer_call_id, 14),
    AT(8, result, 16),
    AT(8, error, 17),
    AT(8, cause, 18),
    AT(8, connect_speed, 20),
    AT(8, window, 24),
    AT(9, call_id, 12),
    AT(9, call_serial_number, 14),
    AT(10, call_id, 12),
    AT(10, peer_call_id, 14),
    AT(10, result, 16),
    AT(10, error, 17),
    AT(10, window, 18),
    AT(11, peer_call_id, 12),
    AT(11, connect_speed, 16),
    AT(11, window, 20),
    AT(12, call_id, 12),
    AT(13, call_id, 12),
    AT(13, result, 14),
    AT(13, error, 15),
    AT(13, cause, 16),
    AT(14, peer_call_id, 12),
    AT(15, peer_call_id, 12),
    AT(15, send_accm, 16),
    AT(15, receive_accm, 20),
};

static void test_values_are_read_from_where_the_rfc_puts_them(void)
{
    for (unsigned i = 0; i < LENGTH_OF(rfc); i++) {
        uint8_t message[PPTP_MAX_LENGTH];
        struct pptp_message parsed;
        struct pptp_message expected = {.length = rfc[i].length,
                                        .type = 1,
                                        .cookie = PPTP_MAGIC_COOKIE,
                                        .control_type = (uint16_t)rfc[i].type,
                                        .complete = true};

        build(message, rfc[i].type, rfc[i].length, 0);
        for (unsigned j = PPTP_HEADER_LENGTH; j < rfc[i].length; j++)
            message[j] = (uint8_t)(j * 7 + 1); /* all octets of 256 in a row differ */
        g_assert_cmpint(pptp_parse(message, rfc[i].length, &parsed), ==, PPTP_OK);
        for (unsigned j = 0; j < LENGTH_OF(values); j++) {
            uint8_t *member = (uint8_t *)&expected + values[j].member;
            const uint8_t *p = message + values[j].offset;

            if (values[j].type != rfc[i].type)
                continue;
            if (values[j].width == 1)
                *member = *p;
            else if (values[j].width == 2)
                *(uint16_t *)(void *)member = bytes_u16(p);
            else
                *(uint32_t *)(void *)member = bytes_u32(p);
        }
        parsed.reserved_not_zero = false; /* has its own test */
        g_assert_cmpmem(&parsed, sizeof parsed, &expected, sizeof expected);
    }
}

/* RFC2637-1.4: reserved fields must be 0. First and last octet of each one. */
static void test_reserved_fields_are_watched(void)
{
    static const struct {
        unsigned type;
        unsigned offset;
    } reserved[] = {{1, 10},  {1, 11},  {1, 14},  {1, 15},  {3, 13},  {3, 14},  {3, 15},
                    {4, 14},  {4, 15},  {6, 18},  {6, 19},  {7, 38},  {7, 39},  {10, 22},
                    {10, 23}, {11, 14}, {11, 15}, {12, 14}, {12, 15}, {13, 18}, {13, 19},
                    {14, 14}, {14, 15}, {15, 14}, {15, 15}};
    uint8_t message[PPTP_MAX_LENGTH];
    struct pptp_message parsed;

    for (unsigned i = 0; i < LENGTH_OF(rfc); i++) {
        for (unsigned offset = 10; offset < rfc[i].length; offset++) {
            bool expected = offset < PPTP_HEADER_LENGTH;

            for (unsigned j = 0; j < LENGTH_OF(reserved); j++)
                expected |= reserved[j].type == rfc[i].type && reserved[j].offset == offset;
            build(message, rfc[i].type, rfc[i].length, 0);
            message[offset] = 1;
            pptp_parse(message, rfc[i].length, &parsed);
            g_assert_true(parsed.reserved_not_zero == expected);
        }
    }
}

/* RFC2637-3.2.2: 0 is a Call ID. */
static void test_call_id_0_is_a_value(void)
{
    uint8_t message[PPTP_MAX_LENGTH];
    struct pptp_message parsed;

    build(message, PPTP_OCRP, 32, 0);
    message[14] = 0x06;
    g_assert_cmpint(pptp_parse(message, 32, &parsed), ==, PPTP_OK);
    g_assert_cmpuint(parsed.call_id, ==, 0);
    g_assert_cmpuint(parsed.peer_call_id, ==, 0x0600);
    g_assert_nonnull(pptp_find_cell(PPTP_OCRP, PPTP_F_CALL_ID));
    g_assert_null(pptp_find_cell(PPTP_SLI, PPTP_F_CALL_ID));
}

/* What is wrong with a header, and how far it is read. A Set-Link-Info of 24 octets, all 0x11. */
static void test_hostile_headers(void)
{
    static const struct {
        const char *what;
        uint16_t length; /* claimed */
        uint16_t type;
        uint32_t cookie;
        uint16_t control_type;
        uint32_t captured;
        enum pptp_status status;
        uint16_t peer_call_id;
        uint32_t receive_accm;
        bool complete;
    } rows[] = {
        {"right", 24, 1, PPTP_MAGIC_COOKIE, 15, 24, PPTP_OK, 0x1111, 0x11111111, true},
        {"longer in the capture", 24, 1, PPTP_MAGIC_COOKIE, 15, 220, PPTP_OK, 0x1111, 0x11111111,
         true},
        {"cut by the snap length", 24, 1, PPTP_MAGIC_COOKIE, 15, 14, PPTP_OK, 0x1111, 0, false},
        {"cut in a field", 24, 1, PPTP_MAGIC_COOKIE, 15, 13, PPTP_OK, 0, 0, false},
        {"Length too long", 148, 1, PPTP_MAGIC_COOKIE, 15, 24, PPTP_BAD_LENGTH, 0x1111, 0x11111111,
         true},
        {"Length too short", 16, 1, PPTP_MAGIC_COOKIE, 15, 24, PPTP_BAD_LENGTH, 0x1111, 0, false},
        {"Length below a header", 4, 1, PPTP_MAGIC_COOKIE, 15, 24, PPTP_BAD_LENGTH, 0, 0, false},
        {"Length 0", 0, 1, PPTP_MAGIC_COOKIE, 15, 24, PPTP_BAD_LENGTH, 0, 0, false},
        {"Length 65535", 65535, 1, PPTP_MAGIC_COOKIE, 15, 24, PPTP_BAD_LENGTH, 0x1111, 0x11111111,
         true},
        {"management", 24, 2, PPTP_MAGIC_COOKIE, 15, 24, PPTP_MANAGEMENT, 0, 0, false},
        {"message type 0", 24, 0, PPTP_MAGIC_COOKIE, 15, 24, PPTP_UNKNOWN_TYPE, 0, 0, false},
        {"control type 0", 24, 1, PPTP_MAGIC_COOKIE, 0, 24, PPTP_UNKNOWN_TYPE, 0, 0, false},
        {"control type 16", 24, 1, PPTP_MAGIC_COOKIE, 16, 24, PPTP_UNKNOWN_TYPE, 0, 0, false},
        {"cookie swapped", 24, 1, 0x4D3C2B1A, 15, 24, PPTP_BAD_COOKIE, 0, 0, false},
        {"11 octets", 24, 1, PPTP_MAGIC_COOKIE, 15, 11, PPTP_SHORT, 0, 0, false},
        {"nothing", 24, 1, PPTP_MAGIC_COOKIE, 15, 0, PPTP_SHORT, 0, 0, false},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        uint8_t *message = g_malloc(PPTP_MAX_LENGTH);
        uint8_t *exact; /* so that the sanitizer sees an octet read too much */
        struct pptp_message parsed;

        g_test_message("%s", rows[i].what);
        build(message, rows[i].control_type, rows[i].length, 0x11);
        message[3] = (uint8_t)rows[i].type;
        for (unsigned j = 0; j < 4; j++)
            message[4 + j] = (uint8_t)(rows[i].cookie >> (24 - 8 * j));
        exact = g_memdup2(message, rows[i].captured);
        g_assert_cmpint(pptp_parse(exact, rows[i].captured, &parsed), ==, (int)rows[i].status);
        g_assert_cmpuint(parsed.peer_call_id, ==, rows[i].peer_call_id);
        g_assert_cmpuint(parsed.receive_accm, ==, rows[i].receive_accm);
        g_assert_true(parsed.complete == rows[i].complete);
        pptp_masked_hash(exact, rows[i].captured);
        pptp_looks_like_message(exact, rows[i].captured);
        g_free(exact);
        g_free(message);
    }
}

/* RFC2637-2: the only octets a NAT changes are those of Call IDs. */
static void test_the_masked_hash_ignores_call_ids_and_nothing_else(void)
{
    for (unsigned i = 0; i < LENGTH_OF(rfc); i++) {
        uint8_t message[PPTP_MAX_LENGTH];
        uint32_t hash;

        build(message, rfc[i].type, rfc[i].length, 0x5A);
        hash = pptp_masked_hash(message, rfc[i].length);
        for (unsigned offset = 10; offset < rfc[i].length; offset++) {
            bool first = rfc[i].call_id != NONE || rfc[i].peer_call_id != NONE;
            bool second = rfc[i].call_id != NONE && rfc[i].peer_call_id != NONE;
            bool masked = (first && (offset == 12 || offset == 13)) ||
                          (second && (offset == 14 || offset == 15));

            message[offset] ^= 0xFF;
            g_assert_true((pptp_masked_hash(message, rfc[i].length) == hash) == masked);
            message[offset] ^= 0xFF;
        }
        g_assert_cmpuint(pptp_masked_hash(message, PPTP_MAX_LENGTH), ==, hash);
    }
}

static void test_the_masked_hash_of_a_cut_message_masks_what_is_there(void)
{
    uint8_t inside[PPTP_MAX_LENGTH];
    uint8_t outside[PPTP_MAX_LENGTH];

    build(inside, PPTP_OCRQ, 168, 0);
    build(outside, PPTP_OCRQ, 168, 0);
    inside[12] = 0x06;
    outside[12] = 0xA4;
    g_assert_cmpuint(pptp_masked_hash(inside, 13), ==, pptp_masked_hash(outside, 13));
    g_assert_cmpuint(pptp_masked_hash(inside, 168), ==, pptp_masked_hash(outside, 168));
    g_assert_cmpuint(pptp_masked_hash(inside, 168), !=, pptp_masked_hash(inside, 100));
}

static void test_what_looks_like_a_message(void)
{
    static const struct {
        const char *what;
        uint16_t length;
        uint16_t type;
        uint16_t control_type;
        uint32_t captured;
        bool expected;
    } rows[] = {
        {"a message", 16, 1, 5, 16, true},         {"only what is needed", 168, 1, 7, 10, true},
        {"one octet less", 168, 1, 7, 9, false},   {"shortest", 12, 1, 1, 12, true},
        {"too short", 11, 1, 1, 12, false},        {"longest", 1024, 1, 15, 12, true},
        {"too long", 1025, 1, 15, 12, false},      {"control type 0", 16, 1, 0, 16, false},
        {"control type 16", 16, 1, 16, 16, false}, {"management", 16, 2, 99, 16, true},
        {"message type 3", 16, 3, 1, 16, false},
    };
    uint8_t message[PPTP_MAX_LENGTH];

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        g_test_message("%s", rows[i].what);
        build(message, rows[i].control_type, rows[i].length, 0);
        message[3] = (uint8_t)rows[i].type;
        g_assert_true(pptp_looks_like_message(message, rows[i].captured) == rows[i].expected);
    }
    message[7] = 0;
    g_assert_false(pptp_looks_like_message(message, 16));
}

void test_pptp_wire(void)
{
    g_test_add_func("/pptp-wire/cells tile every message", test_cells_tile_every_message);
    g_test_add_func("/pptp-wire/layouts are those of the RFC", test_layouts_are_those_of_the_rfc);
    g_test_add_func("/pptp-wire/every Call ID has its owner", test_every_call_id_has_its_owner);
    g_test_add_func("/pptp-wire/every field is named once", test_every_field_is_named_once);
    g_test_add_func("/pptp-wire/values are read from where the RFC puts them",
                    test_values_are_read_from_where_the_rfc_puts_them);
    g_test_add_func("/pptp-wire/reserved fields are watched", test_reserved_fields_are_watched);
    g_test_add_func("/pptp-wire/Call ID 0 is a value", test_call_id_0_is_a_value);
    g_test_add_func("/pptp-wire/hostile headers are read as far as is safe", test_hostile_headers);
    g_test_add_func("/pptp-wire/the masked hash ignores Call IDs and nothing else",
                    test_the_masked_hash_ignores_call_ids_and_nothing_else);
    g_test_add_func("/pptp-wire/the masked hash of a cut message masks what is there",
                    test_the_masked_hash_of_a_cut_message_masks_what_is_there);
    g_test_add_func("/pptp-wire/what looks like a message", test_what_looks_like_a_message);
}
