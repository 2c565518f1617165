/* Preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "prefs.h"

#include "compat.h"

#include <epan/prefs.h>

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
    compat_know_preferences();
}
