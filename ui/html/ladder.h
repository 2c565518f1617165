/* The ladder of a call: which message each point saw in which row, which of its values is wrong,
 * and where everything stands. Geometry only; ladder_svg.c draws it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_LADDER_H
#define PPTPNAT_HTML_LADDER_H

#include "document.h"

#define LADDER_ROWS_LIMIT     60  /* rows drawn, besides those with a fault */
#define LADDER_FAULTS_LIMIT   60  /* rows with a fault drawn beyond that */
#define LADDER_MESSAGES_LIMIT 400 /* messages of a call, and of its connection, looked at */

/* What one point saw of a message. */
struct ladder_cell {
    const struct message *message;    /* NULL: not seen */
    int64_t count;                    /* echoes are one row */
    const struct finding *wrong_id;   /* about Call ID, or NULL */
    const struct finding *wrong_peer; /* about Peer's Call ID, or NULL */
    const struct finding *remark;     /* about the message as a whole, or NULL */
};

struct ladder_row {
    const char *title;
    enum sender from;
    bool wrong; /* some cell has a finding at warning or above */
    struct ladder_cell cell[DOCUMENT_POINTS_LIMIT];
    double y;      /* top */
    double height; /* of the row */
};

/* One direction of GRE between two lanes. */
struct ladder_segment {
    int64_t seen;
    int64_t lost_before; /* on the hop before it, in the sense of the direction */
    struct number call_id;
    const struct finding *wrong; /* about its Call ID, or NULL */
    double thickness;
};

struct ladder_bar {
    enum direction direction;
    bool rightwards;
    const struct finding *broken; /* a finding that it is not forwarded, or NULL */
    struct ladder_segment segment[DOCUMENT_POINTS_LIMIT];
    double y; /* middle of the bar */
};

struct ladder {
    const struct path *path;
    bool pns_left;
    unsigned segments;
    GQueue rows;     /* struct ladder_row *, those to draw */
    unsigned hidden; /* rows not drawn */
    struct ladder_bar bar[2];
    double lane[DOCUMENT_POINTS_LIMIT + 1]; /* x of client, NATs, server */
    double top;                             /* where lanes begin */
    double bars;                            /* y of the heading of GRE */
    double width;
    double height;
};

struct ladder *ladder_new(const struct path *path);
void ladder_free(struct ladder *ladder);

/* Whether a sender stands on the left; of an unknown one it is guessed. */
bool ladder_from_left(const struct ladder *ladder, enum sender from);
/* The addresses of an end as point `place` saw it, or NULL. */
const struct end *ladder_end(const struct ladder *ladder, unsigned place, bool left);
/* Whether hop `hop`, between points hop and hop + 1, changes an address or a Call ID. */
bool ladder_is_nat(const struct ladder *ladder, unsigned hop);

#endif
