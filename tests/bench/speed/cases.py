"""What is measured, and the bounds of each.

SPDX-License-Identifier: GPL-2.0-or-later"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Traffic:
    """What generate.c is told; a tunnel of "esp" has two SAs."""

    protocol: str
    calls: int
    points: int
    faults: int = 0


@dataclasses.dataclass(frozen=True)
class Case:
    """Bounds are multiples of what stock takes; None: there is none."""

    name: str
    traffic: Traffic
    stock: tuple
    ours: tuple
    instructions: float | None = None
    misses: float | None = None  # of the first caches
    cpu: float | None = None
    part_of_packets: float = 1  # of those that --packets says, when time is measured
    counted: int = 60_000  # packets of the larger of the two captures of which counts are taken
    timed: bool = True


GRE = ("-Y", "gre")
EXPERT = ("-q", "-z", "expert")
NAT = ("-q", "-z", "pptp,nat")
ONE_POINT = Case(
    "1,000 calls, one point, `-Y gre`", Traffic("gre", 1000, 1), GRE, GRE,
    instructions=1.00, misses=1.05, counted=120_000,
)  # fmt: skip
TWO_POINTS = Case(
    "1,000 calls, two points, `-z pptp,nat` over `-z expert`", Traffic("gre", 1000, 2), EXPERT, NAT,
    instructions=1.00, cpu=1.10, counted=120_000,
)  # fmt: skip
FAULTS = Case(
    "the same with faults", Traffic("gre", 1000, 2, 1), EXPERT, NAT,
    instructions=1.00, cpu=1.10, part_of_packets=0.2,
)  # fmt: skip
TWO_PASSES = [
    Case("one point, `-2 -Y gre`", Traffic("gre", 1000, 1), ("-2", *GRE), ("-2", *GRE),
         instructions=1.05, part_of_packets=0.2),
    Case("two points, `-2 -z pptp,nat` over `-2 -z expert`", Traffic("gre", 1000, 2),
         ("-2", *EXPERT), ("-2", *NAT), instructions=1.05, part_of_packets=0.2),
]  # fmt: skip
# Stock's -z expert is no measure here: it takes each SPI for one stream, and its list of what it
# calls wrong numbers costs n^2.
ESP = [
    Case("1,000 ESP SAs, one point, `-Y esp`", Traffic("esp", 500, 1), ("-Y", "esp"),
         ("-Y", "esp"), instructions=1.10, part_of_packets=0.2),
    Case("1,000 ESP SAs, two points, `-z ipsec,nat` beside `-z io,phs`", Traffic("esp", 500, 2),
         ("-q", "-z", "io,phs"), ("-q", "-z", "io,phs", "-z", "ipsec,nat"), instructions=1.10,
         part_of_packets=0.2),
]  # fmt: skip
UDP = Case("other UDP, `-Y gre`", Traffic("udp", 1, 1), GRE, GRE, instructions=1.003, timed=False)

MAIN = [ONE_POINT, TWO_POINTS, FAULTS, *TWO_PASSES, *ESP, UDP]

FEW_CALLS, MANY_CALLS = 100, 65_536
GROWTH = 0.10  # what is over stock at MANY_CALLS, less the same at FEW_CALLS
OCTETS_A_PACKET = 24
OCTETS_A_CALL = 1024
SMALL_PAIR_MS = 50
FILTERING = 1.00  # CPU time of a display filter in Wireshark's window
