/* What readers see of the links, and the rules too: a link by its index, an SA or a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

uint32_t ipsec_links_count(const struct ipsec_links *links)
{
    return links->links->len;
}

const struct ipsec_link *ipsec_links_get(const struct ipsec_links *links, uint32_t index)
{
    const struct made_link *link = made_link_at(links, index);
    return link != NULL ? &link->view : NULL;
}

static const struct ipsec_link *found(const struct ipsec_links *links, const struct at_link *at,
                                      uint32_t *ret_position)
{
    if (at->link == IPSEC_NONE)
        return NULL;
    *ret_position = at->position;
    return ipsec_links_get(links, at->link);
}

const struct ipsec_link *ipsec_links_of_ike(const struct ipsec_links *links,
                                            const struct ike_sa *sa, uint32_t *ret_position)
{
    return sa->index < links->ike_count ? found(links, &links->ikes[sa->index], ret_position)
                                        : NULL;
}

const struct ipsec_link *ipsec_links_of_esp(const struct ipsec_links *links,
                                            const struct esp_sa *sa, uint32_t *ret_position)
{
    return sa->index < links->esp_count ? found(links, &links->esps[sa->index], ret_position)
                                        : NULL;
}

const struct ipsec_link *ipsec_links_of_frame(const struct ipsec_links *links, uint32_t frame,
                                              uint32_t *ret_position)
{
    const struct ipsec_record *record = ipsec_tracker_on(links->tracker, frame);
    if (record != NULL && record->kind == IPSEC_IKE)
        return ipsec_links_of_ike(links, ipsec_tracker_message(links->tracker, record->index)->sa,
                                  ret_position);
    if (record != NULL && record->kind == IPSEC_ESP)
        return ipsec_links_of_esp(links, ipsec_tracker_esp(links->tracker, record->index),
                                  ret_position);
    return NULL;
}

uint32_t ipsec_links_peer(const struct ipsec_links *links, uint32_t frame)
{
    uint32_t position;
    bool is_known = links->peers != NULL && frame <= links->last_frame &&
                    ipsec_links_of_frame(links, frame, &position) != NULL;
    return is_known ? links->peers[frame] : 0;
}
