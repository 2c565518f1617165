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
