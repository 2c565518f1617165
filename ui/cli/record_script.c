/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_script.h"

#include <glib.h>

#include "settings.h"

#define PORTS 65536

/* A function, so that a shell has read all of it before the capture begins. Both programs know
 * "-d": only interfaces that can carry VLAN tags take a filter for them. The watcher has a copy of
 * the standard input, of which a background command gets none; the signal is one that the programs
 * take for the end of the capture. */
static const char script[] =
    "pptpnat_capture() {\n"
    "    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin\n"
    "    interface=$1 filter=$2 program=\n"
    "    trap '' INT HUP\n"
    "    exec 3<&0 </dev/null\n"
    "    command -v tcpdump >/dev/null 2>&1 && program=tcpdump\n"
    "    command -v dumpcap >/dev/null 2>&1 && program=dumpcap\n"
    "    echo \"" RECORD_GREETING "$program\"\n"
    "    tagged=\"$filter or (vlan and ($filter))\"\n"
    "    case $program in\n"
    "    dumpcap)\n"
    "        dumpcap -d -i \"$interface\" -f \"$tagged\" >/dev/null 2>&1 && filter=$tagged\n"
    "        dumpcap -q -P -i \"$interface\" -f \"$filter\" -w - 3<&- &\n"
    "        ;;\n"
    "    tcpdump)\n"
    "        tcpdump -d -i \"$interface\" \"$tagged\" >/dev/null 2>&1 && filter=$tagged\n"
    "        tcpdump -n -U -s 0 -i \"$interface\" -w - \"$filter\" 3<&- &\n"
    "        ;;\n"
    "    *) exit 1 ;;\n"
    "    esac\n"
    "    capture=$!\n"
    "    { while read -r line; do :; done; kill \"$capture\"; } <&3 >/dev/null 2>&1 &\n"
    "    watcher=$!\n"
    "    wait \"$capture\"\n"
    "    status=$?\n"
    "    kill \"$watcher\" 2>/dev/null\n"
    "    exit \"$status\"\n"
    "}\n";

char *record_script(const char *interface, const char *filter)
{
    char *quoted_interface = g_shell_quote(interface);
    char *quoted_filter = g_shell_quote(filter);
    char *text =
        g_strdup_printf("%spptpnat_capture %s %s\n", script, quoted_interface, quoted_filter);

    g_free(quoted_filter);
    g_free(quoted_interface);
    return text;
}

/* ICMP errors and fragments, which have no ports, are needed, too. */
char *record_filter(void)
{
    GString *filter = g_string_new(NULL);

    for (uint32_t port = 0; port < PORTS; port++) {
        uint32_t first = port;

        if (!settings_is_pptp_port((uint16_t)port))
            continue;
        while (port + 1 < PORTS && settings_is_pptp_port((uint16_t)(port + 1)))
            port++;
        if (first == port)
            g_string_append_printf(filter, "tcp port %u or ", port);
        else
            g_string_append_printf(filter, "tcp portrange %u-%u or ", first, port);
    }
    g_string_append(filter, "udp port 500 or 4500 or 1701 or proto 47 or 50 or icmp or "
                            "(ip[6:2] & 0x3fff != 0) or ip6 proto 44");
    return g_string_free(filter, FALSE);
}
