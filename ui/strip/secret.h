/* What is written in place of octets that must not be sent on: octets that tell nothing but which
 * of them were equal. The key is of one run, so copies made together can be compared with each
 * other and with nothing else; it is never written anywhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_STRIP_SECRET_H
#define PPTPNAT_STRIP_SECRET_H

#include <stdbool.h>
#include <stdint.h>

#define SECRET_PRINT_OCTETS 64 /* of a fingerprint: what the analysis compares of a GRE payload */

struct secret;

/* With a new random key; NULL if the system has no random octets to give. */
struct secret *secret_new(void);
void secret_free(struct secret *secret);

/* A keyed one-way fingerprint (HMAC with SHA-512, RFC 2104) of `length` octets. */
void secret_print(const struct secret *secret, const uint8_t *octets, uint32_t length,
                  uint8_t ret_print[SECRET_PRINT_OCTETS]);

/* Another octet in place of `octet`, one to one for each (`field`, `offset`): what was equal at
 * that place stays equal, what differed there still differs. Printable octets become printable
 * ones, 0 stays 0, so that a text stays a text of the same length. */
uint8_t secret_substitute(struct secret *secret, uint8_t field, uint8_t offset, uint8_t octet);

#endif
