/* Entry points of the Wireshark plugin, and the order of registration; nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL

#include <epan/packet.h>
#include <epan/tap.h>

#include "../taps/taps.h"
#include "compat.h"
#include "adapter/control_dissector.h"
#include "adapter/egre_dissector.h"
#include "adapter/expert.h"
#include "adapter/fields.h"
#include "adapter/fragment_hook.h"
#include "adapter/pptp_filter.h"
#include "adapter/pptp_hook.h"
#include "adapter/ipsec_fields.h"
#include "adapter/ipsec_filter.h"
#include "adapter/ipsec_hook.h"
#include "adapter/ipsec_items.h"
#include "adapter/prefs.h"
#include "adapter/session_store.h"
#include "adapter/tap.h"
#include "core/base/hash.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = PPTPNAT_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

static bool usable; /* this Wireshark has the dissectors that the plugin extends */
static bool has_ipsec;

static void register_protocols(void)
{
    pptp_tap_register();
    usable = fields_register();
    if (!usable)
        return;
    has_ipsec = ipsec_fields_register();
    expert_register();
    if (has_ipsec)
        ipsec_items_register();
    adapter_prefs_register();
    session_store_register();
    pptpnat_register_tables();
}

static void register_handoffs(void)
{
    if (!usable)
        return;
    control_dissector_register();
    egre_dissector_register();
    pptp_hook_register();
    pptp_filter_register();
    fragment_hook_register();
    if (has_ipsec) {
        ipsec_hook_register();
        ipsec_filter_register();
    }
}

/* Tests show that no output depends on the secret of the hashes. */
static void take_seed(void)
{
    const char *seed = g_getenv("PPTPNAT_HASH_SEED");

    if (seed != NULL)
        hash_start_with(g_ascii_strtoull(seed, NULL, 10));
}

void plugin_register(void)
{
    static const proto_plugin protocols = {
        .register_protoinfo = register_protocols,
        .register_handoff = register_handoffs,
    };
    static const tap_plugin taps = {.register_tap_listener = pptpnat_register_taps};

    take_seed();
    proto_register_plugin(&protocols);
    tap_register_plugin(&taps);
}

uint32_t plugin_describe(void)
{
    return COMPAT_DESCRIBES_DISSECTOR | COMPAT_DESCRIBES_TAP_LISTENER;
}
