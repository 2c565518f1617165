/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile.h"

#include <errno.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "message.h"
#include "root_folder.h"

/* The folder that "tshark -G folders" has under `title`, with `below` behind it; NULL: none. */
static char *folder_of(const char *folders, const char *title, const char *below)
{
    char **lines = g_strsplit(folders, "\n", -1);
    char *found = NULL;
    for (char **line = lines; *line != NULL && found == NULL; line++) {
        if (g_str_has_prefix(*line, title) && (*line)[strlen(title)] == ':')
            found = g_build_filename(g_strstrip(*line + strlen(title) + 1), below, NULL);
    }
    g_strfreev(lines);
    return found;
}

static char *folders_of_wireshark(void)
{
    char *text = NULL;
    GSubprocess *tshark =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                         "tshark", "-G", "folders", NULL);
    if (tshark != NULL)
        g_subprocess_communicate_utf8(tshark, NULL, NULL, &text, NULL, NULL);
    g_clear_object(&tshark);
    return text != NULL ? text : g_strdup("");
}

/* In the source tree, two folders above that of the program: build/ui/cli. */
static char *original_profile(void)
{
    char *program = g_file_read_link("/proc/self/exe", NULL);
    char *folder = program != NULL ? g_path_get_dirname(program) : NULL;
    char *profile = folder != NULL ? g_build_filename(folder, "..", "..", "..", "ui", "profile",
                                                      PROFILE_NAME, NULL)
                                   : NULL;
    if (profile != NULL && !g_file_test(profile, G_FILE_TEST_IS_DIR))
        g_clear_pointer(&profile, g_free);
    g_free(folder);
    g_free(program);
    return profile;
}

static bool copy_files(const char *from, const char *to)
{
    GDir *folder = g_dir_open(from, 0, NULL);
    bool done = folder != NULL && g_mkdir_with_parents(to, 0700) == 0;
    const char *name;
    while (done && (name = g_dir_read_name(folder)) != NULL) {
        char *source = g_build_filename(from, name, NULL);
        char *target = g_build_filename(to, name, NULL);
        char *content = NULL;
        gsize length = 0;
        done = g_file_get_contents(source, &content, &length, NULL) &&
               g_file_set_contents(target, content, (gssize)length, NULL);
        g_free(content);
        g_free(target);
        g_free(source);
    }
    if (folder != NULL)
        g_dir_close(folder);
    return done;
}

static bool install(const char *personal)
{
    char *original = original_profile();
    char *folder = message_name(personal);
    char *target = g_build_filename(personal, PROFILE_NAME, NULL);
    bool done = false;
    if (original == NULL)
        message_note("Wireshark has no profile \"" PROFILE_NAME
                     "\".\nInstall it: packaging/run.sh does.");
    else if (!root_folder_check(personal, "Set HOME to the directory of root."))
        ;
    else if (!copy_files(original, target))
        message_notef("the profile \"" PROFILE_NAME "\" cannot be written to %s.", folder);
    else
        done = true;
    if (done)
        message_notef("the profile \"" PROFILE_NAME "\" is now in %s.", folder);
    g_free(target);
    g_free(folder);
    g_free(original);
    return done;
}

static bool has_profile(const char *folder)
{
    char *profile = folder != NULL ? g_build_filename(folder, PROFILE_NAME, NULL) : NULL;
    bool has = profile != NULL && g_file_test(profile, G_FILE_TEST_IS_DIR);
    g_free(profile);
    return has;
}

bool profile_provide(void)
{
    char *folders = folders_of_wireshark();
    char *personal = folder_of(folders, "Personal configuration", "profiles");
    char *global = folder_of(folders, "Global configuration", "profiles");
    bool done = has_profile(personal) || has_profile(global);
    if (!done && personal != NULL)
        done = install(personal);
    else if (!done)
        message_note("tshark does not say where profiles are (tshark -G folders).");
    g_free(global);
    g_free(personal);
    g_free(folders);
    return done;
}
