"""How a capture was taken, and what pptpnat keeps of it: copies of a mirror port, limits.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net
from pptpcap.conversation import CLIENT, SERVER

from . import Capture, capture
from .common import at, pings, session


@capture
def duplicate_capture():
    """Every frame is there twice, the same octets 20 microseconds apart: a mirror port.

    Source: F34; the public capture tcpdump-pptp.pcap has it for one direction."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=at(mirror=True)).find("duplicate_capture")


@capture
def duplicate_capture_near():
    """Segments are retransmitted and one GRE packet repeats its sequence number, all with an IP ID
    of their own: sent twice, not captured twice.

    Source: ordinary TCP; RFC 2637 4.3."""
    c, call = session()
    c.retransmit("SCCRQ")
    c.retransmit("OCRP")
    pings(c, call)
    c.gre(call, SERVER, c.find("to client").payload, seq=c.find("to client").seq)
    c.end(call)
    return Capture(c)


def _waiting(count, filled):
    """`count` Echo-Requests behind a segment that is not there."""
    c, call = session()
    pings(c, call)
    known = c.next[CLIENT]
    lost = c.tell(CLIENT, "SLI", call)[0]
    for number in range(count):
        c.tell(CLIENT, "EchoRQ", identifier=number)
    if filled:
        c.retransmit("SLI")
        for number in range(count):
            c.tell(SERVER, "EchoRP", identifier=number)
        c.end(call)
    else:
        c.segment(SERVER, net.RST | net.ACK, tag="RST", ack=known)
    return Capture(c, path=at(see=lambda packet: packet.event is not lost))


@capture
def limit_reached():
    """40 segments wait for one that never comes: more than a stream keeps.

    Source: the bound CONTROL_STREAM_PENDING."""
    return _waiting(40, False).find("limit_reached").loosely()


@capture
def limit_reached_near():
    """10 segments wait for one that comes late.

    Source: the bound CONTROL_STREAM_PENDING."""
    return _waiting(10, True)
