"""Calls and control connections that are as they may be: nothing here is a fault.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.path import Nat, Path, Point, Router
from pptpcap.pptp import A, P

from . import Capture, capture
from .common import (CLIENT_2, INSIDE, OUTSIDE, behind, lcp, ping, pings, second, session)


@capture
def incoming_call():
    """The server, as PAC, reports an incoming call: ICRQ, ICRP, ICCN. The client is the PNS.

    Source: RFC 2637 2.9 to 2.11."""
    c = Conversation()
    c.start()
    call = c.incoming(0x0600, 0x1000, serial=9)
    lcp(c, call)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def incoming_call_from_client():
    """The PAC opened the connection: the TCP client is the PAC, the server the PNS.

    Source: RFC 2637 1.3: either side may open; lab scenario i_incoming_call."""
    c = Conversation()
    c.start()
    call = c.incoming(0x0600, 0x1000, pac=CLIENT)
    lcp(c, call)
    pings(c, call)
    c.clear(call)
    c.stop()
    return Capture(c)


@capture
def several_calls():
    """Three calls on one control connection, two at a time; the third reuses the first one's ids
    after it was cleared.

    Source: RFC 2637 1.3: one control connection, many sessions."""
    c = Conversation()
    c.start()
    one = c.outgoing(0x0600, 0x1000, serial=1)
    two = c.outgoing(0x0601, 0x1080, serial=2)
    lcp(c, one)
    lcp(c, two)
    c.clear(one)
    three = c.outgoing(0x0600, 0x1000, serial=3)
    lcp(c, three)
    pings(c, two)
    c.clear(two)
    c.clear(three)
    c.stop()
    return Capture(c)


@capture
def reconnect():
    """The client hangs up and calls again with the same Call ID from another port.

    Source: ordinary use."""
    one, call = session(0x0600, 0x1000, name="one")
    pings(one, call)
    one.end(call)
    two, call = session(0x0600, 0x1080, name="two", client_port=49153, isn=(3000000, 9000000),
                        start=one.now + 1)
    pings(two, call)
    two.end(call)
    return Capture(one, two, path=behind())


@capture
def call_id_zero():
    """Both Call IDs are 0, which is a value like any other.

    Source: pptpd's first call has 0; the public capture tcpdump-pptp.pcap has 0 on both ends."""
    c, call = session(0, 0)
    c.tell(CLIENT, "SLI", call)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def call_id_zero_translated():
    """A client's 0 is given another id outside, and everything that comes back reads 0 inside.

    Source: Linux 2.6.14.3 stable mail: clients that always use 0."""
    c, call = session(0, 0x1000)
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind())


@capture
def same_id_both_ways():
    """PNS and PAC chose the same number, 4096: two ids, of two owners.

    Source: RFC 2637 3.2.2."""
    c, call = session(4096, 4096)
    c.tell(CLIENT, "SLI", call)
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(c, call)
    c.end(call)
    return Capture(c)


@capture
def deviation_sli_from_server():
    """A Windows server sends Set-Link-Info, with the client's id, as it must be towards the PNS;
    the RFC lets only the PNS send it. The NAT translates it rightly.

    Source: Detoc 2009, frame 818 as it should have been; lab capture h0_sli_helper."""
    c, call = session(512, 42143)
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    c.tell(CLIENT, "SLI", call)
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind())


@capture
def deviation_sli_with_own_id():
    """A server's Set-Link-Info carries the server's own id, which passes unchanged.

    Source: OpenBSD npppd pptp_call.c (code compiled out)."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=A)
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind())


@capture
def deviation_cdn_with_peer_id():
    """Call-Disconnect-Notify carries the client's id where the server sends it.

    Source: accel-ppp pptp.c."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, call_id=P)
    c.stop()
    return Capture(c, path=behind())


@capture
def deviation_cdn_from_client():
    """The server clears the call with a Call-Clear-Request and the client answers with a
    Call-Disconnect-Notify that echoes the id: both the wrong way round.

    Source: pptp-linux pptp_ctrl.c; lab scenario i_incoming_call."""
    c, call = session()
    pings(c, call)
    c.tell(SERVER, "CCRQ", call, call_id=A)
    c.tell(CLIENT, "CDN", call, call_id=A)
    c.stop()
    return Capture(c).allow("unexpected_in_state")


@capture
def deviation_cdn_result_zero():
    """Call-Disconnect-Notify with result 0, which has no name and is no failure.

    Source: [MS-PTPT] 3.2.5.5: Windows always sends 0."""
    c, call = session()
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, result=0)
    c.stop()
    return Capture(c)


@capture
def deviation_pptp_linux_end():
    """The client sends Call-Clear-Request and closes; no reply, no Stop exchange.

    Source: lab captures of pptp-linux and pptpd."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "CCRQ", call)
    c.fin()
    return Capture(c)


@capture
def windows_correlation_id():
    """The Subaddress of the Outgoing-Call-Request is a random GUID that has a NUL in it.

    Source: [MS-PTPT] note <10>; the value is invented."""
    c = Conversation()
    c.start(vendor_string="Microsoft Windows NT")
    call = c.outgoing(256, 5621, serial=1,
                      request={"subaddress": bytes.fromhex("9f3a00b17c5e4d2286aa01c3d4e5f607")})
    lcp(c, call)
    c.end(call)
    return Capture(c, path=behind())


@capture
def dnat_server_behind_nat():
    """The server is behind the NAT, its TCP port forwarded; addresses change, Call IDs do not, and
    nothing needs to: a static mapping is enough.

    Source: Cable Guy, January 2003, server behind a NAT; lab scenario e3_dnat_nohelper_gre."""
    c, call = session(client="203.0.113.77", server="192.168.11.20")
    pings(c, call)
    c.end(call)
    path = Path((OUTSIDE, INSIDE), [Nat("198.51.100.1", hides=SERVER, editor=False)])
    return Capture(c, path=path)


@capture
def dnat_pac_id_translated():
    """The server is behind the NAT, which gives its Call ID another value outside.

    Source: FreeBSD libalias: the inside host's own id is the one that is aliased."""
    c, call = session(0x0600, 0x1000, client="203.0.113.77", server="192.168.11.20",
                      call={"outside": 0x7777})
    pings(c, call)
    c.end(call)
    path = Path((OUTSIDE, INSIDE), [Nat("198.51.100.1", hides=SERVER, edits=SERVER)])
    return Capture(c, path=path)


@capture
def dnat_pns_id_translated():
    """The server is behind a Linux NAT with helper: the client's id is changed towards the server.

    Source: lab capture e_dnat_helper."""
    c, call = session(client="203.0.113.77", server="192.168.11.20")
    pings(c, call)
    c.end(call)
    path = Path((OUTSIDE, INSIDE), [Nat("198.51.100.1", hides=SERVER, edits=CLIENT)])
    return Capture(c, path=path)


@capture
def two_nats():
    """Three points, two NATs in a row, both right: 0x0600, 49152, 777.

    Source: F19 of the fault catalogue, without the fault."""
    c, call = session()
    pings(c, call)
    c.end(call)
    path = Path((INSIDE, "middle", OUTSIDE),
                [Nat("100.64.0.7"), Nat("203.0.113.1", choose=lambda call, value, used: 777)])
    return Capture(c, path=path)


@capture
def clocks_differ():
    """The outside point's clock is 2.5 s behind and drifts by 200 ppm: replies seem to come before
    their requests.

    Source: two machines without NTP."""
    c, call = session()
    pings(c, call, 6, pause=2.0)
    c.end(call)
    points = (Point(INSIDE), Point(OUTSIDE, offset=-2.5, drift=200.0))
    return Capture(c, path=behind(points=points))


@capture
def losses_at_the_nat():
    """The NAT loses, doubles and reorders single GRE packets: too few to be more than counted.

    Source: lab captures g_loss, g2_reorder, g5_dup."""
    c, call = session()
    pings(c, call, 12)
    c.end(call)
    path = behind(loss=0.12, duplicate=0.12, reorder=0.12)
    return Capture(c, path=path, seed=5)


@capture
def lan_without_nat():
    """Two points and a router between them: same addresses, same ids, nothing translated.

    Source: the control case; stock dissectors take the second copy for a retransmission."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=Path((INSIDE, OUTSIDE), [Router()]))


@capture
def two_clients_port_translated():
    """Both clients use Call ID 0x0600 and TCP port 1025: the NAT changes one port, and with it the
    id.

    Source: lab scenario b4_same_id_same_port_helper."""
    one, call = session(client_port=1025, name="one")
    two, other = second(client_port=1025)
    pings(one, call)
    pings(two, other)
    one.end(call)
    two.end(other)
    return Capture(one, two, path=behind(ports={(CLIENT_2, 1025): 58610}))


@capture
def checksum_offload():
    """The client's own machine is the inside point: the checksums of what it sends are not filled
    in yet. Outside they are right.

    Source: every capture on a machine with checksum offload."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(points=(Point(INSIDE, offload=CLIENT), Point(OUTSIDE))))


@capture
def control_only_captured():
    """A capture filter left GRE out at both points; the call lives for 12 s.

    Source: tcpdump port 1723."""
    c, call = session()
    c.wait(12)
    c.echo()
    c.end(call)
    see = lambda packet: packet.event.kind == "tcp"
    points = (Point(INSIDE, see=see), Point(OUTSIDE, see=see))
    return (Capture(c, path=behind(points=points))
            .find("gre_not_captured").allow("gre_not_captured").exits(3))


@capture
def both_sides_mirrored():
    """Both points are mirror ports that show every frame twice; the NAT does nothing wrong.

    Source: F34."""
    c, call = session()
    pings(c, call)
    c.end(call)
    points = (Point(INSIDE, mirror=True), Point(OUTSIDE, mirror=True))
    return (Capture(c, path=behind(points=points)).find("duplicate_capture")
            .allow("duplicate_capture"))


@capture
def both_sides_joined_late():
    """Both captures start in mid-call: GRE, echo, and the end. The map shows in GRE all the same.

    Source: F34."""
    c, call = session()
    start = c.now
    pings(c, call, 3)
    c.echo()
    pings(c, call)
    c.end(call)
    see = lambda packet: packet.event.time >= start
    points = (Point(INSIDE, see=see), Point(OUTSIDE, see=see))
    made = Capture(c, path=behind(points=points)).allow("resynchronised").exits(3)
    for point in (INSIDE, OUTSIDE):
        made.find("gre_without_call", "to server", point)
        made.find("gre_without_call", "to client", point)
    return made


@capture
def both_sides_cut():
    """Both captures are cut after 80 octets: an Outgoing-Call-Request shows its ids, and not much
    more.

    Source: F34."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind(), snaplen=80)


@capture
def both_sides_icmp():
    """The client's host rejects a GRE packet; the NAT translates the ICMP error and the Call ID
    that it quotes.

    Source: lab capture f2_silent_kill_reconnect."""
    c, call = session()
    pings(c, call)
    ping(c, call, SERVER, tag="unwanted")
    c.icmp("unwanted")
    c.fin(SERVER)
    return (Capture(c, path=behind()).find("gre_rejected", "ICMP", INSIDE)
            .find("gre_rejected", "ICMP", OUTSIDE))
