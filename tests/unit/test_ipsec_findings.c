/* What one point can show: each finding as it has to be made, and what nearly makes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_script.h"

static const char sccrq[] = "\xC8\x02\x00\x14\0\0\0\0\0\0\0\0\x80\x08\0\0\0\0\0\x01";

static void test_the_rows_are_complete(void)
{
    for (int id = FINDING_PPTP_COUNT; id < FINDING_COUNT; id++) {
        const struct finding_kind *kind = finding_kind((enum finding_id)id);
        bool is_nat = finding_is_nat((enum finding_id)id);
        g_assert_true(g_str_has_prefix(kind->filter, is_nat ? "ipsec.nat." : "ipsec.analysis."));
        g_assert_nonnull(kind->summary);
        g_assert_nonnull(kind->set_when);
        g_assert_true(is_nat || kind->severity <= SEVERITY_WARN); /* one point proves no error */
        for (const char *p = kind->summary; *p != '\0'; p++)
            g_assert_false(g_ascii_isdigit(*p) && p > kind->summary && p[-1] == ' ');
        for (int other = 0; other < id; other++)
            g_assert_cmpstr(kind->filter, !=, finding_kind((enum finding_id)other)->filter);
    }
}

static void test_an_end_without_nat_traversal_is_named_once(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    uint32_t frame;
    ipsec_say_main(&peers, 1, false);
    ipsec_say_main(&peers, 1, false); /* again */
    ipsec_say_main(&peers, 2, true);
    g_assert_cmpuint(ipsec_count(script, IPSEC_NATT_NOT_ANNOUNCED, &frame), ==, 1);
    g_assert_cmpuint(frame, ==, 1);
    g_assert_cmpuint(ipsec_tracker_on(script->tracker, 1)->flags & IPSEC_RECORD_FINDING, !=, 0);
    const struct finding *finding = finding_log_get(script->log, 0);
    g_assert_cmpstr(finding->text, ==, "the initiator has no Vendor ID of NAT traversal");
    const struct ike_sa *sa = ipsec_tracker_ike(script->tracker, finding->ike_sa);
    g_assert_cmpint(sa->natt[0], ==, IKE_NATT_MISSING);
    g_assert_cmpint(sa->natt[1], ==, IKE_NATT_ANNOUNCED);
    ipsec_script_free(script);
}

static void test_a_rekey_on_4500_need_not_announce(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ike_builder first = ipsec_main(&peers, 1, false);
    struct ike_builder second = ipsec_main(&peers, 2, false);
    ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &first);
    ipsec_say(&peers, IPSEC_SERVER, IKE_ON_4500, &second);
    g_assert_cmpint(ipsec_tracker_ike(script->tracker, 0)->natt[0], ==, IKE_NATT_UNKNOWN);
    ipsec_expect_no_finding(script);
    ipsec_script_free(script);
}

/* A Vendor ID may be in what the capture cut off; a cookie is no answer yet. */
static void test_what_was_not_seen_is_not_missing(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ike_builder message = ipsec_main(&peers, 1, false);
    struct ipsec_packet packet = {
        .packet = {.frame = 1, .source = peers.client, .destination = peers.server},
        .source_port = 500,
        .destination_port = 500,
        .length = message.length + 100,
        .captured = message.length,
        .payload = message.octets};
    message.octets[27] = (uint8_t)(message.length + 100);
    message.octets[28] = IKE_V1_VENDOR_ID;
    ipsec_tracker_feed_udp(script->tracker, &packet);
    script->frame = 1;

    struct ike_builder cookie = ike_begin(2, IKE_V2_INIT, IKE_FLAG_RESPONSE, 0x77, 0, 0);
    ike_add_notify(&cookie, IKE_NOTIFY_COOKIE, "cookie", 6);
    ipsec_say(&peers, IPSEC_SERVER, IKE_ON_500, &cookie);
    ipsec_expect_no_finding(script);
    ipsec_script_free(script);
}

static void test_a_refusal_in_clear_is_named(void)
{
    static const struct {
        unsigned major;
        uint16_t type;
        unsigned count;
    } rows[] = {{1, 14, 1}, {1, 24578, 0}, {2, 14, 1}, {2, 17, 0}, {2, 16390, 0}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct ipsec_script *script = ipsec_script_new();
        struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
        struct ike_builder message =
            ike_begin(rows[i].major, rows[i].major == 1 ? IKE_V1_INFORMATIONAL : IKE_V2_INIT,
                      rows[i].major == 1 ? 0 : IKE_FLAG_RESPONSE, peers.initiator_spi,
                      peers.responder_spi, 9);
        ike_add_notify(&message, rows[i].type, NULL, 0);
        ipsec_say(&peers, IPSEC_SERVER, IKE_ON_500, &message);
        g_assert_cmpuint(ipsec_count(script, IPSEC_IKE_REFUSED, NULL), ==, rows[i].count);
        const struct ike_sa *sa = ipsec_tracker_ike(script->tracker, 0);
        g_assert_true((sa->refused != NULL) == (rows[i].count > 0));
        ipsec_script_free(script);
    }
}

/* `answered`: by the last of the repetitions' answer; `shown`: packets of the other direction. */
static void test_a_request_sent_three_times_has_no_reply(void)
{
    static const struct {
        unsigned times;
        bool shows_both;
        bool answered;
        unsigned count;
    } rows[] = {
        {3, true, false, 1}, {2, true, false, 0}, {3, false, false, 0},
        {3, true, true, 0},  {9, true, false, 1}, {9, true, true, 0},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct ipsec_script *script = ipsec_script_new();
        struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
        uint32_t frame = 0;
        for (unsigned number = 1; number <= 4; number++) {
            if (rows[i].shows_both || number % 2 == 1)
                ipsec_say_main(&peers, number, true);
        }
        uint32_t first = script->frame + 1;
        for (unsigned time = 0; time < rows[i].times; time++) {
            ipsec_say_main(&peers, 5, true);
            ipsec_script_wait(script, 2);
        }
        if (rows[i].answered) /* on another port, and repeating what came before: it lives */
            ipsec_say_main(&peers, 4, true);
        g_test_message("row %u", i);
        g_assert_cmpuint(ipsec_count(script, IPSEC_NO_REPLY, &frame), ==, rows[i].count);
        if (rows[i].count > 0)
            g_assert_cmpuint(frame, ==, first);
        ipsec_script_free(script);
    }
}

/* What a point sees of answers that come to a wrong host: nothing asked there. */
static void test_an_answer_is_no_request(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ipsec_peers other = ipsec_peers_at(script, "192.168.11.22", 500, 4500, 2);
    ipsec_establish(&peers, true);
    for (unsigned time = 0; time < 5; time++) {
        ipsec_say_main(&other, 2, true);
        ipsec_script_wait(script, 2);
    }
    g_assert_cmpuint(ipsec_count(script, IPSEC_NO_REPLY, NULL), ==, 0);
    ipsec_script_free(script);
}

static void test_esp_that_nobody_answers(void)
{
    static const struct {
        unsigned packets;
        double seconds; /* between two */
        bool agreed;
        bool answered;
        unsigned count;
    } rows[] = {
        {3, 2.6, true, false, 1},  {2, 6.0, true, false, 0}, {9, 0.5, true, false, 0},
        {3, 2.6, false, false, 0}, {3, 2.6, true, true, 0},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct ipsec_script *script = ipsec_script_new();
        struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
        uint32_t frame = 0;
        if (rows[i].agreed)
            ipsec_establish(&peers, false);
        uint32_t first = script->frame + 1;
        for (uint32_t seq = 1; seq <= rows[i].packets; seq++) {
            ipsec_native(&peers, IPSEC_CLIENT, 0x1001, seq);
            ipsec_script_wait(script, rows[i].seconds);
        }
        if (rows[i].answered)
            ipsec_native(&peers, IPSEC_SERVER, 0x1002, 1);
        g_test_message("row %u", i);
        g_assert_cmpuint(ipsec_count(script, IPSEC_ESP_ONE_WAY, &frame), ==, rows[i].count);
        if (rows[i].count > 0)
            g_assert_cmpuint(frame, ==, first);
        ipsec_script_free(script);
    }
}

/* After a re-key the other end may go on with the old SA for a while. */
static void test_an_answer_on_the_old_sa_is_one(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    ipsec_establish(&peers, false);
    ipsec_native(&peers, IPSEC_CLIENT, 0x1001, 1);
    ipsec_native(&peers, IPSEC_SERVER, 0x1002, 1);
    ipsec_say_quick(&peers, IKE_ON_500);
    for (uint32_t seq = 1; seq <= 4; seq++) {
        ipsec_native(&peers, IPSEC_CLIENT, 0x2001, seq);
        ipsec_native(&peers, IPSEC_SERVER, 0x1002, seq + 1);
        ipsec_script_wait(script, 3);
    }
    g_assert_cmpuint(ipsec_count(script, IPSEC_ESP_ONE_WAY, NULL), ==, 0);
    ipsec_script_free(script);
}

/* RFC2661-8.1 */
static void test_l2tp_without_ipsec_is_named_once(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    uint32_t frame;
    uint8_t data[] = {0x00, 0x02, 0, 1, 0, 1, 0xFF, 0x03};
    ipsec_say_udp(&peers, IPSEC_CLIENT, 1701, 1701, data, sizeof data);
    g_assert_cmpuint(ipsec_count(script, IPSEC_L2TP_IN_CLEAR, NULL), ==, 0);
    ipsec_say_udp(&peers, IPSEC_SERVER, 1701, 1701, sccrq, 20);
    ipsec_say_udp(&peers, IPSEC_CLIENT, 1701, 1701, sccrq, 20);
    g_assert_cmpuint(ipsec_count(script, IPSEC_L2TP_IN_CLEAR, &frame), ==, 1);
    g_assert_cmpuint(frame, ==, 1);

    struct ipsec_peers other = ipsec_peers_at(script, "192.168.11.22", 500, 4500, 2);
    for (unsigned i = 0; i < 4; i++)
        ipsec_say_udp(&other, IPSEC_CLIENT, 1701, 1701, data, sizeof data);
    g_assert_cmpuint(ipsec_count(script, IPSEC_L2TP_IN_CLEAR, NULL), ==, 2);
    ipsec_script_free(script);
}

/* Two tunnels behind one address; `served` has the server's ESP, the other's client goes on. */
static void talk(struct ipsec_peers *served, struct ipsec_peers *silent, unsigned packets)
{
    uint32_t base = served->message_id;
    for (uint32_t seq = 10; seq < 10 + packets; seq++) {
        ipsec_esp(served, IPSEC_CLIENT, base + 1, seq);
        ipsec_esp(served, IPSEC_SERVER, base + 2, seq);
        ipsec_esp(silent, IPSEC_CLIENT, silent->message_id + 1, seq);
        ipsec_script_wait(served->script, 1);
    }
}

static void test_a_server_that_serves_one_of_two_tunnels(void)
{
    for (int later_is_silent = 0; later_is_silent < 2; later_is_silent++) {
        struct ipsec_script *script = ipsec_script_new();
        struct ipsec_peers one = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
        struct ipsec_peers two = ipsec_peers_at(script, "192.168.1.30", 49, 54559, 2);
        uint32_t frame = 0;
        ipsec_establish(&one, true);
        ipsec_esp(&one, IPSEC_CLIENT, one.message_id + 1, 1);
        ipsec_esp(&one, IPSEC_SERVER, one.message_id + 2, 1);
        ipsec_establish(&two, true);
        ipsec_esp(&two, IPSEC_CLIENT, two.message_id + 1, 1);
        uint32_t second_up = script->frame;
        if (later_is_silent)
            talk(&one, &two, 8);
        else
            talk(&two, &one, 8);
        g_assert_cmpuint(ipsec_count(script, IPSEC_SA_SILENT, &frame), ==, 1);
        g_assert_cmpuint(frame, ==, second_up);
        ipsec_script_free(script);
    }
}

/* Each point and each address of clients by itself, in order of the frames. */
static void test_silent_tunnels_of_several_points(void)
{
    struct ipsec_script *script = ipsec_script_new();
    uint32_t frames[2] = {0};
    for (uint32_t point = 2; point > 0; point--) {
        struct ipsec_peers one = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
        struct ipsec_peers two = ipsec_peers_at(script, "192.168.1.30", 49, 54559, 2);
        one.point = point;
        two.point = point;
        ipsec_establish(&one, true);
        ipsec_establish(&two, true);
        talk(&one, &two, 8);
        frames[2 - point] = script->frame;
    }
    struct finding_log *concluded = finding_log_new();
    ipsec_conclude(script->tracker, concluded);
    g_assert_cmpuint(finding_log_count(concluded), ==,
                     4); /* and each of the silent ones is one way */
    for (uint32_t i = 0; i < finding_log_count(concluded); i++) {
        const struct finding *finding = finding_log_get(concluded, i);
        g_assert_cmpuint(finding->interface, ==, 2 - i / 2);
        g_assert_cmpuint(finding->judged_frame, <, frames[i / 2]);
    }
    finding_log_free(concluded);
    ipsec_script_free(script);
}

/* A delete is encrypted: it is the last that is said. */
static void test_an_sa_seems_ended_after_its_last_informational(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    struct ike_builder delete = ipsec_secret(&peers, IKE_V1_INFORMATIONAL, 77, 64, 1);
    ipsec_establish(&peers, true);
    ipsec_esp(&peers, IPSEC_CLIENT, 0x1001, 1);
    const struct ike_sa *sa = ipsec_tracker_ike(script->tracker, 0);
    g_assert_false(ipsec_ike_seems_ended(sa));
    ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &delete);
    g_assert_true(ipsec_ike_seems_ended(sa));
    ipsec_esp(&peers, IPSEC_CLIENT, 0x1001, 2);
    g_assert_false(ipsec_ike_seems_ended(sa)); /* it was dead peer detection */
    ipsec_script_free(script);

    script = ipsec_script_new();
    peers.script = script;
    ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &delete);
    sa = ipsec_tracker_ike(script->tracker, 0);
    g_assert_true(ipsec_ike_seems_ended(sa));
    ipsec_esp(&peers, IPSEC_CLIENT, 0x1001, 2);
    g_assert_false(ipsec_ike_seems_ended(sa));
    ipsec_script_free(script);
}

static void test_what_is_no_silent_tunnel(void)
{
    enum { BOTH_SERVED, SHORT, OTHER_ADDRESS, MOVED, NEVER_UP, CASES };
    for (int what = 0; what < CASES; what++) {
        struct ipsec_script *script = ipsec_script_new();
        struct ipsec_peers one = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
        struct ipsec_peers two = ipsec_peers_at(
            script, what == OTHER_ADDRESS ? "192.168.1.31" : "192.168.1.30", 49, 54559, 2);
        ipsec_establish(&one, true);
        if (what == MOVED) { /* one client, whose port changed: the server goes on to the old one */
            for (uint32_t seq = 1; seq < 12; seq++) {
                ipsec_esp(&one, IPSEC_SERVER, 0x5002, seq);
                ipsec_esp(seq < 3 ? &one : &two, IPSEC_CLIENT, 0x5001, seq);
                ipsec_script_wait(script, 1);
            }
        } else {
            if (what != NEVER_UP)
                ipsec_establish(&two, true);
            else
                ipsec_keepalive(&two, IPSEC_CLIENT);
            talk(&one, &two, what == SHORT ? 4 : 8);
            if (what == BOTH_SERVED)
                ipsec_esp(&two, IPSEC_SERVER, two.message_id + 2, 1);
        }
        g_test_message("case %d", what);
        g_assert_cmpuint(ipsec_count(script, IPSEC_SA_SILENT, NULL), ==, 0);
        ipsec_script_free(script);
    }
}

/* Asking for what the end decides changes nothing, and gives the same again. */
static void test_conclusions_are_repeatable(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    for (unsigned number = 1; number <= 4; number++)
        ipsec_say_main(&peers, number, true);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(ipsec_count(script, IPSEC_NO_REPLY, NULL), ==, 0);
        ipsec_say_main(&peers, 5, true);
    }
    for (unsigned i = 0; i < 3; i++)
        g_assert_cmpuint(ipsec_count(script, IPSEC_NO_REPLY, NULL), ==, 1);
    ipsec_say_main(&peers, 6, true); /* later packets take it back */
    g_assert_cmpuint(ipsec_count(script, IPSEC_NO_REPLY, NULL), ==, 0);
    ipsec_expect_no_finding(script);
    ipsec_script_free(script);
}

void test_ipsec_findings(void)
{
    g_test_add_func("/ipsec-findings/the rows are complete", test_the_rows_are_complete);
    g_test_add_func("/ipsec-findings/an end without NAT traversal is named once",
                    test_an_end_without_nat_traversal_is_named_once);
    g_test_add_func("/ipsec-findings/a re-key on 4500 need not announce",
                    test_a_rekey_on_4500_need_not_announce);
    g_test_add_func("/ipsec-findings/what was not seen is not missing",
                    test_what_was_not_seen_is_not_missing);
    g_test_add_func("/ipsec-findings/a refusal in clear is named",
                    test_a_refusal_in_clear_is_named);
    g_test_add_func("/ipsec-findings/a request sent three times has no reply",
                    test_a_request_sent_three_times_has_no_reply);
    g_test_add_func("/ipsec-findings/an answer is no request", test_an_answer_is_no_request);
    g_test_add_func("/ipsec-findings/ESP that nobody answers", test_esp_that_nobody_answers);
    g_test_add_func("/ipsec-findings/an answer on the old SA is one",
                    test_an_answer_on_the_old_sa_is_one);
    g_test_add_func("/ipsec-findings/L2TP without IPsec is named once",
                    test_l2tp_without_ipsec_is_named_once);
    g_test_add_func("/ipsec-findings/a server that serves one of two tunnels",
                    test_a_server_that_serves_one_of_two_tunnels);
    g_test_add_func("/ipsec-findings/silent tunnels of several points",
                    test_silent_tunnels_of_several_points);
    g_test_add_func("/ipsec-findings/an SA seems ended after its last informational",
                    test_an_sa_seems_ended_after_its_last_informational);
    g_test_add_func("/ipsec-findings/what is no silent tunnel", test_what_is_no_silent_tunnel);
    g_test_add_func("/ipsec-findings/conclusions are repeatable", test_conclusions_are_repeatable);
}
