"""Across a NAT: GRE that does not arrive, or not where it should.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import ppp
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import Drop, Misdeliver, OtherAddress
from pptpcap.path import Point

from . import Capture, capture
from .common import (CLIENT_1, CLIENT_2, INSIDE, OUTSIDE, PUBLIC, behind, ping, pings, second,
                     session)


def _inbound(count, *faults, pause=0.3):
    """The client's GRE passes; what the server sends is up to `faults`."""
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 1, ppp.magic(1)), tag="to server")
    for number in range(count):
        c.gre(call, SERVER, ppp.lcp(ppp.REQUEST if number % 2 == 0 else ppp.CONFIG_ACK, 1,
                                    ppp.magic(2 - number % 2)), tag="to client", ack=None)
        c.wait(pause)
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 2, ppp.magic(1)), tag="to server")
    c.end(call)
    return Capture(c, path=behind(*faults))


@capture
def gre_not_forwarded():
    """GRE from the server does not pass the NAT, GRE from the client does; ids are right.

    Source: F07; lab capture d_helper_gre_in_blocked."""
    return (_inbound(3, Drop("GRE", sender=SERVER))
            .find("gre_not_forwarded", "to client", OUTSIDE, direction="pac_to_pns"))


@capture
def gre_not_forwarded_outbound():
    """GRE from the client does not leave; the server's arrives.

    Source: F07; lab scenario d2_helper_gre_out_blocked."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind(Drop("GRE", sender=CLIENT)))
            .find("gre_not_forwarded", "LCP", INSIDE, direction="pns_to_pac"))


@capture
def gre_not_forwarded_icmp():
    """The server's only GRE packet is answered by the NAT with ICMP protocol unreachable.

    Source: F07; lab capture a2_one_client_nohelper."""
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000)
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 1, ppp.magic(1)), tag="to server")
    c.gre(call, SERVER, ppp.lcp(ppp.REQUEST, 1, ppp.magic(2)), tag="to client")
    c.icmp("to client", nat=0)
    c.fin(SERVER)
    return (Capture(c, path=behind(Drop("GRE", sender=SERVER)))
            .find("gre_not_forwarded", "to client", OUTSIDE, direction="pac_to_pns")
            .find("gre_rejected", "ICMP", OUTSIDE))


@capture
def gre_not_forwarded_idle():
    """After 31 s without a packet from the client the NAT has forgotten the tunnel: the server's
    GRE ends there.

    Source: F09: 30 s is the GRE time-out of Linux without a reply."""
    c, call = session()
    pings(c, call)
    c.wait(31)
    for number in range(4):
        ping(c, call, SERVER, tag=f"late {number}", ack=None)
        c.wait(1.5)
    c.echo()
    c.end(call)
    return (Capture(c, path=behind(Drop("GRE", sender=SERVER, idle=30)))
            .find("gre_not_forwarded", "late 0", OUTSIDE, direction="pac_to_pns"))


@capture
def gre_not_forwarded_near():
    """Every second packet from the server is lost at the NAT: loss, not a closed door.

    Source: lab capture g_loss."""
    c, call = session()
    pings(c, call, 6)
    c.end(call)
    return Capture(c, path=behind(Drop("GRE", sender=SERVER, nth=(2, 4, 6))))


@capture
def gre_not_forwarded_near_not_captured():
    """The inside point captured TCP only, the outside point everything.

    Source: F07, look-alike: a capture filter on one side."""
    c, call = session()
    pings(c, call)
    c.end(call)
    points = (Point(INSIDE, see=lambda packet: packet.event.kind == "tcp"), Point(OUTSIDE))
    return Capture(c, path=behind(points=points)).allow("gre_not_captured").exits(3)


@capture
def gre_not_forwarded_near_late_start():
    """The inside capture stops in mid-call: what the outside sees later is outside its coverage.

    Source: F34: the start or end of a call is not covered."""
    c, call = session()
    pings(c, call)
    end = c.now
    pings(c, call, 4)
    c.end(call)
    points = (Point(INSIDE, see=lambda packet: packet.event.time < end), Point(OUTSIDE))
    return Capture(c, path=behind(points=points))


@capture
def gre_maybe_not_forwarded():
    """The server sends one GRE packet, which does not pass; nothing says why.

    Source: F07, weak form: 1 of 1."""
    return (_inbound(1, Drop("GRE", sender=SERVER))
            .find("gre_maybe_not_forwarded", "to client", OUTSIDE, direction="pac_to_pns"))


@capture
def gre_maybe_not_forwarded_near():
    """The server sends two, the second is lost: one of two is loss.

    Source: F07, look-alike."""
    return _inbound(2, Drop("GRE", sender=SERVER, nth=(1,)))


@capture
def gre_misdelivered():
    """Two packets of the first client's call arrive at the second client, whose id inside is the
    same; before and after they arrive where they should.

    Source: F10, F24; lab scenario c4_gre_static_same_id."""
    one, call = session(name="one")
    two, other = second()
    pings(one, call, 2)
    pings(two, other, 2)
    start = one.now = max(one.now, two.now)
    ping(one, call, SERVER, tag="astray")
    ping(one, call, SERVER, tag="astray")
    end = one.now
    pings(one, call, 2)
    one.end(call)
    two.now = one.now
    two.end(other)
    fault = Misdeliver(CLIENT_2, sender=SERVER, connection=one, after=start - 0.001,
                       until=end - 0.001)
    return (Capture(one, two, path=behind(fault))
            .find("gre_misdelivered", "one.astray", INSIDE))


@capture
def gre_misdelivered_near():
    """Two clients with the same id inside, each gets its own packets.

    Source: lab capture b_two_clients_same_id_helper."""
    one, call = session(name="one")
    two, other = second()
    pings(one, call, 3)
    pings(two, other, 3)
    one.end(call)
    two.end(other)
    return Capture(one, two, path=behind())


@capture
def gre_other_address():
    """The control connection leaves from 192.168.1.30, GRE from 192.168.1.31.

    Source: F24; Nokia 7750: they must share the outside address."""
    c, call = session()
    pings(c, call)
    c.end(call)
    fault = OtherAddress("192.168.1.31", sender=CLIENT)
    return (Capture(c, path=behind(fault)).find("gre_other_address", "LCP", OUTSIDE)
            .allow("gre_without_call"))


@capture
def gre_other_address_near():
    """Two clients, two public addresses, and each one's GRE leaves from its own.

    Source: F24, look-alike."""
    one, call = session(0x0600, name="one")
    two, other = second(0x0700)
    pings(one, call)
    pings(two, other)
    one.end(call)
    two.end(other)
    return Capture(one, two, path=behind(addresses={CLIENT_1: PUBLIC,
                                                    CLIENT_2: "192.168.1.31"}))
