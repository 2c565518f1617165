/* The user's own files behind a merged capture, as the pptpnat command writes them down for the
 * preference pptp.nat.manifest. One line per capture interface of the merged file:
 *
 *     INTERFACE <tab> FILE [<tab> PERMUTATION]
 *
 * INTERFACE is the interface id in section 0 of the merged capture, or `*` for every interface that
 * has no line of its own. FILE is the file's name as the user gave it; lines of one file follow
 * each other. PERMUTATION is there once, in the first line of a FILE that had to be sorted by time:
 * numbers with a space between them, of which the n-th is the number that the n-th frame of the
 * sorted file had in FILE. Other lines are ignored.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_MANIFEST_H
#define PPTPNAT_MANIFEST_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct manifest;

/* Never NULL. */
struct manifest *manifest_parse(const char *text);
void manifest_free(struct manifest *manifest); /* NULL is fine */

uint32_t manifest_file_count(const struct manifest *manifest);
/* As the user gave it, printable. */
const char *manifest_file_name(const struct manifest *manifest, uint32_t file);
/* The same without directories, if no other file is called so. */
const char *manifest_file_label(const struct manifest *manifest, uint32_t file);

/* The file of an interface; false if the manifest names none. */
bool manifest_file_of(const struct manifest *manifest, uint32_t section, uint32_t interface_id,
                      uint32_t *ret_file);

/* The number that the `ordinal`-th frame (from 1) of the file as merged has in the user's file. */
uint32_t manifest_original_frame(const struct manifest *manifest, uint32_t file, uint32_t ordinal);

#endif
