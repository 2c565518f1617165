/* What the one verdict has to know of IPsec, and what is said where nothing is wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_outcome.h"

#include "core/outcome/verdict_words.h"
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
    uint32_t linked; /* IKE SAs, and pairs of ESP SAs without one */
    uint32_t whole;  /* IKE SAs with ESP both ways */
    uint32_t passed; /* ESP packets */
    uint32_t lost;
    bool translates;
    bool is_ordered;
    bool roles_differ;
};

/* The other direction of an ESP SA without an IKE SA was counted before. */
static bool is_counted(const struct ipsec_links *links, const struct ipsec_link *view)
{
    for (uint32_t i = 0; i < view->count; i++) {
        const struct esp_sa *other = view->esp[i] != NULL ? view->esp[i]->reverse : NULL;
        uint32_t position;
        const struct ipsec_link *link =
            other != NULL ? ipsec_links_of_esp(links, other, &position) : NULL;
        if (link != NULL && link->ike_link == IPSEC_NONE && link->index < view->index)
            return true;
    }
    return false;
}

static struct tunnels count_tunnels(const struct ipsec_links *links)
{
    struct tunnels tunnels = {.is_ordered = true};
    uint8_t *ways = g_new0(uint8_t, links->links->len + 1);
    for (guint i = 0; i < links->links->len; i++) {
        const struct made_link *link = made_link_at(links, i);
        const struct ipsec_link *view = &link->view;
        tunnels.linked += view->kind == IPSEC_LINK_IKE ||
                          (view->ike_link == IPSEC_NONE && !is_counted(links, view));
        tunnels.is_ordered = tunnels.is_ordered && view->order_known;
        tunnels.roles_differ = tunnels.roles_differ || link->roles_differ;
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

static uint32_t link_count(const void *concluded)
{
    return ((const struct ipsec_links *)concluded)->links->len;
}

static struct verdict_place place(const void *concluded, const struct finding *finding)
{
    const struct made_link *link = ipsec_link_of_finding(concluded, finding);
    return (struct verdict_place){link ? link->view.index : FINDING_NONE, finding->hop};
}

static uint32_t points_of(const void *concluded, uint32_t link, const uint32_t **ret_points)
{
    const struct ipsec_link *view = &made_link_at(concluded, link)->view;
    *ret_points = view->point;
    return view->count;
}

static void judge_link(void *concluded, uint32_t link, const struct finding *worst)
{
    ipsec_link_judge(concluded, link, worst);
}

static char *judge_nat(const void *concluded, const struct nat_device *nat, const char *name)
{
    (void)concluded;
    return nat->others == 0
               ? NULL
               : g_strdup_printf("%s is fine for the %u IKE and ESP SA%s seen on both sides.", name,
                                 nat->others, nat->others == 1 ? "" : "s");
}

enum capture_class {
    ALONE,
    APART,
    CONTRADICTED,
    UNORDERED,
    IN_PART,
    UNANSWERED,
    WITHOUT_ESP,
    SERVER_INSIDE,
    WELL,
    WELL_WITHOUT_NAT
};

static const struct {
    enum verdict_status status;
    const char *before; /* the count of: */
    const char *tunnel; /* NULL: of nothing */
    const char *after;
    const char *step;
} of_capture[] = {
    [ALONE] = {VERDICT_UNKNOWN, "", NULL, ": nothing wrong that one capture can show.",
               "To see whether a NAT passes IPsec correctly, " SECOND_CAPTURE "."},
    [APART] = {VERDICT_UNKNOWN, "", NULL,
               "No IKE or ESP seen at one point was seen at another. Check that the captures cover "
               "the same time and that the NAT is between them.",
               ""},
    [CONTRADICTED] = {VERDICT_UNKNOWN, "", NULL,
                      "Which of the points is nearer to the IPsec client is not known: the points "
                      "do not show for sure which end began IKE.",
                      "Start both captures before the client connects."},
    [UNORDERED] = {VERDICT_UNKNOWN, "", NULL,
                   "Which of the points is nearer to the IPsec client is not known: addresses and "
                   "TTL are equal, and no times tell.",
                   ""},
    [IN_PART] = {VERDICT_UNKNOWN, "Nothing captured of ", "IPsec tunnel",
                 " is wrong, but none shows IKE and ESP both ways at every point, so the NAT "
                 "cannot be judged. Start both captures before the client connects.",
                 ""},
    [UNANSWERED] = {VERDICT_UNKNOWN, "Each IKE message of ", "IPsec tunnel",
                    " passed, but no capture shows an answer. Check that the server runs, that its "
                    "firewall lets UDP 500 in, and that the captures show both directions.",
                    ""},
    [WITHOUT_ESP] = {VERDICT_UNKNOWN, "Each IKE message of ", "IPsec tunnel",
                     " passed unchanged both ways, but no ESP follows; nothing shows a fault of "
                     "the NAT. If the tunnel did not come up, compare the keys or certificates of "
                     "both ends, their identities and proposals. If it did, send something through "
                     "it while both captures run.",
                     ""},
    [SERVER_INSIDE] = {VERDICT_UNKNOWN, "", NULL,
                       "The server is behind a NAT. IKE succeeds, and the client does not go on to "
                       "ESP; nothing shows a fault of the NAT.",
                       SERVER_BEHIND_NAT_ADVICE},
    [WELL] = {VERDICT_OK, "The NAT is fine for IPsec: ", "tunnel",
              " linked across it, and every packet that came is unchanged.", ""},
    [WELL_WITHOUT_NAT] = {VERDICT_OK, "No NAT between the points: ", "IPsec tunnel",
                          " linked, and no address changes on the way.", ""},
};

/* The first of a kind of note, or NULL. A note is no cause of the verdict; but where nothing else
 * is to be said it explains why the tunnel does not work. */
static const struct finding *first_note(const struct ipsec_links *links, enum finding_id id)
{
    for (uint32_t i = 0; i < finding_log_count(links->log); i++) {
        const struct finding *finding = finding_log_get(links->log, i);
        if (finding->id == id)
            return finding;
    }
    return NULL;
}

/* Every point saw it from its first message on, and each message. */
static bool is_whole_ike(const struct ipsec_link *view)
{
    for (uint32_t i = 0; i < view->count; i++) {
        const struct ike_sa *sa = view->ike[i];
        if (sa == NULL || sa->origin == IKE_ORIGIN_MIDDLE ||
            (i + 1 < view->count && view->hop[i].lost > 0))
            return false;
    }
    return true;
}

/* Where there is nothing but IKE from its beginning on: what came of it. */
static enum capture_class class_in_part(const struct ipsec_links *links)
{
    uint32_t points = 0, answered = 0;
    if (ipsec_tracker_esp_count(links->tracker) > 0)
        return IN_PART;
    for (guint i = 0; i < links->links->len; i++) {
        const struct ipsec_link *view = &made_link_at(links, i)->view;
        if (!is_whole_ike(view))
            return IN_PART;
        points += view->count;
        for (uint32_t k = 0; k < view->count; k++)
            answered += view->ike[k]->sent[1].last != NULL;
    }
    return answered == 0 ? UNANSWERED : answered == points ? WITHOUT_ESP : IN_PART;
}

static enum capture_class class_of(const struct ipsec_links *links, const struct tunnels *tunnels)
{
    if (tunnels->whole == 0 && first_note(links, IPSEC_SERVER_BEHIND_NAT) != NULL)
        return SERVER_INSIDE;
    if (tunnels->linked == 0)
        return links->shown->len > 1 ? APART : ALONE;
    if (tunnels->whole == 0 && !tunnels->is_ordered)
        return tunnels->roles_differ ? CONTRADICTED : UNORDERED;
    if (tunnels->whole == 0)
        return class_in_part(links);
    return tunnels->translates ? WELL : WELL_WITHOUT_NAT;
}

static void append_sas(const struct ipsec_links *links, GString *text)
{
    uint32_t ikes = ipsec_tracker_ike_count(links->tracker);
    uint32_t esps = ipsec_tracker_esp_count(links->tracker);
    g_string_append_printf(text, "%u IKE SA%s and %u ESP SA%s", ikes, ikes == 1 ? "" : "s", esps,
                           esps == 1 ? "" : "s");
}

/* A tunnel that carries nothing, though no NAT is to blame. */
static void append_silent(const struct ipsec_links *links, struct verdict_well *well)
{
    const struct finding *silent = first_note(links, IPSEC_SA_SILENT);
    if (silent == NULL)
        return;
    struct verdict_words words = verdict_words_new(links->linker, silent);
    g_string_append_printf(well->detail, " %s (%s). %s %s", words.headline, words.where,
                           words.detail, words.advice.known);
    well->step = words.advice.advice;
    verdict_words_clear(&words);
}

static enum verdict_status judge(const void *concluded, struct verdict_well *well)
{
    const struct ipsec_links *links = concluded;
    struct tunnels tunnels = count_tunnels(links);
    enum capture_class class = class_of(links, &tunnels);
    uint32_t count = tunnels.whole > 0 ? tunnels.whole : tunnels.linked;
    g_string_append(well->text, of_capture[class].before);
    if (class == ALONE)
        append_sas(links, well->text);
    if (of_capture[class].tunnel != NULL)
        g_string_append_printf(well->text, "%u %s%s", count, of_capture[class].tunnel,
                               count == 1 ? "" : "s");
    g_string_append(well->text, of_capture[class].after);
    if (tunnels.whole > 0 && tunnels.lost > 0)
        g_string_append_printf(well->detail, " %u of %u ESP packets were lost.", tunnels.lost,
                               tunnels.passed + tunnels.lost);
    well->step = of_capture[class].step;
    append_silent(links, well);
    return of_capture[class].status;
}

static char *headline(const void *concluded, const struct finding *finding, const char *nat)
{
    (void)concluded;
    return ipsec_headline(finding->id, nat);
}

static char *consequence(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    (void)finding;
    return g_strdup("");
}

static struct verdict_advice advice(const void *concluded, const struct finding *finding)
{
    const struct ipsec_links *links = concluded;
    const struct esp_sa *sa =
        links != NULL ? ipsec_tracker_esp(links->tracker, finding->esp_sa) : NULL;
    return ipsec_verdict_advice(finding->id, sa != NULL && sa->encapsulation == ESP_IN_UDP);
}

static bool where(const void *concluded, const struct finding *finding, struct verdict_hop *ret)
{
    const struct made_link *link = ipsec_link_of_finding(concluded, finding);
    uint32_t hop = finding->hop;
    if (link == NULL || hop == FINDING_NONE || hop + 1 >= link->view.count)
        return false;
    *ret = (struct verdict_hop){link->view.point[hop], link->view.point[hop + 1],
                                link->view.hop[hop].translates ||
                                    ipsec_crosses_nat(concluded, link, hop)};
    return true;
}

/* These say themselves whose fault it is. */
static const char *step(const void *concluded, const struct finding *finding)
{
    const struct ipsec_links *links = concluded;

    return links->shown->len > 1 || finding->id == IPSEC_IKE_REFUSED
               ? ""
               : "To see who did it, " SECOND_CAPTURE ".";
}

const struct outcome_part ipsec_outcome_part = {
    .name = "IPsec",
    .conclude = conclude,
    .free = free_concluded,
    .has = finding_is_ipsec,
    .weight = ipsec_verdict_weight,
    .link_count = link_count,
    .place = place,
    .points_of = points_of,
    .judge_link = judge_link,
    .judge_nat = judge_nat,
    .is_there = is_there,
    .judge = judge,
    .headline = headline,
    .consequence = consequence,
    .advice = advice,
    .where = where,
    .step = step,
};
