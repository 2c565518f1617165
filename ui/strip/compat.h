/* The differences of wiretap between the Wireshark series this program is built for
 * (4.0, 4.4, 4.6): where a record keeps its octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_STRIP_COMPAT_H
#define PPTPNAT_STRIP_COMPAT_H

#include <stdbool.h>
#include <stdint.h>

#include <ws_version.h>
#include <wiretap/wtap.h>
#include <wsutil/buffer.h>

#define COMPAT_VERSION (WIRESHARK_VERSION_MAJOR * 100 + WIRESHARK_VERSION_MINOR)

#if COMPAT_VERSION >= 404
typedef bool compat_wtap_bool;
#else
typedef gboolean compat_wtap_bool;
#endif

/* Netflix's number at IANA, whose custom blocks have a time. 4.6 shows it to its own files only. */
#ifndef PEN_NFLX
#define PEN_NFLX 10949
#endif

/* A record of a capture and its octets. */
struct compat_record {
    wtap_rec rec;
#if COMPAT_VERSION < 406
    Buffer octets;
#endif
};

static inline void compat_record_init(struct compat_record *record)
{
#if COMPAT_VERSION >= 406
    wtap_rec_init(&record->rec, 1514);
#else
    wtap_rec_init(&record->rec);
    ws_buffer_init(&record->octets, 1514);
#endif
}

static inline void compat_record_free(struct compat_record *record)
{
    wtap_rec_cleanup(&record->rec);
#if COMPAT_VERSION < 406
    ws_buffer_free(&record->octets);
#endif
}

/* The octets, `caplen` of them; they may be changed. */
static inline uint8_t *compat_record_octets(struct compat_record *record)
{
#if COMPAT_VERSION >= 406
    return ws_buffer_start_ptr(&record->rec.data);
#else
    return ws_buffer_start_ptr(&record->octets);
#endif
}

/* True of a custom block whose data are octets of the record. wiretap 4.0 and 4.4 take those of one
 * enterprise apart. */
static inline bool compat_is_plain_custom_block(const wtap_rec *rec)
{
#if COMPAT_VERSION >= 406
    return rec->rec_type == REC_TYPE_CUSTOM_BLOCK;
#else
    return rec->rec_type == REC_TYPE_CUSTOM_BLOCK &&
           rec->rec_header.custom_block_header.pen != PEN_NFLX;
#endif
}

/* Reads the next record; false at the end (*err 0) or on failure. Resets the record before. */
static inline bool compat_read(wtap *wth, struct compat_record *record, int *err, gchar **err_info)
{
    int64_t offset;

    wtap_rec_reset(&record->rec);
#if COMPAT_VERSION >= 406
    return wtap_read(wth, &record->rec, err, err_info, &offset);
#else
    return wtap_read(wth, &record->rec, &record->octets, err, err_info, &offset);
#endif
}

static inline bool compat_write(wtap_dumper *dumper, struct compat_record *record, int *err,
                                gchar **err_info)
{
#if COMPAT_VERSION >= 406
    return wtap_dump(dumper, &record->rec, err, err_info);
#else
    return wtap_dump(dumper, &record->rec, ws_buffer_start_ptr(&record->octets), err, err_info);
#endif
}

#endif
