/* See ip_checksum.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ip_checksum.h"

#include "bytes.h"

/* A host that takes packets answers sooner: it is the first time-out of a TCP (RFC 6298 2.1). */
#define ANSWER_NS INT64_C(1000000000)

/* a is later than b (RFC 1982). */
static bool is_later(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

void ip_checksums_sent(struct ip_checksums *checksums, const struct packet *packet, bool numbered,
                       uint32_t ack)
{
    if (!packet->ip_checksum_wrong) {
        if (checksums->frame != 0 && numbered &&
            (!checksums->has_right || is_later(ack, checksums->fine))) {
            checksums->has_right = true;
            checksums->fine = ack;
        }
        return;
    }
    if (checksums->frame == 0) {
        checksums->frame = packet->frame;
        checksums->seen = packet->ip_checksum_seen;
        checksums->right = packet->ip_checksum_right;
        checksums->ttl = packet->ttl;
        checksums->time_ns = packet->time_ns;
    }
    if (packet->time_ns - checksums->time_ns >= ANSWER_NS)
        checksums->again = true;
    if (numbered && !checksums->has_wrong) {
        checksums->has_wrong = true;
        checksums->wrong = ack;
    }
}

void ip_checksums_answered(struct ip_checksums *checksums, bool has_ack, uint32_t ack)
{
    if (checksums->frame == 0)
        return;
    checksums->answered = true;
    if (has_ack && checksums->has_wrong && !is_later(checksums->wrong, ack) &&
        (!checksums->has_right || is_later(ack, checksums->fine)))
        checksums->accepted = true;
}

static uint32_t address_sum(const struct net_address ends[2])
{
    uint32_t sum = 0;
    for (int end = 0; end < 2; end++) {
        for (unsigned i = 0; i + 1 < ends[end].length; i += 2)
            sum += bytes_u16(ends[end].octets + i);
    }
    return sum;
}

bool ip_checksums_are_stale(const struct ip_checksums *checksums, const struct net_address near[2],
                            const struct net_address far[2], uint8_t near_ttl)
{
    if (near[0].length != 4 || far[0].length != 4)
        return false;
    /* In one's complement, where -x is 0xFFFF - x; what the addresses add to the sum is small. */
    uint32_t changed = (address_sum(far) + 4 * 0xFFFFu - address_sum(near)) % 0xFFFF;
    uint32_t ttl = ((uint32_t)checksums->ttl << 8) + 0xFFFFu - ((uint32_t)near_ttl << 8);
    uint32_t wrong_by = (checksums->seen + 0xFFFFu - checksums->right) % 0xFFFF;
    if (changed == 0 || wrong_by == 0)
        return false;
    return wrong_by == changed ||
           (near_ttl != 0 && checksums->ttl != 0 && wrong_by == (changed + ttl) % 0xFFFF);
}
