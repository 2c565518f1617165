/* Links under rare conditions: captures that begin late, cut messages, wrong types, more points
 * and tunnels than there should be. Each with the verdict that can be proven, or none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static void lose_everywhere(struct path *path, guint from, guint to)
{
    for (guint event = from; event < to; event++) {
        for (uint32_t place = 0; place < path->places; place++)
            path_lose(path, event, place);
    }
}

/* A row of eight points at most: what lies beyond is a row by itself, and blames nobody. The
 * SYN-ACK comes from the server, so the points next to the client are the ones too many. */
static void more_points_than_a_row_has_places(void)
{
    struct path *path = path_new(PATH_PLACES, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 10);
    struct analysis *analysis = path_feed(path);
    path_expect_only(analysis, FINDING_LIMIT_REACHED,
                     path_frame(path, 0, PATH_PLACES - LINK_POINTS_LIMIT - 1));
    g_assert_cmpuint(linker_link(analysis_linker(analysis), 0)->count, ==, LINK_POINTS_LIMIT);
    g_assert_cmpuint(linker_link(analysis_linker(analysis), 1)->count, ==,
                     PATH_PLACES - LINK_POINTS_LIMIT);
    path_done(path, analysis);
}

/* [MS-PTPT] note 10: a random id of the session, where TCP's numbers are changed on the way. */
static void a_correlation_id_is_evidence(void)
{
    for (int text = 0; text < 2; text++) {
        struct path *path = path_new(2, 2);
        for (uint32_t i = 0; i < 2; i++) {
            path_change_numbers(path, i);
            path_shake(path, i);
            guint request = path_say(path, i, CLIENT, PPTP_OCRQ);
            for (uint32_t place = 0; place < 2; place++) {
                struct path_packet *packet = path_packet(path, request, place);
                unsigned at = pptp_find_cell(PPTP_OCRQ, PPTP_F_SUBADDRESS)->offset;
                for (unsigned k = 0; k < 16; k++)
                    packet->octets[at + k] = (uint8_t)(text ? 'a' : 0x81 + 16 * i + k);
            }
            path_say(path, i, SERVER, PPTP_OCRP);
        }
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        unsigned evidence = linker_link(analysis_linker(analysis), 0)->evidence & EVIDENCE_UNIQUE;
        g_assert_cmpuint(evidence != 0, ==, !text);
        path_done(path, analysis);
    }
}

/* A message that the snap length cut, or that is no message of PPTP, is neither evidence nor
 * judged. */
static void what_cannot_be_read_is_not_judged(void)
{
    for (int way = 0; way < 3; way++) {
        struct path *path = path_new(2, 1);
        path_shake(path, 0);
        if (way > 0)
            lose_everywhere(path, 0, 5); /* joined late: messages are all the evidence */
        guint request = path_say(path, 0, CLIENT, PPTP_OCRQ);
        path_say(path, 0, SERVER, PPTP_OCRP);
        struct path_packet *packet = path_packet(path, request, OUTSIDE);
        packet->octets[40] ^= 1;
        if (way == 2)
            packet->octets[3] = path_packet(path, request, INSIDE)->octets[3] = 2; /* management */
        else
            packet->cut = path_packet(path, request, INSIDE)->cut = 20;
        path_talk(path, 0, 4);
        struct analysis *analysis = path_feed(path);
        path_expect_none(analysis, FINDING_PAYLOAD_ALTERED);
        path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
        g_assert_cmpuint(linker_link_count(analysis_linker(analysis)), >=, 1);
        path_done(path, analysis);
    }
}

/* The set-up is in neither file. Of two fields that then disagree one is wrong, and nothing tells
 * which: silence. What does fit is used. */
static void a_map_of_one_other_field_blames_nobody(void)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        struct path *path = path_new(2, 1);
        path_shake(path, 0);
        guint request = path_say(path, 0, CLIENT, PPTP_OCRQ);
        lose_everywhere(path, request, request + 1);
        guint reply = path_say(path, 0, SERVER, PPTP_OCRP);
        if (wrong)
            path_set_id(path, reply, INSIDE, true, 300);
        path_say(path, 0, CLIENT, PPTP_CCRQ);
        path_say(path, 0, SERVER, PPTP_CDN);
        struct analysis *analysis = path_feed(path);
        path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
        path_expect_none(analysis, FINDING_SETUP_UNTRANSLATED);
        g_assert_cmpuint(path_shown_links(analysis), ==, 1);
        path_done(path, analysis);
    }
}

/* RFC2637-2.11: an Incoming-Call-Connected alone makes the link. Its one field is believed once a
 * second one agreed. */
static void an_incoming_call_joined_at_its_last_message(void)
{
    for (int agreed = 0; agreed < 2; agreed++) {
        struct path *path = path_new(2, 1);
        path_shake(path, 0);
        guint request = path_say(path, 0, SERVER, PPTP_ICRQ);
        path_say(path, 0, CLIENT, PPTP_ICRP);
        lose_everywhere(path, request, request + 2);
        path_say(path, 0, SERVER, PPTP_ICCN);
        path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST); /* acknowledges what was lost */
        if (agreed)
            path_say(path, 0, SERVER, PPTP_WEN);
        guint notify = path_say(path, 0, SERVER, PPTP_WEN);
        path_set_id(path, notify, INSIDE, true, 4711);
        struct analysis *analysis = path_feed(path);
        g_assert_cmpuint(path_shown_links(analysis), ==, 1);
        if (agreed)
            path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, notify, INSIDE));
        else
            path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
        path_done(path, analysis);
    }
}

/* RFC2637-1.4: the type is no Call ID; who changes it alters the message. */
static void another_type_is_an_altered_message(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_packet(path, clear, OUTSIDE)->octets[9] = PPTP_ECHO_REQUEST; /* 16 octets, both */
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_PAYLOAD_ALTERED, path_frame(path, clear, OUTSIDE));
    path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
    path_done(path, analysis);
}

/* A wrong value that reads the request's own id, while its map is not known: judged all the same,
 * by the maps of the reply. */
static void a_notify_joined_late_is_no_known_rewrite(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[INSIDE].pac = path->client[0].at[OUTSIDE].pac = 640;
    path_shake(path, 0);
    guint request = path_say(path, 0, CLIENT, PPTP_OCRQ);
    guint reply = path_say(path, 0, SERVER, PPTP_OCRP);
    guint notify = path_say(path, 0, SERVER, PPTP_CDN);
    lose_everywhere(path, reply, reply + 1);
    path_set_id(path, notify, INSIDE, false, path->client[0].at[INSIDE].pns);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_DISCONNECT_REWRITTEN);
    g_assert_nonnull(
        tracker_messages_on(analysis_tracker(analysis), path_frame(path, request, INSIDE)));
    path_done(path, analysis);
}

/* The messages' order is found whichever file comes first, although TCP's numbers differ. */
static void the_offset_is_learned_whoever_comes_first(void)
{
    for (uint32_t first = 0; first < 2; first++) {
        struct path *path = path_new(2, 1);
        path_change_numbers(path, 0);
        path->clock_ns[first] = -G_GINT64_CONSTANT(100000000);
        path_set_up(path, 0);
        lose_everywhere(path, 0, 3);
        path_lose(path, 3, first);
        path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
        guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
        path_set_id(path, clear, OUTSIDE, false, 4711);
        struct analysis *analysis = path_feed(path);
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
        path_done(path, analysis);
    }
}

/* Many messages that never come out, and many segments with wrong sums and retransmissions: bounded
 * memory, and what does come out is still judged. */
static void many_lost_repeated_and_wrong_segments(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    for (int i = 0; i < 300; i++) {
        guint event = path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        path_packet(path, event, INSIDE)->has_checksum = true;
        path_packet(path, event, INSIDE)->checksum_seen = 1;
        path_lose(path, event, OUTSIDE);
        if (i < 80)
            path_lose(path, path_again(path, event, false), OUTSIDE);
    }
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, OUTSIDE, false, 4711);
    path_say(path, 0, SERVER, PPTP_ECHO_REPLY); /* acknowledges what was lost */
    struct analysis *analysis = path_feed(path);
    const struct finding *finding = path_finding(analysis, FINDING_CALLID_MISTRANSLATED, 0);
    g_assert_nonnull(finding);
    g_assert_cmpuint(finding->seen, ==, 4711);
    path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED); /* the server has them */
    path_done(path, analysis);
}

/* Wrong sums at both places of messages in one segment: each is compared with its own other half.
 */
static void wrong_sums_of_several_segments(void)
{
    struct path *path = path_new(3, 1);
    path_set_up(path, 0);
    guint notify[2];
    for (int i = 0; i < 2; i++) {
        notify[i] = path_say(path, 0, i ? CLIENT : SERVER, i ? PPTP_SLI : PPTP_WEN);
        for (uint32_t place = 0; place < 3; place++) {
            struct path_packet *packet = path_packet(path, notify[i], place);
            packet->has_checksum = true;
            packet->checksum_seen = 3;
            packet->checksum_right = 9;
        }
    }
    struct path_packet *packet = path_packet(path, notify[0], 1); /* 20001 -> 10001 */
    packet->checksum_right = 30000;
    packet->checksum_seen = (uint16_t)(30000 + 10001 - 20001);
    struct analysis *analysis = path_feed(path);
    path_expect_only(analysis, FINDING_CHECKSUM_NOT_UPDATED, path_frame(path, notify[0], 1));
    path_done(path, analysis);
}

/* One id of two fields may be wrong, or both: two facts on one frame, and each once, also when a
 * third file comes last and everything is judged anew. */
static void two_wrong_fields_of_one_message(void)
{
    struct path *path = path_new(3, 1);
    path_set_up(path, 0);
    path_say(path, 0, CLIENT, PPTP_OCRQ);
    guint reply = path_say(path, 0, SERVER, PPTP_OCRP);
    path_set_id(path, reply, 0, true, 4711);
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        packet->time_ns += packet->place == 1 ? G_GINT64_CONSTANT(90000000000) : 0;
    }
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, reply, 0));
    uint32_t on_frame = 0;
    for (uint32_t i = 0; path_finding(analysis, FINDING_CALLID_MISTRANSLATED, i); i++)
        on_frame += path_finding(analysis, FINDING_CALLID_MISTRANSLATED, i)->judged_frame ==
                    path_frame(path, reply, 0);
    g_assert_cmpuint(on_frame, ==, 1);
    path_done(path, analysis);
}

/* Behind the end more may come: what the end said is taken back and said anew, the same. */
static void the_end_is_said_anew(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[OUTSIDE].pns = path->client[0].at[INSIDE].pns;
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    for (int i = 0; i < 5; i++) {
        path_lose(path, path_gre(path, 0, SERVER, 40), INSIDE);
        path_gre(path, 0, CLIENT, 40);
        path_wait(path, 2);
    }
    struct analysis *analysis = path_feed(path);
    uint32_t count = finding_log_count(analysis_log(analysis));
    const struct finding *lost = path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0);
    g_assert_nonnull(lost);
    g_assert_cmpint(finding_log_get(analysis_log(analysis), lost->cause)->id, ==,
                    FINDING_NO_EDITOR);
    struct ip_fragment fragment = {.packet = {.frame = path->packets->len + 1}};
    analysis_fragment(analysis, &fragment);
    g_assert_cmpuint(finding_log_count(analysis_log(analysis)), <, count);
    analysis_finish(analysis);
    analysis_finish(analysis);
    g_assert_cmpuint(finding_log_count(analysis_log(analysis)), ==, count);
    path_done(path, analysis);
}

/* What is asked for by a number that does not exist is nothing. */
static void nothing_beyond_the_end_of_a_list(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    struct analysis *analysis = path_feed(path);
    const struct linker *linker = analysis_linker(analysis);
    const struct tracker *tracker = analysis_tracker(analysis);
    g_assert_null(linker_link(linker, 99));
    g_assert_null(linker_point(linker, 99));
    g_assert_null(linker_nat(linker, 99));
    g_assert_null(linker_unlinked(linker, 99));
    g_assert_null(tracker_connection(tracker, 99));
    g_assert_null(tracker_call(tracker, 99));
    g_assert_null(tracker_flow(tracker, 99));
    g_assert_null(tracker_messages_on(tracker, 999));
    g_assert_null(tracker_gre_on(tracker, 999));
    g_assert_cmpuint(tracker_point(tracker, 77), ==, 77);
    g_assert_cmpstr(verdict_status_name(VERDICT_FAULT), ==, "fault");
    path_done(path, analysis);
}

void test_link_rare(void)
{
#define TEST(name) g_test_add_func("/link_rare/" #name, name)
    TEST(more_points_than_a_row_has_places);
    TEST(a_correlation_id_is_evidence);
    TEST(what_cannot_be_read_is_not_judged);
    TEST(a_map_of_one_other_field_blames_nobody);
    TEST(an_incoming_call_joined_at_its_last_message);
    TEST(another_type_is_an_altered_message);
    TEST(a_notify_joined_late_is_no_known_rewrite);
    TEST(the_offset_is_learned_whoever_comes_first);
    TEST(many_lost_repeated_and_wrong_segments);
    TEST(wrong_sums_of_several_segments);
    TEST(two_wrong_fields_of_one_message);
    TEST(the_end_is_said_anew);
    TEST(nothing_beyond_the_end_of_a_list);
}
