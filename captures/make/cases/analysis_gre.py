"""Findings of one point about GRE, PPP and capturing: one that raises each, one that nearly does.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net, ppp
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import Drop
from pptpcap.render import Frame

from . import Capture, capture
from .common import (CLIENT_1, INSIDE, OUTSIDE, SERVER_1, at, behind, ipcp, lcp, ping, pings,
                     session)


def _one_way(answer):
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    for number in range(3):
        c.gre(call, SERVER, ppp.lcp_echo(number, 1), tag="to client")
        c.wait(3)
    if answer:
        c.gre(call, CLIENT, ppp.lcp_echo(0, 2, reply=True), tag="to server")
    c.wait(3)
    c.echo()
    c.end(call)
    return Capture(c)


@capture
def gre_one_way():
    """GRE from the server only, three packets over 6 s, of an established call.

    Source: F07."""
    return _one_way(False).find("gre_one_way")


@capture
def gre_one_way_near():
    """The same, with one packet the other way in the end.

    Source: F07, look-alike: slow authentication."""
    return _one_way(True)


@capture
def gre_without_call():
    """GRE beside a control connection of other hosts: its own call's set-up is not there.

    Source: a capture that was started too late."""
    c, call = session()
    c.end(call)
    foreign, other = session(0x0700, 0x1700, client="192.168.11.24", server="192.168.1.12",
                             name="other", client_port=50000, start=-1.0)
    start = foreign.now = 0.5
    pings(foreign, other, 2)
    see = lambda packet: packet.event.connection is c or packet.event.time >= start
    return (Capture(c, foreign, path=at(see=see)).find("gre_without_call", "other.to server")
            .find("gre_without_call", "other.to client"))


@capture
def gre_without_call_near():
    """The server's first GRE packet is captured before its Outgoing-Call-Reply.

    Source: two cards, two queues; Linux < 2.6.14.3 stumbled over it too."""
    c = Conversation()
    c.start()
    call = c.call(0x0600, 0x1000)
    c.tell(CLIENT, "OCRQ", call)
    c.gre(call, SERVER, ppp.lcp(ppp.REQUEST, 0, ppp.magic(3)), tag="early")
    c.tell(SERVER, "OCRP", call)
    lcp(c, call)
    c.end(call)
    return Capture(c)


def _no_gre(seconds):
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    c.wait(seconds)
    c.end(call)
    return Capture(c)


@capture
def gre_not_captured():
    """A call is established for 12 s and there is no GRE in the file.

    Source: a capture filter `tcp port 1723`; F07, look-alike."""
    return _no_gre(12).find("gre_not_captured")


@capture
def gre_not_captured_near():
    """A call is established for 8 s without GRE: too short to say anything.

    Source: F07, look-alike."""
    return _no_gre(8)


@capture
def gre_rejected():
    """ICMP protocol unreachable quotes a GRE packet of the call.

    Source: lab captures a2_one_client_nohelper, f2_silent_kill_reconnect."""
    c, call = session()
    ping(c, call, SERVER, tag="unwanted")
    c.icmp("unwanted")
    c.fin(SERVER)
    return Capture(c).find("gre_rejected", "ICMP")


@capture
def gre_rejected_near():
    """ICMP port unreachable between the same hosts quotes UDP.

    Source: ordinary traffic beside a call."""
    c, call = session()
    pings(c, call)
    c.end(call)
    quoted = net.ipv4(SERVER_1, CLIENT_1, net.UDP, net.udp(SERVER_1, CLIENT_1, 53, 4000, b"late"))
    frame = net.ethernet(net.ipv4(CLIENT_1, SERVER_1, net.ICMP, net.icmp_error(3, 3, quoted)),
                         net.mac(CLIENT_1), net.mac(SERVER_1))
    return Capture(c, extra=[Frame(1_700_000_000_145_000_000, 0, frame)])


@capture
def gre_rejected_near_mtu():
    """ICMP fragmentation needed quotes a large packet: MTU discovery, which refuses nothing.

    Source: RFC 1191."""
    c, call = session()
    ping(c, call, SERVER, size=1400, tag="large")
    c.icmp("large", code=4)
    pings(c, call)
    c.end(call)
    return Capture(c)


def _lcp_requests(count):
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    for number in range(count):
        for sender in (CLIENT, SERVER):
            c.gre(call, sender, ppp.lcp(ppp.REQUEST, number, ppp.magic(77 + sender)),
                  tag="request")
        c.wait(3)
    return c, call


@capture
def ppp_stalled():
    """Both ends repeat LCP Configure-Request five times over 12 s; nobody answers.

    Source: F07; Windows errors 619, 721."""
    c, call = _lcp_requests(5)
    c.end(call)
    return Capture(c).find("ppp_stalled")


@capture
def ppp_stalled_near():
    """Two requests each, then LCP comes up: a slow start.

    Source: F07, look-alike."""
    c, call = _lcp_requests(2)
    for sender in (CLIENT, SERVER):
        c.gre(call, sender, ppp.lcp(ppp.CONFIG_ACK, 1, ppp.magic(78 - sender)))
    pings(c, call)
    c.end(call)
    return Capture(c)


def _deaf(deaf):
    """One end asks and answers nothing, though all that the other one sends comes through."""
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    for number in range(6):
        c.gre(call, deaf, ppp.lcp(ppp.REQUEST, 1, ppp.magic(77)))
        c.gre(call, 1 - deaf, ppp.lcp(ppp.REJECT, 1, ppp.magic(77)))
        c.gre(call, 1 - deaf, ppp.lcp(ppp.REQUEST, 1, ppp.magic(78)), tag=f"request {number}")
        c.wait(3)
    c.end(call)
    return (Capture(c, path=behind())
            .find("ppp_stalled", "request 0", INSIDE)
            .find("ppp_stalled", "request 0", OUTSIDE))


@capture
def ppp_stalled_client_firewall():
    """All GRE passes and the server answers; the client goes on asking, and answers nothing.

    Source: a client whose own firewall drops protocol 47 on the way in."""
    return _deaf(CLIENT)


@capture
def ppp_stalled_server_firewall():
    """All GRE passes and the client answers; the server goes on asking, and answers nothing.

    Source: a server whose own firewall drops protocol 47 on the way in."""
    return _deaf(SERVER)


@capture
def gre_one_way_silent_server():
    """All GRE of the client leaves the NAT, and the point next to the server shows none that comes
    back: it is not the NAT.

    Source: a server whose own firewall knows TCP 1723 only."""
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    for _ in range(4):
        c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 1, ppp.magic(77)), tag="request", ack=None)
        c.wait(3)
    c.end(call)
    made = Capture(c, path=behind())
    for point in (INSIDE, OUTSIDE):
        made.find("gre_one_way", "request", point).find("ppp_stalled", "request", point)
    return made


def _login(c, call, reply=None):
    """CHAP as far as `reply`, or up to Success."""
    c.gre(call, SERVER, ppp.chap_challenge(1, bytes(range(16)), "server"))
    c.gre(call, CLIENT, ppp.chap_response(1, bytes(range(49)), "user"))
    c.gre(call, SERVER, reply or ppp.chap_success(1, "S=0"), tag="reply")


_FAILURE = ppp.chap_failure(1, "E=691 R=1 C=" + "0" * 32 + " V=3 M=denied")


def _hangs_up(c, call, sender):
    c.gre(call, sender, ppp.lcp(ppp.TERMINATE, 9), tag="LCP Terminate-Request")
    c.gre(call, 1 - sender, ppp.lcp(ppp.TERMINATE_ACK, 9))
    c.end(call)


@capture
def ppp_refused():
    """CHAP Failure E=691: user name or password is wrong.

    Source: RFC 2759 6; Windows error 691."""
    c, call = session()
    _login(c, call, ppp.chap_failure(1, "E=691 R=0 C=" + "0" * 32 + " V=3 M=denied"))
    c.end(call)
    return Capture(c).find("ppp_refused", "reply")


@capture
def ppp_refused_terminate_ack():
    """The server answers each IPCP Configure-Request by Terminate-Ack; the client gives up.

    Source: RFC 1661 4.1; accel-ppp issue 353, without the end that it has there."""
    c, call = session()
    _login(c, call)
    for number in range(3):
        c.gre(call, CLIENT, ppp.control(ppp.CCP, ppp.REQUEST, number))
        c.gre(call, CLIENT, ppp.ipcp(ppp.REQUEST, number))
        c.gre(call, SERVER, ppp.control(ppp.IPCP, ppp.TERMINATE_ACK, number), tag="refusal")
        c.wait(1)
    _hangs_up(c, call, CLIENT)
    return (Capture(c, path=behind())
            .find("ppp_refused", "refusal", INSIDE).find("ppp_refused", "refusal", OUTSIDE))


@capture
def ppp_refused_mppe():
    """The client rejects CCP, so there is no MPPE; the server, which demands it, hangs up.

    Source: pppd, "MPPE required but peer negotiation failed"; Windows error 742."""
    c, call = session()
    _login(c, call)
    c.gre(call, SERVER, ppp.control(ppp.CCP, ppp.REQUEST, 1, ppp.option(18, b"\0\0\0\x40")))
    c.gre(call, CLIENT, ppp.rejected(2, ppp.CCP))
    _hangs_up(c, call, SERVER)
    return Capture(c).find("ppp_refused", "LCP Terminate-Request")


@capture
def ppp_refused_starved():
    """The server's answers end at the NAT; the client gives up. A consequence, no refusal.

    Source: lab capture d_helper_gre_in_blocked."""
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    for number in range(4):
        c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 1, ppp.magic(77)))
        c.gre(call, SERVER, ppp.lcp(ppp.CONFIG_ACK, 1, ppp.magic(77)), tag=f"answer {number}")
        c.wait(3)
    c.gre(call, CLIENT, ppp.lcp(ppp.TERMINATE, 9), tag="LCP Terminate-Request")
    c.end(call)
    return (Capture(c, path=behind(Drop("GRE", sender=SERVER)))
            .find("gre_not_forwarded", "answer 0", OUTSIDE, direction="pac_to_pns")
            .find("ppp_refused", "LCP Terminate-Request", INSIDE)
            .find("ppp_refused", "LCP Terminate-Request", OUTSIDE)
            .allow("gre_one_way"))


@capture
def ppp_refused_near_made_good():
    """A CHAP Failure whose retry succeeds, a Terminate-Ack for IPCP while CCP is under way, a
    rejected CCP, and a hang-up after data.

    Source: RFC 2759 6; accel-ppp issue 353."""
    c, call = session()
    _login(c, call, _FAILURE)
    c.gre(call, CLIENT, ppp.chap_response(2, bytes(range(49)), "user"))
    c.gre(call, SERVER, ppp.chap_success(2, "S=0"))
    c.gre(call, CLIENT, ppp.ipcp(ppp.REQUEST, 1))
    c.gre(call, SERVER, ppp.control(ppp.IPCP, ppp.TERMINATE_ACK, 1))
    c.gre(call, SERVER, ppp.control(ppp.CCP, ppp.REQUEST, 1, ppp.option(18, b"\0\0\0\x40")))
    c.gre(call, CLIENT, ppp.rejected(2, ppp.CCP))
    ipcp(c, call)
    pings(c, call)
    _hangs_up(c, call, CLIENT)
    return Capture(c)


@capture
def ppp_refused_near():
    """Configure-Nak and Configure-Reject: the ends are still talking, and agree in the end.

    Source: RFC 1661 5.3, 5.4."""
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    chap, pap = ppp.ask_for(ppp.CHAP, 0x81), ppp.ask_for(ppp.PAP)
    c.gre(call, SERVER, ppp.lcp(ppp.REQUEST, 1, pap))
    c.gre(call, CLIENT, ppp.lcp(ppp.NAK, 1, chap))
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 1, ppp.option(13, b"\x06")))
    c.gre(call, SERVER, ppp.lcp(ppp.REJECT, 1, ppp.option(13, b"\x06")))
    c.gre(call, SERVER, ppp.lcp(ppp.REQUEST, 2, chap))
    c.gre(call, CLIENT, ppp.lcp(ppp.CONFIG_ACK, 2, chap))
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 2))
    c.gre(call, SERVER, ppp.lcp(ppp.CONFIG_ACK, 2))
    c.gre(call, SERVER, ppp.chap_challenge(1, bytes(range(16)), "server"))
    c.gre(call, CLIENT, ppp.chap_response(1, bytes(range(49)), "user"))
    c.gre(call, SERVER, ppp.chap_success(1, "S=0"))
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def tcp_refused():
    """The connection attempt to port 1723 is reset.

    Source: F08; Windows error 800."""
    c = Conversation()
    c.segment(CLIENT, net.SYN, tag="SYN", options=net.mss_option(1460))
    c.segment(SERVER, net.RST | net.ACK, tag="RST", seq=0)
    return Capture(c).find("tcp_refused")


@capture
def tcp_refused_unanswered():
    """Three SYNs to port 1723 over 21 s, and no answer.

    Source: F08; a filter that drops."""
    c = Conversation()
    for pause in (3, 6, 12):
        c.segment(CLIENT, net.SYN, tag="SYN", seq=c.isn[0], options=net.mss_option(1460))
        c.wait(pause)
    frame = net.ethernet(net.arp_request(CLIENT_1, "192.168.11.1"), net.mac(CLIENT_1),
                         b"\xff" * 6, ethertype=net.ETHERTYPE_ARP)
    late = Frame(1_700_000_090 * 10**9, 0, frame)
    return Capture(c, extra=[late]).find("tcp_refused")


@capture
def tcp_refused_near():
    """The first SYN is lost, the second one answered.

    Source: ordinary TCP."""
    c = Conversation()
    c.segment(CLIENT, net.SYN, tag="SYN", seq=c.isn[0], options=net.mss_option(1460))
    c.wait(3)
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    lcp(c, call)
    c.end(call)
    return Capture(c)


def _window(count):
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000, request={"window": 3})
    lcp(c, call)
    ping(c, call, SERVER)
    c.gre(call, CLIENT, tag="ack only")
    for number in range(count):
        ping(c, call, SERVER, tag=f"data {number + 1}")
    c.gre(call, CLIENT, tag="ack only")
    c.end(call)
    return Capture(c)


@capture
def window_exceeded():
    """The client advertised a window of 3 and the server has 5 packets outstanding. Chat only:
    Windows ignores both windows.

    Source: RFC 2637 4.2; npppd must accept it."""
    return _window(5).find("window_exceeded", "data 4").allow("window_exceeded")


@capture
def window_exceeded_near():
    """The window is 3 and 3 packets are outstanding.

    Source: RFC 2637 4.2."""
    return _window(3)


@capture
def duplicate_capture():
    """Every frame is there twice, the same octets 20 microseconds apart: a mirror port.

    Source: F34; the public capture tcpdump-pptp.pcap has it for one direction."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=at(mirror=True)).find("duplicate_capture")


@capture
def duplicate_capture_near():
    """Segments are retransmitted and one GRE packet repeats its sequence number, all with an IP ID
    of their own: sent twice, not captured twice.

    Source: ordinary TCP; RFC 2637 4.3."""
    c, call = session()
    c.retransmit("SCCRQ")
    c.retransmit("OCRP")
    pings(c, call)
    c.gre(call, SERVER, c.find("to client").payload, seq=c.find("to client").seq)
    c.end(call)
    return Capture(c)


def _waiting(count, filled):
    """`count` Echo-Requests behind a segment that is not there."""
    c, call = session()
    pings(c, call)
    known = c.next[CLIENT]
    lost = c.tell(CLIENT, "SLI", call)[0]
    for number in range(count):
        c.tell(CLIENT, "EchoRQ", identifier=number)
    if filled:
        c.retransmit("SLI")
        for number in range(count):
            c.tell(SERVER, "EchoRP", identifier=number)
        c.end(call)
    else:
        c.segment(SERVER, net.RST | net.ACK, tag="RST", ack=known)
    return Capture(c, path=at(see=lambda packet: packet.event is not lost))


@capture
def limit_reached():
    """40 segments wait for one that never comes: more than a stream keeps.

    Source: the bound CONTROL_STREAM_PENDING."""
    return _waiting(40, False).find("limit_reached").loosely()


@capture
def limit_reached_near():
    """10 segments wait for one that comes late.

    Source: the bound CONTROL_STREAM_PENDING."""
    return _waiting(10, True)
