/* A ladder: the ends and the devices between them as lanes, a row for each message with what each
 * point saw of it, and a bar for each direction of the data packets. It knows no protocol:
 * call_ladder.c and tunnel_ladder.c fill it in, ladder_svg.c draws it. Lengths along the page are
 * in per cent of its width, so that one picture fits a desk and a phone; heights are in pixels.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_LADDER_H
#define PPTPNAT_HTML_LADDER_H

#include "document.h"

#define LADDER_ROWS_LIMIT   60 /* rows drawn, besides those with a fault */
#define LADDER_FAULTS_LIMIT 60 /* rows with a fault drawn beyond that */
#define LADDER_BARS_LIMIT   16

enum mark { MARK_NONE, MARK_ODD, MARK_BAD };

/* What one point saw of a message. Texts are never NULL; "" is none. */
struct ladder_cell {
    bool seen;
    bool missing;       /* not seen, though the point saw others of it */
    const char *left;   /* above the arrow, at the left lane */
    const char *values; /* above it, in the middle */
    const char *right;
    const char *where;  /* below it: the frame */
    const char *remark; /* on a line of its own: what is wrong */
    enum mark mark;
    enum mark values_mark;
};

struct ladder_row {
    const char *title;
    const char *time;
    struct moment at; /* when it was sent; not known: with the row before it */
    bool from_left;
    bool is_change; /* no message: `title` says what is different from here on */
    bool wrong;     /* some cell has a finding at warning or above */
    struct ladder_cell cell[DOCUMENT_POINTS_LIMIT];
    double y; /* top */
    double height;
};

/* One direction of the data packets between two lanes. */
struct ladder_segment {
    bool covered; /* the point saw something of this call or SA */
    int64_t seen;
    int64_t lost_before; /* on the hop before it, in the sense of the direction */
    const char *words;   /* above the bar */
    const char *remark;  /* below it: what is wrong with the packets seen, or where they went */
    enum mark mark;
    double thickness;
};

struct ladder_bar {
    const char *title;
    bool rightwards;
    bool broken; /* a finding says that it is not forwarded */
    struct ladder_segment segment[DOCUMENT_POINTS_LIMIT];
    double y; /* middle of the bar */
};

struct ladder_lane {
    double x;
    const char *title;
    const char *line;
    const char *brief; /* in its place where there is no room; NULL: it is cut */
};

/* Between two lanes: the point, and the addresses that it sees of both ends. */
struct ladder_side {
    const char *name;
    const char *role;
    const char *left;
    const char *right;
};

struct ladder {
    unsigned segments;
    bool narrow; /* more segments than a phone has room for beside each other in one line */
    struct ladder_lane lane[DOCUMENT_POINTS_LIMIT + 1];
    struct ladder_side side[DOCUMENT_POINTS_LIMIT];
    GQueue rows;     /* struct ladder_row *, those to draw */
    unsigned hidden; /* rows not drawn */
    GArray *bars;    /* struct ladder_bar */
    const char *bars_title;
    struct moment bars_at; /* when the last of their packets was seen: later rows stand below */
    double head;           /* y where rows begin */
    double foot;           /* y of the heading of the bars */
    double height;
    GStringChunk *texts; /* for markup_keep: texts that live as long */
};

struct ladder *ladder_new(unsigned segments);
void ladder_free(struct ladder *ladder);

/* What the hop before a lane is called: "NAT", or "NAT 2" where there are several hops. */
const char *ladder_hop(struct ladder *ladder, unsigned lane, bool is_nat);
/* A new row with empty texts, at the end. */
struct ladder_row *ladder_add_row(struct ladder *ladder);
/* A new bar with empty texts; NULL: there are LADDER_BARS_LIMIT. */
struct ladder_bar *ladder_add_bar(struct ladder *ladder);
/* Says when the row was sent: seconds since `start`, in as many digits as have room in front of it.
 */
void ladder_time(struct ladder *ladder, struct ladder_row *row, struct moment time,
                 struct moment start);
/* The bars have packets up to `time`. */
void ladder_bars_last(struct ladder *ladder, struct moment time);
/* When all rows and bars are there: drops those beyond the limits, and says where all stand. */
void ladder_arrange(struct ladder *ladder);

#endif
