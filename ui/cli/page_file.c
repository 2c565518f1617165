/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "html/draw.h"
#include "message.h"
#include "report/json_report.h"
#include "root_folder.h"

static int say(const char *format, const char *page)
{
    char *name = message_name(page);
    char *text = g_strdup_printf("%s %s", name, format);
    message_note(text);
    g_free(text);
    g_free(name);
    return -1;
}

static int cannot_write(const char *page)
{
    const char *reason = g_strerror(errno);
    char *text = g_strdup_printf("cannot be written.\n%s", reason);
    say(text, page);
    g_free(text);
    return -1;
}

/* In a folder like /tmp others can have made a file, or a link to one of root's, of that name. */
static int open_in_shared_folder(const char *page)
{
    static const char refusal[] =
        "is not replaced by root: another user made it.\nName another page.";
    struct stat status;
    int fd = open(page, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        fd = open(page, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        return fd >= 0 ? fd : cannot_write(page);
    }
    if (fd < 0)
        return errno == ELOOP || errno == ENXIO ? say(refusal, page) : cannot_write(page);
    bool is_ours = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == 0;
    if (is_ours && ftruncate(fd, 0) == 0)
        return fd;
    close(fd);
    return is_ours ? cannot_write(page) : say(refusal, page);
}

/* -1, after a message, if it cannot be written. */
static int open_page(const char *page)
{
    char *folder = g_path_get_dirname(page);
    int fd = -1;
    if (root_folder_check(folder, "Name a page in a folder that only root can change.")) {
        if (geteuid() == 0 && root_folder_is_shared(folder)) {
            fd = open_in_shared_folder(page);
        } else {
            fd = open(page, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
            if (fd < 0)
                cannot_write(page);
        }
    }
    g_free(folder);
    return fd;
}

static bool write_all(int fd, const GString *text)
{
    for (gsize done = 0; done < text->len;) {
        ssize_t written = write(fd, text->str + done, text->len - done);
        if (written < 0 && errno != EINTR)
            return false;
        done += written > 0 ? (gsize)written : 0;
    }
    return true;
}

static GString *draw(const struct report *report)
{
    GString *json = json_report_text(report);
    GError *error = NULL;
    GString *page = html_draw(json->str, json->len, &error);
    if (page == NULL)
        message_notef("the page could not be drawn.\n%s", error->message);
    g_clear_error(&error);
    g_string_free(json, TRUE);
    return page;
}

bool page_file_write(const char *page, const struct report *report)
{
    message_progress("drawing the page", -1);
    GString *text = draw(report);
    int fd = text != NULL ? open_page(page) : -1;
    bool done = fd >= 0;
    if (done && (!write_all(fd, text) || close(fd) != 0)) {
        done = false;
        cannot_write(page);
    }
    if (text != NULL)
        g_string_free(text, TRUE);
    return done;
}
