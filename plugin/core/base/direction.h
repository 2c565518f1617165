/* The two directions of a session and its two ends. What there is of each end, or of each
 * direction, is an array of two by these numbers, and these functions lead from one to the other.
 * None of them takes DIRECTION_NONE or OWNER_NONE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_DIRECTION_H
#define PPTPNAT_DIRECTION_H

/* Until roles are known (packets without their control traffic) A is the sender of the first packet
 * seen. */
enum direction { DIRECTION_NONE = -1, DIRECTION_A_TO_B = 0, DIRECTION_B_TO_A = 1 };

/* Which end chose an id, for the packets that it wants to get. */
enum id_owner { OWNER_A, OWNER_B, OWNER_NONE };

static inline enum id_owner other_owner(enum id_owner owner)
{
    return owner == OWNER_A ? OWNER_B : OWNER_A;
}

static inline enum direction other_direction(enum direction direction)
{
    return direction == DIRECTION_A_TO_B ? DIRECTION_B_TO_A : DIRECTION_A_TO_B;
}

/* Who sends the packets of a direction. */
static inline enum id_owner direction_sender(enum direction direction)
{
    return direction == DIRECTION_A_TO_B ? OWNER_A : OWNER_B;
}

/* Whose id the packets of a direction carry: their receiver's. */
static inline enum id_owner direction_id_owner(enum direction direction)
{
    return other_owner(direction_sender(direction));
}

/* The direction whose packets carry the id of `owner`. */
static inline enum direction owner_id_direction(enum id_owner owner)
{
    return owner == OWNER_A ? DIRECTION_B_TO_A : DIRECTION_A_TO_B;
}

#endif
