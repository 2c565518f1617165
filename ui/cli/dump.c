/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dump.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "core/base/hash.h"

#define SNAP_LENGTH 262144

/* An interface of a file; frames of several link types may claim the same one. */
struct written {
    struct interface_id id;
    int encap;
};

struct dump {
    int fd;                /* until the first interface is written; -1 */
    wtap_dumper *dumper;   /* from then on */
    GPtrArray *interfaces; /* struct written *, by number in the file that is written */
    GHashTable *numbers;   /* struct written to its number */
};

static guint written_hash(gconstpointer key)
{
    const struct written *written = key;
    const uint64_t words[] = {(uint64_t)written->id.file << 32 | written->id.section,
                              (uint64_t)written->id.id << 32 | (uint32_t)written->encap};

    return (guint)hash_words(words, G_N_ELEMENTS(words));
}

static gboolean written_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct written)) == 0;
}

static bool fail(int err, char *info, GError **error)
{
    g_set_error(error, READER_ERROR, READER_ERROR_SYSTEM,
                "the merged captures cannot be written: %s%s%s.",
                err < 0 ? wtap_strerror(err) : g_strerror(err), info != NULL ? ": " : "",
                info != NULL ? info : "");
    g_free(info);
    return false;
}

struct dump *dump_new(int fd)
{
    struct dump *dump = g_new0(struct dump, 1);

    dump->fd = fd;
    dump->interfaces = g_ptr_array_new_with_free_func(g_free);
    dump->numbers = g_hash_table_new(written_hash, written_equal);
    return dump;
}

/* wiretap begins a file with an interface. */
static bool begin(struct dump *dump, wtap_block_t interface, GError **error)
{
    GArray *first = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    wtapng_iface_descriptions_t descriptions = {first};
    wtap_dump_params params = WTAP_DUMP_PARAMS_INIT;
    char *info = NULL;
    int err = 0;

    g_array_append_val(first, interface);
    params.encap = WTAP_ENCAP_PER_PACKET;
    params.snaplen = SNAP_LENGTH;
    params.tsprec = WTAP_TSPREC_NSEC;
    params.idb_inf = &descriptions;
    dump->dumper = wtap_dump_fdopen(dump->fd, wtap_pcapng_file_type_subtype(), WTAP_UNCOMPRESSED,
                                    &params, &err, &info);
    g_array_free(first, TRUE);
    if (dump->dumper == NULL)
        return fail(err, info, error);
    dump->fd = -1;
    return true;
}

bool dump_close(struct dump *dump, GError **error)
{
    compat_wtap_bool reload;
    char *info = NULL;
    int err = 0;
    wtap_dumper *dumper = dump->dumper;

    dump->dumper = NULL;
    if (dump->fd >= 0)
        close(dump->fd);
    dump->fd = -1;
    return dumper == NULL || wtap_dump_close(dumper, &reload, &err, &info) ||
           fail(err, info, error);
}

void dump_free(struct dump *dump)
{
    if (dump == NULL)
        return;
    dump_close(dump, NULL);
    g_hash_table_destroy(dump->numbers);
    g_ptr_array_free(dump->interfaces, TRUE);
    g_free(dump);
}

static bool add_interface(struct dump *dump, const struct capture *capture,
                          const struct written *written, GError **error)
{
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_IF_ID_AND_INFO);
    wtapng_if_descr_mandatory_t *mandatory = wtap_block_get_mandatory_data(block);
    const char *name = capture_interface(capture, written->id.section, written->id.id);
    char *info = NULL;
    int err = 0;
    bool good;

    mandatory->wtap_encap = written->encap;
    mandatory->time_units_per_second = 1000000000;
    mandatory->tsprecision = WTAP_TSPREC_NSEC;
    mandatory->snap_len = SNAP_LENGTH;
    wtap_block_add_uint8_option(block, OPT_IDB_TSRESOL, 9);
    if (name != NULL)
        wtap_block_add_string_option(block, OPT_IDB_NAME, name, strlen(name));
    good = dump->dumper == NULL
               ? begin(dump, block, error)
               : wtap_dump_add_idb(dump->dumper, block, &err, &info) || fail(err, info, error);
    wtap_block_unref(block);
    return good;
}

/* The number of the interface in the written file, where it is written first if need be. */
static bool find_interface(struct dump *dump, const struct capture *capture,
                           const struct written *written, uint32_t *ret_number, GError **error)
{
    struct written *known;
    gpointer number;

    if (!g_hash_table_lookup_extended(dump->numbers, written, NULL, &number)) {
        if (!add_interface(dump, capture, written, error))
            return false;
        known = g_memdup2(written, sizeof *written);
        number = GUINT_TO_POINTER(dump->interfaces->len);
        g_ptr_array_add(dump->interfaces, known);
        g_hash_table_insert(dump->numbers, known, number);
    }
    *ret_number = GPOINTER_TO_UINT(number);
    return true;
}

const struct interface_id *dump_interface(const struct dump *dump, uint32_t interface)
{
    const struct written *written;

    if (interface >= dump->interfaces->len)
        return NULL;
    written = g_ptr_array_index(dump->interfaces, interface);
    return &written->id;
}

static void empty(wtap_rec *rec)
{
    rec->rec_type = REC_TYPE_PACKET;
    memset(&rec->rec_header.packet_header, 0, sizeof rec->rec_header.packet_header);
    rec->rec_header.packet_header.pkt_encap = WTAP_ENCAP_ETHERNET;
    rec->rec_header.packet_header.pseudo_header.eth.fcs_len = -1;
}

bool dump_write(struct dump *dump, struct capture *capture, uint32_t file, GError **error)
{
    wtap_rec *rec = &capture->record.rec;
    wtap_packet_header *header = &rec->rec_header.packet_header;
    struct written written;
    char *info = NULL;
    uint32_t number;
    int err = 0;

    memset(&written, 0, sizeof written);
    written.id.file = file;
    if (rec->rec_type != REC_TYPE_PACKET)
        empty(rec);
    header->len = MAX(header->caplen, header->len);
    if ((rec->presence_flags & WTAP_HAS_SECTION_NUMBER) != 0)
        written.id.section = rec->section_number;
    if ((rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0)
        written.id.id = header->interface_id;
    written.encap = header->pkt_encap;
    if (!find_interface(dump, capture, &written, &number, error))
        return false;
    header->interface_id = number;
    rec->presence_flags |= WTAP_HAS_INTERFACE_ID;
    rec->presence_flags &= ~(uint32_t)WTAP_HAS_SECTION_NUMBER;
    if ((rec->presence_flags & WTAP_HAS_TS) == 0) /* pcapng writes no frame without */
        nstime_set_zero(&rec->ts);
    rec->presence_flags |= WTAP_HAS_TS;
    if (rec->block != NULL) /* comments and the like are nobody's business */
        wtap_block_unref(rec->block);
    rec->block = NULL;
    rec->block_was_modified = 0;
    return compat_write(dump->dumper, &capture->record, &err, &info) || fail(err, info, error);
}

static bool write_all(struct reader *reader, struct dump *dump, GError **error)
{
    struct merge *merge = merge_new(reader->captures, reader->batches);
    struct capture *capture;
    uint32_t file = 0;
    bool good = true;

    while (good && (capture = merge_next(merge, &file)) != NULL)
        good = dump_write(dump, capture, file, error);
    merge_free(merge);
    return dump_close(dump, good ? error : NULL) && good;
}

bool reader_write_merged(struct reader *reader, const char *path, GError **error)
{
    int fd = g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct dump *dump;
    bool good;

    if (fd < 0)
        return fail(errno, NULL, error);
    dump = dump_new(fd);
    good = reader_rewind(reader, error) && write_all(reader, dump, error);
    dump_free(dump);
    return good;
}
