"""Findings of one point about GRE: one that raises each, one that nearly does.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net, ppp
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.render import Frame

from . import Capture, capture
from .common import (CLIENT_1, INSIDE, OUTSIDE, SERVER_1, at, behind, lcp, ping, pings, session)


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
