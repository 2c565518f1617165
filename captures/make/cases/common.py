"""What many captures share.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net, ppp
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.path import Nat, Path, Point

INSIDE, OUTSIDE = "inside", "outside"
CLIENT_1, CLIENT_2, SERVER_1, SERVER_2 = ("192.168.11.20", "192.168.11.22", "192.168.1.10",
                                          "192.168.1.11")
PUBLIC = "192.168.1.30"


def lcp(c, call):
    """Both ends agree on LCP."""
    c.gre(call, CLIENT, ppp.lcp(ppp.REQUEST, 1, ppp.magic(0x11111111 ^ c.isn[0])), tag="LCP")
    c.gre(call, SERVER, ppp.lcp(ppp.REQUEST, 1, ppp.magic(0x22222222 ^ c.isn[1])), tag="LCP")
    c.gre(call, CLIENT, ppp.lcp(ppp.CONFIG_ACK, 1, ppp.magic(0x22222222 ^ c.isn[1])), tag="LCP")
    c.gre(call, SERVER, ppp.lcp(ppp.CONFIG_ACK, 1, ppp.magic(0x11111111 ^ c.isn[0])), tag="LCP")


def ipcp(c, call):
    c.gre(call, CLIENT, ppp.ipcp(ppp.REQUEST, 1, "10.0.0.2"), tag="IPCP")
    c.gre(call, SERVER, ppp.ipcp(ppp.REQUEST, 1, "10.0.0.1"), tag="IPCP")
    c.gre(call, CLIENT, ppp.ipcp(ppp.CONFIG_ACK, 1, "10.0.0.1"), tag="IPCP")
    c.gre(call, SERVER, ppp.ipcp(ppp.CONFIG_ACK, 1, "10.0.0.2"), tag="IPCP")


def ping(c, call, sender, *, size=16, tag=None, **header):
    """One data packet; no two packets of a conversation are alike."""
    number = call.next_seq[sender]
    ends = ("10.0.0.2", "10.0.0.1")
    return c.gre(call, sender, ppp.ping(ends[sender], ends[1 - sender], number + (c.isn[0] & 0xFFF),
                                        reply=sender == SERVER, size=size),
                 tag=tag or ("to server" if sender == CLIENT else "to client"), **header)


def pings(c, call, count=2, pause=0.0):
    """`count` data packets each way. Tags: "to server", "to client"."""
    for _ in range(count):
        ping(c, call, CLIENT)
        ping(c, call, SERVER)
        c.wait(pause)


def session(pns_id=0x0600, pac_id=0x1000, *, client=CLIENT_1, server=SERVER_1, name="", start=0.0,
            client_port=49152, isn=(1000000, 5000000), call=None, **more):
    """A conversation with one established outgoing call and LCP done: (conversation, call)."""
    c = Conversation(client, server, client_port=client_port, isn=isn, name=name, start=start,
                     **more)
    c.start()
    made = c.outgoing(pns_id, pac_id, **(call or {}))
    lcp(c, made)
    return c, made


def second(pns_id=0x0600, pac_id=0x1080, *, start=0.005, name="two", client=CLIENT_2, **more):
    """As session(), for the second client, interleaved with the first."""
    more = {"client_port": 50250, "isn": (2000000, 7000000), **more}
    return session(pns_id, pac_id, client=client, start=start, name=name, **more)


def behind(*faults, points=(INSIDE, OUTSIDE), **nat):
    """The usual path: client, inside, NAT, outside, server."""
    return Path(points, [Nat(PUBLIC, faults=faults, **nat)])


def at(name="eth0", **more):
    return Path((Point(name, **more),), [])


def foreign(time, number, payload=b"unrelated"):
    """A UDP packet between other hosts."""
    packet = net.ipv4("192.168.11.99", "192.168.11.98", net.UDP,
                      net.udp("192.168.11.99", "192.168.11.98", 40000 + number, 9, payload),
                      ident=number)
    return net.ethernet(packet, net.mac("192.168.11.99"), net.mac("192.168.11.98"))
