/* The profile "PPTP NAT" of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_PROFILE_H
#define PPTPNAT_CLI_PROFILE_H

#include <stdbool.h>

#define PROFILE_NAME "PPTP NAT"

/* Copies the profile to the user's own ones, unless he or the whole system has it: one of that name
 * is his to change. False, after a message, if that fails. */
bool profile_provide(void);

#endif
