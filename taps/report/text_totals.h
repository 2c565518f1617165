/* What was seen in all, counted for the brief texts. A call is counted once, however many points
 * show it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_TOTALS_H
#define PPTPNAT_TEXT_TOTALS_H

#include "report.h"

struct way_total {
    uint64_t seen; /* packets; across a NAT: of those that the points on both sides could see */
    uint64_t passed;
};

struct totals {
    uint32_t calls;    /* of them, */
    uint32_t faulty;   /* linked ones by their verdict, */
    uint32_t unknown;  /* likewise, */
    uint32_t unlinked; /* and those seen at one point only */
    uint32_t nats;
    uint32_t points;
    uint32_t ike_sas;           /* different ones, */
    uint32_t esp_sas;           /* likewise */
    bool linked;                /* at least one call was seen at two points */
    struct way_total to_server; /* GRE */
    struct way_total to_client;
    struct way_total esp_to_server; /* of linked ESP SAs */
    struct way_total esp_to_client;
};

struct totals totals_of(const struct report *report);

/* "1 call through 1 NAT: 1 faulty. GRE 25 of 25 to the server, 18 of 18 to the client." To be freed
 * with g_free. */
char *totals_text(const struct totals *totals);

/* "1 call", "2 calls"; to be freed with g_free. */
char *count_text(uint64_t count, const char *what);

#endif
