/* Preferences and the reading of pptp.nat.inside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "prefs.h"

#include <string.h>

#include <epan/prefs.h>
#include <wsutil/inet_addr.h>

#include "fields.h"
#include "ipsec_fields.h"

struct adapter_prefs adapter_prefs = {
    .analysis = true,
    .nat = true,
    .inside = "",
    .window = (guint)LINKER_DEFAULT_WINDOW_S,
    .manifest = "",
    .ipsec = true,
};

static void register_ipsec(void)
{
    module_t *module;

    if (ipsec_fields.proto_ipsec <= 0)
        return;
    module = prefs_register_protocol(ipsec_fields.proto_ipsec, NULL);
    prefs_register_bool_preference(
        module, "analysis.enabled", "Analyse IKE and ESP",
        "Follow IKE and ESP SAs, and recognise IKE and ESP in UDP also on ports that a NAT took "
        "from other protocols. If this is off, Wireshark's built-in dissectors get the packets.",
        &adapter_prefs.ipsec);
}

void adapter_prefs_register(void)
{
    module_t *module = prefs_register_protocol(fields.proto_pptp, NULL);

    prefs_register_bool_preference(
        module, "analysis.enabled", "Analyse PPTP and its tunnels",
        "Decode every message and follow calls. If this is off, Wireshark's built-in dissectors "
        "get the packets.",
        &adapter_prefs.analysis);
    prefs_register_bool_preference(
        module, "nat.enabled", "Link calls across NATs",
        "Recognise the same call at several capture points and judge what the NAT between them "
        "did.",
        &adapter_prefs.nat);
    prefs_register_string_preference(
        module, "nat.inside", "Inside of the NAT",
        "Capture interfaces or subnets that are inside, separated by commas (for example "
        "\"lan0, 192.168.11.0/24\"). Empty: found out from the packets.",
        &adapter_prefs.inside);
    prefs_register_uint_preference(
        module, "nat.window", "Seconds a packet waits for its other half",
        "How far apart in capture time the two sightings of one packet may be.", 10,
        &adapter_prefs.window);
    prefs_register_filename_preference(
        module, "nat.manifest", "Files of a merged capture",
        "A file written by the pptpnat command that names the files a capture was merged from.",
        &adapter_prefs.manifest, false);
    register_ipsec();
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

void adapter_prefs_inside(GArray **ret_subnets, GPtrArray **ret_names)
{
    GArray *subnets = g_array_new(FALSE, FALSE, sizeof(struct link_subnet));
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    char **word = g_strsplit(adapter_prefs.inside != NULL ? adapter_prefs.inside : "", ",", -1);

    for (unsigned i = 0; word[i] != NULL; i++) {
        struct link_subnet subnet;

        g_strstrip(word[i]);
        if (word[i][0] == '\0')
            continue;
        if (read_subnet(word[i], &subnet))
            g_array_append_val(subnets, subnet);
        else
            g_ptr_array_add(names, g_strdup(word[i]));
    }
    g_strfreev(word);
    *ret_subnets = subnets;
    *ret_names = names;
}
