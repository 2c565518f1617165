"""Captures cut into pieces and put together again: what a user hands over who began too late,
ended too early, filtered something out, or gave one file twice.

SPDX-License-Identifier: GPL-2.0-or-later"""

import struct

from live import pcapng

TCP, GRE = 6, 47
IPV4 = 0x0800
# Octets before the IP packet, and the place of its EtherType, by link type.
LINKS = {1: (14, 12), 113: (16, 14), 276: (20, 0)}
PROTOCOL = 9  # its place in an IPv4 header
MICROSECONDS = 6


class Packet:
    def __init__(self, body, interface, digits):
        _, high, low, self.captured = struct.unpack_from("<IIII", body)
        self.time_ns = (high << 32 | low) * 10 ** (9 - digits)
        self.body = body
        self.link = struct.unpack_from("<H", interface)[0]

    def protocol(self):
        """Of IPv4 directly in the frame; None: another packet."""
        octets = self.body[20 : 20 + self.captured]
        start, kind = LINKS[self.link]
        if struct.unpack_from("!H", octets, kind)[0] != IPV4:
            return None
        return octets[start + PROTOCOL]


def read(path):
    """(section, interface, packets) of a capture of one interface."""
    section, interfaces, packets = None, [], []
    for kind, body in pcapng.blocks(path.read_bytes()):
        if kind == pcapng.SECTION:
            section = body
        elif kind == pcapng.INTERFACE:
            interfaces.append(body)
        elif kind == pcapng.PACKET:
            digits = dict(pcapng.options(interfaces[0], 8)).get(pcapng.IF_TSRESOL)
            packets.append(Packet(body, interfaces[0], digits[0] if digits else MICROSECONDS))
    assert len(interfaces) == 1, f"{path} has {len(interfaces)} interfaces"
    return section, interfaces[0], packets


def write(path, parts):
    """One capture of all parts, each a (section, interface, packets), in order of time. Parts of
    the same interface stay interfaces of their own, as `mergecap -I none` leaves them."""
    blocks = [pcapng.block(pcapng.SECTION, parts[0][0])]
    blocks += [pcapng.block(pcapng.INTERFACE, interface) for _, interface, _ in parts]
    packets = [
        (packet.time_ns, number, packet)
        for number, (_, _, packets) in enumerate(parts)
        for packet in packets
    ]
    for _, number, packet in sorted(packets, key=lambda entry: entry[:2]):
        body = struct.pack("<I", number) + packet.body[4:]
        blocks.append(pcapng.block(pcapng.PACKET, body))
    path.write_bytes(b"".join(blocks))
    path.chmod(0o644)


def of(part, packets):
    section, interface, _ = part
    return section, interface, packets


def first_half(part):
    return of(part, part[2][: len(part[2]) // 2])


def second_half(part):
    return of(part, part[2][len(part[2]) // 2 :])


def gre_only(part):
    return of(part, [packet for packet in part[2] if packet.protocol() == GRE])


def control_only(part):
    """What `tcp port 1723 or icmp` leaves."""
    return of(part, [packet for packet in part[2] if packet.protocol() != GRE])


def doubled(part):
    """Each packet twice, one after the other, at one interface."""
    return of(part, [packet for packet in part[2] for _ in range(2)])
