"""Takes what identifies the machine out of a pcapng file: hardware, system and program names,
filters, comments, statistics. What is left: interfaces with their names, and packets.

SPDX-License-Identifier: GPL-2.0-or-later"""

import struct

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
IF_NAME, IF_TSRESOL = 2, 9
_HEAD = struct.Struct("<II")


def blocks(data):
    """(type, body) of every block of a little-endian file."""
    at = 0
    while at < len(data):
        kind, length = _HEAD.unpack_from(data, at)
        if length < 12 or at + length > len(data):
            raise ValueError("no pcapng file, or not of this machine's byte order")
        yield kind, data[at + 8 : at + length - 4]
        at += length


def options(body, at):
    """(code, value) from offset `at` on."""
    while at + 4 <= len(body):
        code, length = struct.unpack_from("<HH", body, at)
        if code == 0:
            return
        yield code, body[at + 4 : at + 4 + length]
        at += 4 + (length + 3 & ~3)


def _padded(data):
    return data + bytes(-len(data) % 4)


def block(kind, body):
    return _HEAD.pack(kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def _option(code, value):
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _interface(body):
    kept = b"".join(
        _option(code, value) for code, value in options(body, 8) if code in (IF_NAME, IF_TSRESOL)
    )
    return body[:8] + kept + _option(0, b"")


def _packet(body):
    """Without options; they stand behind the padded data."""
    captured = struct.unpack_from("<I", body, 12)[0]
    return body[:20] + _padded(body[20 : 20 + captured])


def stripped(data):
    """The file's octets without metadata."""
    made = []
    for kind, body in blocks(data):
        if kind == SECTION:
            made.append(block(kind, body[:8] + struct.pack("<q", -1)))
        elif kind == INTERFACE:
            made.append(block(kind, _interface(body)))
        elif kind == PACKET:
            made.append(block(kind, _packet(body)))
    return b"".join(made)
