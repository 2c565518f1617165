/* How a finding across points is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

#include <stdio.h>

struct finding ipsec_link_finding(const struct ipsec_links *links, enum finding_id id,
                                  const struct made_link *link, uint32_t hop, uint32_t position,
                                  uint32_t frame)
{
    const struct made_link *ike = made_link_at(links, link->view.ike_link);
    const struct ike_sa *of = link->view.ike[position];
    uint32_t of_ike = ike != NULL ? ipsec_position_at(ike, link->at[position]) : IPSEC_NONE;
    if (of_ike != IPSEC_NONE)
        of = ike->view.ike[of_ike];
    struct finding finding =
        ipsec_finding(id, frame, link->at[position], of, link->view.esp[position]);
    finding.ipsec_link = link->view.index;
    finding.hop = hop;
    finding.peer_frame = ipsec_links_peer(links, frame);
    return finding;
}

struct finding *ipsec_link_say(struct ipsec_links *links, struct finding *finding,
                               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    finding->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return finding_log_add(links->log, finding);
}

const char *ipsec_address_text(const struct net_address *address, char text[IPSEC_ADDRESS_SIZE])
{
    const uint8_t *o = address->octets;
    if (address->length == 4) {
        snprintf(text, IPSEC_ADDRESS_SIZE, "%u.%u.%u.%u", o[0], o[1], o[2], o[3]);
        return text;
    }
    for (unsigned i = 0, at = 0; i < 16; i += 2)
        at += (unsigned)snprintf(text + at, IPSEC_ADDRESS_SIZE - at, "%s%x", i > 0 ? ":" : "",
                                 (unsigned)o[i] << 8 | o[i + 1]);
    return text;
}

int64_t ipsec_link_last_ns(const struct ipsec_links *links, const struct made_link *ike)
{
    int64_t last_ns = 0;
    for (uint32_t position = 0; position < ike->view.count; position++) {
        for (guint i = 0; i < ike->members[position]->len; i++) {
            const struct ike_sa *sa = ike->members[position]->pdata[i];
            last_ns = MAX(last_ns, sa->last->time_ns);
        }
    }
    return MAX(last_ns, links->esp_last_ns[ike->view.index]);
}

bool ipsec_crosses_nat(const struct ipsec_links *links, const struct made_link *link, uint32_t hop)
{
    const struct made_link *ike = made_link_at(links, link->view.ike_link);
    return ipsec_hop_changes_address(link, hop) ||
           (ike != NULL && ike->view.order_known && hop + 1 < ike->view.count &&
            ike->at[hop] == link->at[hop] && ike->at[hop + 1] == link->at[hop + 1] &&
            ipsec_hop_changes_address(ike, hop));
}
