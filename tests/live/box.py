"""A bridge of two ports in user space that does to a path what a bad one does: loses, copies and
delays Enhanced GRE, writes wrong Call IDs, changes an octet of UDP, and loses IP fragments.

    python3 -m live.box NEAR FAR '[RULE, ...]'

NEAR is the port on the client's side. A rule is a JSON object with `from` ("near" or "far", where
the frame comes in) and one of

    "message": "SLI", "field": "peer_call_id", "write": 8738    a control message (RFC 2637 2)
    "message": "GRE", "write": 8738                              the key's Call ID (RFC 2637 4.1)
    "drop": 7 | "copy": 7 | "hold": 7      every 7th GRE packet; held ones leave behind the next.
                                           "after": 20 lets so many pass first
    "spoil": 500, "number": 2              the last octet of the 2nd packet to this UDP port
    "esp": "lost", "after": 10             ESP in UDP is lost, all but the first 10 packets
    "fragments": "later"                   of each packet all IP fragments but the first are lost

"write" is a number, or "port", which stands for the client's TCP port. A message must start its
segment.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections
import json
import select
import socket
import struct
import sys

from pptpcap import net, pptp

ETHERNET, ALL_ETHERTYPES, PACKET_OUTGOING = 14, 3, 4
OFFSET = 0x1FFF  # of an IP fragment
FLOAT = 4500  # UDP
CLIENT_AND_SERVER_PORT = struct.Struct(">HH")


def ip_of(frame):
    """(start of the IPv4 payload, end of the packet, protocol), or None."""
    if len(frame) < ETHERNET + 20 or frame[12:14] != b"\x08\x00" or frame[ETHERNET] >> 4 != 4:
        return None
    total = struct.unpack_from(">H", frame, ETHERNET + 2)[0]
    return ETHERNET + (frame[ETHERNET] & 15) * 4, ETHERNET + total, frame[ETHERNET + 9]


def key_offset(frame):
    """Where the Call ID of an Enhanced GRE packet stands, or None."""
    found = ip_of(frame)
    if found is None or found[2] != net.GRE:
        return None
    start, end, _ = found
    if end - start < 8 or frame[start + 1] & 7 != 1:
        return None
    return start + 6


def message_of(frame):
    """(name, offset of the message, offset of the TCP header, end, client's port), or None."""
    found = ip_of(frame)
    if found is None or found[2] != net.TCP:
        return None
    tcp, end, _ = found
    at = tcp + (frame[tcp + 12] >> 4) * 4
    ports = CLIENT_AND_SERVER_PORT.unpack_from(frame, tcp)
    if end - at < 16 or pptp.PORT not in ports:
        return None
    _, _, cookie, kind = struct.unpack_from(">HHIH", frame, at)
    if cookie != pptp.COOKIE or kind not in pptp.NAMES:
        return None
    client = ports[0] if ports[1] == pptp.PORT else ports[1]
    return pptp.NAMES[kind], at, tcp, end, client


def fix_checksum(frame, start, end, protocol, at):
    """Of the TCP or UDP packet, `at` octets into it."""
    struct.pack_into(">H", frame, start + at, 0)
    addresses = bytes(frame[ETHERNET + 12 : ETHERNET + 20])
    pseudo = addresses + struct.pack(">HH", protocol, end - start)
    struct.pack_into(">H", frame, start + at, net.checksum(pseudo, bytes(frame[start:end])))


def fragment_of(frame):
    """The More Fragments bit and the offset of an IP packet: 0 where it is no fragment."""
    return struct.unpack_from(">H", frame, ETHERNET + 6)[0] & 0x3FFF if ip_of(frame) else 0


def udp_of(frame):
    """(destination port, start, end) of a UDP packet that is no fragment, or None."""
    found = ip_of(frame)
    if found is None or found[2] != net.UDP or fragment_of(frame):
        return None
    start, end, _ = found
    return struct.unpack_from(">H", frame, start + 2)[0], start, end


class Direction:
    """The frames that come in at one port."""

    def __init__(self, rules, send):
        self.rules, self.send = rules, send
        self.count, self.held, self.counts = 0, [], collections.Counter()

    def write_ids(self, frame):
        message, key = message_of(frame), key_offset(frame)
        for rule in self.rules:
            if "write" not in rule:
                continue
            if rule["message"] == "GRE" and key is not None:
                struct.pack_into(">H", frame, key, rule["write"])
            elif message and message[0] == rule["message"]:
                name, at, tcp, end, client = message
                offset = next(
                    offset
                    for field, offset, _ in pptp.CALL_ID_FIELDS[name]
                    if field == rule["field"]
                )
                value = client if rule["write"] == "port" else rule["write"]
                struct.pack_into(">H", frame, at + offset, value)
                fix_checksum(frame, tcp, end, net.TCP, 16)
        return key is not None

    def turn(self, kind):
        """Whether a rule of this kind wants the current GRE packet."""
        return any(
            kind in rule and self.count > rule.get("after", 0) and self.count % rule[kind] == 0
            for rule in self.rules
        )

    def spoil(self, frame):
        port_of_it, start, end = udp_of(frame) or (None, 0, 0)
        self.counts[port_of_it] += 1
        for rule in self.rules:
            if (rule.get("spoil"), rule.get("number")) == (port_of_it, self.counts[port_of_it]):
                frame[end - 1] ^= 0xFF
                fix_checksum(frame, start, end, net.UDP, 6)

    def loses_esp(self, frame):
        """ESP in UDP has a SPI where IKE has four zero octets; a keepalive has one octet."""
        _, start, end = udp_of(frame) or (None, 0, 0)
        ports = struct.unpack_from(">HH", frame, start) if start else ()
        if FLOAT not in ports or end - start < 12 or frame[start + 8 : start + 12] == bytes(4):
            return False
        self.counts[FLOAT, "esp"] += 1
        return any(
            "esp" in rule and self.counts[FLOAT, "esp"] > rule["after"] for rule in self.rules
        )

    def forward(self, frame):
        if self.loses_esp(frame):
            return
        if fragment_of(frame) & OFFSET and any("fragments" in rule for rule in self.rules):
            return
        self.spoil(frame)
        if not self.write_ids(frame):
            self.send(frame)
            return
        self.count += 1
        if self.turn("drop"):
            return
        if self.turn("hold"):
            self.held.append(frame)
            return
        self.send(frame)
        if self.turn("copy"):
            self.send(frame)
        for late in self.held:
            self.send(late)
        self.held = []


def port(name):
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_ETHERTYPES))
    made.bind((name, ALL_ETHERTYPES))
    # Frames are addressed to the machines behind the bridge, not to it.
    packet, add_membership, promiscuous = 263, 1, 1
    index = socket.if_nametoindex(name)
    made.setsockopt(packet, add_membership, struct.pack("iHH8s", index, promiscuous, 0, b""))
    return made


def main():
    near, far = port(sys.argv[1]), port(sys.argv[2])
    rules = json.loads(sys.argv[3])
    ways = {
        near: Direction([rule for rule in rules if rule["from"] == "near"], far.send),
        far: Direction([rule for rule in rules if rule["from"] == "far"], near.send),
    }
    print("ready", flush=True)
    while True:
        for ready in select.select([near, far], [], [])[0]:
            data, address = ready.recvfrom(65535)
            if address[2] != PACKET_OUTGOING:
                ways[ready].forward(bytearray(data))


if __name__ == "__main__":
    main()
