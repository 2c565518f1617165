"""Findings of one point about requests and calls: one that raises each, one that nearly does.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.pptp import A, P

from . import Capture, capture
from .common import lcp, pings, session


def _unanswered(answered_after=None):
    c, call = session()
    late = c.call(0x0601, 0x1001, serial=2)
    c.tell(CLIENT, "OCRQ", late, serial=2, tag="second")
    asked = c.now - c.step
    pings(c, call, 3, pause=15.0)
    if answered_after:
        c.now = asked + answered_after
        c.tell(SERVER, "OCRP", late)
        lcp(c, late)
        c.clear(late)
    c.now = max(c.now, asked + 65)
    c.echo()
    pings(c, call)
    return c


@capture
def no_reply():
    """A second Outgoing-Call-Request is not answered within 60 s, although the connection stays
    open and the first call works.

    Source: RFC 2637 3: 60 s."""
    return Capture(_unanswered()).find("no_reply", "second")


@capture
def no_reply_near():
    """The same request is answered after 59 s.

    Source: RFC 2637 3."""
    return Capture(_unanswered(59.0))


@capture
def no_reply_near_closed():
    """Call-Clear-Request is not answered because the connection is closed, as pptp-linux does it.

    Source: lab captures of pptp-linux."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "CCRQ", call)
    c.fin()
    other, second_call = session(name="other", client_port=49300, start=c.now + 65,
                                 isn=(9000000, 8000000))
    other.end(second_call)
    return Capture(c, other)


@capture
def refused():
    """Outgoing-Call-Reply with result 7, Do Not Accept.

    Source: RFC 2637 2.8."""
    c = Conversation()
    c.start()
    c.outgoing(0x0600, 0x1000, reply={"result": 7})
    c.stop()
    return Capture(c).find("refused", "OCRP")


@capture
def refused_near():
    """Call-Disconnect-Notify with result 0, which Windows always sends.

    Source: [MS-PTPT] 3.2.5.5."""
    c, call = session()
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, result=0)
    c.stop()
    return Capture(c)


@capture
def unknown_call_id():
    """WAN-Error-Notify names 0x0777, which is neither end's id.

    Source: F26; RFC 2637 2.14."""
    c, call = session()
    c.tell(SERVER, "WEN", call, peer_call_id=0x0777)
    pings(c, call)
    c.end(call)
    return Capture(c).find("unknown_call_id", "WEN", seen=0x0777)


@capture
def unknown_call_id_near():
    """Call-Disconnect-Notify with the client's id and Set-Link-Info from the server with the
    server's own: known ids, of the other owner.

    Source: accel-ppp and npppd."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=A)
    pings(c, call)
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, call_id=P)
    c.stop()
    return Capture(c)


def _two_calls(clear_first):
    c, call = session(call={"serial": 1})
    pings(c, call)
    if clear_first:
        c.clear(call)
    c.call(0x0600, 0x1080, serial=2)
    other = c.calls[-1]
    c.tell(CLIENT, "OCRQ", other, serial=2, tag="second")
    c.tell(SERVER, "OCRP", other)
    lcp(c, other)
    c.stop()
    return c


@capture
def call_id_in_use():
    """The client asks for a second call with the id of the first, which is alive.

    Source: F04; as the Linux helper makes it look outside, lab scenario
    m_two_calls_one_connection."""
    return Capture(_two_calls(False)).find("call_id_in_use", "second")


@capture
def call_id_in_use_near():
    """The second call has the id of the first, which was cleared before.

    Source: F04, look-alike."""
    return Capture(_two_calls(True))


def _echo(close_after):
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "EchoRQ", identifier=5)
    asked = c.now
    pings(c, call, 2, pause=10)
    if close_after:
        c.now = asked + close_after
        c.fin()
    else:
        c.now = asked + 65
        pings(c, call, 1)
        c.tell(SERVER, "EchoRQ", identifier=9)
        c.tell(CLIENT, "EchoRP", identifier=9)
    return c


@capture
def echo_unanswered():
    """An Echo-Request has no reply for 65 s while the connection stays open.

    Source: RFC 2637 3.1.4."""
    return Capture(_echo(None)).find("echo_unanswered", "EchoRQ")


@capture
def echo_unanswered_near():
    """An Echo-Request has no reply; the connection is closed after 50 s.

    Source: RFC 2637 3.1.4."""
    return Capture(_echo(50))
