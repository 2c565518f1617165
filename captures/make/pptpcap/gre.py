"""Enhanced GRE (RFC 2637 4.1).

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

PPP = 0x880B
CHECKSUM, ROUTING, KEY, SEQUENCE, STRICT, RECURSION, ACKNOWLEDGE = (
    0x8000, 0x4000, 0x2000, 0x1000, 0x0800, 0x0700, 0x0080)


def packet(call_id, payload=b"", *, seq=None, ack=None, set_bits=0, clear_bits=0, version=1,
           protocol=PPP, payload_length=None, extra=b""):
    """A packet as a right sender makes it: K set, S with a sequence number, A with an
    acknowledgment. `set_bits`, `clear_bits`, `version`, `protocol` and `payload_length` make it
    wrong; `extra` are octets behind the first 4, where a C or R bit asks for them (RFC 1701)."""
    flags = KEY | version
    words = b""
    if seq is not None:
        flags |= SEQUENCE
        words += struct.pack(">I", seq & 0xFFFFFFFF)
    if ack is not None:
        flags |= ACKNOWLEDGE
        words += struct.pack(">I", ack & 0xFFFFFFFF)
    flags = (flags | set_bits) & ~clear_bits
    if payload_length is None:
        payload_length = len(payload)
    return (struct.pack(">HH", flags, protocol) + extra
            + struct.pack(">HH", payload_length, call_id) + words + payload)
