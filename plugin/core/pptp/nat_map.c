/* What a Call ID field must read on the far side of a hop, and how a wrong value is wrong. Pure,
 * but for the bound on the calls that are looked through.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

/* The id of `owner` at `far`, if it is `meant` at `near`. */
static bool follow(const struct link *link, enum id_owner owner, uint32_t near, uint32_t far,
                   uint16_t meant, uint16_t *ret_expected)
{
    uint16_t expected;
    if (!link_id_is(link, owner, near, meant) || !link_id_at(link, owner, far, &expected))
        return false;
    *ret_expected = expected;
    return true;
}

bool link_map_expected(const struct link *link, uint32_t near, uint32_t far, uint16_t meant,
                       enum id_owner *owner, uint16_t *ret_expected)
{
    enum id_owner other = other_owner(*owner);
    if (follow(link, *owner, near, far, meant, ret_expected))
        return true;
    if (follow(link, other, near, far, meant, ret_expected)) {
        *owner = other;
        return true;
    }
    uint16_t own_id, other_id;
    if (!link_id_at(link, *owner, near, &own_id) || !link_id_at(link, other, near, &other_id) ||
        own_id == meant || other_id == meant)
        return false;
    *ret_expected = meant; /* neither id of this call: it has to pass unchanged */
    return true;
}

static bool is_port(const struct session *call, uint16_t value)
{
    const struct connection *connection = call ? call->connection : NULL;
    return connection && (connection->end[0].port == value || connection->end[1].port == value);
}

/* How the call of that owner with `seen` is related to `own`, if it is another one. */
static enum mistranslation of_call(const struct linker *linker, const struct session *own,
                                   const struct connection *connection, enum id_owner owner,
                                   uint16_t seen)
{
    const struct session *call = as_session(
        tracker_call_with_id(tracker_of(linker), connection_of(connection), owner, seen));
    if (!call || call == own)
        return MISTRANSLATION_NONE;
    return !session_has_ended(call) || call->ended_frame > own->setup_frame
               ? MISTRANSLATION_OTHER_CALL
               : MISTRANSLATION_EARLIER_CALL;
}

/* Another call of the same connection, of an earlier one between the same ports, or with the same
 * server, that owns `seen` at `far`. */
static enum mistranslation of_another_call(struct linker *linker, const struct link *link,
                                           uint32_t far, uint16_t seen)
{
    const struct session *own = link->view.session[far];
    enum mistranslation kind = MISTRANSLATION_NONE;
    uint32_t searched = 0;
    for (const struct connection *connection = own ? own->connection : NULL; connection;
         connection = as_connection(connection_of(connection)->previous)) {
        if (searched++ == NAT_EARLIER_CONNECTIONS) {
            link_limit_reached(linker, NAT_LIMIT_EARLIER_CONNECTIONS, own->setup_frame);
            break;
        }
        for (int owner = PPTP_OWNER_PNS; owner <= PPTP_OWNER_PAC; owner++) {
            enum mistranslation one = of_call(linker, own, connection, (enum id_owner)owner, seen);
            if (one == MISTRANSLATION_OTHER_CALL)
                return one;
            kind = one != MISTRANSLATION_NONE ? one : kind;
        }
    }
    return kind == MISTRANSLATION_NONE ? link_owner_kind(linker, link, far, seen) : kind;
}

enum mistranslation link_map_kind(struct linker *linker, const struct link *link, uint32_t far,
                                  enum id_owner owner, uint16_t expected, uint16_t meant,
                                  uint16_t seen)
{
    if (seen == meant)
        return MISTRANSLATION_UNTRANSLATED;
    if (seen == 0)
        return MISTRANSLATION_ZERO;
    for (uint32_t position = 0; position < link->view.count; position++) {
        if (is_port(link->view.session[position], seen))
            return MISTRANSLATION_TCP_PORT;
    }
    if (seen == GUINT16_SWAP_LE_BE(expected) || seen == GUINT16_SWAP_LE_BE(meant))
        return MISTRANSLATION_BYTE_SWAPPED;
    if (link_id_is(link, other_owner(owner), far, seen))
        return MISTRANSLATION_OTHER_OWNER;
    enum mistranslation kind = of_another_call(linker, link, far, seen);
    return kind == MISTRANSLATION_NONE ? MISTRANSLATION_UNKNOWN : kind;
}
