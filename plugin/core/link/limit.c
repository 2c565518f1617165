/* The linker's bounds: what each is, and that reaching one is said (DESIGN section 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

static const struct link_limit_text limits[LINK_LIMIT_COUNT] = {
    [LINK_LIMIT_DATA_WAITING] =
        {.bound = LINK_DATA_WAITING_LIMIT,
         .text = "more than %u %s packets wait for their copy at another point; "
                 "later ones are compared only at the end of the file",
         .is_harmless = true},
    [LINK_LIMIT_MESSAGES_WAITING] =
        {.bound = LINK_MESSAGES_WAITING_LIMIT,
         .text = "more than %u messages of one end wait for their copy at another "
                 "point; later ones are not compared"},
    [LINK_LIMIT_FINGERPRINT] = {.bound = LINK_FINGERPRINT_LIMIT,
                                .text =
                                    "more than %u connections carry the same message with the same "
                                    "numbers; it is not used to link the others"},
    [LINK_LIMIT_ALONE] = {.bound = LINK_ALONE_LIMIT,
                          .text =
                              "more than %u connections have no equal sequence numbers at another "
                              "point; the others were not compared"},
    [LINK_LIMIT_COMPARISONS] =
        {.bound = LINK_COMPARISONS,
         .text = "more than %u comparisons were needed to find connections without "
                 "equal sequence numbers, and clock offsets; the rest were not made"},
    [LINK_LIMIT_POINTS] =
        {.bound = LINK_POINTS_LIMIT,
         .text = "more than %u points show one connection; the others are not linked"},
    [LINK_LIMIT_FRAGMENTS] = {.bound = LINK_FRAGMENT_LIMIT,
                              .text =
                                  "more than %u IP fragments of %s; whether later ones pass is not "
                                  "judged"},
    [LINK_LIMIT_STRAYS] =
        {.bound = LINK_STRAY_COMPARISONS,
         .text = "more than %u comparisons of %s packets of no known session with the "
                 "linked ones; the rest were not made"},
};

/* What each frame adds to a bound on work in all. */
static const uint32_t per_frame[LINK_LIMIT_COUNT] = {
    [LINK_LIMIT_COMPARISONS] = LINK_COMPARISONS_PER_FRAME,
    [LINK_LIMIT_STRAYS] = LINK_STRAY_COMPARISONS_PER_FRAME,
};

/* The protocol's own come behind those that all have. */
static const struct link_limit_text *text_of(const struct linker *linker, unsigned limit)
{
    return limit < LINK_LIMIT_COUNT ? &limits[limit]
                                    : &linker->supplier->limits[limit - LINK_LIMIT_COUNT];
}

/* A bound on work in all grows with the file, and no faster. */
static uint32_t bound_of(const struct linker *linker, unsigned limit)
{
    uint32_t each = limit < LINK_LIMIT_COUNT ? per_frame[limit] : 0;
    uint64_t bound = text_of(linker, limit)->bound + (uint64_t)each * linker->facts->latest_frame;
    return (uint32_t)MIN(bound, UINT32_MAX);
}

static void say_reached(struct linker *linker, unsigned limit, uint32_t frame)
{
    struct finding finding = finding_init(FINDING_LIMIT_REACHED);
    finding.judged_frame = frame;
    finding.deciding_frame = linker->now_frame;
    finding.text = g_strdup_printf(text_of(linker, limit)->text, bound_of(linker, limit),
                                   linker->supplier->data);
    link_say(linker, &finding);
}

/* While there is one point only nothing is missed; files may come one after the other. */
void link_limit_reached(struct linker *linker, unsigned limit, uint32_t frame)
{
    uint32_t bit = 1u << limit;
    if ((linker->limits_reported & bit) != 0)
        return;
    if (!text_of(linker, limit)->of_one_point && !point_times_several(linker->times)) {
        if (linker->now_frame != 0 && linker->limit_alone_frame[limit] == 0)
            linker->limit_alone_frame[limit] = frame;
        return;
    }
    linker->limits_reported |= bit;
    say_reached(linker, limit, frame);
}

void link_limits_end(struct linker *linker)
{
    for (unsigned limit = 0; limit < LINK_LIMIT_ALL; limit++) {
        if (linker->limit_alone_frame[limit] != 0)
            link_limit_reached(linker, limit, linker->limit_alone_frame[limit]);
    }
}

const char *link_limit_touches(const struct linker *linker)
{
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        bool is_harmless = false;
        if (finding->id != FINDING_LIMIT_REACHED)
            continue;
        for (unsigned limit = 0; limit < LINK_LIMIT_ALL; limit++) {
            if ((linker->limits_reported & 1u << limit) == 0 ||
                !text_of(linker, limit)->is_harmless)
                continue;
            char *text = g_strdup_printf(text_of(linker, limit)->text,
                                         text_of(linker, limit)->bound, linker->supplier->data);
            is_harmless |= g_strcmp0(text, finding->text) == 0;
            g_free(text);
        }
        if (!is_harmless)
            return finding->text;
    }
    return NULL;
}

bool link_spend(struct linker *linker, unsigned limit)
{
    if (linker->spent[limit] >= bound_of(linker, limit))
        return false;
    linker->spent[limit]++;
    return true;
}
