/* What the verdict knows of each finding: how much it weighs beside others, and what to say about
 * it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_TABLE_H
#define PPTPNAT_VERDICT_TABLE_H

#include "nat_rules.h"
#include "core/outcome/part.h"

/* What a finding is about. */
struct verdict_case {
    const struct linker *linker;
    const struct finding *finding;
    const struct message_record *message; /* the control message; NULL for GRE */
    const struct link *link;              /* the linked call, or NULL */
};

/* The connection that the finding is about; NULL: none. */
static inline const struct pptp_connection *verdict_connection(const struct verdict_case *about)
{
    return tracker_connection(tracker_of(about->linker), about->finding->connection);
}

/* From the table, or that the NAT lost the call. All members NULL: there is no advice. */
struct verdict_advice verdict_advice(const struct verdict_case *about);
/* Where a call has several findings, that of the lowest weight names the cause. */
unsigned verdict_weight(enum finding_id id);

#endif
