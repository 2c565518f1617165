/* The diagnoses of IPsec that one point can show: id, severity, constant summary and rule, in the
 * form of the catalogue of findings, and one made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_FINDING_H
#define PPTPNAT_IPSEC_FINDING_H

#include <glib.h>

#include "core/finding/finding.h"

enum ipsec_finding_id {
    IPSEC_NATT_NOT_ANNOUNCED,
    IPSEC_NO_REPLY,
    IPSEC_IKE_REFUSED,
    IPSEC_ESP_ONE_WAY,
    IPSEC_L2TP_IN_CLEAR,
    IPSEC_SA_SILENT,
    IPSEC_FINDING_COUNT
};

/* The row of `id`, below IPSEC_FINDING_COUNT. */
const struct finding_kind *ipsec_finding_kind(enum ipsec_finding_id id);

/* True where later packets could take it back: it belongs to the outcome, never to a log. */
bool ipsec_finding_is_provisional(enum ipsec_finding_id id);

struct ike_sa;
struct esp_sa;

struct ipsec_finding {
    enum ipsec_finding_id id;
    uint32_t judged_frame;
    uint32_t deciding_frame; /* 0: at the end of the file */
    uint32_t point;
    const struct ike_sa *ike; /* NULL: of none */
    const struct esp_sa *esp; /* NULL: of none */
    char *text;               /* owned; one sentence without the summary */
};

struct ipsec_finding *ipsec_finding_new(enum ipsec_finding_id id, uint32_t judged_frame,
                                        uint32_t deciding_frame, uint32_t point, const char *format,
                                        ...) G_GNUC_PRINTF(5, 6);
void ipsec_finding_free(void *finding); /* NULL is fine */

#endif
