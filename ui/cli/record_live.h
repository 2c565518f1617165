/* The analysis of packets while they are captured at several points: says each finding as soon as
 * it is certain. What it makes of a call is provisional: the verdict comes from the files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_RECORD_LIVE_H
#define PPTPNAT_CLI_RECORD_LIVE_H

#include <stdint.h>

#include <glib.h>

#include "pcap_stream.h"
#include "settings.h"

struct record_live;

/* `names` (borrowed) are those of the points' files, by number. `say` gets lines as message_note
 * does. */
struct record_live *record_live_new(const char *const *names, const struct settings *settings,
                                    void (*say)(const char *text));
void record_live_free(struct record_live *live); /* NULL is fine */

/* A packet of `point`. It is analysed once nothing older can come from the other points. */
void record_live_add(struct record_live *live, uint32_t point, uint32_t link_type,
                     const struct pcap_part *packet);

/* Analyses what has waited long enough, and says what is new. `all`: nothing comes any more. */
void record_live_go_on(struct record_live *live, bool all);

#endif
