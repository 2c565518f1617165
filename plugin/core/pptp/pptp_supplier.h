/* PPTP for the linker and the outcome.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPTP_SUPPLIER_H
#define PPTPNAT_PPTP_SUPPLIER_H

#include "core/link/linker.h"
#include "core/link/supplier.h"
#include "tracker.h"

extern const struct supplier pptp_supplier;

/* A linker of what the tracker finds; borrows both. */
struct linker *pptp_linker_new(struct tracker *tracker, struct finding_log *log,
                               const struct linker_options *options);
/* What to pass to tracker_observe. */
struct tracker_observer pptp_linker_observer(struct linker *linker);

#endif
