"""Times of programs that run beside each other: in turn, in random order, as often as is told. A
ratio is that of two runs of one round, so that what disturbs the machine for longer disturbs both.

SPDX-License-Identifier: GPL-2.0-or-later"""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Spread:
    """The median, and between which two numbers half of the values lie."""

    median: float
    low: float
    high: float

    def __str__(self):
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def spread(values):
    values = list(values)
    if len(values) == 1:
        values *= 2
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


class Rounds:
    def __init__(self, order):
        self.order = order  # a random.Random
        self.seconds = {}
        self.peaks = {}

    def run(self, rounds, programs):
        """`programs`: {name: a function that returns (CPU seconds, peak octets)}."""
        for _ in range(rounds):
            for name in self.order.sample(list(programs), len(programs)):
                seconds, peak = programs[name]()
                self.seconds.setdefault(name, []).append(seconds)
                self.peaks[name] = max(self.peaks.get(name, 0), peak)
        return self

    def cpu(self, name):
        return statistics.median(self.seconds[name])

    def ratio(self, name, over):
        """How much more CPU time `name` took than `over`."""
        pairs = zip(self.seconds[name], self.seconds[over])
        return spread(mine / max(other, 0.001) for mine, other in pairs)


def against_stock(place, case, path, rounds, order):
    """The rounds of "stock", "plugin" and "again", which is stock once more."""
    stock, ours = place.both(case)

    def program(who):
        return lambda: place.tshark(who[0], path, who[1])

    programs = {"stock": program(stock), "plugin": program(ours), "again": program(stock)}
    return Rounds(order).run(rounds, programs)
