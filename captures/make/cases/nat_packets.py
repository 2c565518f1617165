"""Across a NAT: segments, octets, copies, fragments, sizes, and what cannot be linked.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import AlterOctet, Drop, StaleChecksum, WrongId
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
