/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_ADVICE_H
#define PPTPNAT_VERDICT_ADVICE_H

#include "link_internal.h"

/* The likely cause and what to do, as full sentences; "" if there is nothing to advise.
 * `message` is the control message the finding is about, NULL for GRE; `link` the linked call, or
 * NULL. Static text. */
const char *verdict_advice(const struct finding *finding, const struct message_record *message,
                           const struct link *link);

#endif
