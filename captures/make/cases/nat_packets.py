"""Across a NAT: segments, octets, copies, fragments, sizes, and what cannot be linked.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import AlterOctet, Damage, Drop, StaleChecksum, StaleHeaderChecksum, WrongId
from pptpcap.path import Point
from pptpcap.pptp import P

from . import Capture, capture
from .common import CLIENT_1, CLIENT_2, INSIDE, OUTSIDE, behind, lcp, ping, pings, session


def _blocked_control(nth):
    """An Echo-Request and its retransmissions meet a NAT that drops them (all, or those in nth)."""
    c, call = session()
    pings(c, call)
    known = c.next[CLIENT]
    c.tell(CLIENT, "EchoRQ", identifier=1)
    for number in range(3):
        c.wait(1)
        c.retransmit("EchoRQ")
    pings(c, call)
    if nth is None:
        c.segment(SERVER, net.RST | net.ACK, tag="RST", ack=known)
    else:
        c.tell(SERVER, "EchoRP", identifier=1)
        c.end(call)
    return Capture(c, path=behind(Drop("EchoRQ", nth=nth)))


@capture
def control_not_forwarded():
    """A segment and its three retransmissions are seen inside and never outside; GRE passes.

    Source: F22, F30."""
    return _blocked_control(None).find("control_not_forwarded", "EchoRQ", INSIDE)


@capture
def control_not_forwarded_near():
    """The segment is lost twice, the second retransmission passes.

    Source: ordinary TCP."""
    return _blocked_control((0, 1))


@capture
def payload_altered():
    """The NAT changes an octet of the host name.

    Source: F28: a wrong offset."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind(AlterOctet("SCCRQ", 30, 0x21)))
            .find("payload_altered", "SCCRQ", OUTSIDE))


@capture
def payload_altered_near():
    """The NAT clamps the MSS option of both SYNs to 1360: no octet of PPTP.

    Source: ordinary routers."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(mss=1360))


@capture
def checksum_not_updated():
    """The server's Set-Link-Info is translated on its way in and its TCP checksum is not.

    Source: F16."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind(StaleChecksum("SLI", sender=SERVER)))
            .find("checksum_not_updated", "SLI", INSIDE))


@capture
def checksum_not_updated_near():
    """Inside, where it is sent, every checksum of the client is wrong; outside all are right:
    offload.

    Source: F16, look-alike."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(points=(Point(INSIDE, offload=CLIENT), Point(OUTSIDE))))


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


def _repeated_request(*faults):
    c = Conversation()
    c.start()
    call = c.call(0x0600, 0x1000)
    c.tell(CLIENT, "OCRQ", call)
    c.wait(0.2)
    c.retransmit("OCRQ")
    c.tell(SERVER, "OCRP", call)
    lcp(c, call)
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(*faults))


@capture
def retransmission_differs():
    """The client sends its request twice, alike; outside the second copy has another id.

    Source: F15: libalias takes a second alias."""
    return (_repeated_request(WrongId("OCRQ", 0xC001, again=True))
            .find("retransmission_differs", "OCRQ again", OUTSIDE))


@capture
def retransmission_differs_near():
    """The client sends its request twice, and both copies are alike at both points.

    Source: ordinary TCP."""
    return _repeated_request()


CALL_ID = 13  # the low octet of an Outgoing-Call-Request's


@capture
def damaged_segment():
    """The Call ID of the request is damaged on the way out of the NAT, its checksum tells; the
    retransmission is right.

    Source: RFC 9293 3.1: the receiver drops it."""
    return (_repeated_request(Damage("OCRQ", CALL_ID, 0x5A))
            .find("damaged_segment", "OCRQ", OUTSIDE))


def _offloaded(**point):
    c = Conversation()
    c.start()
    call = c.call(0x0600, 0x1000)
    c.tell(CLIENT, "OCRQ", call)
    c.wait(0.2)
    c.retransmit("OCRQ")
    c.tell(SERVER, "OCRP", call)
    c.tell(CLIENT, "SLI", call)
    lcp(c, call)
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(points=(Point(INSIDE, offload=CLIENT, **point), Point(OUTSIDE))))


@capture
def damaged_segment_near():
    """The client is captured where it sends and lets its network adapter compute the checksums: all
    are wrong inside, a retransmission's too.

    Source: capturing with checksum offload."""
    return _offloaded()


@capture
def damaged_segment_near_partly_offloaded():
    """The same, but only segments with octets have wrong checksums inside.

    Source: segmentation offload."""
    return _offloaded(offloaded=lambda event: bool(event.parts))


@capture
def damaged_segment_near_alternating():
    """The same, but only requests have wrong checksums inside, and each is acknowledged.

    Source: adapters that take large segments only."""
    return _offloaded(offloaded=lambda event: event.tag in ("OCRQ", "OCRQ again"))


@capture
def damaged_segment_inside():
    """The server's Set-Link-Info is damaged on its way in; the retransmission is right.

    Source: RFC 9293 3.1."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    c.wait(0.3)
    c.retransmit("SLI")
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind(Damage("SLI", CALL_ID, 0x5A, sender=SERVER)))
            .find("damaged_segment", "SLI", INSIDE))


@capture
def damaged_segment_unrepeated():
    """As damaged_segment_inside, but no right copy was captured although the client acknowledges
    one: what the message says is held against nobody.

    Source: loss in capturing."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(Damage("SLI", CALL_ID, 0x5A, sender=SERVER)))


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
