/* Which octets of a PPP frame may be shown to anybody: those that tell how the link is negotiated,
 * and nothing of who uses it, how they prove it, or what passes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPP_PUBLIC_H
#define PPTPNAT_PPP_PUBLIC_H

#include <stdbool.h>
#include <stdint.h>

/* Sets ret_public[i] for each of the `captured` octets of the frame at `data`. Public are address,
 * control and protocol; of a control protocol also code, identifier and length, the type and length
 * of each option, the options of LCP that describe the link and those of CCP (none longer than it
 * can be), LCP's magic number and rejected protocol, and the error number of a CHAP Failure with
 * the octet behind it ("E=691 ", RFC 2759 6). A reader that finds other octets in place of the rest
 * (ppp_frame_read) reads the same. Of a frame without a readable protocol nothing is public. */
void ppp_public(const uint8_t *data, uint32_t captured, bool *ret_public);

#endif
