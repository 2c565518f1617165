/* Counting frames per file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "source_frames.h"

#include "core/base/hash.h"

/* Frames of one capture interface, counted for the file it belongs to. */
struct counted_interface {
    uint32_t section;
    uint32_t interface_id;
    uint32_t file; /* index into source_frames.frames_of_file */
};

struct own_frame {
    uint32_t ordinal; /* 0: not counted */
    uint32_t file;
};

struct source_frames {
    const struct manifest *manifest;
    GArray *interfaces;     /* struct counted_interface */
    GArray *frames_of_file; /* uint32_t; those of the manifest come first */
    GArray *frames;         /* struct own_frame by frame number - 1 */
    GHashTable *by_id;      /* int64_t: section and interface -> index of `interfaces` */
    guint latest;           /* interface of the latest frame: mostly also that of the next */
};

struct source_frames *source_frames_new(const struct manifest *manifest)
{
    struct source_frames *own = g_new0(struct source_frames, 1);
    own->manifest = manifest;
    own->interfaces = g_array_new(FALSE, TRUE, sizeof(struct counted_interface));
    own->by_id = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    own->frames_of_file = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    own->frames = g_array_new(FALSE, TRUE, sizeof(struct own_frame));
    if (manifest != NULL)
        g_array_set_size(own->frames_of_file, manifest_file_count(manifest));
    return own;
}

void source_frames_free(struct source_frames *own)
{
    if (own == NULL)
        return;
    g_array_free(own->interfaces, TRUE);
    g_hash_table_destroy(own->by_id);
    g_array_free(own->frames_of_file, TRUE);
    g_array_free(own->frames, TRUE);
    g_free(own);
}

static const struct counted_interface *interface_at(const struct source_frames *own, guint index)
{
    return &g_array_index(own->interfaces, struct counted_interface, index);
}

static bool is_latest(const struct source_frames *own, uint32_t section, uint32_t interface_id)
{
    const struct counted_interface *latest =
        own->latest < own->interfaces->len ? interface_at(own, own->latest) : NULL;
    return latest != NULL && latest->section == section && latest->interface_id == interface_id;
}

static uint32_t file_of(struct source_frames *own, uint32_t section, uint32_t interface_id)
{
    if (is_latest(own, section, interface_id))
        return interface_at(own, own->latest)->file;
    int64_t key = (int64_t)((uint64_t)section << 32 | interface_id);
    gpointer index;
    if (g_hash_table_lookup_extended(own->by_id, &key, NULL, &index)) {
        own->latest = GPOINTER_TO_UINT(index);
        return interface_at(own, own->latest)->file;
    }
    struct counted_interface added = {.section = section, .interface_id = interface_id};
    if (own->manifest == NULL ||
        !manifest_file_of(own->manifest, section, interface_id, &added.file)) {
        added.file = own->frames_of_file->len;
        g_array_set_size(own->frames_of_file, added.file + 1);
    }
    own->latest = own->interfaces->len;
    g_hash_table_insert(own->by_id, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(own->latest));
    g_array_append_val(own->interfaces, added);
    return added.file;
}

void source_frames_count(struct source_frames *own, uint32_t frame, uint32_t section,
                         uint32_t interface_id)
{
    if (frame == 0)
        return;
    struct own_frame counted = {.file = file_of(own, section, interface_id)};
    counted.ordinal = ++g_array_index(own->frames_of_file, uint32_t, counted.file);
    if (own->frames->len < frame)
        g_array_set_size(own->frames, frame);
    g_array_index(own->frames, struct own_frame, frame - 1) = counted;
}

static const struct own_frame *look_up(const struct source_frames *own, uint32_t frame)
{
    if (frame == 0 || frame > own->frames->len)
        return NULL;
    const struct own_frame *counted = &g_array_index(own->frames, struct own_frame, frame - 1);
    return counted->ordinal != 0 ? counted : NULL;
}

static bool in_manifest(const struct source_frames *own, const struct own_frame *counted)
{
    return own->manifest != NULL && counted->file < manifest_file_count(own->manifest);
}

uint32_t source_frames_number(const struct source_frames *own, uint32_t frame)
{
    const struct own_frame *counted = look_up(own, frame);
    if (counted == NULL)
        return 0;
    if (in_manifest(own, counted))
        return manifest_original_frame(own->manifest, counted->file, counted->ordinal);
    return counted->ordinal;
}

bool source_frames_file(const struct source_frames *own, uint32_t frame, uint32_t *ret_file)
{
    const struct own_frame *counted = look_up(own, frame);
    if (counted == NULL)
        return false;
    *ret_file = counted->file;
    return true;
}

uint32_t source_frames_file_count(const struct source_frames *own)
{
    return own->frames_of_file->len;
}
