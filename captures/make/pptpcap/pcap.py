"""pcapng (named interfaces, sections) and classic pcap files; reads what it writes.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

ETHERNET, RAW_IP, LINUX_SLL2 = 1, 101, 276


def _block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def _option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def _section_header():
    return _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))


def _interface(name, linktype, snaplen):
    options = _option(2, name.encode()) if name else b""
    options += _option(9, b"\x09")  # if_tsresol: nanoseconds
    return _block(1, struct.pack("<HHI", linktype, 0, snaplen) + options + _option(0, b""))


def _packet(frame, snaplen, interface):
    data = frame.data[:snaplen] if snaplen else frame.data
    time = frame.time
    return _block(6, struct.pack("<IIIII", interface, time >> 32, time & 0xFFFFFFFF, len(data),
                                 len(frame.data)) + data)


def pcapng(frames, interfaces=("",), *, linktype=ETHERNET, snaplen=0):
    """One section. `frames` have .time (nanoseconds), .interface (index) and .data; an interface
    named "" has no name in the file."""
    return b"".join([_section_header()]
                    + [_interface(name, linktype, snaplen) for name in interfaces]
                    + [_packet(frame, snaplen, frame.interface) for frame in frames])


def pcapng_sections(frames, names):
    """A file per interface put one behind the other: one section each, interface ids start
    again."""
    return b"".join(pcapng([frame._replace(interface=0) for frame in frames
                            if frame.interface == index], (name,))
                    for index, name in enumerate(names))


def pcap(frames, *, linktype=ETHERNET, snaplen=0):
    """Classic format, microseconds, without interfaces."""
    result = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen or 262144, linktype)]
    for frame in frames:
        data = frame.data[:snaplen] if snaplen else frame.data
        result.append(struct.pack("<IIII", frame.time // 10**9, frame.time % 10**9 // 1000,
                                  len(data), len(frame.data)) + data)
    return b"".join(result)


def read(octets):
    """[(time in nanoseconds, octets)] of a pcapng file of one section whose times are
    nanoseconds, as pcapng() and dumpcap write it."""
    found, at = [], 0
    while at < len(octets):
        kind, length = struct.unpack_from("<II", octets, at)
        if kind == 6:
            _, high, low, captured, _ = struct.unpack_from("<IIIII", octets, at + 8)
            found.append((high << 32 | low, octets[at + 28:at + 28 + captured]))
        at += length
    return found
