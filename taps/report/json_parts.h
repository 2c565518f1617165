/* The parts of the JSON report that are about calls and about IPsec; json_report.c writes the rest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_JSON_PARTS_H
#define PPTPNAT_JSON_PARTS_H

#include "json_words.h"
#include "report.h"

/* A verdict; `parts` NULL: the text is all there is. */
struct json_verdict {
    const char *status; /* NULL: none is given */
    const char *cause;  /* "" for none */
    const struct verdict_parts *parts;
    const char *text;
};

/* The member "verdict". */
void json_write_verdict(json_dumper *dumper, const struct report *report,
                        const struct json_verdict *verdict);
/* The same in the parts that `worst` gives; NULL: nothing is wrong, and `text` is the headline. */
void json_write_verdict_of(json_dumper *dumper, const struct report *report, const char *status,
                           const struct finding *worst, const char *text);

/* Each writes one member of the document. */
void json_write_calls(json_dumper *dumper, const struct report *report);
void json_write_links(json_dumper *dumper, const struct report *report);
void json_write_unlinked(json_dumper *dumper, const struct report *report);

/* The member "timeline". `messages` (struct message_record *) may be NULL. */
void json_write_timeline(json_dumper *dumper, const struct report *report,
                         const GPtrArray *messages);
/* The same of the messages of a connection that belong to no call. */
void json_write_own_timeline(json_dumper *dumper, const struct report *report,
                             const struct pptp_connection *connection);

void json_write_ike_sas(json_dumper *dumper, const struct report *report);
void json_write_esp_sas(json_dumper *dumper, const struct report *report);
void json_write_ipsec_links(json_dumper *dumper, const struct report *report);
/* Elements of "findings", behind those of PPTP. */
void json_write_ipsec_finding(json_dumper *dumper, const struct report *report,
                              const struct finding *finding);

#endif
