/* IKE as far as it is in clear: headers, chains of payloads, and what the payloads say. Each row is
 * a message and what has to be read of it; then the same messages cut and damaged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ike_builder.h"

#include "core/ipsec/ike_names.h"

#define INITIATOR 0x0A08E01416BFDAD8u
#define RESPONDER 0x5440E0464C62794Eu

static const struct endpoint client = {{4, {192, 168, 11, 20}}, 500};
static const struct endpoint server = {{4, {192, 168, 1, 10}}, 500};

static struct ike_message parse(const struct ike_builder *builder, uint32_t captured)
{
    struct ike_message message;
    uint8_t *exact = g_memdup2(builder->octets, captured); /* so that a read too far is seen */
    ike_parse(exact, captured, builder->length, &message);
    g_free(exact);
    return message;
}

static struct ike_message parse_all(const struct ike_builder *builder)
{
    return parse(builder, builder->length);
}

/* Main mode 1 of a Windows client. */
static struct ike_builder main_mode_1(void)
{
    struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, INITIATOR, 0, 0);
    ike_add_sa(&builder, 2);
    ike_add_vendor(&builder, "RFC 3947");
    ike_add_vendor(&builder, "draft-02\\n");
    ike_add_vendor(&builder, "MS NT5 ISAKMPOAKLEY");
    return builder;
}

static struct ike_builder main_mode_3(void)
{
    struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, INITIATOR, RESPONDER, 0);
    uint8_t key[128] = {1};
    ike_add(&builder, IKE_V1_KE, key, sizeof key);
    ike_add(&builder, IKE_V1_NONCE, key, 20);
    ike_add_natd(&builder, IKE_V1_NATD, 20, &server);
    ike_add_natd(&builder, IKE_V1_NATD, 20, &client);
    return builder;
}

static struct ike_builder init_request(void)
{
    struct ike_builder builder = ike_begin(2, IKE_V2_INIT, IKE_FLAG_INITIATOR, INITIATOR, 0, 0);
    uint8_t body[64] = {0, 14};
    ike_add(&builder, IKE_V2_SA, body, 40);
    ike_add(&builder, IKE_V2_KE, body, 64);
    ike_add(&builder, IKE_V2_NONCE, body, 32);
    ike_add_natd(&builder, IKE_NOTIFY_NATD_SOURCE, 20, &client);
    ike_add_natd(&builder, IKE_NOTIFY_NATD_DESTINATION, 20, &server);
    return builder;
}

/* RFC2408-3.1, RFC7296-3.1: cells follow each other without gap or overlap. */
static void test_the_cells_of_each_layout_tile_it(void)
{
    for (int id = 0; id < IKE_LAYOUT_COUNT; id++) {
        const struct ike_layout *layout = ike_layout((enum ike_layout_id)id);
        unsigned offset = 0;
        for (unsigned i = 0; i < layout->cell_count; i++) {
            g_assert_cmpuint(layout->cells[i].offset, ==, offset);
            offset += layout->cells[i].width;
        }
        g_assert_cmpuint(offset, ==, layout->length);
        g_assert_nonnull(layout->title);
        g_assert_nonnull(layout->section);
    }
}

static void test_a_header_is_read_to_the_octet(void)
{
    struct ike_builder builder =
        ike_begin(2, IKE_V2_AUTH, IKE_FLAG_INITIATOR | IKE_FLAG_RESPONSE, INITIATOR, RESPONDER, 7);
    struct ike_header header;
    g_assert_true(ike_read(IKE_LAYOUT_HEADER, builder.octets, builder.length, &header));
    g_assert_cmphex(header.initiator_spi, ==, INITIATOR);
    g_assert_cmphex(header.responder_spi, ==, RESPONDER);
    g_assert_cmpuint(header.next_payload, ==, 0);
    g_assert_cmphex(header.version, ==, 0x20);
    g_assert_cmpuint(header.exchange, ==, IKE_V2_AUTH);
    g_assert_cmphex(header.flags, ==, 0x28);
    g_assert_cmpuint(header.message_id, ==, 7);
    g_assert_cmpuint(header.length, ==, 28);
    g_assert_cmpuint(ike_major(&header), ==, 2);
    g_assert_false(ike_read(IKE_LAYOUT_HEADER, builder.octets, 27, &header));
}

/* RFC2408-3.4 to 3.6, RFC2409-A: the hash stands behind a long attribute. */
static void test_main_mode_1_says_hash_and_vendors(void)
{
    struct ike_builder builder = main_mode_1();
    struct ike_message message = parse_all(&builder);
    g_assert_cmpint(message.status, ==, IKE_OK);
    g_assert_true(message.complete);
    g_assert_false(message.encrypted);
    g_assert_cmpuint(message.hash, ==, 2);
    g_assert_true(ike_has_payload(&message, IKE_V1_SA));
    g_assert_true(ike_has_payload(&message, IKE_V1_VENDOR_ID));
    g_assert_false(ike_has_payload(&message, IKE_V1_KE));
    g_assert_false(ike_has_payload(&message, IKE_V1_NATD_DRAFT));
    g_assert_true(ike_announces_natt(&message));
    g_assert_cmpint(__builtin_popcount(message.vendors), ==, 3);
}

static void test_vendors_that_are_no_nat_traversal_announce_none(void)
{
    static const char *const labels[] = {"MS NT5 ISAKMPOAKLEY", "FRAGMENTATION",
                                         "IKE CGA version 1", "Vid-Initial-Contact"};
    for (unsigned i = 0; i < G_N_ELEMENTS(labels); i++) {
        struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, INITIATOR, 0, 0);
        ike_add_sa(&builder, 2);
        ike_add_vendor(&builder, labels[i]);
        struct ike_message message = parse_all(&builder);
        g_assert_cmphex(message.vendors, !=, 0);
        g_assert_false(ike_announces_natt(&message));
    }
}

/* Each is the sum of its text, so a wrong digit cannot hide. */
static void test_vendor_ids_are_the_sums_of_their_texts(void)
{
    g_assert_cmpuint(ike_vendor_count(), <=, 32);
    for (unsigned i = 0; i < ike_vendor_count(); i++) {
        const struct ike_vendor *vendor = ike_vendor(i);
        uint8_t sum[16];
        gsize length = sizeof sum;
        GChecksum *checksum = g_checksum_new(G_CHECKSUM_MD5);
        g_checksum_update(checksum, (const guchar *)vendor->text, -1);
        g_checksum_get_digest(checksum, sum, &length);
        g_checksum_free(checksum);
        g_test_message("%s", vendor->label);
        g_assert_cmpmem(sum, sizeof sum, vendor->octets, IKE_VENDOR_OCTETS);
        g_assert_cmphex(ike_vendor_bit(vendor->octets, 16), ==, 1u << i);
        g_assert_cmphex(ike_vendor_bit(vendor->octets, 15), ==, 0);
        g_assert_true(ike_vendors_have_natt(1u << i) == vendor->natt);
    }
    g_assert_false(ike_vendors_have_natt(0));
}

/* RFC3947-3.2: the first hash is of the receiver. */
static void test_main_mode_3_has_address_hashes(void)
{
    struct ike_builder builder = main_mode_3();
    struct ike_message message = parse_all(&builder);
    g_assert_cmpint(message.status, ==, IKE_OK);
    g_assert_cmpuint(message.ke_length, ==, 128);
    g_assert_cmpuint(message.natd_count, ==, 2);
    g_assert_cmpint(message.natd[0].kind, ==, NATD_OF_DESTINATION);
    g_assert_cmpint(message.natd[1].kind, ==, NATD_OF_SOURCE);
    g_assert_cmpuint(message.natd[0].length, ==, 20);
    g_assert_cmpuint(message.natd[1].offset + 20u, ==, builder.length);
}

/* RFC7296-2.23 */
static void test_an_init_request_has_address_hashes_in_notifies(void)
{
    struct ike_builder builder = init_request();
    struct ike_message message = parse_all(&builder);
    g_assert_cmpint(message.status, ==, IKE_OK);
    g_assert_cmpuint(message.ke_length, ==, 64);
    g_assert_cmpuint(message.natd_count, ==, 2);
    g_assert_cmpint(message.natd[0].kind, ==, NATD_OF_SOURCE);
    g_assert_cmpint(message.natd[1].kind, ==, NATD_OF_DESTINATION);
    g_assert_false(message.has_error);
    g_assert_true(ike_announces_natt(&message));
}

static void test_draft_hashes_count_and_too_many_are_left_out(void)
{
    struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, INITIATOR, RESPONDER, 0);
    for (unsigned i = 0; i < IKE_NATD_LIMIT + 2; i++)
        ike_add_natd(&builder, IKE_V1_NATD_DRAFT, 16, &server);
    struct ike_message message = parse_all(&builder);
    g_assert_cmpuint(message.natd_count, ==, IKE_NATD_LIMIT);
    g_assert_cmpint(message.natd[IKE_NATD_LIMIT - 1].kind, ==, NATD_OF_SOURCE);
}

/* RFC2408-3.14.1, RFC7296-3.10.1 */
static void test_error_notifies_are_told_from_status(void)
{
    static const struct {
        unsigned major;
        uint16_t type;
        bool is_error;
        const char *name;
    } rows[] = {
        {1, 14, true, "NO-PROPOSAL-CHOSEN"},
        {1, 8191, true, "unknown"},
        {1, 24578, false, "INITIAL-CONTACT"},
        {1, 36136, false, "R-U-THERE"},
        {2, 14, true, "NO_PROPOSAL_CHOSEN"},
        {2, 17, true, "INVALID_KE_PAYLOAD"},
        {2, 16383, true, "unknown"},
        {2, 16390, false, "COOKIE"},
        {2, 0, false, "unknown"},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct ike_builder builder =
            ike_begin(rows[i].major, rows[i].major == 1 ? IKE_V1_INFORMATIONAL : IKE_V2_INIT, 0,
                      INITIATOR, RESPONDER, 1);
        ike_add_notify(&builder, rows[i].type, NULL, 0);
        struct ike_message message = parse_all(&builder);
        g_assert_true(message.has_error == rows[i].is_error);
        g_assert_cmpuint(message.error, ==, rows[i].is_error ? rows[i].type : 0);
        g_assert_cmpstr(ike_notify_name((uint8_t)rows[i].major, rows[i].type), ==, rows[i].name);
    }
}

/* RFC2408-3.1: with the flag, octets behind the header mean nothing. */
static void test_what_is_encrypted_is_not_read(void)
{
    struct ike_builder builder =
        ike_begin(1, IKE_V1_MAIN, IKE_FLAG_ENCRYPTED, INITIATOR, RESPONDER, 0);
    ike_add_opaque(&builder, 80, 0xFF);
    struct ike_message message = parse_all(&builder);
    g_assert_cmpint(message.status, ==, IKE_OK);
    g_assert_true(message.encrypted && message.complete);
    g_assert_cmphex(message.payloads, ==, 0);
}

/* RFC7296-3.14, RFC7383-2.5: the payload hides all behind it. */
static void test_an_encrypted_payload_is_the_last(void)
{
    uint8_t body[40] = {0, 2, 0, 5, 0xFF};
    struct ike_builder builder =
        ike_begin(2, IKE_V2_AUTH, IKE_FLAG_INITIATOR, INITIATOR, RESPONDER, 1);
    ike_add(&builder, IKE_V2_ENCRYPTED_FRAGMENT, body, sizeof body);
    builder.octets[28] = 35; /* its first payload, once it is decrypted */
    struct ike_message message = parse_all(&builder);
    g_assert_cmpint(message.status, ==, IKE_OK);
    g_assert_true(message.encrypted && message.complete && message.has_fragment);
    g_assert_cmpuint(message.fragment, ==, 2);
    g_assert_cmpuint(message.fragments, ==, 5);
}

static void test_a_fragment_of_ikev1_has_a_number(void)
{
    uint8_t body[40] = {0, 1, 3, 1};
    struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, INITIATOR, RESPONDER, 0);
    ike_add(&builder, IKE_V1_FRAGMENT, body, sizeof body);
    struct ike_message message = parse_all(&builder);
    g_assert_true(message.has_fragment);
    g_assert_cmpuint(message.fragment, ==, 3);
    g_assert_cmpuint(message.fragments, ==, 0);
}

/* A chain that does not hold together: what stands before the damage is kept. */
static void test_damaged_chains_are_malformed(void)
{
    static const struct {
        uint32_t offset; /* octet that is overwritten */
        uint8_t value;
        enum ike_status status;
        bool keeps_sa;
    } rows[] = {
        {31, 3, IKE_MALFORMED, false},    /* the first payload is shorter than its header */
        {30, 0xFF, IKE_MALFORMED, false}, /* longer than the message */
        {17, 0x30, IKE_BAD_VERSION, false}, {17, 0x00, IKE_BAD_VERSION, false},
        {27, 29, IKE_BAD_LENGTH, false}, /* Length is not that of the datagram, and cuts it */
        {24, 1, IKE_BAD_LENGTH, true},      {16, 0, IKE_OK, false}, /* no payload at all */
        {27, 0, IKE_BAD_LENGTH, false},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct ike_builder builder = main_mode_1();
        builder.octets[rows[i].offset] = rows[i].value;
        struct ike_message message = parse_all(&builder);
        g_test_message("row %u", i);
        if (rows[i].status == IKE_BAD_LENGTH)
            g_assert_true(message.status == IKE_BAD_LENGTH || message.status == IKE_MALFORMED);
        else
            g_assert_cmpint(message.status, ==, rows[i].status);
        g_assert_true(ike_has_payload(&message, IKE_V1_SA) == rows[i].keeps_sa);
    }
}

/* The nested lengths inside an SA are those of nobody we trust. */
static void test_damaged_proposals_have_no_hash(void)
{
    for (uint32_t offset = 32; offset < 32 + 40; offset++) {
        for (unsigned value = 0; value < 256; value += 5) {
            struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, INITIATOR, 0, 0);
            ike_add_sa(&builder, 4);
            builder.octets[offset] = (uint8_t)value;
            struct ike_message message = parse_all(&builder);
            g_assert_cmpint(message.status, ==, IKE_OK);
        }
    }
}

static void test_every_cut_is_truncated_and_never_read_beyond(void)
{
    struct ike_builder builders[] = {main_mode_1(), main_mode_3(), init_request()};
    for (unsigned i = 0; i < G_N_ELEMENTS(builders); i++) {
        struct ike_message whole = parse_all(&builders[i]);
        for (uint32_t captured = 0; captured < builders[i].length; captured++) {
            struct ike_message message = parse(&builders[i], captured);
            g_assert_cmpint(message.status, ==, captured < 28 ? IKE_SHORT : IKE_TRUNCATED);
            g_assert_false(message.complete);
            g_assert_cmphex(message.payloads & ~whole.payloads, ==, 0);
            g_assert_cmphex(message.vendors & ~whole.vendors, ==, 0);
            g_assert_cmpuint(message.natd_count, <=, whole.natd_count);
        }
    }
}

/* Its Length field says less than a header has, though more was captured. */
static void test_a_message_shorter_than_its_header_has_no_payload(void)
{
    uint8_t data[64] = {[IKE_HEADER_LENGTH + 3] = 8};
    struct ike_payload payload;
    struct ike_cursor cursor = ike_cursor_at(data, sizeof data, IKE_HEADER_LENGTH - 8, 1);
    cursor.offset = IKE_HEADER_LENGTH;
    g_assert_false(ike_next_payload(&cursor, &payload));
    g_assert_true(cursor.malformed);
}

static void test_a_chain_longer_than_the_limit_is_not_complete(void)
{
    struct ike_builder builder = ike_begin(1, IKE_V1_MAIN, 0, INITIATOR, 0, 0);
    for (unsigned i = 0; i < IKE_PAYLOAD_LIMIT; i++)
        ike_add(&builder, IKE_V1_NONCE, "", 0);
    g_assert_true(parse_all(&builder).complete);
    ike_add(&builder, IKE_V1_NONCE, "", 0);
    g_assert_false(parse_all(&builder).complete);
}

static void test_exchanges_belong_to_one_version(void)
{
    unsigned known[3] = {0};
    for (unsigned exchange = 0; exchange < 256; exchange++) {
        bool in_v1 = ike_exchange_is_known(1, (uint8_t)exchange);
        bool in_v2 = ike_exchange_is_known(2, (uint8_t)exchange);
        g_assert_false(in_v1 && in_v2);
        known[1] += in_v1;
        known[2] += in_v2;
    }
    g_assert_cmpuint(known[1], ==, 8);
    g_assert_cmpuint(known[2], ==, 7);
}

void test_ike_wire(void)
{
    g_test_add_func("/ike-wire/a message shorter than its header has no payload",
                    test_a_message_shorter_than_its_header_has_no_payload);
    g_test_add_func("/ike-wire/the cells of each layout tile it",
                    test_the_cells_of_each_layout_tile_it);
    g_test_add_func("/ike-wire/a header is read to the octet", test_a_header_is_read_to_the_octet);
    g_test_add_func("/ike-wire/main mode 1 says hash and vendors",
                    test_main_mode_1_says_hash_and_vendors);
    g_test_add_func("/ike-wire/vendors that are no NAT traversal announce none",
                    test_vendors_that_are_no_nat_traversal_announce_none);
    g_test_add_func("/ike-wire/Vendor IDs are the sums of their texts",
                    test_vendor_ids_are_the_sums_of_their_texts);
    g_test_add_func("/ike-wire/main mode 3 has address hashes",
                    test_main_mode_3_has_address_hashes);
    g_test_add_func("/ike-wire/an IKE_SA_INIT request has address hashes in notifies",
                    test_an_init_request_has_address_hashes_in_notifies);
    g_test_add_func("/ike-wire/draft hashes count and too many are left out",
                    test_draft_hashes_count_and_too_many_are_left_out);
    g_test_add_func("/ike-wire/error notifies are told from status",
                    test_error_notifies_are_told_from_status);
    g_test_add_func("/ike-wire/what is encrypted is not read", test_what_is_encrypted_is_not_read);
    g_test_add_func("/ike-wire/an encrypted payload is the last",
                    test_an_encrypted_payload_is_the_last);
    g_test_add_func("/ike-wire/a fragment of IKEv1 has a number",
                    test_a_fragment_of_ikev1_has_a_number);
    g_test_add_func("/ike-wire/damaged chains are malformed", test_damaged_chains_are_malformed);
    g_test_add_func("/ike-wire/damaged proposals have no hash",
                    test_damaged_proposals_have_no_hash);
    g_test_add_func("/ike-wire/every cut is truncated and never read beyond",
                    test_every_cut_is_truncated_and_never_read_beyond);
    g_test_add_func("/ike-wire/a chain longer than the limit is not complete",
                    test_a_chain_longer_than_the_limit_is_not_complete);
    g_test_add_func("/ike-wire/exchanges belong to one version",
                    test_exchanges_belong_to_one_version);
}
