/* The one verdict of several protocols, with two made up for it: which finding of which is the
 * cause, whose words are said, and what is said where nothing is wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/outcome/outcome.h"
#include "core/pptp/pptp_supplier.h"
#include "script.h"

/* What a made-up protocol was seen to do. */
struct toy {
    enum finding_id id;
    bool is_wrong; /* a finding is made */
    bool is_there;
    enum verdict_status well;
};

static void *conclude(const void *facts, struct linker *linker, struct finding_log *log)
{
    const struct toy *toy = facts;
    struct finding finding = finding_init(toy->id);
    (void)linker;
    finding.judged_frame = 7;
    if (toy->is_wrong)
        finding_say(log, &finding, "%s", "because it is so");
    return g_memdup2(toy, sizeof *toy);
}

static bool has_red(enum finding_id id)
{
    return id == FINDING_REFUSED;
}

static bool has_blue(enum finding_id id)
{
    return id == IPSEC_NO_REPLY;
}

static unsigned weight_red(enum finding_id id)
{
    (void)id;
    return 3;
}

static unsigned weight_blue(enum finding_id id)
{
    (void)id;
    return 2;
}

static uint32_t no_links(const void *concluded)
{
    (void)concluded;
    return 0;
}

static struct verdict_place nowhere(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    (void)finding;
    return (struct verdict_place){FINDING_NONE, FINDING_NONE};
}

static bool is_there(const void *concluded)
{
    return ((const struct toy *)concluded)->is_there;
}

static enum verdict_status judge(const void *concluded, struct verdict_well *well)
{
    const struct toy *toy = concluded;
    g_string_append(well->text, toy->well == VERDICT_OK ? "Fine." : "Who knows.");
    well->step = toy->well == VERDICT_OK ? "" : "Look again.";
    return toy->well;
}

static bool where(const void *concluded, const struct finding *finding, struct verdict_hop *ret)
{
    (void)concluded;
    *ret = (struct verdict_hop){.inside = 4, .outside = 5, .is_nat = true};
    return finding->id == IPSEC_NO_REPLY;
}

static char *headline(const void *concluded, const struct finding *finding, const char *nat)
{
    (void)concluded;
    return g_strdup_printf("%s is broken at %s", has_red(finding->id) ? "Red" : "Blue",
                           nat ? nat : "no hop");
}

static char *consequence(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    (void)finding;
    return g_strdup("It burns.");
}

static struct verdict_advice advice(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    (void)finding;
    return (struct verdict_advice){"It is old.", NULL, "Mend it."};
}

static const char *step(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    (void)finding;
    return "Look closer.";
}

#define TOY(colour)                                                                                \
    {                                                                                              \
        .name = #colour, .conclude = conclude, .free = g_free, .has = has_##colour,                \
        .weight = weight_##colour, .link_count = no_links, .place = nowhere, .is_there = is_there, \
        .judge = judge, .where = where, .headline = headline, .consequence = consequence,          \
        .advice = advice, .step = step,                                                            \
    }

static const struct outcome_part red = TOY(red), blue = TOY(blue);

struct world {
    struct script *script;
    struct linker *linker;
    struct outcome *outcome;
};

static struct world world_of(const struct toy *of_red, const struct toy *of_blue)
{
    const struct outcome_member members[] = {{.part = &red, .facts = of_red},
                                             {.part = &blue, .facts = of_blue}};
    struct linker_options options = {0};
    struct world world = {.script = script_new()};
    world.linker = pptp_linker_new(world.script->tracker, world.script->log, &options);
    const struct outcome_facts of = {
        .facts = tracker_facts(world.script->tracker),
        .supplier = &pptp_supplier,
        .linker = world.linker,
        .log = world.script->log,
        .members = members,
        .member_count = 2,
    };
    world.outcome = outcome_new(&of);
    return world;
}

static void world_free(struct world *world)
{
    outcome_free(world->outcome);
    linker_free(world->linker);
    script_free(world->script);
}

static void the_weightier_protocol_is_the_cause(void)
{
    struct world world = world_of(&(struct toy){FINDING_REFUSED, true, true, VERDICT_OK},
                                  &(struct toy){IPSEC_NO_REPLY, true, true, VERDICT_OK});
    const struct linker *linker = outcome_linker(world.outcome);
    const struct verdict_parts *parts = linker_verdict_parts(linker);
    const char *text, *cause;
    g_assert_cmpint(linker_verdict(linker, &text, &cause), ==, VERDICT_FAULT);
    g_assert_cmpstr(cause, ==, "ipsec.analysis.no_reply");
    g_assert_cmpstr(parts->headline, ==, "Blue is broken at the NAT.");
    g_assert_cmpstr(parts->detail, ==, "frame 7. Because it is so. It burns.");
    g_assert_cmpstr(parts->known, ==, "It is old.");
    g_assert_cmpstr(parts->symptom, ==, "");
    g_assert_cmpstr(parts->advice, ==, "Mend it.\nLook closer.");
    world_free(&world);
}

static void one_protocol_that_is_well_is_enough(void)
{
    struct world world = world_of(&(struct toy){FINDING_REFUSED, false, true, VERDICT_UNKNOWN},
                                  &(struct toy){IPSEC_NO_REPLY, false, true, VERDICT_OK});
    const struct linker *linker = outcome_linker(world.outcome);
    const char *text, *cause;
    g_assert_cmpint(linker_verdict(linker, &text, &cause), ==, VERDICT_OK);
    g_assert_cmpstr(linker_verdict_parts(linker)->headline, ==, "Who knows. Fine.");
    g_assert_cmpstr(linker_verdict_parts(linker)->advice, ==, "Look again.");
    world_free(&world);
}

static void a_protocol_that_is_not_there_says_nothing(void)
{
    struct world world = world_of(&(struct toy){FINDING_REFUSED, false, false, VERDICT_UNKNOWN},
                                  &(struct toy){IPSEC_NO_REPLY, false, true, VERDICT_OK});
    g_assert_cmpstr(linker_verdict_parts(outcome_linker(world.outcome))->headline, ==, "Fine.");
    world_free(&world);
}

static void if_none_is_there_all_are_named(void)
{
    struct toy absent = {FINDING_REFUSED, false, false, VERDICT_OK};
    struct world world = world_of(&absent, &absent);
    const struct linker *linker = outcome_linker(world.outcome);
    const char *text, *cause;
    g_assert_cmpint(linker_verdict(linker, &text, &cause), ==, VERDICT_UNKNOWN);
    g_assert_cmpstr(text, ==, "No red and no blue in this capture.");
    world_free(&world);
}

void test_outcome_part(void)
{
    g_test_add_func("/outcome-part/weight", the_weightier_protocol_is_the_cause);
    g_test_add_func("/outcome-part/well", one_protocol_that_is_well_is_enough);
    g_test_add_func("/outcome-part/absent", a_protocol_that_is_not_there_says_nothing);
    g_test_add_func("/outcome-part/none", if_none_is_there_all_are_named);
}
