/* Rows of what several points saw: messages that are one message are in one row, and rows stand in
 * the order in which each point saw them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_JOINED_H
#define PPTPNAT_HTML_JOINED_H

#include "document.h"

/* A message as one point saw it, in order of frames. */
struct sight {
    const char *title;
    int64_t frame;
    struct number peer_frame; /* the same message at another point */
    bool folded;              /* one row stands for all with this title */
    const void *message;
    int64_t count; /* how many a folded one stands for */
};

struct joined_row {
    const char *title;
    const void *message[DOCUMENT_POINTS_LIMIT]; /* NULL: not seen there */
    int64_t count[DOCUMENT_POINTS_LIMIT];
};

/* `sights[i]` are those of point i (struct sight), or NULL: nothing of it was seen there. Adds
 * struct joined_row * to `rows`, to be freed with g_free. */
void joined_rows(GQueue *rows, GArray *const *sights, unsigned count);

#endif
