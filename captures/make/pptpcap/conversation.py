"""Who says what to whom, and when: one control connection, its calls and their GRE, described once
and from no point in particular. render.render() makes the frames of every capture point of it.

Call IDs are written as P and A: whose id it is. Each end fills in what it knows: its own id, and
the other end's as it arrived there.

SPDX-License-Identifier: GPL-2.0-or-later"""
from . import net, pptp
from .pptp import P

CLIENT, SERVER = 0, 1
AUTO = object()


class Call:
    """A call of `connection`. `pns` is the end that is the PNS: the client, unless the call is an
    incoming one. `pns_id` and `pac_id` are what their owners chose. `outside` is what a NAT makes
    of the id that it translates (None: the NAT's own choice)."""

    def __init__(self, connection, pns_id, pac_id, *, pns=CLIENT, serial=0, outside=None,
                 first_seq=(0, 0)):
        self.connection, self.pns, self.serial, self.outside = connection, pns, serial, outside
        self.ids = {pns: pns_id, 1 - pns: pac_id}  # end -> its own id
        self.next_seq = list(first_seq)
        self.heard = [None, None]  # end -> highest sequence number it received

    def end(self, owner):
        return self.pns if owner is P else 1 - self.pns


class Statement:
    """One message, or raw octets, in a TCP stream."""

    __slots__ = ("name", "call", "sender", "fields", "raw", "length")

    def __init__(self, name, call, sender, fields, raw=None):
        self.name, self.call, self.sender, self.fields, self.raw = name, call, sender, fields, raw
        self.length = len(self.encode(lambda call, end: 0)[0])

    def encode(self, known):
        """The octets as the sender sends them, and the Call ID fields it filled in: (field name,
        offset, end whose id it is). known(call, end) is the id that the sender knows."""
        if self.raw is not None:
            return bytearray(self.raw), ()
        fields, ids = dict(self.fields), []
        for field, offset, owner in pptp.CALL_ID_FIELDS[self.name]:
            value = fields.get(field, owner)
            if isinstance(value, pptp.Owner):
                end = self.call.end(value)
                fields[field] = known(self.call, end)
                ids.append((field, offset, end))
        return bytearray(pptp.build(self.name, **fields)), ids


class Event:
    """Something leaves `sender` at `time` (seconds). kind is "tcp", "gre", "icmp" or "ip"."""

    __slots__ = ("time", "connection", "sender", "tag", "kind", "call", "flags", "seq", "ack",
                 "parts", "options", "window", "again", "payload", "header", "mtu", "quotes",
                 "origin", "bad_checksum")

    def __init__(self, time, connection, sender, tag, kind, **more):
        self.time, self.connection, self.sender = time, connection, sender
        self.tag, self.kind = tag, kind
        for name in self.__slots__[5:]:
            setattr(self, name, more.get(name))

    def names(self):
        """What it carries: message names, or "GRE", "ICMP", "SYN", "TCP"."""
        if self.kind != "tcp":
            return (self.kind.upper(),)
        if self.parts:
            return tuple(part[0].name for part in self.parts)
        return ("SYN",) if self.flags & net.SYN else ("TCP",)


class Conversation:
    """A client's TCP connection to a PPTP server and what belongs to it. `start` is the time of the
    first packet, `step` the pause after each one."""

    def __init__(self, client="192.168.11.20", server="192.168.1.10", *, client_port=49152,
                 server_port=pptp.PORT, isn=(1000000, 5000000), start=0.0, step=0.01, name="",
                 ttl=(64, 64), ip_id=(0x1000, 0x2000), window=(64240, 65535)):
        self.address, self.port = (client, server), (client_port, server_port)
        self.isn, self.next = tuple(isn), [isn[0] & 0xFFFFFFFF, isn[1] & 0xFFFFFFFF]
        self.now, self.step, self.name = start, step, name
        self.ttl, self.ip_id, self.window = ttl, ip_id, window
        self.events, self.calls = [], []
        self._tags, self._joined = {}, False

    # -- bookkeeping ---------------------------------------------------------------------------

    def wait(self, seconds):
        self.now += seconds
        return self

    def _tag(self, tag):
        tag = f"{self.name}.{tag}" if self.name else tag
        count = self._tags[tag] = self._tags.get(tag, 0) + 1
        return tag if count == 1 else f"{tag}#{count}"

    def _add(self, sender, tag, kind, **more):
        event = Event(self.now, self, sender, self._tag(tag), kind, **more)
        self.events.append(event)
        self.now += self.step
        return event

    def find(self, tag):
        tag = f"{self.name}.{tag}" if self.name else tag
        return next(event for event in self.events if event.tag == tag)

    # -- TCP -----------------------------------------------------------------------------------

    def segment(self, sender, flags, parts=(), *, tag, seq=None, ack=AUTO, options=b"", again=False,
                bad_checksum=False):
        """One TCP segment. `parts` are (statement, from, to). A fresh one moves the stream on."""
        if ack is AUTO:
            ack = self.next[1 - sender] if flags & net.ACK else 0
        at = self.next[sender] if seq is None else seq
        if seq is None:
            length = sum(end - start for _, start, end in parts)
            length += bool(flags & net.SYN) + bool(flags & net.FIN)
            self.next[sender] = (at + length) & 0xFFFFFFFF
        return self._add(sender, tag, "tcp", flags=flags, seq=at, ack=ack, parts=tuple(parts),
                         options=options, window=self.window[sender], again=again,
                         bad_checksum=bad_checksum)

    def open(self, mss=1460):
        self.segment(CLIENT, net.SYN, tag="SYN", options=net.mss_option(mss))
        self.segment(SERVER, net.SYN | net.ACK, tag="SYN-ACK", options=net.mss_option(mss))
        self.segment(CLIENT, net.ACK, tag="ACK")
        return self

    def join(self):
        """No handshake in the capture: the streams start behind it."""
        self.next = [(isn + 1) & 0xFFFFFFFF for isn in self.isn]
        return self

    def ack(self, sender):
        return self.segment(sender, net.ACK, tag="ACK")

    def message(self, sender, name, call=None, **fields):
        """A message to say(), nothing more."""
        return Statement(name, call, sender, fields)

    def octets(self, sender, raw):
        return Statement("octets", None, sender, {}, bytes(raw))

    def say(self, sender, *statements, cut=(), tag=None, bad_checksum=False):
        """One segment with these statements, or several: `cut` are offsets into their octets. Tags
        are the message's name, then name/1, name/2, ... where it was cut."""
        total = sum(statement.length for statement in statements)
        edges = [0, *cut, total]
        made = []
        tag = tag or statements[-1].name
        for number, (low, high) in enumerate(zip(edges, edges[1:])):
            parts, at = [], 0
            for statement in statements:
                start, end = max(low - at, 0), min(high - at, statement.length)
                if start < end:
                    parts.append((statement, start, end))
                at += statement.length
            made.append(self.segment(sender, net.PSH | net.ACK, parts,
                                     tag=f"{tag}/{number + 1}" if cut else tag,
                                     bad_checksum=bad_checksum))
        return made

    def tell(self, sender, name, call=None, *, tag=None, cut=(), bad_checksum=False, **fields):
        """One message in one segment (or cut)."""
        return self.say(sender, self.message(sender, name, call, **fields), tag=tag, cut=cut,
                        bad_checksum=bad_checksum)

    def retransmit(self, *tags, tag=None):
        """The segments of `tags` again, as one segment."""
        events = [self.find(one) for one in tags]
        return self.segment(events[0].sender, net.PSH | net.ACK,
                            [part for event in events for part in event.parts],
                            tag=tag or f"{tags[0]} again", seq=events[0].seq, again=True)

    def fin(self, first=CLIENT):
        self.segment(first, net.FIN | net.ACK, tag="FIN")
        self.segment(1 - first, net.FIN | net.ACK, tag="FIN")
        self.segment(first, net.ACK, tag="ACK")
        return self

    def rst(self, sender=CLIENT):
        self.segment(sender, net.RST | net.ACK, tag="RST")
        return self

    # -- PPTP ----------------------------------------------------------------------------------

    def start(self, **fields):
        """TCP handshake and Start-Control-Connection exchange. `fields` go to the request."""
        self.open()
        return self.greet(**fields)

    def greet(self, **fields):
        self.tell(CLIENT, "SCCRQ", **{"host_name": "client", "vendor_string": "example", **fields})
        self.tell(SERVER, "SCCRP", host_name="server", vendor_string="example")
        return self

    def call(self, pns_id, pac_id, **more):
        made = Call(self, pns_id, pac_id, **more)
        self.calls.append(made)
        return made

    def outgoing(self, pns_id, pac_id, *, request=None, reply=None, cut=(), **more):
        """The client, as PNS, calls. `request` and `reply` are fields of the two messages."""
        call = self.call(pns_id, pac_id, **more)
        self.tell(CLIENT, "OCRQ", call, cut=cut, serial=call.serial, **(request or {}))
        self.tell(SERVER, "OCRP", call, **(reply or {}))
        return call

    def incoming(self, pns_id, pac_id, *, pac=SERVER, **more):
        """The PAC reports an incoming call (RFC 2637 2.9)."""
        call = self.call(pns_id, pac_id, pns=1 - pac, **more)
        self.tell(pac, "ICRQ", call, serial=call.serial, dialed_number_length=3,
                  dialed_number="100", dialing_number_length=3, dialing_number="200")
        self.tell(1 - pac, "ICRP", call)
        self.tell(pac, "ICCN", call)
        return call

    def echo(self, sender=CLIENT, identifier=1):
        self.tell(sender, "EchoRQ", identifier=identifier)
        self.tell(1 - sender, "EchoRP", identifier=identifier)
        return self

    def clear(self, call):
        self.tell(call.pns, "CCRQ", call)
        self.tell(1 - call.pns, "CDN", call)
        return self

    def stop(self, sender=CLIENT):
        self.tell(sender, "StopCCRQ")
        self.tell(1 - sender, "StopCCRP")
        return self.fin(sender)

    def end(self, call):
        return self.clear(call).stop()

    # -- GRE and what answers it ---------------------------------------------------------------

    def gre(self, call, sender, payload=b"", *, seq=AUTO, ack=AUTO, tag="GRE", mtu=0, **header):
        """One GRE packet. With a payload it has the next sequence number; it acknowledges what
        `sender` received since its last one. Numbers or None instead of AUTO are taken as they are;
        `header` goes to gre.packet() (call_id too: a number is sent as it is)."""
        if seq is AUTO:
            seq = None
            if payload:
                seq = call.next_seq[sender] & 0xFFFFFFFF
                call.next_seq[sender] += 1
                call.heard[1 - sender] = seq
        if ack is AUTO:
            ack, call.heard[sender] = call.heard[sender], None
        return self._add(sender, tag, "gre", call=call, payload=payload, seq=seq, ack=ack,
                         header=header, mtu=mtu)

    def icmp(self, quotes, *, nat=None, kind=3, code=2, tag="ICMP"):
        """An ICMP error about the packet `quotes` (a tag), from the host it was sent to or from the
        NAT of hop number `nat`. Default: protocol unreachable."""
        quoted = self.find(quotes)
        return self._add(1 - quoted.sender, tag, "icmp", quotes=quoted.tag, flags=(kind, code),
                         origin=nat, call=quoted.call)
