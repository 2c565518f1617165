/* The capture points as the outputs name and number them: the linker's row of points, or without
 * links the tracker's points in order of appearance.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_POINT_NAMES_H
#define PPTPNAT_POINT_NAMES_H

#include "core/analysis.h"
#include "sources.h"

#define POINT_NONE UINT32_MAX

struct named_point {
    uint32_t point;    /* the tracker's */
    const char *file;  /* the user's file, or NULL; borrowed from the sources */
    const char *label; /* a short name of it, likewise */
    const char *role;  /* "inside", "outside", "middle", "unknown"; static */
    uint32_t frames;   /* packets of PPTP and IPsec seen there */
    char *name;        /* the file, or the interface where that does not tell points apart */
};

struct point_names;

/* Borrows both. The analysis must be finished. */
struct point_names *point_names_new(const struct analysis *analysis, const struct sources *sources);
/* Gives numbers in place of names. */
void point_names_number(struct point_names *names);
void point_names_free(struct point_names *names); /* NULL is fine */

uint32_t point_names_count(const struct point_names *names);
const struct named_point *point_names_get(const struct point_names *names, uint32_t index);

/* The index of the point that comes `position`-th, below point_names_count: along the path where
 * links tell it, inside first, else as they appeared. */
uint32_t point_names_in_order(const struct point_names *names, uint32_t position);

/* Indices of points, or POINT_NONE. */
uint32_t point_names_of_call(const struct point_names *names, const struct call *call);
uint32_t point_names_of_connection(const struct point_names *names,
                                   const struct pptp_connection *connection);
uint32_t point_names_of_ipsec(const struct point_names *names,
                              uint32_t point); /* of an SA's point */
uint32_t point_names_of_finding(const struct point_names *names, const struct finding *finding);

/* The name of a point, or "-". */
const char *point_names_name(const struct point_names *names, uint32_t index);

/* "inside -> outside", by the name where the role is not known; to be freed with g_free. */
char *point_names_row(const struct point_names *names, const uint32_t *indices, uint32_t count);

#endif
