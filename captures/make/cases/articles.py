"""The cases that the published articles describe, with their values.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net, ppp
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import Misdeliver, WrongId
from pptpcap.path import Nat, Path
from pptpcap.pptp import P
from pptpcap.render import Frame

from . import Capture, capture
from .common import CLIENT_1, CLIENT_2, INSIDE, OUTSIDE, SERVER_1, at, behind

DETOC_SECOND = 1231354731  # 7 January 2009, 18:58:51 UTC


def _detoc(wrong=P):
    """Every frame at the time the article gives. `wrong` is what the server's Set-Link-Info
    names."""
    c = Conversation("192.0.2.20", "198.51.100.10", client_port=6690,
                     isn=(3748553999, 1076212518), step=0.0, ttl=(128, 116), window=(64240, 8192))

    def when(time, make, *args, **more):
        c.now = time
        return make(*args, **more)

    when(0.606132, c.segment, CLIENT, net.SYN, tag="SYN", options=net.mss_option(1460))
    when(0.684257, c.segment, SERVER, net.SYN | net.ACK, tag="SYN-ACK",
         options=net.mss_option(1460))
    when(0.684257, c.segment, CLIENT, net.ACK, tag="ACK")
    when(0.684257, c.tell, CLIENT, "SCCRQ", vendor_string="Microsoft Windows NT")
    when(0.746757, c.tell, SERVER, "SCCRP", vendor_string="Microsoft Windows NT")
    call = c.call(512, 42143, serial=3, outside=6690)
    when(0.746757, c.tell, CLIENT, "OCRQ", call, serial=3, minimum_bps=300, maximum_bps=100000000,
         bearer_type=3, framing_type=3, window=64)
    when(0.824882, c.tell, SERVER, "OCRP", call, connect_speed=14808325, window=16384)
    when(0.840507, c.tell, CLIENT, "SLI", call)
    when(1.043632, c.tell, SERVER, "SLI", call, tag="wrong SLI", peer_call_id=wrong)
    when(1.043632, c.tell, CLIENT, "SLI", call)
    when(1.043632, c.rst, CLIENT)
    return c


# The article's frame numbers of what _detoc() says, in order.
DETOC_FRAMES = (782, 784, 785, 786, 790, 791, 798, 799, 818, 819, 821)


def _filler(number, before, after):
    """A frame that has nothing to do with it, between the times of its neighbours."""
    sender = f"192.0.2.{100 + number % 100}"
    data = net.ethernet(net.arp_request(sender, "192.0.2.1"), net.mac(sender), b"\xff" * 6,
                        ethertype=net.ETHERTYPE_ARP)[:42]
    return Frame(before + (after - before) * (number % 32) // 32 // 1000 * 1000, 0, data, "filler")


@capture
def article_set_link_info():
    """Case A: a router gives the server's Set-Link-Info the client's TCP port, 6690, instead of the
    client's Call ID, 512, and the client's firewall resets the connection (Error 619). The times
    and frame numbers are the article's: the wrong message is frame 818.

    Source: Detoc, Microsoft ISA Server team, 7 January 2009; addresses invented."""
    made = Capture(_detoc(wrong=6690), path=at(INSIDE), epoch=DETOC_SECOND)
    told = dict(zip(DETOC_FRAMES, made.frames))
    frames, previous = [], DETOC_SECOND * 10**9
    for number in range(1, 822):
        if number not in told:
            later = [told[one].time for one in DETOC_FRAMES if one > number]
            told[number] = _filler(number, previous, later[0])
        previous = max(previous, told[number].time)
        frames.append(told[number]._replace(time=previous))
    made.frames = frames
    return made.find("unknown_call_id", "wrong SLI", expected=512, seen=6690)


@capture
def article_set_link_info_both():
    """Case A as seen on both sides of the router: 6690 is the client's Call ID outside, so the
    Set-Link-Info came in untranslated, although every other message was translated.

    Source: Detoc 2009; the outside is a reconstruction, from the older Linux helper's use of the
    TCP port as Call ID."""
    path = Path((INSIDE, OUTSIDE),
                [Nat("203.0.113.5", faults=[WrongId("SLI", "untranslated", sender=SERVER)])])
    return (Capture(_detoc(), path=path, epoch=DETOC_SECOND)
            .find("callid_mistranslated", "wrong SLI", INSIDE, expected=512, seen=6690,
                  mistranslation="untranslated")
            .allow("unknown_call_id"))


def _pouseele(client, port, pac_id, name, start, isn, *, address=SERVER_1):
    c = Conversation(client, address, client_port=port, isn=isn, start=start, name=name,
                     ttl=(128, 128), step=0.02)
    c.start(host_name="", vendor_string="Microsoft Windows NT")
    call = c.outgoing(256, pac_id, serial=start and 2 or 1, reply={"window": 16384})
    c.tell(CLIENT, "SLI", call)
    magic = ppp.magic(isn[0])
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 0, magic), tag="GRE out")
    c.gre(call, SERVER, ppp.lcp(ppp.CONFIG_ACK, 0, magic), tag="GRE in")
    return c


def _two_clients():
    return (_pouseele(CLIENT_1, 1061, 63881, "one", 0.0, (1111111, 2222222)),
            _pouseele(CLIENT_2, 1074, 51094, "two", 1.0, (3333333, 4444444)))


@capture
def article_without_nat():
    """Case B before the NAT comes in: client 192.168.1.20 with Call ID 256, server 192.168.1.10
    with 63881; each side puts the other's id into its GRE header.

    Source: Pouseele, 17 June 2007."""
    return Capture(_pouseele("192.168.1.20", 1061, 63881, "", 0.0, (1111111, 2222222)), path=at())


@capture
def article_two_clients():
    """Case B: both clients behind the NAT chose 256. The NAT leaves the first one's id as it is and
    gives the second one another, in the control messages and in GRE. Nothing is wrong.

    Source: Pouseele, 17 June 2007; the second client's ids outside and TCP ports invented."""
    return Capture(*_two_clients(), path=behind(choose="keep"))


@capture
def article_two_clients_fault():
    """Case B with a NAT that has no PPTP editor: both tunnels are 256 outside, (source,
    destination, Call ID) is no longer unique, and the second client's packets go to the first.

    Source: Pouseele, 17 June 2007, the case the article warns of."""
    one, two = _two_clients()
    # The first client's tunnel is in use: only two live tunnels can be mixed up.
    one.wait(2).gre(one.calls[0], CLIENT, ppp.lcp_echo(1, 1111111))
    fault = Misdeliver(CLIENT_1, sender=SERVER, connection=two)
    return (Capture(one, two, path=behind(fault, editor=False))
            .find("no_editor", "one.OCRQ", OUTSIDE)
            .find("tunnel_ambiguous", "two.OCRP", OUTSIDE)
            .allow("gre_misdelivered", "gre_not_forwarded", "gre_maybe_not_forwarded"))


@capture
def cable_guy_session():
    """Case D: a whole session of a Windows client as it should be. Set-up, Set-Link-Info, LCP,
    Echo-Requests every 60 s whatever flows in GRE, and the client's termination in the article's
    order.

    Source: Cable Guy, January 2003; ids and addresses invented."""
    c = Conversation("192.168.1.20", client_port=1040, ttl=(128, 128))
    c.start(vendor_string="Microsoft Windows NT")
    call = c.outgoing(49155, 5621, serial=1, reply={"window": 16384})
    c.tell(CLIENT, "SLI", call)
    magics = ppp.magic(0x2C4A11D0), ppp.magic(0x6B8B4567)
    for sender in (CLIENT, SERVER):
        c.gre(call, sender, ppp.lcp(ppp.REQUEST, 0, magics[sender]), tag="LCP")
    for sender in (CLIENT, SERVER):
        c.gre(call, sender, ppp.lcp(ppp.CONFIG_ACK, 0, magics[1 - sender]), tag="LCP")
    c.gre(call, CLIENT, ppp.ipcp(ppp.REQUEST, 1, "10.0.0.2"), tag="IPCP")
    c.gre(call, SERVER, ppp.ipcp(ppp.CONFIG_ACK, 1, "10.0.0.2"), tag="IPCP")
    c.gre(call, SERVER, ppp.ipcp(ppp.REQUEST, 2, "10.0.0.1"), tag="IPCP")
    c.gre(call, CLIENT, ppp.ipcp(ppp.CONFIG_ACK, 2, "10.0.0.1"), tag="IPCP")
    for minute in range(1, 3):
        c.now = 60.0 * minute
        c.gre(call, CLIENT, ppp.ping("10.0.0.2", "10.0.0.1", minute))
        c.gre(call, SERVER, ppp.ping("10.0.0.1", "10.0.0.2", minute, reply=True))
        c.echo(CLIENT, minute)
    c.wait(20)
    c.tell(CLIENT, "SLI", call)
    c.gre(call, CLIENT, ppp.lcp(ppp.TERMINATE, 7), tag="LCP")
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    c.gre(call, SERVER, ppp.lcp(ppp.TERMINATE_ACK, 7), tag="LCP")
    c.end(call)
    return Capture(c)
