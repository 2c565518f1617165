"""Frames of the project's captures, damaged and disguised at random: in one pcapng file, in order.

SPDX-License-Identifier: GPL-2.0-or-later"""

import random
import struct

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
ETHERNET = 1
_HEAD = struct.Struct("<II")


def block(kind, body):
    body += bytes(-len(body) % 4)
    return _HEAD.pack(kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def blocks(data):
    """(type, body) of every block of a little-endian file."""
    at = 0
    while at < len(data):
        kind, length = _HEAD.unpack_from(data, at)
        yield kind, data[at + 8 : at + length - 4]
        at += length


class Frame:
    """Octets, how many there were, and the interface of the capture with its link type."""

    def __init__(self, interface, link, octets, length):
        self.interface, self.link = interface, link
        self.octets, self.length = bytearray(octets), length


def frames_of(path):
    """The frames of a pcapng file; interfaces are (path, section, id)."""
    section, links, found = -1, [], []
    for kind, body in blocks(path.read_bytes()):
        if kind == SECTION:
            section, links = section + 1, []
        elif kind == INTERFACE:
            links.append(struct.unpack_from("<H", body)[0])
        elif kind == PACKET:
            interface, _, _, captured, length = struct.unpack_from("<5I", body)
            octets = body[20 : 20 + captured]
            found.append(Frame((path, section, interface), links[interface], octets, length))
    return found


def written(frames, order=None, late=0):
    """One section with all interfaces of the frames, which came a millisecond apart, and `late`
    microseconds later. They stand in the file as in `order`, a list of their indices."""
    interfaces = {}
    for frame in frames:
        interfaces.setdefault((frame.interface, frame.link), len(interfaces))
    made = [block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for _, link in interfaces:
        made.append(block(INTERFACE, struct.pack("<HHI", link, 0, 262144)))
    for number in order or range(len(frames)):
        frame = frames[number]
        time = 1_700_000_000_000_000 + number * 1000 + late
        head = struct.pack(
            "<5I", interfaces[frame.interface, frame.link], time >> 32, time & 0xFFFFFFFF,
            len(frame.octets), max(frame.length, len(frame.octets)),
        )  # fmt: skip
        made.append(block(PACKET, head + bytes(frame.octets)))
    return b"".join(made)


def _ip(frame):
    """Where the IPv4 header of a plain Ethernet frame begins, or None."""
    plain = frame.link == ETHERNET and len(frame.octets) >= 34
    return 14 if plain and frame.octets[12:14] == b"\x08\x00" else None


def flip(frame, chance):
    for _ in range(chance.randint(1, 3)):
        if frame.octets:
            at = chance.randrange(min(len(frame.octets), 96))
            frame.octets[at] ^= 1 << chance.randrange(8)


def cut(frame, chance):
    del frame.octets[chance.randint(0, len(frame.octets)) :]


def lengthen(frame, chance):
    frame.octets += chance.randbytes(chance.randint(1, 30))
    frame.length = max(frame.length, len(frame.octets)) + chance.choice((0, 0, 9))


def set_field(frame, chance):
    """Another EtherType, or another field of the IPv4 header."""
    at = _ip(frame)
    if at is None:
        return
    field, values = chance.choice((
        (-2, (b"\x81\x00", b"\x88\xa8", b"\x86\xdd", b"\x88\x64", b"\x88\x47", b"\x00\x26")),
        (0, (b"\x46", b"\x44", b"\x60", b"\x4f")),
        (2, (b"\x00\x00", b"\x00\x14", b"\x00\x15", b"\xff\xff", b"\x00\x28")),
        (6, (b"\x20\x00", b"\x00\x01", b"\x80\x00", b"\x40\x00")),
        (9, (b"\x06", b"\x2f", b"\x01", b"\x11", b"\x32", b"\x04", b"\x29", b"\x3a", b"\x3c")),
    ))  # fmt: skip
    value = chance.choice(values)
    frame.octets[at + field : at + field + len(value)] = value


def insert(frame, chance):
    """A tag, options, another IP header, or a header that carries IP."""
    at = _ip(frame)
    if at is None:
        return
    what = chance.randrange(4)
    if what == 0:
        new = chance.choice((b"\x81\x00\x00\x64", b"\x88\xa8\x00\x64\x81\x00\x00\x01"))
        frame.octets[12:12] = new
    elif what == 1:
        new = chance.choice((b"\x01\x01\x01\x00", b"\x94\x04\x00\x00", b"\x83\x03\x04\x00"))
        frame.octets[at + 20 : at + 20] = new
        frame.octets[at] += 1
    elif what == 2:
        new = bytearray(frame.octets[at : at + 20])
        new[9] = 4
        frame.octets[at:at] = new
    else:
        new = b"\x88\x64\x11\x00\x00\x01" + struct.pack(">H", len(frame.octets) - 12) + b"\x00\x21"
        frame.octets[12:14] = new
    frame.length += len(new)


def relink(frame, chance):
    """The IP packet alone, or behind another link layer."""
    at = _ip(frame)
    if at is None:
        return
    link, head = chance.choice((
        (101, b""), (228, b""), (229, b""), (0, b"\x02\x00\x00\x00"), (108, b"\x00\x00\x00\x02"),
        (9, b"\xff\x03\x00\x21"), (50, b"\x00\x21"),
        (113, bytes(2) + b"\x00\x01\x00\x06" + bytes(8) + b"\x08\x00"),
        (276, b"\x08\x00\x00\x00\x00\x00\x00\x03\x00\x01\x00\x06" + bytes(8)),
        (105, b"\x08\x00" + bytes(22)),
    ))  # fmt: skip
    frame.length += len(head) - at
    frame.octets[:at] = head
    frame.link = link


MUTATIONS = (flip, flip, flip, cut, lengthen, set_field, set_field, insert, relink)


def mutated(paths, seed, part=0.25):
    """The frames of these captures, of which `part` are changed."""
    chance = random.Random(seed)
    frames = []
    for path in paths:
        for frame in frames_of(path):
            while chance.random() < part:
                chance.choice(MUTATIONS)(frame, chance)
            frames.append(frame)
            if chance.random() < part / 4:
                frames.append(frame)
    return frames
