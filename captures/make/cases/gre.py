"""Enhanced GRE and what it carries.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net, ppp
from pptpcap import gre as wire
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.render import Frame

from . import Capture, capture
from .common import at, ipcp, lcp, ping, pings, session


@capture
def gre_ack_only():
    """Packets that only acknowledge: no sequence number, no payload, eight octets and the number.

    Source: RFC 2637 4.1; [MS-PTPT]: Windows sends them after 100 ms without data."""
    c, call = session()
    ping(c, call, CLIENT)
    c.gre(call, SERVER, tag="ack only")
    ping(c, call, SERVER)
    c.gre(call, CLIENT, tag="ack only")
    c.end(call)
    return Capture(c)


@capture
def gre_padding():
    """Ethernet frames padded to 60 octets: what is behind the IP packet is no payload.

    Source: IEEE 802.3 3.2.8."""
    c, call = session()
    c.gre(call, CLIENT, b"\xff\x03\xc0\x21\x09\x01\x00\x08\x11\x11\x11\x11", tag="short")
    c.gre(call, SERVER, tag="ack only")
    c.end(call)
    return Capture(c)


@capture
def gre_framing():
    """The same kind of data with and without address and control octets, and with a protocol number
    of one octet: all four forms.

    Source: RFC 1661 6.5 and 6.6; the lab's pppd compresses both."""
    c, call = session()
    for number, (acfc, pfc) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        for sender in (CLIENT, SERVER):
            c.gre(call, sender, ppp.ping("10.0.0.2", "10.0.0.1", number * 2 + sender, acfc=acfc,
                                         pfc=pfc), tag="data")
    c.end(call)
    return Capture(c)


@capture
def ppp_with_pap():
    """LCP, PAP, IPCP, then IPv4 in clear.

    Source: RFC 1334; as packetlife's PPTP_negotiation.cap goes."""
    c, call = session()
    c.gre(call, CLIENT, ppp.pap_request(1, "user", "secret"))
    c.gre(call, SERVER, ppp.pap_reply(1, "welcome"))
    ipcp(c, call)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def ppp_with_encryption():
    """LCP, MS-CHAPv2, IPCP and CCP, then MPPE, which nobody can read.

    Source: RFC 2759, RFC 3078; the values are invented."""
    c, call = session()
    c.gre(call, SERVER, ppp.chap_challenge(1, bytes(range(16)), "server"))
    c.gre(call, CLIENT, ppp.chap_response(1, bytes(range(49)), "user"))
    c.gre(call, SERVER, ppp.chap_success(1, "S=" + "0" * 40 + " M=welcome"))
    mppe_bits = ppp.option(18, bytes.fromhex("01000040"))
    for code in (ppp.REQUEST, ppp.CONFIG_ACK):
        for sender in (CLIENT, SERVER):
            c.gre(call, sender, ppp.control(ppp.CCP, code, 1, mppe_bits))
    ipcp(c, call)
    for count in range(2):
        for sender in (CLIENT, SERVER):
            c.gre(call, sender, ppp.mppe(count, bytes((count * 31 + sender * 17 + i * 7) & 0xFF
                                                      for i in range(40))))
    c.end(call)
    return Capture(c)


@capture
def gre_starts_at_one():
    """The client counts from 1, the server from 0.

    Source: pptp-linux 1.10.0 and npppd start at 1; RFC 2637 4.1 says 0."""
    c, call = session(call={"first_seq": (1, 0)})
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def gre_nothing_received_yet():
    """The server's first packet acknowledges 4294967295: nothing received yet.

    Source: packetlife's PPTP_negotiation.cap."""
    c = Conversation()
    c.start()
    call = c.outgoing(1, 24)
    c.gre(call, SERVER, ppp.lcp(ppp.REQUEST, 1, ppp.magic(5)), ack=0xFFFFFFFF)
    lcp(c, call)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def gre_wraps():
    """Sequence and acknowledgment numbers pass from 4294967295 to 0 in both directions.

    Source: RFC 2637 4.1: 32 bits, so serial arithmetic."""
    c, call = session(call={"first_seq": (0xFFFFFFF9, 0xFFFFFFFA)})
    pings(c, call, 6)
    c.end(call)
    return Capture(c)


@capture
def gre_loss_order_duplicates():
    """From the server: 4 is lost, 6 and 7 change places, 8 comes twice. Counted, no finding.

    Source: RFC 2637 4.3."""
    c, call = session()
    ping(c, call, CLIENT)
    for number in (2, 3, 5, 7, 6, 8, 8, 9):
        c.gre(call, SERVER, ppp.ping("10.0.0.1", "10.0.0.2", number, reply=True), seq=number)
    call.next_seq[SERVER] = 10
    call.heard[CLIENT] = 9
    ping(c, call, CLIENT)
    c.end(call)
    return Capture(c)


@capture
def gre_quoted_in_icmp():
    """The client's host answers GRE with ICMP protocol unreachable: the quoted packet is no traffic
    of the call.

    Source: lab capture f2_silent_kill_reconnect."""
    c, call = session()
    pings(c, call)
    ping(c, call, SERVER, tag="unwanted")
    c.icmp("unwanted")
    c.fin(SERVER)
    return Capture(c).find("gre_rejected", "ICMP")


@capture
def gre_alone():
    """GRE both ways without any control connection: no roles, no state.

    Source: a capture filter `proto 47`."""
    c, call = session()
    start = c.now
    pings(c, call, 3)
    return (Capture(c, path=at(see=lambda packet: packet.event.time >= start))
            .find("gre_without_call", "to server").find("gre_without_call", "to client"))


@capture
def gre_fragmented():
    """A GRE packet of 1100 octets in IP fragments of at most 576; the header is in the first only.

    Source: RFC 2637 4 allows 1532 octets of payload, which Ethernet's 1500 cannot carry whole."""
    c, call = session()
    ping(c, call, CLIENT, size=1050, mtu=576, tag="large")
    ping(c, call, SERVER, size=1050, mtu=576, tag="large")
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def gre_wrong_flags():
    """Version 1 with bits that must be 0: checksum, routing, strict source route, recursion and
    reserved flags, one each.

    Source: RFC 2637 4.1; G4 and G6 of the list of stock defects."""
    c, call = session()
    pings(c, call)
    for number, (bits, extra) in enumerate(((wire.CHECKSUM, bytes(4)), (wire.ROUTING, bytes(4)),
                                            (wire.STRICT, b""), (wire.RECURSION, b""),
                                            (0x0078, b""))):
        ping(c, call, CLIENT, set_bits=bits, extra=extra, tag=f"wrong {number}")
    pings(c, call)
    c.end(call)
    made = Capture(c)
    for number in range(5):
        made.find("reserved_not_zero", f"wrong {number}")
    return made


@capture
def gre_of_other_kinds():
    """GRE that is not PPTP's: version 0 with IPv4, version 0 with a key, version 1 with another
    protocol, version 2. They belong to the built-in dissector.

    Source: RFC 2784, RFC 2890; G5 and G6 of the list of stock defects."""
    inner = net.ipv4("10.1.0.1", "10.1.0.2", net.ICMP, net.icmp_echo(1, 1, b"inner"))
    bodies = (bytes.fromhex("00000800") + inner,
              bytes.fromhex("200008000000002a") + inner,
              bytes.fromhex("3001080000040007" "00000001") + inner[:4],
              bytes.fromhex("3002880b00040007" "00000001") + b"\xff\x03\xc0\x21")
    frames = [Frame((1_700_000_000_000 + number) * 10**6, 0,
                    net.ethernet(net.ipv4("192.168.1.20", "192.168.1.10", net.GRE, body),
                                 net.mac("192.168.1.20"), net.mac("192.168.1.10")))
              for number, body in enumerate(bodies)]
    return Capture(extra=frames)


@capture
def gre_wrong_lengths():
    """Payload Length 100 and 4 on a payload of other size, S set without payload, a header cut in
    its Call ID.

    Source: G2, G3 and G7 of the list of stock defects."""
    c, call = session()
    ping(c, call, CLIENT, payload_length=1000)
    ping(c, call, CLIENT, payload_length=4)
    c.gre(call, CLIENT, seq=call.next_seq[CLIENT])
    call.next_seq[CLIENT] += 1
    pings(c, call)
    c.end(call)
    short = net.ethernet(net.ipv4("192.168.11.20", "192.168.1.10", net.GRE,
                                  bytes.fromhex("3001880b0004")),
                         net.mac("192.168.11.20"), net.mac("192.168.1.10"))
    return Capture(c, extra=[Frame(1_700_000_001 * 10**9, 0, short)]).loosely().exits(None)
