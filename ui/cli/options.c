/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <string.h>

#include "message.h"

static const char usage[] =
    "usage: pptpnat [--json] [--summary] [--findings] [--tables] [--all]\n"
    "               [--html PAGE] [--strip DIR] [--open] [--reader READER]\n"
    "               [-o NAME:VALUE] [--verbose] [--] CAPTURE...\n"
    "       pptpnat --capture [-w DIR] [--duration SECONDS] [--rsh COMMAND]\n"
    "               [OPTION...] [--] FROM...\n"
    "       pptpnat --help | --version\n"
    "\n"
    "Says whether a NAT breaks PPTP or L2TP/IPsec, and what exactly it does wrong.\n"
    "\n"
    "CAPTURE       one capture per capture point (inside.pcapng outside.pcapng), or\n"
    "              one merged capture of several interfaces; any format that\n"
    "              Wireshark reads, also compressed; - is the standard input\n"
    "--json        print one JSON document instead of text\n"
    "--summary     print one line instead, for grep\n"
    "--findings    also print all findings\n"
    "--tables      also print tables of calls, SAs, translations and packets\n"
    "--all         also print all of that, and what is said of each NAT and call\n"
    "--html PAGE   also draw calls and tunnels: writes one HTML page that needs no\n"
    "              network and no script\n"
    "--strip DIR   also write copies of the captures to DIR that can be sent to a\n"
    "              router's vendor: without what the tunnels carried, passwords and\n"
    "              names, and with the same verdict\n"
    "--open        then open the captures, merged by time, in Wireshark with the\n"
    "              profile \"PPTP NAT\", and wait until it is closed\n"
    "--reader READER  wiretap: read the captures without tshark; tshark: with it;\n"
    "              by default tshark where wiretap alone cannot be sure\n"
    "-o NAME:VALUE  a setting as tshark has it: pptp.tcp.port:1723,1724\n"
    "--capture     take the captures first. FROM is an interface of this machine, or\n"
    "              HOST:INTERFACE of another one, over ssh\n"
    "-w DIR        keep the captures in DIR\n"
    "--duration SECONDS  end the capture after this time; Ctrl-C ends it, too\n"
    "--rsh COMMAND  reach the hosts by this instead of ssh\n"
    "-v, --verbose  say which reader was used, and why\n"
    "-h, --help    print this\n"
    "--version     print the versions of the command and of Wireshark's libraries\n"
    "\n"
    "  pptpnat inside.pcapng outside.pcapng\n"
    "  pptpnat --html call.html inside.pcapng outside.pcapng\n"
    "  pptpnat --capture eth0 root@router:eth1\n"
    "\n"
    "Exit status: 0 ok, 1 fault, 2 could not run, 3 unknown: the captures do not\n"
    "show enough. Frame numbers are those of the files given. More: man pptpnat\n";

const char *options_usage(void)
{
    return usage;
}

/* GLib begins its messages with a capital. */
static void say_error(const char *text)
{
    char *name = message_name(text);
    message_notef("%c%s.\npptpnat --help lists the options.", g_ascii_tolower(name[0]), name + 1);
    g_free(name);
}

static bool read_words(struct options *options, int *argc, char ***argv)
{
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, NULL, NULL},
        {"summary", 0, 0, G_OPTION_ARG_NONE, &options->summary, NULL, NULL},
        {"findings", 0, 0, G_OPTION_ARG_NONE, &options->findings, NULL, NULL},
        {"tables", 0, 0, G_OPTION_ARG_NONE, &options->tables, NULL, NULL},
        {"all", 0, 0, G_OPTION_ARG_NONE, &options->all, NULL, NULL},
        {"html", 0, 0, G_OPTION_ARG_FILENAME, &options->page, NULL, NULL},
        {"strip", 0, 0, G_OPTION_ARG_FILENAME, &options->vendor, NULL, NULL},
        {"open", 0, 0, G_OPTION_ARG_NONE, &options->open, NULL, NULL},
        {"capture", 0, 0, G_OPTION_ARG_NONE, &options->capture, NULL, NULL},
        {"write", 'w', 0, G_OPTION_ARG_FILENAME, &options->folder, NULL, NULL},
        {"duration", 0, 0, G_OPTION_ARG_STRING, &options->duration, NULL, NULL},
        {"rsh", 0, 0, G_OPTION_ARG_STRING, &options->rsh, NULL, NULL},
        {"reader", 0, 0, G_OPTION_ARG_STRING, &options->reader, NULL, NULL},
        {"option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &options->settings, NULL, NULL},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, NULL, NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &options->help, NULL, NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, NULL, NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->captures, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    GOptionContext *context = g_option_context_new(NULL);
    GError *error = NULL;
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    bool done = g_option_context_parse(context, argc, argv, &error);
    if (!done)
        say_error(error->message);
    g_clear_error(&error);
    g_option_context_free(context);
    return done;
}

static bool read_choice(struct options *options)
{
    if (options->reader == NULL)
        return true;
    if (strcmp(options->reader, "wiretap") == 0)
        options->choice = READER_WIRETAP;
    else if (strcmp(options->reader, "tshark") == 0)
        options->choice = READER_TSHARK;
    else
        message_note("--reader is wiretap or tshark.");
    return options->choice != READER_AUTO;
}

static bool read_duration(struct options *options)
{
    guint64 seconds = 0;
    if (options->duration == NULL)
        return true;
    if (g_ascii_string_to_unsigned(options->duration, 10, 1, G_MAXINT32, &seconds, NULL)) {
        options->duration_s = (unsigned)seconds;
        return true;
    }
    message_note("--duration is a number of seconds.");
    return false;
}

static bool are_sound(const struct options *options)
{
    bool more = options->findings || options->tables || options->all;
    if (options->page != NULL && options->page[0] == '\0')
        message_note("--html needs the name of the page to write.");
    else if (options->vendor != NULL && options->vendor[0] == '\0')
        message_note("--strip needs the name of the directory to write copies to.");
    else if (options->folder != NULL && options->folder[0] == '\0')
        message_note("-w needs the name of the directory to keep captures in.");
    else if (!options->capture &&
             (options->folder != NULL || options->rsh != NULL || options->duration != NULL))
        message_note("-w, --rsh and --duration are for --capture.");
    else if (options->json + options->summary + more > 1)
        message_note("--json and --summary print nothing but what they are for.\n"
                     "Leave one of the options out, or run pptpnat twice.");
    else
        return true;
    return false;
}

bool options_read(struct options *options, int *argc, char ***argv)
{
    memset(options, 0, sizeof *options);
    options->choice = READER_AUTO;
    return read_words(options, argc, argv) && read_choice(options) && read_duration(options) &&
           are_sound(options);
}

void options_clear(struct options *options)
{
    g_free(options->page);
    g_free(options->vendor);
    g_free(options->reader);
    g_free(options->folder);
    g_free(options->rsh);
    g_free(options->duration);
    g_strfreev(options->settings);
    g_strfreev(options->captures);
}
