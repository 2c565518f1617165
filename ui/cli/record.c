/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <errno.h>

#include <glib/gstdio.h>

#include "message.h"
#include "record_live.h"
#include "record_point.h"
#include "record_script.h"
#include "root_folder.h"

/* So long for a host that does not answer, and for one that no longer does. */
#define SSH       "ssh -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3"
#define LOOK_MS   200
#define FLUSH_US  (1200 * 1000) /* tcpdump gets packets from the kernel once a second */
#define LATEST_US (10 * G_USEC_PER_SEC)

struct recording {
    struct record_options options;
    GArray *from;      /* struct record_from */
    GPtrArray *names;  /* char *, of the files, by point, ended by NULL */
    GPtrArray *paths;  /* char *, of the files, by point */
    GPtrArray *points; /* struct record_point *, those that have begun */
    GPtrArray *files;  /* borrowed of paths: with packets, ended by NULL */
    GPtrArray *shown;  /* and how they are called in outputs: borrowed of names or paths */
    char *folder;
    bool is_private; /* the folder is to go */
    struct settings settings;
    struct record_live *live;
    gint64 began_us;
};

static void clear_from(gpointer data)
{
    record_from_clear(data);
}

static void free_point(gpointer data)
{
    record_point_free(data);
}

void recording_free(struct recording *recording)
{
    if (recording == NULL)
        return;
    g_ptr_array_free(recording->points, TRUE);
    record_live_free(recording->live);
    for (guint i = 0; recording->is_private && i < recording->paths->len; i++)
        g_unlink(g_ptr_array_index(recording->paths, i));
    if (recording->is_private)
        g_rmdir(recording->folder);
    g_ptr_array_free(recording->shown, TRUE);
    g_ptr_array_free(recording->files, TRUE);
    g_ptr_array_free(recording->paths, TRUE);
    g_ptr_array_free(recording->names, TRUE);
    g_array_free(recording->from, TRUE);
    settings_clear(&recording->settings);
    g_free(recording->folder);
    g_free(recording);
}

static bool is_taken(const struct recording *recording, const char *name)
{
    for (guint i = 0; i < recording->names->len; i++) {
        if (g_ascii_strcasecmp(g_ptr_array_index(recording->names, i), name) == 0)
            return true;
    }
    return false;
}

/* "eth1.pcap", and "2-eth1.pcap" where two points would get one name. */
static char *own_name(const struct recording *recording, const char *wanted)
{
    char *name = g_strdup(wanted);

    for (unsigned i = 2; is_taken(recording, name); i++) {
        g_free(name);
        name = g_strdup_printf("%u-%s", i, wanted);
    }
    return name;
}

static bool read_names(struct recording *recording, GError **error)
{
    for (const char *const *word = recording->options.from; *word != NULL; word++) {
        struct record_from from;
        bool good = record_from_read(&from, *word, error);

        g_array_append_val(recording->from, from);
        if (!good)
            return false;
        g_ptr_array_add(recording->names, own_name(recording, from.file));
    }
    g_ptr_array_add(recording->names, NULL);
    return true;
}

static bool make_folder(struct recording *recording, GError **error)
{
    const char *wanted = recording->options.folder;
    char *shown;
    bool made;

    if (wanted == NULL) {
        recording->folder = g_dir_make_tmp("pptpnat.XXXXXX", error);
        recording->is_private = recording->folder != NULL;
        return recording->is_private;
    }
    if (!root_folder_check(wanted, "Name a directory that only root can change."))
        return false;
    recording->folder = g_strdup(wanted);
    made = g_mkdir_with_parents(wanted, 0700) == 0;
    if (!made) {
        shown = message_name(wanted);
        message_notef("%s cannot be made: %s.", shown, g_strerror(errno));
        g_free(shown);
    }
    return made;
}

struct sender {
    struct recording *recording;
    uint32_t point;
};

static void take_packet(void *user, uint32_t link_type, const struct pcap_part *packet)
{
    const struct sender *sender = user;

    record_live_add(sender->recording->live, sender->point, link_type, packet);
}

/* Waits a little, and takes what has come. False, and `error` is set, if a capture has failed. */
static bool take_news(struct recording *recording, GError **error)
{
    const GPtrArray *points = recording->points;
    GPollFD *all = g_new(GPollFD, 2 * points->len);
    unsigned count = 0;
    bool good = true;

    for (guint i = 0; i < points->len; i++)
        count += record_point_poll(g_ptr_array_index(points, i), all + count);
    g_poll(all, count, LOOK_MS);
    g_free(all);
    for (guint i = 0; good && i < points->len; i++) {
        struct sender sender = {recording, i};
        good = record_point_read(g_ptr_array_index(points, i), take_packet, &sender, error);
    }
    record_live_go_on(recording->live, false);
    return good;
}

static bool begin_point(struct recording *recording, guint number, const char *const *rsh,
                        const char *filter, GError **error)
{
    const struct record_from *from = &g_array_index(recording->from, struct record_from, number);
    char *path =
        g_build_filename(recording->folder, g_ptr_array_index(recording->names, number), NULL);
    struct record_point *point = record_point_new(from, rsh, filter, path, error);

    if (point == NULL) {
        g_free(path);
        return false;
    }
    g_ptr_array_add(recording->paths, path);
    g_ptr_array_add(recording->points, point);
    while (!record_point_is_ready(point)) {
        if (*recording->options.stop != 0 || !take_news(recording, error))
            return false;
    }
    return true;
}

/* One after the other: two programs that ask for a password would do so at once. What cannot begin
 * leaves no files. */
static bool begin(struct recording *recording, GError **error)
{
    const char *words = recording->options.rsh != NULL ? recording->options.rsh : SSH;
    char *filter = record_filter();
    char **rsh = NULL;
    bool good = g_shell_parse_argv(words, NULL, &rsh, error);

    if (!good)
        g_prefix_error(error, "--rsh cannot be used: ");
    for (guint i = 0; good && i < recording->from->len; i++)
        good = begin_point(recording, i, (const char *const *)rsh, filter, error);
    for (guint i = 0; !good && i < recording->paths->len; i++)
        g_unlink(g_ptr_array_index(recording->paths, i));
    g_strfreev(rsh);
    g_free(filter);
    return good;
}

static gint64 left_us(const struct recording *recording)
{
    return recording->began_us + recording->options.duration_s * (gint64)G_USEC_PER_SEC -
           g_get_monotonic_time();
}

/* "lan 12, root@router:eth1 11" */
static char *counts(const struct recording *recording)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < recording->points->len; i++)
        g_string_append_printf(
            text, "%s%s %" G_GUINT64_FORMAT, i > 0 ? ", " : "",
            g_array_index(recording->from, struct record_from, i).name,
            (guint64)record_point_packets(g_ptr_array_index(recording->points, i)));
    return g_string_free(text, FALSE);
}

static void show(const struct recording *recording)
{
    char *packets = counts(recording);
    char *left = recording->options.duration_s != 0
                     ? g_strdup_printf(", %" G_GINT64_FORMAT " s left",
                                       MAX(left_us(recording), 0) / G_USEC_PER_SEC)
                     : g_strdup("");
    char *text = g_strconcat("packets: ", packets, left, NULL);

    message_progress(text, -1);
    g_free(text);
    g_free(left);
    g_free(packets);
}

static void say_begun(const struct recording *recording)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < recording->from->len; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
                               g_array_index(recording->from, struct record_from, i).name);
    if (recording->options.duration_s != 0)
        message_notef("capturing at %s.\nMake the call now. The capture ends after %u s, or with "
                      "Ctrl-C.",
                      names->str, recording->options.duration_s);
    else
        message_notef("capturing at %s.\nMake the call now. Ctrl-C ends the capture.", names->str);
    g_string_free(names, TRUE);
}

/* Until it is to end; also where one of the captures ends by itself, after a message. */
static void go_on(struct recording *recording)
{
    GError *error = NULL;
    bool good = true;

    recording->began_us = g_get_monotonic_time();
    while (good && *recording->options.stop == 0 &&
           (recording->options.duration_s == 0 || left_us(recording) > 0)) {
        good = take_news(recording, &error);
        show(recording);
    }
    message_progress(NULL, -1);
    if (!good)
        message_note(error->message);
    g_clear_error(&error);
    if (*recording->options.stop == SIGINT)
        *recording->options.stop = 0;
    for (gint64 until = g_get_monotonic_time() + FLUSH_US;
         good && *recording->options.stop == 0 && g_get_monotonic_time() < until;)
        good = take_news(recording, NULL);
}

static bool have_ended(const struct recording *recording)
{
    for (guint i = 0; i < recording->points->len; i++) {
        if (!record_point_has_ended(g_ptr_array_index(recording->points, i)))
            return false;
    }
    return true;
}

static bool end(struct recording *recording, GError **error)
{
    gint64 latest = g_get_monotonic_time() + LATEST_US;
    bool good = true;

    for (guint i = 0; i < recording->points->len; i++)
        record_point_stop(g_ptr_array_index(recording->points, i));
    while (good && !have_ended(recording) && *recording->options.stop == 0 &&
           g_get_monotonic_time() < latest)
        good = take_news(recording, error);
    for (guint i = 0; good && i < recording->points->len; i++)
        good = record_point_close(g_ptr_array_index(recording->points, i), error);
    if (good)
        record_live_go_on(recording->live, true);
    return good;
}

/* What somebody has to know of a point; its file is used if there is something in it. */
static void look_at_point(struct recording *recording, guint number)
{
    const struct record_point *point = g_ptr_array_index(recording->points, number);
    const char *name = g_array_index(recording->from, struct record_from, number).name;
    const GPtrArray *shown = recording->is_private ? recording->names : recording->paths;
    uint64_t lost = record_point_lost(point);

    if (record_point_packets(point) != 0) {
        g_ptr_array_add(recording->files, g_ptr_array_index(recording->paths, number));
        g_ptr_array_add(recording->shown, g_ptr_array_index(shown, number));
    } else
        message_notef("nothing of PPTP or IPsec came at %s.\nIs it the right interface?", name);
    if (lost != 0)
        message_notef("%" G_GUINT64_FORMAT " packets were lost while capturing at %s.\nThe verdict "
                      "may take them for lost on the way.",
                      (guint64)lost, name);
}

static bool conclude(struct recording *recording)
{
    char *packets = counts(recording);
    GString *where = g_string_new(NULL);

    if (recording->options.folder != NULL) {
        char *folder = message_name(recording->folder);
        g_string_append_printf(where, "\nThe captures are in %s:", folder);
        for (guint i = 0; i < recording->points->len; i++)
            g_string_append_printf(where, " %s",
                                   (const char *)g_ptr_array_index(recording->names, i));
        g_free(folder);
    }
    message_notef("packets: %s.%s", packets, where->str);
    for (guint i = 0; i < recording->points->len; i++)
        look_at_point(recording, i);
    if (recording->files->len == 0)
        message_note("there is nothing to judge.\nMake the call while the capture runs.");
    g_ptr_array_add(recording->files, NULL);
    g_ptr_array_add(recording->shown, NULL);
    g_string_free(where, TRUE);
    g_free(packets);
    return recording->files->len > 1;
}

static bool run(struct recording *recording, GError **error)
{
    if (!settings_read(&recording->settings, recording->options.settings, error) ||
        !read_names(recording, error) || !make_folder(recording, error))
        return false;
    recording->live = record_live_new((const char *const *)recording->names->pdata,
                                      &recording->settings, message_note);
    if (!begin(recording, error))
        return false;
    say_begun(recording);
    go_on(recording);
    return *recording->options.stop == 0 && end(recording, error) &&
           *recording->options.stop == 0 && conclude(recording);
}

struct recording *record(const struct record_options *options)
{
    struct recording *recording = g_new0(struct recording, 1);
    GError *error = NULL;

    recording->options = *options;
    recording->from = g_array_new(FALSE, FALSE, sizeof(struct record_from));
    g_array_set_clear_func(recording->from, clear_from);
    recording->names = g_ptr_array_new_with_free_func(g_free);
    recording->paths = g_ptr_array_new_with_free_func(g_free);
    recording->points = g_ptr_array_new_with_free_func(free_point);
    recording->files = g_ptr_array_new();
    recording->shown = g_ptr_array_new();
    if (run(recording, &error))
        return recording;
    message_progress(NULL, -1);
    if (error != NULL)
        message_note(error->message);
    g_clear_error(&error);
    recording_free(recording);
    return NULL;
}

const char *const *recording_files(const struct recording *recording)
{
    return (const char *const *)recording->files->pdata;
}

const char *const *recording_shown(const struct recording *recording)
{
    return (const char *const *)recording->shown->pdata;
}
