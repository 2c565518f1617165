/* The captures as the user names them: what is wrong with a name, what can be read only once, what
 * somebody should know about a file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reader_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#ifdef G_OS_UNIX
#include <sys/resource.h>
#endif

#include "core/base/hash.h"
#include "core/base/printable.h"
#include "spool.h"

#define FILES_BESIDE 32 /* open besides captures */
#define FILES_LIMIT  65536
#define SAME_LIMIT   3 /* captures with the same packets that are named */

static bool fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool fail(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (error != NULL)
        *error = g_error_new_valist(READER_ERROR, READER_ERROR_FILE, format, arguments);
    va_end(arguments);
    return false;
}

/* Takes the descriptor. */
static bool keep(struct reader *reader, int fd, struct capture *capture, GError **error)
{
    int kept;

    if (reader->options.progress != NULL)
        reader->options.progress(capture->name, -1, reader->options.user);
    kept = spool_keep(fd, capture->name, reader->options.stop, error);
    close(fd);
    if (kept < 0)
        return false;
    g_array_append_val(reader->kept, kept);
    capture->path = spool_path(kept);
    return true;
}

static bool take_standard_input(struct reader *reader, struct capture *capture, GError **error)
{
    int fd = dup(STDIN_FILENO);

    capture->name = g_strdup("standard input");
    if (fd < 0)
        return fail(error, "the standard input is closed.");
    return keep(reader, fd, capture, error);
}

static bool take_file(struct reader *reader, const char *name, const char *shown,
                      struct capture *capture, GError **error)
{
    GStatBuf status;
    int fd;

    capture->name = printable_text(shown);
    if (g_stat(name, &status) != 0)
        return errno == ENOENT
                   ? fail(error, "%s does not exist.", capture->name)
                   : fail(error, "%s cannot be read: %s.", capture->name, g_strerror(errno));
    if (S_ISDIR(status.st_mode))
        return fail(error, "%s is a directory.\nName the captures in it.", capture->name);
    if (g_access(name, R_OK) != 0)
        return fail(error, "%s may not be read.\nChange its permissions, or the user.",
                    capture->name);
    if (S_ISREG(status.st_mode)) {
        capture->path = g_strdup(name);
        return true;
    }
    fd = g_open(name, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return fail(error, "%s cannot be read: %s.", capture->name, g_strerror(errno));
    return keep(reader, fd, capture, error);
}

/* Raises how many files may be open as far as the system grants, and returns how many captures
 * may: one that is sorted takes two, and others are open, too. */
static uint32_t captures_at_once(void)
{
    uint32_t files = 256;
#ifdef G_OS_UNIX
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        files = (uint32_t)MIN(limit.rlim_cur, FILES_LIMIT);
    }
#endif
    return files > 2 * FILES_BESIDE ? (files - FILES_BESIDE) / 2 : FILES_BESIDE / 2;
}

/* The names without folders where no other capture is called so. */
static void make_labels(struct reader *reader)
{
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < reader->captures->len; i++) {
        const struct capture *capture = g_ptr_array_index(reader->captures, i);
        char *base = g_path_get_basename(capture->name);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, base));

        g_hash_table_insert(counts, base, GUINT_TO_POINTER(count + 1));
    }
    for (guint i = 0; i < reader->captures->len; i++) {
        const struct capture *capture = g_ptr_array_index(reader->captures, i);
        char *base = g_path_get_basename(capture->name);

        if (GPOINTER_TO_UINT(g_hash_table_lookup(counts, base)) > 1) {
            g_free(base);
            base = g_strdup(capture->name);
        }
        g_ptr_array_add(reader->labels, base);
    }
    g_hash_table_destroy(counts);
}

static bool goes_on(void *user, GError **error)
{
    struct reader *reader = user;

    reader->count++;
    return reader_goes_on(reader, error);
}

bool reader_open(struct reader *reader, const char *const *names, GError **error)
{
    uint32_t at_once = captures_at_once();
    bool has_standard_input = false;
    bool has_others = names[0] != NULL && names[1] != NULL;

    const char *const *shown = reader->options.shown != NULL ? reader->options.shown : names;

    for (; *names != NULL; names++, shown++) {
        struct capture *capture = g_new0(struct capture, 1);
        bool is_standard_input = strcmp(*names, READER_STANDARD_INPUT) == 0;

        capture->has_digest = has_others;
        g_ptr_array_add(reader->captures, capture);
        if (is_standard_input && has_standard_input)
            return fail(error, "the standard input can be only one capture.");
        has_standard_input = has_standard_input || is_standard_input;
        if (!(is_standard_input ? take_standard_input(reader, capture, error)
                                : take_file(reader, *names, *shown, capture, error)) ||
            !capture_open(capture, error))
            return false;
        reader->size += MAX(capture->size, 0);
        if (reader->captures->len > at_once) /* it will be opened again with its batch */
            capture_close(capture);
    }
    if (reader->captures->len == 0)
        return fail(error, "no capture is named.");
    make_labels(reader);
    if (reader->captures->len <= at_once)
        return true;
    reader->batches = batches_new(reader->captures, at_once, goes_on, reader, error);
    reader->count = 0;
    return reader->batches != NULL;
}

bool reader_rewind(struct reader *reader, GError **error)
{
    if (reader->batches != NULL) { /* in order already */
        batches_rewind(reader->batches);
        return true;
    }
    for (guint i = 0; i < reader->captures->len; i++) {
        struct capture *capture = g_ptr_array_index(reader->captures, i);
        bool good =
            capture->disordered ? capture_sort(capture, error) : capture_rewind(capture, error);

        if (!good)
            return false;
    }
    return true;
}

/* What all frames of a capture have in common with those of another one: times, lengths, octets. */
static void note_same_packets(const struct reader *reader)
{
    GHashTable *seen = g_hash_table_new(hash_of_int64, g_int64_equal);
    unsigned same = 0;

    for (guint i = 0; i < reader->captures->len; i++) {
        struct capture *capture = g_ptr_array_index(reader->captures, i);

        if (g_hash_table_contains(seen, &capture->digest) && same++ < SAME_LIMIT)
            reader_note(reader,
                        "%s holds the same packets as a capture given before it. Was it to be the "
                        "one of the other side of the NAT?",
                        capture->name);
        g_hash_table_add(seen, &capture->digest);
    }
    if (same > SAME_LIMIT)
        reader_note(reader, "So do %u other captures.", same - SAME_LIMIT);
    g_hash_table_destroy(seen);
}

bool reader_check(const struct reader *reader, GError **error)
{
    for (guint i = 0; i < reader->captures->len; i++) {
        const struct capture *capture = g_ptr_array_index(reader->captures, i);

        if (capture->number == 0 && capture->damaged)
            return fail(error, "%s cannot be read: it is damaged or cut short.", capture->name);
        if (capture->number == 0)
            return fail(error,
                        "%s holds no packets.\n"
                        "Capture again while the call is made: dumpcap -i INTERFACE -w FILE",
                        capture->name);
        if (capture->damaged)
            reader_note(reader, "%s is damaged or cut short; using what can be read of it.",
                        capture->name);
    }
    note_same_packets(reader);
    return true;
}
