/* See property_cases.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "property_cases.h"

#define SEED 1

static guint32 seed_of(const char *given)
{
    if (given == NULL)
        return SEED;
    return g_str_equal(given, "random") ? g_random_int()
                                        : (guint32)g_ascii_strtoull(given, NULL, 10);
}

struct property_cases property_cases(guint32 usual)
{
    const char *count = g_getenv("PPTPNAT_CASES");
    struct property_cases cases = {
        .seed = seed_of(g_getenv("PPTPNAT_SEED")),
        .count = count != NULL ? (guint32)g_ascii_strtoull(count, NULL, 10) : usual};
    g_print("# PPTPNAT_SEED=%u PPTPNAT_CASES=%u\n", cases.seed, cases.count);
    return cases;
}
