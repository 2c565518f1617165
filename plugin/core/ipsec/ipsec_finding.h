/* The findings of IPsec: which of them later packets can take back, and how one is made. Their rows
 * are the catalogue's (finding_kind).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_FINDING_H
#define PPTPNAT_IPSEC_FINDING_H

#include "core/finding/finding.h"

/* True where later packets could take it back: it belongs to the outcome, never to the log of what
 * was certain on a packet. */
bool ipsec_finding_is_provisional(enum finding_id id);

struct ike_sa;
struct esp_sa;

/* Decided at the end of the file, about `frame` at the tracker's point `point`. `ike` and `esp` may
 * be NULL: of none. */
struct finding ipsec_finding(enum finding_id id, uint32_t frame, uint32_t point,
                             const struct ike_sa *ike, const struct esp_sa *esp);

#endif
