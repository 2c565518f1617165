/* The two directions of a call and the two owners of its ids. What there is of each owner, or of
 * each direction, is an array of two by these numbers, and these functions lead from one to the
 * other. None of them takes DIRECTION_NONE or PPTP_OWNER_NONE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_DIRECTION_H
#define PPTPNAT_DIRECTION_H

/* Directions of a call. Until roles are known (GRE without control traffic) a is the sender of the
 * first packet seen. */
enum call_direction { DIRECTION_NONE = -1, DIRECTION_PNS_TO_PAC = 0, DIRECTION_PAC_TO_PNS = 1 };

/* Which end of the call assigned a Call ID (RFC 2637 3.2.2). */
enum pptp_owner { PPTP_OWNER_PNS, PPTP_OWNER_PAC, PPTP_OWNER_NONE };

static inline enum pptp_owner other_owner(enum pptp_owner owner)
{
    return owner == PPTP_OWNER_PNS ? PPTP_OWNER_PAC : PPTP_OWNER_PNS;
}

static inline enum call_direction other_direction(enum call_direction direction)
{
    return direction == DIRECTION_PNS_TO_PAC ? DIRECTION_PAC_TO_PNS : DIRECTION_PNS_TO_PAC;
}

/* Who sends the packets of a direction. */
static inline enum pptp_owner direction_sender(enum call_direction direction)
{
    return direction == DIRECTION_PNS_TO_PAC ? PPTP_OWNER_PNS : PPTP_OWNER_PAC;
}

/* Whose id the packets of a direction carry: their receiver's (RFC 2637 4.1). */
static inline enum pptp_owner direction_id_owner(enum call_direction direction)
{
    return other_owner(direction_sender(direction));
}

/* The direction whose packets carry the id of `owner`. */
static inline enum call_direction owner_id_direction(enum pptp_owner owner)
{
    return owner == PPTP_OWNER_PNS ? DIRECTION_PAC_TO_PNS : DIRECTION_PNS_TO_PAC;
}

#endif
