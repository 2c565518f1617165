/* One capture file, read by wiretap in order of time.
 *
 * A file that is not in that order is read twice: first for the time and the place of each frame,
 * 20 octets a frame while they are sorted, 12 after.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_CAPTURE_H
#define PPTPNAT_CLI_CAPTURE_H

#include <glib.h>

#include "compat.h"

struct capture {
    char *name;                  /* as the user named it, printable */
    char *path;                  /* where it can be read, also again */
    wtap *wth;                   /* NULL: not open */
    struct compat_record record; /* the current frame, */
    int64_t time_ns;             /* its time; INT64_MIN: it has none */
    uint32_t number;             /* and its number in the file, from 1 */
    bool sorted;                 /* read by `order`, below */
    bool has_record;             /* `record` is there */
    bool damaged;                /* what could not be read was left out */
    bool disordered;             /* a frame came before the one before it */
    uint32_t count;              /* of `order` */
    uint32_t next;               /* in it */
    uint32_t *order;             /* indices of `offsets`, by time */
    int64_t *offsets;            /* of the frames, by their order in the file */
    GPtrArray *interfaces;       /* char *, names as the file has them, or NULL */
    bool has_digest;             /* it is wanted: there are others to compare it with */
    uint64_t digest;             /* of all frames so far */
    int64_t size;                /* octets of the file; 0: not known */
};

/* Opens the file. False, and `error` is set in READER_ERROR, if it is no capture. */
bool capture_open(struct capture *capture, GError **error);

/* Goes back to the start. */
bool capture_rewind(struct capture *capture, GError **error);

/* Reads the next frame into `capture->record`. False at the end, also if the file is damaged. */
bool capture_next(struct capture *capture);

/* Reads the file through and goes back to its start: from now on frames come in order of time. */
bool capture_sort(struct capture *capture, GError **error);

/* Makes room for a frame, of a file that is closed. */
void capture_prepare(struct capture *capture);

/* Closes the file; names of interfaces stay known. */
void capture_close(struct capture *capture);
void capture_clear(struct capture *capture);

/* The name of an interface, or NULL. Borrowed. */
const char *capture_interface(const struct capture *capture, uint32_t section, uint32_t id);

/* Octets read so far. */
int64_t capture_progress(const struct capture *capture);

#endif
