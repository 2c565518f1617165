/* The findings of one point that only the end decides: what later packets could take back. A
 * function of the facts: asking for them in the middle, twice or never changes nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_CONCLUSION_H
#define PPTPNAT_IPSEC_CONCLUSION_H

#include "ipsec_tracker.h"

#define IPSEC_REPEATS_WITHOUT_REPLY 2 /* after the first sight: 3 in all */
#define IPSEC_ONE_WAY_PACKETS       3
#define IPSEC_ONE_WAY_NS            INT64_C(5000000000)

/* Adds them to `log`, in order of the judged frame. */
void ipsec_conclude(const struct ipsec_tracker *tracker, struct finding_log *log);

/* Whether the SA was deleted, as far as one can tell: a delete is an encrypted informational
 * message. True where such an exchange is the last of the SA, and none of its ESP came after it. */
bool ipsec_ike_seems_ended(const struct ike_sa *sa);

#endif
