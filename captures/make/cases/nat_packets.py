"""Across a NAT: IP headers, mappings, fragments, sizes, loss, and what cannot be linked.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import Drop, StaleHeaderChecksum, WrongId

from . import Capture, capture
from .common import CLIENT_1, CLIENT_2, INSIDE, OUTSIDE, behind, lcp, ping, pings, session


def _stale_header(fault, acknowledged):
    c, call = session()
    for number in range(4):
        ping(c, call, CLIENT, tag=f"stale {number}")
        if acknowledged:
            ping(c, call, SERVER)
        else:
            ping(c, call, SERVER, ack=None)
    c.end(call)
    return Capture(c, path=behind(fault))


@capture
def ip_checksum_wrong():
    """GRE packets to the server leave the NAT with the IP header checksum of the client's address,
    from the fourth on; the server acknowledges none of them.

    Source: forwarding in hardware, with the checksum left to an adapter that does not know."""
    start = session()[0].now
    return (_stale_header(StaleHeaderChecksum("GRE", sender=CLIENT, after=start), False)
            .find("ip_checksum_wrong", "stale 0", OUTSIDE, direction="pns_to_pac"))


@capture
def ip_checksum_wrong_near():
    """The same checksums in all packets to the server, which acknowledges them: the NAT is captured
    where it sends, and its network adapter fills them in later.

    Source: checksum offload, look-alike."""
    return _stale_header(StaleHeaderChecksum(sender=CLIENT), True)


@capture
def ip_checksum_wrong_near_zero():
    """The NAT is captured where it sends; no packet has an IP header checksum yet.

    Source: checksum offload, look-alike."""
    return _stale_header(StaleHeaderChecksum(sender=CLIENT, zero=True), False)


@capture
def ip_checksum_wrong_inbound():
    """Segments of the control connection reach the client with the IP header checksum of the
    NAT's address, from the Start reply on: it sends its request again and gets no further.

    Source: as ip_checksum_wrong."""
    c = Conversation()
    c.open()
    c.tell(CLIENT, "SCCRQ")
    c.tell(SERVER, "SCCRP")
    for number in range(3):
        c.wait(1)
        c.segment(CLIENT, net.PSH | net.ACK, c.find("SCCRQ").parts, tag="SCCRQ again",
                  seq=c.find("SCCRQ").seq, ack=c.find("SCCRQ").ack, again=True)
        c.retransmit("SCCRP")
    stale = StaleHeaderChecksum("SCCRP", sender=SERVER)
    return Capture(c, path=behind(stale)).find("ip_checksum_wrong", "SCCRP", INSIDE)


@capture
def ip_checksum_wrong_unanswered():
    """Every connection request leaves the NAT with the IP header checksum of the client's address.
    Nobody answers: routers and the server drop them.

    Source: as ip_checksum_wrong."""
    c = Conversation()
    for pause in (1, 2, 4):
        c.segment(CLIENT, net.SYN, tag="SYN", seq=c.isn[0], options=net.mss_option(1460))
        c.wait(pause)
    return (Capture(c, path=behind(StaleHeaderChecksum("SYN")))
            .find("ip_checksum_wrong", "SYN", OUTSIDE).find("tcp_refused", "SYN", OUTSIDE))


@capture
def mapping_changed():
    """In mid-call the NAT stops translating GRE on its way in.

    Source: F31: the helper is lost."""
    c, call = session()
    pings(c, call, 3)
    start = c.now
    for number in range(3):
        ping(c, call, CLIENT)
        ping(c, call, SERVER, tag=f"late {number}")
    c.end(call)
    fault = WrongId("GRE", "untranslated", sender=SERVER, after=start)
    return (Capture(c, path=behind(fault))
            .find("mapping_changed", "late 0", INSIDE, expected=0x0600, seen=49152)
            .allow("callid_mistranslated", "gre_without_call"))


@capture
def mapping_changed_near():
    """The client clears its call and asks for another one on the same connection, with the same id:
    the NAT may give the new call a new map.

    Source: F31, look-alike: re-dial."""
    c, call = session(call={"serial": 1, "outside": 1000})
    pings(c, call)
    c.clear(call)
    other = c.outgoing(0x0600, 0x1080, serial=2, outside=2000)
    lcp(c, other)
    pings(c, other)
    c.end(other)
    return Capture(c, path=behind())


def _fragments(*faults):
    c, call = session()
    pings(c, call)
    ping(c, call, SERVER, size=900, mtu=576, tag="large")
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(*faults))


@capture
def fragment_lost():
    """A GRE packet from the server is fragmented; the NAT passes its first fragment only.

    Source: F17."""
    return _fragments(Drop("GRE", sender=SERVER, fragments=True)).find("fragment_lost")


@capture
def fragment_lost_near():
    """A GRE packet from the server is fragmented; both fragments pass.

    Source: F17, look-alike."""
    return _fragments()


def _sizes(*faults):
    c, call = session()
    for number in range(4):
        ping(c, call, CLIENT)
        ping(c, call, SERVER, tag=f"small {number}")
        ping(c, call, SERVER, size=400, tag=f"large {number}", ack=None)
    c.end(call)
    return Capture(c, path=behind(*faults))


@capture
def large_packets_lost():
    """Packets above 300 octets from the server do not pass, smaller ones do.

    Source: an MTU too small and its ICMP filtered: connects, then stalls."""
    return (_sizes(Drop("GRE", sender=SERVER, larger=300))
            .find("large_packets_lost", "large 0", OUTSIDE, direction="pac_to_pns"))


@capture
def large_packets_lost_near():
    """Three packets are lost, two large and one small, and other large ones pass.

    Source: ordinary loss."""
    return _sizes(Drop("GRE", sender=SERVER, nth=(3, 5, 6)))


def _losses(*lost):
    c, call = session()
    pings(c, call, 40)
    c.end(call)
    return Capture(c, path=behind(Drop("GRE", sender=SERVER, nth=lost)))


@capture
def gre_loss():
    """Six packets from the server are lost here and there.

    Source: lab capture g_loss; a lossy line."""
    return (_losses(4, 9, 10, 17, 25, 31)
            .find("gre_loss", None, direction="pac_to_pns"))


@capture
def gre_loss_near():
    """Four packets from the server are lost here and there.

    Source: ordinary loss."""
    return _losses(4, 9, 17, 31)


def _twins(isn):
    """Two clients that do the same at the same time; no IP IDs, so that nothing tells them apart
    but their sequence numbers."""
    twins = []
    for number, client in enumerate((CLIENT_1, CLIENT_2)):
        c = Conversation(client, client_port=49152 + number, isn=isn[number], step=0.01,
                         start=0.00005 * number, name=("one", "two")[number], ip_id=None)
        c.start()
        call = c.outgoing(0x0600, 0x1000 + number)
        c.tell(CLIENT, "SLI", call)
        c.stop()
        twins.append(c)
    return Capture(*twins, path=behind())


@capture
def link_ambiguous():
    """Two clients with the same initial sequence numbers say the same at the same time: each fits
    both connections outside.

    Source: the rule of the finding; a tie is never a guess."""
    return (_twins(((1000000, 5000000), (1000000, 5000000)))
            .find("link_ambiguous").allow("link_ambiguous").exits(3))


@capture
def link_ambiguous_near():
    """The same, but the sequence numbers differ: one to one.

    Source: the rule of link_ambiguous."""
    return _twins(((1000000, 5000000), (2000000, 7000000))).exits(3)
