"""Captures of a call at both sides of a NAT with a mark in every place where something private may
stand: what is tunnelled, who logs in, names, other people's traffic, comments.

SPDX-License-Identifier: GPL-2.0-or-later"""

import struct
import sys
from typing import NamedTuple

from support import paths

sys.path.insert(0, str(paths.CAPTURES / "make"))

from pptpcap import gre, net, pcap, ppp  # noqa: E402
from pptpcap.conversation import CLIENT, SERVER, Conversation  # noqa: E402
from pptpcap.path import Nat, Path, Point  # noqa: E402
from pptpcap.render import Frame, render  # noqa: E402

HERE, THERE = "192.168.11.20", "192.168.1.10"
EAP, PROTOCOL_REJECT, IDENTIFICATION = 0xC227, 8, 12


class Marks:
    """Hands out marks, each once: 16 octets that stand nowhere else."""

    def __init__(self):
        self.given = []

    def text(self):
        self.given.append(f"<secret no. {len(self.given):03d}>".encode())
        return self.given[-1].decode()

    def octets(self, count=16):
        return self.text().encode() * (count // 16)

    def wide(self, order="utf-16-le"):
        """As Windows writes it."""
        return self.text().encode(order)


class Planted(NamedTuple):
    inside: bytes
    outside: bytes
    marks: list


def login(c, call, marks):
    """Everything that PPP may say about who is there, by either way to authenticate."""
    endpoint = ppp.option(19, b"\x03" + marks.octets())
    callback = ppp.option(13, b"\x01" + marks.octets())
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 1, ppp.magic(0x11111111) + endpoint + callback))
    c.gre(call, SERVER, ppp.lcp(ppp.CONFIG_ACK, 1, ppp.magic(0x11111111) + endpoint))
    c.gre(call, CLIENT, ppp.lcp(IDENTIFICATION, 2, bytes(4) + marks.octets()))
    c.gre(call, SERVER, ppp.lcp(PROTOCOL_REJECT, 3, b"\x80\x57" + marks.octets()))
    c.gre(call, CLIENT, ppp.lcp(9, 4, bytes(4) + marks.octets()))
    c.gre(call, CLIENT, ppp.pap_request(1, marks.text(), marks.text()))
    c.gre(call, SERVER, ppp.pap_reply(1, marks.text(), accepted=False))
    c.gre(call, SERVER, ppp.chap_challenge(1, marks.octets(), marks.text()))
    c.gre(call, CLIENT, ppp.chap_response(1, marks.octets(48) + b"\0", marks.text()))
    c.gre(call, SERVER, ppp.chap_failure(1, f"E=691 R=1 C={marks.text()} V=3 M={marks.text()}"))
    c.gre(call, SERVER, ppp.chap_challenge(2, marks.octets(), marks.text()))
    c.gre(call, CLIENT, ppp.control(EAP, 2, 1, b"\x01" + marks.octets()))
    c.gre(call, SERVER, ppp.chap_success(2, marks.text()))
    # Options longer than they can be, and an organisation's own.
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 5, ppp.option(1, marks.octets())))
    c.gre(call, CLIENT, ppp.control(0x80FD, ppp.REQUEST, 1, ppp.option(0, marks.octets())))
    c.gre(call, CLIENT, ppp.control(0x8021, ppp.REQUEST, 1, ppp.option(129, marks.octets())))
    # The same by other headers: no address and control, the request twice with an acknowledgment
    # alone in between, in fragments.
    identity = ppp.control(EAP, 2, 3, b"\x01" + marks.octets(), acfc=True)
    for payload in (identity, ppp.pap_request(2, marks.text(), marks.text())[2:]):
        c.gre(call, CLIENT, payload)
        c.gre(call, SERVER)
        c.gre(call, CLIENT, payload)
    c.gre(call, CLIENT, ppp.control(EAP, 2, 4, b"\x01" + marks.octets(800)), mtu=600)
    c.gre(call, CLIENT, ppp.control(EAP, 1, 5, b"\x02" + marks.wide()))
    c.gre(call, SERVER, ppp.control(EAP, 1, 6, b"\x01" + marks.wide("utf-16-be")))
    c.gre(call, SERVER, ppp.pap_reply(3, marks.text(), accepted=True))


def traffic(c, call, marks):
    """What passes: in clear, encrypted, in fragments, and what cannot be read at all."""
    for sender in (CLIENT, SERVER):
        c.gre(call, sender, ppp.frame(0x0021, marks.octets(64)))
        c.gre(call, sender, ppp.frame(0x0057, marks.octets(), acfc=True, pfc=True))
        c.gre(call, sender, ppp.mppe(1, marks.octets(160)))
        c.gre(call, sender, b"\0\0" + marks.octets())
        c.gre(call, sender, ppp.frame(0x0021, marks.octets(1600)), mtu=600)


def others(marks):
    """Packets of other people, and what a driver leaves behind a packet."""
    ip, tcp = net.ipv4, net.tcp
    quoted = ip(HERE, THERE, net.GRE, gre.packet(7, b"\xff\x03\x00\x21" + marks.octets(), seq=1))
    password = ppp.pap_request(9, marks.text(), marks.text())[2:]
    login = ip(HERE, THERE, net.GRE, gre.packet(7, password, seq=2, ack=1))
    text = tcp(HERE, THERE, 49152, 1723, 1, 1, net.ACK, marks.octets(64))
    control = ip(HERE, THERE, net.TCP, text)
    plain = gre.packet(9, ppp.pap_request(1, marks.text(), marks.text()), seq=1, version=0)
    packets = [
        ip(HERE, THERE, net.UDP, net.udp(HERE, THERE, 5000, 53, marks.octets())),
        ip(HERE, THERE, net.TCP, tcp(HERE, THERE, 4000, 80, 1, 1, net.ACK, marks.octets(160))),
        ip(HERE, THERE, net.TCP, tcp(HERE, THERE, 4001, 1723, 1, 1, net.ACK, marks.octets())),
        ip(HERE, THERE, net.ICMP, net.icmp_echo(1, 1, marks.octets())),
        ip(THERE, HERE, net.ICMP, net.icmp_error(3, 2, quoted)),
        ip(THERE, HERE, net.ICMP, net.icmp_error(3, 2, login)),
        ip(THERE, HERE, net.ICMP, net.icmp_error(11, 0, control)),
        ip(HERE, THERE, net.GRE, plain),
        ip(HERE, THERE, net.GRE, struct.pack(">HHI", 0x2000, 0x6558, 7) + marks.octets()),
        ip(HERE, THERE, net.GRE, struct.pack(">HH", 0, 0x0800) + marks.octets()),
        ip(HERE, THERE, 50, bytes(8) + marks.octets()),
        ip(HERE, THERE, 132, marks.octets()),
        net.ipv6("2001:db8::1", "2001:db8::2", net.UDP,
                 net.udp("2001:db8::1", "2001:db8::2", 500, 500, marks.octets())),
        ip(HERE, THERE, 4, ip(HERE, THERE, net.UDP, net.udp(HERE, THERE, 1, 2, marks.octets()))),
    ]  # fmt: skip
    ends = net.mac(HERE), net.mac(THERE)
    frames = [net.ethernet(one, *ends) for one in packets]
    frames.append(net.ethernet(marks.octets(), *ends, ethertype=0x88CC))
    frames.append(net.ethernet(marks.octets(), *ends, ethertype=0x8863))  # PPPoE Discovery
    session = struct.pack(">BBHHH", 0x11, 0, 1, 42, 0xC023)
    frames.append(net.ethernet(session + marks.octets(), *ends, ethertype=0x8864))
    frames.append(net.ethernet(packets[3], *ends) + marks.octets())  # a trailer
    return frames


def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def with_blocks(frames, marks):
    """A pcapng file whose blocks have everything that a program may write into them."""
    comment = option(1, marks.octets())
    custom = option(2988, struct.pack("<I", 32473) + marks.octets())
    section = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    for code in (2, 3, 4):  # hardware, operating system, program
        section += option(code, marks.octets())
    interface = struct.pack("<HHI", pcap.ETHERNET, 0, 0) + option(2, b"eth0")
    interface += option(11, b"\0" + marks.octets()) + option(12, marks.octets())
    interface += option(3, marks.octets()) + option(15, marks.octets())
    chosen = struct.pack("<HHI", pcap.ETHERNET, 0, 0) + option(2, marks.octets())
    chosen += option(3, marks.octets()) + option(9, b"\x09") + option(0, b"")
    records = struct.pack("<HH", 1, 4 + 17) + net.address(HERE) + marks.octets() + bytes(4)
    blocks = [
        block(0x0A0D0D0A, section + comment + custom + option(0, b"")),
        block(1, interface + option(9, b"\x09") + comment + option(0, b"")),
        block(1, chosen),
        block(4, records + struct.pack("<HH", 0, 0) + comment + option(0, b"")),
        block(10, struct.pack("<II", 0x544C534B, 16) + marks.octets()),
    ]
    for frame in frames:
        size = len(frame.data)
        data = frame.data + bytes(-size % 4)
        header = struct.pack("<IIIII", 0, frame.time >> 32, frame.time & 0xFFFFFFFF, size, size)
        options = option(2, struct.pack("<I", 1)) + comment + option(0, b"")
        blocks.append(block(6, header + data + options))
    blocks.append(block(0x00000BAD, struct.pack("<I", 32473) + marks.octets()))
    blocks.append(block(5, struct.pack("<III", 0, 0, 0) + comment + option(0, b"")))
    return b"".join(blocks)


def make():
    """Both sides of a NAT, pcapng inside and classic pcap outside."""
    marks = Marks()
    c = Conversation(HERE, THERE, client_port=49152, isn=(1000000, 5000000))
    names = {"host_name": marks.text(), "vendor_string": marks.text()}
    c.open()
    c.tell(CLIENT, "SCCRQ", **names, cut=(40,))
    c.tell(SERVER, "SCCRP", **names)
    numbers = {"phone_number": marks.text(), "subaddress": marks.text()}
    call = c.outgoing(0x0600, 0x1000, request=numbers)
    login(c, call, marks)
    traffic(c, call, marks)
    c.tell(SERVER, "CDN", call, call_statistics=marks.text())
    frames = render(Path((Point("inside"), Point("outside")), (Nat(),)), c)
    sides = [[frame for frame in frames if frame.interface == side] for side in (0, 1)]
    last = sides[0][-1]
    for number, data in enumerate(others(marks), 1):
        sides[0].append(Frame(last.time + number, 0, data))
    return Planted(with_blocks(sides[0], marks), pcap.pcap(sides[1]), marks.given)
