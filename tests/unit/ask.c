/* See ask.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask.h"

/* Asking costs as much as there are calls and packets: after so many it is done less often. */
#define ASK_EACH  300
#define ASK_SOME  3000
#define ASK_EVERY 97

static bool always;

void ask_always(void)
{
    always = true;
}

void ask_early(struct analysis *analysis, guint fed)
{
    if (!always || (fed > ASK_EACH && fed % ASK_EVERY != 0) || (fed > ASK_SOME && fed % 4 != 0))
        return;
    analysis_finish(analysis);
    analysis_finish(analysis);
}
