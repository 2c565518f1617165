/* The captures of one run, read, merged by time and analysed: all that the command needs to know of
 * files. What wiretap's own reader cannot surely open is read by tshark with the plugin, and the
 * packets that it found are fed to an analysis of this process, so that all outputs are made from
 * one model whoever read the files.
 *
 *     reader = reader_new(&options);
 *     if (!reader_read(reader, names, &error)) ...
 *     reader_analysis(reader) ...
 *     reader_free(reader);
 *
 * One reader reads once. Nothing here is thread-safe. Texts are printable (core's printable_text),
 * whatever the names of files and interfaces are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_READER_H
#define PPTPNAT_CLI_READER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "core/analysis.h"
#include "report/sources.h"

#define READER_STANDARD_INPUT "-"

enum reader_choice {
    READER_AUTO,    /* wiretap, and tshark where a frame is not surely known */
    READER_WIRETAP, /* frames that are not known are left out, with a note */
    READER_TSHARK
};

/* Of GError, in the domain reader_error_quark(). The first line of a message says what is wrong,
 * each further line what to do: "notes.txt is not a capture.\nGive captures that ...". */
enum reader_error {
    READER_ERROR_FILE,    /* a capture: none, unreadable, a folder, without packets */
    READER_ERROR_SETTING, /* of -o */
    READER_ERROR_SYSTEM,  /* no memory for it, no room, no temporary file */
    READER_ERROR_TSHARK,  /* missing, without the plugin, or it failed */
    READER_ERROR_STOPPED  /* *options.stop was set */
};
#define READER_ERROR reader_error_quark()
GQuark reader_error_quark(void);

struct reader;

/* All functions may be NULL; `user` is theirs. Everything is borrowed until reader_free. */
struct reader_options {
    enum reader_choice choice;
    const char *const *settings; /* NAME:VALUE as tshark's -o, ended by NULL; NULL: none */
    const char *const *shown;    /* how captures are called in outputs; NULL: as they are named */
    const char *plugin_folder;   /* for tshark, as WIRESHARK_PLUGIN_DIR; NULL: the environment's */
    const volatile sig_atomic_t *stop; /* not 0: reading ends soon, with READER_ERROR_STOPPED */
    /* What a person should know though the reading goes on: lines as in an error. */
    void (*note)(const char *text, void *user);
    /* What was decided by itself and why: which reader, which frame handed over. For --verbose. */
    void (*detail)(const char *text, void *user);
    /* About five times a second while there is something to wait for. `part` of 0 to 1 is done,
     * less than 0: nobody knows. */
    void (*progress)(const char *doing, double part, void *user);
    void *user;
};

struct reader *reader_new(const struct reader_options *options);
void reader_free(struct reader *reader); /* NULL is fine */

/* Reads the captures `names` (ended by NULL; "-" once), in any format of wiretap, compressed or
 * not, also pipes, and finishes the analysis. False, and `error` is set, if there is none. */
bool reader_read(struct reader *reader, const char *const *names, GError **error);

/* All below: after reader_read returned true, borrowed from the reader, finished. */
const struct analysis *reader_analysis(const struct reader *reader);
bool reader_used_tshark(const struct reader *reader);
uint64_t reader_frame_count(const struct reader *reader); /* all frames of all files */

/* The files, by the order in which they were named. */
uint32_t reader_file_count(const struct reader *reader);
/* As the user named it, printable; "standard input" for "-". */
const char *reader_file_name(const struct reader *reader, uint32_t file);
/* A path under which it can be read again, as long as the reader lives: that of the user, or one
 * of what was kept of a pipe. */
const char *reader_file_path(const struct reader *reader, uint32_t file);

/* The interfaces as core numbers them (struct packet). As tap_events.h has them: the name is
 * "unknown" where none is told, "any ifindex 3" in a capture on `any`. */
const char *reader_interface_name(const struct reader *reader, uint32_t interface);
/* False if nothing was captured there, as of what only pptp.nat.inside names. */
bool reader_interface_file(const struct reader *reader, uint32_t interface, uint32_t *ret_file);

/* Where the frame with the merged number `frame` (from 1) stands in the user's file: which one, and
 * the number there, from 1. Known of every frame that is in the model, and of others perhaps. */
bool reader_own_frame(const struct reader *reader, uint32_t frame, uint32_t *ret_file,
                      uint32_t *ret_number);

/* All of the above for the report library: its functions answer from the reader, which must outlive
 * them. */
struct sources reader_sources(const struct reader *reader);

/* Writes all files, merged by time, to `path` as pcapng, for Wireshark: frames have their merged
 * numbers there. The file is new, or another one's octets go. */
bool reader_write_merged(struct reader *reader, const char *path, GError **error);

#endif
