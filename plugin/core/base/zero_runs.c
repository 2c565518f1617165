/* See zero_runs.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "zero_runs.h"

#include <glib.h>
#include <string.h>

#define SHORTEST  3 /* fewer cost no more among others */
#define LONGEST   (UINT8_MAX - ZEROS)
#define ZEROS     125
#define MOST_LEFT 128 /* octets that follow as they are */

static size_t zeros_at(const uint8_t *octets, size_t count)
{
    size_t zeros = 0, most = MIN(count, LONGEST);
    uint64_t eight = 0;
    while (most - zeros >= sizeof eight && eight == 0) {
        memcpy(&eight, octets + zeros, sizeof eight);
        zeros += eight == 0 ? sizeof eight : 0;
    }
    while (zeros < most && octets[zeros] == 0)
        zeros++;
    return zeros;
}

/* How many octets come before the next run of zeros. */
static size_t plain_at(const uint8_t *octets, size_t count)
{
    size_t zeros = 0, most = MIN(count, MOST_LEFT);
    for (size_t i = 0; i < most; i++) {
        zeros = octets[i] == 0 ? zeros + 1 : 0;
        if (zeros == SHORTEST)
            return i + 1 - SHORTEST;
    }
    return most;
}

size_t zero_runs_pack(const uint8_t *octets, size_t count, uint8_t *ret)
{
    size_t size = 0;
    for (size_t at = 0; at < count;) {
        size_t zeros = zeros_at(octets + at, count - at);
        if (zeros >= SHORTEST) {
            ret[size++] = (uint8_t)(ZEROS + zeros);
            at += zeros;
            continue;
        }
        size_t plain = plain_at(octets + at, count - at);
        ret[size++] = (uint8_t)(plain - 1);
        memcpy(ret + size, octets + at, plain);
        size += plain;
        at += plain;
    }
    return size;
}

size_t zero_runs_unpack(const uint8_t *packed, size_t count, uint8_t *ret)
{
    size_t used = 0;
    for (size_t at = 0; at < count;) {
        size_t token = packed[used++];
        if (token >= ZEROS + SHORTEST) {
            memset(ret + at, 0, token - ZEROS);
            at += token - ZEROS;
        } else {
            memcpy(ret + at, packed + used, token + 1);
            used += token + 1;
            at += token + 1;
        }
    }
    return used;
}
