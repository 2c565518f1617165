/* What to say of a control connection that fails: its handshake, its start, a request, a reply that
 * is a refusal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_advice.h"

/* A NAT forgets idle TCP connections after a minute at the earliest; what is reset sooner is not
 * wanted there. */
#define IDLE_NS (INT64_C(60) * 1000000000)

#define RESULT_GENERAL_ERROR 2 /* of a Call-Disconnect-Notify, and of each reply: RFC 2637 2 */
#define ERROR_BAD_CALL_ID    5 /* RFC 2637 2.16 */

static bool was_idle(const struct message_record *message)
{
    return message->time_ns - tracker_time_before(message) >= IDLE_NS;
}

static bool is_answered_by_reset(const struct message_record *message)
{
    return connection_rst(connection_of(message->connection), 1 - message->sender).frame >
           message->frame;
}

struct verdict_advice verdict_lost_control(const struct verdict_case *about)
{
    if (!about->message)
        return (struct verdict_advice){
            .symptom = "The connection is never established (Windows: error 800).",
            .advice = "Let TCP port 1723 pass there in both directions: check its firewall rules, "
                      "whether its connection table is full, and whether answers return by another "
                      "path."};
    if (!is_answered_by_reset(about->message))
        return (struct verdict_advice){
            .advice = "A device on the path drops these segments of the control connection (TCP "
                      "1723): check the firewall's PPTP inspection."};
    if (was_idle(about->message))
        return (struct verdict_advice){
            .known = "The device between the points no longer has an entry for the connection: it "
                     "was idle for too long, or the entries were flushed.",
            .symptom = "The tunnel dies at the next control message.",
            .advice = "Raise the NAT's time-out for idle TCP connections, or have the ends send "
                      "Echo-Requests more often (RFC 2637 section 3.1.4: after 60 s)."};
    return (struct verdict_advice){
        .known = "The device between the points does not let this message pass and resets the "
                 "connection: a rule or an inspection that forbids PPTP, or entries that were "
                 "flushed.",
        .advice = "Look at its firewall rules and its inspection of TCP port 1723."};
}

struct verdict_advice verdict_refused(const struct verdict_case *about)
{
    bool across = about->link && about->link->view.count > 1 && about->finding->hop == FINDING_NONE;
    return (struct verdict_advice){
        .known = across ? "Not the NAT: the SYN passed it." : NULL,
        .symptom = "Windows reports error 800.",
        .advice = "Start the PPTP service there, or let TCP 1723 through its firewall."};
}

struct verdict_advice verdict_closed_early(const struct verdict_case *about)
{
    const struct pptp_connection *connection = verdict_connection(about);
    const struct message_record *request = connection ? connection->left_unanswered : NULL;
    if (request && connection->closed_by == 0 && request->sender == 0)
        return (struct verdict_advice){
            .known = link_pairing_of(about->linker, as_message(request)).peer_frame != 0
                         ? "The client gives up: its request passed the NAT, and the server "
                           "did not answer."
                         : "The client gives up: its request has no reply.",
            .symptom = "Windows reports error 800 or 806.",
            .advice = "Look at the server: whether its PPTP service runs, and what its log says of "
                      "the request."};
    return (struct verdict_advice){
        .advice = "Read the log of that end. Common reasons are a connection limit, an access "
                  "list, or PPTP being switched off (Windows: error 800 or 806)."};
}

bool verdict_names_wrong_id(const struct message_record *message)
{
    for (; message; message = record_of(message->next_on_frame)) {
        if (message->result == RESULT_GENERAL_ERROR && message->error == ERROR_BAD_CALL_ID)
            return true;
    }
    return false;
}

struct verdict_advice verdict_turned_down(const struct verdict_case *about)
{
    if (verdict_names_wrong_id(about->message))
        return (struct verdict_advice){
            .known = "The end that answers does not know the Call ID: it read a wrong one, or the "
                     "call was over.",
            .advice = "Compare the Call IDs of both sides of the NAT."};
    return (struct verdict_advice){
        .known = "Not the NAT: the end that answers turns the request down, or ends the call.",
        .advice = "Look at the log of the end that answers; RFC 2637 section 2 lists what the "
                  "result means."};
}

struct verdict_advice verdict_no_reply(const struct verdict_case *about)
{
    const struct message_record *message = about->message;
    bool across = message && link_pairing_of(about->linker, as_message(message)).peer_frame != 0;
    return (struct verdict_advice){
        .known = across ? "Not the NAT: the request passed it, and no reply came back." : NULL,
        .advice = "Look at the end that does not reply: whether its PPTP service still runs, and "
                  "its log."};
}
