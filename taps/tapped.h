/* What one event of the taps counts for in a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TAPPED_H
#define PPTPNAT_TAPPED_H

#include "report/rows.h"

struct tapped {
    struct table_subject subject;
    bool has_count; /* false: a control message of PPTP */
    struct flow_count count;
    uint32_t waiting; /* frame of a packet that may turn out to be ESP; all else is 0. 0: none */
};

/* Reads the data pointer of a callback of the tap "ipsec", or else "pptp". False: it counts for
 * nothing, being a second copy of a packet, or of no SA. */
bool tapped_read(bool of_ipsec, const void *event, struct tapped *ret);

/* What a waiting one is in the end; false: nothing. */
bool tapped_settle(const struct ipsec_tracker *tracker, uint32_t frame, struct tapped *ret);

#endif
