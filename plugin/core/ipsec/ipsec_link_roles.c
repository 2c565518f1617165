/* Whether the points of a link agree on which end of its IKE SA is the initiator. IKEv1 has no flag
 * for it, and a point that captured from the middle on may have guessed: then which end is inside,
 * and whose a packet is, is only known if another point that shows one of its messages agrees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

/* What one message has at all points; where a capture was cut, not all of its octets are there, and
 * the IP ID has to do. */
static uint64_t message_hash(const struct ike_record *record, bool is_cut)
{
    uint64_t words[] = {(uint64_t)record->message_id << 32 | record->length,
                        (uint64_t)record->exchange << 1 | is_cut,
                        is_cut ? record->ip_id : record->content};
    return hash_words(words, G_N_ELEMENTS(words));
}

/* By both hashes of each message: its record. */
static GHashTable *messages_of(const struct ike_sa *sa)
{
    GHashTable *messages = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        for (int is_cut = 0; is_cut < 2; is_cut++) {
            uint64_t key = message_hash(record, is_cut);
            g_hash_table_insert(messages, g_memdup2(&key, sizeof key), (gpointer)record);
        }
    }
    return messages;
}

static const struct ike_record *same_message(GHashTable *messages, const struct ike_record *own)
{
    uint64_t whole = message_hash(own, false), cut = message_hash(own, true);
    const struct ike_record *found = g_hash_table_lookup(messages, &whole);
    if (found != NULL)
        return found;
    found = g_hash_table_lookup(messages, &cut);
    bool is_cut = found != NULL && found->has_ip_id && own->has_ip_id &&
                  (found->status == IKE_TRUNCATED || own->status == IKE_TRUNCATED);
    return is_cut ? found : NULL;
}

/* The first message that both have tells. */
static bool agrees(GHashTable *messages, const struct ike_sa *sa)
{
    for (const struct ike_record *own = sa->first; own != NULL; own = own->next) {
        const struct ike_record *other = same_message(messages, own);
        if (other != NULL)
            return own->sender == other->sender;
    }
    return false;
}

/* One that knows, if any does. */
static const struct ike_sa *surest(const struct made_link *link)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        for (guint i = 0; i < link->members[position]->len; i++) {
            const struct ike_sa *sa = link->members[position]->pdata[i];
            if (sa->roles_known)
                return sa;
        }
    }
    return link->members[0]->pdata[0];
}

static bool roles_differ(const struct made_link *link)
{
    const struct ike_sa *first = surest(link);
    GHashTable *messages = NULL;
    bool differ = false;
    for (uint32_t position = 0; position < link->view.count; position++) {
        for (guint i = 0; i < link->members[position]->len; i++) {
            const struct ike_sa *sa = link->members[position]->pdata[i];
            if (sa == first || sa->roles_known)
                continue;
            messages = messages != NULL ? messages : messages_of(first);
            differ = differ || !agrees(messages, sa);
        }
    }
    if (messages != NULL)
        g_hash_table_destroy(messages);
    return differ;
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
