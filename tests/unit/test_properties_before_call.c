/* Properties of the verdict on connections that come to no call, in random worlds with other
 * clients: what was made is named on its frame, and nothing else is a fault.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "property_cases.h"
#include "world.h"

#define SYN_ACK (TCP_FLAG_SYN | TCP_FLAG_ACK)
#define RST_ACK (TCP_FLAG_RST | TCP_FLAG_ACK)
#define FIN_ACK (TCP_FLAG_FIN | TCP_FLAG_ACK)

enum kind {
    SYN_LOST,
    SYN_ACK_LOST,
    SYN_REFUSED,
    SYN_UNANSWERED,
    RESET_BY_HOP,
    SERVER_CLOSES,
    CLIENT_CLOSES,
    MESSAGE_RESET,
    PROBE,
    SYN_DELAYED,
    KINDS
};

/* What was made: a finding on the packet `index`; FINDING_COUNT: none. */
struct made {
    enum finding_id id;
    uint32_t index;
};

static struct property_cases cases;

static struct world_packet *packet_at(struct world *world, uint32_t index)
{
    return &g_array_index(world->packets, struct world_packet, index);
}

/* The event's packet where it was sent, and where it arrives. */
static uint32_t latest_near(struct world *world)
{
    return world->packets->len - 2;
}

static uint32_t latest_far(struct world *world)
{
    return world->packets->len - 1;
}

static uint32_t send_syn(struct world *world, bool lost)
{
    struct world_client *client = world_get_client(world, 0);
    client->next[WORLD_CLIENT] = client->isn[WORLD_CLIENT];
    world_tcp(world, 0, WORLD_CLIENT, TCP_FLAG_SYN);
    packet_at(world, latest_far(world))->dropped = lost;
    return latest_near(world);
}

static uint32_t send_syn_ack(struct world *world, bool lost)
{
    struct world_client *client = world_get_client(world, 0);
    client->next[WORLD_SERVER] = client->isn[WORLD_SERVER];
    world_tcp(world, 0, WORLD_SERVER, SYN_ACK);
    packet_at(world, latest_far(world))->dropped = lost;
    return latest_near(world);
}

static void shake(struct world *world, bool replied)
{
    send_syn(world, false);
    send_syn_ack(world, false);
    world_tcp(world, 0, WORLD_CLIENT, TCP_FLAG_ACK);
    world_say(world, 0, WORLD_CLIENT, PPTP_SCCRQ);
    if (replied)
        world_say(world, 0, WORLD_SERVER, PPTP_SCCRP);
}

static struct made make_attempt(struct world *world, enum kind kind)
{
    bool lost = kind == SYN_LOST || kind == SYN_DELAYED;
    struct made made = {FINDING_TCP_REFUSED, 0};
    uint32_t syn = send_syn(world, lost), answer = 0;
    uint32_t far = latest_far(world);
    if (kind == SYN_ACK_LOST)
        answer = send_syn_ack(world, true);
    for (int copy = 1; copy < 3 && kind != SYN_REFUSED && kind != RESET_BY_HOP; copy++) {
        world_wait(world, 2 * copy);
        send_syn(world, lost && !(kind == SYN_DELAYED && copy == 2));
        if (kind == SYN_ACK_LOST)
            send_syn_ack(world, true);
    }
    switch (kind) {
    case SYN_LOST:
        return (struct made){FINDING_CONTROL_NOT_FORWARDED, syn};
    case SYN_ACK_LOST:
        return (struct made){FINDING_CONTROL_NOT_FORWARDED, answer};
    case SYN_DELAYED:
        send_syn_ack(world, false);
        world_tcp(world, 0, WORLD_CLIENT, TCP_FLAG_ACK);
        return (struct made){FINDING_COUNT, 0};
    case RESET_BY_HOP:
        world_tcp(world, 0, WORLD_SERVER, RST_ACK);
        packet_at(world, latest_near(world))->dropped = true;
        return (struct made){FINDING_RESET_INJECTED, latest_far(world)};
    case SYN_REFUSED:
        world_tcp(world, 0, WORLD_SERVER, RST_ACK);
        break;
    default:
        break;
    }
    made.index = far;
    return made;
}

static struct made make_session(struct world *world, enum kind kind)
{
    uint8_t close = g_rand_boolean(world->random) ? RST_ACK : FIN_ACK;
    shake(world, kind == PROBE || kind == MESSAGE_RESET ||
                     (kind == SERVER_CLOSES && g_rand_boolean(world->random)));
    switch (kind) {
    case SERVER_CLOSES:
        world_tcp(world, 0, WORLD_SERVER, close);
        return (struct made){FINDING_CLOSED_EARLY, latest_near(world)};
    case CLIENT_CLOSES:
        world_wait(world, 5);
        world_tcp(world, 0, WORLD_CLIENT, close);
        return (struct made){FINDING_CLOSED_EARLY, latest_near(world)};
    case MESSAGE_RESET: {
        world_wait(world, 3600);
        world_say(world, 0, WORLD_CLIENT, PPTP_OCRQ);
        uint32_t request = latest_near(world);
        packet_at(world, latest_far(world))->dropped = true;
        world_tcp(world, 0, WORLD_SERVER, TCP_FLAG_RST);
        packet_at(world, latest_near(world))->dropped = true;
        return (struct made){FINDING_CONTROL_NOT_FORWARDED, request};
    }
    default:
        world_tcp(world, 0, WORLD_CLIENT, close);
        return (struct made){FINDING_COUNT, 0};
    }
}

/* Other clients before, and one that goes on after it, so that both points capture. */
static struct world *random_world(guint32 case_seed, enum kind kind, struct made *ret_made)
{
    struct world *world = world_new(case_seed);
    uint32_t clients = (uint32_t)g_rand_int_range(world->random, 2, 4);
    for (uint32_t i = 0; i < clients; i++)
        world_client(world);
    for (uint32_t i = 1; i < clients; i++)
        world_set_up(world, i);
    *ret_made = kind < SERVER_CLOSES || kind == SYN_DELAYED ? make_attempt(world, kind)
                                                            : make_session(world, kind);
    world_wait(world, 5);
    for (uint32_t i = 1; i < clients; i++) {
        for (int n = 0; n < 4; n++)
            world_gre(world, i, n % 2 ? WORLD_CLIENT : WORLD_SERVER, 20);
        world_tear_down(world, i);
    }
    switch (g_rand_int_range(world->random, 0, 4)) {
    case 0:
        world->swap_points = true;
        break;
    case 1:
        world->shift_ns =
            (g_rand_boolean(world->random) ? 1 : -1) * G_GINT64_CONSTANT(600000000000);
        break;
    default:
        break;
    }
    return world;
}

static bool is_right(const struct analysis *analysis, const struct made *made, uint32_t frame)
{
    const struct finding_log *log = analysis_log(analysis);
    bool found = made->id == FINDING_COUNT;
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding_kind(finding->id)->severity < SEVERITY_WARN)
            continue;
        if (finding->id == made->id && finding->judged_frame == frame)
            found = true;
        else if (finding->cause == FINDING_NONE)
            return false;
    }
    return found;
}

static void what_was_made_is_named(gconstpointer data)
{
    enum kind kind = (enum kind)GPOINTER_TO_INT(data);
    for (uint32_t i = 0; i < cases.count / KINDS && !g_test_failed(); i++) {
        struct made made;
        struct world *world = random_world(cases.seed + i, kind, &made);
        struct analysis *analysis = world_feed(world);
        uint32_t frame = packet_at(world, made.index)->frame;
        if (!is_right(analysis, &made, frame)) {
            char *text = world_describe(analysis);
            g_printerr("case seed %u: kind %d on frame %u, but%s\n", cases.seed + i, (int)kind,
                       frame, text);
            g_free(text);
            g_test_fail();
        }
        analysis_free(analysis);
        world_free(world);
    }
}

void test_properties_before_call(void)
{
    static const char *const names[KINDS] = {
        "SYN lost",      "SYN-ACK lost",  "SYN refused",   "SYN unanswered", "reset by the hop",
        "server closes", "client closes", "message reset", "probe",          "SYN delayed",
    };
    cases = property_cases(10000);
    for (int kind = 0; kind < KINDS; kind++) {
        char *path = g_strdup_printf("/properties_before_call/%s", names[kind]);
        g_test_add_data_func(path, GINT_TO_POINTER(kind), what_was_made_is_named);
        g_free(path);
    }
}
