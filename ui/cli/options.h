/* What the command was asked to do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_OPTIONS_H
#define PPTPNAT_CLI_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

#include "reader.h"

struct options {
    gboolean json;
    gboolean summary;
    gboolean findings;
    gboolean tables;
    gboolean all;
    gboolean open;
    gboolean capture; /* `captures` are where to capture */
    gboolean help;
    gboolean version;
    gboolean verbose;
    char *page;     /* --html; NULL: none */
    char *vendor;   /* --strip; NULL: none */
    char *reader;   /* --reader; NULL: none */
    char *folder;   /* -w; NULL: none */
    char *rsh;      /* --rsh; NULL: none */
    char *duration; /* --duration; NULL: none */
    unsigned duration_s;
    char **settings; /* -o; NULL: none */
    char **captures; /* NULL: none */
    enum reader_choice choice;
};

/* Reads the words of the command line. False, after a message, if they are wrong. To be cleared
 * with options_clear in both cases. */
bool options_read(struct options *options, int *argc, char ***argv);
void options_clear(struct options *options);

/* The summary of --help; static. */
const char *options_usage(void);

#endif
