/* One capture point while packets are captured there: the process that does it, the file that its
 * packets go to, and the packets as they come.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_RECORD_POINT_H
#define PPTPNAT_CLI_RECORD_POINT_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "pcap_stream.h"
#include "record_from.h"

/* Called for each packet, which is borrowed. */
typedef void (*record_packet)(void *user, uint32_t link_type, const struct pcap_part *packet);

struct record_point;

/* Starts capturing with `filter`. `rsh` (ended by NULL) are the words before the host's name. The
 * packets also go to a new file at `path`. NULL, and `error` is set. Borrows `from`. */
struct record_point *record_point_new(const struct record_from *from, const char *const *rsh,
                                      const char *filter, const char *path, GError **error);
/* Ends what runs, and waits for it. NULL is fine. */
void record_point_free(struct record_point *point);

/* What to wait for before the next record_point_read; returns how many of `ret` were set. */
unsigned record_point_poll(const struct record_point *point, GPollFD ret[2]);
/* Takes what has come, without waiting. False, and `error` is set, if the capture has failed: it
 * could not begin, or ended by itself. */
bool record_point_read(struct record_point *point, record_packet each, void *user, GError **error);

bool record_point_is_ready(const struct record_point *point); /* it captures */
bool record_point_has_ended(const struct record_point *point);
uint64_t record_point_packets(const struct record_point *point);
uint64_t record_point_lost(const struct record_point *point); /* the program said so at its end */

/* Asks for the end; what is still to come is to be read. */
void record_point_stop(struct record_point *point);

/* After the end: the file is complete. False, and `error` is set, if it could not be written. */
bool record_point_close(struct record_point *point, GError **error);

#endif
