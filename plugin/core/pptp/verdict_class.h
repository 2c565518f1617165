/* How much of a linked call was seen, and of all of them: said once of each, and whatever the
 * verdict says of what is well is a row of a table of these.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_CLASS_H
#define PPTPNAT_VERDICT_CLASS_H

#include "nat_rules.h"

enum link_class {
    LINK_WELL,       /* its control messages were judged, and GRE was seen twice */
    LINK_CONTROL,    /* the same without GRE */
    LINK_KEYS_SAME,  /* linked by GRE alone, whose Call IDs are the same at each point */
    LINK_KEYS_OTHER, /* by GRE alone, and they differ */
    LINK_DISPUTED,   /* two fields disagree about an id, and nothing tells which is right */
    LINK_UNORDERED   /* nothing tells which point is nearer to the client */
};

struct link_facts {
    enum link_class class;
    bool is_linked;    /* two points show the call */
    bool is_whole;     /* each shows its set-up and GRE both ways, and their order is known */
    bool has_gre;      /* of one direction, at two points */
    bool is_rewritten; /* a Call-Disconnect-Notify of it was (FINDINGS: disconnect_rewritten) */
};

enum capture_class {
    CAPTURE_ALONE,       /* one point */
    CAPTURE_APART,       /* several, which have nothing in common */
    CAPTURE_CONNECTIONS, /* linked ones without a call */
    CAPTURE_DISPUTED,    /* as of a link, some */
    CAPTURE_KEYS_SAME,   /* as of a link, all */
    CAPTURE_KEYS_OTHER,
    CAPTURE_UNORDERED, /* no call is whole, and of some the order is not known */
    CAPTURE_CONTROL,
    CAPTURE_IN_PART, /* no call is whole */
    CAPTURE_WELL,    /* some are */
    CAPTURE_WELL_WITHOUT_NAT
};

/* What the verdict knows of all linked calls. */
struct pptp_verdict {
    struct linker *linker;
    struct link_facts *links; /* by link */
    enum capture_class class;
    uint32_t linked; /* calls */
    uint32_t whole;
    bool is_rewritten; /* any */
};

/* Of the links and findings of an outcome; borrows `linker`. To be freed. */
struct pptp_verdict *pptp_verdict_new(struct linker *linker);
void pptp_verdict_free(struct pptp_verdict *verdict); /* NULL is fine */

uint32_t pptp_connection_count(const struct linker *linker);
uint32_t pptp_linked_connection_count(const struct linker *linker);

#endif
