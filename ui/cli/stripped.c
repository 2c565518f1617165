/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stripped.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "message.h"
#include "report/json_report.h"
#include "root_folder.h"
#include "strip/copy.h"

struct stripped {
    const char *folder;
    char *shown;        /* its name, printable */
    char *staging;      /* where copies are until they are known to be right; NULL: not made */
    bool made;          /* the folder is new */
    GPtrArray *names;   /* char *: what the copies are called */
    GPtrArray *written; /* char *: paths in `staging` */
};

static char *base_of(const char *capture)
{
    static const char *const endings[] = {".gz",  ".zst",  ".lz4", ".pcapng", ".pcap",
                                          ".cap", ".ntar", ".dmp", ".snoop"};
    char *base = strcmp(capture, READER_STANDARD_INPUT) == 0 ? g_strdup("stdin")
                                                             : g_path_get_basename(capture);
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(base, endings[i]) && strlen(base) > strlen(endings[i]))
            base[strlen(base) - strlen(endings[i])] = '\0';
    }
    return base;
}

/* Another name for each, even of captures of one name. */
static void name_copies(struct stripped *stripped, const char *const *captures)
{
    GHashTable *taken = g_hash_table_new(g_str_hash, g_str_equal);
    for (; *captures != NULL; captures++) {
        char *base = base_of(*captures);
        char *name = g_strdup_printf("%s.pcapng", base);
        for (unsigned number = 2; g_hash_table_contains(taken, name); number++) {
            g_free(name);
            name = g_strdup_printf("%s-%u.pcapng", base, number);
        }
        g_hash_table_add(taken, name);
        g_ptr_array_add(stripped->names, name);
        g_free(base);
    }
    g_hash_table_destroy(taken);
}

static char *target_of(const struct stripped *stripped, guint copy)
{
    return g_build_filename(stripped->folder, g_ptr_array_index(stripped->names, copy), NULL);
}

static void say_of(const char *path, const char *what)
{
    char *name = message_name(path);
    char *text = g_strdup_printf("%s %s", name, what);
    message_note(text);
    g_free(text);
    g_free(name);
}

static bool make_folder(struct stripped *stripped)
{
    if (g_file_test(stripped->folder, G_FILE_TEST_IS_DIR))
        return true;
    stripped->made = g_mkdir(stripped->folder, 0777) == 0;
    if (!stripped->made)
        message_notef("the directory %s cannot be made.\n%s", stripped->shown, g_strerror(errno));
    return stripped->made;
}

static bool replaces_nothing(const struct stripped *stripped)
{
    struct stat status;
    for (guint i = 0; i < stripped->names->len; i++) {
        char *target = target_of(stripped, i);
        bool exists = lstat(target, &status) == 0;
        if (exists)
            say_of(target, "exists already, and is never overwritten.\nName another directory.");
        g_free(target);
        if (exists)
            return false;
    }
    return true;
}

static bool make_staging(struct stripped *stripped)
{
    stripped->staging = g_build_filename(stripped->folder, ".pptpnat.XXXXXX", NULL);
    if (g_mkdtemp(stripped->staging) != NULL)
        return true;
    message_notef("nothing can be written to %s.\nName another directory.", stripped->shown);
    g_clear_pointer(&stripped->staging, g_free);
    return false;
}

struct stripped *stripped_new(const char *folder, const char *const *names)
{
    struct stripped *stripped = g_new0(struct stripped, 1);
    stripped->folder = folder;
    stripped->shown = message_name(folder);
    stripped->names = g_ptr_array_new_with_free_func(g_free);
    stripped->written = g_ptr_array_new_with_free_func(g_free);
    name_copies(stripped, names);
    if (root_folder_check(folder, "Name a directory that only root can change.") &&
        make_folder(stripped) && replaces_nothing(stripped) && make_staging(stripped))
        return stripped;
    stripped_free(stripped);
    return NULL;
}

void stripped_free(struct stripped *stripped)
{
    if (stripped == NULL)
        return;
    for (guint i = 0; i < stripped->written->len; i++)
        g_unlink(g_ptr_array_index(stripped->written, i));
    if (stripped->staging != NULL)
        g_rmdir(stripped->staging);
    if (stripped->made)
        g_rmdir(stripped->folder); /* stays if a copy is in it */
    g_ptr_array_free(stripped->names, TRUE);
    g_ptr_array_free(stripped->written, TRUE);
    g_free(stripped->staging);
    g_free(stripped->shown);
    g_free(stripped);
}

static bool copy_all(struct stripped *stripped, const struct reader *reader)
{
    struct secret *secret = secret_new();
    bool done = secret != NULL;
    if (!done)
        message_note("the copies could not be made.\nThe system has no random bytes for a key.");
    for (guint i = 0; done && i < stripped->names->len; i++) {
        char *number = g_strdup_printf("%u.pcapng", i + 1);
        char *path = g_build_filename(stripped->staging, number, NULL);
        char *error = NULL;
        done = copy_stripped(reader_file_path(reader, i), path, secret, &error);
        if (error != NULL)
            message_notef("the copies could not be made.\n%s", error);
        g_ptr_array_add(stripped->written, path);
        g_free(error);
        g_free(number);
    }
    secret_free(secret);
    return done;
}

/* Copies, by the names of the captures that they are of. */
struct renamed {
    const struct reader *copies;
    const struct reader *captures;
};

static const char *interface_name(const void *user, uint32_t interface)
{
    return reader_interface_name(((const struct renamed *)user)->copies, interface);
}

static bool interface_file(const void *user, uint32_t interface, uint32_t *ret_file)
{
    return reader_interface_file(((const struct renamed *)user)->copies, interface, ret_file);
}

static bool own_frame(const void *user, uint32_t frame, uint32_t *ret_file, uint32_t *ret_number)
{
    return reader_own_frame(((const struct renamed *)user)->copies, frame, ret_file, ret_number);
}

static const char *file_name(const void *user, uint32_t file)
{
    const struct sources sources = reader_sources(((const struct renamed *)user)->captures);
    return sources.file_name(sources.user, file);
}

static const char *file_label(const void *user, uint32_t file)
{
    const struct sources sources = reader_sources(((const struct renamed *)user)->captures);
    return sources.file_label(sources.user, file);
}

/* The report without what a copy must not have: names of interfaces, and the octets of what is no
 * message of PPTP. */
static char *proof_of(const struct reader *reader, const struct sources *sources)
{
    struct report report = report_new(reader_analysis(reader), sources);
    point_names_number(report.points);
    GString *json = json_report_text(&report);
    GRegex *cookie = g_regex_new("Magic Cookie is 0x[0-9a-f]*", 0, 0, NULL);
    char *proof = g_regex_replace_literal(cookie, json->str, (gssize)json->len, 0,
                                          "Magic Cookie is wrong", 0, NULL);
    g_regex_unref(cookie);
    g_string_free(json, TRUE);
    report_clear(&report);
    return proof;
}

static bool is_same(const struct reader *copies, const struct reader *captures)
{
    const struct renamed renamed = {copies, captures};
    const struct sources of_captures = reader_sources(captures);
    const struct sources of_copies = {
        .interface_name = interface_name,
        .interface_file = interface_file,
        .frame = own_frame,
        .file_name = file_name,
        .file_label = file_label,
        .file_count = of_captures.file_count,
        .user = &renamed,
    };
    char *judged = proof_of(captures, &of_captures);
    char *copied = proof_of(copies, &of_copies);
    bool same = strcmp(judged, copied) == 0;
    g_free(copied);
    g_free(judged);
    return same;
}

static void say_differ(void)
{
    message_note("the stripped copies lead to another verdict, so they were not kept.\n"
                 "Send the captures themselves to somebody whom you trust with them, or cut them "
                 "by hand.\n"
                 "If they hold PPTP inside another tunnel, capture before it is wrapped.");
}

static bool prove(const struct stripped *stripped, const struct reader *reader,
                  const struct reader_options *options)
{
    struct reader *again = reader_new(options);
    GError *error = NULL;
    bool done = false;
    g_ptr_array_add(stripped->written, NULL);
    bool was_read = reader_read(again, (const char *const *)stripped->written->pdata, &error);
    g_ptr_array_set_size(stripped->written, (int)stripped->written->len - 1);
    if (was_read) {
        done = is_same(again, reader);
        if (!done)
            say_differ();
    } else if (!g_error_matches(error, READER_ERROR, READER_ERROR_STOPPED)) {
        message_note(error->message);
    }
    g_clear_error(&error);
    reader_free(again);
    return done;
}

/* A link never replaces a file. Some file systems have none. */
static bool put_in_place(const char *from, const char *to)
{
    if (link(from, to) == 0)
        return true;
    if (errno == EEXIST)
        return false;
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return fd >= 0 && close(fd) == 0 && g_rename(from, to) == 0;
}

static bool publish(const struct stripped *stripped)
{
    GString *list = g_string_new(NULL);
    bool done = true;
    for (guint i = 0; done && i < stripped->names->len; i++) {
        char *target = target_of(stripped, i);
        char *name = message_name(g_ptr_array_index(stripped->names, i));
        done = put_in_place(g_ptr_array_index(stripped->written, i), target);
        if (!done)
            say_of(target, "cannot be written.");
        g_string_append_printf(list, " %s", name);
        g_free(name);
        g_free(target);
    }
    if (done)
        message_notef("copies with the same verdict are in %s:%s", stripped->shown, list->str);
    g_string_free(list, TRUE);
    return done;
}

bool stripped_write(struct stripped *stripped, const struct reader *reader,
                    const struct reader_options *options)
{
    char *count = g_strdup_printf("writing %u cop%s", stripped->names->len,
                                  stripped->names->len == 1 ? "y" : "ies");
    message_progress(count, -1);
    g_free(count);
    return copy_all(stripped, reader) && prove(stripped, reader, options) && publish(stripped);
}
