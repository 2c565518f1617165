"""Frames and packets below PPTP: Ethernet, VLAN, IPv4, IPv6, TCP, UDP, ICMP, with right checksums.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import ipaddress
import struct
from functools import lru_cache

TCP, UDP, GRE, ICMP, ICMPV6, FRAGMENT = 6, 17, 47, 1, 58, 44
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_ARP, ETHERTYPE_VLAN = 0x0800, 0x86DD, 0x0806, 0x8100
DONT_FRAGMENT, MORE_FRAGMENTS = 0x4000, 0x2000

_IPV4 = struct.Struct(">BBHHHBBH4s4s")
_TCP = struct.Struct(">HHIIBBHHH")


@lru_cache(maxsize=65536)
def address(text):
    """The octets of an IPv4 or IPv6 address."""
    return ipaddress.ip_address(text).packed


@lru_cache(maxsize=65536)
def mac(text):
    """A locally administered MAC address made from any text, an IP address for instance."""
    try:
        tail = address(text)[-4:]
    except ValueError:
        tail = text.encode()[-4:].rjust(4, b"\0")
    return b"\x02\x00" + tail


def checksum(*parts):
    """The Internet checksum (RFC 1071). 65536 is 1 modulo 65535, so the sum of the 16-bit words is
    one big number modulo 65535."""
    data = b"".join(parts)
    if len(data) % 2:
        data += b"\0"
    rest = int.from_bytes(data, "big") % 0xFFFF
    return 0 if rest == 0 else 0xFFFF - rest


def ipv4(source, destination, protocol, payload, *, ttl=64, ident=0, flags=DONT_FRAGMENT, offset=0):
    """`flags` are DONT_FRAGMENT and MORE_FRAGMENTS, `offset` counts octets."""
    total = 20 + len(payload)
    values = [0x45, 0, total, ident, flags | offset // 8, ttl, protocol, 0,
              address(source), address(destination)]
    values[7] = checksum(_IPV4.pack(*values))
    return _IPV4.pack(*values) + payload


def ipv6(source, destination, protocol, payload, *, ttl=64):
    return (struct.pack(">IHBB", 6 << 28, len(payload), protocol, ttl)
            + address(source) + address(destination) + payload)


def ip(source, destination, protocol, payload, *, ttl=64, ident=0, flags=DONT_FRAGMENT):
    """An IPv4 or IPv6 packet, by the kind of its addresses."""
    if ":" in source:
        return ipv6(source, destination, protocol, payload, ttl=ttl)
    return ipv4(source, destination, protocol, payload, ttl=ttl, ident=ident, flags=flags)


def with_header_checksum(packet, value):
    """An IPv4 packet with this checksum in its header."""
    return packet[:10] + value.to_bytes(2, "big") + packet[12:]


def header_checksum(packet, source, destination):
    """What the IPv4 packet's header checksum is with these addresses."""
    return checksum(packet[:10] + b"\0\0" + address(source) + address(destination))


def _pseudo_header(source, destination, protocol, length):
    if ":" in source:
        return address(source) + address(destination) + struct.pack(">II", length, protocol)
    return address(source) + address(destination) + struct.pack(">HH", protocol, length)


def tcp(source, destination, sport, dport, seq, ack, flags, payload=b"", *, window=64240,
        options=b"", summed=None):
    """A TCP segment. `summed` is the payload the checksum is taken over: another one than `payload`
    makes the checksum of a NAT that edited octets and forgot it."""
    header = [sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, (20 + len(options)) // 4 << 4,
              flags, window, 0, 0]
    length = 20 + len(options) + len(payload)
    header[7] = checksum(_pseudo_header(source, destination, TCP, length), _TCP.pack(*header),
                         options, payload if summed is None else summed)
    return _TCP.pack(*header) + options + payload


def mss_option(mss):
    return struct.pack(">BBH", 2, 4, mss)


def udp(source, destination, sport, dport, payload):
    header = struct.pack(">HHH", sport, dport, 8 + len(payload))
    total = checksum(_pseudo_header(source, destination, UDP, 8 + len(payload)), header, b"\0\0",
                     payload)
    return header + struct.pack(">H", total or 0xFFFF) + payload


def icmp_echo(ident, seq, payload, *, reply=False):
    head = struct.pack(">BBHHH", 0 if reply else 8, 0, 0, ident, seq)
    return head[:2] + struct.pack(">H", checksum(head, payload)) + head[4:] + payload


def icmp_error(kind, code, quoted):
    """An ICMP error that quotes the IP header of `quoted` and what follows it, 64 octets (RFC 1812
    4.3.2.3 allows more than the 8 of RFC 792)."""
    head = struct.pack(">BBHI", kind, code, 0, 0)
    quote = quoted[:20 + 64]
    return head[:2] + struct.pack(">H", checksum(head, quote)) + head[4:] + quote


def fragments(packet, mtu):
    """An IPv4 packet cut to `mtu`: a list of packets, in order."""
    if len(packet) <= mtu:
        return [packet]
    fields = list(_IPV4.unpack_from(packet))
    payload, step, result = packet[20:], (mtu - 20) // 8 * 8, []
    for offset in range(0, len(payload), step):
        part = payload[offset:offset + step]
        more = MORE_FRAGMENTS if offset + step < len(payload) else 0
        fields[2], fields[4], fields[7] = 20 + len(part), more | offset // 8, 0
        fields[7] = checksum(_IPV4.pack(*fields))
        result.append(_IPV4.pack(*fields) + part)
    return result


def ethernet(packet, source, destination, *, vlan=None, ethertype=None):
    """`source` and `destination` are MAC addresses; short frames are padded to 60 octets, as every
    sender must (IEEE 802.3 3.2.8)."""
    if ethertype is None:
        ethertype = ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else ETHERTYPE_IPV4
    tag = b"" if vlan is None else struct.pack(">HH", ETHERTYPE_VLAN, vlan)
    return (destination + source + tag + struct.pack(">H", ethertype) + packet).ljust(60, b"\0")


def linux_sll2(packet, ifindex, source):
    """LINKTYPE_LINUX_SLL2, what `tcpdump -i any` writes: the interface is inside the frame."""
    ethertype = ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else ETHERTYPE_IPV4
    return (struct.pack(">HHIHBB", ethertype, 0, ifindex, 1, 0, 6)
            + source + b"\0\0" + packet)


def arp_request(sender, target):
    return struct.pack(">HHBBH6s4s6s4s", 1, ETHERTYPE_IPV4, 6, 4, 1, mac(sender), address(sender),
                       bytes(6), address(target))
