"""A NAT in user space with an "IPsec passthrough", as many routers have one: it leaves the source
ports 500 and 4500 of every client as they are, so it has to guess to whom an answer belongs.

    python3 -m live.guessing_nat GUESS

GUESS is how it finds the client of an IKE answer: "cookie", by the initiator's SPI; "first", it is
always the first client that used the port. ESP in UDP always goes to the first client. It forwards
UDP between `in` and `out` in the place of the kernel, which must not; fragments are lost.

SPDX-License-Identifier: GPL-2.0-or-later"""

import select
import socket
import struct
import sys

from live.box import ETHERNET, PACKET_OUTGOING, port, udp_of
from live.place import NAT_OUT, SERVER
from pptpcap import net

IKE, FLOAT = 500, 4500
TTL, SOURCE, DESTINATION = ETHERNET + 8, ETHERNET + 12, ETHERNET + 16


def cookie_of(number, payload):
    """The initiator's SPI of an IKE message, or None."""
    if number == FLOAT:
        if payload[:4] != bytes(4):
            return None
        payload = payload[4:]
    return bytes(payload[:8])


class GuessingNat:
    def __init__(self, guess):
        self.guess = guess
        self.first, self.owners = {}, {}
        self.out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def outward(self, frame, start, end):
        source, number = struct.unpack_from(">4s", frame, SOURCE)[0], self.port_at(frame, start)
        self.first.setdefault(number, source)
        self.owners.setdefault(cookie_of(number, frame[start + 8 : end]), source)
        self.send(frame, SOURCE, net.address(NAT_OUT), start, end)

    def inward(self, frame, start, end):
        number = self.port_at(frame, start + 2)
        cookie = cookie_of(number, frame[start + 8 : end])
        client = self.first.get(number)
        if cookie and self.guess == "cookie":
            client = self.owners.get(cookie)
        if client:
            self.send(frame, DESTINATION, client, start, end)

    def port_at(self, frame, at):
        return struct.unpack_from(">H", frame, at)[0]

    def send(self, frame, at, address, start, end):
        """The packet with another address there; the kernel fills the IP checksum in."""
        frame[at : at + 4] = address
        frame[TTL] -= 1
        source, destination = (
            socket.inet_ntoa(frame[one : one + 4]) for one in (SOURCE, DESTINATION)
        )
        ports = struct.unpack_from(">HH", frame, start)
        frame[start:end] = net.udp(source, destination, *ports, bytes(frame[start + 8 : end]))
        self.out.sendto(frame[ETHERNET:end], (destination, 0))


def main(guess):
    nat = GuessingNat(guess)
    inside, outside = port("in"), port("out")
    print("ready", flush=True)
    while True:
        for ready in select.select([inside, outside], [], [])[0]:
            data, address = ready.recvfrom(65535)
            frame = bytearray(data)
            _, start, end = udp_of(frame) or (0, 0, 0)
            if not start or address[2] == PACKET_OUTGOING:
                continue
            to = socket.inet_ntoa(frame[DESTINATION : DESTINATION + 4])
            if ready is inside and to == SERVER:
                nat.outward(frame, start, end)
            elif ready is outside and to == NAT_OUT:
                nat.inward(frame, start, end)


if __name__ == "__main__":
    main(*sys.argv[1:])
