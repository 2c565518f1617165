/* Whether a packet goes between the hosts of its session's control connection, or comes to another
 * host, or leaves from another address. Said when the first such packet is matched; the end adds
 * how many there were.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "packets.h"
#include "core/base/names.h"

/* With these a host starts its packets (Windows 128, Solaris 255, others 64), so what shows one of
 * them crossed no hop. */
static bool is_first_ttl(uint8_t ttl)
{
    return ttl == 64 || ttl == 128 || ttl == 255;
}

static struct finding hosts_finding(const struct linker *linker, enum link_fact fact,
                                    const struct passage *passage, uint32_t near_frame,
                                    uint32_t far_frame)
{
    struct finding finding = link_passage_finding(linker, fact, passage, near_frame, far_frame);
    const struct packet_record *record = facts_packet(linker->facts, far_frame);
    /* The packet may have been captured beside the row (link/third_point.c). */
    finding.interface = facts_flow_of(linker->facts, far_frame, record)->interface;
    return finding;
}

static void say_misdelivered(struct linker *linker, const struct passage *passage,
                             const struct net_address *right, uint32_t near_frame,
                             uint32_t far_frame)
{
    const struct link_view *view = &passage->link->view;
    char here[NAMES_ADDRESS_SIZE], there[NAMES_ADDRESS_SIZE];
    struct finding finding =
        hosts_finding(linker, LINK_FACT_MISDELIVERED, passage, near_frame, far_frame);
    const struct packet_record *record = facts_packet(linker->facts, far_frame);
    const struct flow *flow = facts_flow_of(linker->facts, far_frame, record);
    finding.text = g_strdup_printf(
        "%s for the %s is delivered to %s instead of %s, the host of its "
        "control connection",
        linker->supplier->data, link_receiver_name(linker, view, passage->direction),
        names_address(&flow->destination, here), names_address(right, there));
    const struct finding *reported = link_say(linker, &finding);
    if (reported)
        passage->link->misdelivered = reported->index + 1;
}

static void say_other_address(struct linker *linker, const struct passage *passage,
                              const struct net_address *right, uint32_t near_frame,
                              uint32_t far_frame)
{
    const struct link_view *view = &passage->link->view;
    char here[NAMES_ADDRESS_SIZE], there[NAMES_ADDRESS_SIZE];
    struct finding finding =
        hosts_finding(linker, LINK_FACT_OTHER_ADDRESS, passage, near_frame, far_frame);
    const struct packet_record *far = facts_packet(linker->facts, far_frame);
    const struct packet_record *near = facts_packet(linker->facts, near_frame);
    const struct net_address *source = &facts_flow_of(linker->facts, far_frame, far)->source;
    const char *sender = link_sender_name(linker, view, passage->direction);
    names_address(source, here);
    names_address(right, there);
    if (net_address_equal(source, &facts_flow_of(linker->facts, near_frame, near)->source)) {
        finding.mistranslation = MISTRANSLATION_UNTRANSLATED;
        finding.text = g_strdup_printf("%s of the %s is not translated: it leaves with its own "
                                       "address %s, the control connection with %s",
                                       linker->supplier->data, sender, here, there);
    } else {
        finding.text = g_strdup_printf("%s of the %s leaves with address %s, the control "
                                       "connection with %s",
                                       linker->supplier->data, sender, here, there);
    }
    const struct finding *reported = link_say(linker, &finding);
    if (reported)
        passage->link->other_address = reported->index + 1;
}

bool link_hosts_judge(struct linker *linker, const struct passage *passage, const struct flow *flow,
                      uint32_t near_frame, uint32_t far_frame)
{
    const struct link *link = passage->link;
    const struct net_address *from, *to;
    /* Which two directions without control traffic are one session is a guess where several clients
     * share an address: such a packet accuses nobody. */
    const struct packet_record *sent = facts_packet(linker->facts, near_frame);
    const struct session *session = facts_flow_of(linker->facts, near_frame, sent)->session;
    if (!session->connection ||
        !link_data_hosts(link, passage->direction, passage->far, &from, &to))
        return false;
    if (!net_address_equal(&flow->destination, to)) {
        /* A session without a reply has no data yet: it is of an older one with the same key. */
        if (!link->misdelivered && session->established)
            say_misdelivered(linker, passage, to, near_frame, far_frame);
        return true;
    }
    if (!net_address_equal(&flow->source, from) && !link->other_address)
        say_other_address(linker, passage, from, near_frame, far_frame);
    return false;
}

void link_hosts_count(struct linker *linker, const struct passage *passage)
{
    const struct link *link = passage->link;
    const struct link_hop_count *count = &link->view.hops[passage->hop].count[passage->direction];
    struct finding *reported =
        link->misdelivered ? finding_log_get(linker->log, link->misdelivered - 1) : NULL;
    if (!reported || reported->direction != passage->direction || reported->hop != passage->hop ||
        count->elsewhere == 0)
        return;
    uint32_t all = count->passed + count->lost + count->elsewhere;
    char *end = strchr(reported->text, ';'); /* what an earlier end of the file added */
    char *base =
        end ? g_strndup(reported->text, (gsize)(end - reported->text)) : g_strdup(reported->text);
    g_free(reported->text);
    reported->text =
        count->passed == 0
            ? g_strdup_printf("%s; none of %u packet%s reached the right host", base, all,
                              all == 1 ? "" : "s")
            : g_strdup_printf("%s; this happened to %u of %u packets", base, count->elsewhere, all);
    g_free(base);
}

/* The first of the flow's packets that is known before the hop too; 0: none. */
static uint32_t first_matched(const struct linker *linker, const struct packet_index *index,
                              const struct flow *flow)
{
    struct packet_walk walk = link_packets_walk(index, flow->index);
    uint32_t frame;
    while ((frame = link_packets_next(&walk)) != 0 && !link_peer(linker, frame))
        continue;
    return frame;
}

/* The packets of this end of the session's control connection start where the other packets cross
 * the hop: it is the device itself. */
static bool is_device_itself(const struct session *session, uint32_t end, const struct flow *before,
                             const struct flow *after, const struct flow *answer)
{
    return before->ttl && after->ttl && before->ttl > after->ttl &&
           is_first_ttl(session->connection->ttl[end]) && (!answer || is_first_ttl(answer->ttl));
}

/* The time that the end may go on for after an ICMP error that it sent itself. */
#define GOES_ON_NS (2 * G_GINT64_CONSTANT(1000000000))

/* The host rejects the packets by ICMP, and the session's end goes on sending long afterwards. */
static bool is_rejected_there(const struct linker *linker, const struct packet_index *index,
                              const struct session *there, const struct flow *after,
                              const struct flow *answer)
{
    const struct session_notes *notes = session_notes_of(linker, there);
    uint32_t error = notes ? notes->host_error[after->direction] : 0, last = 0;
    struct packet_walk walk = link_packets_walk(index, after->index);
    for (uint32_t frame; error && (frame = link_packets_next(&walk)) != 0;) {
        uint32_t peer = link_peer(linker, frame);
        if (frame > error)
            break;
        last = peer ? peer : last;
    }
    return last && answer &&
           answer->last_time_ns - linker->facts->start_ns >
               link_data_time_ns(linker, last, -1) + GOES_ON_NS;
}

static void judge_alone(struct linker *linker, const struct packet_index *index,
                        const struct passage *passage)
{
    struct link *link = passage->link;
    enum direction direction = passage->direction;
    const struct session *session = link->view.session[passage->near];
    const struct session *there = link->view.session[passage->far];
    link->cross[passage->hop].other_host[direction] = false;
    if (!session || !there || !session->connection || there->connection ||
        link_data_flow(linker, there, other_direction(direction)))
        return;
    const struct flow *before = link_data_flow(linker, session, (int)direction);
    const struct flow *after = link_data_flow(linker, there, (int)direction);
    const struct flow *answer = link_data_flow(linker, session, other_direction(direction));
    uint32_t first = after ? first_matched(linker, index, after) : 0;
    if (!before || !first || !net_address_equal(&before->source, &after->source) ||
        net_address_equal(&before->destination, &after->destination))
        return;
    uint32_t end = session_receiver(session, direction);
    bool itself = is_device_itself(session, end, before, after, answer);
    if (!itself && !is_rejected_there(linker, index, there, after, answer))
        return;
    link->cross[passage->hop].other_host[direction] = true;
    if (link->misdelivered)
        return;
    char here[NAMES_ADDRESS_SIZE], there_text[NAMES_ADDRESS_SIZE];
    const char *data = linker->supplier->data;
    const char *receiver = link_receiver_name(linker, &link->view, direction);
    names_address(&after->destination, here);
    names_address(&before->destination, there_text);
    struct finding finding =
        hosts_finding(linker, LINK_FACT_MISDELIVERED, passage, link_peer(linker, first), first);
    finding.session = session->index; /* the packets are this one's, not the host's */
    finding.connection = session->connection->index;
    finding.text =
        itself ? g_strdup_printf("%s for the %s is delivered to %s instead of the NAT itself "
                                 "(%s), which is the %s: its packets start there with TTL %u",
                                 data, receiver, here, there_text, receiver,
                                 session->connection->ttl[end])
               : g_strdup_printf("%s for the %s (%s) is delivered to %s, which rejects it with "
                                 "ICMP errors while the %s keeps sending",
                                 data, receiver, there_text, here, receiver);
    const struct finding *reported = link_say(linker, &finding);
    if (reported)
        link->misdelivered = reported->index + 1;
}

void link_hosts_alone(struct linker *linker, const struct packet_index *index, struct link *link)
{
    for (int d = 0; d < 2 && !link->path; d++) {
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            struct passage passage = link_passage(link, (enum direction)d, hop);
            judge_alone(linker, index, &passage);
        }
    }
}
