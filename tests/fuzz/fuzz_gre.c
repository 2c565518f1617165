/* Fuzz target: the Enhanced GRE header, the PPP frame behind it, and a control message: total
 * functions of any octets, whose results depend on nothing but the octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "core/pptp/egre_wire.h"
#include "core/flow/sequence_window.h"
#include "core/pptp/ppp_stage.h"
#include "core/pptp/pptp_wire.h"

#include <string.h>

static void check_header(const uint8_t *data, uint32_t captured, const struct egre_header *header)
{
    CHECK(header->header_length >= 8 && header->header_length <= 20);
    CHECK(header->header_length <= captured);
    CHECK(header->protocol == EGRE_PROTOCOL_PPP);
    CHECK((header->flags & EGRE_MASK_VERSION) == 1 && (header->flags & EGRE_FLAG_KEY));
    CHECK(header->has_seq == ((header->flags & EGRE_FLAG_SEQ) != 0));
    CHECK(header->has_ack == ((header->flags & EGRE_FLAG_ACK) != 0));
    CHECK(!header->has_seq || header->seq_offset + 4 <= header->header_length);
    CHECK(!header->has_ack || header->ack_offset + 4 <= header->header_length);
    bool optional = (header->flags & (EGRE_FLAG_CHECKSUM | EGRE_FLAG_ROUTING)) != 0;
    const uint8_t *call_id = data + (optional ? 10 : 6);
    CHECK(header->call_id == (call_id[0] << 8 | call_id[1]));
    uint16_t allowed =
        EGRE_FLAG_CHECKSUM | EGRE_FLAG_ROUTING | EGRE_FLAG_SSR | EGRE_MASK_RECUR | EGRE_MASK_FLAGS;
    CHECK((egre_wrong_bits(header) & ~allowed) == 0);
}

static void check_ppp(const uint8_t *data, uint32_t captured)
{
    struct ppp_frame frame, again;
    memset(&frame, 0, sizeof frame);
    memset(&again, 0xFF, sizeof again);
    ppp_frame_read(data, captured, &frame);
    ppp_frame_read(data, captured, &again);
    CHECK(frame.stage == again.stage && frame.act == again.act && frame.code == again.code);
    CHECK(frame.protocol == again.protocol && frame.has_magic == again.has_magic);
    CHECK(frame.error == again.error && frame.rejected == again.rejected);
    CHECK(frame.stage <= PPP_STAGE_ENCRYPTED && frame.act <= PPP_ACT_DATA);
    CHECK(ppp_frame_name(&frame) && ppp_stage_name(frame.stage));
}

static void check_message(const uint8_t *data, uint32_t captured)
{
    struct pptp_message message;
    memset(&message, 0xFF, sizeof message);
    enum pptp_status status = pptp_parse(data, captured, &message);
    CHECK(status != PPTP_SHORT || captured < PPTP_HEADER_LENGTH);
    if (status == PPTP_OK) {
        const struct pptp_layout *layout = pptp_layout(message.control_type);
        CHECK(layout && message.length == layout->length);
        CHECK(message.complete == (captured >= layout->length));
        CHECK(pptp_looks_like_message(data, captured));
    }
    CHECK(pptp_masked_hash(data, captured) == pptp_masked_hash(data, captured));
}

/* Serial arithmetic: whatever the numbers, what is counted never exceeds what was sent. */
static void check_window(const uint8_t *data, size_t size)
{
    struct sequence_window window = {0};
    struct input input = {data, size};
    uint32_t sent = 0, seq = input_u32(&input);
    while (input.left > 0) {
        uint8_t step = input_u8(&input);
        seq += step & 0x80 ? (uint32_t)(int32_t)(int8_t)step : step;
        if (step == 0x7F)
            seq += input_u32(&input);
        if (step & 0x20)
            sequence_window_ack(&window, seq - (step & 7));
        sequence_window_send(&window, seq);
        sent++;
        CHECK(window.duplicates + window.out_of_order < sent);
    }
    sequence_window_outstanding(&window);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct egre_header header;
    memset(&header, 0, sizeof header);
    uint32_t captured = (uint32_t)MIN(size, 4096);
    if (egre_parse(data, captured, &header) == EGRE_OK) {
        check_header(data, captured, &header);
        CHECK(egre_is_enhanced(data, captured));
        check_ppp(data + header.header_length, captured - header.header_length);
    }
    check_ppp(data, captured);
    check_message(data, captured);
    check_window(data, size);
    return 0;
}
