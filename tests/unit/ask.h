/* Asking for the outcome while packets are still being fed: with --ask every test of the program
 * does so, and all that it expects at the end must be the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_ASK_H
#define PPTPNAT_TEST_ASK_H

#include <glib.h>

#include "core/analysis.h"

/* From now on packets are fed with ask_early in between. */
void ask_always(void);

/* To be called after each packet that is fed, `fed` of them so far: asks after every one at first,
 * then now and then, twice. Does nothing but after ask_always. */
void ask_early(struct analysis *analysis, guint fed);

#endif
