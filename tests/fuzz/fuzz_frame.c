/* Fuzz target: what a captured frame is. Any octets behind any link type are read within their
 * bounds, twice alike, and fed to an analysis, which takes them.
 *
 * Input: frames of an octet for the link type, two for how many octets were captured, one for how
 * many more there were on the wire, and the octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "feed.h"

#include <string.h>

#define HEAD 4

static const char *name_interface(void *user, const struct interface_id *id)
{
    (void)user;
    return id->id == 0 ? "in" : NULL;
}

static bool is_pptp_port(uint16_t port)
{
    return port == 1723;
}

static void check_inside(const struct frame_octets *part, const struct frame_octets *whole)
{
    CHECK(part->captured <= part->length && part->length <= whole->length);
    CHECK(part->data >= whole->data);
    CHECK(part->data + part->captured <= whole->data + whole->captured);
}

static void check_frame(const struct feed_frame *frame)
{
    struct frame one, other;
    memset(&one, 0x00, sizeof one);
    memset(&other, 0xFF, sizeof other);
    frame_read(frame->link, &frame->octets, &one);
    frame_read(frame->link, &frame->octets, &other);
    CHECK(one.kind == other.kind && one.reason == other.reason);
    CHECK((one.kind == FRAME_NOT_KNOWN) == (one.reason != NULL));
    if (one.kind == FRAME_NOT_OURS || one.kind == FRAME_NOT_KNOWN)
        return;
    check_inside(&one.payload, &frame->octets);
    CHECK(one.payload.data == other.payload.data && one.nested == other.nested);
    CHECK(memcmp(&one.packet.source, &other.packet.source, sizeof one.packet.source) == 0);
    CHECK(one.packet.source.length == one.packet.destination.length);
    if (one.kind != FRAME_ICMP)
        return;
    CHECK(one.quote.protocol == other.quote.protocol);
    if (one.quote.protocol != 0)
        check_inside(&one.quote.payload, &frame->octets);
}

/* The frame's octets alone, so that the sanitizer sees one read too much. */
static void feed_one(struct feed *feed, struct feed_frame *frame, const uint8_t *data)
{
    uint8_t *exact = g_memdup2(data, frame->octets.captured);
    const char *reason;
    bool fed;
    frame->octets.data = exact;
    check_frame(frame);
    enum frame_kind kind = feed_frame(feed, frame, &reason, &fed);
    CHECK(!fed || (kind != FRAME_NOT_OURS && kind != FRAME_NOT_KNOWN));
    g_free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct analysis_options options = {.is_pptp_port = is_pptp_port, .link = true};
    struct analysis *analysis = analysis_new(&options);
    struct interfaces *interfaces = interfaces_new();
    struct feed *feed = feed_new(analysis, interfaces, is_pptp_port, name_interface, NULL);
    struct feed_frame frame = {.number = 0};
    while (size > HEAD) {
        uint32_t captured = (uint32_t)(data[1] << 8 | data[2]);
        frame.number++;
        frame.time_ns += 1000000;
        frame.link = (enum frame_link)(data[0] % (FRAME_LINK_PPP + 1));
        frame.from.id = data[0] / 128;
        frame.octets.captured = (uint32_t)MIN(captured, size - HEAD);
        frame.octets.length = frame.octets.captured + data[3];
        feed_one(feed, &frame, data + HEAD);
        data += HEAD + frame.octets.captured;
        size -= HEAD + frame.octets.captured;
    }
    analysis_finish(analysis);
    feed_free(feed);
    interfaces_free(interfaces);
    analysis_free(analysis);
    return 0;
}
