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

#include "copy.h"

static const char usage[] =
    "usage: pptpnat-strip CAPTURE COPY [CAPTURE COPY]...\n"
    "\n"
    "Writes each COPY, a new pcapng file, from CAPTURE, without what the tunnels carried, how "
    "users\n"
    "proved who they are, and names. Copies of one run can be compared with each other.\n"
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

/* The copies made before a failure would lack their counterpart: none stays. */
static int give_up(char **pairs, int made)
{
    for (int i = 0; i < made; i++)
        unlink(pairs[2 * i + 1]);
    return copy_interrupted != 0 ? 128 + copy_interrupted : 1;
}

int main(int argc, char **argv)
{
    struct secret *secret;
    char **pairs = argv + 1;
    int count = (argc - 1) / 2;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc < 3 || argc % 2 == 0) {
        fputs(usage, stderr);
        return 2;
    }
    catch_signals();
    init_process_policies();
    wtap_init(FALSE);
    secret = secret_new();
    if (secret == NULL) {
        fputs("The system has no random octets to make a key of.\n", stderr);
        return 1;
    }
    for (int i = 0; i < count; i++) {
        if (!copy_stripped(pairs[2 * i], pairs[2 * i + 1], secret)) {
            secret_free(secret);
            wtap_cleanup();
            return give_up(pairs, i);
        }
    }
    secret_free(secret);
    wtap_cleanup();
    return 0;
}
