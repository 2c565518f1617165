/* As root, nothing is written where another user decides what is written to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_ROOT_FOLDER_H
#define PPTPNAT_CLI_ROOT_FOLDER_H

#include <stdbool.h>

/* True for other users than root, and if nobody but root can put another folder or file in the
 * place of `folder`, of one of root's in it, or of one on the way to it. What is not there yet,
 * root would make. Else false, after a message with `advice`. */
bool root_folder_check(const char *folder, const char *advice);

/* The folder, not sticky or sticky, can be written to by others than its owner. */
bool root_folder_is_shared(const char *folder);

#endif
