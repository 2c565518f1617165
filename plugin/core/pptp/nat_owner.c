/* Whose Call ID a wrong one is: the linked calls by point, host and id. Most captures hold no wrong
 * id: the table is made when the first one asks, and kept from then on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

static uint64_t owner_key(uint32_t point, const struct net_address *host, uint16_t id)
{
    uint64_t what = (uint64_t)point << 32 | id;
    return hash_address(hash_step(hash_secret.start, what), host);
}

/* Calls that are over give way to those that are alive. */
static void add(struct linker *linker, uint64_t key, const struct session *call)
{
    struct candidates *owners = nat_own(linker)->owners;
    bool has_room = candidates_count(owners, key) < NAT_SAME_KEY_LIMIT;
    for (uint32_t at = candidates_first(owners, key); at && !has_room;
         at = candidates_next(owners, at)) {
        has_room = session_has_ended(facts_session(linker->facts, candidates_item(owners, at)));
        if (has_room)
            candidates_remove(owners, at);
    }
    if (has_room)
        candidates_add(owners, key, call->index);
    else
        link_limit_reached(linker, NAT_LIMIT_SAME_KEY, call->setup_frame);
}

static void add_id(struct linker *linker, struct session *call, enum id_owner owner)
{
    gpointer key_of_id = GUINT_TO_POINTER(call->index << 1 | (uint32_t)owner);
    if (!call->has_id[owner] || !g_hash_table_add(nat_own(linker)->owned, key_of_id))
        return;
    for (int end = 0; end < 2; end++) {
        const struct net_address *host = &call->connection->end[end].address;
        uint64_t key = owner_key(call->point, host, call->id[owner]);
        add(linker, key, call);
    }
}

void link_owner_add(struct linker *linker, struct session *call)
{
    if (!nat_own(linker)->owners || !link_of_session(linker, call) || !call->connection)
        return;
    add_id(linker, call, PPTP_OWNER_PNS);
    add_id(linker, call, PPTP_OWNER_PAC);
}

static void make_table(struct linker *linker)
{
    nat_own(linker)->owners = candidates_new();
    nat_own(linker)->owned = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        for (uint32_t position = 0; position < link->view.count; position++) {
            if (link->view.session[position])
                link_owner_add(linker, link->view.session[position]);
        }
    }
}

enum mistranslation link_owner_kind(struct linker *linker, const struct link *link, uint32_t far,
                                    uint16_t seen)
{
    const struct session *own = link->view.session[far];
    enum mistranslation kind = MISTRANSLATION_NONE;
    if (!own || !own->connection)
        return kind;
    if (!nat_own(linker)->owners)
        make_table(linker);
    const struct net_address *server =
        &own->connection->end[session_end_of(own, PPTP_OWNER_PAC)].address;
    const struct candidates *owners = nat_own(linker)->owners;
    for (uint32_t at = candidates_first(owners, owner_key(own->point, server, seen)); at;
         at = candidates_next(owners, at)) {
        const struct session *call = facts_session(linker->facts, candidates_item(owners, at));
        if (link_of_session(linker, call) == link ||
            !net_address_equal(&call->connection->end[session_end_of(call, PPTP_OWNER_PAC)].address,
                               server))
            continue;
        if (!session_has_ended(call) || call->ended_frame > own->setup_frame)
            return MISTRANSLATION_OTHER_CALL;
        kind = MISTRANSLATION_EARLIER_CALL;
    }
    return kind;
}
