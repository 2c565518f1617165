/* NAT traversal: whether both ends announce it, whether it is used where there is a NAT, and a
 * server that is behind one itself (RFC 3947).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_conclusion.h"
#include "ipsec_link_internal.h"

#define QUICK_WAIT_NS G_GINT64_CONSTANT(5000000000) /* the capture shows that nothing came */

/* The first hop that changes an address, or IPSEC_NONE. */
static uint32_t first_nat(const struct made_link *link)
{
    for (uint32_t hop = 0; link->view.order_known && hop + 1 < link->view.count; hop++) {
        if (ipsec_hop_changes_address(link, hop))
            return hop;
    }
    return IPSEC_NONE;
}

/* What the position nearest to the end shows, of those that show the SA. */
static uint32_t nearest(const struct made_link *link, unsigned end)
{
    uint32_t count = link->view.count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t position = end == link->view.translated_end ? i : count - 1 - i;
        if (link->view.ike[position] != NULL)
            return position;
    }
    return 0;
}

static const char *end_name(unsigned end)
{
    return end == 0 ? "initiator" : "responder";
}

/* A responder announces NAT traversal to who announced it: without it that of both is missing for
 * the initiator's sake. */
static void check_missing(struct ipsec_links *links, const struct made_link *link, uint32_t hop)
{
    const struct finding *of_initiator = NULL;
    for (unsigned end = 0; end < 2; end++) {
        uint32_t position = nearest(link, end);
        const struct ike_sa *sa = link->view.ike[position];
        if (sa->natt[end] != IKE_NATT_MISSING)
            continue;
        struct finding finding =
            ipsec_link_finding(links, IPSEC_NATT_MISSING, link, hop, position, sa->natt_frame[end]);
        finding.cause = of_initiator != NULL ? of_initiator->index : FINDING_NONE;
        of_initiator =
            ipsec_link_say(links, &finding, "the %s announces no NAT traversal", end_name(end));
    }
}

/* Message 5 on 500 of an SA that was never on 4500; NULL: none. */
static const struct ike_record *unfloated(const struct ike_sa *sa)
{
    if (sa->major != 1 || sa->natt[0] != IKE_NATT_ANNOUNCED || sa->natt[1] != IKE_NATT_ANNOUNCED ||
        sa->places[0][IKE_ON_4500].first != NULL || sa->places[1][IKE_ON_4500].first != NULL)
        return NULL;
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        if (record->exchange == IKE_V1_MAIN && record->number == 5 && !record->copy)
            return record;
    }
    return NULL;
}

static bool hashes_show_nat(const struct ike_sa *sa)
{
    for (unsigned end = 0; end < 2; end++) {
        if (sa->natd[end].seen && (!sa->natd[end].destination_fits || !sa->natd[end].source_fits))
            return true;
    }
    return false;
}

static void check_unused(struct ipsec_links *links, const struct made_link *link, uint32_t hop)
{
    uint32_t position = nearest(link, 0);
    const struct ike_record *record = unfloated(link->view.ike[position]);
    bool by_hashes = false;
    for (uint32_t i = 0; i < link->view.count; i++)
        by_hashes = by_hashes || (link->view.ike[i] != NULL && hashes_show_nat(link->view.ike[i]));
    if (record == NULL || (hop == IPSEC_NONE && !by_hashes))
        return;
    struct finding finding =
        ipsec_link_finding(links, IPSEC_NATT_NOT_USED, link, hop == IPSEC_NONE ? FINDING_NONE : hop,
                           position, record->frame);
    ipsec_link_say(links, &finding,
                   "both ends announce NAT traversal and %s; message 5 is on "
                   "port 500",
                   hop != IPSEC_NONE ? "the addresses change" : "an address hash shows a NAT");
}

static const struct ike_record *established_by(const struct ike_sa *sa)
{
    const struct ike_record *record = sa->first;
    while (record != NULL && record->progress != IKE_PROGRESS_ESTABLISHED)
        record = record->next;
    return record;
}

/* The initiator repeats what came before: it did not hear that the SA is established. */
static bool is_unheard(const struct ike_record *established)
{
    for (const struct ike_record *record = established; record != NULL; record = record->next) {
        if (record->sender == 0 && record->repeats_frame != 0 && !record->copy &&
            record->repeats_frame < established->frame)
            return true;
    }
    return false;
}

/* Nothing for ESP followed, though the point captured long enough, or the SA was deleted. */
static bool stays_without_esp(const struct ipsec_links *links, const struct ike_sa *sa)
{
    const struct ipsec_conversation *hosts = sa->hosts;
    const struct ike_record *established = established_by(sa);
    if (established == NULL || is_unheard(established) || sa->children > 0 ||
        (sa->exchanges >> IKE_V1_QUICK & 1) != 0 ||
        hosts->way[0].esp_packets + hosts->way[1].esp_packets > 0)
        return false;
    return ipsec_ike_seems_ended(sa) ||
           ipsec_point_span(links, sa->point).latest_ns - established->time_ns >= QUICK_WAIT_NS;
}

/* Message 4 of a server whose own address was translated, and nothing for ESP follows. */
static const struct ike_record *behind_nat(const struct ipsec_links *links, const struct ike_sa *sa)
{
    if (sa->major != 1 || sa->progress != IKE_PROGRESS_ESTABLISHED || !sa->natd[1].seen ||
        sa->natd[1].source_fits || !stays_without_esp(links, sa))
        return NULL;
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        if (record->sender == 1 && record->natd_count > 0 && !record->copy)
            return record;
    }
    return NULL;
}

#define BEHIND_NAT_TEXT "the responder's address hash does not fit its address here"

static void check_linked(struct ipsec_links *links, const struct made_link *link)
{
    uint32_t hop = first_nat(link), client = nearest(link, 0);
    if (hop != IPSEC_NONE)
        check_missing(links, link, hop);
    check_unused(links, link, hop);
    const struct ike_record *record = behind_nat(links, link->view.ike[client]);
    if (record == NULL)
        return;
    struct finding finding = ipsec_link_finding(links, IPSEC_SERVER_BEHIND_NAT, link, FINDING_NONE,
                                                client, record->frame);
    ipsec_link_say(links, &finding, BEHIND_NAT_TEXT);
}

static void check_alone(struct ipsec_links *links, const struct ike_sa *sa)
{
    const struct ike_record *record = unfloated(sa);
    if (record != NULL && hashes_show_nat(sa)) {
        struct finding finding =
            ipsec_finding(IPSEC_NATT_NOT_USED, record->frame, sa->point, sa, NULL);
        ipsec_link_say(links, &finding,
                       "both ends announce NAT traversal and an address hash "
                       "shows a NAT; message 5 is on port 500");
    }
    record = behind_nat(links, sa);
    if (record != NULL) {
        struct finding finding =
            ipsec_finding(IPSEC_SERVER_BEHIND_NAT, record->frame, sa->point, sa, NULL);
        ipsec_link_say(links, &finding, BEHIND_NAT_TEXT);
    }
}

void ipsec_nat_natt(struct ipsec_links *links)
{
    for (guint i = 0; i < links->links->len; i++) {
        if (made_link_at(links, i)->view.kind == IPSEC_LINK_IKE)
            check_linked(links, made_link_at(links, i));
    }
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(links->tracker); i++) {
        if (links->ikes[i].link == IPSEC_NONE)
            check_alone(links, ipsec_tracker_ike(links->tracker, i));
    }
}
