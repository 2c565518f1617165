/* Segments with a wrong checksum (FINDINGS, damaged_segment): what the receiver drops is not read,
 * and offload, which looks the same, is believed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define WRONG_ID 777

enum sum { RIGHT, WRONG, OFFLOADED, NOT_KNOWN };

static guint with_sum(struct path *path, guint event, enum sum sum)
{
    struct path_packet *packet = path_packet(path, event, 0);
    packet->has_checksum = sum != NOT_KNOWN;
    packet->checksum_right = 0x1234;
    packet->checksum_seen = sum == RIGHT ? 0x1234 : 0x4321;
    packet->checksum_offloaded = sum == OFFLOADED;
    return event;
}

/* One point. The client's SYN and acknowledgment have the checksum `bare`, its first message `said`
 * and its call request `request`, which names another id than what comes again, if it does, with a
 * right one. */
struct script {
    enum sum bare, said, request;
    bool again;
    bool damaged;
};

static void run(const struct script *script)
{
    struct path *path = path_new(1, 1);
    with_sum(path, path_tcp(path, 0, CLIENT, TCP_FLAG_SYN), script->bare);
    path_tcp(path, 0, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK);
    with_sum(path, path_tcp(path, 0, CLIENT, TCP_FLAG_ACK), script->bare);
    with_sum(path, path_say(path, 0, CLIENT, PPTP_SCCRQ), script->said);
    path_say(path, 0, SERVER, PPTP_SCCRP);
    guint request = with_sum(path, path_say(path, 0, CLIENT, PPTP_OCRQ), script->request);
    for (int i = 0; script->again && i < 2; i++) {
        path_wait(path, 1);
        with_sum(path, path_again(path, request, i == 1), RIGHT);
    }
    path_set_id(path, request, 0, false, WRONG_ID);
    guint reply = path_say(path, 0, SERVER, PPTP_OCRP);
    if (!script->damaged)
        path_set_id(path, reply, 0, true, WRONG_ID);
    struct analysis *analysis = path_feed(path);
    const struct call *call = tracker_call(analysis_tracker(analysis), 0);
    const struct finding *finding = path_finding(analysis, FINDING_DAMAGED_SEGMENT, 0);
    if (script->damaged) {
        path_expect_fine(analysis);
        g_assert_cmpuint(finding->judged_frame, ==, path_frame(path, request, 0));
        g_assert_cmpuint(finding->deciding_frame, ==, path_frame(path, request + 1, 0));
        g_assert_null(path_finding(analysis, FINDING_DAMAGED_SEGMENT, 1));
        g_assert_cmpuint(call->id[PPTP_OWNER_PNS], ==, 256);
    } else {
        g_assert_null(finding);
        g_assert_cmpuint(call->id[PPTP_OWNER_PNS], ==, WRONG_ID);
    }
    path_done(path, analysis);
}

static void what_the_receiver_drops_is_not_read(void)
{
    static const struct script scripts[] = {
        {RIGHT, RIGHT, WRONG, true, true},
        {RIGHT, NOT_KNOWN, WRONG, true, true},
        {NOT_KNOWN, RIGHT, WRONG, true, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++)
        run(&scripts[i]);
}

/* An adapter fills the checksums in: of all segments, or of those with octets. */
static void what_an_adapter_fills_in_is_believed(void)
{
    static const struct script scripts[] = {
        {WRONG, WRONG, WRONG, false, false},         {RIGHT, WRONG, WRONG, false, false},
        {OFFLOADED, OFFLOADED, WRONG, false, false}, {RIGHT, OFFLOADED, OFFLOADED, false, false},
        {NOT_KNOWN, NOT_KNOWN, WRONG, false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++)
        run(&scripts[i]);
}

/* Another service than PPTP: its retransmissions may differ as they like. */
static void other_services_may_send_what_they_like(void)
{
    for (int pptp = 0; pptp < 2; pptp++) {
        struct path *path = path_new(1, 1);
        path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
        path_tcp(path, 0, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK);
        guint said = path_say(path, 0, CLIENT, PPTP_SCCRQ);
        guint again = path_again(path, said, false);
        path_packet(path, again, 0)->octets[100] ^= 1;
        for (guint event = said; !pptp && event <= again; event++)
            path_packet(path, event, 0)->octets[4] = 'G';
        path_say(path, 0, SERVER, PPTP_SCCRP);
        if (!pptp)
            path_packet(path, again + 1, 0)->octets[4] = 'G';
        struct analysis *analysis = path_feed(path);
        if (pptp)
            path_expect_only(analysis, FINDING_RETRANSMISSION_DIFFERS, path_frame(path, again, 0));
        else
            path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* Two messages are complete by one packet: one at once, one that waited for it and was doubted. The
 * later word about the second does not hide the first. */
static void a_message_told_late_joins_those_of_its_frame(void)
{
    struct path *path = path_new(1, 1);
    with_sum(path, path_tcp(path, 0, CLIENT, TCP_FLAG_SYN), RIGHT);
    path_tcp(path, 0, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK);
    with_sum(path, path_say(path, 0, CLIENT, PPTP_SCCRQ), RIGHT);
    path_say(path, 0, SERVER, PPTP_SCCRP);
    guint first = with_sum(path, path_say(path, 0, CLIENT, PPTP_OCRQ), RIGHT);
    guint second = with_sum(path, path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST), WRONG);
    struct path_packet *early = path_packet(path, second, 0), *late = path_packet(path, first, 0);
    int64_t time_ns = early->time_ns; /* the second is captured before the first */
    early->time_ns = late->time_ns;
    late->time_ns = time_ns;
    path_say(path, 0, SERVER, PPTP_ECHO_REQUEST);
    struct analysis *analysis = path_feed(path);
    const struct tracker *tracker = analysis_tracker(analysis);
    const struct message_record *told = tracker_messages_on(tracker, path_frame(path, first, 0));
    g_assert_nonnull(told);
    g_assert_cmpuint(told->type, ==, PPTP_OCRQ);
    g_assert_nonnull(told->next_on_frame);
    g_assert_cmpuint(told->next_on_frame->type, ==, PPTP_ECHO_REQUEST);
    g_assert_null(told->next_on_frame->next_on_frame);
    path_done(path, analysis);
}

#define TEST(name) g_test_add_func("/tracker_damaged/" #name, name)

void test_tracker_damaged(void)
{
    TEST(what_the_receiver_drops_is_not_read);
    TEST(what_an_adapter_fills_in_is_believed);
    TEST(other_services_may_send_what_they_like);
    TEST(a_message_told_late_joins_those_of_its_frame);
}
