"""What a decoder must read: messages, segments, and what carries them.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import pcap
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.path import Path, Point

from . import Capture, capture
from .common import at, behind, lcp, pings, session


@capture
def all_messages():
    """All 15 messages, every field with a value of its own that is not 0 (reserved fields are 0).

    Source: RFC 2637 2.1 to 2.15."""
    c = Conversation()
    c.open()
    c.tell(CLIENT, "SCCRQ", framing_capabilities=3, bearer_capabilities=3, maximum_channels=17,
           firmware_revision=0x1234, host_name="client.example", vendor_string="vendor of client")
    c.tell(SERVER, "SCCRP", framing_capabilities=2, bearer_capabilities=1, maximum_channels=120,
           firmware_revision=0x4321, host_name="server.example", vendor_string="vendor of server")
    call = c.call(0x1111, 0x2222, serial=0x0102)
    c.tell(CLIENT, "OCRQ", call, serial=0x0102, minimum_bps=2400, maximum_bps=10000000,
           bearer_type=1, framing_type=2, window=16, delay=5, phone_number_length=5,
           phone_number="55512", subaddress="subaddress")
    c.tell(SERVER, "OCRP", call, cause=16, connect_speed=64000, window=32, delay=7,
           physical_channel_id=0x00C0FFEE)
    c.tell(CLIENT, "SLI", call, send_accm=0x000A0000, receive_accm=0x00000001)
    lcp(c, call)
    c.tell(SERVER, "WEN", call, crc_errors=1, framing_errors=2, hardware_overruns=3,
           buffer_overruns=4, timeout_errors=5, alignment_errors=6)
    other = c.call(0x3333, 0x4444, serial=0x0304)
    c.tell(SERVER, "ICRQ", other, serial=0x0304, bearer_type=2, physical_channel_id=0x00BEEF00,
           dialed_number_length=3, dialing_number_length=4, dialed_number="100",
           dialing_number="2000", subaddress="incoming")
    c.tell(CLIENT, "ICRP", other, window=8, delay=3)
    c.tell(SERVER, "ICCN", other, connect_speed=128000, window=12, delay=2, framing_type=1)
    lcp(c, other)
    c.tell(CLIENT, "EchoRQ", identifier=0xDEADBEEF)
    c.tell(SERVER, "EchoRP", identifier=0xDEADBEEF)
    c.tell(CLIENT, "CCRQ", other)
    c.tell(SERVER, "CDN", other, cause=31, call_statistics="tx 1 rx 2 " + "x" * 118)
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, call_statistics="tx 3 rx 4")
    c.tell(CLIENT, "StopCCRQ", reason=3)
    c.tell(SERVER, "StopCCRP")
    c.fin()
    return Capture(c)


@capture
def several_in_a_segment():
    """Two and three messages share a segment; stock dissectors show the first only.

    Source: RFC 2637 3 puts no limit; P1 of the list of stock defects."""
    c = Conversation()
    c.open()
    c.tell(CLIENT, "SCCRQ", host_name="client")
    c.tell(SERVER, "SCCRP", host_name="server")
    call = c.call(0x0600, 0x1000)
    c.say(CLIENT, c.message(CLIENT, "EchoRQ", identifier=7), c.message(CLIENT, "OCRQ", call),
          tag="two")
    c.say(SERVER, c.message(SERVER, "EchoRP", identifier=7), c.message(SERVER, "OCRP", call),
          c.message(SERVER, "EchoRQ", identifier=8), tag="three")
    c.tell(CLIENT, "EchoRP", identifier=8)
    lcp(c, call)
    c.end(call)
    return (Capture(c).find("message_not_first", "two").find("message_not_first", "three")
            .find("message_not_first", "three"))


@capture
def split_byte_by_byte():
    """An Outgoing-Call-Request in 168 segments of one octet, and a reply in three.

    Source: RFC 2637 3: the control connection is a TCP stream."""
    c = Conversation(step=0.001)
    c.start()
    call = c.call(0x0600, 0x1000)
    c.tell(CLIENT, "OCRQ", call, cut=range(1, 168))
    c.tell(SERVER, "OCRP", call, cut=(1, 13))
    lcp(c, call)
    c.end(call)
    return Capture(c).find("message_split", "OCRQ/168").find("message_split", "OCRP/3")


@capture
def split_with_the_next_message():
    """A message's end and the next message's start share a segment: both ends of both are split.

    Source: P2b of the list of stock defects."""
    c = Conversation()
    c.open()
    call = c.call(0x0600, 0x1000)
    c.say(CLIENT, c.message(CLIENT, "SCCRQ", host_name="client"),
          c.message(CLIENT, "EchoRQ", identifier=5), tag="both", cut=(50, 162))
    c.tell(SERVER, "SCCRP", host_name="server")
    c.tell(SERVER, "EchoRP", identifier=5)
    c.tell(CLIENT, "OCRQ", call)
    c.tell(SERVER, "OCRP", call)
    lcp(c, call)
    c.end(call)
    return (Capture(c).find("message_split", "both/2").find("message_split", "both/3")
            .find("message_not_first", "both/3").allow("unexpected_in_state"))


@capture
def segments_out_of_order():
    """The second part of a request is captured before the first; nothing is missing.

    Source: ordinary TCP."""
    c = Conversation()
    c.start()
    call = c.call(0x0600, 0x1000)
    first, later = c.tell(CLIENT, "OCRQ", call, cut=(10,))
    first.time, later.time = later.time, first.time
    c.tell(SERVER, "OCRP", call)
    lcp(c, call)
    c.end(call)
    return Capture(c).find("message_split", "OCRQ/1")


@capture
def retransmitted():
    """Every message is sent twice, the second time with another IP ID: each counts once.

    Source: ordinary TCP; P10 of the list of stock defects."""
    c = Conversation()
    c.start()
    c.retransmit("SCCRQ")
    c.retransmit("SCCRP")
    call = c.outgoing(0x0600, 0x1000)
    c.retransmit("OCRQ")
    c.retransmit("OCRP")
    lcp(c, call)
    c.end(call)
    return Capture(c)


@capture
def joined_between_messages():
    """The capture starts in the middle of a connection, between two messages: no handshake, no call
    set-up. GRE runs, echo runs, the call ends.

    Source: every capture that is started too late."""
    c, call = session()
    start = c.now
    pings(c, call)
    c.echo()
    pings(c, call)
    c.end(call)
    return (Capture(c, path=at(see=lambda packet: packet.event.time >= start))
            .find("gre_without_call", "to server").find("gre_without_call", "to client")
            .allow("resynchronised"))


@capture
def wrong_cookie_then_right():
    """Octets that are no message, then messages again: the stream is found again.

    Source: RFC 2637 1.4: loss of synchronisation closes the connection; this sender goes on."""
    c, call = session()
    c.say(SERVER, c.message(SERVER, "WEN", call, cookie=0x1A2B3C4E), tag="bad")
    c.echo()
    pings(c, call)
    c.end(call)
    return Capture(c).find("bad_cookie", "bad").allow("resynchronised").loosely()


@capture
def http_on_the_port():
    """An HTTP request arrives at port 1723, and the answer is a closed connection. No PPTP at all.

    Source: P5 of the list of stock defects."""
    c = Conversation()
    c.open()
    c.say(CLIENT, c.octets(CLIENT, b"GET / HTTP/1.0\r\n\r\n"), tag="GET")
    c.fin(SERVER)
    return Capture(c).find("not_pptp", "GET")


@capture
def management_message():
    """PPTP Message Type 2, which RFC 2637 names and does not define.

    Source: RFC 2637 1.4."""
    c, call = session()
    c.tell(SERVER, "EchoRQ", tag="management", message_type=2, control_type=0)
    c.tell(CLIENT, "EchoRQ", identifier=2)
    c.tell(SERVER, "EchoRP", identifier=2)
    c.end(call)
    return Capture(c).find("unknown_type", "management").allow("reserved_not_zero")


@capture
def wrong_lengths():
    """Length fields of 4, 8, 65535, 0 and 148 on a message of 24 octets, each on a connection of
    its own. What follows a wrong Length cannot be trusted.

    Source: P4 of the list of stock defects."""
    made = []
    for number, length in enumerate((4, 8, 65535, 0, 148)):
        c = Conversation(client_port=50000 + number, isn=(1000 * number + 1, 5000 * number + 1),
                         start=float(number), name=str(length))
        c.start()
        call = c.outgoing(0x0600 + number, 0x1000 + number)
        lcp(c, call)
        c.tell(CLIENT, "SLI", call, length=length, tag="wrong")
        c.rst(SERVER)
        made.append(c)
    return Capture(*made).find("bad_length", "148.wrong").loosely().exits(1)


@capture
def cut_snaplen():
    """Every frame is cut after 96 octets: long messages are there in part, and their Call IDs too.

    Source: tcpdump -s 96, the default of old days."""
    c, call = session()
    c.tell(CLIENT, "SLI", call)
    pings(c, call)
    c.end(call)
    return Capture(c, snaplen=96)


@capture
def classic_pcap():
    """A healthy session in the classic file format: no interface, microseconds.

    Source: tcpdump -w."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, extension="pcap")


@capture
def other_port():
    """The server listens on 5678: the cookie tells, not the port.

    Source: [MS-PTPT]: a Windows server's port can be moved in the registry."""
    c, call = session(server_port=5678)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def ipv6():
    """Control connection and GRE over IPv6, which knows no IP ID.

    Source: no program is known to do it; the Linux helper is IPv4 only."""
    c, call = session(client="2001:db8:1::20", server="2001:db8:2::10")
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def vlan():
    """Everything in VLAN 11.

    Source: IEEE 802.1Q."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=at(vlan=11))


@capture
def tap_of_two_directions():
    """One point, two interfaces: each shows one direction, as a network tap gives them.

    Source: two-port taps; no second point, so nothing to link."""
    c, call = session()
    pings(c, call)
    c.end(call)
    path = Path((Point("tap", taps=(0, 1)),), [])
    return Capture(c, path=path)


@capture
def any_interface():
    """Both sides of a NAT in one `tcpdump -i any` file: no interface id; the point is sll.ifindex.

    Source: LINKTYPE_LINUX_SLL2."""
    c, call = session()
    pings(c, call)
    c.end(call)
    points = (Point("any", interface=0, ifindex=2), Point("any", interface=0, ifindex=3))
    return Capture(c, path=behind(points=points), linktype=pcap.LINUX_SLL2)


@capture
def two_sections():
    """Two files put one behind the other: both sections have an interface 0 named as its side.

    Source: cat inside.pcapng outside.pcapng."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(), sections=True,
                   order=lambda frame: (frame.interface, frame.time))


@capture
def unusual_values():
    """Values outside the RFC's lists: results, errors, capability bits, a protocol version, text
    without an end, and octets that are no ASCII.

    Source: P6 and P7 of the list of stock defects."""
    c = Conversation()
    c.open()
    c.tell(CLIENT, "SCCRQ", protocol_version=0x0200, framing_capabilities=0x80000001,
           bearer_capabilities=0, host_name=b"\xff\xfe\x00tail", vendor_string="v" * 64)
    c.tell(SERVER, "SCCRP", protocol_version=0x0100, error=77, host_name="server")
    call = c.call(0x0600, 0x1000)
    c.tell(CLIENT, "OCRQ", call, subaddress=bytes.fromhex("00112233445566778899aabbccddeeff"))
    c.tell(SERVER, "OCRP", call, cause=0xFFFF)
    lcp(c, call)
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, result=9, error=6, tag="CDN")
    c.stop()
    return Capture(c).allow("refused").loosely().exits(None)


@capture
def trailing_octets():
    """A message with five octets behind it that start no message.

    Source: P8 of the list of stock defects."""
    c, call = session()
    c.say(CLIENT, c.message(CLIENT, "EchoRQ", identifier=1),
          c.octets(CLIENT, b"\0\x01\x02\x03\x04"), tag="trailing")
    c.tell(SERVER, "EchoRP", identifier=1)
    pings(c, call)
    c.rst(SERVER)
    return Capture(c).loosely().exits(None).allow("bad_cookie")
