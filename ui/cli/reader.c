/* One run: open, read by wiretap in one pass, and again where a file turns out not to be in order,
 * or by tshark where a frame turns out not to be known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reader_internal.h"

#include <glib/gstdio.h>
#include <wsutil/wslog.h>

#include "core/base/hash.h"

#define ETHERNET_HEADER   14
#define FRAMES_UNASKED    512 /* between two looks at the clock */
#define PROGRESS_EVERY_US 200000

GQuark reader_error_quark(void)
{
    return g_quark_from_static_string("pptpnat-reader");
}

/* How a pass over all frames ends. */
enum pass { PASS_DONE, PASS_FAILED, PASS_DISORDER, PASS_NOT_KNOWN };

static void free_capture(gpointer data)
{
    capture_clear(data);
    g_free(data);
}

struct reader *reader_new(const struct reader_options *options)
{
    static bool begun;
    struct reader *reader = g_new0(struct reader, 1);

    if (!begun) {
        ws_log_set_level(LOG_LEVEL_WARNING); /* else all that wiretap does is told */
        wtap_init(FALSE);
        hash_start(); /* frames are compared by hashes before there is an analysis */
    }
    begun = true;
    reader->options = *options;
    reader->captures = g_ptr_array_new_with_free_func(free_capture);
    reader->labels = g_ptr_array_new_with_free_func(g_free);
    reader->kept = g_array_new(FALSE, FALSE, sizeof(int));
    reader->frames = g_array_new(FALSE, FALSE, sizeof(struct own_frame));
    return reader;
}

void reader_free(struct reader *reader)
{
    if (reader == NULL)
        return;
    analysis_free(reader->analysis);
    interfaces_free(reader->interfaces);
    batches_free(reader->batches);
    g_ptr_array_free(reader->captures, TRUE);
    g_ptr_array_free(reader->labels, TRUE);
    for (guint i = 0; i < reader->kept->len; i++)
        g_close(g_array_index(reader->kept, int, i), NULL);
    g_array_free(reader->kept, TRUE);
    g_array_free(reader->frames, TRUE);
    settings_clear(&reader->settings);
    g_free(reader);
}

static void tell(void (*teller)(const char *text, void *user), void *user, const char *format,
                 va_list arguments)
{
    char *text;

    if (teller == NULL)
        return;
    text = g_strdup_vprintf(format, arguments);
    teller(text, user);
    g_free(text);
}

void reader_note(const struct reader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    tell(reader->options.note, reader->options.user, format, arguments);
    va_end(arguments);
}

void reader_detail(const struct reader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    tell(reader->options.detail, reader->options.user, format, arguments);
    va_end(arguments);
}

static double part_done(const struct reader *reader)
{
    int64_t done = 0;

    if (reader->batches != NULL)
        return (double)reader->count / (double)MAX(batches_frames(reader->batches), 1);
    for (guint i = 0; i < reader->captures->len; i++)
        done += capture_progress(g_ptr_array_index(reader->captures, i));
    return reader->size > 0 ? MIN((double)done / (double)reader->size, 1.0) : -1;
}

bool reader_goes_on(struct reader *reader, GError **error)
{
    gint64 now;

    if (reader->options.stop != NULL && *reader->options.stop != 0) {
        g_set_error_literal(error, READER_ERROR, READER_ERROR_STOPPED, "stopped.");
        return false;
    }
    if (reader->options.progress == NULL || reader->count % FRAMES_UNASKED != 0)
        return true;
    now = g_get_monotonic_time();
    if (now - reader->shown_us < PROGRESS_EVERY_US)
        return true;
    reader->shown_us = now;
    reader->options.progress("reading", part_done(reader), reader->options.user);
    return true;
}

void reader_begin(struct reader *reader)
{
    const struct settings *settings = &reader->settings;
    struct analysis_options options = {.is_pptp_port = settings_is_pptp_port,
                                       .link = settings->link};
    GArray *numbers;

    analysis_free(reader->analysis);
    interfaces_free(reader->interfaces);
    g_array_set_size(reader->frames, 0);
    reader->count = 0;
    reader->interfaces = interfaces_new();
    numbers = interfaces_reserve(reader->interfaces, settings->inside.names);
    options.linker = (struct linker_options){
        .window_s = settings->window_s,
        .inside_interfaces = (const uint32_t *)(const void *)numbers->data,
        .inside_interface_count = numbers->len,
        .inside_subnets = (const struct link_subnet *)(const void *)settings->inside.subnets->data,
        .inside_subnet_count = settings->inside.subnets->len,
    };
    reader->analysis = analysis_new(&options);
    g_array_free(numbers, TRUE);
}

void reader_remember(struct reader *reader, uint32_t file, uint32_t number)
{
    struct own_frame own = {(uint32_t)reader->count, file, number};

    if (number != own.frame || reader->captures->len > 1)
        g_array_append_val(reader->frames, own);
}

static enum frame_link link_of(int encap)
{
    switch (encap) {
    case WTAP_ENCAP_ETHERNET:
        return FRAME_LINK_ETHERNET;
    case WTAP_ENCAP_SLL:
        return FRAME_LINK_SLL;
    case WTAP_ENCAP_SLL2:
        return FRAME_LINK_SLL2;
    case WTAP_ENCAP_RAW_IP:
        return FRAME_LINK_RAW;
    case WTAP_ENCAP_RAW_IP4:
        return FRAME_LINK_IPV4;
    case WTAP_ENCAP_RAW_IP6:
        return FRAME_LINK_IPV6;
    case WTAP_ENCAP_NULL:
        return FRAME_LINK_NULL;
    case WTAP_ENCAP_LOOP:
        return FRAME_LINK_LOOP;
    case WTAP_ENCAP_PPP:
        return FRAME_LINK_PPP;
    default:
        return FRAME_LINK_OTHER;
    }
}

/* The frame check sequence behind a frame of Ethernet is none of its octets. */
static void drop_fcs(const wtap_rec *rec, struct frame_octets *octets)
{
    int fcs = rec->rec_header.packet_header.pseudo_header.eth.fcs_len;

    if (fcs <= 0 || octets->length < ETHERNET_HEADER + (uint32_t)fcs)
        return;
    octets->length -= (uint32_t)fcs;
    octets->captured = MIN(octets->captured, octets->length);
}

/* False if the record is no packet. Some formats count the frame check sequence as captured, but
 * not in the length: what lies behind that is none of the frame's octets. */
static bool set_frame(struct reader *reader, struct capture *capture, uint32_t file,
                      struct feed_frame *ret)
{
    const wtap_rec *rec = &capture->record.rec;
    const wtap_packet_header *header = &rec->rec_header.packet_header;

    if (rec->rec_type != REC_TYPE_PACKET)
        return false;
    *ret = (struct feed_frame){
        .number = (uint32_t)reader->count,
        .time_ns = packet_time_ns(rec->ts.secs, rec->ts.nsecs),
        .from = {.file = file},
        .link = link_of(header->pkt_encap),
        .octets = {compat_record_octets(&capture->record), header->caplen,
                   MAX(header->caplen, header->len)},
    };
    if ((rec->presence_flags & WTAP_HAS_SECTION_NUMBER) != 0)
        ret->from.section = rec->section_number;
    if ((rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0)
        ret->from.id = header->interface_id;
    if (ret->link == FRAME_LINK_ETHERNET)
        drop_fcs(rec, &ret->octets);
    return true;
}

static const char *name_interface(void *user, const struct interface_id *id)
{
    const struct reader *reader = user;

    return capture_interface(g_ptr_array_index(reader->captures, id->file), id->section, id->id);
}

/* One pass over all frames. */
static enum pass read_frames(struct reader *reader, struct merge *merge, struct feed *feed,
                             uint64_t *ret_not_known, GError **error)
{
    struct capture *capture;
    uint32_t file = 0;

    *ret_not_known = 0;
    while ((capture = merge_next(merge, &file)) != NULL) {
        struct feed_frame frame;
        const char *reason = NULL;
        bool fed = false;

        if (capture->disordered)
            return PASS_DISORDER;
        reader->count++;
        if (reader->count > UINT32_MAX) {
            g_set_error_literal(error, READER_ERROR, READER_ERROR_FILE,
                                "the captures hold more frames than can be numbered.");
            return PASS_FAILED;
        }
        if (!reader_goes_on(reader, error))
            return PASS_FAILED;
        if (!set_frame(reader, capture, file, &frame))
            continue;
        if (feed_frame(feed, &frame, &reason, &fed) == FRAME_NOT_KNOWN) {
            (*ret_not_known)++;
            reader_detail(reader, "frame %u of %s is %s.", capture->number, capture->name, reason);
            if (reader->options.choice == READER_AUTO)
                return PASS_NOT_KNOWN;
        }
        if (fed)
            reader_remember(reader, file, capture->number);
    }
    return PASS_DONE;
}

static enum pass read_once(struct reader *reader, GError **error)
{
    struct merge *merge = merge_new(reader->captures, reader->batches);
    struct feed *feed;
    uint64_t not_known;
    enum pass end;

    reader_begin(reader);
    feed = feed_new(reader->analysis, reader->interfaces, settings_is_pptp_port, name_interface,
                    reader);
    end = read_frames(reader, merge, feed, &not_known, error);
    if (end == PASS_DONE && not_known != 0)
        reader_note(reader, "%" G_GUINT64_FORMAT " frames were left out that only tshark opens.",
                    not_known);
    feed_free(feed);
    merge_free(merge);
    return end;
}

static bool read_by_wiretap(struct reader *reader, enum pass *ret_end, GError **error)
{
    do {
        *ret_end = read_once(reader, error);
        if (*ret_end == PASS_FAILED)
            return false;
        if (*ret_end == PASS_DISORDER) {
            reader_detail(reader, "frames are not in order of time: sorting them.");
            if (!reader_rewind(reader, error))
                return false;
        }
    } while (*ret_end == PASS_DISORDER);
    return true;
}

bool reader_read(struct reader *reader, const char *const *names, GError **error)
{
    enum pass end = PASS_NOT_KNOWN;

    if (!settings_read(&reader->settings, reader->options.settings, error) ||
        !reader_open(reader, names, error))
        return false;
    if (reader->settings.others != NULL)
        reader_detail(reader, "-o %s is for tshark.", reader->settings.others);
    if (reader->options.choice == READER_WIRETAP ||
        (reader->options.choice == READER_AUTO && reader->settings.others == NULL)) {
        if (!read_by_wiretap(reader, &end, error))
            return false;
    }
    if (end == PASS_NOT_KNOWN && !reader_read_by_tshark(reader, error))
        return false;
    if (!reader_check(reader, error))
        return false;
    analysis_finish(reader->analysis);
    return true;
}
