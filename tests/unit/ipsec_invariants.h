/* What holds of the IPsec tracker's model whatever was fed: for tests with random and hostile
 * input.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_IPSEC_INVARIANTS_H
#define PPTPNAT_TEST_IPSEC_INVARIANTS_H

#include "core/ipsec/ipsec_conclusion.h"

/* Ends the program, with the place, if the model does not hold together. */
void ipsec_check_model(const struct ipsec_tracker *tracker, const struct finding_log *log);

#endif
