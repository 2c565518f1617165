/* The way of a call from client to server, as a picture of a few lines: which ids it has on each
 * side of each hop, how many GRE packets were seen there, and what is wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_PATH_H
#define PPTPNAT_TEXT_PATH_H

#include "report.h"
#include "text_lines.h"

#define PATH_CELLS (LINK_POINTS_LIMIT + 1) /* one a point, and the server */

/* What stands between the cells of two points. */
enum path_arrow { PATH_NOTHING, PATH_SAME, PATH_CHANGED, PATH_RIGHT, PATH_LEFT, PATH_BROKEN };

struct path_row {
    char *label;
    char *cell[PATH_CELLS]; /* NULL: nothing is known */
    bool wrong[PATH_CELLS];
    enum path_arrow arrow[LINK_POINTS_LIMIT];
};

/* A station is the client, each hop, and the server; what stands below one was seen behind it. */
struct path_picture {
    uint32_t points;
    char *station[PATH_CELLS];    /* "client 192.168.11.20:33244" */
    char *short_name[PATH_CELLS]; /* "client" */
    GPtrArray *rows;              /* struct path_row * */
};

/* The path of the call that `cause` (NULL: none) is about, else of the first. NULL: no call. */
struct path_picture *path_picture_new(const struct report *report, const struct finding *cause);
void path_picture_free(struct path_picture *picture); /* NULL is fine */

/* Adds its lines, as wide as the style: a table, or, where that is too wide, a line an entry. */
void path_picture_draw(const struct path_picture *picture, const struct text_style *style,
                       GPtrArray *lines);

#endif
