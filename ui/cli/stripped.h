/* --strip: copies of the captures that can be sent to others, with the proof that they lead to the
 * same verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_STRIPPED_H
#define PPTPNAT_CLI_STRIPPED_H

#include "reader.h"
#include "report/report.h"

struct stripped;

/* Before any work: that copies of the captures `names` (ended by NULL) can be written to `folder`,
 * which is made if it is missing, and replace nothing. NULL, after a message, if not. Borrows both.
 */
struct stripped *stripped_new(const char *folder, const char *const *names);
/* Removes what is no finished copy. NULL is fine. */
void stripped_free(struct stripped *stripped);

/* Writes the copies, reads them by `options` as the captures were, and gives them their names if
 * the report is the same. False, after a message, if not, or without one if it was stopped. */
bool stripped_write(struct stripped *stripped, const struct reader *reader,
                    const struct reader_options *options);

#endif
