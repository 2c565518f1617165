/* The differences between the Wireshark versions this plugin is built for (4.0, 4.4, 4.6): the only
 * file of the project that looks at a version number. Everything else is written once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_COMPAT_H
#define PPTPNAT_COMPAT_H

#include <stdbool.h>
#include <stdint.h>

#include <ws_version.h>
#include <epan/conversation.h>
#include <epan/conversation_filter.h>
#include <epan/packet.h>
#include <epan/epan.h>
#include <epan/prefs.h>
#include <epan/tfs.h>

#define COMPAT_VERSION (WIRESHARK_VERSION_MAJOR * 100 + WIRESHARK_VERSION_MINOR)

/* The boolean of public headers: preferences, heuristics. */
#if COMPAT_VERSION >= 404
typedef bool compat_bool;
#else
typedef gboolean compat_bool;
#endif

/* What plugin_describe may say; Debian's 4.0 ships no header for it. */
#define COMPAT_DESCRIBES_DISSECTOR    (1u << 0)
#define COMPAT_DESCRIBES_TAP_LISTENER (1u << 4)

/* The name of a capture interface, or NULL. 4.0 looks only into the last section of a file. */
static inline const char *compat_interface_name(const epan_t *epan, uint32_t section, uint32_t id)
{
#if COMPAT_VERSION >= 404
    return epan_get_interface_name(epan, id, section);
#else
    (void)section;
    return epan_get_interface_name(epan, id);
#endif
}

/* The field or protocol of a tree's node. From 4.6 on a protocol that only a filter asks for is a
 * node without field_info. NULL: the node is not shown. */
static inline const header_field_info *compat_node_field(const proto_node *node)
{
#if COMPAT_VERSION >= 406
    return PNODE_HFINFO(node);
#else
    return PNODE_FINFO(node) != NULL ? PNODE_FINFO(node)->hfinfo : NULL;
#endif
}

/* Goes one protocol further, as Wireshark does before it calls a dissector: for a hook without a
 * protocol that is the dissector itself. Wireshark goes back when the hook returns. */
static inline void compat_enter(packet_info *pinfo, int protocol, const char *short_name)
{
    gpointer key = GINT_TO_POINTER(protocol);
    int *number = wmem_map_lookup(pinfo->proto_layers, key);

    if (number == NULL) {
        number = wmem_new(pinfo->pool, int);
        *number = 0;
        wmem_map_insert(pinfo->proto_layers, key, number);
    }
    pinfo->curr_proto_layer_num = (uint8_t)++ * number;
    pinfo->curr_layer_num++;
    wmem_list_append(pinfo->layers, key);
    pinfo->current_proto = short_name;
}

/* The conversation that the dissector of a transport protocol takes for the packet, made if it is
 * new. From 4.6 on a preference can tell conversations apart by interface or VLAN. */
static inline conversation_t *compat_conversation(packet_info *pinfo)
{
#if COMPAT_VERSION >= 406
    return find_or_create_conversation_strat(pinfo);
#else
    return find_or_create_conversation(pinfo);
#endif
}

/* Makes a profile for all versions possible: from 4.2 on Wireshark can tell conversations apart by
 * interface. Before that it does not know the preference and would say so each time; a text takes
 * its name and any value. Call once, behind a prefs_register_protocol. */
static inline void compat_know_preferences(void)
{
#if COMPAT_VERSION < 402
    prefs_register_static_text_preference(
        prefs_find_module("protocols"), "conversation_deinterlacing_key",
        "Conversations are not told apart by capture interface before Wireshark 4.2",
        "From 4.2 on this is the preference protocols.conversation_deinterlacing_key.");
#endif
}

/* The function that starts a `-z` statistic of our own: from 4.6 on it tells whether it could.
 * Ends in COMPAT_STAT_INIT_DONE(bool). */
#if COMPAT_VERSION >= 406
#define COMPAT_STAT_INIT            bool
#define COMPAT_STAT_INIT_DONE(done) return (done)
#else
#define COMPAT_STAT_INIT            void
#define COMPAT_STAT_INIT_DONE(done) (void)(done)
#endif

/* The last parameter of the callbacks of a conversation filter, which from 4.4 on get one more; and
 * the function that registers them. */
#if COMPAT_VERSION >= 404
#define COMPAT_FILTER_DATA , void *user_data _U_
#define compat_conversation_filter(proto, title, is_valid, build)                                  \
    register_conversation_filter(proto, title, is_valid, build, NULL)
#else
#define COMPAT_FILTER_DATA
#define compat_conversation_filter(proto, title, is_valid, build)                                  \
    register_conversation_filter(proto, title, is_valid, build)
#endif

#endif
