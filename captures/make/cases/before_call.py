"""Before a call: attempts that fail, ends that close early, resets made on the way, other services.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import net
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import Drop
from pptpcap.path import Point

from . import UNKNOWN, Capture, capture
from .common import CLIENT_2, INSIDE, OUTSIDE, behind, pings, second, session


def _attempt(*, syns=3, answers=None, pause=2.0, **more):
    """SYNs of a client, each followed by `answers` (flags of the server's segment) if any."""
    c = Conversation(**more)
    for _ in range(syns):
        c.segment(CLIENT, net.SYN, tag="SYN", seq=c.isn[0], options=net.mss_option(1460))
        if answers == net.SYN | net.ACK:
            c.segment(SERVER, answers, tag="SYN-ACK", seq=c.isn[1], ack=c.isn[0] + 1,
                      options=net.mss_option(1460))
        elif answers is not None:
            c.segment(SERVER, answers, tag="RST", seq=0, ack=c.isn[0] + 1)
        c.wait(pause)
        pause *= 2
    return c


def _unseen(tag, name=OUTSIDE):
    """A point that never shows the packets of `tag`: they were made on its other side."""
    return Point(name, see=lambda packet: packet.event.tag != tag)


@capture
def syn_passes_no_answer():
    """Five SYNs leave the NAT and nothing answers.

    Source: F08: the server's side drops."""
    return Capture(_attempt(syns=5), path=behind()).find("tcp_refused", "SYN", OUTSIDE)


@capture
def syn_refused_behind_the_nat():
    """The server resets each of three SYNs; the resets come across the NAT.

    Source: F08; Windows sends a SYN three times."""
    return (Capture(_attempt(answers=net.RST | net.ACK, pause=0.5), path=behind())
            .find("tcp_refused", "SYN", OUTSIDE))


@capture
def syn_dropped_at_the_nat():
    """One client's SYNs end at the NAT, another client's session passes.

    Source: F08: the hop decides first."""
    good, call = session()
    pings(good, call)
    bad = _attempt(client=CLIENT_2, client_port=50250, isn=(77000000, 78000000), start=0.02,
                   name="bad", pause=1.0)
    good.wait(12)
    good.end(call)
    return (Capture(good, bad, path=behind(Drop("SYN", connection=bad)))
            .find("control_not_forwarded", "bad.SYN", INSIDE))


@capture
def syn_reset_at_the_nat():
    """One client's only SYN is answered by a reset that the outside never sees.

    Source: F08: a firewall on the NAT that rejects."""
    good, call = session()
    pings(good, call)
    bad = _attempt(client=CLIENT_2, client_port=50250, isn=(77000000, 78000000), start=0.02,
                   name="bad", syns=1, answers=net.RST | net.ACK)
    good.wait(12)
    good.end(call)
    path = behind(Drop("SYN", connection=bad), points=(INSIDE, _unseen("bad.RST")))
    return (Capture(good, bad, path=path).find("control_not_forwarded", "bad.SYN", INSIDE)
            .find("reset_injected", "bad.RST", INSIDE))


@capture
def syn_ack_dropped_at_the_nat():
    """The server answers each SYN, and the NAT drops the answers.

    Source: F08: return traffic is blocked."""
    return (Capture(_attempt(syns=5, answers=net.SYN | net.ACK),
                    path=behind(Drop("SYN", sender=SERVER)))
            .find("control_not_forwarded", "SYN-ACK", OUTSIDE))


@capture
def syn_attempts_on_other_ports():
    """Three attempts from ports of their own, each refused by the server.

    Source: F08; what a redialling client does."""
    made = [_attempt(client_port=49152 + n, isn=(1000000 + 7919 * n, 0), start=10.0 * n,
                     name=f"try{n}", syns=1, answers=net.RST | net.ACK) for n in range(3)]
    made = Capture(*made, path=behind())
    for n in range(3):
        made.find("tcp_refused", f"try{n}.SYN", OUTSIDE)
    return made


@capture
def closed_early():
    """The server resets the connection after the Start-Control-Connection-Request.

    Source: RFC 2637 3.1; an access list of the server."""
    c = Conversation()
    c.open()
    c.tell(CLIENT, "SCCRQ", host_name="client")
    c.rst(SERVER)
    return Capture(c, path=behind()).find("closed_early", "RST", OUTSIDE)


@capture
def closed_early_by_the_client():
    """The client gives up 5 s after a Start-Control-Connection-Request that has no reply.

    Source: RFC 2637 3.1."""
    c = Conversation()
    c.open()
    c.tell(CLIENT, "SCCRQ", host_name="client")
    c.ack(SERVER)
    c.wait(5)
    c.fin(CLIENT)
    return Capture(c, path=behind()).find("closed_early", "FIN", INSIDE)


@capture
def closed_early_near():
    """A probe: the client leaves after a good Start-Control-Connection-Reply.

    Source: what monitoring does."""
    c = Conversation()
    c.start()
    c.fin(CLIENT)
    return Capture(c, path=behind()).exits(UNKNOWN)


@capture
def reset_injected():
    """After an hour the NAT has forgotten the connection: an Echo-Request ends there, and a reset
    in the server's name answers it, which the outside never sees. Another session follows.

    Source: F21: an expired mapping."""
    c, call = session()
    pings(c, call)
    c.wait(3600)
    c.tell(CLIENT, "EchoRQ", identifier=1)
    c.segment(SERVER, net.RST, tag="RST")
    later = Conversation(CLIENT_2, client_port=49153, isn=(9000000, 9100000), start=3610.0,
                         name="later")
    later.start()
    path = behind(Drop("EchoRQ"), points=(INSIDE, _unseen("RST")))
    return (Capture(c, later, path=path).find("control_not_forwarded", "EchoRQ", INSIDE)
            .find("reset_injected", "RST", INSIDE))


@capture
def reset_injected_to_the_server():
    """A device resets the connection in the client's name, which the inside never sees.

    Source: F21, the other side of it."""
    c, call = session()
    pings(c, call)
    c.segment(CLIENT, net.RST, tag="RST")
    c.wait(1)
    later, made = second(start=3.0)
    later.end(made)
    path = behind(points=(_unseen("RST", INSIDE), OUTSIDE))
    return Capture(c, later, path=path).find("reset_injected", "RST", OUTSIDE)


@capture
def reset_injected_near():
    """The server itself resets the connection; the reset comes across the NAT.

    Source: ordinary TCP."""
    c, call = session()
    pings(c, call)
    c.tell(CLIENT, "EchoRQ", identifier=1)
    c.rst(SERVER)
    later, made = second(start=3.0)
    later.end(made)
    return Capture(c, later, path=behind())


def _service(c, question, answer, rounds=3):
    c.open()
    for number in range(rounds):
        c.say(CLIENT, c.octets(CLIENT, question), tag=f"question {number}")
        if answer:
            c.say(SERVER, c.octets(SERVER, answer), tag=f"answer {number}")
    c.fin(CLIENT)
    return c


@capture
def not_pptp():
    """HTTP on TCP 1723 of one server, seen at both points, beside a PPTP session with another.

    Source: a web server that was put on the port."""
    good, call = session()
    pings(good, call)
    web = Conversation(CLIENT_2, "192.168.1.77", client_port=50999, isn=(31000000, 32000000),
                       start=0.3, name="web")
    _service(web, b"GET / HTTP/1.1\r\nHost: example\r\n\r\n",
             b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
    good.end(call)
    return (Capture(good, web, path=behind()).find("not_pptp", "web.question 0", INSIDE)
            .find("not_pptp", "web.question 0", OUTSIDE))


@capture
def not_pptp_near():
    """The client speaks PPTP and gets HTTP: these octets are a fault of PPTP.

    Source: a proxy in front of the server."""
    c = Conversation()
    c.open()
    c.tell(CLIENT, "SCCRQ", host_name="client")
    c.say(SERVER, c.octets(SERVER, b"HTTP/1.1 400 Bad Request\r\n\r\n"), tag="answer")
    c.fin(SERVER)
    return Capture(c).find("bad_cookie", "answer").find("closed_early", "FIN")


@capture
def source_port_1723():
    """A client whose own port is 1723 finds nobody on ports 445 and 8080, and a web server on 80.

    Source: an ephemeral port is what it is."""
    good, call = session()
    pings(good, call)
    more = [_attempt(client=CLIENT_2, server="192.168.1.77", client_port=1723, server_port=port,
                     isn=(41000000 + port, 0), start=0.2, name=f"port {port}",
                     answers=answers) for port, answers in ((445, None), (8080, net.RST | net.ACK))]
    web = Conversation(CLIENT_2, "192.168.1.77", client_port=1723, server_port=80,
                       isn=(51000000, 52000000), start=0.3, name="web")
    _service(web, b"GET / HTTP/1.1\r\nHost: example\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n")
    good.wait(60)
    good.end(call)
    return Capture(good, web, *more, path=behind())
