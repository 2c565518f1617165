/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_ADVICE_H
#define PPTPNAT_VERDICT_ADVICE_H

#include "finding.h"
#include "pptp_wire.h"

/* The likely cause and what to do, as full sentences; "" if there is nothing to advise.
 * `message_type` is the control message the finding is about, 0 for GRE. Static text. */
const char *verdict_advice(const struct finding *finding, unsigned message_type);

#endif
