/* Texts and statuses of the links, and how many findings blame each NAT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/outcome/verdict_words.h"
#include "ipsec_link_internal.h"

struct made_link *ipsec_link_of_finding(const struct ipsec_links *links,
                                        const struct finding *finding)
{
    if (finding->ipsec_link != FINDING_NONE)
        return made_link_at(links, finding->ipsec_link);
    if (finding->esp_sa != FINDING_NONE)
        return made_link_at(links, links->esps[finding->esp_sa].link);
    return finding->ike_sa != FINDING_NONE ? made_link_at(links, links->ikes[finding->ike_sa].link)
                                           : NULL;
}

void ipsec_count_faults(struct ipsec_links *links)
{
    for (uint32_t i = 0; i < finding_log_count(links->log); i++) {
        const struct finding *finding = finding_log_get(links->log, i);
        if (!finding_is_ipsec(finding->id) || finding_kind(finding->id)->severity < SEVERITY_WARN)
            continue;
        const struct made_link *link = ipsec_link_of_finding(links, finding);
        if (link == NULL || finding->hop == FINDING_NONE || finding->hop + 1 >= link->view.count)
            continue;
        link_nat_between(links->linker, link->view.point[finding->hop],
                         link->view.point[finding->hop + 1])
            ->faults++;
    }
}

uint32_t ipsec_least_passed(const struct ipsec_link *view)
{
    uint32_t least = UINT32_MAX;
    for (uint32_t hop = 0; hop + 1 < view->count; hop++)
        least = MIN(least, view->hop[hop].passed);
    return least;
}

static void append_counts(GString *text, const struct ipsec_link *view)
{
    for (uint32_t hop = 0; hop + 1 < view->count; hop++) {
        const struct ipsec_hop *count = &view->hop[hop];
        const char *what = view->kind == IPSEC_LINK_ESP ? "ESP packet" : "IKE message";
        g_string_append_printf(text, " %u %s%s passed from point %u to point %u", count->passed,
                               what, count->passed == 1 ? "" : "s", view->point[hop],
                               view->point[hop + 1]);
        if (count->lost > 0)
            g_string_append_printf(text, ", %u %s lost", count->lost,
                                   count->lost == 1 ? "was" : "were");
        g_string_append(text, ".");
    }
}

/* A shared port is a fault for both clients, though the finding is about one IKE SA. */
static void append_well(const struct ipsec_links *links, const struct made_link *link,
                        GString *text)
{
    const struct made_link *ike = made_link_at(links, link->view.ike_link);
    const struct made_link *sharer = ike != NULL ? ike->sharer : link->sharer;
    g_string_append(text, "Every packet that passed is unchanged");
    if (sharer != NULL)
        g_string_append_printf(text,
                               ", but another client leaves from the same outside port (IPsec link "
                               "%u)",
                               sharer->view.index);
    g_string_append_c(text, '.');
}

void ipsec_link_judge(struct ipsec_links *links, uint32_t index, const struct finding *worst)
{
    struct made_link *link = made_link_at(links, index);
    GString *text = g_string_new(NULL);
    link->view.worst = worst;
    if (worst != NULL) {
        link->view.status = VERDICT_FAULT;
        char *words = verdict_sentence(links->linker, worst);
        g_string_append(text, words);
        g_free(words);
    } else if (!link->view.order_known) {
        g_string_append_printf(
            text, "Which of the points is nearer to the client is not known%s.",
            link->roles_differ ? ": they do not show for sure which end began IKE" : "");
    } else if (ipsec_least_passed(&link->view) == 0) {
        g_string_append(text, "Seen at one point only; nothing shows that it was lost.");
    } else {
        link->view.status = VERDICT_OK;
        append_well(links, link, text);
    }
    append_counts(text, &link->view);
    link->view.text = g_string_free(text, FALSE);
}
