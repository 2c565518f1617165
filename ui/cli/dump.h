/* The merged frames as one pcapng file of one section: for tshark, and for Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_DUMP_H
#define PPTPNAT_CLI_DUMP_H

#include "reader_internal.h"

struct dump;

/* Writes to `fd`, which it takes. Functions that return false set `error`, in READER_ERROR. */
struct dump *dump_new(int fd);
/* Writes the frame that `capture`, the `file`-th, has. What is no packet, or has no place in
 * pcapng, becomes an empty frame, so that frames keep their numbers. */
bool dump_write(struct dump *dump, struct capture *capture, uint32_t file, GError **error);
/* Nothing more is written. */
bool dump_close(struct dump *dump, GError **error);
void dump_free(struct dump *dump); /* NULL is fine */

/* Where the packets of an interface of the written file come from; NULL: nowhere. */
const struct interface_id *dump_interface(const struct dump *dump, uint32_t interface);

#endif
