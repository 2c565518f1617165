"""GRE between other hosts than its control connection.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import ppp
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import Drop, Misdeliver, OtherAddress
from pptpcap.path import Nat, Path, Point, Router

from . import Capture, capture
from .common import CLIENT_1, INSIDE, OUTSIDE, PUBLIC, SERVER_1, behind, ping, pings, session

OTHER_SERVER, UPLINK, DMZ_HOST = "192.168.1.12", "198.51.100.30", "192.168.11.2"


def _requests(c, call, senders, count=5):
    """Both ends ask for LCP, nobody gets an answer."""
    for _ in range(count):
        for sender in senders:
            c.gre(call, sender, ppp.lcp(ppp.REQUEST, 1, ppp.magic(7 + sender)),
                  tag="to server" if sender == CLIENT else "to client", ack=None)
        c.wait(3.0)


def _unanswered(senders=(CLIENT, SERVER), **more):
    c = Conversation(**more)
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    _requests(c, call, senders)
    c.end(call)
    return c


def _from_other_server(c, points=(INSIDE, OUTSIDE), **more):
    """The server sends GRE from its second address, and the NAT does not let that in."""
    nat = Nat(PUBLIC, faults=[Drop("GRE", sender=SERVER)], **more)
    server = Router(faults=[OtherAddress(OTHER_SERVER, sender=SERVER)], ttl_step=0)
    return Capture(c, path=Path([*points, Point("server", hidden=True)], [nat, server]))


@capture
def gre_other_source():
    """The server answers the call with GRE from its second address, 192.168.1.12.

    Source: F24; a server with two addresses."""
    return (_from_other_server(_unanswered())
            .find("gre_other_source", "to client", OUTSIDE, direction="pac_to_pns")
            .allow("gre_one_way", "ppp_stalled"))


@capture
def gre_other_source_outside_only():
    """The same, captured on the server's side of the NAT alone.

    Source: F24; a server with two addresses."""
    return (_from_other_server(_unanswered(), points=(Point(INSIDE, hidden=True), OUTSIDE))
            .find("gre_other_source", "to client", 1, direction="pac_to_pns")
            .allow("gre_one_way", "ppp_stalled"))


@capture
def gre_other_source_uplinks():
    """From outside alone: GRE comes to the server from another uplink of the client's side.

    Source: F24; a router with several uplinks."""
    path = Path([Point(INSIDE, hidden=True), OUTSIDE],
                [Nat(PUBLIC, faults=[OtherAddress(UPLINK, sender=CLIENT)])])
    return (Capture(_unanswered((CLIENT,)), path=path)
            .find("gre_other_source", "to server", 1, direction="pns_to_pac")
            .allow("gre_one_way", "ppp_stalled"))


@capture
def gre_other_source_near():
    """The last packets of an older call, to another address of the server, come while the new call
    with the same Call ID is being set up; the new one's own GRE comes from the right address.

    Source: F24, look-alike."""
    old, old_call = session(server=OTHER_SERVER, name="old", client_port=49100)
    end = old.now
    c, call = session(start=end, isn=(3000000, 9000000), name="new")
    old.now = c.now
    pings(old, old_call, 2)
    pings(c, call, 3)
    c.end(call)
    see = lambda packet: packet.event.connection is c or packet.event.time >= end
    return (Capture(old, c, path=behind(points=(Point(INSIDE, see=see), Point(OUTSIDE, see=see))))
            .find("gre_without_call").loosely().exits(None))


def _uplinks(c):
    """Inside, and two uplinks: the control connection takes the first, GRE the second."""
    first = Point("wan1", see=lambda packet: packet.event.kind == "tcp")
    second = Point("wan2", see=lambda packet: packet.event.kind == "gre")
    other = Router(faults=[OtherAddress(UPLINK, sender=CLIENT), Misdeliver(PUBLIC, sender=SERVER)],
                   ttl_step=0)
    server = Router(faults=[Misdeliver(UPLINK, sender=SERVER)], ttl_step=0)
    return Capture(c, path=Path([INSIDE, first, second, Point("server", hidden=True)],
                                [Nat(PUBLIC), other, server]))


@capture
def gre_other_address_uplinks():
    """The control connection leaves by the first uplink, GRE by the second; the server, which looks
    the tunnel up by the address, sends none.

    Source: F24; a router with several uplinks."""
    return (_uplinks(_unanswered((CLIENT,)))
            .find("gre_other_address", "to server", "wan2", direction="pns_to_pac")
            .allow("gre_one_way", "ppp_stalled"))


@capture
def gre_other_address_uplinks_both_ways():
    """The same with a server that answers to the address that GRE came from.

    Source: F24; a router with several uplinks."""
    c, call = session()
    pings(c, call, 3)
    c.end(call)
    return (_uplinks(c)
            .find("gre_other_address", "LCP", "wan2", direction="pns_to_pac"))


@capture
def gre_other_address_near_asymmetric():
    """GRE takes another uplink than the control connection, with the same addresses.

    Source: F24, look-alike: asymmetric routing."""
    c, call = session()
    pings(c, call, 3)
    c.end(call)
    points = [INSIDE, Point("wan1", see=lambda packet: packet.event.kind == "tcp"),
              Point("wan2", see=lambda packet: packet.event.kind == "gre")]
    return Capture(c, path=Path(points, [Nat(PUBLIC), Router(ttl_step=0)]))


@capture
def gre_other_address_untranslated():
    """From some packet on GRE leaves with the client's private address.

    Source: F24; fast paths that forward GRE past the NAT."""
    c, call = session()
    pings(c, call, 2)
    start = c.now
    ping(c, call, CLIENT, tag="untranslated")
    pings(c, call, 3)
    c.end(call)
    fault = OtherAddress(CLIENT_1, sender=CLIENT, after=start - 0.001)
    return (Capture(c, path=behind(fault))
            .find("gre_other_address", "untranslated", OUTSIDE, direction="pns_to_pac"))


@capture
def gre_misdelivered_router():
    """The client is the NAT itself, and the server's GRE goes to its DMZ host.

    Source: F24; a static forward of all protocols."""
    c = Conversation(PUBLIC, SERVER_1, ttl=(65, 64))
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    _requests(c, call, (CLIENT, SERVER))
    c.end(call)
    see = lambda packet: packet.event.kind == "gre" and packet.event.sender == SERVER
    path = Path([Point(INSIDE, see=see), OUTSIDE],
                [Router(faults=[Misdeliver(DMZ_HOST, sender=SERVER)])])
    return (Capture(c, path=path)
            .find("gre_misdelivered", "to client", INSIDE, direction="pac_to_pns")
            .allow("gre_one_way", "ppp_stalled"))


@capture
def gre_misdelivered_near_one_direction():
    """The client is behind the NAT, captured inside with `proto 47` and in one direction only.

    Source: F34, look-alike."""
    c, call = session()
    pings(c, call, 3)
    c.end(call)
    see = lambda packet: packet.event.kind == "gre" and packet.event.sender == SERVER
    return (Capture(c, path=behind(points=(Point(INSIDE, see=see), OUTSIDE)))
            .allow("gre_without_call").exits(None))


@capture
def gre_misdelivered_dmz():
    """The client is behind the NAT, which gives the server's GRE to a DMZ host instead.

    Source: F24; a static forward of all protocols."""
    return (Capture(_unanswered(), path=behind(Misdeliver(DMZ_HOST, sender=SERVER)))
            .find("gre_misdelivered", "to client", INSIDE, direction="pac_to_pns")
            .allow("gre_one_way", "ppp_stalled"))
