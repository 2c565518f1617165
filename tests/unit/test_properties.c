/* Properties of the verdict, on random worlds: a right NAT raises nothing; one wrong translation is
 * named by frame, value and kind and nothing else is; clocks, order of points, lost interfaces,
 * loss, duplicates and cut packets never bring about another verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "property_cases.h"
#include "world.h"

static struct property_cases cases;

static struct world *random_world(guint32 case_seed)
{
    struct world *world = world_new(case_seed);
    uint32_t clients = (uint32_t)g_rand_int_range(world->random, 1, 4);
    for (uint32_t i = 0; i < clients; i++)
        world_set_up(world, world_client(world));
    for (uint32_t i = (uint32_t)g_rand_int_range(world->random, 4, 40); i > 0; i--) {
        uint32_t client = (uint32_t)g_rand_int_range(world->random, 0, (gint32)clients);
        enum world_end from = g_rand_boolean(world->random) ? WORLD_CLIENT : WORLD_SERVER;
        if (g_rand_int_range(world->random, 0, 8) == 0)
            world_say(world, client, WORLD_SERVER,
                      g_rand_boolean(world->random) ? PPTP_SLI : PPTP_WEN);
        else
            world_gre(world, client, from, (uint32_t)g_rand_int_range(world->random, 8, 90));
    }
    for (uint32_t i = 0; i < clients; i++)
        world_tear_down(world, i);
    return world;
}

static void fail_with(guint32 case_seed, const struct analysis *analysis, const char *what)
{
    char *text = world_describe(analysis);
    g_test_message("case seed %u: %s%s", case_seed, what, text);
    g_printerr("case seed %u: %s%s\n", case_seed, what, text);
    g_free(text);
    g_test_fail();
}

/* What the rest of the world may be like without changing any verdict. */
static void disturb(struct world *world)
{
    switch (g_rand_int_range(world->random, 0, 8)) {
    case 0:
        world->lose_interfaces = true;
        break;
    case 1:
        world->swap_points = true;
        break;
    case 2:
        world->shift_ns =
            (g_rand_boolean(world->random) ? 1 : -1) * G_GINT64_CONSTANT(600000000000);
        break;
    case 3:
        world->drift = 0.01;
        break;
    case 4:
        world->snap = 24;
        break;
    case 5:
        world->shift_ns = -g_array_index(world->packets, struct world_packet, 0).time_ns;
        break;
    default:
        break;
    }
}

/* Some worlds make calls that say nothing, or only one way: then nothing shows that the NAT is
 * fine. */
static bool shows_a_whole_call(const struct linker *linker)
{
    for (uint32_t i = 0; i < linker_link_count(linker); i++) {
        const struct link_view *link = linker_link(linker, i);
        bool whole = link->count > 1;
        for (uint32_t place = 0; place < link->count; place++)
            whole = whole && link->session[place] && link->session[place]->setup_frame &&
                    link->session[place]->reply_frame && link->places[place].seen[0] > 0 &&
                    link->places[place].seen[1] > 0;
        if (whole)
            return true;
    }
    return false;
}

static void a_right_nat_raises_nothing(void)
{
    for (uint32_t i = 0; i < cases.count && !g_test_failed(); i++) {
        struct world *world = random_world(cases.seed + i);
        disturb(world);
        struct analysis *analysis = world_feed(world);
        const struct finding *fault;
        if (world_faults(analysis, &fault))
            fail_with(cases.seed + i, analysis, "a right NAT, but");
        const struct linker *linker = analysis_linker(analysis);
        const char *text, *cause;
        enum verdict_status right = shows_a_whole_call(linker) ? VERDICT_OK : VERDICT_UNKNOWN;
        if (linker_verdict(linker, &text, &cause) != right)
            fail_with(cases.seed + i, analysis, text);
        analysis_free(analysis);
        world_free(world);
    }
}

/* The fields a NAT can get wrong one at a time: what follows the requests. */
static bool can_be_spoiled(const struct world_packet *packet, bool *ret_peer)
{
    *ret_peer = false;
    if (!packet->is_far)
        return false;
    if (packet->is_gre)
        return true;
    switch (packet->type) {
    case PPTP_OCRP:
    case PPTP_SLI:
    case PPTP_WEN:
        *ret_peer = true;
        return true;
    case PPTP_CCRQ:
    case PPTP_CDN:
        return true;
    default:
        return false;
    }
}

static struct world_packet *choose(struct world *world, bool *ret_peer)
{
    for (;;) {
        guint at = (guint)g_rand_int_range(world->random, 0, (gint32)world->packets->len);
        struct world_packet *packet = &g_array_index(world->packets, struct world_packet, at);
        if (can_be_spoiled(packet, ret_peer))
            return packet;
    }
}

static uint16_t wrong_value(struct world *world, const struct world_packet *packet, bool peer,
                            enum mistranslation *ret_kind)
{
    uint16_t right = world_call_id(packet, peer);
    const struct world_packet *sent =
        &g_array_index(world->packets, struct world_packet, packet->partner);
    switch (g_rand_int_range(world->random, 0, 4)) {
    case 0:
        *ret_kind = MISTRANSLATION_UNTRANSLATED;
        return world_call_id(sent, peer);
    case 1:
        *ret_kind = MISTRANSLATION_ZERO;
        return 0;
    case 2:
        *ret_kind = MISTRANSLATION_BYTE_SWAPPED;
        return GUINT16_SWAP_LE_BE(right);
    default:
        *ret_kind = MISTRANSLATION_UNKNOWN;
        return (uint16_t)g_rand_int_range(world->random, 1, 65536);
    }
}

/* Some call of the world owns `value` on either side, or a port is it: then its kind is another
 * one. */
static bool means_something_else(struct world *world, uint16_t value)
{
    for (uint32_t i = 0; i < world->clients->len; i++) {
        const struct world_client *c = world_get_client(world, i);
        if (value == PPTP_PORT || value == c->pns_in || value == c->pns_out || value == c->pac ||
            value == c->port_in || value == c->port_out)
            return true;
    }
    return false;
}

/* One-point findings may speak of the same frame (a message that names no known id); a fault of the
 * NAT is said exactly once. */
static const struct finding *only_nat_fault(const struct analysis *analysis)
{
    const struct finding_log *log = analysis_log(analysis);
    const struct finding *found = NULL;
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (!finding_is_nat(finding->id) || finding_kind(finding->id)->severity < SEVERITY_WARN)
            continue;
        if (found)
            return NULL;
        found = finding;
    }
    return found;
}

static void check_spoiled(struct world *world, guint32 case_seed)
{
    bool peer;
    enum mistranslation kind;
    struct world_packet *packet = choose(world, &peer);
    uint32_t order = packet->order;
    uint16_t right = world_call_id(packet, peer);
    uint16_t wrong = wrong_value(world, packet, peer, &kind);
    uint16_t sent =
        world_call_id(&g_array_index(world->packets, struct world_packet, packet->partner), peer);
    /* A random value may be a kind of its own by chance. */
    if (kind == MISTRANSLATION_UNKNOWN &&
        (wrong == sent || wrong == GUINT16_SWAP_LE_BE(right) || wrong == GUINT16_SWAP_LE_BE(sent)))
        return;
    if (wrong == right ||
        (means_something_else(world, wrong) && kind != MISTRANSLATION_UNTRANSLATED))
        return;
    world_set_call_id(packet, peer, wrong);
    struct analysis *analysis = world_feed(world);
    packet = &g_array_index(world->packets, struct world_packet, order);
    const struct finding *finding = only_nat_fault(analysis);
    if (!finding)
        fail_with(case_seed, analysis, "not exactly one fault of the NAT:");
    else if (finding->id != FINDING_CALLID_MISTRANSLATED ||
             finding->judged_frame != packet->frame || finding->expected != right ||
             finding->seen != wrong || finding->mistranslation != kind)
        fail_with(case_seed, analysis, "another finding than the one made:");
    if (g_test_failed())
        g_printerr("spoiled: frame %u type %u %u -> %u (%s)\n", packet->frame, packet->type, right,
                   wrong, mistranslation_name(kind));
    analysis_free(analysis);
}

static void one_wrong_translation_is_named_exactly(void)
{
    for (uint32_t i = 0; i < cases.count && !g_test_failed(); i++) {
        struct world *world = random_world(cases.seed + i);
        disturb(world);
        check_spoiled(world, cases.seed + i);
        world_free(world);
    }
}

/* Frames out of order, lost at one point, doubled: what was spoiled may then be missed, and nothing
 * else may be said of the NAT. */
static void upset(struct world *world, uint32_t spoiled)
{
    guint count = world->packets->len;
    double loss = g_rand_boolean(world->random) ? 0.03 : 0, copies = loss > 0 ? 0 : 0.05;
    world->shuffle = g_rand_boolean(world->random) ? 0.1 : 0;
    for (guint i = 0; i < count; i++) {
        struct world_packet *packet = &g_array_index(world->packets, struct world_packet, i);
        packet->dropped = g_rand_double(world->random) < loss;
        if (packet->is_gre && i != spoiled && g_rand_double(world->random) < copies)
            world_copy(world, i);
    }
}

/* A message behind a hole is told on the frame that ends the hole: there its value tells. "None of
 * so many passed" is true of a short flow whose packets were lost by chance. */
static bool is_made(const struct finding *finding, const struct world_packet *made, uint16_t wrong)
{
    return finding->id == FINDING_GRE_NOT_FORWARDED ||
           finding->id == FINDING_GRE_MAYBE_NOT_FORWARDED ||
           (finding->id == FINDING_CALLID_MISTRANSLATED && made &&
            (finding->judged_frame == made->frame || finding->seen == wrong));
}

static void check_upset(struct world *world, guint32 case_seed)
{
    bool peer, spoil = g_rand_boolean(world->random);
    struct world_packet *packet = choose(world, &peer);
    uint32_t order = packet->order;
    uint16_t wrong = (uint16_t)~world_call_id(packet, peer);
    if (spoil)
        world_set_call_id(packet, peer, wrong);
    upset(world, order);
    struct analysis *analysis = world_feed(world);
    packet = spoil ? &g_array_index(world->packets, struct world_packet, order) : NULL;
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding_is_nat(finding->id) && finding_kind(finding->id)->severity >= SEVERITY_WARN &&
            !is_made(finding, packet, wrong)) {
            fail_with(case_seed, analysis, "an upset capture, but");
            g_printerr("spoiled: frame %u\n", packet ? packet->frame : 0);
            break;
        }
    }
    analysis_free(analysis);
}

static void check_upset_world(guint32 case_seed)
{
    struct world *world = random_world(case_seed);
    disturb(world);
    check_upset(world, case_seed);
    world_free(world);
}

static void an_upset_capture_never_brings_another_verdict(void)
{
    /* Two calls without set-up outside, whose directions were taken for each other's. */
    check_upset_world(2321550143u);
    for (uint32_t i = 0; i < cases.count && !g_test_failed(); i++)
        check_upset_world(cases.seed + i);
}

/* Scattered loss and copies are counted and are no fault. */
static void loss_and_copies_are_no_fault(void)
{
    for (uint32_t i = 0; i < cases.count && !g_test_failed(); i++) {
        struct world *world = random_world(cases.seed + i);
        for (uint32_t n = 0; n < 20 * world->clients->len; n++)
            world_gre(world, n / 20, n % 2 ? WORLD_CLIENT : WORLD_SERVER, 20);
        for (guint k = 0; k < world->packets->len; k++) {
            struct world_packet *packet = &g_array_index(world->packets, struct world_packet, k);
            if (packet->is_gre && packet->is_far)
                packet->dropped = k % 7 == 1;
        }
        struct analysis *analysis = world_feed(world);
        const struct finding_log *log = analysis_log(analysis);
        for (uint32_t k = 0; k < finding_log_count(log); k++) {
            const struct finding *finding = finding_log_get(log, k);
            if (finding_is_nat(finding->id) &&
                finding_kind(finding->id)->severity >= SEVERITY_WARN) {
                fail_with(cases.seed + i, analysis, "scattered loss, but");
                break;
            }
        }
        analysis_free(analysis);
        world_free(world);
    }
}

void test_properties(void)
{
    cases = property_cases(500);
    g_test_add_func("/properties/a right NAT raises nothing", a_right_nat_raises_nothing);
    g_test_add_func("/properties/one wrong translation is named exactly",
                    one_wrong_translation_is_named_exactly);
    g_test_add_func("/properties/an upset capture never brings another verdict",
                    an_upset_capture_never_brings_another_verdict);
    g_test_add_func("/properties/loss and copies are no fault", loss_and_copies_are_no_fault);
}
