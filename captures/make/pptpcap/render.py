"""Sends conversations along a path: the frames of every point, in order of time.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import random
from typing import NamedTuple

from . import gre, net
from .conversation import CLIENT, SERVER
from .faults import Committed

EPOCH = 1_700_000_000  # when captures start unless told otherwise: 14 November 2023


class Frame(NamedTuple):
    time: int  # nanoseconds since the epoch, on the point's clock
    interface: int
    data: bytes
    tag: str = ""
    point: int = 0


class Packet:
    """One packet on its way."""

    __slots__ = ("event", "source", "destination", "sport", "dport", "ttl", "ident", "parts",
                 "call_id", "payload", "summed", "unedited", "only_first_fragment", "options",
                 "late", "shift", "damaged", "ip_sum")

    def copy(self):
        twin = Packet()
        for name in self.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.parts = list(self.parts)
        return twin

    def stream(self):
        return b"".join(bytes(data[start:end]) for _, data, start, end in self.parts)

    def size(self):
        return 20 + 16 + len(self.payload or b"")

    def datagrams(self, quoted):
        """The IP packets that it is: one, or its fragments."""
        event = self.event
        if event.kind == "tcp":
            of_client = (self.shift, 0)  # only the client's numbers are changed on the way
            body = net.tcp(self.source, self.destination, self.sport, self.dport,
                           (event.seq + of_client[event.sender]) & 0xFFFFFFFF,
                           (event.ack + of_client[1 - event.sender]) & 0xFFFFFFFF, event.flags,
                           self.stream(), window=event.window,
                           options=self.options, summed=self.summed)
            protocol = net.TCP
        elif event.kind == "gre":
            body = gre.packet(self.call_id, self.payload, seq=event.seq, ack=event.ack,
                              **{key: value for key, value in event.header.items()
                                 if key != "call_id"})
            protocol = net.GRE
        else:
            body, protocol = net.icmp_error(*event.flags, quoted), net.ICMP
        whole = net.ip(self.source, self.destination, protocol, body, ttl=self.ttl,
                       ident=self.ident, flags=0 if event.mtu else net.DONT_FRAGMENT)
        if self.ip_sum is not None:
            whole = net.with_header_checksum(whole, self.ip_sum(whole))
        if not event.mtu:
            return [whole]
        return net.fragments(whole, event.mtu)[:1 if self.only_first_fragment else None]


class Edit(NamedTuple):
    """A Call ID field on its way through a hop, as faults see it."""
    event: object
    call: object
    name: str   # of the message, or "GRE"
    field: str
    end: int    # whose id it carries
    value: int  # as it came
    right: int  # as it must leave
    port: int   # the client's TCP port at the far side
    again: bool
    ids: object  # ids(call, end): the right id at the far side


class _Hop:
    """A Nat at work in one rendering."""

    def __init__(self, nat, index, render):
        self.nat, self.index, self.render = nat, index, render
        self._states, self._said, self.used = {}, {}, {}

    def state(self, fault):
        return self._states.setdefault(id(fault), {})

    def _field(self, event, call, name, field, end, value, near, far, again, capable=True):
        render, right = self.render, self.render.translate(call, end, value, near, far)
        result = right if capable else value
        if not self.nat.faults:
            return result
        edit = Edit(event, call, name, field, end, value, right,
                    render.routes[event.connection].ports[far][CLIENT], again,
                    lambda which, whose: render.ids[which][whose][far])
        for fault in self.nat.faults:
            wrong = fault.field(edit)
            if wrong is not None and wrong != result:
                result = wrong
                render.log.append(Committed(event.tag, far, right, wrong,
                                            str(getattr(fault, "kind", "rewritten"))))
        return result

    def _message(self, packet, part, first, near, far):
        statement, data, start, end = part
        event = packet.event
        key = (statement, event.again and any(getattr(fault, "again", False)
                                              for fault in self.nat.faults))
        if key in self._said:
            return self._said[key]
        result = bytearray(data)
        capable = not self.nat.segments or first and end - start == statement.length
        for field, offset, owner in self.render.encoded[statement][1]:
            value = int.from_bytes(data[offset:offset + 2], "big")
            value = self._field(event, statement.call, statement.name, field, owner, value, near,
                                far, event.again, capable)
            result[offset:offset + 2] = value.to_bytes(2, "big")
        self._said[key] = result
        return result

    def ends_before(self, packet):
        """The addresses that the packet had before this hop."""
        near = self.index if packet.event.sender == CLIENT else self.index + 1
        return self.render.routes[packet.event.connection].ends(packet.event.sender, near)

    def forward(self, packet, near, far):
        """The packets that leave: none, one, or two. Times are in packet.late."""
        nat, render, event = self.nat, self.render, packet.event
        route = render.routes[event.connection]
        packet.ip_sum = None
        packet.source, packet.destination = route.ends(event.sender, far)
        packet.sport, packet.dport = route.pair(event.sender, far)
        packet.ttl -= nat.ttl_step
        packet.shift += nat.isn_shift if event.sender == CLIENT else -nat.isn_shift
        packet.late += nat.delay
        packet.unedited, packet.summed = packet.stream() if packet.parts else b"", None
        packet.parts = [(part[0], self._message(packet, part, index == 0, near, far), part[2],
                         part[3]) for index, part in enumerate(packet.parts)]
        if event.kind == "gre" and "call_id" not in event.header:
            packet.call_id = self._field(event, event.call, "GRE", "call_id", 1 - event.sender,
                                         packet.call_id, near, far, False)
        if nat.mss and event.options:
            packet.options = net.mss_option(nat.mss)
        for fault in nat.faults:
            if not fault.forward(self, packet):
                return []
        return self._weather(packet)

    def _weather(self, packet):
        """Loss, duplicates and reordering: the network's, no fault."""
        nat, dice = self.nat, self.render.dice
        if packet.event.kind != "gre" or not (nat.loss or nat.duplicate or nat.reorder):
            return [packet]
        if dice.random() < nat.loss:
            return []
        if dice.random() < nat.reorder:
            packet.late += 3 * packet.event.connection.step
        if dice.random() < nat.duplicate:
            twin = packet.copy()
            twin.late += 0.0001
            return [packet, twin]
        return [packet]


class _Route:
    """The addresses and ports of a connection at every point."""

    def __init__(self, path, hops, connection):
        count = len(path.points)
        self.addresses = [list(connection.address) for _ in range(count)]
        self.ports = [list(connection.port) for _ in range(count)]
        for index, nat in enumerate(path.hops):
            if nat.hides == CLIENT:
                public = nat.addresses.get(self.addresses[index][CLIENT], nat.address)
                port = self._port(nat, hops[index].used, public, index, connection)
                for later in range(index + 1, count):
                    self.addresses[later][CLIENT], self.ports[later][CLIENT] = public, port
        for index in range(count - 2, -1, -1):  # the DNAT nearest to the client is passed first
            if path.hops[index].hides == SERVER:
                for earlier in range(index + 1):
                    self.addresses[earlier][SERVER] = path.hops[index].address

    def _port(self, nat, used, public, index, connection):
        port = self.ports[index][CLIENT]
        port = nat.ports.get((self.addresses[index][CLIENT], port), port)
        key = (public, connection.address[SERVER])
        taken = used.setdefault(("ports",) + key, set())
        while port in taken:
            port = 1024 + (port + 1) % 64000
        taken.add(port)
        return port

    def ends(self, sender, point):
        here = self.addresses[point]
        return here[sender], here[1 - sender]

    def pair(self, sender, point):
        here = self.ports[point]
        return here[sender], here[1 - sender]


class _Render:
    def __init__(self, path, conversations, seed, epoch, log):
        self.path, self.log, self.epoch = path, log, epoch
        self.dice = random.Random(seed)
        self.hops = [_Hop(nat, index, self) for index, nat in enumerate(path.hops)]
        self.routes = {one: _Route(path, self.hops, one) for one in conversations}
        self.ids = {call: self._ids(call) for one in conversations for call in one.calls}
        self.learned = {}  # (call, end that knows, end whose id) -> value
        self.encoded = {}  # statement -> (octets, Call ID fields)
        self.idents = {(one, end): one.ip_id and one.ip_id[end]
                       for one in conversations for end in (CLIENT, SERVER)}
        self.seen = {}  # (tag, point) -> IP packet
        self.frames = []
        self.conversations = conversations

    def _ids(self, call):
        """end -> its id at every point."""
        count = len(self.path.points)
        rows = {end: [call.ids[end]] * count for end in (CLIENT, SERVER)}
        route = self.routes[call.connection]
        for index, hop in enumerate(self.hops):
            if hop.nat.edits == CLIENT:
                value = self._choose(hop, call, rows[CLIENT][index], route, index)
                rows[CLIENT][index + 1:] = [value] * (count - index - 1)
        for index in range(count - 2, -1, -1):
            if self.hops[index].nat.edits == SERVER:
                value = self._choose(self.hops[index], call, rows[SERVER][index + 1], route, index)
                rows[SERVER][:index + 1] = [value] * (index + 1)
        return rows

    @staticmethod
    def _choose(hop, call, value, route, index):
        used = hop.used.setdefault(tuple(route.addresses[index + 1]), set())
        if call.outside is not None:
            result = call.outside
        elif hop.nat.choose == "port":
            result = route.ports[index + 1][CLIENT]
        elif hop.nat.choose == "keep":
            result = value
            while result in used:
                result = (result * 3 + 40241) & 0xFFFF
        else:
            result = hop.nat.choose(call, value, used)
        used.add(result)
        return result

    def translate(self, call, end, value, near, far):
        """A conforming NAT's map of the id of `end`; a value that it does not know stays."""
        row = self.ids[call][end]
        return row[far] if value == row[near] else value

    def _known(self, sender):
        place = 0 if sender == CLIENT else len(self.path.points) - 1
        def known(call, end):
            return self.learned.get((call, sender, end), self.ids[call][end][place])
        return known

    def _packet(self, event):
        connection, sender = event.connection, event.sender
        start = 0 if sender == CLIENT else len(self.path.points) - 1
        packet = Packet()
        packet.event, packet.late, packet.ttl = event, 0.0, connection.ttl[sender]
        packet.shift = 0 if sender == CLIENT else sum(one.isn_shift for one in self.path.hops)
        packet.summed, packet.unedited, packet.only_first_fragment = None, b"", False
        packet.damaged, packet.ip_sum = False, None
        packet.options, packet.payload, packet.call_id = event.options or b"", event.payload, 0
        if event.kind == "icmp" and event.origin is not None:
            start = event.origin + 1 if sender == CLIENT else event.origin
        packet.source, packet.destination = self.routes[connection].ends(sender, start)
        packet.sport, packet.dport = self.routes[connection].pair(sender, start)
        if event.kind == "icmp" and event.origin is not None:
            nat = self.path.hops[event.origin]
            packet.source = nat.address if sender == CLIENT else nat.inner
        packet.parts = []
        for statement, low, high in event.parts or ():
            if statement not in self.encoded:
                self.encoded[statement] = statement.encode(self._known(sender))
            packet.parts.append((statement, self.encoded[statement][0], low, high))
        if event.kind == "gre":
            packet.call_id = event.header.get("call_id")
            if packet.call_id is None:
                packet.call_id = self._known(sender)(event.call, 1 - sender)
        number = self.idents[connection, sender]
        packet.ident = (number or 0) & 0xFFFF
        if number is not None:
            self.idents[connection, sender] = number + 1
        return packet, start

    def _capture(self, packet, place):
        point, event = self.path.points[place], packet.event
        if point.offload == event.sender and event.kind == "tcp" and point.offloaded(event):
            packet = packet.copy()
            packet.summed = packet.stream() + b"\x12\x34"  # anything but the right sum
        datagrams = packet.datagrams(self.seen.get((event.quotes, place)))
        self.seen[event.tag, place] = datagrams[0]
        if point.hidden or point.see and not point.see(packet):
            return
        interface = point.taps[event.sender] if point.taps else point.interface
        time = event.time + packet.late
        time = self.epoch + point.offset + time * (1 + point.drift * 1e-6)
        time = round(time * 1e6) * 1000
        link = self._link(packet, place)
        for number, datagram in enumerate(datagrams):
            if point.ifindex is not None:
                data = net.linux_sll2(datagram, point.ifindex, link[0])
            else:
                data = net.ethernet(datagram, *link, vlan=point.vlan)
            self.frames.append(Frame(time + number * 1000, interface, data, event.tag, place))
            if point.mirror:
                self.frames.append(Frame(time + 20000, interface, data, event.tag, place))

    def _link(self, packet, place):
        """The MAC addresses of sender and receiver on the wire at this point: a host's at the end
        of the path, else those of the two legs of the NATs beside it."""
        sender = packet.event.sender
        ends = (packet.source, packet.destination)
        left = net.mac(ends[sender] if place == 0 else f"r{place - 1}")
        right = net.mac(ends[1 - sender] if place == len(self.hops) else f"l{place}")
        return (left, right) if sender == CLIENT else (right, left)

    def _deliver(self, packet):
        """The receiver learns the sender's id from the call set-up."""
        receiver = 1 - packet.event.sender
        if packet.damaged:
            return
        for statement, data, _, end in packet.parts:
            if end == statement.length and statement.name in ("OCRQ", "OCRP", "ICRQ", "ICRP"):
                for field, offset, owner in self.encoded[statement][1]:
                    if field == "call_id" and owner != receiver:
                        value = int.from_bytes(data[offset:offset + 2], "big")
                        self.learned.setdefault((statement.call, receiver, owner), value)

    def send(self, event):
        packet, place = self._packet(event)
        step = 1 if event.sender == CLIENT else -1
        travelling = [packet]
        while True:
            for one in travelling:
                self._capture(one, place)
            if not 0 <= place + step < len(self.path.points):
                break
            hop = self.hops[min(place, place + step)]
            travelling = [out for one in travelling
                          for out in hop.forward(one, place, place + step)]
            if not travelling:
                return
            place += step
        for one in travelling:
            self._deliver(one)


def render(path, *conversations, seed=0, epoch=EPOCH, log=None):
    """The frames of all points, in order of time. `log` (a list) receives what faults did to Call
    IDs. The same arguments give the same frames."""
    work = _Render(path, conversations, seed, epoch, [] if log is None else log)
    events = [event for one in conversations for event in one.events]
    for event in sorted(events, key=lambda event: event.time):
        work.send(event)
    return sorted(work.frames, key=lambda frame: frame.time)
