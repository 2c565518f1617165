/* Tunnels that cannot be told apart (RFC 2637 3.2.2), and crowds: more of one kind than is looked
 * at, which is said and blames nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static uint32_t count_of(const struct analysis *analysis, enum finding_id id)
{
    uint32_t count = 0;
    while (path_finding(analysis, id, count))
        count++;
    return count;
}

/* What is beyond a bound is said, and nobody is blamed. */
static void expect_limits_only(const struct analysis *analysis, uint32_t limits)
{
    const struct finding_log *log = analysis_log(analysis);
    uint32_t warnings = 0;
    for (uint32_t i = 0; i < finding_log_count(log); i++)
        warnings += finding_kind(finding_log_get(log, i)->id)->severity >= SEVERITY_WARN;
    g_assert_cmpuint(count_of(analysis, FINDING_LIMIT_REACHED), ==, limits);
    g_assert_cmpuint(warnings, ==, 0);
}

/* All clients come from one address to one server, as one point behind the NAT shows them. */
static struct path *one_address(uint32_t clients, uint16_t pns, uint16_t pac)
{
    struct path *path = path_new(1, clients);
    for (uint32_t i = 0; i < clients; i++) {
        path->client[i].at[0].address[CLIENT] = path_ip(203, 0, 113, 30);
        path->client[i].at[0].pns = pns ? pns : (uint16_t)(1000 + i);
        path->client[i].at[0].pac = pac ? pac : (uint16_t)(2000 + i);
    }
    return path;
}

static void alive(struct path *path, uint32_t client)
{
    path_say(path, client, CLIENT, PPTP_ECHO_REQUEST);
    path_say(path, client, SERVER, PPTP_ECHO_REPLY);
    path_say(path, client, CLIENT, PPTP_SLI);
    path_say(path, client, SERVER, PPTP_WEN);
    path_talk(path, client, 2);
}

enum step { SET_UP, REQUEST, REPLY, ALIVE, END, WAIT };

struct tunnels {
    const char *what;
    uint16_t pns; /* the same for all; 0: each its own */
    uint16_t pac;
    struct {
        uint32_t client;
        enum step step;
    } steps[8];
    uint32_t count; /* of the steps */
    uint32_t certain, maybe;
    enum direction direction;
};

static void the_order_of_life_decides(void)
{
    static const struct tunnels table[] = {
        {"both alive", 9, 0, {{0, SET_UP}, {1, SET_UP}, {0, ALIVE}, {1, ALIVE}}, 4, 1, 0, 1},
        {"told once", 9, 0, {{0, SET_UP}, {1, SET_UP}, {0, ALIVE}, {0, ALIVE}}, 4, 1, 0, 1},
        {"the PAC's", 0, 7, {{0, SET_UP}, {1, SET_UP}, {0, ALIVE}, {1, ALIVE}}, 4, 1, 0, 0},
        {"ids differ", 0, 0, {{0, SET_UP}, {1, SET_UP}, {0, ALIVE}, {1, ALIVE}}, 4, 0, 0, 0},
        {"the first is silent", 9, 0, {{0, SET_UP}, {1, SET_UP}, {1, ALIVE}}, 3, 0, 0, 0},
        {"the first is over", 9, 0, {{0, SET_UP}, {0, END}, {1, SET_UP}, {1, ALIVE}}, 4, 0, 0, 0},
        {"... just then", 9, 0, {{0, SET_UP}, {1, REQUEST}, {0, END}, {1, REPLY}}, 4, 0, 0, 0},
        {"the second is over", 9, 0, {{0, SET_UP}, {1, SET_UP}, {1, END}, {0, ALIVE}}, 4, 0, 0, 0},
        {"... after it was a tunnel",
         9,
         0,
         {{0, SET_UP}, {1, SET_UP}, {1, ALIVE}, {1, END}, {0, ALIVE}},
         5,
         1,
         0,
         1},
        {"no reply", 9, 0, {{0, SET_UP}, {1, REQUEST}, {0, ALIVE}}, 3, 0, 1, 1},
        {"none, and over", 9, 0, {{0, SET_UP}, {1, REQUEST}, {0, ALIVE}, {1, END}}, 4, 0, 0, 0},
        {"nor the first", 9, 0, {{0, SET_UP}, {1, REQUEST}, {0, ALIVE}, {0, END}}, 4, 0, 0, 0},
        {"alive before the reply only",
         9,
         0,
         {{0, SET_UP}, {1, REQUEST}, {0, ALIVE}, {1, REPLY}},
         4,
         0,
         0,
         0},
        {"a redial", 9, 0, {{0, SET_UP}, {1, SET_UP}, {0, END}}, 3, 0, 0, 0},
        {"... 11 s later", 9, 0, {{0, SET_UP}, {1, SET_UP}, {0, WAIT}, {0, END}}, 4, 1, 0, 1},
        {"three", 9, 0, {{0, SET_UP}, {1, SET_UP}, {2, SET_UP}, {0, ALIVE}}, 4, 2, 0, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        const struct tunnels *row = &table[i];
        g_test_message("%s", row->what);
        struct path *path = one_address(3, row->pns, row->pac);
        for (uint32_t k = 0; k < row->count; k++) {
            uint32_t client = row->steps[k].client;
            switch (row->steps[k].step) {
            case SET_UP:
                path_set_up(path, client);
                break;
            case REQUEST:
                path_shake(path, client);
                path_say(path, client, CLIENT, PPTP_OCRQ);
                break;
            case REPLY:
                path_say(path, client, SERVER, PPTP_OCRP);
                break;
            case ALIVE:
                alive(path, client);
                break;
            case END:
                path_tear_down(path, client);
                break;
            case WAIT:
                path_wait(path, 11);
                break;
            }
        }
        struct analysis *analysis = path_feed(path);
        g_assert_cmpuint(count_of(analysis, FINDING_TUNNEL_AMBIGUOUS), ==, row->certain);
        g_assert_cmpuint(count_of(analysis, FINDING_TUNNEL_MAYBE_AMBIGUOUS), ==, row->maybe);
        const struct finding *finding = path_finding(analysis, FINDING_TUNNEL_AMBIGUOUS, 0);
        if (finding)
            g_assert_cmpint(finding->direction, ==, row->direction);
        path_done(path, analysis);
    }
}

/* From outside alone a client that has lost its tunnel and dials again looks like two clients, of
 * which the first one hangs up soon. The inside shows which it is. */
static void a_clear_that_may_be_of_a_redial(void)
{
    for (int inside_too = 0; inside_too < 2; inside_too++) {
        for (int stops = 0; stops < 2; stops++) {
            struct path *path = path_new(2, 2);
            for (uint32_t i = 0; i < 2; i++) {
                path->client[i].at[OUTSIDE].pns = path->client[i].at[INSIDE].pns = 256;
                path_set_up(path, i);
            }
            if (stops)
                path_say(path, 0, CLIENT, PPTP_STOPCCRQ);
            else
                path_tear_down(path, 0);
            for (guint event = 0; !inside_too && event < path->packets->len / 2; event++)
                path_lose(path, event, INSIDE);
            struct analysis *analysis = path_feed(path);
            g_assert_cmpuint(count_of(analysis, FINDING_TUNNEL_AMBIGUOUS), ==, inside_too);
            path_expect_none(analysis, FINDING_TUNNEL_MAYBE_AMBIGUOUS);
            path_done(path, analysis);
        }
    }
}

/* What the server sends on the shared id proves nothing, however much it is; that it was not all
 * looked at is said, unless the second call is over by then. */
static void signs_that_prove_nothing_are_counted(void)
{
    for (int over = 0; over < 2; over++) {
        struct path *path = one_address(2, 9, 0);
        path_set_up(path, 0);
        path_set_up(path, 1);
        if (over)
            path_tear_down(path, 1);
        for (int i = 0; i < 1100; i++)
            path_say(path, 0, SERVER, PPTP_WEN);
        struct analysis *analysis = path_feed(path);
        path_expect_none(analysis, FINDING_TUNNEL_AMBIGUOUS);
        g_assert_cmpuint(count_of(analysis, FINDING_LIMIT_REACHED), ==, !over);
        path_done(path, analysis);
    }
}

/* Two places of one path at one interface are not two tunnels, although all but the port and the
 * TTL is the same. */
static void two_places_of_one_path_are_one_tunnel(void)
{
    struct path *path = path_new(2, 1);
    path->interface[OUTSIDE] = path->interface[INSIDE];
    path->client[0].at[OUTSIDE] = path->client[0].at[INSIDE];
    path->client[0].at[OUTSIDE].port[CLIENT]++;
    path_set_up(path, 0);
    alive(path, 0);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_TUNNEL_AMBIGUOUS);
    path_expect_none(analysis, FINDING_TUNNEL_MAYBE_AMBIGUOUS);
    path_done(path, analysis);
}

/* A NAT without an editor gives two clients one id: all that follows from it says so. */
static void what_a_missing_editor_brings_about(void)
{
    struct path *path = path_new(2, 2);
    for (uint32_t i = 0; i < 2; i++) {
        path->client[i].at[OUTSIDE].pns = path->client[i].at[INSIDE].pns = 256;
        path_set_up(path, i);
    }
    path_talk(path, 1, 20);
    for (int i = 0; i < 6; i++) {
        for (uint32_t client = 0; client < 2; client++) {
            path_gre(path, client, CLIENT, 40);
            guint back = path_gre(path, client, SERVER, 40);
            path_lose(path, back, INSIDE);
            if (i > 0 || client == 0)
                continue;
            /* The error quotes more than RFC 792 asks for: the number tells whose packet it was. */
            struct path_packet *error =
                path_packet(path, path_icmp(path, back, OUTSIDE, 3, 2), OUTSIDE);
            error->icmp.has_quoted_seq = true;
            error->icmp.quoted_seq = path->client[1].gre[SERVER] - 1;
        }
        alive(path, 0);
        path_wait(path, 2);
    }
    struct analysis *analysis = path_feed(path);
    const struct finding *editor = path_finding(analysis, FINDING_NO_EDITOR, 0);
    const struct finding *tunnel = path_finding(analysis, FINDING_TUNNEL_AMBIGUOUS, 0);
    const struct finding *rejected = path_finding(analysis, FINDING_GRE_REJECTED, 0);
    g_assert_nonnull(editor);
    g_assert_nonnull(tunnel);
    g_assert_nonnull(rejected);
    g_assert_cmpuint(tunnel->cause, ==, editor->index);
    g_assert_cmpuint(rejected->cause, ==, editor->index);
    const char *text, *cause;
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &cause), ==, VERDICT_FAULT);
    path_done(path, analysis);
}

/* Bounds. Hundreds of tunnels with one key: watched in pairs, up to a number. */
static void a_crowd_with_one_call_id(void)
{
    struct path *path = one_address(80, 9, 7);
    for (uint32_t i = 0; i < 80; i++)
        path_set_up(path, i);
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    struct analysis *analysis = path_feed(path);
    const struct finding *limit = path_finding(analysis, FINDING_LIMIT_REACHED, 0);
    g_assert_nonnull(limit);
    g_assert_nonnull(limit->text);
    g_assert_cmpuint(tracker_call_count(analysis_tracker(analysis)), ==, 80);
    path_done(path, analysis);
}

/* Connections that only their messages could link are compared up to a number; at a single point
 * there is nothing to compare with, and nothing is said. */
static void a_crowd_without_equal_numbers(void)
{
    for (uint32_t places = 1; places <= 2; places++) {
        struct path *path = path_new(places, 520);
        for (uint32_t i = 0; i < 520; i++) {
            for (uint32_t place = 0; place < places; place++) {
                path->client[i].at[place].address[CLIENT] =
                    path_ip(10, (uint8_t)place, (uint8_t)(i >> 8), (uint8_t)i);
                path->client[i].at[place].shift[CLIENT] = place * 77777u * (i + 1);
                path->client[i].at[place].shift[SERVER] = place * 99991u * (i + 1);
            }
            path_shake(path, i);
            path_say(path, i, CLIENT, PPTP_OCRQ);
            path_say(path, i, SERVER, PPTP_OCRP);
        }
        struct analysis *analysis = path_feed(path);
        expect_limits_only(analysis, places - 1);
        path_done(path, analysis);
    }
}

/* Made-up captures where all connections have the same numbers: more of them than are kept. */
static void a_crowd_with_equal_numbers(void)
{
    struct path *path = path_new(2, 20);
    path->no_ip_id = true;
    for (uint32_t i = 0; i < 20; i++) {
        for (int end = 0; end < 2; end++)
            path->client[i].isn[end] = path->client[i].next[end] = 1000;
        path_shake(path, i);
    }
    struct analysis *analysis = path_feed_by_place(path);
    expect_limits_only(analysis, 1);
    path_done(path, analysis);
}

/* GRE packets of one address pair at two points whose contents are all the same prove nothing. */
static void a_crowd_of_equal_gre_packets(void)
{
    struct path *path = path_new(2, 4);
    for (uint32_t i = 0; i < 4; i++)
        path_talk(path, i, 20);
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        memset(packet->octets + 8, 0, packet->length - 8);
        packet->octets[12] = 0xFD;
        packet->ip_id = 0;
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

void test_link_tunnel(void)
{
#define TEST(name) g_test_add_func("/link_tunnel/" #name, name)
    TEST(the_order_of_life_decides);
    TEST(a_clear_that_may_be_of_a_redial);
    TEST(signs_that_prove_nothing_are_counted);
    TEST(two_places_of_one_path_are_one_tunnel);
    TEST(what_a_missing_editor_brings_about);
    TEST(a_crowd_with_one_call_id);
    TEST(a_crowd_without_equal_numbers);
    TEST(a_crowd_with_equal_numbers);
    TEST(a_crowd_of_equal_gre_packets);
}
