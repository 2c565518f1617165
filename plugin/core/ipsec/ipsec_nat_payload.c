/* Packets whose octets differ on the two sides of a hop. What is left over on both sides is
 * compared by what a change of its contents does not touch.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

#include "ike_names.h"

static const struct ike_record *message_at(const struct ipsec_links *links, uint32_t tag)
{
    return ipsec_tracker_message(links->tracker, tag);
}

/* The place of a message in its exchange; 0: it cannot be compared. */
static uint64_t place_of(const struct ike_record *record)
{
    if (record->number == 0 || record->status == IKE_TRUNCATED || record->status == IKE_SHORT)
        return 0;
    return (uint64_t)record->message_id << 32 | (uint64_t)record->exchange << 16 |
           (uint64_t)record->fragment << 8 | record->number;
}

/* The packets that found no other half, under a key that says less. */
static GArray *left_over(const struct ipsec_links *links, enum ipsec_link_kind kind,
                         const struct crossing_packet *packets, const uint32_t *half,
                         uint32_t count)
{
    GArray *left = g_array_new(FALSE, FALSE, sizeof(struct crossing_packet));
    for (uint32_t i = 0; i < count; i++) {
        struct crossing_packet packet = packets[i];
        bool known = (uint32_t)packet.key != 0;
        packet.key = packet.key >> 32;
        if (kind == IPSEC_LINK_IKE) {
            packet.key = place_of(message_at(links, packet.tag));
            known = packet.key != 0;
        }
        if (half[i] == CROSSING_NONE && known)
            g_array_append_val(left, packet);
    }
    return left;
}

/* The type of the first payload that differs; 0: none of those in clear. */
static uint8_t first_difference(const struct message_fact *near, const struct message_fact *far)
{
    for (unsigned i = 0; i < near->part_count && i < far->part_count; i++) {
        if (near->parts[i].type != far->parts[i].type ||
            near->parts[i].content != far->parts[i].content)
            return near->parts[i].type;
    }
    return 0;
}

static char *what_differs(const struct ipsec_links *links, const struct ike_record *near,
                          const struct ike_record *far)
{
    uint8_t type = first_difference(message_fact_of(links, near), message_fact_of(links, far));
    if (near->encrypted)
        return g_strdup("its encrypted part");
    if (type == 0)
        return g_strdup("its header");
    return g_strdup_printf("its %s payload", ike_payload_name(type));
}

static void say_message(struct ipsec_links *links, const struct made_link *link,
                        const struct ipsec_crossing *crossing, const struct ike_record *near,
                        const struct ike_record *far)
{
    uint32_t position = crossing->down ? crossing->hop + 1 : crossing->hop;
    struct finding finding =
        ipsec_link_finding(links, IPSEC_PAYLOAD_ALTERED, link, crossing->hop, position, far->frame);
    char *what = what_differs(links, near, far);
    char *message = ike_message_text(far->exchange, far->number);
    finding.peer_frame = near->frame;
    links->peers[near->frame] = far->frame;
    links->peers[far->frame] = near->frame;
    ipsec_link_say(links, &finding, "%s differs from frame %u (%s, from the %s)", what, near->frame,
                   message, far->sender == 0 ? "initiator" : "responder");
    g_free(message);
    g_free(what);
}

static void say_esp(struct ipsec_links *links, const struct made_link *link,
                    const struct ipsec_crossing *crossing, const struct crossing *altered)
{
    uint32_t position = crossing->down ? crossing->hop + 1 : crossing->hop, first = 0;
    while (altered->came[first] == CROSSING_NONE)
        first++;
    uint32_t near = altered->near[altered->came[first]].frame;
    struct finding finding = ipsec_link_finding(links, IPSEC_PAYLOAD_ALTERED, link, crossing->hop,
                                                position, altered->far[first].frame);
    finding.peer_frame = near;
    ipsec_link_say(links, &finding, "the last bytes of %u ESP packet%s differ, first from frame %u",
                   altered->passed, altered->passed == 1 ? "" : "s", near);
}

static void check(struct ipsec_links *links, struct made_link *link,
                  const struct ipsec_crossing *made)
{
    const struct crossing *crossing = &made->crossing;
    GArray *near =
        left_over(links, link->view.kind, crossing->near, crossing->arrived, crossing->near_count);
    GArray *far =
        left_over(links, link->view.kind, crossing->far, crossing->came, crossing->far_count);
    struct crossing altered =
        crossing_match((const void *)near->data, near->len, (const void *)far->data, far->len);
    struct ipsec_hop *hop = &link->view.hop[made->hop];
    hop->passed += altered.passed;
    hop->lost -= MIN(hop->lost, altered.passed);
    for (uint32_t i = 0; link->view.kind == IPSEC_LINK_IKE && i < altered.far_count; i++) {
        if (altered.came[i] != CROSSING_NONE)
            say_message(links, link, made, message_at(links, altered.near[altered.came[i]].tag),
                        message_at(links, altered.far[i].tag));
    }
    if (link->view.kind == IPSEC_LINK_ESP && altered.passed > 0) {
        link->altered = true;
        say_esp(links, link, made, &altered);
    }
    crossing_clear(&altered);
    g_array_free(near, TRUE);
    g_array_free(far, TRUE);
}

void ipsec_nat_payload(struct ipsec_links *links)
{
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        for (guint c = 0; link->view.order_known && c < link->crossings->len; c++) {
            const struct ipsec_crossing *made =
                &g_array_index(link->crossings, struct ipsec_crossing, c);
            /* The messages of some exchanges are counted from the first that was captured. */
            bool is_same_time =
                link->view.kind == IPSEC_LINK_ESP || ipsec_have_met(links, link, made);
            if (!made->is_cut && is_same_time)
                check(links, link, made);
        }
    }
}
