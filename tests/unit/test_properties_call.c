/* Properties of the verdict on calls that go wrong otherwise than by a Call ID, in random worlds
 * with other clients: what was made is named on its frame, what else is said is its consequence,
 * and what nearly is the same raises nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "property_cases.h"
#include "world.h"

#define NOTHING UINT32_MAX
#define LCP     "ff03c021"
#define IPCP    "8021"

enum kind {
    PPP_TERMINATED,
    STALE_IP_SUM,
    DAMAGED_COPY,
    OTHER_UPLINK,
    UNTRANSLATED_SOURCE,
    MISDELIVERED,
    SECOND_ADDRESS,
    KINDS
};

/* What was made: a finding on the packet `index`, at either point; NOTHING: no fault at all. */
struct made {
    enum finding_id id;
    uint32_t index;
};

static struct property_cases cases;

static struct world_packet *packet_at(struct world *world, uint32_t index)
{
    return &g_array_index(world->packets, struct world_packet, index);
}

static uint32_t latest_far(struct world *world)
{
    return world->packets->len - 1;
}

static void say_ppp(struct world *world, enum world_end first, const char *protocol, unsigned code)
{
    char *frame = g_strdup_printf("%s%02x010004", protocol, code);
    world_ppp(world, 0, first, frame);
    g_free(frame);
}

/* Configure-Requests and Configure-Acks of both ends (RFC 1661 5). */
static void agree(struct world *world, const char *protocol)
{
    for (unsigned code = 1; code <= 2; code++) {
        say_ppp(world, WORLD_CLIENT, protocol, code);
        say_ppp(world, WORLD_SERVER, protocol, code);
    }
}

static struct made terminate(struct world *world, bool near_miss)
{
    enum world_end end = g_rand_boolean(world->random) ? WORLD_CLIENT : WORLD_SERVER;
    agree(world, LCP);
    if (near_miss)
        agree(world, IPCP);
    say_ppp(world, end, LCP, 5);
    uint32_t index = latest_far(world);
    say_ppp(world, 1 - end, LCP, 6);
    return (struct made){FINDING_PPP_REFUSED, near_miss ? NOTHING : index};
}

static void talk(struct world *world)
{
    int count = g_rand_int_range(world->random, 4, 9);
    for (int i = 0; i < count; i++) {
        world_gre(world, 0, WORLD_CLIENT, 40);
        world_gre(world, 0, WORLD_SERVER, 40);
        if (g_rand_boolean(world->random))
            world_wait(world, 1);
    }
}

/* What the addresses add to the sum of the header, and with `ttl` its step. */
static uint16_t changed_sum(uint32_t client, bool ttl)
{
    struct net_address near = world_address(WORLD_INSIDE, client, WORLD_CLIENT);
    struct net_address far = world_address(WORLD_OUTSIDE, client, WORLD_CLIENT);
    uint32_t sum = ttl ? 0xFFFFu - 256 : 0;
    for (int i = 0; i < 4; i += 2)
        sum += (uint32_t)(far.octets[i] << 8 | far.octets[i + 1]) + 0xFFFFu -
               (uint32_t)(near.octets[i] << 8 | near.octets[i + 1]);
    return (uint16_t)(sum % 0xFFFF);
}

static bool is_gre_of(const struct world_packet *packet, enum world_end from)
{
    return packet->client == 0 && packet->is_gre && packet->from == from;
}

static struct made spoil_sums(struct world *world, bool near_miss)
{
    struct made made = {FINDING_IP_CHECKSUM_WRONG, NOTHING};
    bool ttl = g_rand_boolean(world->random);
    talk(world);
    for (guint i = 0; i < world->packets->len; i++) {
        struct world_packet *packet = packet_at(world, i);
        if (!is_gre_of(packet, WORLD_CLIENT) || !packet->is_far)
            continue;
        packet->has_ip_sum = true;
        packet->ip_sum_off = near_miss ? 0x0101 : changed_sum(0, ttl);
        if (made.index == NOTHING && !near_miss)
            made.index = i;
    }
    return made;
}

/* The near miss: the checksums of all that an end sends are left to its network adapter. */
static struct made damage(struct world *world, bool near_miss)
{
    struct made made = {FINDING_DAMAGED_SEGMENT, NOTHING};
    enum world_end end = g_rand_boolean(world->random) ? WORLD_CLIENT : WORLD_SERVER;
    world_say(world, 0, end, PPTP_SLI);
    uint32_t index = latest_far(world);
    talk(world);
    for (guint i = 0; i < world->packets->len; i++) {
        struct world_packet *packet = packet_at(world, i);
        bool left = near_miss && packet->from == end && !packet->is_far;
        packet->tcp_sum = left ? WORLD_WRONG_SUM : WORLD_RIGHT_SUM;
    }
    if (near_miss)
        return made;
    for (guint back = 0; back < 2; back++) {
        world_copy(world, index - back);
        struct world_packet *copy = packet_at(world, latest_far(world));
        copy->ip_id = (uint16_t)(copy->ip_id + 1000);
        copy->time_ns += 200 * 1000;
    }
    struct world_packet *damaged = packet_at(world, index);
    damaged->tcp_sum = WORLD_WRONG_SUM;
    world_set_call_id(damaged, true, (uint16_t)~world_call_id(damaged, true));
    made.index = index;
    return made;
}

/* `end` of client 0 has another address at a point, in GRE alone; the near miss: in all it does. */
static struct made readdress(struct world *world, bool near_miss, enum finding_id id,
                             enum world_end end, uint32_t point, enum world_end from,
                             struct net_address address)
{
    struct made made = {id, NOTHING};
    talk(world);
    for (guint i = 0; i < world->packets->len; i++) {
        struct world_packet *packet = packet_at(world, i);
        bool chosen = near_miss ? packet->client == 0 : is_gre_of(packet, from);
        if (!chosen || (point != NOTHING && packet->point != point))
            continue;
        if (packet->from == end)
            packet->source = address;
        else
            packet->destination = address;
        if (made.index == NOTHING && !near_miss && packet->is_far)
            made.index = i;
    }
    return made;
}

static struct made make(struct world *world, enum kind kind, bool near_miss)
{
    switch (kind) {
    case PPP_TERMINATED:
        return terminate(world, near_miss);
    case STALE_IP_SUM:
        return spoil_sums(world, near_miss);
    case DAMAGED_COPY:
        return damage(world, near_miss);
    case OTHER_UPLINK:
        return readdress(world, near_miss, FINDING_GRE_OTHER_ADDRESS, WORLD_CLIENT, WORLD_OUTSIDE,
                         WORLD_CLIENT, world_ip(203, 0, 113, 31));
    case UNTRANSLATED_SOURCE:
        return readdress(world, near_miss, FINDING_GRE_OTHER_ADDRESS, WORLD_CLIENT, WORLD_OUTSIDE,
                         WORLD_CLIENT, world_address(WORLD_INSIDE, 0, WORLD_CLIENT));
    case MISDELIVERED:
        return readdress(world, near_miss, FINDING_GRE_MISDELIVERED, WORLD_CLIENT, WORLD_INSIDE,
                         WORLD_SERVER, world_ip(192, 168, 11, 99));
    default:
        return readdress(world, near_miss, FINDING_GRE_OTHER_SOURCE, WORLD_SERVER, NOTHING,
                         WORLD_SERVER, world_ip(198, 51, 100, 11));
    }
}

/* Other clients before and after it. */
static struct world *random_world(guint32 case_seed, enum kind kind, bool near_miss,
                                  struct made *ret_made)
{
    struct world *world = world_new(case_seed);
    uint32_t clients = (uint32_t)g_rand_int_range(world->random, 1, 4);
    for (uint32_t i = 0; i < clients; i++)
        world_set_up(world, world_client(world));
    *ret_made = make(world, kind, near_miss);
    for (uint32_t i = 1; i < clients; i++) {
        for (int n = 0; n < 4; n++)
            world_gre(world, i, n % 2 ? WORLD_CLIENT : WORLD_SERVER, 20);
    }
    world->swap_points = g_rand_int_range(world->random, 0, 4) == 0;
    if (g_rand_int_range(world->random, 0, 4) == 0)
        world->shift_ns =
            (g_rand_boolean(world->random) ? 1 : -1) * G_GINT64_CONSTANT(600000000000);
    return world;
}

static bool is_right(struct world *world, const struct analysis *analysis, const struct made *made)
{
    const struct finding_log *log = analysis_log(analysis);
    bool found = made->index == NOTHING;
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        bool here = false;
        if (made->index != NOTHING && finding->id == made->id) {
            const struct world_packet *packet = packet_at(world, made->index);
            here = finding->judged_frame == packet->frame ||
                   finding->judged_frame == packet_at(world, packet->partner)->frame;
        }
        if (here)
            found = true;
        else if (finding->cause == FINDING_NONE &&
                 (finding_kind(finding->id)->severity >= SEVERITY_WARN || finding->id == made->id))
            return false;
    }
    return found;
}

static void check(guint32 case_seed, enum kind kind, bool near_miss)
{
    struct made made;
    struct world *world = random_world(case_seed, kind, near_miss, &made);
    struct analysis *analysis = world_feed(world);
    if (!is_right(world, analysis, &made)) {
        char *text = world_describe(analysis);
        g_printerr("case seed %u: kind %d%s on frame %u, but%s\n", case_seed, (int)kind,
                   near_miss ? ", nearly," : "",
                   made.index == NOTHING ? 0 : packet_at(world, made.index)->frame, text);
        g_free(text);
        g_test_fail();
    }
    analysis_free(analysis);
    world_free(world);
}

static void what_was_made_is_named(gconstpointer data)
{
    for (uint32_t i = 0; i < cases.count / 2 && !g_test_failed(); i++) {
        check(cases.seed + i, (enum kind)GPOINTER_TO_INT(data), false);
        check(cases.seed + i, (enum kind)GPOINTER_TO_INT(data), true);
    }
}

void test_properties_call(void)
{
    static const char *const names[KINDS] = {
        "PPP terminated", "stale IP checksum", "damaged copy",   "other uplink",
        "untranslated",   "other host",        "second address",
    };
    cases = property_cases(500);
    for (int kind = 0; kind < KINDS; kind++) {
        char *path = g_strdup_printf("/properties_call/%s", names[kind]);
        g_test_add_data_func(path, GINT_TO_POINTER(kind), what_was_made_is_named);
        g_free(path);
    }
}
