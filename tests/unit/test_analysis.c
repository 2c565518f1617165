/* PPTP and IPsec behind one door: both are fed, and neither changes the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_script.h"

#include "core/analysis.h"

/* One point that shows a client, a server, and what the analysis makes of them. */
struct scene {
    struct analysis *analysis;
    uint32_t frame;
};

static struct scene scene_new(void)
{
    struct analysis_options options = {.link = true};
    return (struct scene){analysis_new(&options), 0};
}

static struct ipsec_packet next_packet(struct scene *scene, bool from_client, const void *octets,
                                       uint32_t length)
{
    struct net_address client = ipsec_address("192.168.11.20");
    struct net_address server = ipsec_address("192.168.1.10");
    scene->frame++;
    return (struct ipsec_packet){
        .packet = {.frame = scene->frame,
                   .time_ns = (int64_t)scene->frame * 1000000000,
                   .interface = 3,
                   .source = from_client ? client : server,
                   .destination = from_client ? server : client,
                   .has_ip_id = true,
                   .ip_id = (uint16_t)scene->frame},
        .length = length,
        .captured = length,
        .payload = octets,
    };
}

static struct ipsec_record *say_main(struct scene *scene, unsigned number, bool natt)
{
    struct ipsec_peers peers = ipsec_peers_at(NULL, "192.168.11.20", 500, 4500, 1);
    struct ike_builder message = ipsec_main(&peers, number, natt);
    struct ipsec_packet packet =
        next_packet(scene, number % 2 == 1, message.octets, message.length);
    packet.source_port = IKE_PORT;
    packet.destination_port = IKE_PORT;
    struct udp_ports ports = {IKE_PORT, IKE_PORT};
    g_assert_true(analysis_wants_udp(scene->analysis, ports, message.octets, message.length));
    return analysis_udp(scene->analysis, &packet);
}

static struct ipsec_record *say_native_esp(struct scene *scene, uint32_t seq)
{
    uint8_t octets[64] = {0xC0, 0, 0, 1, 0, 0, 0, (uint8_t)seq};
    struct ipsec_packet packet = next_packet(scene, true, octets, sizeof octets);
    return analysis_esp(scene->analysis, &packet);
}

static void add_filter(const struct finding *finding, void *user)
{
    g_string_append_printf(user, "%s ", finding_kind(finding->id)->filter);
}

/* The findings of a frame, as "ipsec.analysis.x ipsec.analysis.y ". */
static void expect_on_frame(const struct scene *scene, uint32_t frame, const char *expected)
{
    GString *found = g_string_new(NULL);
    finding_log_on_frame(analysis_log(scene->analysis), frame, add_filter, found);
    g_assert_cmpstr(found->str, ==, expected);
    g_string_free(found, TRUE);
}

static void test_udp_and_esp_are_tracked_at_their_point(void)
{
    struct scene scene = scene_new();
    g_assert_cmpint(say_main(&scene, 1, true)->kind, ==, IPSEC_IKE);
    g_assert_cmpint(say_native_esp(&scene, 1)->kind, ==, IPSEC_ESP);
    const struct ipsec_tracker *tracker = analysis_ipsec(scene.analysis);
    g_assert_cmpuint(ipsec_tracker_ike_count(tracker), ==, 1);
    g_assert_cmpuint(ipsec_tracker_ike(tracker, 0)->point, ==, 3);
    g_assert_cmpuint(ipsec_tracker_esp(tracker, 0)->point, ==, 3);
    struct udp_ports dns = {53, 40000};
    g_assert_false(analysis_wants_udp(scene.analysis, dns, (const uint8_t *)"\1\2\3\4", 4));
    g_assert_cmpuint(analysis_last_frame(scene.analysis), ==, 2);
    analysis_free(scene.analysis);
}

static void test_findings_are_found_by_frame(void)
{
    struct scene scene = scene_new();
    say_main(&scene, 1, false);
    expect_on_frame(&scene, 1, "ipsec.analysis.natt_not_announced ");
    say_main(&scene, 2, true);
    for (unsigned time = 0; time < 3; time++)
        say_main(&scene, 3, true);
    expect_on_frame(&scene, 3, "");
    analysis_finish(scene.analysis);
    g_assert_cmpuint(finding_log_count(analysis_log(scene.analysis)), ==, 2);
    expect_on_frame(&scene, 1, "ipsec.analysis.natt_not_announced ");
    expect_on_frame(&scene, 3, "ipsec.analysis.no_reply ");
    expect_on_frame(&scene, 0, "");
    analysis_free(scene.analysis);
}

/* What the end had decided is taken back when it was not the end. */
static void test_an_answer_after_the_end_takes_the_finding_back(void)
{
    struct scene scene = scene_new();
    say_main(&scene, 1, true);
    say_main(&scene, 2, true);
    for (unsigned time = 0; time < 3; time++)
        say_main(&scene, 3, true);
    analysis_finish(scene.analysis);
    expect_on_frame(&scene, 3, "ipsec.analysis.no_reply ");
    say_main(&scene, 4, true);
    g_assert_cmpuint(finding_log_count(analysis_log(scene.analysis)), ==, 0);
    expect_on_frame(&scene, 3, "");
    analysis_finish(scene.analysis);
    expect_on_frame(&scene, 3, "");
    analysis_free(scene.analysis);
}

/* An outcome that was cheap to make is never shown when it is old: who draws once, at the end of a
 * small file, may have been asked at its beginning. */
static void test_who_asks_on_a_timer_sees_a_small_file_to_its_end(void)
{
    struct scene scene = scene_new();
    analysis_refresh(scene.analysis);
    const struct linker *linker = outcome_linker(analysis_outcome(scene.analysis));
    g_assert_cmpuint(linker_point_count(linker), ==, 0);
    say_main(&scene, 1, true);
    analysis_refresh(scene.analysis);
    linker = outcome_linker(analysis_outcome(scene.analysis));
    g_assert_cmpuint(linker_point_count(linker), ==, 1);
    analysis_free(scene.analysis);
}

static void test_pptp_sees_nothing_of_ipsec(void)
{
    struct scene scene = scene_new();
    say_main(&scene, 1, false);
    say_native_esp(&scene, 1);
    analysis_finish(scene.analysis);
    const struct tracker *tracker = analysis_tracker(scene.analysis);
    g_assert_cmpuint(tracker_connection_count(tracker), ==, 0);
    g_assert_cmpuint(tracker_call_count(tracker), ==, 0);
    const struct finding_log *log = analysis_log(scene.analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++)
        g_assert_true(finding_is_ipsec(finding_log_get(log, i)->id));
    analysis_free(scene.analysis);
}

void test_analysis(void)
{
    g_test_add_func("/analysis/UDP and ESP are tracked at their point",
                    test_udp_and_esp_are_tracked_at_their_point);
    g_test_add_func("/analysis/findings are found by frame", test_findings_are_found_by_frame);
    g_test_add_func("/analysis/an answer after the end takes the finding back",
                    test_an_answer_after_the_end_takes_the_finding_back);
    g_test_add_func("/analysis/who asks on a timer sees a small file to its end",
                    test_who_asks_on_a_timer_sees_a_small_file_to_its_end);
    g_test_add_func("/analysis/PPTP sees nothing of IPsec", test_pptp_sees_nothing_of_ipsec);
}
