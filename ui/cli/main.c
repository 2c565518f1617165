/* pptpnat: is it the NAT? Reads the captures of one PPTP call from both sides of a NAT, and prints
 * the verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "options.h"
#include "output.h"
#include "page_file.h"
#include "record.h"
#include "strip/copy.h"
#include "stripped.h"
#include "window.h"

enum { STATUS_OK, STATUS_FAULT, STATUS_COULD_NOT, STATUS_UNKNOWN };

static volatile sig_atomic_t stop; /* the signal that ends all */

static void interrupt(int number)
{
    stop = number;
    copy_interrupted = number;
}

/* A write to a program that reads no further fails, and is said. */
static void catch_signals(void)
{
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = interrupt;
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaction(signals[i], &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL); /* a limit of the size of files: writing fails */
}

/* What is opened later must not take the place of a standard stream that is closed. */
static void hold_places_of_streams(bool closed[3])
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        closed[fd] = fcntl(fd, F_GETFD) < 0;
        if (closed[fd] && open("/dev/null", O_RDWR) != fd)
            _exit(STATUS_COULD_NOT);
    }
}

static void note(const char *text, void *user)
{
    (void)user;
    message_note(text);
}

static void progress(const char *doing, double part, void *user)
{
    (void)user;
    message_progress(doing, part);
}

static struct reader_options reader_options_of(const struct options *options)
{
    return (struct reader_options){
        .choice = options->choice,
        .settings = (const char *const *)options->settings,
        .stop = &stop,
        .note = note,
        .detail = options->verbose ? note : NULL,
        .progress = progress,
    };
}

static int status_of(const struct report *report)
{
    const char *text = "", *cause = "";
    switch (report_verdict(report, &text, &cause)) {
    case VERDICT_OK:
        return STATUS_OK;
    case VERDICT_FAULT:
        return STATUS_FAULT;
    case VERDICT_UNKNOWN:
        break;
    }
    return STATUS_UNKNOWN;
}

/* Everything that may fail comes before the first octet of the result. */
static int give_out(const struct options *options, const struct reader_options *as,
                    struct reader *reader, const struct report *report, struct stripped *stripped)
{
    struct window *window = NULL;
    int status = STATUS_COULD_NOT;
    bool done = (options->page == NULL || page_file_write(options->page, report)) && stop == 0;
    done = done && (stripped == NULL || stripped_write(stripped, reader, as)) && stop == 0;
    message_progress(NULL, -1);
    if (done && options->open) {
        window = window_new(reader, report);
        done = window != NULL;
    }
    done = done && output_write(options, report);
    if (done && window != NULL)
        done = window_show(window, &stop);
    if (done)
        status = status_of(report);
    window_free(window);
    return status;
}

/* `shown`: how captures are called in outputs; NULL: as they are named. */
static int judge(const struct options *options, const char *const *captures,
                 const char *const *shown)
{
    struct reader_options as = reader_options_of(options);
    struct stripped *stripped = NULL;
    struct reader *reader;
    GError *error = NULL;
    int status = STATUS_COULD_NOT;
    if (options->open && !window_check())
        return STATUS_COULD_NOT;
    if (options->vendor != NULL) {
        stripped = stripped_new(options->vendor, captures);
        if (stripped == NULL)
            return STATUS_COULD_NOT;
    }
    as.shown = shown;
    reader = reader_new(&as);
    if (reader_read(reader, captures, &error)) {
        struct sources sources = reader_sources(reader);
        struct report report = report_new(reader_analysis(reader), &sources);
        status = give_out(options, &as, reader, &report, stripped);
        report_clear(&report);
    } else if (!g_error_matches(error, READER_ERROR, READER_ERROR_STOPPED)) {
        message_note(error->message);
    }
    message_progress(NULL, -1);
    g_clear_error(&error);
    reader_free(reader);
    stripped_free(stripped);
    return stop != 0 ? 128 + (int)stop : status;
}

/* Takes the captures first. */
static int capture(const struct options *options)
{
    const struct record_options as = {
        .from = (const char *const *)options->captures,
        .settings = (const char *const *)options->settings,
        .rsh = options->rsh,
        .folder = options->folder,
        .duration_s = options->duration_s,
        .stop = &stop,
    };
    if (options->open && !window_check())
        return STATUS_COULD_NOT;
    struct recording *recording = record(&as);
    int status = stop != 0 ? 128 + (int)stop : STATUS_COULD_NOT;
    if (recording != NULL) {
        copy_interrupted = 0;
        status = judge(options, recording_files(recording), recording_shown(recording));
    }
    recording_free(recording);
    return status;
}

static int answer(const struct options *options, const bool closed[3])
{
    static const char version[] = "pptpnat " PPTPNAT_VERSION "\nWireshark " PPTPNAT_WIRESHARK "\n";
    bool needs_input = false;
    for (char **name = options->captures; name != NULL && *name != NULL; name++)
        needs_input = needs_input || strcmp(*name, READER_STANDARD_INPUT) == 0;
    if (closed[STDOUT_FILENO]) {
        message_note("the standard output is closed.");
        return STATUS_COULD_NOT;
    }
    if (options->help)
        return output_text(options_usage()) ? STATUS_OK : STATUS_COULD_NOT;
    if (options->version)
        return output_text(version) ? STATUS_OK : STATUS_COULD_NOT;
    if (options->captures == NULL) {
        fputs(options_usage(), stderr);
        return STATUS_COULD_NOT;
    }
    if (needs_input && closed[STDIN_FILENO]) {
        message_note("the standard input is closed.");
        return STATUS_COULD_NOT;
    }
    if (options->capture)
        return capture(options);
    return judge(options, (const char *const *)options->captures, NULL);
}

int main(int argc, char **argv)
{
    bool closed[3];
    struct options options;
    hold_places_of_streams(closed);
    catch_signals();
    setlocale(LC_CTYPE, "");
    bool sound = options_read(&options, &argc, &argv);
    int status = sound ? answer(&options, closed) : STATUS_COULD_NOT;
    options_clear(&options);
    return status;
}
