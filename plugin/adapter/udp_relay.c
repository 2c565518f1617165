/* See udp_relay.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "udp_relay.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/exceptions.h>

#include "ipsec_fields.h"

#define UDP_PORTS   65536
#define NO_PROTOCOL (-1)

/* What UDP finds at a port, as the user has set the table. */
enum port_use { PORT_FREE, PORT_ISAKMP, PORT_UDPENCAP, PORT_OTHER };

static struct {
    uint8_t use;    /* enum port_use */
    bool is_chosen; /* by the user */
} ports_now[UDP_PORTS];

static GHashTable *default_protocols; /* of each port that has one, before preferences are read */

static struct {
    dissector_handle_t stock;
    dissector_handle_t relay;
} targets[RELAY_TARGETS];

static bool is_armed; /* for the packet that UDP is being called with */

static int protocol_of(dissector_handle_t handle)
{
    return handle != NULL ? dissector_handle_get_protocol_index(handle) : NO_PROTOCOL;
}

static void note_default(const gchar *table _U_, ftenum_t type _U_, gpointer key, gpointer value,
                         gpointer user_data _U_)
{
    dissector_handle_t handle = dtbl_entry_get_handle(value);

    g_hash_table_insert(default_protocols, key, GINT_TO_POINTER(protocol_of(handle)));
}

static enum port_use use_of(int protocol)
{
    if (protocol == NO_PROTOCOL)
        return PORT_FREE;
    if (protocol == ipsec_fields.proto_isakmp)
        return PORT_ISAKMP;
    return protocol == ipsec_fields.proto_udpencap ? PORT_UDPENCAP : PORT_OTHER;
}

/* A list of ports in a preference makes all of them look changed, also those that keep what they
 * had; the protocol tells. */
static void note_port(const gchar *table _U_, ftenum_t type _U_, gpointer key, gpointer value,
                      gpointer user_data)
{
    uint16_t port = (uint16_t)GPOINTER_TO_UINT(key);
    int protocol = protocol_of(dtbl_entry_get_handle(value));
    gpointer known;
    int by_default = NO_PROTOCOL;

    if (g_hash_table_lookup_extended(default_protocols, key, NULL, &known))
        by_default = GPOINTER_TO_INT(known);
    ports_now[port].use = (uint8_t)use_of(protocol);
    ports_now[port].is_chosen =
        protocol != by_default && dissector_is_uint_changed(user_data, port);
}

/* Whenever a file is opened or settings change. */
static void note_ports(void)
{
    memset(ports_now, 0, sizeof ports_now);
    is_armed = false;
    dissector_table_foreach("udp.port", note_port, find_dissector_table("udp.port"));
}

/* Not armed it refuses the packet, and UDP goes on to the ports: so it does with a packet of the
 * same conversation inside the one that it was armed for. */
static int relay_to(enum udp_relay_target target, tvbuff_t *tvb, packet_info *pinfo,
                    proto_tree *tree)
{
    if (!is_armed)
        return 0;
    is_armed = false;
    return call_dissector_only(targets[target].stock, tvb, pinfo, tree, NULL);
}

static int relay_to_isakmp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return relay_to(RELAY_ISAKMP, tvb, pinfo, tree);
}

static int relay_to_udpencap(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return relay_to(RELAY_UDPENCAP, tvb, pinfo, tree);
}

/* UDP writes the handle's name into exported PDUs, so the relays have those of their targets. */
void udp_relay_register(void)
{
    dissector_table_t table = find_dissector_table("udp.port");

    default_protocols = g_hash_table_new(NULL, NULL);
    dissector_table_foreach("udp.port", note_default, NULL);
    targets[RELAY_ISAKMP].stock = dissector_get_uint_handle(table, IKE_PORT);
    targets[RELAY_ISAKMP].relay =
        create_dissector_handle_with_name_and_description(relay_to_isakmp, -1, "isakmp", "isakmp");
    targets[RELAY_UDPENCAP].stock = dissector_get_uint_handle(table, IKE_FLOAT_PORT);
    targets[RELAY_UDPENCAP].relay = create_dissector_handle_with_name_and_description(
        relay_to_udpencap, -1, "udpencap", "udpencap");
    register_init_routine(note_ports);
}

bool udp_relay_is_taken(struct udp_ports ports)
{
    return (ports_now[ports.source].is_chosen && ports_now[ports.source].use == PORT_OTHER) ||
           (ports_now[ports.destination].is_chosen &&
            ports_now[ports.destination].use == PORT_OTHER);
}

/* UDP asks the lower port, then the other. */
static bool is_needed(struct udp_ports ports, enum udp_relay_target target)
{
    uint16_t low = MIN(ports.source, ports.destination);
    uint16_t high = MAX(ports.source, ports.destination);
    uint8_t asked = ports_now[low].use != PORT_FREE ? ports_now[low].use : ports_now[high].use;

    return !ports_now[low].is_chosen && !ports_now[high].is_chosen &&
           asked != (target == RELAY_ISAKMP ? PORT_ISAKMP : PORT_UDPENCAP);
}

int udp_relay_call(dissector_handle_t stock, enum udp_relay_target target, struct udp_ports ports,
                   tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    conversation_t *conversation;
    dissector_handle_t before;
    uint32_t from;
    volatile int length = 0;

    if (!is_needed(ports, target) || targets[target].stock == NULL)
        return call_dissector_only(stock, tvb, pinfo, tree, data);
    /* What UDP sets first of all: the conversation is found by it. */
    pinfo->ptype = PT_UDP;
    pinfo->srcport = ports.source;
    pinfo->destport = ports.destination;
    conversation = compat_conversation(pinfo);
    before = conversation_get_dissector(conversation, pinfo->num);
    from = before != NULL ? pinfo->num : 0;
    conversation_set_dissector_from_frame_number(conversation, from, targets[target].relay);
    is_armed = true;
    TRY
    {
        length = call_dissector_only(stock, tvb, pinfo, tree, data);
    }
    FINALLY
    {
        is_armed = false;
        conversation_set_dissector_from_frame_number(conversation, from, before);
    }
    ENDTRY;
    return length;
}
