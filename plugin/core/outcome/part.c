/* What a protocol that follows its own facts adds to the verdict (part.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_words.h"

void verdict_append_part(struct linker *linker, bool alone, GString *text, GString *advice)
{
    const struct outcome_part *part = linker->end->part;
    const char *more = "";
    if (!part || !part->is_there(linker->end->of_part))
        return;
    g_string_truncate(text, alone ? 0 : text->len);
    g_string_append(text, alone ? "" : " ");
    if (part->judge(linker->end->of_part, text, &more) == VERDICT_OK)
        linker->end->status = VERDICT_OK;
    if (alone)
        g_string_truncate(advice, 0);
    if (advice->len == 0)
        g_string_append(advice, more);
}
