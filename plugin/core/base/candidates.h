/* Lists of numbers under 64-bit keys, for the tables that take an entry for every message of a
 * capture: 16 octets an entry, and 4 to 8 where it is found. Keys are hashes of base/hash.h, and
 * are compared whole.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CANDIDATES_H
#define PPTPNAT_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>

struct candidates;

struct candidates *candidates_new(void);
void candidates_free(struct candidates *candidates); /* NULL is fine */

/* Puts `item`, which may be any number, at the end of the list of `key`. */
void candidates_add(struct candidates *candidates, uint64_t key, uint32_t item);

/* One after the other in order of arrival:
 *
 *     for (uint32_t at = candidates_first(c, key); at; at = candidates_next(c, at))
 *         use(candidates_item(c, at));
 *
 * What is added meanwhile comes too; what was removed must not be asked for its next. */
uint32_t candidates_first(const struct candidates *candidates, uint64_t key);
uint32_t candidates_next(const struct candidates *candidates, uint32_t at);
uint32_t candidates_item(const struct candidates *candidates, uint32_t at);

/* How long the list of `key` is, and whether `item` is in it. */
uint32_t candidates_count(const struct candidates *candidates, uint64_t key);
bool candidates_has(const struct candidates *candidates, uint64_t key, uint32_t item);

void candidates_remove(struct candidates *candidates, uint32_t at);

#endif
