/* What runs at a capture point: a POSIX shell gets this on its standard input, here or behind ssh,
 * so that no name of the user's passes through another shell's hands, whichever is theirs.
 *
 * It captures with dumpcap or tcpdump, whichever is there, and ends with its standard input: when
 * that is closed, or the connection breaks, nothing is left running.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_RECORD_SCRIPT_H
#define PPTPNAT_CLI_RECORD_SCRIPT_H

/* The first line that it prints, before the capture: this and the program's name, or nothing where
 * there is none. What a login prints before it is no part of it. */
#define RECORD_GREETING "pptpnat captures with "

/* To be freed with g_free. */
char *record_script(const char *interface, const char *filter);

/* The capture filter of all that is analysed, with the control connection at the ports of the
 * settings that were read last (settings.h). To be freed with g_free. */
char *record_filter(void);

#endif
