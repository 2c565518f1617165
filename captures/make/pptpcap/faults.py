"""The one thing that a NAT does wrong (reference: the fault catalogue of the documentation). A NAT
without faults is a conforming one.

A fault says on which packets it works: `names` are message names, "GRE", "ICMP", "SYN" or "TCP";
`sender` CLIENT or SERVER; `call` and `connection` restrict it; `after` and `until` are times.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from typing import NamedTuple

from . import net


class Committed(NamedTuple):
    """What a fault did to one Call ID field: the right answer for a test that makes random
    cases."""
    tag: str
    point: int  # index of the point at which it is seen
    expected: int
    seen: int
    kind: str


class Fault:
    def __init__(self, names=None, *, sender=None, call=None, connection=None, after=None,
                 until=None):
        self.names = (names,) if isinstance(names, str) else names
        self.sender, self.call, self.connection = sender, call, connection
        self.after, self.until = after, until

    def concerns(self, event, name=None, call=None):
        return not (
            self.names and not ({name} if name else set(event.names())) & set(self.names)
            or self.sender is not None and event.sender != self.sender
            or self.call and (call or event.call) is not self.call
            or self.connection and event.connection is not self.connection
            or self.after is not None and event.time < self.after
            or self.until is not None and event.time >= self.until)

    def field(self, edit):
        """What to write instead of edit.right, or None."""

    def forward(self, hop, packet):
        """May change the packet; False drops it."""
        return True


class WrongId(Fault):
    """A Call ID reads wrong behind the NAT. `kind`: untranslated, zero, tcp port, byte-swapped,
    other owner, other call, earlier call (both: the id of `other`, a Call), unknown; or a number.
    `again`: only retransmissions. `field_name` restricts it to one of a message's two ids."""

    def __init__(self, names, kind, *, other=None, field_name=None, again=False, **when):
        super().__init__(names, **when)
        self.kind, self.other, self.field_name, self.again = kind, other, field_name, again

    def field(self, edit):
        if (edit.again != self.again or self.field_name and edit.field != self.field_name
                or not self.concerns(edit.event, edit.name, edit.call)):
            return None
        right, kind = edit.right, self.kind
        if isinstance(kind, int):
            return kind
        if kind == "untranslated":
            return edit.value
        if kind == "zero":
            return 0
        if kind == "tcp port":
            return edit.port
        if kind == "byte-swapped":
            return (right & 0xFF) << 8 | right >> 8
        if kind == "other owner":
            return edit.ids(edit.call, 1 - edit.end)
        if kind in ("other call", "earlier call"):
            return edit.ids(self.other, edit.end)
        return right ^ 0x2AAA


class RewriteDisconnect(Fault):
    """Linux' helper: Call-Disconnect-Notify on its way in gets the client's own id (F02)."""

    def __init__(self, **when):
        super().__init__("CDN", **when)

    def field(self, edit):
        if self.concerns(edit.event, edit.name, edit.call):
            return edit.ids(edit.call, 1 - edit.end)
        return None


class Drop(Fault):
    """Packets get lost. `idle`: only after a pause of so many seconds in the other direction, until
    the other end sends again; `larger`: only IP packets above this size; `nth`: only these, counted
    from 0; `fragments`: only the fragments behind the first one."""

    def __init__(self, names=None, *, idle=None, larger=None, nth=None, fragments=False, **when):
        super().__init__(names, **when)
        self.idle, self.larger, self.nth, self.fragments = idle, larger, nth, fragments

    def forward(self, hop, packet):
        event = packet.event
        state = hop.state(self)
        if self.idle is not None and event.kind == "gre":
            if event.sender != self.sender:
                state["last"] = event.time
            if event.time - state.get("last", event.time) < self.idle:
                return True
        if not self.concerns(event) or self.larger and packet.size() <= self.larger:
            return True
        if self.fragments:
            packet.only_first_fragment = True
            return True
        count = state["count"] = state.get("count", -1) + 1
        return self.nth is not None and count not in self.nth


class Misdeliver(Fault):
    """Packets are sent to another host."""

    def __init__(self, to, names="GRE", **when):
        super().__init__(names, **when)
        self.to = to

    def forward(self, hop, packet):
        if self.concerns(packet.event):
            packet.destination = self.to
        return True


class OtherAddress(Fault):
    """Packets leave from another address than the NAT's."""

    def __init__(self, source, names="GRE", **when):
        super().__init__(names, **when)
        self.source = source

    def forward(self, hop, packet):
        if self.concerns(packet.event):
            packet.source = self.source
        return True


class AlterOctet(Fault):
    """An octet that is none of the NAT's business is changed. `offset` counts from the start of the
    message, or of the GRE payload."""

    def __init__(self, names, offset, value, **when):
        super().__init__(names, **when)
        self.offset, self.value = offset, value

    def forward(self, hop, packet):
        if not self.concerns(packet.event):
            return True
        if packet.event.kind == "gre":
            data = bytearray(packet.payload)
            data[self.offset] = self.value
            packet.payload = bytes(data)
        for index, (statement, data, start, end) in enumerate(packet.parts):
            if statement.name in self.names:
                data = bytearray(data)
                data[self.offset] = self.value
                packet.parts[index] = (statement, data, start, end)
        return True


class StaleChecksum(Fault):
    """Call IDs are changed and the TCP checksum is not (addresses are accounted for)."""

    def forward(self, hop, packet):
        if self.concerns(packet.event):
            packet.summed = packet.unedited
        return True


class Damage(AlterOctet):
    """The same octet, changed by chance: the TCP checksum is that of the right segment,
    so nobody reads it. Retransmissions pass unharmed."""

    def forward(self, hop, packet):
        if packet.event.again or not self.concerns(packet.event):
            return True
        packet.summed, packet.damaged = packet.stream(), True
        return super().forward(hop, packet)


class StaleHeaderChecksum(Fault):
    """Addresses are changed and the IP header checksum is not (the TTL is accounted for). `zero`:
    there is none at all."""

    def __init__(self, names=None, *, zero=False, **when):
        super().__init__(names, **when)
        self.zero = zero

    def forward(self, hop, packet):
        if self.concerns(packet.event):
            old = hop.ends_before(packet)
            packet.ip_sum = lambda whole: 0 if self.zero else net.header_checksum(whole, *old)
        return True
