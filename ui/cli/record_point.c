/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_point.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gstdio.h>

#include "record_failure.h"
#include "record_script.h"

#define BLOCK       65536
#define BLOCKS      64    /* that are read at once: other points send, too */
#define SAID_LIMIT  4096  /* octets of what a program says that are kept, from its start */
#define LOGIN_LIMIT 65536 /* octets that a login may print */
#define PATIENCE_US (5 * G_USEC_PER_SEC)
#define STEP_US     10000

struct record_point {
    const struct record_from *from;
    GSubprocess *process;
    int output; /* -1: ended */
    int errors;
    GString *said;  /* on the standard error */
    GString *login; /* what came before the greeting, until that is there; then NULL */
    char *program;  /* of the greeting; NULL: there was none yet */
    struct pcap_stream *stream;
    bool ready;
    bool stopping;
    FILE *file;
    char *path;
    int write_error; /* errno; 0: none */
    uint64_t packets;
};

/* Ctrl-C on a terminal is for pptpnat, which then ends the captures in order. */
static void before_exec(gpointer data)
{
    (void)data;
    signal(SIGINT, SIG_IGN);
}

static GSubprocess *start_shell(const struct record_from *from, const char *const *rsh,
                                GError **error)
{
    GSubprocessLauncher *launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_PIPE);
    GPtrArray *words = g_ptr_array_new();
    GSubprocess *process;

    for (; from->host != NULL && *rsh != NULL; rsh++)
        g_ptr_array_add(words, (gpointer)*rsh);
    if (from->host != NULL)
        g_ptr_array_add(words, from->host);
    g_ptr_array_add(words, (gpointer) "sh");
    g_ptr_array_add(words, NULL);
    g_subprocess_launcher_set_child_setup(launcher, before_exec, NULL, NULL);
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, error);
    g_ptr_array_free(words, TRUE);
    g_object_unref(launcher);
    return process;
}

/* A program that is gone already says why on the other pipes. */
static void send_script(struct record_point *point, const char *filter)
{
    GOutputStream *input = g_subprocess_get_stdin_pipe(point->process);
    char *text = record_script(point->from->interface, filter);

    g_output_stream_write_all(input, text, strlen(text), NULL, NULL, NULL);
    g_free(text);
}

static int descriptor_of(GInputStream *stream)
{
    int fd = g_unix_input_stream_get_fd(G_UNIX_INPUT_STREAM(stream));

    g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    return fd;
}

static bool make_file(struct record_point *point, const char *path, GError **error)
{
    point->file = fopen(path, "wbxe");
    if (point->file == NULL) {
        record_failure_file(path, errno, error);
        return false;
    }
    point->path = g_strdup(path);
    return true;
}

struct record_point *record_point_new(const struct record_from *from, const char *const *rsh,
                                      const char *filter, const char *path, GError **error)
{
    struct record_point *point = g_new0(struct record_point, 1);

    point->from = from;
    point->output = -1;
    point->errors = -1;
    point->said = g_string_new(NULL);
    point->login = g_string_new(NULL);
    point->stream = pcap_stream_new();
    if (make_file(point, path, error)) {
        point->process = start_shell(from, rsh, error);
        if (point->process == NULL) {
            g_prefix_error(error, "capturing at %s cannot begin: ", from->name);
        } else {
            point->output = descriptor_of(g_subprocess_get_stdout_pipe(point->process));
            point->errors = descriptor_of(g_subprocess_get_stderr_pipe(point->process));
            send_script(point, filter);
            return point;
        }
    }
    record_point_free(point);
    return NULL;
}

/* Its identifier is gone once it has ended. */
static void wait_for_end(GSubprocess *process)
{
    for (gint64 waited = 0; g_subprocess_get_identifier(process) != NULL; waited += STEP_US) {
        if (waited == PATIENCE_US)
            g_subprocess_send_signal(process, SIGTERM);
        if (waited == 2 * PATIENCE_US)
            g_subprocess_force_exit(process);
        g_usleep(STEP_US);
    }
}

static void close_input(struct record_point *point)
{
    g_output_stream_close(g_subprocess_get_stdin_pipe(point->process), NULL, NULL);
}

void record_point_free(struct record_point *point)
{
    if (point == NULL)
        return;
    if (point->process != NULL) {
        record_point_stop(point);
        /* What it still has to say must not keep it from ending. */
        g_input_stream_close(g_subprocess_get_stdout_pipe(point->process), NULL, NULL);
        g_input_stream_close(g_subprocess_get_stderr_pipe(point->process), NULL, NULL);
        wait_for_end(point->process);
        g_object_unref(point->process);
    }
    if (point->file != NULL)
        fclose(point->file);
    if (point->path != NULL && !point->ready)
        g_unlink(point->path);
    pcap_stream_free(point->stream);
    if (point->login != NULL)
        g_string_free(point->login, TRUE);
    g_string_free(point->said, TRUE);
    g_free(point->program);
    g_free(point->path);
    g_free(point);
}

unsigned record_point_poll(const struct record_point *point, GPollFD ret[2])
{
    unsigned count = 0;

    if (point->output >= 0)
        ret[count++] = (GPollFD){.fd = point->output, .events = G_IO_IN | G_IO_HUP};
    if (point->errors >= 0)
        ret[count++] = (GPollFD){.fd = point->errors, .events = G_IO_IN | G_IO_HUP};
    return count;
}

/* The number of octets; 0 at the end, after which the descriptor is not read again. -1: none yet.
 */
static ssize_t take(int *fd, char *block)
{
    ssize_t got = *fd >= 0 ? read(*fd, block, BLOCK) : -1;

    if (got < 0 && (*fd < 0 || errno == EAGAIN || errno == EINTR))
        return -1;
    if (got <= 0)
        *fd = -1;
    return MAX(got, 0);
}

static void read_errors(struct record_point *point, char *block)
{
    ssize_t got;

    for (unsigned i = 0; i < BLOCKS && (got = take(&point->errors, block)) > 0; i++) {
        if (point->said->len < SAID_LIMIT)
            g_string_append_len(point->said, block, got);
        else if (point->stopping) /* the last words count what was lost */
            g_string_append_len(g_string_truncate(point->said, SAID_LIMIT / 2), block, got);
    }
}

static void write_part(struct record_point *point, const struct pcap_part *part)
{
    if (point->write_error == 0 && (fwrite(part->octets, 1, part->size, point->file) != part->size))
        point->write_error = errno;
}

static bool take_packets(struct record_point *point, record_packet each, void *user)
{
    enum pcap_stream_part kind;
    struct pcap_part part;

    while ((kind = pcap_stream_next(point->stream, &part)) != PCAP_STREAM_MORE) {
        if (kind == PCAP_STREAM_BROKEN)
            return false;
        write_part(point, &part);
        point->ready = true;
        if (kind == PCAP_STREAM_RECORD) {
            point->packets++;
            each(user, pcap_stream_link_type(point->stream), &part);
        }
    }
    return true;
}

/* A login may print any octets, zeros, too. NULL: not there. */
static const char *find_greeting(const GString *login)
{
    const gsize length = strlen(RECORD_GREETING);

    for (gsize at = 0; at + length <= login->len; at++) {
        if (memcmp(login->str + at, RECORD_GREETING, length) == 0)
            return login->str + at + length;
    }
    return NULL;
}

/* Returns what lies behind the greeting, and sets how much that is. NULL: it is not there yet. */
static const char *after_greeting(struct record_point *point, size_t *ret_count)
{
    const char *line = find_greeting(point->login);
    const char *last = point->login->str + point->login->len;
    const char *end = line != NULL ? memchr(line, '\n', (size_t)(last - line)) : NULL;

    if (end == NULL)
        return NULL;
    point->program = g_strndup(line, (gsize)(end - line));
    *ret_count = (size_t)(last - end - 1);
    return end + 1;
}

static bool take_octets(struct record_point *point, const char *octets, size_t count,
                        record_packet each, void *user)
{
    if (point->login != NULL) {
        g_string_append_len(point->login, octets, (gssize)count);
        octets = after_greeting(point, &count);
        if (octets == NULL)
            return point->login->len < LOGIN_LIMIT;
    }
    pcap_stream_add(point->stream, (const uint8_t *)octets, count);
    if (point->login != NULL)
        g_string_free(point->login, TRUE);
    point->login = NULL;
    return take_packets(point, each, user);
}

static bool fail(const struct record_point *point, bool broken, GError **error)
{
    struct record_failure failure = {
        .from = point->from,
        .program = point->program,
        .said = point->said->str,
        .began = point->ready,
        .broken = broken,
    };

    record_failure_set(&failure, error);
    return false;
}

bool record_point_read(struct record_point *point, record_packet each, void *user, GError **error)
{
    char *block = g_malloc(BLOCK);
    bool whole = true;
    ssize_t got = -1;

    for (unsigned i = 0; whole && i < BLOCKS && (got = take(&point->output, block)) > 0; i++)
        whole = take_octets(point, block, (size_t)got, each, user);
    if (!whole)
        point->output = -1;  /* nothing behind that can be read */
    if (whole && got == 0) { /* what it said on its way out */
        close_input(point);
        wait_for_end(point->process);
    }
    read_errors(point, block);
    g_free(block);
    if (point->write_error != 0) {
        record_failure_file(point->path, point->write_error, error);
        return false;
    }
    if (!whole || (point->output < 0 && !point->stopping))
        return fail(point, !whole, error);
    return true;
}

bool record_point_is_ready(const struct record_point *point)
{
    return point->ready;
}

bool record_point_has_ended(const struct record_point *point)
{
    return point->output < 0;
}

uint64_t record_point_packets(const struct record_point *point)
{
    return point->packets;
}

uint64_t record_point_lost(const struct record_point *point)
{
    return record_failure_lost(point->said->str);
}

void record_point_stop(struct record_point *point)
{
    point->stopping = true;
    close_input(point);
}

bool record_point_close(struct record_point *point, GError **error)
{
    bool written = fclose(point->file) == 0 && point->write_error == 0;
    int number = point->write_error != 0 ? point->write_error : errno;

    point->file = NULL;
    if (!written)
        record_failure_file(point->path, number, error);
    return written;
}
