/* The settings that the command takes with -o, as tshark has them, of which the reader needs some
 * itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_SETTINGS_H
#define PPTPNAT_CLI_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "core/inside.h"
#include "core/link/linker.h"

struct settings {
    bool link;            /* pptp.nat.enabled */
    double window_s;      /* pptp.nat.window */
    struct inside inside; /* pptp.nat.inside */
    const char *others;   /* the first setting that only tshark knows, or NULL; borrowed */
};

/* Reads NAME:VALUE lines ended by NULL; NULL: none. False, and `error` is set in READER_ERROR, for
 * one that cannot be. */
bool settings_read(struct settings *ret, const char *const *lines, GError **error);
void settings_clear(struct settings *settings);

/* Of the settings that were read last (pptp.tcp.port). */
bool settings_is_pptp_port(uint16_t port);

#endif
