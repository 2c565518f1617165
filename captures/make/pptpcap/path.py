"""The way between client and server: capture points with a hop between each two neighbours.

Points stand in the order from the client to the server. A hop is a Nat, which may hide the client
(the usual one), hide the server (DNAT), or hide nobody (a router). render.render() sends
conversations along it.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from .conversation import CLIENT


class Point:
    """Where packets are captured. `offset` (seconds) and `drift` (ppm) are its clock's.
    `see(packet)` says what is captured; `mirror`: everything is captured twice; `taps`: the
    interfaces of the two directions of a tap (from the client, from the server). `ifindex`: the
    frames are those of `tcpdump -i any`. `offload`: TCP checksums of packets sent by this end are
    not filled in (of all, or of those of which offloaded(event) is true). `hidden`: nothing was
    captured here."""

    def __init__(self, name="", *, interface=None, taps=None, vlan=None, offset=0.0, drift=0.0,
                 see=None, mirror=False, ifindex=None, offload=None, offloaded=None, hidden=False):
        self.name, self.interface, self.taps, self.vlan = name, interface, taps, vlan
        self.offset, self.drift, self.see, self.mirror = offset, drift, see, mirror
        self.ifindex, self.offload, self.hidden = ifindex, offload, hidden
        self.offloaded = offloaded or (lambda event: True)


class Nat:
    """A hop. `address` is the public one; `hides` CLIENT, SERVER or None (a router). `edits` is the
    end whose Call IDs it translates (default: the one it hides), None without a PPTP editor.

    `choose` is how it picks an id: "port" (the TCP port outside, as Linux does), "keep" (the same
    value while it is free, as RRAS does), or a function (call, value, used) -> value.
    `segments`: it edits only a whole message that starts its segment, as Linux and libalias do.
    `addresses`: public addresses by client address, where it has several. `mss`: clamps SYNs.
    `isn_shift`: a firewall that gives the client other TCP sequence numbers, by this much."""

    def __init__(self, address="192.168.1.30", *, hides=CLIENT, editor=True, edits=CLIENT,
                 choose="port", segments=False, addresses=None, ports=None, faults=(), delay=0.0002,
                 loss=0.0, duplicate=0.0, reorder=0.0, mss=None, ttl_step=1,
                 inner="192.168.11.1", isn_shift=0):
        self.address, self.hides, self.inner = address, hides, inner
        self.edits = edits if editor and hides is not None else None
        self.isn_shift = isn_shift
        self.choose, self.segments, self.addresses = choose, segments, addresses or {}
        self.ports, self.faults, self.delay, self.mss = ports or {}, list(faults), delay, mss
        self.loss, self.duplicate, self.reorder, self.ttl_step = loss, duplicate, reorder, ttl_step


def Router(**more):
    """A hop that translates nothing."""
    return Nat(hides=None, **more)


class Path:
    def __init__(self, points=("inside", "outside"), hops=None):
        self.points = [point if isinstance(point, Point) else Point(point) for point in points]
        self.hops = [Nat()] if hops is None else list(hops)
        if len(self.hops) != len(self.points) - 1:
            raise ValueError("one hop between each two points")

        seen = [point for point in self.points if not point.hidden]
        for index, point in enumerate(seen):
            if point.interface is None:
                point.interface = index

    def interfaces(self):
        """The names, by interface index."""
        names = {}
        for point in self.points:
            if not point.hidden:
                for one in point.taps or (point.interface,):
                    names.setdefault(one, point.name)
        return [names[index] for index in sorted(names)]
