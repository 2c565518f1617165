/* "ipsec_links" of the JSON report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "json_parts.h"

static void write_sas(json_dumper *dumper, const struct ipsec_link *link)
{
    json_array(dumper, "sas");
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->kind == IPSEC_LINK_IKE)
            json_number_or_null(dumper, NULL, link->ike[i] != NULL,
                                link->ike[i] != NULL ? link->ike[i]->index : 0);
        else
            json_number_or_null(dumper, NULL, link->esp[i] != NULL,
                                link->esp[i] != NULL ? link->esp[i]->index : 0);
    }
    json_dumper_end_array(dumper);
}

/* The translated end's first port at each point; null: not seen there, or native ESP. */
static void write_ports(json_dumper *dumper, const char *name, const struct ipsec_link *link,
                        enum ike_family family)
{
    json_array(dumper, name);
    for (uint32_t i = 0; i < link->count; i++) {
        const struct ipsec_places *places = link->places[family][i];
        uint16_t port = places != NULL && places->first != NULL ? places->first->endpoint.port : 0;
        json_number_or_null(dumper, NULL, port != 0, port);
    }
    json_dumper_end_array(dumper);
}

static void write_counts(json_dumper *dumper, const char *name, const uint32_t *counts,
                         uint32_t count)
{
    json_array(dumper, name);
    for (uint32_t i = 0; i < count; i++)
        json_number(dumper, NULL, counts[i]);
    json_dumper_end_array(dumper);
}

static void write_hops(json_dumper *dumper, const struct ipsec_link *link)
{
    json_array(dumper, "hops");
    for (uint32_t i = 0; i + 1 < link->count; i++) {
        const struct ipsec_hop *hop = &link->hop[i];
        json_object(dumper, NULL);
        json_bool(dumper, "translates", hop->translates);
        json_number(dumper, "passed", hop->passed);
        json_number(dumper, "lost", hop->lost);
        json_number(dumper, "elsewhere", hop->elsewhere);
        json_number(dumper, "duplicated", hop->duplicated);
        json_number(dumper, "reordered", hop->reordered);
        json_dumper_end_object(dumper);
    }
    json_dumper_end_array(dumper);
}

static void write_evidence(json_dumper *dumper, unsigned evidence)
{
    json_array(dumper, "evidence");
    for (unsigned bit = 1; bit != 0 && bit <= evidence; bit <<= 1) {
        if ((evidence & bit) != 0)
            json_text(dumper, NULL, ipsec_evidence_name(bit));
    }
    json_dumper_end_array(dumper);
}

static void write_link(json_dumper *dumper, const struct report *report,
                       const struct ipsec_link *link)
{
    bool is_ike = link->kind == IPSEC_LINK_IKE;
    json_object(dumper, NULL);
    json_number(dumper, "id", link->index);
    json_text(dumper, "kind", ipsec_link_kind_name(link->kind));
    write_sas(dumper, link);
    write_counts(dumper, "points", link->point, link->count);
    json_bool(dumper, "order_known", link->order_known);
    if (is_ike)
        write_ports(dumper, "ports_500", link, IKE_ON_500);
    write_ports(dumper, "ports_4500", link, IKE_ON_4500);
    write_counts(dumper, "seen", link->seen, link->count);
    write_hops(dumper, link);
    write_evidence(dumper, link->evidence);
    json_number_or_null(dumper, "ike_link", !is_ike && link->ike_link != IPSEC_NONE,
                        link->ike_link);
    json_write_verdict_of(dumper, report, verdict_status_name(link->status), link->worst,
                          link->text);
    json_dumper_end_object(dumper);
}

void json_write_ipsec_links(json_dumper *dumper, const struct report *report)
{
    const struct ipsec_links *links = analysis_ipsec_links(report->analysis);
    json_array(dumper, "ipsec_links");
    for (uint32_t i = 0; links != NULL && i < ipsec_links_count(links); i++)
        write_link(dumper, report, ipsec_links_get(links, i));
    json_dumper_end_array(dumper);
}
