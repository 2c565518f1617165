/* All calls over time, as the outermost point saw them: one lane per pair of addresses and Call ID.
 * Two bars in one lane at one time are two tunnels that GRE cannot tell apart. Geometry only;
 * timeline_svg.c draws it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TIMELINE_H
#define PPTPNAT_HTML_TIMELINE_H

#include "document.h"

struct timeline_bar {
    const struct path *path;
    double begin; /* seconds since the start of the report */
    double end;
    unsigned level; /* 0: the lane's first line */
    bool clash;     /* alive together with another of its lane, and a finding says so */
};

struct timeline_lane {
    const char *address; /* of the end behind the NAT, as seen outside */
    const char *far;     /* the other end's */
    const char *owner;   /* "PNS" or "PAC": whose id it is */
    struct number call_id;
    GArray *bars; /* struct timeline_bar, by begin */
    unsigned levels;
    unsigned most; /* calls at one time that clash; 0: none do */
};

struct timeline {
    GPtrArray *lanes; /* struct timeline_lane *; by address, those with clashes first */
    double seconds;   /* length of the axis; more than 0 */
    unsigned without; /* paths that have no time or no address */
};

struct timeline *timeline_new(const struct document *document);
void timeline_free(struct timeline *timeline);

#endif
