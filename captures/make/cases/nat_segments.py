"""Across a NAT: segments of the control connection, their bytes, checksums and copies.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import AlterOctet, Damage, Drop, StaleChecksum, WrongId
from pptpcap.path import Point
from pptpcap.pptp import P

from . import Capture, capture
from .common import INSIDE, OUTSIDE, behind, lcp, pings, session


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
