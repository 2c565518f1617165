/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "control.h"
#include "core/base/printable.h"
#include "packet.h"

/* Sections and interfaces become one number, so that points are told apart as the plugin does. */
#define INTERFACES_OF_A_SECTION 65536u
#define EMPTY_SNAP_LENGTH       262144

volatile sig_atomic_t copy_interrupted;

struct copy {
    const char *input;
    const char *output;
    struct secret *secret;
    struct control *control;
    wtap *wth;
    struct compat_record record;
    int fd;
    wtap_dumper *dumper; /* of the section being written; NULL: none yet */
    uint32_t section;
    uint32_t interfaces; /* of the section */
    uint32_t number;     /* of the frame */
    char *error;
};

static bool say(struct copy *copy, const char *file, const char *what, int err, gchar *err_info)
{
    char *text = g_strdup_printf("%s %s: %s%s%s", file, what,
                                 err < 0   ? wtap_strerror(err)
                                 : err > 0 ? g_strerror(err)
                                           : "unknown error",
                                 err_info != NULL ? ": " : "", err_info != NULL ? err_info : "");

    g_free(copy->error);
    copy->error = printable_text(text);
    g_free(text);
    g_free(err_info);
    return false;
}

static uint32_t section_of(const wtap_rec *rec)
{
    return (rec->presence_flags & WTAP_HAS_SECTION_NUMBER) != 0 ? rec->section_number : 0;
}

static uint32_t interface_of(const wtap_rec *rec)
{
    bool has_id =
        rec->rec_type == REC_TYPE_PACKET && (rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0;

    return has_id ? rec->rec_header.packet_header.interface_id : 0;
}

static void set_frame(struct copy *copy, struct frame *ret)
{
    const wtap_rec *rec = &copy->record.rec;

    ret->number = copy->number;
    ret->point = section_of(rec) * INTERFACES_OF_A_SECTION + interface_of(rec);
    ret->encap = rec->rec_header.packet_header.pkt_encap;
    ret->octets = compat_record_octets(&copy->record);
    ret->captured = rec->rec_header.packet_header.caplen;
    ret->length = MAX(rec->rec_header.packet_header.len, ret->captured);
}

/* Names that systems give, and usual words for the place of a capture. Any other one was somebody's
 * choice, and may name him. */
static const char usual_names[] =
    "^(any|in|out|inside|middle|outside|trunk|dmz|(br-)?[lw]an|"
    "(eth|en|em|wlan|wl|br|bridge|bond|team|vlan|veth|(pppoe-)?[lw]an|ppp|tun|utun|tap|lo|ra|ath|"
    "igb|ix|re|vtnet|vmx|usb|wwan)[0-9]{0,3}|"
    "(en|wl|ww)(o[0-9]{1,2}|s[0-9]{1,3}|p[0-9]{1,3}s[0-9]{1,3}(f[0-9]{1,2})?))([.:][0-9]{1,4})?$";

/* A name stays or becomes a number, so that people can still tell the points apart. */
static void copy_name(wtap_block_t to, wtap_block_t from, uint32_t number)
{
    char *name;
    char *given = NULL;

    if (wtap_block_get_string_option_value(from, OPT_IDB_NAME, &name) != WTAP_OPTTYPE_SUCCESS)
        return;
    if (!g_regex_match_simple(usual_names, name, G_REGEX_DOLLAR_ENDONLY, 0))
        name = given = g_strdup_printf("interface %u", number);
    wtap_block_add_string_option(to, OPT_IDB_NAME, name, strlen(name));
    g_free(given);
}

/* An interface as it may be shown, the `number`-th of its section; `from` NULL: one that stands for
 * none. */
static wtap_block_t new_interface(wtap_block_t from, int encap, uint32_t number)
{
    wtap_block_t to = wtap_block_create(WTAP_BLOCK_IF_ID_AND_INFO);
    wtapng_if_descr_mandatory_t *mandatory = wtap_block_get_mandatory_data(to);
    uint8_t resolution;

    mandatory->wtap_encap = encap;
    mandatory->time_units_per_second = 1000000000;
    mandatory->tsprecision = WTAP_TSPREC_NSEC;
    mandatory->snap_len = EMPTY_SNAP_LENGTH;
    if (from == NULL) {
        wtap_block_add_uint8_option(to, OPT_IDB_TSRESOL, 9);
        return to;
    }
    const wtapng_if_descr_mandatory_t *original = wtap_block_get_mandatory_data(from);
    mandatory->wtap_encap = original->wtap_encap;
    mandatory->time_units_per_second = original->time_units_per_second;
    mandatory->tsprecision = original->tsprecision;
    mandatory->snap_len = original->snap_len;
    if (wtap_block_get_uint8_option_value(from, OPT_IDB_TSRESOL, &resolution) ==
        WTAP_OPTTYPE_SUCCESS)
        wtap_block_add_uint8_option(to, OPT_IDB_TSRESOL, resolution);
    copy_name(to, from, number);
    return to;
}

/* Ends the section being written. */
static bool close_section(struct copy *copy)
{
    compat_wtap_bool reload;
    gchar *err_info = NULL;
    int err = 0;
    wtap_dumper *dumper = copy->dumper;

    copy->dumper = NULL;
    if (dumper != NULL && !wtap_dump_close(dumper, &reload, &err, &err_info))
        return say(copy, copy->output, "cannot be written", err, err_info);
    return true;
}

/* Begins a section with `interfaces`. wiretap writes one section to a file: each has a dumper of
 * its own on the same open file. */
static bool open_section(struct copy *copy, GArray *interfaces)
{
    wtapng_iface_descriptions_t descriptions = {interfaces};
    wtap_dump_params params = WTAP_DUMP_PARAMS_INIT;
    gchar *err_info = NULL;
    int err = 0;
    int fd = dup(copy->fd);

    params.encap = WTAP_ENCAP_PER_PACKET;
    params.snaplen = EMPTY_SNAP_LENGTH;
    params.tsprec = WTAP_TSPREC_NSEC;
    params.idb_inf = &descriptions;
    if (fd < 0)
        return say(copy, copy->output, "cannot be written", errno, NULL);
    copy->dumper =
        wtap_dump_fdopen(fd, wtap_pcapng_file_type_subtype(), 0, &params, &err, &err_info);
    if (copy->dumper == NULL) {
        close(fd);
        return say(copy, copy->output, "cannot be written", err, err_info);
    }
    copy->interfaces = interfaces->len;
    return true;
}

static bool add_interface(struct copy *copy, wtap_block_t interface)
{
    gchar *err_info = NULL;
    int err = 0;

    if (!wtap_dump_add_idb(copy->dumper, interface, &err, &err_info))
        return say(copy, copy->output, "cannot be written", err, err_info);
    copy->interfaces++;
    return true;
}

/* Writes the interfaces that were read since the last frame, and at least those that this frame
 * needs, in its section. */
static bool write_interfaces(struct copy *copy)
{
    const wtap_rec *rec = &copy->record.rec;
    GArray *new = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    int encap = rec->rec_type == REC_TYPE_PACKET ? rec->rec_header.packet_header.pkt_encap
                                                 : WTAP_ENCAP_ETHERNET;
    bool begins = copy->dumper == NULL || section_of(rec) != copy->section;
    uint32_t known = begins ? 0 : copy->interfaces;
    wtap_block_t read, made;
    bool done = true;

    while ((read = wtap_get_next_interface_description(copy->wth)) != NULL) {
        made = new_interface(read, encap, known + new->len);
        g_array_append_val(new, made);
    }
    while (known + new->len <= interface_of(rec) && new->len < INTERFACES_OF_A_SECTION) {
        made = new_interface(NULL, encap, known + new->len);
        g_array_append_val(new, made);
    }
    if (begins) {
        done = close_section(copy) && open_section(copy, new);
        copy->section = section_of(rec);
    } else {
        for (guint i = 0; done && i < new->len; i++)
            done = add_interface(copy, g_array_index(new, wtap_block_t, i));
    }
    for (guint i = 0; i < new->len; i++)
        wtap_block_unref(g_array_index(new, wtap_block_t, i));
    g_array_free(new, TRUE);
    return done;
}

/* Of a packet's options only the flags stay: which way it went. */
static void strip_options(wtap_rec *rec)
{
    uint32_t flags;
    bool has_flags = rec->block != NULL &&
                     wtap_block_get_uint32_option_value(rec->block, OPT_PKT_FLAGS, &flags) ==
                         WTAP_OPTTYPE_SUCCESS;

    if (rec->block != NULL)
        wtap_block_unref(rec->block);
    rec->block = wtap_block_create(WTAP_BLOCK_PACKET);
    rec->block_was_modified = 0;
    if (has_flags)
        wtap_block_add_uint32_option(rec->block, OPT_PKT_FLAGS, flags);
}

/* What is no packet (a log entry, a system call) keeps its number, as an empty frame. A block of
 * some program's own has no time, which a frame must have, and stays one with its octets blanked.
 */
static void blank_record(struct compat_record *record)
{
    wtap_rec *rec = &record->rec;

    if (compat_is_plain_custom_block(rec)) {
        memset(compat_record_octets(record), 0, rec->rec_header.custom_block_header.length);
        return;
    }
    rec->rec_type = REC_TYPE_PACKET;
    memset(&rec->rec_header.packet_header, 0, sizeof rec->rec_header.packet_header);
    rec->rec_header.packet_header.pkt_encap = WTAP_ENCAP_ETHERNET;
    rec->presence_flags &= ~(uint32_t)WTAP_HAS_INTERFACE_ID;
}

static bool write_frame(struct copy *copy)
{
    wtap_rec *rec = &copy->record.rec;
    struct frame frame;
    gchar *err_info = NULL;
    int err = 0;

    if (!write_interfaces(copy))
        return false;
    if (rec->rec_type == REC_TYPE_PACKET) {
        set_frame(copy, &frame);
        packet_strip(copy->control, copy->secret, &frame);
    } else {
        blank_record(&copy->record);
    }
    strip_options(rec);
    if (!compat_write(copy->dumper, &copy->record, &err, &err_info))
        return say(copy, copy->output, "cannot be written", err, err_info);
    return true;
}

static bool learn_frame(struct copy *copy)
{
    struct frame frame;

    if (copy->record.rec.rec_type != REC_TYPE_PACKET)
        return true;
    set_frame(copy, &frame);
    packet_learn(copy->control, &frame);
    return true;
}

/* One pass over the input; `each` returns false to end it. */
static bool pass(struct copy *copy, bool (*each)(struct copy *copy))
{
    gchar *err_info = NULL;
    int err = 0;
    bool done = true;

    copy->wth = wtap_open_offline(copy->input, WTAP_TYPE_AUTO, &err, &err_info, FALSE);
    if (copy->wth == NULL)
        return say(copy, copy->input, "cannot be read", err, err_info);
    compat_record_init(&copy->record);
    copy->number = 0;
    while (done && !copy_interrupted && compat_read(copy->wth, &copy->record, &err, &err_info)) {
        copy->number++;
        done = each(copy);
    }
    compat_record_free(&copy->record);
    wtap_close(copy->wth);
    /* What can be read of a damaged capture is as good as a shorter one. */
    if (done && err != 0 && copy->number == 0)
        return say(copy, copy->input, "cannot be read", err, err_info);
    g_free(err_info);
    return done && !copy_interrupted;
}

bool copy_stripped(const char *input, const char *output, struct secret *secret, char **ret_error)
{
    struct copy copy = {.input = input, .output = output, .secret = secret};
    bool done;

    *ret_error = NULL;
    copy.fd = open(output, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (copy.fd < 0) {
        say(&copy, output, "cannot be written", errno, NULL);
        *ret_error = copy.error;
        return false;
    }
    copy.control = control_new();
    done = pass(&copy, learn_frame) && pass(&copy, write_frame);
    done = close_section(&copy) && done;
    control_free(copy.control);
    if (close(copy.fd) != 0 && done)
        done = say(&copy, output, "cannot be written", errno, NULL);
    if (!done)
        unlink(output);
    *ret_error = copy.error;
    return done;
}
