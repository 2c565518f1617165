"""The test of a minute: it fails if the cost has grown over figures.json. Its figures are what the
plugin takes as multiples of what stock takes in the same run: compilers and processors differ.

SPDX-License-Identifier: GPL-2.0-or-later"""

import dataclasses
import json

from . import cases, counting
from .place import HERE

FIGURES = HERE / "figures.json"
PACKETS = 2_000, 8_000
CALLS = 1_000, 9_000
INSTRUCTIONS, OCTETS = "instructions a packet", "octets a call"
CASES = {"one point, -Y gre": cases.ONE_POINT,
         "two points, linked, -z pptp,nat": cases.TWO_POINTS}  # fmt: skip
GROWTH = {INSTRUCTIONS: 1.02, OCTETS: 1.05}


def over_stock(place, case, both, take, captures):
    few, more = (
        place.capture(dataclasses.replace(case.traffic, calls=calls), packets)
        for calls, packets in captures
    )
    stock, ours = (
        take(wireshark, more, arguments) - take(wireshark, few, arguments)
        for wireshark, arguments in both
    )
    return round(ours / stock, 4)


def figures_of(place):
    """Callgrind is most of the minute, so instructions are counted where the most of the plugin is
    at work."""

    def octets(wireshark, path, arguments):
        return place.tshark(wireshark, path, arguments)[1]

    def instructions(wireshark, path, arguments):
        return counting.count(wireshark, path, arguments, caches=False).instructions

    figures = {INSTRUCTIONS: {}, OCTETS: {}}
    for name, case in CASES.items():
        captures = [(calls, 2 * calls * case.traffic.points) for calls in CALLS]
        figures[OCTETS][name] = over_stock(place, case, place.both(case), octets, captures)
    figures[INSTRUCTIONS][name] = over_stock(
        place, case, place.both_seeded(case), instructions, [(1, packets) for packets in PACKETS]
    )
    return figures


def table(place, report, accept):
    figures = figures_of(place)
    if accept:
        FIGURES.write_text(json.dumps(figures, indent=2) + "\n")
    kept = json.loads(FIGURES.read_text())
    report.headings("over stock", "case", "kept", "now")
    for what, by_case in figures.items():
        for case, figure in by_case.items():
            most = round(kept[what][case] * GROWTH[what], 4)
            report.row(what, case, f"{kept[what][case]:.3f}",
                       report.held(f"{what}, {case}", figure, most))  # fmt: skip
