/* Values and their names, looked up by a total function: no table is ever indexed by a value from
 * the wire.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_NAMES_H
#define PPTPNAT_NAMES_H

#include <glib.h>
#include <stdint.h>

#include "packet.h"

struct name_entry {
    uint32_t value;
    const char *text; /* NULL ends a list */
};

/* The text of `value`, or `otherwise` if the list has none. `list` may be NULL. */
const char *name_of(const struct name_entry *list, uint32_t value, const char *otherwise);

/* The value lists of RFC 2637 2 (result codes and the like). Texts are those of Wireshark's
 * built-in dissector where it has one, so that filters and columns keep their words. */
extern const struct name_entry names_message_type[];
extern const struct name_entry names_control_type[];
extern const struct name_entry names_control_result[];
extern const struct name_entry names_error[];
extern const struct name_entry names_framing[];      /* Framing Type: 1, 2, 3 for either */
extern const struct name_entry names_bearer[];       /* Bearer Type: 1, 2, 3 for either */
extern const struct name_entry names_framing_bits[]; /* the capability bits: 1, 2 */
extern const struct name_entry names_bearer_bits[];
extern const struct name_entry names_reason[];
extern const struct name_entry names_stop_result[];
extern const struct name_entry names_echo_result[];
extern const struct name_entry names_out_result[];
extern const struct name_entry names_in_result[];
extern const struct name_entry names_disc_result[];

/* Room for any address as text. */
#define NAMES_ADDRESS_SIZE 40

/* Writes the address as people read it (RFC 5952 without the mixed notation), and returns `text`.
 */
const char *names_address(const struct net_address *address, char text[NAMES_ADDRESS_SIZE]);

#endif
