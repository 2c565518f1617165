/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/packet.h"
#include "core/base/printable.h"
#include "reader.h"

#define DIGEST_OCTETS 64 /* of each frame */
#define CAPTURES_ADVICE                                                                            \
    "Give captures that Wireshark opens (pcapng, pcap and others, also compressed)."

/* Wireshark shows these files, too, but they are no captures. */
static bool is_document(wtap *wth)
{
    const char *type = wtap_file_type_subtype_name(wtap_file_type_subtype(wth));

    return type != NULL &&
           (strcmp(type, "mime") == 0 || strcmp(type, "json") == 0 || strcmp(type, "rfc7468") == 0);
}

/* Takes `info`, which may quote the file. */
static bool fail(const struct capture *capture, int err, char *info, GError **error)
{
    char *shown = printable_text(info != NULL ? info : "");

    if (err == WTAP_ERR_FILE_UNKNOWN_FORMAT)
        g_set_error(error, READER_ERROR, READER_ERROR_FILE,
                    "%s is not a capture.\n" CAPTURES_ADVICE, capture->name);
    else
        g_set_error(error, READER_ERROR, READER_ERROR_FILE, "%s cannot be read.\n%s%s%s.",
                    capture->name, err < 0 ? wtap_strerror(err) : g_strerror(err),
                    shown[0] != '\0' ? ": " : "", shown);
    g_free(shown);
    g_free(info);
    return false;
}

/* `random`: frames will be read at places, too, which takes a second descriptor. */
static bool open_file(struct capture *capture, bool random, GError **error)
{
    char *info = NULL;
    int err = 0;

    capture->wth = wtap_open_offline(capture->path, WTAP_TYPE_AUTO, &err, &info, random);
    if (capture->wth == NULL)
        return fail(capture, err, info, error);
    if (is_document(capture->wth)) {
        capture_close(capture);
        return fail(capture, WTAP_ERR_FILE_UNKNOWN_FORMAT, NULL, error);
    }
    capture_prepare(capture);
    capture->size = wtap_file_size(capture->wth, &err);
    capture->number = 0;
    capture->next = 0;
    capture->time_ns = INT64_MIN;
    capture->digest = 0;
    if (capture->interfaces == NULL)
        capture->interfaces = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_set_size(capture->interfaces, 0);
    return true;
}

bool capture_open(struct capture *capture, GError **error)
{
    return open_file(capture, false, error);
}

bool capture_rewind(struct capture *capture, GError **error)
{
    if (capture->sorted) {
        capture->next = 0;
        capture->number = 0;
        capture->time_ns = INT64_MIN;
        capture->digest = 0;
        return true;
    }
    capture_close(capture);
    return open_file(capture, false, error);
}

void capture_prepare(struct capture *capture)
{
    if (!capture->has_record)
        compat_record_init(&capture->record);
    capture->has_record = true;
}

void capture_close(struct capture *capture)
{
    if (capture->wth != NULL)
        wtap_close(capture->wth);
    capture->wth = NULL;
    if (capture->has_record)
        compat_record_free(&capture->record);
    capture->has_record = false;
}

void capture_clear(struct capture *capture)
{
    capture_close(capture);
    if (capture->interfaces != NULL)
        g_ptr_array_free(capture->interfaces, TRUE);
    g_free(capture->offsets);
    g_free(capture->order);
    g_free(capture->path);
    g_free(capture->name);
}

/* As Wireshark names an interface. */
static char *interface_name_of(wtap_block_t interface)
{
    static const unsigned options[] = {OPT_IDB_NAME, OPT_IDB_DESCRIPTION, OPT_IDB_HARDWARE};
    char *name = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(options); i++) {
        if (wtap_block_get_string_option_value(interface, options[i], &name) ==
            WTAP_OPTTYPE_SUCCESS)
            return g_strdup(name);
    }
    return NULL;
}

static void take_interfaces(struct capture *capture)
{
    wtap_block_t interface;

    while ((interface = wtap_get_next_interface_description(capture->wth)) != NULL)
        g_ptr_array_add(capture->interfaces, interface_name_of(interface));
}

/* A number that keeps the order of times; those that no clock shows are all alike. */
static int64_t ordinal_of(const wtap_rec *rec)
{
    int64_t seconds = rec->ts.secs;
    const int64_t limit = INT64_MAX / 1000000000 - 1;

    if ((rec->presence_flags & WTAP_HAS_TS) == 0)
        return INT64_MIN;
    return CLAMP(seconds, -limit, limit) * 1000000000 + rec->ts.nsecs;
}

/* Of frames of one time and one length, the headers tell whether they are one. */
static void digest(struct capture *capture)
{
    const wtap_rec *rec = &capture->record.rec;
    uint32_t captured = rec->rec_type == REC_TYPE_PACKET ? rec->rec_header.packet_header.caplen : 0;
    uint64_t hash = hash_step(capture->digest ^ hash_secret.start, (uint64_t)capture->time_ns);

    capture->digest = hash_octets(hash_step(hash, captured), compat_record_octets(&capture->record),
                                  MIN(captured, DIGEST_OCTETS));
}

/* After a frame was read. */
static bool took(struct capture *capture)
{
    int64_t time_ns = ordinal_of(&capture->record.rec);

    capture->disordered = capture->disordered || time_ns < capture->time_ns;
    capture->time_ns = time_ns;
    take_interfaces(capture);
    if (capture->has_digest)
        digest(capture);
    return true;
}

static bool next_sorted(struct capture *capture)
{
    char *info = NULL;
    int err = 0;

    while (capture->next < capture->count) {
        uint32_t index = capture->order[capture->next++];

        capture->number = index + 1;
        if (compat_seek_read(capture->wth, capture->offsets[index], &capture->record, &err, &info))
            return took(capture);
        capture->damaged = true;
        g_free(info);
        info = NULL;
    }
    return false;
}

bool capture_next(struct capture *capture)
{
    char *info = NULL;
    int64_t offset;
    int err = 0;

    if (capture->sorted)
        return next_sorted(capture);
    if (compat_read_at(capture->wth, &capture->record, &offset, &err, &info)) {
        capture->number++;
        return took(capture);
    }
    capture->damaged = capture->damaged || err != 0;
    g_free(info);
    return false;
}

static int by_time(gconstpointer a, gconstpointer b, gpointer user)
{
    const int64_t *times = user;
    uint32_t one = *(const uint32_t *)a;
    uint32_t other = *(const uint32_t *)b;

    if (times[one] != times[other])
        return times[one] < times[other] ? -1 : 1;
    return one < other ? -1 : one > other; /* as they were read */
}

bool capture_sort(struct capture *capture, GError **error)
{
    GArray *times = g_array_new(FALSE, FALSE, sizeof(int64_t));
    GArray *offsets = g_array_new(FALSE, FALSE, sizeof(int64_t));
    GArray *order;
    char *info = NULL;
    int64_t offset;
    int err = 0;

    capture_close(capture);
    capture->sorted = false;
    if (!open_file(capture, true, error)) {
        g_array_free(times, TRUE);
        g_array_free(offsets, TRUE);
        return false;
    }
    while (times->len < UINT32_MAX / 2 &&
           compat_read_at(capture->wth, &capture->record, &offset, &err, &info)) {
        int64_t time_ns = ordinal_of(&capture->record.rec);

        g_array_append_val(times, time_ns);
        g_array_append_val(offsets, offset);
        take_interfaces(capture);
    }
    g_free(info);
    capture->damaged = capture->damaged || err != 0;
    capture->count = times->len;
    order = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), capture->count);
    for (uint32_t i = 0; i < capture->count; i++)
        g_array_append_val(order, i);
    g_array_sort_with_data(order, by_time, times->data);
    capture->order = (uint32_t *)(void *)g_array_free(order, FALSE);
    g_array_free(times, TRUE);
    capture->offsets = (int64_t *)(void *)g_array_free(offsets, FALSE);
    capture->sorted = true;
    capture->disordered = false;
    capture->time_ns = INT64_MIN;
    return true;
}

const char *capture_interface(const struct capture *capture, uint32_t section, uint32_t id)
{
    uint32_t index = capture->wth != NULL ? compat_interface_index(capture->wth, section, id) : id;

    return index < capture->interfaces->len ? g_ptr_array_index(capture->interfaces, index) : NULL;
}

int64_t capture_progress(const struct capture *capture)
{
    if (capture->wth == NULL)
        return capture->size;
    if (capture->sorted)
        return capture->count != 0 ? capture->size * capture->next / capture->count : 0;
    return wtap_read_so_far(capture->wth);
}
