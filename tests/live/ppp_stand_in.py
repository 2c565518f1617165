"""PPP for pptpd and pptp on kernels without it: LCP and IPCP (RFC 1661, 1332) in asynchronous HDLC
framing (RFC 1662) on a terminal, LCP echo, and ICMP echo that carries the sender's name, so that a
packet at the wrong peer is noticed.

    python3 -m live.ppp_stand_in client NAME PINGS SERVER PPTP-OPTION...
    python3 -m live.ppp_stand_in server ...10.99.0.1:10.99.0.2...     (as pptpd starts pppd)

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import pty
import random
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import time
import tty

from live import OPEN
from pptpcap import net, ppp

FLAG, ESCAPE = 0x7E, 0x7D
NAME_SERVER = "server"
LINK_SECONDS = 6  # to open the link; then give up
ECHO_SECONDS = 1.0  # an idle server asks whether the client is still there (LCP)


def _fcs_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
        table.append(value)
    return table


_FCS = _fcs_table()


def fcs(octets):
    value = 0xFFFF
    for octet in octets:
        value = value >> 8 ^ _FCS[(value ^ octet) & 0xFF]
    return value ^ 0xFFFF


def to_line(frame):
    """A frame as the terminal carries it."""
    made = bytearray([FLAG])
    for octet in frame + struct.pack("<H", fcs(frame)):
        if octet < 0x20 or octet in (FLAG, ESCAPE):
            made += bytes([ESCAPE, octet ^ 0x20])
        else:
            made.append(octet)
    made.append(FLAG)
    return bytes(made)


def from_line(text):
    """The frame between two flags, or None."""
    made, escaped = bytearray(), False
    for octet in text:
        if octet == ESCAPE:
            escaped = True
        else:
            made.append(octet ^ 0x20 if escaped else octet)
            escaped = False
    if len(made) < 6 or fcs(made[:-2]) != struct.unpack("<H", made[-2:])[0]:
        return None
    return bytes(made[:-2])


class Link:
    """One end of a PPP link. `pings`: how many echo requests the client sends."""

    def __init__(self, fd, name, own, peer, pings):
        self.fd, self.name, self.own, self.peer, self.pings = fd, name, own, peer, pings
        self.server = name == NAME_SERVER
        self.magic, self.ident, self.line = random.getrandbits(32), 0, b""
        self.mine, self.theirs = {ppp.LCP: False, ppp.IPCP: False}, {}
        self.sent = self.replies = self.foreign = 0
        self.over = False
        self.due = {"request": 0.0, "ping": 0.0, "echo": time.monotonic() + ECHO_SECONDS}

    def send(self, frame):
        os.write(self.fd, to_line(frame))

    def opened(self, protocol):
        return self.mine[protocol] and self.theirs.get(protocol, False)

    def ask(self):
        """The Configure-Request of the stage that is not open yet."""
        self.ident = (self.ident + 1) & 0xFF
        if not self.opened(ppp.LCP):
            self.send(ppp.lcp(ppp.REQUEST, self.ident, ppp.magic(self.magic)))
        else:
            self.send(ppp.ipcp(ppp.REQUEST, self.ident, self.own))

    def received(self, frame):
        if frame[:2] == b"\xff\x03":
            frame = frame[2:]
        protocol = struct.unpack_from(">H", frame)[0]
        if protocol in (ppp.LCP, ppp.IPCP):
            self.negotiate(protocol, frame[2:])
        elif protocol == ppp.IPV4:
            self.ip(frame[2:])

    def negotiate(self, protocol, packet):
        code, ident, length = struct.unpack_from(">BBH", packet)
        data = packet[4:length]
        was_open = self.opened(protocol)
        if code == ppp.REQUEST:
            if protocol == ppp.IPCP and self.server and data[2:6] != net.address(self.peer):
                self.send(ppp.ipcp(ppp.NAK, ident, self.peer))
                return
            self.send(ppp.control(protocol, ppp.CONFIG_ACK, ident, data))
            self.theirs[protocol] = True
        elif code == ppp.CONFIG_ACK:
            self.mine[protocol] = True
        elif code == ppp.NAK and protocol == ppp.IPCP:
            self.own = socket.inet_ntoa(data[2:6])
            self.ask()
        elif code == ppp.TERMINATE:
            self.send(ppp.lcp(ppp.TERMINATE_ACK, ident))
            self.over = True
        elif code == ppp.TERMINATE_ACK:
            self.over = True
        elif code == ppp.ECHO:
            self.send(ppp.lcp_echo(ident, self.magic, reply=True))
        if self.opened(protocol) and not was_open:
            if protocol == ppp.LCP:
                self.ask()
            elif not self.server:  # whose standard output is the line itself
                print(f"{self.name}: {OPEN}", flush=True)

    def ip(self, packet):
        kind, ident, number = packet[20], *struct.unpack_from(">HH", packet, 24)
        text = packet[28:]
        if kind == 8 and self.server:
            self.send(self.echo(ident, number, text, reply=True))
        elif kind == 0:
            self.replies += text == self.text()
            self.foreign += text != self.text()

    def text(self):
        return self.name.encode().ljust(32, b".")

    def echo(self, ident, number, text, reply=False):
        message = net.icmp_echo(ident, number, text, reply=reply)
        return ppp.frame(ppp.IPV4, net.ipv4(self.own, self.peer, net.ICMP, message, ident=number))

    def timers(self, now):
        if not self.opened(ppp.IPCP):
            if now >= self.due["request"]:
                self.due["request"] = now + 1
                self.ask()
        elif self.server:
            if now >= self.due["echo"]:
                self.due["echo"] = now + ECHO_SECONDS
                self.send(ppp.lcp_echo(self.ident, self.magic))
        elif self.sent < self.pings and now >= self.due["ping"]:
            self.due["ping"] = now + 0.06
            self.sent += 1
            self.send(self.echo(os.getpid() & 0xFFFF, self.sent, self.text()))

    def run(self, until):
        """Until the link is over, the terminal closes or until() is true."""
        while not self.over and not until(self):
            self.timers(time.monotonic())
            if not select.select([self.fd], [], [], 0.02)[0]:
                continue
            try:
                data = os.read(self.fd, 4096)
            except OSError:
                return
            if not data:
                return
            *lines, self.line = (self.line + data).split(bytes([FLAG]))
            for line in lines:
                frame = from_line(line)
                if frame:
                    self.due["echo"] = time.monotonic() + ECHO_SECONDS
                    self.received(frame)


def client(name, pings, server, *options):
    """Runs pptp on a terminal of its own. Status 0 if the link opened."""
    begin = time.monotonic()
    master, slave = pty.openpty()
    tty.setraw(slave)
    command = ["pptp", server, "--nolaunchpppd", "--nohostroute", *options]
    subprocess.Popen(command, stdin=slave, stdout=slave)
    os.close(slave)
    link = Link(master, name, "0.0.0.0", "10.99.0.1", int(pings))

    def done(link):
        if not link.opened(ppp.IPCP):
            return time.monotonic() - begin > LINK_SECONDS
        late = link.sent >= link.pings and time.monotonic() - link.due["ping"] > 0.25
        return link.replies >= link.pings or late

    link.run(done)
    opened = link.opened(ppp.IPCP)
    if opened and not link.over:
        link.send(ppp.lcp(ppp.TERMINATE, 200))
        end = time.monotonic() + 0.4
        link.run(lambda link: time.monotonic() > end)
    os.close(master)
    print(
        f"{name}: opened={opened} sent={link.sent} replies={link.replies} foreign={link.foreign}",
        flush=True,
    )
    # pptp's call manager outlives pptp to clear the call. This is the first process of its
    # namespace: the call manager would end with it.
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    return 0 if opened else 1


def serve(arguments):
    """pptpd gives the terminal as standard input and the addresses as OWN:PEER."""
    own, peer = re.search(r"([\d.]+\.[\d.]+):([\d.]+)", " ".join(arguments)).groups()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    tty.setraw(0)
    begin = time.monotonic()
    link = Link(0, NAME_SERVER, own, peer, 0)
    link.run(
        lambda link: not link.opened(ppp.IPCP) and time.monotonic() - begin > LINK_SECONDS
    )
    if link.over:
        time.sleep(0.1)  # the Terminate-Ack is still in the terminal
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "client":
        sys.exit(client(*sys.argv[2:]))
    sys.exit(serve(sys.argv[2:]))
