/* Which finding is the consequence of which: of one tunnel, by rows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

/* The first row of an effect whose cause is there counts. */
static const struct {
    enum finding_id effect;
    enum finding_id cause;
} rows[] = {
    {IPSEC_NATT_NOT_ANNOUNCED, IPSEC_NATT_MISSING},
    {IPSEC_ESP_NATIVE, IPSEC_NATT_MISSING},
    {IPSEC_ESP_NATIVE, IPSEC_NATT_NOT_USED},
    {IPSEC_ESP_NOT_FORWARDED, IPSEC_NATT_MISSING},
    {IPSEC_ESP_NOT_FORWARDED, IPSEC_NATT_NOT_USED},
    {IPSEC_ESP_NOT_FORWARDED, IPSEC_PAYLOAD_ALTERED},
    {IPSEC_ESP_NOT_FORWARDED, IPSEC_PORT_SHARED},
    {IPSEC_ESP_MISDELIVERED, IPSEC_NATT_MISSING},
    {IPSEC_ESP_MISDELIVERED, IPSEC_NATT_NOT_USED},
    {IPSEC_ESP_MISDELIVERED, IPSEC_PORT_SHARED},
    {IPSEC_IKE_MISDELIVERED, IPSEC_PORT_SHARED},
    {IPSEC_ESP_ONE_WAY, IPSEC_PORT_SHARED},
    {IPSEC_ESP_ONE_WAY, IPSEC_ESP_NOT_FORWARDED},
    {IPSEC_ESP_ONE_WAY, IPSEC_ESP_MISDELIVERED},
    {IPSEC_ESP_ONE_WAY, IPSEC_MAPPING_CHANGED},
    {IPSEC_ESP_ONE_WAY, IPSEC_SA_SILENT},
    {IPSEC_SA_SILENT, IPSEC_ESP_NOT_FORWARDED},
    {IPSEC_NO_REPLY, IPSEC_FLOAT_BLOCKED},
    {IPSEC_NO_REPLY, IPSEC_FRAGMENT_LOST},
    {IPSEC_NO_REPLY, IPSEC_IKE_MISDELIVERED},
    {IPSEC_NO_REPLY, IPSEC_PAYLOAD_ALTERED},
    {IPSEC_NO_REPLY, IPSEC_MAPPING_CHANGED},
    {IPSEC_NO_REPLY, IPSEC_PORT_SHARED},
    {IPSEC_IKE_REFUSED, IPSEC_PAYLOAD_ALTERED},
};

/* The IKE link, or the ESP link without one, that a finding is about; IPSEC_NONE: of none. */
static uint32_t tunnel_of(const struct ipsec_links *links, const struct finding *finding)
{
    uint32_t link = finding->ipsec_link;
    if (link == FINDING_NONE && finding->esp_sa != FINDING_NONE)
        link = links->esps[finding->esp_sa].link;
    if (link == FINDING_NONE && finding->ike_sa != FINDING_NONE)
        link = links->ikes[finding->ike_sa].link;
    const struct made_link *made = made_link_at(links, link);
    if (made == NULL)
        return IPSEC_NONE;
    return made->view.ike_link != IPSEC_NONE ? made->view.ike_link : made->view.index;
}

/* By tunnel and id: the first finding, + 1. */
static int64_t key_of(uint32_t tunnel, enum finding_id id)
{
    return (int64_t)((uint64_t)tunnel << 32 | id);
}

static void index_findings(const struct ipsec_links *links, GHashTable *first)
{
    for (uint32_t i = 0; i < finding_log_count(links->log); i++) {
        const struct finding *finding = finding_log_get(links->log, i);
        int64_t key = key_of(tunnel_of(links, finding), finding->id);
        if (finding_is_ipsec(finding->id) && !g_hash_table_contains(first, &key))
            g_hash_table_insert(first, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(i + 1));
    }
}

void ipsec_causes(struct ipsec_links *links)
{
    GHashTable *first = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    index_findings(links, first);
    for (uint32_t i = 0; i < finding_log_count(links->log); i++) {
        struct finding *finding = finding_log_get(links->log, i);
        uint32_t tunnel = finding_is_ipsec(finding->id) ? tunnel_of(links, finding) : IPSEC_NONE;
        for (unsigned row = 0; tunnel != IPSEC_NONE && row < G_N_ELEMENTS(rows); row++) {
            int64_t key = key_of(tunnel, rows[row].cause);
            uint32_t cause = GPOINTER_TO_UINT(g_hash_table_lookup(first, &key));
            if (rows[row].effect != finding->id || cause == 0 || finding->cause != FINDING_NONE)
                continue;
            finding->cause = cause - 1;
        }
    }
    g_hash_table_destroy(first);
}
