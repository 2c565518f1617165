/* Findings of IPsec by the frames they are about and were decided on. Owns none of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FINDING_INDEX_H
#define PPTPNAT_FINDING_INDEX_H

#include "ipsec_finding.h"

typedef void (*ipsec_finding_fn)(const struct ipsec_finding *finding, void *user);

struct ipsec_finding_index;

struct ipsec_finding_index *ipsec_finding_index_new(void);
void ipsec_finding_index_free(struct ipsec_finding_index *index); /* NULL is fine */

/* Adds those of `findings` (struct ipsec_finding *) that came since the call before: an index has
 * one array, which only grows. */
void ipsec_finding_index_update(struct ipsec_finding_index *index, const GPtrArray *findings);

/* Calls `each` for the findings whose judged or deciding frame is `frame`, in order of the array.
 */
void ipsec_finding_index_on_frame(const struct ipsec_finding_index *index, uint32_t frame,
                                  ipsec_finding_fn each, void *user);

#endif
