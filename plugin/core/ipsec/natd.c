/* The sums are GLib's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "natd.h"

#include <glib.h>

static const struct {
    uint16_t algorithm; /* number in phase 1 of IKEv1 (RFC 2409 appendix A) */
    uint8_t length;
    GChecksumType type;
} sums[] = {
    {1, 16, G_CHECKSUM_MD5},    {2, 20, G_CHECKSUM_SHA1},   {4, 32, G_CHECKSUM_SHA256},
    {5, 48, G_CHECKSUM_SHA384}, {6, 64, G_CHECKSUM_SHA512},
};

const char *natd_fit_name(enum natd_fit fit)
{
    switch (fit) {
    case NATD_NOT_COMPUTED:
        return "not computed";
    case NATD_FITS_NEITHER:
        return "neither";
    case NATD_FITS_SOURCE:
        return "source fits";
    case NATD_FITS_DESTINATION:
        return "destination fits";
    }
    return "not computed";
}

static void add_number(GChecksum *sum, uint64_t value, unsigned octets)
{
    uint8_t order[8];
    for (unsigned i = 0; i < octets; i++)
        order[i] = (uint8_t)(value >> 8 * (octets - 1 - i));
    g_checksum_update(sum, order, octets);
}

uint32_t natd_compute(uint32_t length, const struct ike_header *header,
                      const struct endpoint *endpoint, uint8_t *ret)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(sums); i++) {
        if (sums[i].length != length)
            continue;
        GChecksum *sum = g_checksum_new(sums[i].type);
        gsize room = NATD_MAX_OCTETS;
        add_number(sum, header->initiator_spi, 8);
        add_number(sum, header->responder_spi, 8);
        g_checksum_update(sum, endpoint->address.octets, endpoint->address.length);
        add_number(sum, endpoint->port, 2);
        g_checksum_get_digest(sum, ret, &room);
        g_checksum_free(sum);
        return length;
    }
    return 0;
}

static bool is_hash_of(const uint8_t *hash, uint32_t length, const struct ike_header *header,
                       const struct endpoint *endpoint)
{
    uint8_t computed[NATD_MAX_OCTETS];
    return natd_compute(length, header, endpoint, computed) == length &&
           memcmp(computed, hash, length) == 0;
}

/* Whether sums of this length can be computed, and the algorithm, if known, makes such. */
static bool is_computable(uint32_t length, uint16_t algorithm)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(sums); i++) {
        if (sums[i].length == length)
            return algorithm == 0 || algorithm == sums[i].algorithm;
    }
    return false;
}

enum natd_fit natd_judge(const uint8_t *hash, uint32_t length, uint16_t algorithm,
                         const struct ike_header *header, const struct endpoint *source,
                         const struct endpoint *destination)
{
    if (!is_computable(length, algorithm))
        return NATD_NOT_COMPUTED;
    if (is_hash_of(hash, length, header, destination))
        return NATD_FITS_DESTINATION;
    return is_hash_of(hash, length, header, source) ? NATD_FITS_SOURCE : NATD_FITS_NEITHER;
}
