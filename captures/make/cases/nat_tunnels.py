"""Across a NAT: requests left untranslated, tunnels that cannot be told apart, no editor.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import ppp
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import Drop, RewriteDisconnect
from pptpcap.path import Path, Point, Router
from pptpcap.pptp import P

from . import Capture, capture
from .common import (CLIENT_1, CLIENT_2, INSIDE, OUTSIDE, PUBLIC, SERVER_2, behind, pings, second,
                     session)


def _linux_editor(pipelined):
    """Client one works; client two sends its request in a way a Linux editor cannot read."""
    one, call = session(name="one")
    pings(one, call)
    two = Conversation(CLIENT_2, client_port=50250, isn=(2000000, 7000000), start=0.3, name="two")
    two.open()
    other = two.call(0x0600, 0x1080)
    if pipelined:
        two.say(CLIENT, two.message(CLIENT, "SCCRQ", host_name="two"),
                two.message(CLIENT, "OCRQ", other), tag="OCRQ")
        two.tell(SERVER, "SCCRP", host_name="server")
        two.tell(SERVER, "OCRP", other)
    else:
        two.greet()
        two.tell(CLIENT, "OCRQ", other, cut=(10,))
        two.tell(SERVER, "OCRP", other)
    two.gre(other, CLIENT, ppp.lcp(ppp.REQUEST, 1, ppp.magic(21)), tag="to server")
    for number in range(2):
        two.gre(other, SERVER, ppp.lcp(ppp.REQUEST, number, ppp.magic(22)), tag="to client")
    two.rst(CLIENT)
    fault = Drop("GRE", sender=SERVER, connection=two)
    made = Capture(one, two, path=behind(fault, segments=True))
    tag, finding = ("two.OCRQ", "message_not_first") if pipelined else ("two.OCRQ/2",
                                                                        "message_split")
    return (made.find(finding, tag, INSIDE).find(finding, tag, OUTSIDE)
            .find("setup_untranslated", tag, OUTSIDE)
            .find("gre_not_forwarded", "two.to client", OUTSIDE, direction="pac_to_pns")
            .allow("unexpected_in_state"))


@capture
def setup_untranslated():
    """The second client's Outgoing-Call-Request is cut after 10 octets and leaves untranslated; the
    server's GRE does not come back in. The first client's call is translated.

    Source: F13; lab capture k_split_ocrq."""
    return _linux_editor(False)


@capture
def setup_untranslated_pipelined():
    """The second client sends both its requests in one segment; the editor sees the first only.

    Source: F14; lab scenario k2_pipelined."""
    return _linux_editor(True)


@capture
def setup_untranslated_near():
    """The NAT leaves the first client's 256 as it is, because it is free, and translates the second
    one's. Both work.

    Source: Pouseele 2007: Windows RRAS."""
    one, call = session(256, name="one")
    two, other = second(256)
    pings(one, call, 3)
    pings(two, other, 3)
    one.end(call)
    two.end(other)
    return Capture(one, two, path=behind(choose="keep"))


@capture
def disconnect_rewritten():
    """Call-Disconnect-Notify leaves the server with its own id and arrives with the client's.

    Source: F02, the Linux helper; lab capture l2_server_sigterm."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind(RewriteDisconnect(sender=SERVER)))
            .find("disconnect_rewritten", "CDN", INSIDE, expected=0x1000, seen=0x0600))


@capture
def disconnect_rewritten_near():
    """Call-Disconnect-Notify leaves the server with the client's id already, and is translated.

    Source: accel-ppp; F02, look-alike."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, call_id=P)
    c.stop()
    return Capture(c, path=behind())


def _same(call, value, used):
    """A NAT that gives every client the same id."""
    return 1000


@capture
def tunnel_ambiguous():
    """The NAT gives both clients 1000 outside. GRE still reaches the right ones, by luck.

    Source: F06; Pouseele 2007; libalias with same_ports."""
    one, call = session(0x0600, name="one")
    two, other = second(0x0700)
    pings(one, call, 3)
    pings(two, other, 3)
    return (Capture(one, two, path=behind(choose=_same))
            .find("tunnel_ambiguous", "two.OCRP", OUTSIDE))


@capture
def tunnel_ambiguous_outside_only():
    """The same, captured outside only: that suffices.

    Source: F06: certain from the outside alone."""
    one, call = session(0x0600, name="one")
    two, other = second(0x0700)
    pings(one, call, 3)
    pings(two, other, 3)
    points = (Point(INSIDE, hidden=True), Point(OUTSIDE))
    made = Capture(one, two, path=behind(points=points, choose=_same))
    return made.find("tunnel_ambiguous", "two.OCRP", OUTSIDE)


@capture
def tunnel_ambiguous_near():
    """The client is killed and calls again with the same id; its old connection is never closed and
    never heard of again. The server gives the new call the same id outside too.

    Source: F06, look-alike: reconnect without Call-Disconnect-Notify."""
    one, call = session(0x0600, 0x1000, name="one", call={"outside": 1000})
    pings(one, call)
    two, other = session(0x0600, 0x1080, name="two", client_port=49153, isn=(3000000, 9000000),
                         start=one.now + 5, call={"outside": 1000})
    pings(two, other, 3)
    two.end(other)
    return Capture(one, two, path=behind())


@capture
def tunnel_ambiguous_near_two_servers():
    """Both clients are 1000 outside, but they talk to two servers.

    Source: F06, look-alike."""
    one, call = session(0x0600, name="one")
    two, other = second(0x0700, server=SERVER_2)
    pings(one, call, 3)
    pings(two, other, 3)
    return Capture(one, two, path=behind(choose=_same))


@capture
def tunnel_ambiguous_near_two_addresses():
    """Both clients are 1000 outside, but the NAT gives each an address of its own.

    Source: F06, look-alike."""
    one, call = session(0x0600, name="one")
    two, other = second(0x0700)
    pings(one, call, 3)
    pings(two, other, 3)
    addresses = {CLIENT_1: PUBLIC, CLIENT_2: "192.168.1.31"}
    return Capture(one, two, path=behind(choose=_same, addresses=addresses))


def _pending(clear_first):
    one, call = session(0x0600, name="one")
    pings(one, call)
    if clear_first:
        one.end(call)
    two = Conversation(CLIENT_2, client_port=50250, isn=(2000000, 7000000), start=one.now,
                       name="two")
    two.start()
    other = two.call(0x0700, 0x1080)
    two.tell(CLIENT, "OCRQ", other)
    if not clear_first:
        one.now = two.now
        pings(one, call, 3)
    return Capture(one, two, path=behind(choose=_same))


@capture
def tunnel_maybe_ambiguous():
    """The second client's request has the first one's id outside and is not answered before the
    capture ends.

    Source: F06, weak form."""
    return _pending(False).find("tunnel_maybe_ambiguous", "two.OCRQ", OUTSIDE)


@capture
def tunnel_maybe_ambiguous_near():
    """The same, but the first call was cleared and its connection closed before.

    Source: F06, look-alike."""
    return _pending(True)


@capture
def no_editor():
    """Addresses are translated, the Call ID is not, in the only call there is. It works.

    Source: F05; an ordinary masquerade with one client."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(editor=False)).find("no_editor", "OCRQ", OUTSIDE)


@capture
def no_editor_near():
    """Neither addresses nor Call IDs are translated: a router, no NAT.

    Source: F05, look-alike."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=Path((INSIDE, OUTSIDE), [Router()]))
