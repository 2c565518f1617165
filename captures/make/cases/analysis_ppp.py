"""Findings about PPP inside a call: one that raises each, one that nearly does.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import ppp
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import Drop

from . import Capture, capture
from .common import INSIDE, OUTSIDE, behind, ipcp, pings, session


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
