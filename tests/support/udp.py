"""Captures of UDP packets, made for one test, and copies of captures with other UDP ports.

SPDX-License-Identifier: GPL-2.0-or-later"""

import struct

ETHERNET = bytes.fromhex("020000000001020000000002") + b"\x08\x00"
CLIENT, SERVER = bytes((192, 168, 11, 20)), bytes((192, 168, 1, 10))
IP_UDP = 17


def header_sum(octets):
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(source, destination, payload, number=0, addresses=(CLIENT, SERVER)):
    """An Ethernet frame with one UDP packet without checksum."""
    datagram = struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload
    header = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), number & 0xFFFF, 0, 64, IP_UDP, 0, *addresses
    )
    return ETHERNET + header[:10] + struct.pack(">H", header_sum(header)) + header[12:] + datagram


def exchange(packets):
    """Frames of (from the client?, client's port, server's port, payload)."""
    return [
        frame(ours, theirs, payload, number)
        if outward
        else frame(theirs, ours, payload, number, (SERVER, CLIENT))
        for number, (outward, ours, theirs, payload) in enumerate(packets, 1)
    ]


def write(path, frames, snap=65535):
    """A pcap file, 10 ms between frames."""
    octets = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snap, 1)]
    for number, octet in enumerate(frames):
        kept = octet[:snap]
        octets.append(
            struct.pack("<IIII", 1000 + number // 100, number % 100 * 10000, len(kept), len(octet))
        )
        octets.append(kept)
    path.write_bytes(b"".join(octets))
    path.chmod(0o644)
    return path


def with_ports(octets, ports):
    """A pcapng file in which UDP ports read {old: new}, in headers of Ethernet, IPv4 without
    options and UDP. Nothing else changes, checksums neither."""
    changed = bytearray(octets)
    at = 0
    while at < len(changed):
        kind, length = struct.unpack_from("<II", changed, at)
        ip = at + 28 + 14
        if kind == 6 and changed[ip - 2 : ip] == b"\x08\x00" and changed[ip + 9] == IP_UDP:
            assert changed[ip] == 0x45
            for port in (ip + 20, ip + 22):
                old = struct.unpack_from(">H", changed, port)[0]
                struct.pack_into(">H", changed, port, ports.get(old, old))
        at += length
    return bytes(changed)


def carried_by(octets, way):
    """The frames that carry the IPv4 packet of this frame in another way."""
    ethernet, packet = octets[:12], octets[14:]
    datagram = packet[20:]
    v6 = bytes.fromhex("20010db8000000000000000000000001") + bytes.fromhex(
        "20010db8000000000000000000000002"
    )
    if way == "VLAN":
        return [ethernet + bytes.fromhex("8100000a0800") + packet]
    if way == "two VLANs":
        return [ethernet + bytes.fromhex("88a80064" "8100000a0800") + packet]
    if way == "PPPoE":
        header = struct.pack(">BBHHH", 0x11, 0, 1, len(packet) + 2, 0x21)
        return [ethernet + b"\x88\x64" + header + packet]
    if way == "IPv6":
        header = struct.pack(">IHBB", 0x60000000, len(datagram), IP_UDP, 64)
        return [ethernet + b"\x86\xdd" + header + v6 + datagram]
    if way == "IPv6 with options":
        header = struct.pack(">IHBB", 0x60000000, len(datagram) + 8, 0, 64)
        options = bytes((IP_UDP, 0, 1, 4, 0, 0, 0, 0))
        return [ethernet + b"\x86\xdd" + header + v6 + options + datagram]
    assert way == "fragments"
    parts = [datagram[:24], datagram[24:]]
    frames = []
    for offset, part, more in ((0, parts[0], 0x2000), (3, parts[1], 0)):
        header = packet[:2] + struct.pack(">H", 20 + len(part)) + packet[4:6]
        header += struct.pack(">H", more | offset) + packet[8:10] + b"\0\0" + packet[12:20]
        header = header[:10] + struct.pack(">H", header_sum(header)) + header[12:]
        frames.append(ethernet + b"\x08\x00" + header + part)
    return frames


WAYS = ("VLAN", "two VLANs", "PPPoE", "IPv6", "IPv6 with options", "fragments")


def inside_ipip(octets):
    """The frame with its IPv4 packet in another one (RFC 2003)."""
    packet = octets[14:]
    header = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(packet), 1, 0, 64, 4, 0, SERVER, CLIENT
    )
    return ETHERNET + header[:10] + struct.pack(">H", header_sum(header)) + header[12:] + packet
