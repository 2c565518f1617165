/* Numbers as decimal digits, for texts that are made by the million.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_DIGITS_H
#define PPTPNAT_DIGITS_H

#include <stdint.h>

#define DIGITS_MOST 10 /* of the largest number */

/* Writes the number so that its digits end before `end`; returns the first of them. */
static inline char *digits_before(char *end, uint32_t number)
{
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return end;
}

#endif
