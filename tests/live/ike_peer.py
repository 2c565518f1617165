"""A tiny IPsec peer for what strongSwan cannot be told: IKEv1 that stays on port 500, and ESP as
protocol 50. Nothing is encrypted: what would be are random octets.

    python3 -m live.ike_peer server TALK
    python3 -m live.ike_peer client TALK ADDRESS SERVER COUNT

TALK is "silent", no end announces NAT traversal, or "announced": both do, with address hashes
that are right, and neither acts on it. The client sends COUNT ESP packets, one each 0.1 s, and the
server answers each.

SPDX-License-Identifier: GPL-2.0-or-later"""

import hashlib
import os
import select
import socket
import struct
import sys
import time

IKE, ESP = 500, 50
MAIN, QUICK, ENCRYPTED = 2, 32, 1
SA, KE, ID, HASH, NONCE, VENDOR, NAT_D = 1, 4, 5, 8, 10, 13, 20
HEADER = struct.Struct(">8s8sBBBBII")
RFC_3947 = bytes.fromhex("4a131c81070358455c5728f20e95452f")
# One proposal for ISAKMP with one transform: AES-128, SHA-1, shared key, group 14 (RFC 2409 A).
ATTRIBUTES = struct.pack(">12H", 0x8001, 7, 0x800E, 128, 0x8002, 2, 0x8003, 1, 0x8004, 14,
                         0x800B, 1)  # fmt: skip
TRANSFORM = struct.pack(">BBHBBH", 0, 0, 8 + len(ATTRIBUTES), 1, 1, 0) + ATTRIBUTES
PROPOSAL = struct.pack(">BBHBBBB", 0, 0, 8 + len(TRANSFORM), 1, 1, 0, 1) + TRANSFORM
OFFER = struct.pack(">II", 1, 1) + PROPOSAL
NUMBER = 0x01020304  # of quick mode
TRIES, STEP = 3, 0.1


def message(cookies, exchange, number, payloads=None):
    """`payloads` is [(type, body)]; None: encrypted."""
    body, flags, first = os.urandom(64), ENCRYPTED, ID if exchange == MAIN else HASH
    if payloads is not None:
        kinds = [kind for kind, _ in payloads]
        body = b"".join(
            struct.pack(">BBH", following, 0, 4 + len(content)) + content
            for following, (_, content) in zip([*kinds[1:], 0], payloads)
        )
        flags, first = 0, kinds[0]
    length = HEADER.size + len(body)
    return HEADER.pack(*cookies, first, 0x10, exchange, flags, number, length) + body


def offer(announced):
    return [(SA, OFFER)] + ([(VENDOR, RFC_3947)] if announced else [])


def key_exchange(announced, cookies, peer, own):
    """The peer's hash first (RFC 3947 3.2)."""
    payloads = [(KE, os.urandom(256)), (NONCE, os.urandom(16))]
    for address in (peer, own) if announced else ():
        place = socket.inet_aton(address[0]) + struct.pack(">H", address[1])
        payloads.append((NAT_D, hashlib.sha1(b"".join(cookies) + place).digest()))
    return payloads


def esp_spi(cookie, end):
    """Both ends know it, as if quick mode had said it."""
    return hashlib.sha1(cookie + end).digest()[:4]


def esp(cookie, end, number):
    return esp_spi(cookie, end) + struct.pack(">I", number) + os.urandom(72)


class Sockets:
    def __init__(self):
        self.ike = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ike.bind(("0.0.0.0", IKE))
        self.esp = socket.socket(socket.AF_INET, socket.SOCK_RAW, ESP)


class Server:
    def __init__(self, talk):
        self.sockets, self.announced = Sockets(), talk == "announced"
        self.clients, self.exchanges = {}, set()

    def take_esp(self):
        packet, (address, _) = self.sockets.esp.recvfrom(2048)
        cookie, number = self.clients.get(packet[20:24]), struct.unpack_from(">I", packet, 24)[0]
        if cookie:
            self.sockets.esp.sendto(esp(cookie, b"client", number), (address, 0))

    def take_ike(self):
        packet, peer = self.sockets.ike.recvfrom(2048)
        initiator, responder, _, _, exchange, flags, number, _ = HEADER.unpack_from(packet)
        cookies = (initiator, hashlib.sha1(initiator).digest()[:8])
        self.clients[esp_spi(initiator, b"server")] = initiator
        if (initiator, number) in self.exchanges:
            return  # quick mode's third message
        if exchange == QUICK:
            self.exchanges.add((initiator, number))
        payloads = None
        if responder == bytes(8):
            payloads = offer(self.announced)
        elif not flags & ENCRYPTED:
            payloads = key_exchange(self.announced, cookies, peer, (own_address(peer), IKE))
        self.sockets.ike.sendto(message(cookies, exchange, number, payloads), peer)

    def run(self):
        print("ready", flush=True)
        ways = {self.sockets.ike: self.take_ike, self.sockets.esp: self.take_esp}
        while True:
            for ready in select.select(list(ways), [], [])[0]:
                ways[ready]()


def own_address(peer):
    """The address that packets to `peer` leave from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect(peer)
        return way.getsockname()[0]


class Client:
    def __init__(self, talk, address, peer):
        self.sockets, self.peer = Sockets(), (peer, IKE)
        self.announced, self.own = talk == "announced", (address, IKE)
        self.cookies = (os.urandom(8), bytes(8))

    def ask(self, exchange, number=0, payloads=None):
        """Sends a message until it is answered; the answer's header tells the responder's SPI."""
        data = message(self.cookies, exchange, number, payloads)
        for _ in range(TRIES):
            self.sockets.ike.sendto(data, self.peer)
            if select.select([self.sockets.ike], [], [], 1)[0]:
                self.cookies = HEADER.unpack_from(self.sockets.ike.recv(2048))[:2]
                return
        raise RuntimeError("no answer")

    def set_up(self):
        self.ask(MAIN, 0, offer(self.announced))
        self.ask(MAIN, 0, key_exchange(self.announced, self.cookies, self.peer, self.own))
        self.ask(MAIN)
        self.ask(QUICK, NUMBER)
        self.sockets.ike.sendto(message(self.cookies, QUICK, NUMBER), self.peer)

    def talk(self, count):
        heard = 0
        for number in range(1, count + 1):
            packet = esp(self.cookies[0], b"server", number)
            self.sockets.esp.sendto(packet, (self.peer[0], 0))
            time.sleep(STEP)
            while select.select([self.sockets.esp], [], [], 0)[0]:
                self.sockets.esp.recv(2048)
                heard += 1
        print(f"{self.own[0]}: {heard} of {count} answered", flush=True)


def server(talk):
    Server(talk).run()


def client(talk, address, peer, count):
    made = Client(talk, address, peer)
    made.set_up()
    made.talk(int(count))


if __name__ == "__main__":
    {"server": server, "client": client}[sys.argv[1]](*sys.argv[2:])
