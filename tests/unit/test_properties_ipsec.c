/* Random clients behind a random NAT: with one fault planted it is named, of the right client and
 * at the right packet, and nothing else is; with none planted nothing is said. Where captures are
 * cut, halved and filtered the fault may not show, but nothing else does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_world.h"
#include "property_cases.h"

#define CLIENTS       4
#define LOST_IN_A_ROW 2 /* three at the end are a direction that ended, by the rule's own words */

static struct property_cases cases;

/* What is planted in one client. */
static const struct planted {
    const char *name;
    enum finding_id id; /* FINDING_COUNT: nothing */
} faults[] = {
    {"nothing", FINDING_COUNT},
    {"4500 blocked outwards", IPSEC_FLOAT_BLOCKED},
    {"4500 blocked inwards", IPSEC_FLOAT_BLOCKED},
    {"IKE changed", IPSEC_PAYLOAD_ALTERED},
    {"ESP changed", IPSEC_PAYLOAD_ALTERED},
    {"an answer to another host", IPSEC_IKE_MISDELIVERED},
    {"ESP to another host", IPSEC_ESP_MISDELIVERED},
    {"ESP ends", IPSEC_ESP_NOT_FORWARDED},
    {"the port changes", IPSEC_MAPPING_CHANGED},
    {"the port of another client", IPSEC_PORT_SHARED},
};

enum planted_index {
    NOTHING,
    BLOCKED_OUT,
    BLOCKED_IN,
    IKE_CHANGED,
    ESP_CHANGED,
    ANSWER_ASTRAY,
    ESP_ASTRAY,
    ESP_ENDS,
    PORT_CHANGES,
    PORT_SHARED
};

struct scene {
    GRand *random;
    struct ipsec_world *world;
    struct world_client clients[CLIENTS];
    unsigned count;
    unsigned planted; /* index into faults */
    unsigned victim;
    uint32_t judged; /* the frame that has to be named; 0: not kept */
    bool lossy;
    unsigned lost[CLIENTS][2]; /* ESP in a row, by client and enum ipsec_who that sends */
};

static unsigned random_below(GRand *random, unsigned limit)
{
    return (unsigned)g_rand_int_range(random, 0, (gint32)limit);
}

/* Now and then a packet is lost: too few to be a fault. */
static unsigned some_fate(struct scene *scene, unsigned client, enum ipsec_who who)
{
    unsigned draw = random_below(scene->random, 40);
    unsigned *lost = &scene->lost[client][who];
    bool is_lost = scene->lossy && draw == 0 && *lost < LOST_IN_A_ROW;
    *lost = is_lost ? *lost + 1 : 0;
    return is_lost ? WORLD_LOST : scene->lossy && draw == 1 ? WORLD_TWICE : 0;
}

static bool hits(const struct scene *scene, unsigned client, enum planted_index what)
{
    return scene->planted == (unsigned)what && client == scene->victim;
}

static void note_judged(struct scene *scene, enum world_point point)
{
    if (scene->judged == 0)
        scene->judged = scene->world->last[point];
}

/* Messages 5 and 6, sent until they come through, or three times. */
static void float_to_4500(struct scene *scene, unsigned client)
{
    bool out = hits(scene, client, BLOCKED_OUT), in = hits(scene, client, BLOCKED_IN);
    for (unsigned time = 0; time < (out || in ? 3 : 1); time++) {
        ipsec_world_main(&scene->clients[client], 5, true, IKE_ON_4500, out ? WORLD_LOST : 0);
        if (out)
            note_judged(scene, WORLD_INSIDE);
        else
            ipsec_world_main(&scene->clients[client], 6, true, IKE_ON_4500, in ? WORLD_LOST : 0);
        if (in)
            note_judged(scene, WORLD_OUTSIDE);
        ipsec_world_wait(scene->world, 1);
    }
}

static void establish(struct scene *scene, unsigned client)
{
    unsigned odd_one = 1 + random_below(scene->random, 4);
    for (unsigned number = 1; number <= 4; number++) {
        bool is_odd = number == odd_one && hits(scene, client, IKE_CHANGED);
        bool strays = number == 2 && hits(scene, client, ANSWER_ASTRAY);
        ipsec_world_main(&scene->clients[client], number, true, IKE_ON_500,
                         is_odd   ? WORLD_EDITED
                         : strays ? WORLD_MISDIRECTED
                                  : 0);
        if (is_odd)
            note_judged(scene, number % 2 == 1 ? WORLD_OUTSIDE : WORLD_INSIDE);
        if (strays)
            note_judged(scene, WORLD_INSIDE);
    }
    float_to_4500(scene, client);
    if (!hits(scene, client, BLOCKED_OUT) && !hits(scene, client, BLOCKED_IN))
        ipsec_world_quick(&scene->clients[client], IKE_ON_4500);
}

/* The fate of ESP number `round` of the server's, and what becomes of the port. */
static unsigned fate_of(struct scene *scene, unsigned client, enum ipsec_who who, unsigned round)
{
    bool from_server = who == IPSEC_SERVER;
    if (hits(scene, client, ESP_ENDS) && from_server && round >= 5)
        return WORLD_LOST;
    if (hits(scene, client, ESP_ASTRAY) && from_server)
        return WORLD_MISDIRECTED;
    if (hits(scene, client, ESP_CHANGED) && !from_server && round == 6)
        return WORLD_EDITED;
    return hits(scene, client, ESP_ENDS) || hits(scene, client, ESP_ASTRAY)
               ? 0
               : some_fate(scene, client, who);
}

static void talk(struct scene *scene, unsigned client, unsigned round)
{
    struct world_client *it = &scene->clients[client];
    if (hits(scene, client, BLOCKED_OUT) || hits(scene, client, BLOCKED_IN))
        return;
    if (hits(scene, client, PORT_CHANGES) && round == 6)
        it->at[WORLD_OUTSIDE].port_4500 = 62500;
    for (int who = IPSEC_CLIENT; who <= IPSEC_SERVER; who++) {
        unsigned fate = fate_of(scene, client, (enum ipsec_who)who, round);
        bool changes = hits(scene, client, PORT_CHANGES) && round == 6 && who == IPSEC_CLIENT;
        ipsec_world_wait(scene->world, 0.2);
        ipsec_world_esp(it, (enum ipsec_who)who, false, changes ? 0 : fate);
        if (fate == WORLD_EDITED || changes)
            note_judged(scene, WORLD_OUTSIDE);
        if (fate == WORLD_MISDIRECTED)
            note_judged(scene, WORLD_INSIDE);
        if (fate == WORLD_LOST && hits(scene, client, ESP_ENDS))
            note_judged(scene, WORLD_OUTSIDE);
    }
    if (random_below(scene->random, 8) == 0)
        ipsec_world_keepalive(it, 0);
}

static struct scene scene_new(guint32 seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    struct scene scene = {.random = random,
                          .world = ipsec_world_new(),
                          .count = 2 + random_below(random, CLIENTS - 1),
                          .planted = random_below(random, G_N_ELEMENTS(faults)),
                          .lossy = random_below(random, 2) == 0};
    scene.victim = random_below(random, scene.count);
    scene.world->ahead_s = ((double)random_below(random, 2001) - 1000) / 10;
    for (unsigned i = 0; i < scene.count; i++) {
        uint16_t port_500 = i == 0 ? 500 : (uint16_t)(100 * i + random_below(random, 90));
        uint16_t port_4500 =
            i == 0 ? 4500 : (uint16_t)(50000 + 1000 * i + random_below(random, 900));
        scene.clients[i] = ipsec_world_client(scene.world, i + 1, port_500, port_4500);
    }
    scene.victim =
        scene.planted == PORT_SHARED ? 1 + random_below(random, scene.count - 1) : scene.victim;
    if (scene.planted == PORT_SHARED)
        scene.clients[scene.victim].at[WORLD_OUTSIDE].port_4500 =
            scene.clients[scene.victim - 1].at[WORLD_OUTSIDE].port_4500;
    return scene;
}

static void scene_clear(struct scene *scene)
{
    ipsec_world_free(scene->world);
    g_rand_free(scene->random);
}

static void play(struct scene *scene)
{
    unsigned rounds = 12 + random_below(scene->random, 10);
    for (unsigned i = 0; i < scene->count; i++)
        establish(scene, i);
    for (unsigned round = 0; round < rounds; round++) {
        for (unsigned i = 0; i < scene->count; i++)
            talk(scene, i, round);
    }
    for (unsigned i = 0; i < scene->count; i++) {
        if (random_below(scene->random, 2) == 0 && !hits(scene, i, BLOCKED_OUT) &&
            !hits(scene, i, BLOCKED_IN))
            ipsec_world_delete(&scene->clients[i]);
    }
}

static const struct ike_sa *sa_of(const struct scene *scene, const struct finding *finding)
{
    const struct ipsec_links *links = analysis_ipsec_links(scene->world->analysis);
    const struct ipsec_link *link = ipsec_links_get(links, finding->ipsec_link);
    g_assert_nonnull(link);
    const struct ipsec_link *ike = ipsec_links_get(links, link->ike_link);
    return ike != NULL ? ike->ike[0] : link->ike[0];
}

static void check(struct scene *scene, guint32 seed)
{
    const struct planted *planted = &faults[scene->planted];
    unsigned found = 0;
    analysis_finish(scene->world->analysis);
    const struct finding_log *log = analysis_log(scene->world->analysis);
    g_test_message("case seed %u: %s in client %u of %u", seed, planted->name, scene->victim,
                   scene->count);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (!finding_is_nat(finding->id)) {
            g_assert_true(planted->id != FINDING_COUNT ||
                          finding_kind(finding->id)->severity < SEVERITY_WARN);
            continue;
        }
        g_test_message("%s on frame %u, should be %u: %s", finding_kind(finding->id)->filter,
                       finding->judged_frame, scene->judged, finding->text);
        g_assert_cmpint(finding->id, ==, planted->id);
        g_assert_cmpuint(sa_of(scene, finding)->initiator_spi, ==,
                         scene->clients[scene->victim].at[WORLD_INSIDE].initiator_spi);
        if (scene->judged != 0)
            g_assert_cmpuint(finding->judged_frame, ==, scene->judged);
        found++;
    }
    g_assert_cmpuint(found, ==, planted->id == FINDING_COUNT ? 0 : 1);
    const char *text;
    g_assert_cmpint(ipsec_world_status(scene->world, &text), ==,
                    planted->id == FINDING_COUNT ? VERDICT_OK : VERDICT_FAULT);
}

static void test_a_planted_fault_is_named(void)
{
    for (guint32 i = 0; i < cases.count; i++) {
        struct scene scene = scene_new(cases.seed + i);
        play(&scene);
        check(&scene, cases.seed + i);
        scene_clear(&scene);
    }
}

static void spoil(struct scene *scene)
{
    struct ipsec_world *world = scene->world;
    GRand *random = scene->random;
    for (unsigned point = 0; point < 2; point++) {
        world->begins[point] = random_below(random, 2) * random_below(random, 200);
        world->ends[point] =
            random_below(random, 2) * (world->begins[point] + random_below(random, 300));
        world->misses[point][random_below(random, 2)] = random_below(random, 3) == 0;
        world->snaplen[point] = random_below(random, 3) == 0 ? 40 + random_below(random, 48) : 0;
        world->without_4500[point] = random_below(random, 8) == 0;
        world->is_postponed[point] = random_below(random, 4) == 0;
    }
    world->has_third = random_below(random, 3) == 0;
    scene->lossy = false; /* two of two that are lost are a direction that ended */
}

static unsigned client_of(const struct scene *scene, const struct finding *finding)
{
    const struct ipsec_tracker *tracker = analysis_ipsec(scene->world->analysis);
    const struct ike_sa *ike = ipsec_tracker_ike(tracker, finding->ike_sa);
    const struct esp_sa *esp = ipsec_tracker_esp(tracker, finding->esp_sa);
    unsigned number = (unsigned)(ike != NULL   ? ike->initiator_spi
                                 : esp != NULL ? esp->spi
                                               : 0) &
                      0xFF;
    return number - 1;
}

static void check_spoilt(struct scene *scene)
{
    const struct planted *planted = &faults[scene->planted];
    const char *text;
    ipsec_world_status(scene->world, &text);
    const struct finding_log *log = analysis_log(scene->world->analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        const struct finding_kind *kind = finding_kind(finding->id);
        if (kind->severity < SEVERITY_WARN || !finding_is_nat(finding->id))
            continue;
        if (finding->id != planted->id || client_of(scene, finding) != scene->victim)
            g_error("%s on frame %u: %s", kind->filter, finding->judged_frame, finding->text);
    }
    if (planted->id == FINDING_COUNT)
        ipsec_world_expect_no_fault(scene->world);
}

static void test_spoilt_captures_show_no_other_fault(void)
{
    for (guint32 i = 0; i < cases.count; i++) {
        struct scene scene = scene_new(cases.seed + i);
        spoil(&scene);
        g_test_message("case seed %u: %s in client %u of %u, in part", cases.seed + i,
                       faults[scene.planted].name, scene.victim, scene.count);
        /* Whose ESP is whose is a guess behind a port that two share, and without whole headers. */
        if (scene.planted != PORT_SHARED) {
            play(&scene);
            check_spoilt(&scene);
        }
        scene_clear(&scene);
    }
}

void test_properties_ipsec(void)
{
    cases = property_cases(500);
    g_test_add_func("/properties/IPsec: a planted fault is named", test_a_planted_fault_is_named);
    g_test_add_func("/properties/IPsec: spoilt captures show no other fault",
                    test_spoilt_captures_show_no_other_fault);
}
