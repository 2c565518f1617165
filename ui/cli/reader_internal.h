/* What the files behind reader.h share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_READER_INTERNAL_H
#define PPTPNAT_CLI_READER_INTERNAL_H

#include "capture.h"
#include "core/base/interfaces.h"
#include "feed.h"
#include "merge.h"
#include "reader.h"
#include "settings.h"

/* Where a merged frame stands in the user's files. */
struct own_frame {
    uint32_t frame;
    uint32_t file;
    uint32_t number;
};

struct reader {
    struct reader_options options;
    struct settings settings;
    GPtrArray *captures;     /* struct capture *, by the order in which they were named */
    struct batches *batches; /* of more captures than may be open at once; else NULL */
    GPtrArray *labels;       /* char *, a short name of each that no other one has */
    GArray *kept;            /* int, descriptors of what was kept of pipes */
    struct analysis *analysis;
    struct interfaces *interfaces; /* by the numbers core has for them */
    GArray *frames;                /* struct own_frame, in order; of one file in order, none */
    uint64_t count;                /* of frames */
    bool used_tshark;
    gint64 shown_us; /* when progress was shown last */
    int64_t size;    /* octets of all captures */
};

/* A new, empty analysis and table of interfaces, as the settings say. */
void reader_begin(struct reader *reader);

/* Calls the functions of the options, if there are any. The format is GLib's. */
void reader_note(const struct reader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);
void reader_detail(const struct reader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Shows how far reading has come, if it is time to. False, and `error` is set, if the user wants it
 * to stop. Cheap; call it for every frame. */
bool reader_goes_on(struct reader *reader, GError **error);

/* Remembers where the latest merged frame stands. */
void reader_remember(struct reader *reader, uint32_t file, uint32_t number);

/* Opens what the user named: checks each file, and keeps what can be read only once. */
bool reader_open(struct reader *reader, const char *const *names, GError **error);
/* All captures go back to their start; those that were out of order are sorted. */
bool reader_rewind(struct reader *reader, GError **error);
/* At the end of a pass: damaged files, the same packets twice. False: a file holds no packets. */
bool reader_check(const struct reader *reader, GError **error);

/* The captures are read by tshark with the plugin, and its packets fed to the analysis. */
bool reader_read_by_tshark(struct reader *reader, GError **error);

#endif
