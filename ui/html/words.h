/* Findings in few words, for where there is no room for more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_WORDS_H
#define PPTPNAT_HTML_WORDS_H

#include "ladder.h"

enum mark words_mark(const struct finding *finding); /* NULL: none */
/* "should be 1536 (not translated)", or what the finding is. */
const char *words_right(struct ladder *ladder, const struct finding *finding);
/* Findings by the frame that they are about: int64_t * -> GPtrArray of const struct finding *. */
GHashTable *words_by_frame(const GPtrArray *findings);

#endif
