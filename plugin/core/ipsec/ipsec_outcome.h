/* IPsec as the outcome knows it (outcome/part.h): its facts are a struct ipsec_linker, what it
 * concludes a struct ipsec_links, or NULL where links are off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_OUTCOME_H
#define PPTPNAT_IPSEC_OUTCOME_H

#include "core/outcome/part.h"
#include "ipsec_link.h"

extern const struct outcome_part ipsec_outcome_part;

#endif
