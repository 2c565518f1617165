/* How far a call came, step by step: creation, link information, PPP, keep-alive, termination.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_STEPS_H
#define PPTPNAT_HTML_STEPS_H

#include "document.h"

#define STEPS_COUNT 14

struct step {
    const char *group; /* of the steps up to the next that has one; else NULL */
    const char *title;
    const char *absent; /* what to say if it is not done */
    bool done;
    bool needed; /* a call that works has it */
};

/* Fills `steps`: what any point saw of the call. */
void steps_of(const struct path *path, struct step steps[STEPS_COUNT]);

#endif
