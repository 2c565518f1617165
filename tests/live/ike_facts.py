"""What stock tshark shows of a scenario of IPsec. What it takes for DNS or OpenVPN, because of the
port that the NAT chose, is told here from the octets of UDP: by the server's port, and by the four
zero octets before IKE on 4500 (RFC 3948 2.2).

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections
from typing import NamedTuple

from live.facts import SIDES

FILTER = "(ip.proto == 17 || ip.proto == 50) && !icmp"
FIELDS = (
    "ip.src", "ip.dst", "udp.srcport", "udp.dstport", "udp.payload", "esp.spi", "esp.sequence",
    "ip.fragment.count",
)  # fmt: skip
IKE, FLOAT = 500, 4500


class Message(NamedTuple):
    """An IKE message."""

    frame: int
    source: tuple  # address and port
    destination: tuple
    family: int  # 500 or 4500, the server's port
    cookie: str  # the initiator's SPI
    answer: bool  # from the responder
    octets: str
    fragments: int  # of IP, 0 if it came in one packet


class Esp(NamedTuple):
    frame: int
    source: tuple  # the port is None if it is native
    destination: tuple
    spi: str
    number: int


class Side:
    """One capture."""

    def __init__(self, rows):
        self.messages, self.esp, self.keepalives = [], [], 0
        self.fragments = 0  # all but the last of each packet that came whole
        for frame, row in rows:
            source, destination = row["ip.src"], row["ip.dst"]
            if "udp.payload" in row:
                ends = (source, int(row["udp.srcport"])), (destination, int(row["udp.dstport"]))
                self._udp(frame, *ends, row)
            elif "esp.spi" in row:
                number = int(row["esp.sequence"])
                spi = f"{int(row['esp.spi'], 0):08x}"
                self.esp.append(Esp(frame, (source, None), (destination, None), spi, number))
            else:
                self.fragments += 1

    def _udp(self, frame, source, destination, row):
        data = bytes.fromhex(row["udp.payload"].replace(":", ""))
        family = next((one for one in (IKE, FLOAT) if one in (source[1], destination[1])), None)
        if family is None:
            return
        if data == b"\xff":
            self.keepalives += 1
        elif family == FLOAT and data[:4] != bytes(4):
            spi, number = data[:4].hex(), int.from_bytes(data[4:8], "big")
            self.esp.append(Esp(frame, source, destination, spi, number))
        else:
            head = data[4:] if family == FLOAT else data
            cookie = head[:8].hex()
            first = next((one for one in self.messages if one.cookie == cookie), None)
            answer = first is not None and source[0] != first.source[0]
            fragments = int(row.get("ip.fragment.count", 0))
            self.messages.append(
                Message(frame, source, destination, family, cookie, answer, head.hex(), fragments)
            )

    def cookies(self):
        """Of the IKE SAs, in the order in which they began."""
        return list(dict.fromkeys(one.cookie for one in self.messages))

    def of(self, cookie=None, family=None, answer=None):
        wanted = (cookie, family, answer)
        return [
            one
            for one in self.messages
            if all(
                value in (None, own)
                for value, own in zip(wanted, (one.cookie, one.family, one.answer))
            )
        ]

    def ends(self, cookie, family):
        """(initiator, responder) of an IKE SA where it was first on that port, or None."""
        for one in self.of(cookie, family):
            return (one.source, one.destination)[:: -1 if one.answer else 1]
        return None

    def clients(self, family):
        """The initiators' places, one for each IKE SA that came to that port."""
        found = (self.ends(cookie, family) for cookie in self.cookies())
        return [ends[0] for ends in found if ends]

    def counts(self):
        """{SPI: how many ESP packets}."""
        return collections.Counter(one.spi for one in self.esp)


class Facts:
    def __init__(self, read):
        """read(side) -> rows of stock tshark."""
        self.inside, self.outside = (Side(read(side)) for side in SIDES)
        self.sides = (self.inside, self.outside)

    def ports(self, cookie, family):
        """The client's port at both points, as the report has it; None: it was not seen there. The
        client is the end whose address changes, or the initiator."""
        ends = [side.ends(cookie, family) for side in self.sides]
        changed = 0
        if None not in ends and ends[0][0][0] == ends[1][0][0] and ends[0][1] != ends[1][1]:
            changed = 1
        return [pair[changed][1] if pair else None for pair in ends]
