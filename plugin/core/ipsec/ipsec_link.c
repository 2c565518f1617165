/* The door: life, look-ups, names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

static const struct {
    unsigned bit;
    const char *name;
} evidence_names[] = {
    {IPSEC_EVIDENCE_SPI, "spi"},
    {IPSEC_EVIDENCE_MESSAGES, "messages"},
    {IPSEC_EVIDENCE_ESP, "esp"},
    {IPSEC_EVIDENCE_TUNNEL, "tunnel"},
};

const char *ipsec_evidence_name(unsigned bit)
{
    for (size_t i = 0; i < G_N_ELEMENTS(evidence_names); i++) {
        if (evidence_names[i].bit == bit)
            return evidence_names[i].name;
    }
    return NULL;
}

char *ipsec_evidence_text(unsigned evidence)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(evidence_names); i++) {
        if (evidence & evidence_names[i].bit)
            g_string_append_printf(text, "%s%s", text->len > 0 ? "," : "", evidence_names[i].name);
    }
    return g_string_free(text, FALSE);
}

const char *ipsec_link_kind_name(enum ipsec_link_kind kind)
{
    return kind == IPSEC_LINK_IKE ? "ike" : "esp";
}

static void free_link(void *data)
{
    struct made_link *link = data;
    for (uint32_t i = 0; i < link->view.count; i++)
        g_ptr_array_free(link->members[i], TRUE);
    for (guint i = 0; i < link->crossings->len; i++) {
        struct ipsec_crossing *made = &g_array_index(link->crossings, struct ipsec_crossing, i);
        crossing_clear(&made->crossing);
        for (unsigned side = 0; side < 2; side++)
            g_array_free(made->own[side], TRUE);
    }
    g_array_free(link->crossings, TRUE);
    g_free(link->view.text);
    g_free(link);
}

static struct at_link *nowhere(uint32_t count)
{
    struct at_link *at = g_new(struct at_link, count + 1);
    for (uint32_t i = 0; i < count; i++)
        at[i] = (struct at_link){.link = IPSEC_NONE};
    return at;
}

struct ipsec_links *ipsec_links_new(const struct ipsec_linker *linker, struct linker *points,
                                    struct finding_log *log)
{
    struct ipsec_links *links = g_new0(struct ipsec_links, 1);
    links->facts = linker;
    links->tracker = linker->tracker;
    links->linker = points;
    links->log = log;
    links->links = g_ptr_array_new_with_free_func(free_link);
    links->ike_count = ipsec_tracker_ike_count(linker->tracker);
    links->esp_count = ipsec_tracker_esp_count(linker->tracker);
    links->last_frame = linker->last_frame;
    links->ikes = nowhere(links->ike_count);
    links->esps = nowhere(links->esp_count);
    links->passed = g_new0(uint32_t, links->esp_count + 1);
    links->clocks = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, g_free);
    ipsec_link_points(links);
    ipsec_link_packets(links);
    ipsec_link_group(links);
    ipsec_link_roles(links);
    ipsec_link_order(links);
    ipsec_link_count(links);
    ipsec_nat_natt(links);
    ipsec_nat_ports(links);
    ipsec_nat_shared(links);
    ipsec_nat_hosts(links);
    ipsec_nat_payload(links);
    ipsec_nat_loss(links);
    ipsec_causes(links);
    ipsec_count_faults(links);
    return links;
}

void ipsec_links_free(struct ipsec_links *links)
{
    if (links == NULL)
        return;
    g_ptr_array_free(links->links, TRUE);
    g_hash_table_destroy(links->clocks);
    g_array_free(links->shown, TRUE);
    g_hash_table_destroy(links->shown_by_point);
    g_free(links->esp_last_ns);
    g_free(links->ikes);
    g_free(links->esps);
    g_free(links->peers);
    g_free(links->first);
    g_free(links->passed);
    g_free(links);
}
