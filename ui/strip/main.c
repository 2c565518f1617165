/* pptpnat-strip: copies of captures that can be sent to others. pptpnat --strip runs it and proves
 * that the copies lead to the same verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <wiretap/wtap.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#include "copy.h"

static const char usage[] =
    "usage: pptpnat-strip DIRECTORY CAPTURE...\n"
    "\n"
    "Writes DIRECTORY/1.pcapng, 2.pcapng, ..., new files, one for each CAPTURE, without what the\n"
    "tunnels carried, how users proved who they are, and names. The copies of one run can be\n"
    "compared with each other.\n"
    "Exit status: 0 all were written, 1 not: then none is there, 2 wrong use.\n";

static void interrupt(int signal_number)
{
    copy_interrupted = signal_number;
}

static void catch_signals(void)
{
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = interrupt;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
}

static char *name_of_copy(const char *directory, int number)
{
    return g_strdup_printf("%s/%d.pcapng", directory, number);
}

/* Copies without their counterparts are of no use. */
static void remove_copies(const char *directory, int made)
{
    for (int i = 1; i <= made; i++) {
        char *name = name_of_copy(directory, i);

        unlink(name);
        g_free(name);
    }
}

/* Returns how many were made. */
static int make_copies(const char *directory, char **captures, int count, struct secret *secret)
{
    int made = 0;
    bool done = true;

    while (done && made < count) {
        char *name = name_of_copy(directory, made + 1);
        char *error;

        done = copy_stripped(captures[made], name, secret, &error);
        made += done;
        if (error != NULL)
            fprintf(stderr, "%s\n", error);
        g_free(error);
        g_free(name);
    }
    return made;
}

int main(int argc, char **argv)
{
    struct secret *secret;
    int count = argc - 2;
    int made;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (count < 1) {
        fputs(usage, stderr);
        return 2;
    }
    catch_signals();
    ws_log_set_level(LOG_LEVEL_WARNING);
    init_process_policies();
    wtap_init(FALSE);
    secret = secret_new();
    if (secret == NULL) {
        fputs("The system has no random bytes for a key.\n", stderr);
        return 1;
    }
    made = make_copies(argv[1], argv + 2, count, secret);
    secret_free(secret);
    wtap_cleanup();
    if (made == count)
        return 0;
    remove_copies(argv[1], made);
    return copy_interrupted != 0 ? 128 + copy_interrupted : 1;
}
