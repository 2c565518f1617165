/* Handing over to tshark: this process merges the captures into its standard input, and the packets
 * that the plugin finds come back on its standard output. tshark opens no file, so it can run
 * without the rights of root.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reader_internal.h"

#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/printable.h"
#include "core/feed_log.h"
#include "dump.h"
#include "spool.h"

#define NOWHERE           "/nonexistent"
#define OUTPUT_LIMIT      4096 /* octets of what tshark complains about */
#define PROGRESS_EVERY_US 200000

struct tshark {
    struct reader *reader;
    GPid pid;
    FILE *output;
    int complaints; /* what it writes to standard error */
    struct dump *dump;
    GError *written;               /* what went wrong while writing, or NULL */
    struct interfaces *interfaces; /* as the plugin has numbered them */
};

/* The user and group without rights that root becomes. */
struct drop {
    bool wanted;
    uid_t user;
    gid_t group;
};

/* Between fork and exec: nothing but system calls. */
static void drop_rights(gpointer data)
{
    const struct drop *drop = data;

    if (drop->wanted &&
        (setgroups(0, NULL) != 0 || setgid(drop->group) != 0 || setuid(drop->user) != 0))
        _exit(126);
}

/* The folder of plugins that is not the system's: named, or the user's own. NULL: the system's. */
static char *plugin_folder(const struct reader *reader)
{
    const char *named = reader->options.plugin_folder != NULL ? reader->options.plugin_folder
                                                              : g_getenv("WIRESHARK_PLUGIN_DIR");
    char *own;
    char *plugin;
    bool is_there;

    if (named != NULL && named[0] != '\0')
        return g_strdup(named);
    if (geteuid() == 0)
        return NULL;
    own = g_build_filename(g_get_home_dir(), ".local", "lib", "wireshark", "plugins", NULL);
    plugin = g_build_filename(own, compat_series(), "epan", "pptpnat.so", NULL);
    is_there = g_file_test(plugin, G_FILE_TEST_IS_REGULAR);
    g_free(plugin);
    if (is_there)
        return own;
    g_free(own);
    return NULL;
}

/* No settings of the user, and no program that looks for devices. */
static char **environment(const char *folder)
{
    char **env = g_get_environ();

    env = g_environ_setenv(env, "HOME", NOWHERE, TRUE);
    env = g_environ_setenv(env, "XDG_CONFIG_HOME", NOWHERE, TRUE);
    env = g_environ_setenv(env, "WIRESHARK_CONFIG_DIR", NOWHERE, TRUE);
    env = g_environ_setenv(env, "WIRESHARK_EXTCAP_DIR", NOWHERE, TRUE);
    if (folder != NULL)
        env = g_environ_setenv(env, "WIRESHARK_PLUGIN_DIR", folder, TRUE);
    return env;
}

static GPtrArray *arguments(const struct reader *reader)
{
    static const char *const fixed[] = {"tshark",
                                        "-n",
                                        "-q",
                                        "-r",
                                        "-",
                                        "--enable-protocol",
                                        "pptp",
                                        "--enable-protocol",
                                        "gre",
                                        "-o",
                                        "pptp.analysis.enabled:TRUE",
                                        "-z",
                                        "pptp,feed"};
    GPtrArray *ret = g_ptr_array_new();

    for (unsigned i = 0; i < G_N_ELEMENTS(fixed); i++)
        g_ptr_array_add(ret, (gpointer)fixed[i]);
    for (const char *const *line = reader->options.settings; line != NULL && *line != NULL;
         line++) {
        g_ptr_array_add(ret, (gpointer) "-o");
        g_ptr_array_add(ret, (gpointer)*line);
    }
    g_ptr_array_add(ret, NULL);
    return ret;
}

/* Root gets the plugins of the whole system only; with others, tshark runs as nobody. */
static bool start(struct tshark *tshark, GError **error)
{
    char *folder = plugin_folder(tshark->reader);
    struct drop drop = {.wanted = geteuid() == 0 && folder != NULL};
    const struct passwd *nobody = drop.wanted ? getpwnam("nobody") : NULL;
    char **env = environment(folder);
    GPtrArray *argv = arguments(tshark->reader);
    GError *cause = NULL;
    int input = -1;
    int output = -1;
    bool good;

    if (nobody != NULL) {
        drop.user = nobody->pw_uid;
        drop.group = nobody->pw_gid;
    }
    good = g_spawn_async_with_pipes_and_fds(
        NULL, (const char *const *)argv->pdata, (const char *const *)env,
        G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, drop_rights, &drop, -1, -1,
        tshark->complaints, NULL, NULL, 0, &tshark->pid, &input, &output, NULL, &cause);
    if (!good)
        g_set_error(error, READER_ERROR, READER_ERROR_TSHARK,
                    "tshark cannot be started: %s.\nOn Debian: apt install tshark", cause->message);
    g_clear_error(&cause);
    g_ptr_array_free(argv, TRUE);
    g_strfreev(env);
    g_free(folder);
    if (!good)
        return false;
    tshark->output = fdopen(output, "rb");
    tshark->dump = dump_new(input);
    return true;
}

static bool is_stopped(const struct reader *reader)
{
    return reader->options.stop != NULL && *reader->options.stop != 0;
}

/* In a thread of its own: all frames in order to tshark, which may end before. */
static gpointer write_frames(gpointer data)
{
    struct tshark *tshark = data;
    struct reader *reader = tshark->reader;
    struct merge *merge = merge_new(reader->captures, reader->batches);
    struct capture *capture;
    uint32_t file = 0;
    bool good = true;
    sigset_t pipes;

    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipes, NULL);
    while (good && !is_stopped(reader) && (capture = merge_next(merge, &file)) != NULL) {
        reader->count++;
        reader_remember(reader, file, capture->number);
        good = dump_write(tshark->dump, capture, file, &tshark->written);
    }
    dump_close(tshark->dump, tshark->written == NULL ? &tshark->written : NULL);
    merge_free(merge);
    return NULL;
}

static void show_progress(struct reader *reader)
{
    gint64 now = g_get_monotonic_time();

    if (now - reader->shown_us < PROGRESS_EVERY_US)
        return;
    reader->shown_us = now;
    reader->options.progress("reading with tshark", -1, reader->options.user);
}

static bool goes_on(void *user)
{
    struct reader *reader = ((struct tshark *)user)->reader;

    if (reader->options.progress != NULL)
        show_progress(reader);
    return !is_stopped(reader);
}

static void take_interface(void *user, uint32_t number, const struct interface_id *id,
                           const char *name)
{
    struct tshark *tshark = user;

    if (number == interfaces_count(tshark->interfaces))
        interfaces_append(tshark->interfaces, id, name);
}

/* The interfaces of the file that tshark has read are those of the user's files. */
static void place_interfaces(struct tshark *tshark)
{
    struct interfaces *interfaces = interfaces_new();

    for (uint32_t i = 0; i < interfaces_count(tshark->interfaces); i++) {
        const struct interface_id *id = interfaces_id(tshark->interfaces, i);
        const struct interface_id *from = id != NULL ? dump_interface(tshark->dump, id->id) : NULL;
        struct interface_id own;

        if (from != NULL) {
            own = *from;
            own.ifindex = id->ifindex;
        }
        interfaces_append(interfaces, from != NULL ? &own : NULL,
                          interfaces_name(tshark->interfaces, i));
    }
    interfaces_free(tshark->reader->interfaces);
    tshark->reader->interfaces = interfaces;
}

/* The first line of what tshark complains about that says why it failed. */
static char *complaint(int fd)
{
    char text[OUTPUT_LIMIT + 1];
    ssize_t got = pread(fd, text, OUTPUT_LIMIT, 0);
    char **lines;
    char *ret = NULL;

    text[MAX(got, 0)] = '\0';
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL && ret == NULL; line++) {
        if (**line != '\0' && !g_str_has_prefix(*line, "Running as user"))
            ret = printable_text(*line);
    }
    g_strfreev(lines);
    return ret != NULL ? ret : g_strdup("");
}

/* Whether tshark complains about a setting of the user's. One of the plugin's is known as soon as
 * the plugin is loaded. */
static bool is_about_setting(const struct reader *reader, const char *why)
{
    const char *const *line = reader->options.settings;

    for (; line != NULL && *line != NULL; line++) {
        if (strstr(why, *line) != NULL && !g_str_has_prefix(*line, "pptp.") &&
            !g_str_has_prefix(*line, "ipsec."))
            return true;
    }
    return false;
}

static bool fail(const struct tshark *tshark, enum feed_log_status status, int ended,
                 GError **error)
{
    char *why = complaint(tshark->complaints);

    if (is_stopped(tshark->reader))
        g_set_error_literal(error, READER_ERROR, READER_ERROR_STOPPED, "stopped.");
    else if (is_about_setting(tshark->reader, why))
        g_set_error(error, READER_ERROR, READER_ERROR_SETTING,
                    "tshark refuses a setting.\n%s\ntshark -G currentprefs lists all settings.",
                    why);
    else if (status == FEED_LOG_FOREIGN)
        g_set_error(error, READER_ERROR, READER_ERROR_TSHARK,
                    "tshark does not load the pptpnat plugin of this version.\n%s%s"
                    "Install the plugin, or name its folder in WIRESHARK_PLUGIN_DIR; it belongs to "
                    "PLUGINS/%s/epan/.",
                    why, why[0] != '\0' ? "\n" : "", compat_series());
    else
        g_set_error(error, READER_ERROR, READER_ERROR_TSHARK, "tshark ended with status %d.\n%s",
                    WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended), why);
    g_free(why);
    return false;
}

static bool run(struct tshark *tshark, GError **error)
{
    const struct feed_log_reader log = {tshark, goes_on, take_interface};
    enum feed_log_status status;
    GThread *writer;
    int ended = 0;

    if (!start(tshark, error))
        return false;
    writer = g_thread_new("pptpnat-merge", write_frames, tshark);
    status = feed_log_read(tshark->output, tshark->reader->analysis, &log);
    if (status != FEED_LOG_READ)
        kill(tshark->pid, SIGTERM);
    g_thread_join(writer);
    while (waitpid(tshark->pid, &ended, 0) < 0 && errno == EINTR)
        continue;
    if (status != FEED_LOG_READ || is_stopped(tshark->reader))
        return fail(tshark, status, ended, error);
    if (tshark->written != NULL) {
        g_propagate_error(error, tshark->written);
        tshark->written = NULL;
        return false;
    }
    place_interfaces(tshark);
    return true;
}

/* tshark reads frames as they come, so they have to be in order from the start. */
static bool sort(struct reader *reader, GError **error)
{
    bool disordered;

    do {
        struct merge *merge;
        struct capture *capture;
        uint32_t file = 0;

        if (!reader_rewind(reader, error))
            return false;
        disordered = false;
        merge = merge_new(reader->captures, reader->batches);
        while (!disordered && (capture = merge_next(merge, &file)) != NULL)
            disordered = capture->disordered;
        merge_free(merge);
        if (!reader_goes_on(reader, error))
            return false;
    } while (disordered);
    return reader_rewind(reader, error);
}

bool reader_read_by_tshark(struct reader *reader, GError **error)
{
    struct tshark tshark = {.reader = reader, .complaints = -1};
    bool good = sort(reader, error);

    if (!good)
        return false;
    reader_detail(reader, "reading with tshark and the plugin.");
    reader_begin(reader);
    tshark.interfaces = interfaces_new();
    tshark.complaints = spool_new(error);
    good = tshark.complaints >= 0 && run(&tshark, error);
    if (tshark.complaints >= 0)
        close(tshark.complaints);
    if (tshark.output != NULL)
        fclose(tshark.output);
    dump_free(tshark.dump);
    interfaces_free(tshark.interfaces);
    g_clear_error(&tshark.written);
    g_spawn_close_pid(tshark.pid);
    reader->used_tshark = good;
    return good;
}
