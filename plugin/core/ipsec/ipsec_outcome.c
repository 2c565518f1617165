/* What the one verdict has to know of IPsec, and what is said where nothing is wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_outcome.h"

#include "ipsec_conclusion.h"
#include "ipsec_link_internal.h"
#include "ipsec_verdict_table.h"

#define SECOND_CAPTURE                                                                             \
    "capture on the other side of the NAT at the same time (tcpdump -i IFACE -s 0 -w other.pcap "  \
    "\"udp port 500 or 4500 or 1701 or proto 50 or icmp or (ip[6:2] & 0x3fff != 0)\"), then run "  \
    "pptpnat on both files"

static void *conclude(const void *facts, struct linker *linker, struct finding_log *log)
{
    const struct ipsec_linker *of_ipsec = facts;
    ipsec_conclude(of_ipsec->tracker, log);
    return linker != NULL ? ipsec_links_new(of_ipsec, linker, log) : NULL;
}

static void free_concluded(void *concluded)
{
    ipsec_links_free(concluded);
}

static bool is_there(const void *concluded)
{
    const struct ipsec_links *links = concluded;
    return ipsec_tracker_ike_count(links->tracker) + ipsec_tracker_esp_count(links->tracker) > 0;
}

/* Tunnels by how much of them was seen at several points. */
struct tunnels {
    uint32_t linked; /* IKE SAs, and ESP SAs without one */
    uint32_t whole;  /* IKE SAs with ESP both ways */
    uint32_t passed; /* ESP packets */
    uint32_t lost;
    bool translates;
    bool is_ordered;
};

static struct tunnels count_tunnels(const struct ipsec_links *links)
{
    struct tunnels tunnels = {.is_ordered = true};
    uint8_t *ways = g_new0(uint8_t, links->links->len + 1);
    for (guint i = 0; i < links->links->len; i++) {
        const struct made_link *link = made_link_at(links, i);
        const struct ipsec_link *view = &link->view;
        tunnels.linked += view->kind == IPSEC_LINK_IKE || view->ike_link == IPSEC_NONE;
        tunnels.is_ordered = tunnels.is_ordered && view->order_known;
        for (uint32_t hop = 0; hop + 1 < view->count; hop++) {
            tunnels.translates = tunnels.translates || view->hop[hop].translates;
            tunnels.passed += view->kind == IPSEC_LINK_ESP ? view->hop[hop].passed : 0;
            tunnels.lost += view->kind == IPSEC_LINK_ESP ? view->hop[hop].lost : 0;
        }
        if (view->ike_link != IPSEC_NONE && view->order_known && ipsec_least_passed(view) > 0)
            ways[view->ike_link] |= link->down ? 1 : 2;
    }
    for (guint i = 0; i < links->links->len; i++)
        tunnels.whole += ways[i] == 3 && ipsec_least_passed(&made_link_at(links, i)->view) > 0;
    g_free(ways);
    return tunnels;
}

static uint32_t points_with_ipsec(const struct ipsec_links *links)
{
    uint32_t count = 0;
    for (guint i = 0; i < links->facts->points->len; i++)
        count += g_array_index(links->facts->points, struct point_fact, i).packets > 0;
    return count;
}

static void append_alone(const struct ipsec_links *links, GString *text, const char **ret_more)
{
    if (points_with_ipsec(links) > 1) {
        g_string_append(text, "No IKE or ESP seen at one point was seen at another. Check that the "
                              "captures cover the same time and that the NAT is between them.");
        return;
    }
    uint32_t ikes = ipsec_tracker_ike_count(links->tracker);
    uint32_t esps = ipsec_tracker_esp_count(links->tracker);
    g_string_append_printf(text,
                           "%u IKE SA%s and %u ESP SA%s: nothing wrong that one capture can "
                           "show.",
                           ikes, ikes == 1 ? "" : "s", esps, esps == 1 ? "" : "s");
    *ret_more = "To see whether a NAT passes IPsec correctly, " SECOND_CAPTURE ".";
}

static enum verdict_status judge(const void *concluded, GString *text, const char **ret_more)
{
    const struct ipsec_links *links = concluded;
    struct tunnels tunnels = count_tunnels(links);
    uint32_t count = tunnels.whole > 0 ? tunnels.whole : tunnels.linked;
    const char *plural = count == 1 ? "" : "s";
    if (tunnels.linked == 0) {
        append_alone(links, text, ret_more);
        return VERDICT_UNKNOWN;
    }
    if (tunnels.whole == 0 && !tunnels.is_ordered)
        g_string_append(text, "Which of the points is nearer to the IPsec client is not known: "
                              "addresses and TTL are equal, and no times tell.");
    else if (tunnels.whole == 0)
        g_string_append_printf(text,
                               "Nothing captured of %u IPsec tunnel%s is wrong, but none "
                               "shows IKE and ESP both ways at every point, so the NAT "
                               "cannot be judged. Start both captures before the client "
                               "connects.",
                               count, plural);
    else if (tunnels.translates)
        g_string_append_printf(text,
                               "The NAT is fine for IPsec: %u tunnel%s linked across it, and "
                               "every packet came unchanged.",
                               count, plural);
    else
        g_string_append_printf(text,
                               "No NAT between the points: %u IPsec tunnel%s linked, and no "
                               "address changes on the way.",
                               count, plural);
    if (tunnels.whole > 0 && tunnels.lost > 0)
        g_string_append_printf(text, " %u of %u ESP packets were lost.", tunnels.lost,
                               tunnels.passed + tunnels.lost);
    return tunnels.whole > 0 ? VERDICT_OK : VERDICT_UNKNOWN;
}

static bool where(const void *concluded, const struct finding *finding, uint32_t *ret_inside,
                  uint32_t *ret_outside)
{
    const struct made_link *link = ipsec_link_of_finding(concluded, finding);
    if (link == NULL || finding->hop == FINDING_NONE || finding->hop + 1 >= link->view.count)
        return false;
    *ret_inside = link->view.point[finding->hop];
    *ret_outside = link->view.point[finding->hop + 1];
    return true;
}

/* These say themselves whose fault it is. */
static const char *step(const void *concluded, const struct finding *finding)
{
    return points_with_ipsec(concluded) > 1 || finding->id == IPSEC_IKE_REFUSED
               ? ""
               : "To see who did it, " SECOND_CAPTURE ".";
}

const struct outcome_part ipsec_outcome_part = {
    .conclude = conclude,
    .free = free_concluded,
    .has = finding_is_ipsec,
    .weight = ipsec_verdict_weight,
    .advice = ipsec_verdict_advice,
    .where = where,
    .step = step,
    .is_there = is_there,
    .judge = judge,
};
