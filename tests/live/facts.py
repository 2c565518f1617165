"""What stock tshark shows of a scenario: the lab proves itself without the plugin.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections
from typing import NamedTuple

SIDES = ("inside", "outside")
# What stock tshark 4.0 shows of each message: pptp.call_id, pptp.peer_call_id, in this order.
NAMES = {
    1: ("SCCRQ", ()), 2: ("SCCRP", ()), 3: ("StopCCRQ", ()), 4: ("StopCCRP", ()),
    5: ("EchoRQ", ()), 6: ("EchoRP", ()), 7: ("OCRQ", ("call_id",)),
    8: ("OCRP", ("call_id", "peer_call_id")), 9: ("ICRQ", ("call_id",)),
    10: ("ICRP", ("call_id", "peer_call_id")), 11: ("ICCN", ("peer_call_id",)),
    12: ("CCRQ", ("call_id",)), 13: ("CDN", ("call_id",)), 14: ("WEN", ("peer_call_id",)),
    15: ("SLI", ("peer_call_id",)),
}  # fmt: skip
FIELDS = (
    "ip.src", "ip.dst", "tcp.srcport", "tcp.dstport", "pptp.control_message_type", "pptp.call_id",
    "pptp.peer_call_id", "gre.key.call_id", "gre.sequence_number", "gre.ack_number", "icmp.type",
)  # fmt: skip
ICMP_UNREACHABLE = "3"


class Message(NamedTuple):
    frame: int
    name: str
    client: tuple  # address and port of the TCP client
    from_client: bool
    call_id: int
    peer_call_id: int

    def seen(self):
        """The Call ID that may be wrong: the Peer's Call ID where there are two."""
        return self.call_id if self.peer_call_id is None else self.peer_call_id


class Gre(NamedTuple):
    frame: int
    source: str
    destination: str
    key: int
    seq: str
    ack: str


class Call(NamedTuple):
    client: tuple
    kind: str  # OCRQ or ICRQ
    pns_id: int
    pac_id: int


class Side:
    """One capture. `server` is where its TCP port 1723 is."""

    def __init__(self, rows):
        self.messages, self.gre, self.rejected = [], [], []
        for frame, row in rows:
            if "tcp.srcport" in row:
                self._control(frame, row)
            elif row.get("icmp.type", "").split(",")[0] == ICMP_UNREACHABLE:
                self.rejected.append(int(row["gre.key.call_id"], 0))
            else:
                self._gre(frame, row)

    def _control(self, frame, row):
        addresses = row["ip.src"], row["ip.dst"]
        ports = int(row["tcp.srcport"]), int(row["tcp.dstport"])
        from_client = ports[1] == 1723
        end = 0 if from_client else 1
        self.server = addresses[1 - end]
        ids = {
            name: [int(value, 0) for value in row.get(f"pptp.{name}", "").split(",") if value]
            for name in ("call_id", "peer_call_id")
        }
        for kind in row["pptp.control_message_type"].split(","):
            name, fields = NAMES.get(int(kind), ("", ()))
            if not name or not all(ids[field] for field in fields):
                continue  # parts of a split message, which stock tshark takes for two
            values = [ids[one].pop(0) if one in fields else None for one in ids]
            client = (addresses[end], ports[end])
            self.messages.append(Message(frame, name, client, from_client, *values))

    def _gre(self, frame, row):
        source, destination, key = (
            row[name].split(",")[0] for name in ("ip.src", "ip.dst", "gre.key.call_id")
        )
        self.gre.append(
            Gre(frame, source, destination, int(key, 0), row.get("gre.sequence_number", ""),
                row.get("gre.ack_number", ""))
        )  # fmt: skip

    def said(self, *names, from_client=None):
        return [
            message
            for message in self.messages
            if message.name in names and from_client in (None, message.from_client)
        ]

    def calls(self):
        """Requests with their replies, in the order of the requests. Stock tshark shows no request
        that is split or not the first in its segment: then the reply tells."""
        found, replies = [], self.said("OCRP", "ICRP")
        for request in self.said("OCRQ", "ICRQ"):
            reply = next((one for one in replies if one.client == request.client), None)
            other = None
            if reply:
                replies.remove(reply)
                other = reply.call_id
            ids = (request.call_id, other)
            if request.name == "ICRQ":
                ids = ids[::-1]
            found.append(Call(request.client, request.name, *ids))
        for reply in replies:
            found.append(Call(reply.client, "OCRQ", reply.peer_call_id, reply.call_id))
        return found

    def towards(self, to_server):
        """The GRE packets of one direction."""
        return [one for one in self.gre if (one.destination == self.server) == to_server]


class Facts:
    def __init__(self, read):
        """read(side) -> rows of stock tshark."""
        self.inside, self.outside = (Side(read(side)) for side in SIDES)
        self.sides = (self.inside, self.outside)

    def pairs(self):
        """[(call inside, call outside)]: by the PAC's id, which no NAT changes, where it is
        unique; else, when something changed it, by order."""
        inside, outside = self.inside.calls(), self.outside.calls()
        assert len(inside) == len(outside) > 0, (inside, outside)
        by_id = [{call.pac_id: call for call in calls} for calls in (inside, outside)]
        if by_id[0].keys() == by_id[1].keys() and len(by_id[0]) == len(inside):
            return [(by_id[0][key], by_id[1][key]) for key in sorted(by_id[0])]
        return list(zip(inside, outside))

    def links(self):
        """[((PNS ids), (PAC ids))], each inside first, sorted."""
        return sorted(((i.pns_id, o.pns_id), (i.pac_id, o.pac_id)) for i, o in self.pairs())

    def disconnects_rewritten(self):
        """How many Call-Disconnect-Notify of the server carry A outside and P inside (F02)."""
        own = {o.pac_id: i.pns_id for i, o in self.pairs()}
        notices = zip(*(side.said("CDN", from_client=False) for side in self.sides))
        return sum(own.get(o.call_id) == i.call_id != o.call_id for i, o in notices)

    def at_the_hop(self, to_server):
        """(lost, duplicated, reordered) of a direction, by sequence number and ack."""
        near, far = self.sides if to_server else self.sides[::-1]
        sent, came = (
            [(one.seq, one.ack) for one in side.towards(to_server)] for side in (near, far)
        )
        left, right = collections.Counter(sent), collections.Counter(came)
        highest, late = -1, 0
        for one in came:
            place = sent.index(one)
            late += place < highest
            highest = max(highest, place)
        lost = sum((left - right).values())
        return lost, sum((right - left).values()), late

    def kernel_lost_a_direction(self):
        """Whether most GRE of a direction ends at the hop. Where both ends send their first packet
        at once, the kernel's helper may track the one as a connection of its own, and refuses all
        that follows the other."""
        for to_server in (True, False):
            sent = self.sides[0 if to_server else 1].towards(to_server)
            if self.at_the_hop(to_server)[0] * 2 > len(sent):
                return True
        return False
