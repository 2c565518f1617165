/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "window.h"

#include <errno.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "message.h"
#include "profile.h"
#include "root_folder.h"

#define NAME_LIMIT 100 /* octets of the file's name */

struct window {
    char *folder;
    char *path;
    uint32_t frame; /* the verdict's; 0: none */
};

/* tshark and Wireshark go on without a plugin that they cannot load. */
static bool has_plugin(void)
{
    char *list = NULL;
    GSubprocess *tshark =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                         "tshark", "-G", "plugins", NULL);
    if (tshark != NULL)
        g_subprocess_communicate_utf8(tshark, NULL, NULL, &list, NULL, NULL);
    bool has = list != NULL && strstr(list, "pptpnat") != NULL;
    g_free(list);
    g_clear_object(&tshark);
    return has;
}

bool window_check(void)
{
    char *program = g_find_program_in_path("wireshark");
    bool has_screen = g_getenv("DISPLAY") != NULL || g_getenv("WAYLAND_DISPLAY") != NULL;
    bool done = false;
    if (program == NULL)
        message_note("the program wireshark is missing.\nOn Debian: apt install wireshark");
    else if (!has_screen)
        message_note("there is no screen to open Wireshark on (DISPLAY is not set).");
    else if (!has_plugin())
        message_note("Wireshark does not load the pptpnat plugin.\n"
                     "Install it: packaging/run.sh does. For root, Wireshark loads the plugins of "
                     "the whole system only.\n\"tshark -G plugins\" lists what is loaded.");
    else
        done = true;
    g_free(program);
    return done;
}

/* "inside-outside.pcapng": Wireshark shows it as the title of its window. */
static char *telling_name(const struct reader *reader)
{
    GString *name = g_string_new(NULL);
    for (uint32_t i = 0; i < reader_file_count(reader) && name->len < NAME_LIMIT; i++) {
        char *base = g_path_get_basename(reader_file_name(reader, i));
        char *dot = strchr(base, '.');
        if (dot != NULL && dot != base)
            *dot = '\0';
        g_string_append_printf(name, "%s%s", i > 0 ? "-" : "", base);
        g_free(base);
    }
    while (name->len > NAME_LIMIT) {
        const char *last = g_utf8_find_prev_char(name->str, name->str + name->len);
        g_string_truncate(name, (gsize)(last - name->str));
    }
    g_string_append(name, ".pcapng");
    return g_string_free(name, FALSE);
}

static bool keep(struct window *window, struct reader *reader)
{
    char *cache = g_build_filename(g_get_user_cache_dir(), "pptpnat", NULL);
    char *shown = message_name(cache);
    char *name = telling_name(reader);
    GError *error = NULL;
    bool done = false;
    if (!root_folder_check(cache, "Set XDG_CACHE_HOME to a directory that only root can change."))
        goto end;
    char *folder = g_build_filename(cache, "XXXXXX", NULL);
    if (g_mkdir_with_parents(cache, 0700) != 0 || g_mkdtemp(folder) == NULL) {
        message_notef("nothing can be kept in %s.\n%s", shown, g_strerror(errno));
        g_free(folder);
        goto end;
    }
    window->folder = folder;
    window->path = g_build_filename(folder, name, NULL);
    done = reader_write_merged(reader, window->path, &error);
    if (!done)
        message_note(error->message);
    g_clear_error(&error);
end:
    g_free(name);
    g_free(shown);
    g_free(cache);
    return done;
}

struct window *window_new(struct reader *reader, const struct report *report)
{
    struct window *window = g_new0(struct window, 1);
    const struct finding *cause =
        report->linker != NULL ? linker_verdict_finding(report->linker) : NULL;
    window->frame = cause != NULL ? cause->judged_frame : 0;
    if (keep(window, reader) && profile_provide())
        return window;
    window_free(window);
    return NULL;
}

void window_free(struct window *window)
{
    if (window == NULL)
        return;
    if (window->path != NULL)
        g_unlink(window->path);
    if (window->folder != NULL)
        g_rmdir(window->folder);
    g_free(window->path);
    g_free(window->folder);
    g_free(window);
}

static gboolean look_for_stop(gpointer data)
{
    (void)data;
    return G_SOURCE_CONTINUE; /* the loop wakes up, and its caller looks */
}

static void ended(GObject *process, GAsyncResult *result, gpointer data)
{
    bool *has_ended = data;
    g_subprocess_wait_finish(G_SUBPROCESS(process), result, NULL);
    *has_ended = true;
}

/* False if it was stopped, with it. */
static bool wait_for(GSubprocess *wireshark, const volatile sig_atomic_t *stop)
{
    bool has_ended = false;
    guint timer = g_timeout_add(100, look_for_stop, NULL);
    g_subprocess_wait_async(wireshark, NULL, ended, &has_ended);
    while (!has_ended) {
        g_main_context_iteration(NULL, TRUE);
        if (*stop != 0)
            g_subprocess_send_signal(wireshark, SIGTERM);
    }
    g_source_remove(timer);
    return *stop == 0;
}

bool window_show(const struct window *window, const volatile sig_atomic_t *stop)
{
    GError *error = NULL;
    char *frame = g_strdup_printf("%u", window->frame);
    const char *const words[] = {"wireshark", "-C",         PROFILE_NAME,
                                 "-r",        window->path, window->frame != 0 ? "-g" : NULL,
                                 frame,       NULL};
    GSubprocess *wireshark = g_subprocess_newv(
        words, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
    bool done = wireshark != NULL;
    if (!done)
        message_notef("Wireshark cannot be started.\n%s", error->message);
    else if (wait_for(wireshark, stop) && !g_subprocess_get_successful(wireshark)) {
        done = false;
        message_note("Wireshark ended with an error.");
    }
    g_clear_object(&wireshark);
    g_clear_error(&error);
    g_free(frame);
    return done;
}
