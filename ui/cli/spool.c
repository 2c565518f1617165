/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "reader.h"

#define BLOCK 65536

int spool_cannot_keep(int error_number, GError **error)
{
    g_set_error(error, READER_ERROR, READER_ERROR_SYSTEM,
                "nothing can be kept in %s: %s.\nSet TMPDIR to a directory with more room.",
                g_get_tmp_dir(), g_strerror(error_number));
    return -1;
}

int spool_new(GError **error)
{
    char *name = g_build_filename(g_get_tmp_dir(), "pptpnat.XXXXXX", NULL);
    int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
    int error_number = errno;

    if (fd >= 0)
        g_unlink(name);
    g_free(name);
    return fd >= 0 ? fd : spool_cannot_keep(error_number, error);
}

char *spool_path(int fd)
{
    return g_strdup_printf("/dev/fd/%d", fd);
}

static bool write_all(int fd, const char *block, ssize_t left)
{
    while (left > 0) {
        ssize_t written = write(fd, block, (size_t)left);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            block += written;
            left -= written;
        }
    }
    return true;
}

static bool copy(int from, int to, const char *name, const volatile sig_atomic_t *stop,
                 GError **error)
{
    char *block = g_malloc(BLOCK);
    bool good = true;
    ssize_t got = 1;

    while (good && got != 0) {
        got = read(from, block, BLOCK);
        if (stop != NULL && *stop != 0) {
            g_set_error(error, READER_ERROR, READER_ERROR_STOPPED, "stopped while reading %s.",
                        name);
            good = false;
        } else if (got < 0 && errno != EINTR) {
            g_set_error(error, READER_ERROR, READER_ERROR_FILE, "%s cannot be read: %s.", name,
                        g_strerror(errno));
            good = false;
        } else if (got > 0 && !write_all(to, block, got)) {
            spool_cannot_keep(errno, error);
            good = false;
        }
    }
    g_free(block);
    return good;
}

int spool_keep(int fd, const char *name, const volatile sig_atomic_t *stop, GError **error)
{
    int kept = spool_new(error);

    if (kept >= 0 && !copy(fd, kept, name, stop, error)) {
        close(kept);
        kept = -1;
    }
    return kept;
}
