/* What must hold of the analysis' model whatever it was fed, and the model as text to compare two
 * runs by.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FUZZ_MODEL_H
#define PPTPNAT_FUZZ_MODEL_H

#include "events.h"

struct analysis *model_new(bool link);

/* Feeds one event; EVENT_FINISH only if `finish`. */
void model_feed(struct analysis *analysis, const struct event *event, bool finish);

/* A new analysis fed with all events and finished. */
struct analysis *model_of(const struct events *events, bool link, bool finish);

/* Aborts if something does not hold. `analysis` is finished. */
void model_check(const struct analysis *analysis, const struct events *events);

/* All that readers see, to be freed with g_free. */
char *model_text(const struct analysis *analysis);

#endif
