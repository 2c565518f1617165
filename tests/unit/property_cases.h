/* Which random worlds a property test makes: the same in every run unless asked otherwise, so that
 * a test that fails has been broken by a change.
 *
 *     PPTPNAT_SEED=NUMBER   another seed; PPTPNAT_SEED=random one that is drawn
 *     PPTPNAT_CASES=NUMBER  more or fewer cases
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_PROPERTY_CASES_H
#define PPTPNAT_TEST_PROPERTY_CASES_H

#include <glib.h>

/* Case i has the seed `seed` + i, so that one that fails can be run alone. */
struct property_cases {
    guint32 seed;
    guint32 count;
};

/* `usual` is how many there are unless the environment says so. Prints what repeats the run. */
struct property_cases property_cases(guint32 usual);

#endif
