/* One direction of a control connection at one capture point: TCP segments in, whole PPTP messages
 * out. It exists beside Wireshark's own TCP reassembly because that one cannot tell two capture
 * points apart, hides retransmissions and the second copy of a segment, and can be switched off by
 * a preference, none of which may change a verdict. The tree is still cut by Wireshark's.
 *
 * Tolerates order, loss, retransmission, overlap, a start in mid-stream and cut snap lengths.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CONTROL_STREAM_H
#define PPTPNAT_CONTROL_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "pptp_packet.h"

/* Limits: what a stream holds is bounded whatever a capture contains. */
#define CONTROL_STREAM_BUFFER         4096 /* octets missing in a row that a Length may lead over */
#define CONTROL_STREAM_PENDING        16   /* segments waiting for an earlier one, */
#define CONTROL_STREAM_PENDING_OCTETS 8192 /* and their octets */
#define CONTROL_STREAM_HISTORY        1024 /* latest octets kept to compare retransmissions with */
#define CONTROL_STREAM_DAMAGED        4    /* damaged copies of one segment that are told of */

struct control_stream;

struct control_piece {
    const uint8_t *data;  /* the message, borrowed during the call */
    uint32_t captured;    /* octets there */
    uint32_t length;      /* octets it has on the wire: the claimed Length if that is 12 to 1024 and
                             leads somewhere, else what was found to belong to it; never less
                             than `captured` */
    uint32_t seq;         /* raw TCP sequence number of its first octet */
    uint32_t first_frame; /* frame that carried its first octet */
    uint32_t frame;  /* frame that completed it: carried its last octet, filled the hole before it,
                        or acknowledged past that; an earlier one than the latest fed if only doubt
                        held it back */
    int64_t time_ns; /* of `frame` */
    bool split;      /* spans segments */
    bool not_first;  /* does not start its segment */
    bool resynchronised; /* found by searching the next plausible header (after a gap, a mid-stream
                            start or octets that are no message) */
    bool bad_cookie;     /* these octets are no message; `data` is what was there */
    bool truncated;      /* the snap length cut it */
    bool unsure; /* its checksum is wrong and it was doubted; the only reason to read it is that the
                    other side has acknowledged these octets */
    struct tcp_checksum checksum; /* of the segment on `frame`, if that carried its last octet */
};

/* Called once for each message, in stream order. */
typedef void (*control_piece_fn)(const struct control_piece *piece, void *user);

struct control_segment {
    uint32_t frame;
    int64_t time_ns; /* of the frame */
    uint32_t seq;    /* of the first payload octet; a SYN is passed with seq + 1 and no payload */
    bool syn;        /* the sequence number is a true start of the stream */
    bool doubted; /* its checksum is wrong, and that is no habit of its sender here: nothing is read
                     from it before it is believed (control_stream_has_believed) */
    bool unsure;  /* control_stream's: it was doubted and has been acknowledged */
    struct tcp_checksum checksum;
    const uint8_t *payload;
    uint32_t captured;
    uint32_t length;
};

/* A segment whose checksum is wrong, and the copy of it that is right. */
struct control_damage {
    uint32_t frame;
    uint32_t right_frame;
};

struct control_segment_verdict {
    bool retransmission;    /* all of it was seen before */
    bool differs;           /* a repeated octet has another value than before */
    uint32_t differs_frame; /* the frame of the copy it differs from; 0 if not known */
    bool limit;             /* a bound was reached and octets were given up */
    unsigned damaged_count; /* segments of which one with a right checksum is a copy: */
    struct control_damage damaged[CONTROL_STREAM_DAMAGED];
};

struct control_stream *control_stream_new(void);
void control_stream_free(struct control_stream *stream); /* NULL is fine */

/* The next segment will not come soon: what is kept takes as little memory as can be until then.
 * NULL is fine. */
void control_stream_rest(struct control_stream *stream);

/* Feeds one segment, delivers what it completes. */
struct control_segment_verdict control_stream_feed(struct control_stream *stream,
                                                   const struct control_segment *segment,
                                                   control_piece_fn deliver, void *user);

/* The other side acknowledged everything before `ack`: a hole before it was never captured and will
 * not come, so what waits behind it is resynchronised and delivered; and a segment that is doubted
 * was accepted. */
void control_stream_acked(struct control_stream *stream, uint32_t ack, uint32_t frame,
                          int64_t time_ns, control_piece_fn deliver, void *user);

/* A doubted segment waits as one does that came too early. A copy with a right checksum proves that
 * it was damaged on the way, and it is dropped as its receiver does (RFC 9293 3.1). It is believed
 * if the other side acknowledges it without such a copy, and if the same octets are sent again with
 * a wrong checksum: what damages a packet does not do so twice. True if one was believed. */
bool control_stream_has_believed(const struct control_stream *stream);

#endif
