/* --open: the captures, merged by time, in Wireshark with the profile "PPTP NAT".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_WINDOW_H
#define PPTPNAT_CLI_WINDOW_H

#include <signal.h>
#include <stdbool.h>

#include "reader.h"
#include "report/report.h"

/* Before any work: that there is a Wireshark with the plugin, and a screen. False, after a message,
 * if not. */
bool window_check(void);

struct window;

/* Keeps the merged captures in the user's cache, where Wireshark can read them again at any time,
 * and provides the profile. NULL, after a message, if that fails. */
struct window *window_new(struct reader *reader, const struct report *report);
/* Removes what was kept. NULL is fine. */
void window_free(struct window *window);

/* Shows them, at the frame that the verdict names, until Wireshark ends or *stop is set. False,
 * after a message, if Wireshark failed. */
bool window_show(const struct window *window, const volatile sig_atomic_t *stop);

#endif
