/* Control messages across a hop (FINDINGS, "Across points"): each rule with what nearly meets it.
 * The client's id is 256 inside, 10001 outside; the server's is 0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static void every_field_of_every_message_is_judged(void)
{
    static const struct {
        enum pptp_message_type type;
        enum path_end from;
        bool peer, incoming;
        const char *section;
    } script[] = {
        {PPTP_OCRP, SERVER, true, false, "RFC2637-2.8"},
        {PPTP_ICRP, CLIENT, true, true, "RFC2637-2.10"},
        {PPTP_ICCN, SERVER, true, true, "RFC2637-2.11"},
        {PPTP_CCRQ, CLIENT, false, false, "RFC2637-2.12"},
        {PPTP_CDN, SERVER, false, false, "RFC2637-2.13"},
        {PPTP_WEN, SERVER, true, false, "RFC2637-2.14"},
        {PPTP_SLI, CLIENT, true, false, "RFC2637-2.15"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        g_test_message("%s", script[i].section);
        for (int wrong = 0; wrong < 2; wrong++) {
            struct path *path = path_new(2, 1);
            path_shake(path, 0);
            path_say(path, 0, script[i].incoming ? SERVER : CLIENT,
                     script[i].incoming ? PPTP_ICRQ : PPTP_OCRQ);
            if (script[i].type == PPTP_ICCN)
                path_say(path, 0, CLIENT, PPTP_ICRP);
            if (!script[i].incoming && script[i].type != PPTP_OCRP)
                path_say(path, 0, SERVER, PPTP_OCRP);
            guint event = path_say(path, 0, script[i].from, script[i].type);
            uint32_t far = script[i].from == CLIENT ? OUTSIDE : INSIDE;
            if (wrong)
                path_set_id(path, event, far, script[i].peer, 4711);
            struct analysis *analysis = path_feed(path);
            if (!wrong) {
                path_expect_fine(analysis);
            } else {
                const struct finding *finding = path_expect(analysis, FINDING_CALLID_MISTRANSLATED,
                                                            path_frame(path, event, far));
                g_assert_cmpuint(finding->seen, ==, 4711);
                g_assert_null(path_finding(analysis, FINDING_CALLID_MISTRANSLATED, 1));
            }
            path_done(path, analysis);
        }
    }
}

/* What the wrong value is, when another call, or an earlier one, has it. */
static void the_value_is_another_calls(void)
{
    struct path *path = path_new(2, 2);
    path_set_up(path, 1);
    path_set_up(path, 0);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, OUTSIDE, false, path->client[1].at[OUTSIDE].pns);
    struct analysis *analysis = path_feed(path);
    g_assert_cmpint(
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE))
            ->mistranslation,
        ==, MISTRANSLATION_OTHER_CALL);
    path_done(path, analysis);
}

static void the_value_is_an_earlier_calls(void)
{
    struct path *path = path_new(2, 2);
    path_set_up(path, 1);
    path_tear_down(path, 1);
    path_set_up(path, 0);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, OUTSIDE, false, path->client[1].at[OUTSIDE].pns);
    struct analysis *analysis = path_feed(path);
    g_assert_cmpint(
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE))
            ->mistranslation,
        ==, MISTRANSLATION_EARLIER_CALL);
    path_done(path, analysis);
}

/* Linux overwrites a notify's id with the client's (F02): a note and no fault. */
static void a_rewritten_notify_is_a_note(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[INSIDE].pac = path->client[0].at[OUTSIDE].pac = 640;
    path_set_up(path, 0);
    guint notify = path_say(path, 0, SERVER, PPTP_CDN);
    path_set_id(path, notify, INSIDE, false, path->client[0].at[INSIDE].pns);
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_DISCONNECT_REWRITTEN, path_frame(path, notify, INSIDE));
    path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
    path_done(path, analysis);
}

/* ... but another wrong value in it is one, and so is a P of no call of the connection. */
static void any_other_notify_is_a_fault(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[INSIDE].pac = path->client[0].at[OUTSIDE].pac = 640;
    path_set_up(path, 0);
    guint notify = path_say(path, 0, SERVER, PPTP_CDN);
    path_set_id(path, notify, INSIDE, false, 641);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_DISCONNECT_REWRITTEN);
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, notify, INSIDE));
    path_done(path, analysis);
}

/* A notify that carries neither id of the call has to pass unchanged: the far point alone takes it
 * for the answer to the clear request, and expects the server's id. */
static void a_frame_has_one_expected_value(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[INSIDE].pac = path->client[0].at[OUTSIDE].pac = 640;
    path_set_up(path, 0);
    path_say(path, 0, CLIENT, PPTP_CCRQ);
    guint notify = path_say(path, 0, SERVER, PPTP_CDN);
    path_set_id(path, notify, OUTSIDE, false, 700);
    path_set_id(path, notify, INSIDE, false, 641);
    struct analysis *analysis = path_feed(path);
    uint32_t frame = path_frame(path, notify, INSIDE);
    g_assert_cmpuint(path_expect(analysis, FINDING_CALLID_MISTRANSLATED, frame)->expected, ==, 700);
    g_assert_cmpuint(path_expect(analysis, FINDING_UNKNOWN_CALL_ID, frame)->expected, ==, 700);
    path_done(path, analysis);
}

static void an_octet_outside_the_ids_is_payload_altered(void)
{
    for (int at = 12; at <= 16; at += 4) {
        struct path *path = path_new(2, 1);
        path_shake(path, 0);
        guint request = path_say(path, 0, CLIENT, PPTP_OCRQ);
        path_packet(path, request, OUTSIDE)->octets[at] ^= 0x01; /* 12 is in the Call ID */
        struct analysis *analysis = path_feed(path);
        if (at == 12)
            path_expect_none(analysis, FINDING_PAYLOAD_ALTERED);
        else
            path_expect(analysis, FINDING_PAYLOAD_ALTERED, path_frame(path, request, OUTSIDE));
        path_done(path, analysis);
    }
}

/* One's complement sums (RFC 1624): short by exactly what the id changed by, or by something else.
 */
static void a_sum_that_is_short_by_the_id_is_not_updated(void)
{
    for (int other = 0; other < 2; other++) {
        for (int far_first = 0; far_first < 2; far_first++) {
            struct path *path = path_new(2, 1);
            path_set_up(path, 0);
            guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
            struct path_packet *packet = path_packet(path, clear, OUTSIDE);
            /* 256 -> 10001: the sum over the data rises by 9745, the checksum falls by it. */
            packet->has_checksum = true;
            packet->checksum_right = 20000;
            packet->checksum_seen = (uint16_t)(20000 + 10001 - 256 + other);
            if (far_first)
                packet->time_ns -= 1000 * 1000;
            struct analysis *analysis = path_feed(path);
            if (other)
                path_expect_none(analysis, FINDING_CHECKSUM_NOT_UPDATED);
            else
                path_expect_only(analysis, FINDING_CHECKSUM_NOT_UPDATED,
                                 path_frame(path, clear, OUTSIDE));
            path_done(path, analysis);
        }
    }
}

/* Both messages are in one segment of each place. */
static void join(struct path *path, guint first, guint second)
{
    for (uint32_t place = 0; place < 2; place++) {
        struct path_packet *head = path_packet(path, first, place);
        const struct path_packet *tail = path_packet(path, second, place);
        memcpy(head->octets + head->length, tail->octets, tail->length);
        head->length += tail->length;
        path_lose(path, second, place);
    }
}

/* The sum is of a segment: it is short by what one of its messages changed by, or all of them. */
static void a_sum_over_two_messages_is_not_updated(void)
{
    for (int changes = 1; changes <= 3; changes++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
        join(path, clear, path_say(path, 0, CLIENT, PPTP_CCRQ));
        struct path_packet *packet = path_packet(path, clear, OUTSIDE);
        packet->has_checksum = true;
        packet->checksum_right = 20000;
        packet->checksum_seen = (uint16_t)(20000 + changes * (10001 - 256));
        struct analysis *analysis = path_feed(path);
        if (changes == 3)
            path_expect_none(analysis, FINDING_CHECKSUM_NOT_UPDATED);
        else
            path_expect(analysis, FINDING_CHECKSUM_NOT_UPDATED, path_frame(path, clear, OUTSIDE));
        path_done(path, analysis);
    }
}

/* A wrong sum on both sides (offloading at the sender) is nobody's. */
static void a_wrong_sum_where_it_was_sent_is_offloading(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    for (uint32_t place = 0; place < 2; place++) {
        path_packet(path, clear, place)->has_checksum = true;
        path_packet(path, clear, place)->checksum_seen = 1;
        path_packet(path, clear, place)->checksum_right = 2;
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

static void two_calls_of_one_connection_are_two_links(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    for (uint32_t place = 0; place < 2; place++) {
        path->client[0].at[place].pns = (uint16_t)(place ? 10777 : 777);
        path->client[0].at[place].pac = 128;
    }
    path_say(path, 0, CLIENT, PPTP_OCRQ);
    path_say(path, 0, SERVER, PPTP_OCRP);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, OUTSIDE, false, 10001); /* the first call's */
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
    g_assert_cmpint(finding->mistranslation, ==, MISTRANSLATION_OTHER_CALL);
    g_assert_cmpuint(finding->expected, ==, 10777);
    g_assert_cmpuint(linker_link_count(analysis_linker(analysis)), ==, 2);
    path_done(path, analysis);
}

/* A short snap length at one point: a Peer's Call ID that was cut off is not 0, and packets that
 * show less there are no other packets. */
static void what_the_snap_length_cut_is_not_compared(void)
{
    for (uint32_t place = INSIDE; place <= OUTSIDE; place++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        path_talk(path, 0, 20);
        for (guint i = 0; i < path->packets->len; i++) {
            struct path_packet *packet = path->packets->pdata[i];
            if (packet->place == place)
                packet->cut = packet->kind == PATH_GRE ? 4 : 14;
        }
        struct analysis *analysis = path_feed(path);
        const struct link_view *link = linker_link(analysis_linker(analysis), 0);
        path_expect_fine(analysis);
        path_expect_none(analysis, FINDING_GRE_LOSS);
        for (int direction = 0; direction < 2; direction++)
            g_assert_cmpuint(link->hops[0].count[direction].passed, ==, 20);
        path_done(path, analysis);
    }
}

void test_link_judge(void)
{
    g_test_add_func("/link_judge/a frame has one expected value", a_frame_has_one_expected_value);
    g_test_add_func("/link_judge/what the snap length cut is not compared",
                    what_the_snap_length_cut_is_not_compared);
    g_test_add_func("/link_judge/every field of every message is judged",
                    every_field_of_every_message_is_judged);
    g_test_add_func("/link_judge/the value is another call's", the_value_is_another_calls);
    g_test_add_func("/link_judge/the value is an earlier call's", the_value_is_an_earlier_calls);
    g_test_add_func("/link_judge/a rewritten notify is a note", a_rewritten_notify_is_a_note);
    g_test_add_func("/link_judge/any other notify is a fault", any_other_notify_is_a_fault);
    g_test_add_func("/link_judge/an octet outside the ids is payload_altered",
                    an_octet_outside_the_ids_is_payload_altered);
    g_test_add_func("/link_judge/a sum that is short by the id is not updated",
                    a_sum_that_is_short_by_the_id_is_not_updated);
    g_test_add_func("/link_judge/a sum over two messages is not updated",
                    a_sum_over_two_messages_is_not_updated);
    g_test_add_func("/link_judge/a wrong sum where it was sent is offloading",
                    a_wrong_sum_where_it_was_sent_is_offloading);
    g_test_add_func("/link_judge/two calls of one connection are two links",
                    two_calls_of_one_connection_are_two_links);
}
