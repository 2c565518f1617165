/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "address_text.h"

#include <glib.h>
#include <string.h>

#define IPV4_OCTETS 4
#define IPV6_OCTETS 16

/* Decimal, without zeros in front. */
static bool read_octet(const char *text, uint8_t *ret)
{
    guint64 number = 0;
    if (text[0] == '0' && text[1] != '\0')
        return false;
    if (!g_ascii_string_to_unsigned(text, 10, 0, UINT8_MAX, &number, NULL))
        return false;
    *ret = (uint8_t)number;
    return true;
}

static bool read_ipv4(const char *text, uint8_t ret[IPV4_OCTETS])
{
    char **parts = g_strsplit(text, ".", IPV4_OCTETS + 1);
    bool good = g_strv_length(parts) == IPV4_OCTETS;
    for (unsigned i = 0; good && i < IPV4_OCTETS; i++)
        good = read_octet(parts[i], &ret[i]);
    g_strfreev(parts);
    return good;
}

/* Reads "a:b:c", of which the last part may be an IPv4 address, to at most IPV6_OCTETS. Returns how
 * many octets these are, 0 of an empty text; -1: it is none of this. */
static int read_groups(const char *text, uint8_t ret[IPV6_OCTETS])
{
    char **parts = g_strsplit(text, ":", -1);
    int count = 0;
    for (char **part = parts; count >= 0 && *part != NULL; part++) {
        guint64 group = 0;
        bool is_last = part[1] == NULL;
        if (is_last && count <= IPV6_OCTETS - IPV4_OCTETS && read_ipv4(*part, ret + count)) {
            count += IPV4_OCTETS;
        } else if (count <= IPV6_OCTETS - 2 && strlen(*part) <= 4 &&
                   g_ascii_string_to_unsigned(*part, 16, 0, UINT16_MAX, &group, NULL)) {
            ret[count++] = (uint8_t)(group >> 8);
            ret[count++] = (uint8_t)group;
        } else {
            count = -1;
        }
    }
    g_strfreev(parts);
    return count;
}

static bool read_ipv6(const char *text, uint8_t ret[IPV6_OCTETS])
{
    const char *gap = strstr(text, "::");
    if (gap == NULL)
        return read_groups(text, ret) == IPV6_OCTETS;
    uint8_t behind[IPV6_OCTETS];
    char *before = g_strndup(text, (gsize)(gap - text));
    int first = strchr(before, '.') == NULL ? read_groups(before, ret) : -1;
    int last = read_groups(gap + 2, behind);
    g_free(before);
    if (first < 0 || last < 0 || first + last > IPV6_OCTETS - 2)
        return false;
    memset(ret + first, 0, (size_t)(IPV6_OCTETS - first - last));
    memcpy(ret + IPV6_OCTETS - last, behind, (size_t)last);
    return true;
}

bool address_from_text(const char *text, struct net_address *ret)
{
    struct net_address address = {.length = IPV4_OCTETS};
    if (!read_ipv4(text, address.octets)) {
        memset(&address, 0, sizeof address);
        address.length = IPV6_OCTETS;
        if (!read_ipv6(text, address.octets))
            return false;
    }
    *ret = address;
    return true;
}
