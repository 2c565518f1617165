/* Reading the manifest of a merged capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/base/printable.h"
#include "manifest.h"

#define INTERFACE_ANY UINT32_MAX /* no capture has as many */

struct manifest_file {
    char *name;
    GArray *original; /* uint32_t frame numbers by sorted order; NULL: unchanged */
};

struct manifest {
    GArray *files;       /* struct manifest_file */
    GHashTable *file_of; /* interface of the first section -> index of its file */
    bool has_any;        /* interfaces of no line of their own are of file `any` */
    uint32_t any;
};

static GArray *permutation_read(const char *numbers)
{
    GArray *original = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (const char *at = numbers; *at != '\0';) {
        char *end = NULL;
        uint32_t frame = (uint32_t)g_ascii_strtoull(at, &end, 10);
        if (end == at)
            break;
        g_array_append_val(original, frame);
        at = end + strspn(end, " \r");
    }
    return original;
}

/* Takes the name. */
static uint32_t file_of_name(struct manifest *manifest, char *name, const char *permutation)
{
    uint32_t count = manifest->files->len;
    if (count > 0) {
        const struct manifest_file *last =
            &g_array_index(manifest->files, struct manifest_file, count - 1);
        bool same_order = permutation == NULL || last->original != NULL;
        if (strcmp(last->name, name) == 0 && same_order) {
            g_free(name);
            return count - 1;
        }
    }
    struct manifest_file file = {
        .name = name,
        .original = permutation != NULL ? permutation_read(permutation) : NULL,
    };
    g_array_append_val(manifest->files, file);
    return count;
}

/* The first line about an interface counts. */
static void add_line(struct manifest *manifest, uint32_t interface_id, uint32_t file)
{
    gpointer key = GUINT_TO_POINTER(interface_id);
    if (interface_id != INTERFACE_ANY) {
        if (!g_hash_table_contains(manifest->file_of, key))
            g_hash_table_insert(manifest->file_of, key, GUINT_TO_POINTER(file));
    } else if (!manifest->has_any) {
        manifest->has_any = true;
        manifest->any = file;
    }
}

static void line_read(struct manifest *manifest, const char *text)
{
    char **part = g_strsplit(text, "\t", 3);
    if (g_strv_length(part) >= 2) {
        const char *permutation = part[2] != NULL && part[2][0] != '\0' ? part[2] : NULL;
        char *end = NULL;
        bool is_any = strcmp(part[0], "*") == 0;
        uint32_t interface_id = (uint32_t)g_ascii_strtoull(part[0], &end, 10);
        if (is_any || (end != part[0] && *end == '\0'))
            add_line(manifest, is_any ? INTERFACE_ANY : interface_id,
                     file_of_name(manifest, printable_text(part[1]), permutation));
    }
    g_strfreev(part);
}

struct manifest *manifest_parse(const char *text)
{
    struct manifest *manifest = g_new0(struct manifest, 1);
    manifest->files = g_array_new(FALSE, FALSE, sizeof(struct manifest_file));
    manifest->file_of = g_hash_table_new(NULL, NULL);
    char **lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        line_read(manifest, *line);
    g_strfreev(lines);
    return manifest;
}

void manifest_free(struct manifest *manifest)
{
    if (manifest == NULL)
        return;
    for (guint i = 0; i < manifest->files->len; i++) {
        struct manifest_file *file = &g_array_index(manifest->files, struct manifest_file, i);
        g_free(file->name);
        if (file->original != NULL)
            g_array_free(file->original, TRUE);
    }
    g_array_free(manifest->files, TRUE);
    g_hash_table_destroy(manifest->file_of);
    g_free(manifest);
}

uint32_t manifest_file_count(const struct manifest *manifest)
{
    return manifest->files->len;
}

const char *manifest_file_name(const struct manifest *manifest, uint32_t file)
{
    return g_array_index(manifest->files, struct manifest_file, file).name;
}

static const char *without_directories(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : name;
}

const char *manifest_file_label(const struct manifest *manifest, uint32_t file)
{
    const char *name = manifest_file_name(manifest, file);
    for (uint32_t i = 0; i < manifest->files->len; i++) {
        const char *other = manifest_file_name(manifest, i);
        if (i != file && strcmp(without_directories(other), without_directories(name)) == 0)
            return name;
    }
    return without_directories(name);
}

bool manifest_file_of(const struct manifest *manifest, uint32_t section, uint32_t interface_id,
                      uint32_t *ret_file)
{
    gpointer file;
    bool exact =
        section == 0 && g_hash_table_lookup_extended(manifest->file_of,
                                                     GUINT_TO_POINTER(interface_id), NULL, &file);
    if (exact)
        *ret_file = GPOINTER_TO_UINT(file);
    else if (manifest->has_any)
        *ret_file = manifest->any;
    return exact || manifest->has_any;
}

uint32_t manifest_original_frame(const struct manifest *manifest, uint32_t file, uint32_t ordinal)
{
    const GArray *original = g_array_index(manifest->files, struct manifest_file, file).original;
    if (original == NULL || ordinal == 0 || ordinal > original->len)
        return ordinal;
    return g_array_index(original, uint32_t, ordinal - 1);
}
