/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "batches.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "merge.h"
#include "reader.h"
#include "spool.h"

#define BUFFER 65536 /* octets of each run that are read at once */

/* How a frame is kept; its octets follow. */
struct kept {
    int64_t time_ns; /* as capture_next has it */
    nstime_t time;
    uint32_t file;
    uint32_t number;
    uint32_t section;
    uint32_t presence;
    uint32_t type;
    uint32_t captured;
    wtap_packet_header header;
};

struct run {
    int64_t begin; /* offsets in the file */
    int64_t end;
    int64_t at; /* behind what is in the buffer */
    uint8_t *buffer;
    size_t from; /* what is left in the buffer */
    size_t to;
    struct kept kept; /* the current frame */
    GByteArray *octets;
};

struct batches {
    const GPtrArray *captures;
    int fd;
    FILE *file; /* while it is written */
    GPtrArray *runs;
    uint64_t frames;
};

static void free_run(gpointer data)
{
    struct run *run = data;

    g_byte_array_free(run->octets, TRUE);
    g_free(run->buffer);
    g_free(run);
}

void batches_free(struct batches *batches)
{
    if (batches == NULL)
        return;
    if (batches->file != NULL)
        fclose(batches->file);
    if (batches->fd >= 0)
        close(batches->fd);
    g_ptr_array_free(batches->runs, TRUE);
    g_free(batches);
}

static void keep_frame(struct batches *batches, struct capture *capture, uint32_t file)
{
    const wtap_rec *rec = &capture->record.rec;
    struct kept kept;

    memset(&kept, 0, sizeof kept);
    kept.time_ns = capture->time_ns;
    kept.time = rec->ts;
    kept.file = file;
    kept.number = capture->number;
    kept.section = rec->section_number;
    kept.presence = rec->presence_flags;
    kept.type = rec->rec_type;
    if (rec->rec_type == REC_TYPE_PACKET) {
        kept.header = rec->rec_header.packet_header;
        kept.captured = kept.header.caplen;
    }
    fwrite(&kept, sizeof kept, 1, batches->file);
    if (kept.captured != 0)
        fwrite(compat_record_octets(&capture->record), kept.captured, 1, batches->file);
    batches->frames++;
}

/* What a batch is read with. */
struct reading {
    bool (*goes_on)(void *user, GError **error);
    void *user;
};

static bool open_all(const GPtrArray *batch, GError **error)
{
    for (guint i = 0; i < batch->len; i++) {
        struct capture *capture = g_ptr_array_index(batch, i);
        bool good =
            capture->disordered ? capture_sort(capture, error) : capture_rewind(capture, error);

        if (!good)
            return false;
    }
    return true;
}

/* Keeps all frames of a batch, whose first capture is the `first` of all. *ret_disordered: not all,
 * as one of the captures turned out not to be in order of time. */
static bool keep_frames(struct batches *batches, const GPtrArray *batch, uint32_t first,
                        const struct reading *reading, bool *ret_disordered, GError **error)
{
    struct merge *merge = merge_new(batch, NULL);
    struct capture *capture;
    uint32_t file = 0;
    bool good = true;

    *ret_disordered = false;
    while (good && !*ret_disordered && (capture = merge_next(merge, &file)) != NULL) {
        *ret_disordered = capture->disordered;
        if (!*ret_disordered)
            keep_frame(batches, capture, first + file);
        good = reading->goes_on(reading->user, error);
    }
    merge_free(merge);
    return good;
}

static bool keep_batch(struct batches *batches, const GPtrArray *batch, uint32_t first,
                       const struct reading *reading, GError **error)
{
    struct run *run = g_new0(struct run, 1);
    uint64_t frames = batches->frames;
    bool disordered = false;
    bool good;

    run->octets = g_byte_array_new();
    run->buffer = g_malloc(BUFFER);
    g_ptr_array_add(batches->runs, run);
    run->begin = ftello(batches->file);
    do {
        batches->frames = frames;
        good = fseeko(batches->file, run->begin, SEEK_SET) == 0 && open_all(batch, error) &&
               keep_frames(batches, batch, first, reading, &disordered, error);
    } while (good && disordered);
    run->end = ftello(batches->file);
    for (guint i = 0; i < batch->len; i++)
        capture_close(g_ptr_array_index(batch, i));
    return good;
}

static bool keep_all(struct batches *batches, uint32_t at_once, const struct reading *reading,
                     GError **error)
{
    bool good = true;

    for (guint first = 0; good && first < batches->captures->len; first += at_once) {
        GPtrArray *batch = g_ptr_array_new();
        guint end = MIN(first + at_once, batches->captures->len);

        for (guint i = first; i < end; i++)
            g_ptr_array_add(batch, g_ptr_array_index(batches->captures, i));
        good = keep_batch(batches, batch, first, reading, error);
        g_ptr_array_free(batch, TRUE);
    }
    if (good && (fflush(batches->file) != 0 || ferror(batches->file) != 0)) {
        spool_cannot_keep(errno, error);
        good = false;
    }
    return good;
}

struct batches *batches_new(const GPtrArray *captures, uint32_t at_once,
                            bool (*goes_on)(void *user, GError **error), void *user, GError **error)
{
    struct batches *batches = g_new0(struct batches, 1);
    const struct reading reading = {goes_on, user};
    int copy;

    batches->captures = captures;
    batches->runs = g_ptr_array_new_with_free_func(free_run);
    batches->fd = spool_new(error);
    copy = batches->fd >= 0 ? dup(batches->fd) : -1;
    batches->file = copy >= 0 ? fdopen(copy, "r+b") : NULL;
    if (batches->file == NULL || !keep_all(batches, at_once, &reading, error)) {
        batches_free(batches);
        return NULL;
    }
    fclose(batches->file);
    batches->file = NULL;
    batches_rewind(batches);
    return batches;
}

uint32_t batches_count(const struct batches *batches)
{
    return batches->runs->len;
}

uint64_t batches_frames(const struct batches *batches)
{
    return batches->frames;
}

void batches_rewind(struct batches *batches)
{
    for (guint i = 0; i < batches->runs->len; i++) {
        struct run *run = g_ptr_array_index(batches->runs, i);

        run->at = run->begin;
        run->from = run->to = 0;
    }
}

/* Takes octets of a run; false at its end. */
static bool take(struct batches *batches, struct run *run, void *ret, size_t length)
{
    uint8_t *to = ret;

    while (length > 0) {
        size_t part = MIN(length, run->to - run->from);

        memcpy(to, run->buffer + run->from, part);
        run->from += part;
        to += part;
        length -= part;
        if (length > 0) {
            size_t wanted = (size_t)MIN(run->end - run->at, BUFFER);
            ssize_t got = pread(batches->fd, run->buffer, wanted, run->at);

            if (got <= 0)
                return false;
            run->at += got;
            run->from = 0;
            run->to = (size_t)got;
        }
    }
    return true;
}

static struct run *run_at(const struct batches *batches, uint32_t run)
{
    return g_ptr_array_index(batches->runs, run);
}

bool batches_next(struct batches *batches, uint32_t index)
{
    struct run *run = run_at(batches, index);

    if (!take(batches, run, &run->kept, sizeof run->kept))
        return false;
    g_byte_array_set_size(run->octets, MAX(run->kept.captured, 1));
    return take(batches, run, run->octets->data, run->kept.captured);
}

int64_t batches_time(const struct batches *batches, uint32_t run)
{
    return run_at(batches, run)->kept.time_ns;
}

uint32_t batches_file(const struct batches *batches, uint32_t run)
{
    return run_at(batches, run)->kept.file;
}

struct capture *batches_take(struct batches *batches, uint32_t index)
{
    const struct run *run = run_at(batches, index);
    const struct kept *kept = &run->kept;
    struct capture *capture = g_ptr_array_index(batches->captures, kept->file);
    wtap_rec *rec;

    capture_prepare(capture);
    rec = &capture->record.rec;
    rec->rec_type = kept->type;
    rec->presence_flags = kept->presence;
    rec->section_number = kept->section;
    rec->ts = kept->time;
    rec->rec_header.packet_header = kept->header;
    compat_record_set_octets(&capture->record, run->octets->data, kept->captured);
    capture->time_ns = kept->time_ns;
    capture->number = kept->number;
    return capture;
}
