/* What the reader needs of wiretap beyond ui/strip/compat.h, of which this is the continuation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_COMPAT_H
#define PPTPNAT_CLI_COMPAT_H

#include "../strip/compat.h"

/* The series of Wireshark that this was built for, as its folders of plugins are called. */
static inline const char *compat_series(void)
{
    return G_STRINGIFY(WIRESHARK_VERSION_MAJOR) "." G_STRINGIFY(WIRESHARK_VERSION_MINOR);
}

/* As compat_read, and tells where the record stands in its file. */
static inline bool compat_read_at(wtap *wth, struct compat_record *record, int64_t *ret_offset,
                                  int *err, gchar **err_info)
{
    int64_t offset = 0;
    bool done;

    wtap_rec_reset(&record->rec);
#if COMPAT_VERSION >= 406
    done = wtap_read(wth, &record->rec, err, err_info, &offset);
#else
    done = wtap_read(wth, &record->rec, &record->octets, err, err_info, &offset);
#endif
    *ret_offset = offset;
    return done;
}

/* Reads the record at `offset` of a file that was opened for that. */
static inline bool compat_seek_read(wtap *wth, int64_t offset, struct compat_record *record,
                                    int *err, gchar **err_info)
{
    wtap_rec_reset(&record->rec);
#if COMPAT_VERSION >= 406
    return wtap_seek_read(wth, offset, &record->rec, err, err_info);
#else
    return wtap_seek_read(wth, offset, &record->rec, &record->octets, err, err_info);
#endif
}

/* Makes these the octets of the record. */
static inline void compat_record_set_octets(struct compat_record *record, uint8_t *octets,
                                            uint32_t length)
{
#if COMPAT_VERSION >= 406
    Buffer *buffer = &record->rec.data;
#else
    Buffer *buffer = &record->octets;
#endif
    ws_buffer_clean(buffer);
    ws_buffer_append(buffer, octets, length);
}

/* The place of an interface among all interfaces of its file, as Wireshark of this version counts
 * when it looks a name up: 4.0 looks into the first section only. */
static inline uint32_t compat_interface_index(wtap *wth, uint32_t section, uint32_t id)
{
#if COMPAT_VERSION >= 404
    return wtap_file_get_shb_global_interface_id(wth, section, id);
#else
    (void)wth;
    (void)section;
    return id;
#endif
}

#endif
