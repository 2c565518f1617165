/* What the reader knows once it has read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reader_internal.h"

const struct analysis *reader_analysis(const struct reader *reader)
{
    return reader->analysis;
}

bool reader_used_tshark(const struct reader *reader)
{
    return reader->used_tshark;
}

uint64_t reader_frame_count(const struct reader *reader)
{
    return reader->count;
}

uint32_t reader_file_count(const struct reader *reader)
{
    return reader->captures->len;
}

static const struct capture *capture_of(const struct reader *reader, uint32_t file)
{
    return g_ptr_array_index(reader->captures, file);
}

const char *reader_file_name(const struct reader *reader, uint32_t file)
{
    return capture_of(reader, file)->name;
}

const char *reader_file_path(const struct reader *reader, uint32_t file)
{
    return capture_of(reader, file)->path;
}

const char *reader_interface_name(const struct reader *reader, uint32_t interface)
{
    return interfaces_name(reader->interfaces, interface);
}

bool reader_interface_file(const struct reader *reader, uint32_t interface, uint32_t *ret_file)
{
    const struct interface_id *id = interfaces_id(reader->interfaces, interface);

    if (id != NULL)
        *ret_file = id->file;
    return id != NULL;
}

bool reader_own_frame(const struct reader *reader, uint32_t frame, uint32_t *ret_file,
                      uint32_t *ret_number)
{
    const struct own_frame *all = (const struct own_frame *)(const void *)reader->frames->data;
    uint32_t low = 0;
    uint32_t high = reader->frames->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (all[middle].frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < reader->frames->len && all[low].frame == frame) {
        *ret_file = all[low].file;
        *ret_number = all[low].number;
        return true;
    }
    *ret_file = 0;
    *ret_number = frame;
    return reader->captures->len == 1 && frame != 0 && frame <= reader->count;
}

static const char *name_interface(const void *user, uint32_t interface)
{
    return reader_interface_name(user, interface);
}

static bool find_file(const void *user, uint32_t interface, uint32_t *ret_file)
{
    return reader_interface_file(user, interface, ret_file);
}

static bool find_frame(const void *user, uint32_t frame, uint32_t *ret_file, uint32_t *ret_number)
{
    return reader_own_frame(user, frame, ret_file, ret_number);
}

static const char *name_file(const void *user, uint32_t file)
{
    return reader_file_name(user, file);
}

static const char *label_file(const void *user, uint32_t file)
{
    return g_ptr_array_index(((const struct reader *)user)->labels, file);
}

struct sources reader_sources(const struct reader *reader)
{
    return (struct sources){
        .interface_name = name_interface,
        .interface_file = find_file,
        .frame = find_frame,
        .file_name = name_file,
        .file_label = label_file,
        .file_count = reader_file_count(reader),
        .user = reader,
    };
}
