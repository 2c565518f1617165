/* Octets that are mostly zeros, made small without loss: control messages of PPTP consist of fields
 * that are padded to 64 octets, and each stream keeps its latest ones. A byte below 128 says how
 * many octets follow as they are, less 1; any other one stands for a run of zeros, 125 more than
 * they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_ZERO_RUNS_H
#define PPTPNAT_ZERO_RUNS_H

#include <stddef.h>
#include <stdint.h>

/* The most that `count` octets become. */
static inline size_t zero_runs_room(size_t count)
{
    return count + count / 128 + 1;
}

/* Writes the short form of `count` octets to `ret`, which has room for it; returns its size. */
size_t zero_runs_pack(const uint8_t *octets, size_t count, uint8_t *ret);

/* Writes the `count` octets that were packed to `ret`; returns how many octets of `packed`, which
 * zero_runs_pack made, they were. */
size_t zero_runs_unpack(const uint8_t *packed, size_t count, uint8_t *ret);

#endif
