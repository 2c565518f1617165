"""Instructions and misses of caches that are always of the same size: neither other work on the
machine nor the seeds of hashes change them. What stands in a table is the difference of two
captures, so start-up does not count.

SPDX-License-Identifier: GPL-2.0-or-later"""

import concurrent.futures
import dataclasses
import os
import re
import subprocess

from .place import drop_root

CACHES = ["--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,16,64"]
FEW_PACKETS = 20_000
CALLS = 500, 4_500


@dataclasses.dataclass(frozen=True)
class Counts:
    instructions: float
    misses: float = 0  # of the first caches, instructions and data
    last: float = 0  # of a last cache of 1 MiB

    def _with(self, other, function):
        pairs = zip(dataclasses.astuple(self), dataclasses.astuple(other))
        return Counts(*(function(a, b) for a, b in pairs))

    def __add__(self, other):
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._with(other, lambda a, b: a - b)

    def times(self, factor):
        return Counts(*(value * factor for value in dataclasses.astuple(self)))


def count(wireshark, path, arguments, caches=True):
    """Counts of one run; without `caches` those of instructions, in half the time."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", *(CACHES if caches else []),
         "--callgrind-out-file=/dev/null", "tshark", "-n", "-r", path, *arguments],
        env=wireshark.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        check=True, preexec_fn=drop_root,
    )  # fmt: skip
    names = re.search(r"Events *: (.*)", done.stderr)[1].split()
    values = dict(zip(names, map(int, re.search(r"Collected *: (.*)", done.stderr)[1].split())))

    def total(*events):
        return sum(values.get(event, 0) for event in events)

    return Counts(
        total("Ir"), total("I1mr", "D1mr", "D1mw"), total("ILmr", "DLmr", "DLmw")
    )  # fmt: skip


def count_all(runs):
    """Counts of (Wireshark, path, arguments), as many at once as there are processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda run: count(*run), runs))


def between(place, case, few, more):
    """What lies between two captures: (stock's Counts, ours)."""
    both = place.both_seeded(case)
    runs = [(who, path, arguments) for who, arguments in both for path in (few, more)]
    stock_few, stock_more, ours_few, ours_more = count_all(runs)
    return stock_more - stock_few, ours_more - ours_few


def a_packet(place, case):
    """(stock's Counts of each further packet, ours)."""
    sizes = FEW_PACKETS, case.counted
    both = between(place, case, *(place.capture(case.traffic, size) for size in sizes))
    return [counts.times(1 / (sizes[1] - sizes[0])) for counts in both]


def a_call(place, case, each_packet):
    """(stock's Counts of each further call, its packets apart, ours)."""
    points = case.traffic.points
    few, more = (
        place.capture(dataclasses.replace(case.traffic, calls=calls), 2 * calls * points)
        for calls in CALLS
    )
    both = between(place, case, few, more)
    return [
        counts.times(1 / (CALLS[1] - CALLS[0])) - packet.times(2 * points)
        for counts, packet in zip(both, each_packet)
    ]


def whole(place, case, packets):
    """(stock's Counts of a whole capture, start-up and all, ours)."""
    path = place.capture(case.traffic, packets)
    return count_all([(who, path, arguments) for who, arguments in place.both_seeded(case)])
