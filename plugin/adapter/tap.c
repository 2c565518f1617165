/* The tap and the functions of tap_events.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tap.h"

#include <epan/tap.h>

#include "prefs.h"
#include "session_store.h"
#include "tap_events.h"

static int tap = -1;
static int ipsec_tap = -1;

void pptp_tap_register(void)
{
    tap = register_tap(PPTP_TAP_NAME);
    ipsec_tap = register_tap(IPSEC_TAP_NAME);
}

void pptp_tap_message(packet_info *pinfo, const struct message_record *message)
{
    struct pptp_tap_event *event;

    if (!have_tap_listener(tap))
        return;
    event = wmem_new0(pinfo->pool, struct pptp_tap_event);
    event->message = message;
    event->call = call_final(call_of(message->session));
    event->connection = message->connection;
    tap_queue_packet(tap, pinfo, event);
}

void pptp_tap_gre(packet_info *pinfo, const struct packet_record *record,
                  const struct gre_flow *flow)
{
    struct pptp_tap_event *event;

    if (!have_tap_listener(tap))
        return;
    event = wmem_new(pinfo->pool, struct pptp_tap_event);
    *event = (struct pptp_tap_event){.flow = flow, .gre = *record};
    if ((record->flags & (PACKET_GAP | PACKET_ACK)) != 0)
        event->detail = tracker_gre_detail_on(analysis_tracker(session_analysis()), pinfo->num);
    event->call = call_final(call_of(flow->session));
    event->connection = event->call->connection;
    tap_queue_packet(tap, pinfo, event);
}

void ipsec_tap_packet(packet_info *pinfo, const struct ipsec_subject *subject)
{
    struct ipsec_tap_event *event;

    if (!have_tap_listener(ipsec_tap))
        return;
    event = wmem_new0(pinfo->pool, struct ipsec_tap_event);
    event->frame = pinfo->num;
    if (subject != NULL) {
        event->record = *subject->record;
        event->ike = subject->ike;
        event->esp = subject->esp;
    }
    tap_queue_packet(ipsec_tap, pinfo, event);
}

const struct analysis *tap_events_analysis(void)
{
    return session_any();
}

void tap_events_finish(void)
{
    if (session_any() != NULL)
        analysis_refresh(session_any());
}

const char *tap_events_interface_name(uint32_t interface)
{
    return session_interface_name(interface);
}

void tap_events_interface_id(uint32_t interface, uint32_t *ret_section, uint32_t *ret_id)
{
    session_interface_id(interface, ret_section, ret_id);
}

void tap_events_record(const char *name)
{
    session_record(name);
}

const char *tap_events_manifest(void)
{
    return adapter_prefs.manifest != NULL ? adapter_prefs.manifest : "";
}
