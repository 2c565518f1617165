#!/usr/bin/python3
"""Makes the seed corpora of the fuzz targets from the captures.

    tests/fuzz/make_corpus.py FOLDER

writes FOLDER/<target>/<capture>: the packets of each capture as events (format: events.c), its
control streams, its GRE packets, and its frames (format: fuzz_frame.c); the UDP and ESP packets of
the recorded IPsec scenarios (format: fuzz_ipsec.c); and the events in `found`, which broke
something once.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pathlib
import struct
import sys

CAPTURES = pathlib.Path(__file__).resolve().parents[2] / "captures"
IPSEC = pathlib.Path(__file__).resolve().parents[2] / "captures" / "ipsec"
FOUND = pathlib.Path(__file__).resolve().parent / "found"
LARGEST = 6000
ETHERNET, RAW_IP, LINUX_SLL, LINUX_SLL2 = 1, 101, 113, 276
LINK_HEADER = {ETHERNET: 14, RAW_IP: 0, LINUX_SLL: 16, LINUX_SLL2: 20}


def pcap_packets(octets):
    """(time in ns, 0, link type, data) of a classic capture."""
    order = "<" if octets[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    linktype = struct.unpack_from(order + "I", octets, 20)[0]
    at = 24
    while at + 16 <= len(octets):
        seconds, part, length, _ = struct.unpack_from(order + "IIII", octets, at)
        yield seconds * 10**9 + part * 1000, 0, linktype, octets[at + 16 : at + 16 + length]
        at += 16 + length


def pcapng_packets(octets):
    """(time in ns, interface over all sections, link type, data)."""
    at, interfaces, first = 0, [], 0
    while at + 12 <= len(octets):
        kind, length = struct.unpack_from("<II", octets, at)
        body = octets[at + 8 : at + length - 4]
        if kind == 0x0A0D0D0A:
            first = len(interfaces)
        elif kind == 1:
            resolution = body.find(b"\x09\x00\x01\x00", 8)
            nano = resolution >= 0 and body[resolution + 4] == 9
            interfaces.append((struct.unpack_from("<H", body)[0], 1 if nano else 1000))
        elif kind == 6:
            interface, high, low, captured = struct.unpack_from("<IIII", body)
            linktype, unit = interfaces[first + interface]
            yield (high << 32 | low) * unit, first + interface, linktype, body[20 : 20 + captured]
        at += length


def packets(path):
    octets = path.read_bytes()
    return (pcapng_packets if octets[:4] == b"\x0a\x0d\x0d\x0a" else pcap_packets)(octets)


def ip_packets(path):
    """(time, interface, source, destination, ttl, ip id, fragment word, protocol, payload)."""
    for time, interface, linktype, data in packets(path):
        ip = data[LINK_HEADER.get(linktype, 14) :]
        if linktype == ETHERNET and data[12:14] == b"\x81\x00":
            ip = data[18:]
        if len(ip) < 20 or ip[0] >> 4 != 4:
            continue
        length = struct.unpack_from("!H", ip, 2)[0]
        ident, part = struct.unpack_from("!HH", ip, 4)
        payload = ip[(ip[0] & 15) * 4 : length]
        yield time, interface, ip[12:16], ip[16:20], ip[8], ident, part & 0x3FFF, ip[9], payload


class Events:
    """The octets of one corpus file."""

    def __init__(self):
        self.octets = bytearray()
        self.hosts = []
        self.time = None

    def host(self, address):
        if address not in self.hosts:
            self.hosts.append(address)
        return min(self.hosts.index(address), 14)

    def head(self, kind, time, interface, source, destination, ttl, ident):
        step = 0 if self.time is None else (time - self.time) // 100_000
        self.time = time
        if abs(step) < 0x4000:
            word = abs(step) | (0x4000 if step < 0 else 0)
        else:
            word = 0x8000 | min(abs(step) // 1000, 0x3FFE) | (0x4000 if step < 0 else 0)
        hosts = self.host(source) << 4 | self.host(destination)
        place = (max(ttl - 40, 1) & 31) << 3 | interface & 7
        self.octets += struct.pack("!BBBHH", kind, hosts, place, word, ident)

    def tcp(self, payload):
        source, destination, seq, ack, offset, flags = struct.unpack_from("!HHIIBB", payload)
        data = payload[(offset >> 4) * 4 :]
        self.octets += struct.pack(
            "!HHIIBBH", source, destination, seq, ack, flags, 0, len(data)
        ) + data

    def icmp(self, payload):
        quoted = payload[8:]
        inner = quoted[(quoted[0] & 15) * 4 :] + bytes(16)
        hosts = self.host(quoted[12:16]) << 4 | self.host(quoted[16:20])
        gre = quoted[9] == 47
        self.octets += struct.pack("!BBBB", payload[0], payload[1], hosts, gre)
        self.octets += inner[6:8] + inner[8:12] + inner[0:4]


def events_of(path):
    events = Events()
    for time, interface, source, destination, ttl, ident, part, protocol, payload in ip_packets(
        path
    ):
        if len(events.octets) > LARGEST:
            break
        where = (time, interface, source, destination, ttl, ident)
        if part and protocol == 47:
            events.head(3, *where)
            events.octets += struct.pack("!HB", (part & 0x1FFF) * 8, part >> 13 & 1)
        elif protocol == 6 and len(payload) >= 20:
            events.head(0, *where)
            events.tcp(payload)
        elif protocol == 47 and len(payload) >= 8:
            events.head(1, *where)
            events.octets += struct.pack("!H", len(payload)) + payload
        elif protocol == 1 and len(payload) >= 28 and payload[0] in (3, 11):
            events.head(2, *where)
            events.icmp(payload)
    return bytes(events.octets)


def stream_of(path):
    """The segments of the first connection's first direction, as fuzz_control_stream reads them."""
    octets, first = bytearray(), None
    for _, _, source, destination, _, _, _, protocol, payload in ip_packets(path):
        if protocol != 6 or len(payload) < 20:
            continue
        who = (source, destination, payload[:4])
        data = payload[(payload[12] >> 4) * 4 :][:255]
        if not data or who != (first or who):
            continue
        first = who
        octets += (payload[4:8] if not octets else b"") + bytes((0, len(data))) + data
    return bytes(octets[:LARGEST])


def gre_of(path):
    return [row[8] for row in ip_packets(path) if row[7] == 47 and not row[6]][:40:4]


def frames_of(path):
    """The frames, by the link types of ui/cli/frame.h."""
    octets, links = bytearray(), {ETHERNET: 1, LINUX_SLL: 2, LINUX_SLL2: 3, RAW_IP: 4}
    for _, interface, linktype, data in packets(path):
        if len(octets) > LARGEST:
            break
        link = links.get(linktype, 0) + 130 * (interface & 1)  # 130 is 0 of 10
        octets += struct.pack("!BHB", link, len(data), 0) + data
    return bytes(octets)


def ipsec_of(path):
    """The packets of UDP and ESP; the lower address is the server's."""
    octets, server = bytearray(), None
    for _, interface, source, destination, _, _, part, protocol, payload in ip_packets(path):
        if protocol not in (17, 50) or part or len(octets) > LARGEST:
            continue
        server = server or min(source, destination)
        ports = payload[:4] if protocol == 17 else bytes(4)
        data = payload[8:] if protocol == 17 else payload
        client = destination if source == server else source
        bits = (source == server) | (protocol == 50) << 1 | (client[3] & 3) << 2 | interface << 4
        octets += struct.pack("!B4sH", bits | 0x40, ports, len(data)) + data
    return bytes(octets)


def main(folder):
    for target in ("control_stream", "frame", "gre", "ipsec", "tracker", "analysis"):
        (folder / target).mkdir(parents=True, exist_ok=True)
    for path in FOUND.iterdir():
        for target in ("tracker", "analysis"):
            (folder / target / path.name).write_bytes(path.read_bytes())
    for path in sorted(IPSEC.rglob("*.pcapng")):
        (folder / "ipsec" / f"{path.parent.name}-{path.stem}").write_bytes(ipsec_of(path))
    for path in sorted(CAPTURES.rglob("*.pcap*")) + sorted(CAPTURES.rglob("*.cap")):
        name = path.relative_to(CAPTURES).as_posix().replace("/", "--")
        events = events_of(path)
        if events:
            (folder / "tracker" / name).write_bytes(events)
            (folder / "analysis" / name).write_bytes(events)
        (folder / "frame" / name).write_bytes(frames_of(path))
        if stream_of(path):
            (folder / "control_stream" / name).write_bytes(stream_of(path))
        for number, packet in enumerate(gre_of(path)):
            (folder / "gre" / f"{name}-{number}").write_bytes(packet)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
