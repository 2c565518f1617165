"""PPP frames as they travel in Enhanced GRE: without flags, stuffing and CRC (RFC 2637 4).

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

from . import net

IPV4, COMPRESSED, IPCP, CCP, LCP, PAP, CHAP = 0x0021, 0x00FD, 0x8021, 0x80FD, 0xC021, 0xC023, 0xC223
REQUEST, CONFIG_ACK, NAK, REJECT, TERMINATE, TERMINATE_ACK = 1, 2, 3, 4, 5, 6
PROTOCOL_REJECT, ECHO, ECHO_REPLY = 8, 9, 10


def frame(protocol, information, *, acfc=False, pfc=False):
    """`acfc` leaves out FF 03 (RFC 1661 6.6), `pfc` the first octet of a small protocol number
    (6.5). LCP never has either."""
    start = b"" if acfc else b"\xff\x03"
    number = bytes([protocol]) if pfc and protocol < 256 else struct.pack(">H", protocol)
    return start + number + information


def control(protocol, code, ident, data=b"", *, acfc=False):
    return frame(protocol, struct.pack(">BBH", code, ident, 4 + len(data)) + data, acfc=acfc)


def option(kind, data=b""):
    return bytes([kind, 2 + len(data)]) + data


def magic(number):
    return option(5, struct.pack(">I", number))


def lcp(code, ident, data=b""):
    return control(LCP, code, ident, data)


def lcp_echo(ident, number, *, reply=False):
    return lcp(ECHO_REPLY if reply else ECHO, ident, struct.pack(">I", number))


def ask_for(protocol, chap_algorithm=None):
    """The Authentication-Protocol option."""
    tail = b"" if chap_algorithm is None else bytes([chap_algorithm])
    return option(3, struct.pack(">H", protocol) + tail)


def rejected(ident, protocol, code=REQUEST):
    """LCP Protocol-Reject, with the start of the packet that it rejects."""
    return lcp(PROTOCOL_REJECT, ident, struct.pack(">HBBH", protocol, code, 1, 4))


def pap_request(ident, name, password):
    return control(PAP, 1, ident, bytes([len(name)]) + name.encode()
                   + bytes([len(password)]) + password.encode())


def pap_reply(ident, message, *, accepted=True):
    return control(PAP, 2 if accepted else 3, ident, bytes([len(message)]) + message.encode())


def chap_challenge(ident, value, name):
    return control(CHAP, 1, ident, bytes([len(value)]) + value + name.encode())


def chap_response(ident, value, name):
    return control(CHAP, 2, ident, bytes([len(value)]) + value + name.encode())


def chap_success(ident, message):
    return control(CHAP, 3, ident, message.encode())


def chap_failure(ident, message):
    """RFC 2759 6: "E=691 R=0 C=... V=3 M=..."."""
    return control(CHAP, 4, ident, message.encode())


def ipcp(code, ident, address="0.0.0.0"):
    return control(IPCP, code, ident, option(3, net.address(address)))


def ping(source, destination, number, *, reply=False, size=16, acfc=False, pfc=False):
    """An ICMP echo in IPv4 in PPP. `number` makes every packet differ from every other."""
    data = bytes((number * 7 + i) & 0xFF for i in range(size))
    packet = net.ipv4(source, destination, net.ICMP,
                      net.icmp_echo(0x5050, number & 0xFFFF, data, reply=reply),
                      ident=number & 0xFFFF)
    return frame(IPV4, packet, acfc=acfc, pfc=pfc)


def mppe(count, octets):
    """An encrypted frame (RFC 3078): protocol 0xFD, coherency count with the flushed and encrypted
    bits, then `octets`, which nobody can read."""
    return frame(COMPRESSED, struct.pack(">H", 0x9000 | count & 0xFFF) + octets, acfc=True,
                 pfc=True)
