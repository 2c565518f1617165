"""Attempts to connect to the PPTP port, seen from one point.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.render import Frame

from . import Capture, capture
from .common import CLIENT_1, lcp


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
