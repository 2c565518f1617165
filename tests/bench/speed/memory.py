"""Octets that the plugin takes over stock at the peak, one pass.

SPDX-License-Identifier: GPL-2.0-or-later"""

import dataclasses

from . import cases

PACKETS = 20_000, 1_000_000  # the kernel counts by the page: few would show that


def peaks(place, case, traffic, packets):
    """What is over stock."""
    path = place.capture(traffic, packets)
    (stock, theirs), (ours, mine) = place.both(case)
    return place.tshark(ours, path, mine)[1] - place.tshark(stock, path, theirs)[1]


def packet_table(place, report):
    report.headings("octets over stock", "each further packet")
    for case in (cases.ONE_POINT, cases.TWO_POINTS, *cases.ESP):
        few, more = (peaks(place, case, case.traffic, packets) for packets in PACKETS)
        each = (more - few) / (PACKETS[1] - PACKETS[0])
        report.row(case.name, report.held(f"{case.name}: octets a packet", each,
                                          cases.OCTETS_A_PACKET, 1))  # fmt: skip


def call_table(place, report):
    """Many calls of two packets each at every point."""
    calls = cases.MANY_CALLS
    report.headings("octets over stock", "a call and point, its packets among them")
    for case in (cases.ONE_POINT, cases.TWO_POINTS):
        points = case.traffic.points
        traffic = dataclasses.replace(case.traffic, calls=calls)
        each = peaks(place, case, traffic, 2 * calls * points) / calls / points
        name = f"{calls:,} calls, {points} point{'s' if points > 1 else ''}"
        report.row(name, report.held(f"{name}: octets a call and point", each,
                                     cases.OCTETS_A_CALL, 0))  # fmt: skip
