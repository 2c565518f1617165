/* PPP frames as they stand in Enhanced GRE, and what each says about the progress of the call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "core/pptp/ppp_stage.h"
#include "core/pptp/ppp_wire.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Octets as hexadecimal text. The copy is exact, so that the sanitizer sees a read too far. */
static void read_hex(const char *hex, struct ppp_frame *ret)
{
    uint32_t count = (uint32_t)strlen(hex) / 2;
    uint8_t *data = g_malloc(count > 0 ? count : 1);

    for (uint32_t i = 0; i < count; i++)
        data[i] =
            (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    ppp_frame_read(data, count, ret);
    g_free(data);
}

static void test_a_call_from_the_first_request_to_traffic(void)
{
    static const struct {
        unsigned number;
        const char *hex;
        enum ppp_stage stage;
        enum ppp_act act;
        const char *name;
    } rows[] = {
        {1, "ff03c0210101000405", PPP_STAGE_LCP, PPP_ACT_REQUEST, "LCP Configure-Request"},
        {2, "ff03c02103010004", PPP_STAGE_LCP, PPP_ACT_NAK, "LCP Configure-Nak"},
        {3, "ff03c02104010004", PPP_STAGE_LCP, PPP_ACT_NAK, "LCP Configure-Reject"},
        {4, "ff03c02102010004", PPP_STAGE_LCP, PPP_ACT_ACK, "LCP Configure-Ack"},
        {5, "c0210900000800000000", PPP_STAGE_LCP, PPP_ACT_ECHO, "LCP Echo-Request"},
        {6, "c0210a00000800000000", PPP_STAGE_LCP, PPP_ACT_ECHO, "LCP Echo-Reply"},
        {7, "c22301010004", PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "CHAP Challenge"},
        {8, "c22302010004", PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "CHAP Response"},
        {9, "c22303010004", PPP_STAGE_AUTHENTICATION, PPP_ACT_ACK, "CHAP Success"},
        {10, "c22304010004", PPP_STAGE_AUTHENTICATION, PPP_ACT_REFUSE, "CHAP Failure"},
        {11, "c02301010004", PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "PAP Authenticate-Request"},
        {12, "c02302010004", PPP_STAGE_AUTHENTICATION, PPP_ACT_ACK, "PAP Authenticate-Ack"},
        {13, "c02303010004", PPP_STAGE_AUTHENTICATION, PPP_ACT_REFUSE, "PAP Authenticate-Nak"},
        {14, "c22704010004", PPP_STAGE_AUTHENTICATION, PPP_ACT_REFUSE, "EAP Failure"},
        {15, "80fd01010004", PPP_STAGE_NETWORK, PPP_ACT_REQUEST, "CCP Configure-Request"},
        {16, "80fd0e010004", PPP_STAGE_NETWORK, PPP_ACT_NONE, "CCP Reset-Request"},
        {17, "802101010004", PPP_STAGE_NETWORK, PPP_ACT_REQUEST, "IPCP Configure-Request"},
        {18, "802102010004", PPP_STAGE_NETWORK, PPP_ACT_ACK, "IPCP Configure-Ack"},
        {19, "805702010004", PPP_STAGE_NETWORK, PPP_ACT_ACK, "IPV6CP Configure-Ack"},
        {20, "2145000054", PPP_STAGE_OPEN, PPP_ACT_DATA, "IPv4"},
        {21, "5760000000", PPP_STAGE_OPEN, PPP_ACT_DATA, "IPv6"},
        {22, "fd9000", PPP_STAGE_ENCRYPTED, PPP_ACT_DATA, "MPPE"},
        {23, "c02105020004", PPP_STAGE_LCP, PPP_ACT_TERMINATE, "LCP Terminate-Request"},
        {24, "c02106020004", PPP_STAGE_LCP, PPP_ACT_TERMINATE, "LCP Terminate-Ack"},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct ppp_frame frame;

        g_test_message("row %u", rows[i].number);
        read_hex(rows[i].hex, &frame);
        g_assert_cmpint(frame.stage, ==, (int)rows[i].stage);
        g_assert_cmpint(frame.act, ==, (int)rows[i].act);
        g_assert_cmpstr(ppp_frame_name(&frame), ==, rows[i].name);
    }
}

/* RFC1661-6.5, 6.6: address and control, and the first octet of the protocol, may be left out. */
static void test_every_compression_of_the_header_reads_the_same(void)
{
    static const char *const frames[] = {"ff03002145", "ff032145", "002145", "2145"};

    for (unsigned i = 0; i < LENGTH_OF(frames); i++) {
        struct ppp_frame frame;

        read_hex(frames[i], &frame);
        g_assert_cmphex(frame.protocol, ==, 0x0021);
        g_assert_cmpint(frame.stage, ==, PPP_STAGE_OPEN);
    }
}

static void test_unreadable_frames_say_nothing(void)
{
    static const struct {
        const char *what;
        const char *hex;
        uint16_t protocol;
    } rows[] = {
        {"nothing", "", 0},
        {"address only", "ff", 0},
        {"address and control only", "ff03", 0},
        {"half a protocol", "c0", 0},
        {"address without control", "ff2145", 0},
        {"all ones again", "ff03ff03", 0},
        {"even second octet", "c02000000000", 0},
        {"no protocol we know", "c0ff01010004", 0xC0FF},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct ppp_frame frame;

        g_test_message("%s", rows[i].what);
        read_hex(rows[i].hex, &frame);
        g_assert_cmphex(frame.protocol, ==, rows[i].protocol);
        g_assert_cmpint(frame.stage, ==, PPP_STAGE_NONE);
        g_assert_cmpint(frame.act, ==, PPP_ACT_NONE);
        g_assert_cmpstr(ppp_frame_name(&frame), ==, "PPP");
    }
}

static void test_a_control_frame_without_its_code_still_has_a_stage(void)
{
    struct ppp_frame frame;

    read_hex("ff03c021", &frame);
    g_assert_cmpint(frame.stage, ==, PPP_STAGE_LCP);
    g_assert_cmpint(frame.act, ==, PPP_ACT_NONE);
    g_assert_cmpstr(ppp_frame_name(&frame), ==, "LCP");
    read_hex("c021630700040000", &frame); /* code 99 */
    g_assert_cmpint(frame.act, ==, PPP_ACT_NONE);
    g_assert_cmpuint(frame.code, ==, 99);
    g_assert_cmpuint(frame.identifier, ==, 7);
}

/* RFC1661-6.4: only what the sender says about itself. */
static void test_the_magic_number_is_the_senders_own(void)
{
    static const struct {
        const char *what;
        const char *hex;
        bool has_magic;
        uint32_t magic;
    } rows[] = {
        {"request: MRU, then magic", "c02101010012010405780506deadbeef0702", true, 0xDEADBEEF},
        {"acknowledgment of the other's", "c0210201000a0506deadbeef", false, 0},
        {"echo request", "c02109010008deadbeef", true, 0xDEADBEEF},
        {"echo reply", "c0210a010008deadbeef", true, 0xDEADBEEF},
        {"not negotiated", "c0210901000800000000", false, 0},
        {"cut before it", "c0210101000a0506deadbe", false, 0},
        {"option of length 0", "c0210101000c05000506deadbeef", false, 0},
        {"option longer than the packet", "c0210101000c01ff0506deadbeef", false, 0},
        {"behind the packet's length", "c021010100040506deadbeef", false, 0},
        {"length below a header", "c021090100020506deadbeef", false, 0},
        {"same octets in IPCP", "80210101000a0506deadbeef", false, 0},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct ppp_frame frame;

        g_test_message("%s", rows[i].what);
        read_hex(rows[i].hex, &frame);
        g_assert_true(frame.has_magic == rows[i].has_magic);
        if (frame.has_magic)
            g_assert_cmphex(frame.magic, ==, rows[i].magic);
    }
}

/* RFC1661-5.2 to 5.4: answers repeat the option that they answer. */
static void test_an_answer_carries_the_peers_magic_number(void)
{
    static const struct {
        const char *what;
        const char *hex;
        bool has_peer_magic;
    } rows[] = {
        {"acknowledgment", "c0210201000a0506deadbeef", true},
        {"nak", "c0210301000a0506deadbeef", true},
        {"reject", "c0210401000a0506deadbeef", true},
        {"reject of another option", "c0210401000801040578", false},
        {"request", "c0210101000a0506deadbeef", false},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct ppp_frame frame;

        g_test_message("%s", rows[i].what);
        read_hex(rows[i].hex, &frame);
        g_assert_true(frame.has_peer_magic == rows[i].has_peer_magic);
        g_assert_cmphex(frame.peer_magic, ==, rows[i].has_peer_magic ? 0xDEADBEEF : 0);
    }
}

static void read_failure(const char *text, struct ppp_frame *ret)
{
    uint8_t data[128] = {0xC2, 0x23, 4, 1, 0, (uint8_t)(4 + strlen(text))};

    memcpy(data + 6, text, strlen(text));
    ppp_frame_read(data, (uint32_t)(6 + strlen(text)), ret);
}

/* RFC2759-6: "E=eeeeeeeeee R=r C=... V=v M=<msg>" */
static void test_a_chap_failure_has_its_number(void)
{
    static const struct {
        const char *text;
        bool has_error;
        uint32_t error;
    } rows[] = {
        {"E=691 R=1 C=00 V=3 M=Access denied", true, 691},
        {"E=0000000691 R=0", true, 691},
        {"R=1 E=649", true, 649},
        {"E=0", true, 0},
        {"E=4294967295", true, UINT32_MAX},
        {"E=4294967296", false, 0},
        {"E=99999999999999999999", false, 0},
        {"E=", false, 0},
        {"E=x", false, 0},
        {"M=NODE=5", false, 0},
        {"Access denied", false, 0},
        {"", false, 0},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct ppp_frame frame;

        g_test_message("%s", rows[i].text);
        read_failure(rows[i].text, &frame);
        g_assert_cmpint(frame.act, ==, PPP_ACT_REFUSE);
        g_assert_true(frame.has_error == rows[i].has_error);
        g_assert_cmpuint(frame.error, ==, rows[i].error);
    }
}

/* RFC1661-5.7 */
static void test_a_protocol_reject_names_the_protocol(void)
{
    struct ppp_frame frame;

    read_hex("c0210801000a80fd01010004", &frame);
    g_assert_cmpint(frame.act, ==, PPP_ACT_REFUSE);
    g_assert_cmphex(frame.rejected, ==, 0x80FD);
    read_hex("c02108010005805700", &frame); /* its length leaves one octet */
    g_assert_cmphex(frame.rejected, ==, 0);
}

static void test_data_are_told_by_the_first_octets(void)
{
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0x21, 0x45}, 2), ==, PPP_IPV4);
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0x00, 0x21, 0x45}, 3), ==, PPP_IPV4);
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0xFF, 0x03, 0x21}, 3), ==, PPP_IPV4);
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0xFF, 0x03, 0x00, 0x21}, 4), ==, PPP_IPV4);
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0xFD}, 1), ==, PPP_COMPRESSED);
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0xFF, 0x03, 0x00, 0xFD}, 4), ==,
                    PPP_COMPRESSED);
}

static void test_other_frames_are_not_told_to_be_data(void)
{
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0xFF, 0x03, 0xC0, 0x21, 0x01}, 5), ==,
                    0);                                                                /* LCP */
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0x80, 0x21, 0x01}, 3), ==, 0); /* IPCP */
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0x57, 0x60}, 2), ==, 0);       /* IPv6 */
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0xFF, 0x03, 0x00}, 3), ==, 0); /* cut */
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0xFF, 0x03}, 2), ==, 0);
    g_assert_cmphex(ppp_data_protocol((const uint8_t[]){0x21}, 0), ==, 0);
}

static void test_stages_have_words(void)
{
    g_assert_cmpstr(ppp_stage_name(PPP_STAGE_NONE), ==, "none");
    g_assert_cmpstr(ppp_stage_name(PPP_STAGE_LCP), ==, "LCP");
    g_assert_cmpstr(ppp_stage_name(PPP_STAGE_AUTHENTICATION), ==, "authentication");
    g_assert_cmpstr(ppp_stage_name(PPP_STAGE_NETWORK), ==, "network");
    g_assert_cmpstr(ppp_stage_name(PPP_STAGE_OPEN), ==, "open");
    g_assert_cmpstr(ppp_stage_name(PPP_STAGE_ENCRYPTED), ==, "encrypted");
    g_assert_cmpstr(ppp_stage_name((enum ppp_stage)99), ==, "none");
}

void test_ppp_stage(void)
{
    g_test_add_func("/ppp-stage/a call from the first request to traffic",
                    test_a_call_from_the_first_request_to_traffic);
    g_test_add_func("/ppp-stage/every compression of the header reads the same",
                    test_every_compression_of_the_header_reads_the_same);
    g_test_add_func("/ppp-stage/unreadable frames say nothing", test_unreadable_frames_say_nothing);
    g_test_add_func("/ppp-stage/a control frame without its code still has a stage",
                    test_a_control_frame_without_its_code_still_has_a_stage);
    g_test_add_func("/ppp-stage/the magic number is the sender's own",
                    test_the_magic_number_is_the_senders_own);
    g_test_add_func("/ppp-stage/an answer carries the peer's magic number",
                    test_an_answer_carries_the_peers_magic_number);
    g_test_add_func("/ppp-stage/a CHAP failure has its number", test_a_chap_failure_has_its_number);
    g_test_add_func("/ppp-stage/a Protocol-Reject names the protocol",
                    test_a_protocol_reject_names_the_protocol);
    g_test_add_func("/ppp-stage/data are told by the first octets",
                    test_data_are_told_by_the_first_octets);
    g_test_add_func("/ppp-stage/other frames are not told to be data",
                    test_other_frames_are_not_told_to_be_data);
    g_test_add_func("/ppp-stage/stages have words", test_stages_have_words);
}
