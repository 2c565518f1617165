/* Enhanced GRE (RFC 2637 4.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_EGRE_DISSECTOR_H
#define PPTPNAT_EGRE_DISSECTOR_H

#include "compat.h"

/* Call from the handoff routine. */
void egre_dissector_register(void);

/* Of protocol gre, for packets that egre_is_enhanced. Its data is that of the ip.proto table. */
dissector_handle_t egre_dissector_handle(void);

#endif
