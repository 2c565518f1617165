/* What every output is written from: the finished model, names of points, and frame numbers of the
 * user's own files. Nothing here knows whether tshark or the command has read the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_REPORT_H
#define PPTPNAT_REPORT_H

#include "point_names.h"
#include "core/analysis.h"

struct report {
    const struct analysis *analysis;
    const struct tracker *tracker;
    const struct linker *linker; /* NULL: links are off */
    const struct finding_log *log;
    const struct ipsec_tracker *ipsec;
    const struct sources *sources;
    struct point_names *points;
};

/* What the exit status of the pptpnat command follows from. */
struct report_tally {
    uint32_t findings[SEVERITY_ERROR + 1]; /* by enum finding_severity */
    uint32_t connections;
    uint32_t calls;
    uint32_t points;
    uint32_t links; /* calls seen at two points or more, and connections if no call is */
    uint32_t points_with_calls;
    uint32_t ike_sas; /* by their SPIs, however many points show them */
    uint32_t esp_sas;
    uint32_t ipsec_links; /* of them, those seen at two points or more */
};

/* Borrows both; the analysis is finished. To be cleared with report_clear. */
struct report report_new(const struct analysis *analysis, const struct sources *sources);
void report_clear(struct report *report);

struct report_tally report_tally(const struct report *report);
/* "PPTP", which is also what nothing is, "IPsec", or "PPTP and IPsec". */
const char *report_tally_subject(const struct report_tally *tally);

/* False for FINDING_NONE, and for the link of a connection that never had a call. */
bool report_shows_link(const struct report *report, uint32_t link);

/* The server is the end that the hops translate: it is behind the NAT. False where IKE was not
 * seen, which alone shows who is the client. */
bool report_serves_inside(const struct report *report, const struct ipsec_link *link);

/* The verdict on the capture. Texts are never NULL, and borrowed. */
enum verdict_status report_verdict(const struct report *report, const char **ret_text,
                                   const char **ret_cause);

/* What that text is made of; NULL where links are switched off. Borrowed. */
const struct verdict_parts *report_verdict_parts(const struct report *report);

/* The label of the file that `frame` is of; NULL: not known. Borrowed. */
const char *report_frame_file(const struct report *report, uint32_t frame);

/* The number of `frame` in the user's own file; `frame` itself if that is not known. */
uint32_t report_own_frame(const struct report *report, uint32_t frame);

/* "frame 15 of inside.pcapng [30 merged]", "frame 30". To be freed with g_free. */
char *report_frame_text(const struct report *report, uint32_t frame);

/* A text of the model, in which "frame 30" becomes "frame 15 of inside.pcapng", and "point 1" the
 * name of that place. Texts name frames in no other way. To be freed with g_free. */
char *report_text(const struct report *report, const char *text);

#endif
