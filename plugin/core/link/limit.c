/* The linker's bounds: what each is, and that reaching one is said (DESIGN section 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

static const struct {
    uint32_t bound;
    const char *text; /* with one %u for the bound */
} limits[LINK_LIMIT_COUNT] = {
    [LINK_LIMIT_GRE_WAITING] = {LINK_GRE_WAITING_LIMIT,
                                "more than %u GRE packets wait for their copy at another point; "
                                "later ones are compared only at the end of the file"},
    [LINK_LIMIT_MESSAGES_WAITING] =
        {LINK_MESSAGES_WAITING_LIMIT,
         "more than %u messages of one end wait for their copy at another "
         "point; later ones are not compared"},
    [LINK_LIMIT_FINGERPRINT] = {LINK_FINGERPRINT_LIMIT,
                                "more than %u connections carry the same message with the same "
                                "numbers; it is not used to link the others"},
    [LINK_LIMIT_ALONE] = {LINK_ALONE_LIMIT,
                          "more than %u connections have no equal sequence numbers at another "
                          "point; the others were not compared"},
    [LINK_LIMIT_COMPARISONS] =
        {LINK_COMPARISONS, "more than %u comparisons were needed to find connections without "
                           "equal sequence numbers, and clock offsets; the rest were not made"},
    [LINK_LIMIT_POINTS] = {LINK_POINTS_LIMIT,
                           "more than %u points show one connection; the others are not linked"},
    [LINK_LIMIT_SAME_KEY] = {LINK_SAME_KEY_LIMIT,
                             "more than %u live calls have the same addresses and Call ID; "
                             "the others are not compared"},
    [LINK_LIMIT_WATCHES] = {LINK_WATCH_LIMIT, "more than %u pairs of tunnels share a Call ID; the "
                                              "others are not watched"},
    [LINK_LIMIT_FRAGMENTS] = {LINK_FRAGMENT_LIMIT,
                              "more than %u IP fragments of GRE; whether later ones pass is not "
                              "judged"},
    [LINK_LIMIT_STRAYS] = {LINK_STRAY_COMPARISONS,
                           "more than %u comparisons of GRE packets of no known call with the "
                           "linked calls; the rest were not made"},
    [LINK_LIMIT_EARLIER_CONNECTIONS] = {LINK_EARLIER_CONNECTIONS,
                                        "more than %u connections with calls have the same "
                                        "addresses and ports; a wrong Call ID of an earlier one "
                                        "may be called unknown"},
    [LINK_LIMIT_REPEATED] = {LINK_REPEATED_LIMIT,
                             "more than %u segments of one end were retransmitted; whether later "
                             "ones pass the hop is not judged"},
    [LINK_LIMIT_CHECKSUMS] = {LINK_BAD_CHECKSUMS,
                              "more than %u segments of one connection have a wrong checksum; "
                              "later ones are not judged"},
};

/* What each frame adds to a bound on work in all. */
static const uint32_t per_frame[LINK_LIMIT_COUNT] = {
    [LINK_LIMIT_COMPARISONS] = LINK_COMPARISONS_PER_FRAME,
    [LINK_LIMIT_STRAYS] = LINK_STRAY_COMPARISONS_PER_FRAME,
};

/* Reached by what one point shows; all others are reached in search of its other half. */
#define OF_ONE_POINT (1u << LINK_LIMIT_SAME_KEY | 1u << LINK_LIMIT_WATCHES)
/* What is left out is made up for at the end of the file, or is only what a fault is called. */
#define HARMLESS (1u << LINK_LIMIT_GRE_WAITING | 1u << LINK_LIMIT_EARLIER_CONNECTIONS)

/* A bound on work in all grows with the file, and no faster. */
static uint32_t bound_of(const struct linker *linker, enum link_limit limit)
{
    uint64_t bound =
        limits[limit].bound + (uint64_t)per_frame[limit] * tracker_last_frame(linker->tracker);
    return (uint32_t)MIN(bound, UINT32_MAX);
}

static void say_reached(struct linker *linker, enum link_limit limit, uint32_t frame)
{
    struct finding finding = finding_init(FINDING_LIMIT_REACHED);
    finding.judged_frame = frame;
    finding.deciding_frame = linker->now_frame;
    finding.text = g_strdup_printf(limits[limit].text, bound_of(linker, limit));
    link_say(linker, &finding);
}

/* While there is one point only nothing is missed; files may come one after the other. */
void link_limit_reached(struct linker *linker, enum link_limit limit, uint32_t frame)
{
    uint32_t bit = 1u << limit;
    if ((linker->limits_reported & bit) != 0)
        return;
    if ((OF_ONE_POINT & bit) == 0 && !point_times_several(linker->times)) {
        if (linker->now_frame != 0 && linker->limit_alone_frame[limit] == 0)
            linker->limit_alone_frame[limit] = frame;
        return;
    }
    linker->limits_reported |= bit;
    say_reached(linker, limit, frame);
}

void link_limits_end(struct linker *linker)
{
    for (int limit = 0; limit < LINK_LIMIT_COUNT; limit++) {
        if (linker->limit_alone_frame[limit] != 0)
            link_limit_reached(linker, (enum link_limit)limit, linker->limit_alone_frame[limit]);
    }
}

const char *link_limit_touches(const struct linker *linker)
{
    uint32_t harmless = linker->limits_reported & HARMLESS;
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        bool is_harmless = false;
        if (finding->id != FINDING_LIMIT_REACHED)
            continue;
        for (unsigned limit = 0; limit < LINK_LIMIT_COUNT; limit++) {
            char *text = g_strdup_printf(limits[limit].text, limits[limit].bound);
            is_harmless |= (harmless & 1u << limit) != 0 && g_strcmp0(text, finding->text) == 0;
            g_free(text);
        }
        if (!is_harmless)
            return finding->text;
    }
    return NULL;
}

bool link_spend(struct linker *linker, enum link_limit limit)
{
    if (linker->spent[limit] >= bound_of(linker, limit))
        return false;
    linker->spent[limit]++;
    return true;
}
