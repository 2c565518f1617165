"""Findings of one point about messages: a capture that raises each, and one that nearly does.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap.conversation import CLIENT, SERVER, Conversation

from . import Capture, capture
from .common import at, lcp, pings, session


@capture
def bad_cookie():
    """The server's last message has cookie 0x1A2B3C4E; the client closes.

    Source: RFC 2637 1.4."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "EchoRQ", identifier=1)
    c.tell(SERVER, "EchoRP", identifier=1, cookie=0x1A2B3C4E, tag="bad")
    c.fin()
    return Capture(c).find("bad_cookie", "bad")


@capture
def bad_cookie_near():
    """The cookie is right, but a segment ends in the middle of it, so that no segment shows it.

    Source: RFC 2637 3: a stream."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "EchoRQ", identifier=1)
    c.tell(SERVER, "EchoRP", identifier=1, cut=(6,))
    c.fin()
    return Capture(c).find("message_split", "EchoRP/2")


@capture
def bad_length():
    """A Call-Clear-Request says 20 and brings 20 octets; its length is 16.

    Source: RFC 2637 2.12."""
    c, call = session()
    pings(c, call)
    c.say(CLIENT, c.message(CLIENT, "CCRQ", call, length=20), c.octets(CLIENT, bytes(4)),
          tag="CCRQ")
    c.fin()
    return Capture(c).find("bad_length", "CCRQ")


@capture
def bad_length_near():
    """Length is right; the snap length cut the frame.

    Source: tcpdump -s 80."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, snaplen=80)


@capture
def unknown_type():
    """Control message type 16, the first that RFC 2637 does not define.

    Source: RFC 2637 1.4."""
    c, call = session()
    c.tell(SERVER, "EchoRQ", control_type=16, tag="unknown")
    pings(c, call)
    c.end(call)
    return Capture(c).find("unknown_type", "unknown")


@capture
def unknown_type_near():
    """Control message type 15, the last one.

    Source: RFC 2637 2.15."""
    c, call = session()
    c.tell(CLIENT, "SLI", call)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def reserved_not_zero():
    """Reserved1 of a Set-Link-Info is 0xABCD.

    Source: RFC 2637 1.4: reserved fields must be 0; real senders forget it."""
    c, call = session()
    c.tell(CLIENT, "SLI", call, reserved1=0xABCD)
    pings(c, call)
    c.end(call)
    return Capture(c).find("reserved_not_zero", "SLI")


@capture
def reserved_not_zero_near():
    """The octets that are Reserved1 in a Start-Control-Connection-Request are Result and Error in
    the reply; a cause code stands before the Reserved1 of a Call-Disconnect-Notify.

    Source: RFC 2637 2.2 and 2.13."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, cause=0xFFFF)
    c.stop()
    return Capture(c)


@capture
def resynchronised():
    """The capture starts with the second half of an Outgoing-Call-Request; the client's next
    message is the first that can be read.

    Source: every capture that is started too late."""
    c = Conversation()
    c.start()
    call = c.call(0x0600, 0x1000)
    part = c.tell(CLIENT, "OCRQ", call, cut=(100,))[1]
    c.tell(SERVER, "OCRP", call)
    c.tell(CLIENT, "SLI", call)
    lcp(c, call)
    c.end(call)
    return (Capture(c, path=at(see=lambda packet: packet.event.time >= part.time))
            .find("resynchronised", "SLI")
            .allow("resynchronised", "gre_without_call", "unexpected_in_state"))


@capture
def resynchronised_near():
    """A segment is missing at first and comes as a retransmission: the stream is whole.

    Source: ordinary TCP."""
    c, call = session()
    lost = c.tell(CLIENT, "EchoRQ", identifier=1)[0]
    c.tell(CLIENT, "SLI", call)
    c.retransmit("EchoRQ")
    c.tell(SERVER, "EchoRP", identifier=1)
    pings(c, call)
    c.end(call)
    return Capture(c, path=at(see=lambda packet: packet.event is not lost))


@capture
def message_split():
    """An Outgoing-Call-Request in two segments, 10 and 158 octets.

    Source: F13; lab capture k_split_ocrq."""
    c = Conversation()
    c.start()
    call = c.outgoing(0x0600, 0x1000, cut=(10,))
    lcp(c, call)
    c.end(call)
    return Capture(c).find("message_split", "OCRQ/2")


@capture
def message_split_near():
    """Two whole messages in two segments right behind each other, and the first of them once more.

    Source: ordinary TCP."""
    c, call = session()
    c.tell(CLIENT, "SLI", call)
    c.tell(CLIENT, "EchoRQ", identifier=1)
    c.retransmit("SLI")
    c.tell(SERVER, "EchoRP", identifier=1)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def message_not_first():
    """Outgoing-Call-Request behind an Echo-Request in one segment.

    Source: F14; lab scenario k2_pipelined."""
    c = Conversation()
    c.start()
    call = c.call(0x0600, 0x1000)
    c.say(CLIENT, c.message(CLIENT, "EchoRQ", identifier=1), c.message(CLIENT, "OCRQ", call),
          tag="both")
    c.tell(SERVER, "EchoRP", identifier=1)
    c.tell(SERVER, "OCRP", call)
    lcp(c, call)
    c.end(call)
    return Capture(c).find("message_not_first", "both")


@capture
def message_not_first_near():
    """Two messages had a segment each; only the retransmission puts them into one.

    Source: TCP may repacketise, RFC 9293 3.8.1."""
    c, call = session()
    c.tell(CLIENT, "SLI", call)
    c.tell(CLIENT, "EchoRQ", identifier=1)
    c.retransmit("SLI", "EchoRQ")
    c.tell(SERVER, "EchoRP", identifier=1)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def unexpected_in_state():
    """Incoming-Call-Connected comes a second time, for a call that is established.

    Source: RFC 2637 3.2.4."""
    c = Conversation()
    c.start()
    call = c.incoming(0x0600, 0x1000)
    lcp(c, call)
    c.tell(SERVER, "ICCN", call, tag="again")
    c.end(call)
    return Capture(c).find("unexpected_in_state", "again")


@capture
def unexpected_in_state_near():
    """Call-Clear-Request arrives when the Stop exchange is over: late, and no matter any more.

    Source: the rule of the finding: never after FIN, RST or Stop."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "StopCCRQ")
    c.tell(SERVER, "StopCCRP")
    c.tell(CLIENT, "CCRQ", call)
    c.fin()
    return Capture(c)
