"""A tiny PPTP peer for what the real programs never send: rarer messages, chosen Call IDs and
ports, cut and joined messages, two calls on one connection.

    python3 -m live.peer client ADDRESS PORT SCRIPT      PORT 0: any
    python3 -m live.peer server CONNECTIONS SCRIPT

A script is what this end does on a connection, word by word:

    SCCRQ               sends the message; Call IDs are those of the current call
    SCCRQ+OCRQ          both in one TCP segment
    OCRQ/10             in two segments, the first of 10 octets
    ?OCRP               waits for the message and takes the other end's Call ID from it
    call=0x600          begins a new call with this Call ID of ours
    use=0x600           goes on with an earlier call
    gre=12              sends 12 GRE packets, one each 50 ms, and acknowledges what comes
    wait=0.5            seconds
    reset               closes the connection with RST (without it: FIN)

A server's `call` ids grow by 0x80 per connection. Who is PNS follows from the request, OCRQ or ICRQ
(RFC 2637 3.2); `SLI` of the PAC names P, as senders do that the RFC does not know.

SPDX-License-Identifier: GPL-2.0-or-later"""

import contextlib
import select
import socket
import struct
import sys
import threading
import time

from pptpcap import gre, net, ppp, pptp

REPLY_SECONDS = 6
GRE_STEP = 0.05


class Closed(Exception):
    """The other end closed, or said nothing."""


class Call:
    def __init__(self, own):
        self.own, self.other, self.is_pns = own, 0, None
        self.sent, self.heard, self.news = 0, 0, False

    def id_of(self, owner):
        return self.own if (owner is pptp.P) == self.is_pns else self.other


class Peer:
    """One end of one control connection. Everything it hears of other calls is printed."""

    def __init__(self, control, name, shift=0):
        self.control, self.name, self.shift = control, name, shift
        self.address = control.getpeername()[0]
        self.calls, self.call, self.buffer, self.serial = {}, None, b"", 0
        self.gre = socket.socket(socket.AF_INET, socket.SOCK_RAW, net.GRE)
        control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # -- control connection

    def octets(self, name):
        fields = {}
        if name in ("OCRQ", "ICRQ"):
            self.serial += 1
            self.call.is_pns = name == "OCRQ"
            fields["serial"] = self.serial
        if name in ("SCCRQ", "SCCRP"):
            fields = {"host_name": self.name, "vendor_string": "live lab"}
        for field, _, owner in pptp.CALL_ID_FIELDS[name]:
            if name == "SLI" and not self.call.is_pns:
                owner = pptp.P
            fields[field] = self.call.id_of(owner)
        return pptp.build(name, **fields)

    def say(self, word):
        word, _, cut = word.partition("/")
        data = b"".join(self.octets(name) for name in word.split("+"))
        if cut:
            self.control.sendall(data[: int(cut)])
            data = data[int(cut) :]
            time.sleep(0.2)
        self.control.sendall(data)

    def hear(self, wanted):
        end = time.monotonic() + REPLY_SECONDS
        while True:
            while len(self.buffer) >= 12:
                length, _, _, kind = struct.unpack_from(">HHIH", self.buffer)
                if len(self.buffer) < length:
                    break
                data, self.buffer = self.buffer[:length], self.buffer[length:]
                self.learn(pptp.NAMES[kind], data)
                if pptp.NAMES[kind] == wanted:
                    return
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.control], [], [], left)[0]:
                raise Closed(f"no {wanted}")
            data = self.control.recv(4096)
            if not data:
                raise Closed(f"closed, no {wanted}")
            self.buffer += data

    def learn(self, name, data):
        """Takes the other end's id of the current call."""
        ids = [struct.unpack_from(">H", data, at)[0] for _, at, _ in pptp.CALL_ID_FIELDS[name]]
        if name in ("OCRQ", "ICRQ"):
            self.call.is_pns = name == "ICRQ"
        if name in ("OCRQ", "OCRP", "ICRQ", "ICRP"):
            self.call.other = ids[0]
        print(f"{self.name}: heard {name} {[hex(one) for one in ids]}", flush=True)

    # -- tunnel

    def packet(self, payload):
        call = self.call
        ack = call.heard if call.news else None
        call.news = False
        seq = None
        if payload:
            seq = call.sent
            call.sent += 1
        return gre.packet(call.other, payload, seq=seq, ack=ack)

    def take(self, data):
        flags, _, length, key = struct.unpack_from(">HHHH", data, 20)
        if socket.inet_ntoa(data[12:16]) != self.address or key != self.call.own:
            return
        if flags & gre.SEQUENCE and length:
            self.call.heard = struct.unpack_from(">I", data, 28)[0]
            self.call.news = True

    def tunnel(self, count):
        for number in range(count):
            text = f"{self.name} {self.call.own} {number}".encode().ljust(32, b".")
            inner = net.ipv4("10.99.0.2", "10.99.0.1", net.ICMP, net.icmp_echo(7, number, text))
            payload = ppp.frame(ppp.IPV4, inner) if number else ppp.lcp(
                ppp.REQUEST, 1, ppp.magic(0x51000000 | self.call.own)
            )  # fmt: skip
            with contextlib.suppress(ConnectionError, OSError):
                self.gre.sendto(self.packet(payload), (self.address, 0))
            self.listen(GRE_STEP)
        if self.call.news:
            self.gre.sendto(self.packet(b""), (self.address, 0))

    def listen(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.gre], [], [], left)[0]:
                with contextlib.suppress(OSError):
                    self.take(self.gre.recv(4096))

    # -- script

    def run(self, script):
        words = {
            "wait": lambda text: time.sleep(float(text)),
            "gre": lambda text: self.tunnel(int(text)),
            "call": lambda text: self.begin(int(text, 0) + self.shift),
            "use": lambda text: self.use(int(text, 0) + self.shift),
        }
        for word in script.split():
            name, _, text = word.partition("=")
            if word == "reset":
                linger = struct.pack("ii", 1, 0)
                self.control.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            elif word.startswith("?"):
                self.hear(word[1:])
            elif name in words:
                words[name](text)
            else:
                self.say(word)
        self.control.close()

    def begin(self, own):
        self.call = self.calls[own] = Call(own)

    def use(self, own):
        self.call = self.calls[own]

    def run_to_the_end(self, script):
        try:
            self.run(script)
            print(f"{self.name}: done", flush=True)
        except (Closed, ConnectionError) as reason:
            print(f"{self.name}: {reason}", flush=True)
            self.control.close()


def client(address, port, script):
    control = socket.socket()
    control.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    control.bind(("0.0.0.0", int(port)))
    control.connect((address, pptp.PORT))
    Peer(control, "client").run_to_the_end(script)


def server(connections, script):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", pptp.PORT))
    listener.listen()
    # A raw socket from the beginning: without one the kernel answers the first GRE with ICMP.
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, net.GRE):
        print("ready", flush=True)
        threads = []
        for number in range(int(connections)):
            peer = Peer(listener.accept()[0], f"server{number}", 0x80 * number)
            threads.append(threading.Thread(target=peer.run_to_the_end, args=(script,)))
            threads[-1].start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    {"client": client, "server": server}[sys.argv[1]](*sys.argv[2:])
