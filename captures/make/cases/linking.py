"""Paths on which the halves of a call are hard to find, and rows of NATs of which one is wrong.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap.conversation import SERVER
from pptpcap.faults import Drop, WrongId
from pptpcap.path import Nat, Path, Point
from pptpcap.pptp import P

from . import Capture, capture
from .common import INSIDE, OUTSIDE, behind, pings, second, session

MIDDLE = "middle"


def _whole(**more):
    """A session with data and Set-Link-Info both ways, ended in order."""
    c, call = session(**more)
    pings(c, call, 3)
    c.tell(SERVER, "SLI", call, peer_call_id=P, tag="server's SLI")
    pings(c, call, 3)
    c.end(call)
    return c


def _two_nats(first=(), last=()):
    return Path((INSIDE, MIDDLE, OUTSIDE),
                [Nat("100.64.0.7", faults=first),
                 Nat("203.0.113.1", choose=lambda call, value, used: 777, faults=last)])


@capture
def two_nats_first_wrong():
    """Three points: the NAT at the client leaves the server's Set-Link-Info as it came; the one
    farther out translates it.

    Source: F01 behind F19; which of two NATs it is shows only with the point between them."""
    fault = WrongId("SLI", "untranslated", sender=SERVER)
    return (Capture(_whole(), path=_two_nats(first=[fault]))
            .find("callid_mistranslated", "server's SLI", INSIDE, expected=0x0600, seen=49152,
                  mistranslation="untranslated").allow("unknown_call_id"))


@capture
def two_nats_last_wrong():
    """Three points: the NAT at the server's side spoils the Set-Link-Info; the one at the client
    has no id of that value to translate and lets it pass.

    Source: as two_nats_first_wrong; the finding belongs to the outer hop."""
    fault = WrongId("SLI", "untranslated", sender=SERVER)
    return (Capture(_whole(), path=_two_nats(last=[fault]))
            .find("callid_mistranslated", "server's SLI", MIDDLE, expected=49152, seen=777,
                  mistranslation="untranslated").allow("unknown_call_id"))


@capture
def two_nats_gre_blocked_at_the_last():
    """Three points: GRE from the server ends at the outer NAT.

    Source: F07 behind F19."""
    return (Capture(_whole(), path=_two_nats(last=[Drop("GRE", sender=SERVER)]))
            .find("gre_not_forwarded", None, OUTSIDE, direction="pac_to_pns")
            .allow("gre_one_way", "ppp_stalled"))


@capture
def both_ends_behind_nat():
    """Client and server each behind a NAT of their own, with a point on the way between them.

    Source: two masquerading routers, one forwarding TCP 1723 and protocol 47."""
    return Capture(_whole(server="10.9.8.7"),
                   path=Path((INSIDE, MIDDLE, OUTSIDE),
                             [Nat("198.51.100.3"), Nat("203.0.113.9", hides=SERVER, edits=None)])
                   ).allow("no_editor")


@capture
def sequence_numbers_changed():
    """Two clients behind a firewall that gives every connection new TCP sequence numbers on its
    way: neither initial nor raw numbers agree, messages and GRE do.

    Source: firewalls that randomise initial sequence numbers."""
    path = Path((INSIDE, OUTSIDE), [Nat(isn_shift=0x31415926)])
    two, call = second(0x0700)
    pings(two, call, 6)
    two.end(call)
    return Capture(_whole(), two, path=path)


@capture
def sequence_numbers_changed_fault():
    """The same, and the server's Set-Link-Info comes in untranslated.

    Source: F01 where TCP's numbers do not help."""
    fault = WrongId("SLI", "untranslated", sender=SERVER)
    path = Path((INSIDE, OUTSIDE), [Nat(isn_shift=0x31415926, faults=[fault])])
    return (Capture(_whole(), path=path)
            .find("callid_mistranslated", "server's SLI", INSIDE, expected=0x0600, seen=49152,
                  mistranslation="untranslated").allow("unknown_call_id"))


def _from_gre_on():
    c, call = session()
    start = c.now
    pings(c, call, 8)
    return c, lambda packet: packet.event.time >= start


@capture
def mid_call_gre_only():
    """Both points joined in mid-call and saw GRE only: the same packets, other ids on the way back.

    Source: a capture filter `proto 47` on both sides."""
    c, later = _from_gre_on()
    return (Capture(c, path=behind(points=(Point(INSIDE, see=later), Point(OUTSIDE, see=later))))
            .allow("gre_without_call").exits(3))


@capture
def mid_call_inside_only():
    """The outside point saw the set-up, the inside one joined in mid-call.

    Source: captures started one after the other."""
    c, later = _from_gre_on()
    return (Capture(c, path=behind(points=(Point(INSIDE, see=later), Point(OUTSIDE))))
            .allow("gre_without_call").exits(3))


@capture
def mid_call_then_end():
    """Both points joined in mid-call and see the end: Call-Clear-Request and what follows it.

    Source: captures started when the trouble was noticed."""
    c, later = _from_gre_on()
    c.end(c.calls[0])
    return (Capture(c, path=behind(points=(Point(INSIDE, see=later), Point(OUTSIDE, see=later))))
            .allow("gre_without_call", "resynchronised").exits(3))


@capture
def hairpin():
    """Client and server on one LAN, the call goes through the NAT's public address: one interface
    sees each packet twice, with both addresses changed.

    Source: F18."""
    points = (Point("lan", interface=0), Point("nat", hidden=True), Point("lan again", interface=0))
    hops = [Nat("203.0.113.1"), Nat("203.0.113.1", hides=SERVER, edits=None)]
    return Capture(_whole(server="192.168.11.99"), path=Path(points, hops))


@capture
def vlans_of_one_interface():
    """Router on a stick: inside and outside are two VLANs of one interface.

    Source: a switch port that mirrors a trunk."""
    points = (Point("trunk", interface=0, vlan=10), Point("trunk again", interface=0, vlan=20))
    return Capture(_whole(), path=behind(points=points))
