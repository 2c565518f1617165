/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings.h"

#include <string.h>

#include "core/base/printable.h"
#include "core/pptp/pptp_wire.h"
#include "reader.h"

#define PORTS 65536

static bool is_pptp_port[PORTS];

bool settings_is_pptp_port(uint16_t port)
{
    return is_pptp_port[port];
}

static bool refuse(const char *name, const char *value, GError **error)
{
    char *shown = printable_text(value);

    g_set_error(error, READER_ERROR, READER_ERROR_SETTING, "%s cannot be \"%s\".%s", name, shown,
                name[0] == '-' ? "\nWrite -o NAME:VALUE, such as -o pptp.tcp.port:1724." : "");
    g_free(shown);
    return false;
}

/* "1723", "1723,5000-5010": as Wireshark writes ranges. */
static bool read_ports(const char *name, const char *value, GError **error)
{
    char **parts = g_strsplit(value, ",", -1);
    bool good = true;

    memset(is_pptp_port, 0, sizeof is_pptp_port);
    for (char **part = parts; good && *part != NULL; part++) {
        char **ends = g_strsplit(g_strstrip(*part), "-", 2);
        guint64 first = 0;
        guint64 last = 0;

        if (ends[0] != NULL) {
            good = g_ascii_string_to_unsigned(g_strstrip(ends[0]), 10, 0, PORTS - 1, &first, NULL);
            last = first;
            if (good && ends[1] != NULL)
                good = g_ascii_string_to_unsigned(g_strstrip(ends[1]), 10, first, PORTS - 1, &last,
                                                  NULL);
            for (guint64 port = first; good && port <= last; port++)
                is_pptp_port[port] = true;
        }
        g_strfreev(ends);
    }
    g_strfreev(parts);
    return good || refuse(name, value, error);
}

static bool read_bool(const char *name, const char *value, bool *ret, GError **error)
{
    bool is_true = g_ascii_strcasecmp(value, "true") == 0;

    if (!is_true && g_ascii_strcasecmp(value, "false") != 0)
        return refuse(name, value, error);
    *ret = is_true;
    return true;
}

static void read_inside(const char *value, struct settings *ret)
{
    inside_clear(&ret->inside);
    ret->inside = inside_read(value);
}

static bool read_window(const char *name, const char *value, struct settings *ret, GError **error)
{
    guint64 seconds = 0;

    if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT32, &seconds, NULL))
        return refuse(name, value, error);
    ret->window_s = (double)seconds;
    return true;
}

/* Settings of Wireshark that change nothing before the plugin gets a packet. */
static bool is_without_effect(const char *name)
{
    static const char *const names[] = {
        "ip.check_checksum",           "tcp.analyze_sequence_numbers",
        "tcp.check_checksum",          "tcp.desegment_tcp_streams",
        "tcp.reassemble_out_of_order", "tcp.relative_sequence_numbers",
        "udp.check_checksum",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static bool read_line(struct settings *ret, const char *line, GError **error)
{
    const char *colon = strchr(line, ':');
    bool on = true;
    bool good = true;
    char *name;
    char *value;

    if (colon == NULL || colon == line)
        return refuse("-o", line, error);
    name = g_strndup(line, (gsize)(colon - line));
    value = g_strstrip(g_strdup(colon + 1));
    if (strcmp(name, "pptp.tcp.port") == 0)
        good = read_ports(name, value, error);
    else if (strcmp(name, "pptp.nat.enabled") == 0)
        good = read_bool(name, value, &ret->link, error);
    else if (strcmp(name, "pptp.nat.inside") == 0)
        read_inside(value, ret);
    else if (strcmp(name, "pptp.nat.window") == 0)
        good = read_window(name, value, ret, error);
    else if (strcmp(name, "pptp.analysis.enabled") == 0)
        good = read_bool(name, value, &on, error) && (on || refuse(name, value, error));
    else if (ret->others == NULL && !is_without_effect(name))
        ret->others = line;
    g_free(value);
    g_free(name);
    return good;
}

bool settings_read(struct settings *ret, const char *const *lines, GError **error)
{
    *ret = (struct settings){.link = true, .window_s = LINKER_DEFAULT_WINDOW_S};
    ret->inside = inside_read(NULL);
    memset(is_pptp_port, 0, sizeof is_pptp_port);
    is_pptp_port[PPTP_PORT] = true;
    for (; lines != NULL && *lines != NULL; lines++) {
        if (!read_line(ret, *lines, error))
            return false;
    }
    return true;
}

void settings_clear(struct settings *settings)
{
    inside_clear(&settings->inside);
    memset(settings, 0, sizeof *settings);
}
