/* The capture points as the outputs name and number them: the linker's row of points, or without
 * links the tracker's points in order of appearance.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PLACES_H
#define PPTPNAT_PLACES_H

#include "core/analysis.h"
#include "sources.h"

#define PLACE_NONE UINT32_MAX

struct place {
    uint32_t point;    /* the tracker's */
    const char *file;  /* the user's file, or NULL; borrowed from the sources */
    const char *label; /* a short name of it, likewise */
    const char *role;  /* "inside", "outside", "middle", "unknown"; static */
    uint32_t frames;   /* packets of PPTP and IPsec seen there */
    char *name;        /* the file, or the interface where that does not tell points apart */
};

struct places;

/* Borrows both. The analysis must be finished. */
struct places *places_new(const struct analysis *analysis, const struct sources *sources);
/* Gives numbers in place of names. */
void places_number(struct places *places);
void places_free(struct places *places); /* NULL is fine */

uint32_t places_count(const struct places *places);
const struct place *places_get(const struct places *places, uint32_t index);

/* The index of the place that comes `position`-th, below places_count: along the path where links
 * tell it, inside first, else as they appeared. */
uint32_t places_in_order(const struct places *places, uint32_t position);

/* Indices of places, or PLACE_NONE. */
uint32_t places_of_call(const struct places *places, const struct call *call);
uint32_t places_of_connection(const struct places *places,
                              const struct pptp_connection *connection);
uint32_t places_of_ipsec(const struct places *places, uint32_t point); /* of an SA's point */
uint32_t places_of_finding(const struct places *places, const struct finding *finding);

/* The name of a place, or "-". */
const char *places_name(const struct places *places, uint32_t index);

/* "inside -> outside", by the name where the role is not known; to be freed with g_free. */
char *places_row(const struct places *places, const uint32_t *indices, uint32_t count);

#endif
