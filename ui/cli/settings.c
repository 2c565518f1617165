/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings.h"

#include <string.h>

#include <wsutil/inet_addr.h>

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

    g_set_error(error, READER_ERROR, READER_ERROR_SETTING, "%s cannot be \"%s\".", name, shown);
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

/* Reads "address" or "address/bits". */
static bool read_subnet(const char *word, struct link_subnet *ret)
{
    char **part = g_strsplit(word, "/", 2);
    struct link_subnet subnet = {.prefix = 0};
    ws_in4_addr ip4;
    ws_in6_addr ip6;
    guint64 bits;
    bool good = true;

    if (ws_inet_pton4(part[0], &ip4)) {
        subnet.address.length = 4;
        memcpy(subnet.address.octets, &ip4, 4);
    } else if (ws_inet_pton6(part[0], &ip6)) {
        subnet.address.length = 16;
        memcpy(subnet.address.octets, &ip6, 16);
    } else {
        good = false;
    }
    bits = subnet.address.length * 8u;
    if (good && part[1] != NULL)
        good = g_ascii_string_to_unsigned(part[1], 10, 0, bits, &bits, NULL);
    subnet.prefix = (uint8_t)bits;
    g_strfreev(part);
    if (good)
        *ret = subnet;
    return good;
}

/* A word that is no address is the name of an interface. */
static void read_inside(const char *value, struct settings *ret)
{
    char **words = g_strsplit(value, ",", -1);

    for (char **word = words; *word != NULL; word++) {
        struct link_subnet subnet;

        g_strstrip(*word);
        if (**word == '\0')
            continue;
        if (read_subnet(*word, &subnet))
            g_array_append_val(ret->subnets, subnet);
        else
            g_ptr_array_add(ret->names, g_strdup(*word));
    }
    g_strfreev(words);
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
        return refuse("a setting (NAME:VALUE)", line, error);
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
    ret->subnets = g_array_new(FALSE, FALSE, sizeof(struct link_subnet));
    ret->names = g_ptr_array_new_with_free_func(g_free);
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
    if (settings->subnets != NULL)
        g_array_free(settings->subnets, TRUE);
    if (settings->names != NULL)
        g_ptr_array_free(settings->names, TRUE);
    memset(settings, 0, sizeof *settings);
}
