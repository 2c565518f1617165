/* Calls and tunnels over time: one lane for what a NAT tells them apart by, one bar for each of
 * them. Two bars in one lane at one time cannot be told apart. It knows no protocol:
 * call_timeline.c and tunnel_timeline.c fill it in, timeline_svg.c draws it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TIMELINE_H
#define PPTPNAT_HTML_TIMELINE_H

#include "document.h"

struct timeline_bar {
    const char *words; /* who it is */
    double begin;      /* seconds since the start of the report */
    double end;
    unsigned level; /* 0: the lane's first line */
    bool fault;
    bool shares; /* a finding says that it cannot be told from one that is alive with it */
    bool clash;  /* it, or another with it, shares */
};

/* A moment in a lane: another key, another port. */
struct timeline_mark {
    double at;
    const char *words;
};

struct timeline_lane {
    const char *group; /* the addresses: lanes of one group stand together */
    const char *label;
    GArray *bars;  /* struct timeline_bar, by begin */
    GArray *marks; /* struct timeline_mark */
    unsigned levels;
    unsigned most; /* bars at one time that clash; 0: none do */
};

struct timeline {
    GPtrArray *lanes; /* struct timeline_lane *; by group, those with clashes first */
    double seconds;   /* length of the axis; more than 0 */
    unsigned without; /* of those that have no time or no address */
    GHashTable *by_key;
    GStringChunk *texts; /* for markup_keep: texts that live as long */
};

struct timeline *timeline_new(void);
void timeline_free(struct timeline *timeline);

/* The lane of that group and label, made if it is new. Texts are the timeline's or static. */
struct timeline_lane *timeline_lane(struct timeline *timeline, const char *group,
                                    const char *label);
/* When all bars are there. */
void timeline_arrange(struct timeline *timeline);

#endif
