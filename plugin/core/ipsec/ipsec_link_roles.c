/* Whether the points of a link agree on which end of its IKE SA is the initiator. IKEv1 has no flag
 * for it, and a point that captured from the middle on may have guessed: then which end is inside,
 * and whose a packet is, is not known, and nothing is judged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

#define COMPARED 32 /* first messages of each SA: those that both captured, where any are */

static bool is_same_message(const struct ike_record *a, const struct ike_record *b)
{
    return a->content == b->content && a->length == b->length && a->message_id == b->message_id &&
           a->exchange == b->exchange;
}

/* A message of `guess` that the other SA has, too, from its other end. */
static bool contradicts(const struct ike_sa *guess, const struct ike_sa *other)
{
    const struct ike_record *own = guess->first;
    for (unsigned i = 0; own != NULL && i < COMPARED; i++, own = own->next) {
        const struct ike_record *its = other->first;
        for (unsigned k = 0; its != NULL && k < COMPARED; k++, its = its->next) {
            if (is_same_message(own, its))
                return own->sender != its->sender;
        }
    }
    return false;
}

static bool roles_differ(const struct made_link *link)
{
    const struct ike_sa *first = link->members[0]->pdata[0];
    for (uint32_t position = 0; position < link->view.count; position++) {
        for (guint i = 0; i < link->members[position]->len; i++) {
            const struct ike_sa *sa = link->members[position]->pdata[i];
            if ((!sa->roles_known || !first->roles_known) && contradicts(sa, first))
                return true;
        }
    }
    return false;
}

void ipsec_link_roles(struct ipsec_links *links)
{
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        link->roles_differ = link->view.kind == IPSEC_LINK_IKE && roles_differ(link);
    }
    for (guint i = 0; i < links->links->len; i++) {
        struct made_link *link = made_link_at(links, i);
        const struct made_link *ike = made_link_at(links, link->view.ike_link);
        link->roles_differ = link->roles_differ || (ike != NULL && ike->roles_differ);
    }
}
