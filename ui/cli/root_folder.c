/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "root_folder.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "message.h"

#define WRITE_OF_OTHERS (S_IWGRP | S_IWOTH)

/* In a sticky folder only the owner of a file can rename it. */
static bool is_of_root(const char *folder)
{
    struct stat status;
    return stat(folder, &status) == 0 && status.st_uid == 0 &&
           ((status.st_mode & S_ISVTX) != 0 || (status.st_mode & WRITE_OF_OTHERS) == 0);
}

/* The nearest folder on the way that is there; NULL: a link that leads nowhere. Freed with g_free.
 */
static char *existing(const char *folder)
{
    struct stat status;
    char *at = g_strdup(folder);
    while (stat(at, &status) != 0 || !S_ISDIR(status.st_mode)) {
        bool is_link = lstat(at, &status) == 0 && S_ISLNK(status.st_mode);
        char *above = is_link ? NULL : g_path_get_dirname(at);
        g_free(at);
        if (above == NULL)
            return NULL;
        at = above;
    }
    return at;
}

static bool belongs_to_root(const char *folder)
{
    char *at = existing(folder);
    char *real = at != NULL ? realpath(at, NULL) : NULL;
    char *step = g_strdup(real);
    bool safe = real != NULL;
    while (safe) {
        safe = is_of_root(step);
        if (step[0] == '/' && step[1] == '\0')
            break;
        char *above = g_path_get_dirname(step);
        g_free(step);
        step = above;
    }
    g_free(step);
    free(real);
    g_free(at);
    return safe;
}

bool root_folder_check(const char *folder, const char *advice)
{
    if (geteuid() != 0 || belongs_to_root(folder))
        return true;
    char *name = message_name(folder);
    message_notef("as root, nothing is written to %s: another user can change it, or a folder "
                  "above.\n%s",
                  name, advice);
    g_free(name);
    return false;
}

bool root_folder_is_shared(const char *folder)
{
    struct stat status;
    return stat(folder, &status) != 0 || (status.st_mode & WRITE_OF_OTHERS) != 0;
}
