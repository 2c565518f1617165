/* Which finding is the consequence of which: a protocol's table of rows, and the index by which the
 * cause that a row speaks of is found. Made at the end, thrown away with the outcome.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CAUSE_H
#define PPTPNAT_CAUSE_H

#include "at_end.h"

/* Where the cause is looked for. */
enum cause_scope {
    CAUSE_BEFORE_HOP, /* the same value was wrong already where the packet came from */
    CAUSE_FRAME,      /* about the same frame, or the same message at another point */
    CAUSE_LINK,       /* the finding that the session's link names */
    CAUSE_PATH,       /* about the effect's connection at any point; the first */
    CAUSE_CONNECTION, /* about the effect's connection at this point; the first */
    CAUSE_SESSION,    /* about the effect's session at this point; the latest */
    CAUSE_BLOCKED,    /* the session's direction that ends at a hop, or its clash with another */
    CAUSE_OTHER_HOST  /* why the session's data comes to another host, or from another address */
};

struct cause_case {
    const struct linker *linker;
    const struct link *link; /* the effect's; NULL: none */
    const struct finding *effect;
    const struct finding *cause;
};

#define CAUSE_ANY FINDING_COUNT

struct cause_row {
    enum finding_id effect; /* or CAUSE_ANY */
    enum finding_id cause;  /* or CAUSE_ANY: whatever the scope gives */
    enum cause_scope scope;
    bool (*condition)(const struct cause_case *about); /* NULL: always */
};

/* Of the rows with its id, the first that finds a cause decides a finding's. */
void link_causes(struct linker *linker, const struct cause_row *rows, uint32_t count);

#endif
