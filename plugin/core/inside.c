/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inside.h"

#include "base/address_text.h"
#include "core/link/linker.h"

/* "address" or "address/bits". */
static bool read_subnet(const char *word, struct link_subnet *ret)
{
    char **part = g_strsplit(word, "/", 2);
    struct net_address address;
    bool good = address_from_text(part[0], &address);
    guint64 bits = good ? address.length * 8u : 0;
    if (good && part[1] != NULL)
        good = g_ascii_string_to_unsigned(part[1], 10, 0, bits, &bits, NULL);
    g_strfreev(part);
    if (good)
        *ret = (struct link_subnet){.address = address, .prefix = (uint8_t)bits};
    return good;
}

struct inside inside_read(const char *text)
{
    struct inside inside = {
        .subnets = g_array_new(FALSE, FALSE, sizeof(struct link_subnet)),
        .names = g_ptr_array_new_with_free_func(g_free),
    };
    char **words = g_strsplit(text != NULL ? text : "", ",", -1);
    for (char **word = words; *word != NULL; word++) {
        struct link_subnet subnet;
        g_strstrip(*word);
        if (**word == '\0')
            continue;
        if (read_subnet(*word, &subnet))
            g_array_append_val(inside.subnets, subnet);
        else
            g_ptr_array_add(inside.names, g_strdup(*word));
    }
    g_strfreev(words);
    return inside;
}

void inside_clear(struct inside *inside)
{
    if (inside->subnets != NULL)
        g_array_free(inside->subnets, TRUE);
    if (inside->names != NULL)
        g_ptr_array_free(inside->names, TRUE);
    *inside = (struct inside){.subnets = NULL};
}
