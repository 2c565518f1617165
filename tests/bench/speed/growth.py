"""What many calls cost over few, as multiples of what stock takes for the same capture.

SPDX-License-Identifier: GPL-2.0-or-later"""

import dataclasses

from . import cases, counting, pairs

CALLS = cases.FEW_CALLS, cases.MANY_CALLS
ROUNDS = 3  # what is shown beside the counts


def with_calls(case, calls):
    return dataclasses.replace(case, traffic=dataclasses.replace(case.traffic, calls=calls))


def counted(place, case, packets, each_packet):
    """[(stock's Counts, ours) of a capture, by CALLS]: counts of a call and of a packet, added up.
    They are linear, and to count the whole of it takes an hour."""
    each_packet = each_packet or counting.a_packet(place, case)
    each_call = counting.a_call(place, case, each_packet)
    return [
        [call.times(calls) + packet.times(packets) for call, packet in zip(each_call, each_packet)]
        for calls in CALLS
    ]


def counted_whole(place, case, packets):
    """The same of the captures as they are."""
    return [counting.whole(place, with_calls(case, calls), packets) for calls in CALLS]


def instructions(counts):
    return [ours.instructions / stock.instructions for stock, ours in counts]


def misses(counts, packets):
    """As texts: stock's and ours by packet. Stock has none with few calls."""
    return [f"{stock.last / packets:.1f} / {ours.last / packets:.1f}" for stock, ours in counts]


def times(place, case, packets, order):
    found = []
    for calls in CALLS:
        path = place.capture(with_calls(case, calls).traffic, packets)
        rounds = pairs.against_stock(place, case, path, ROUNDS, order)
        found.append(rounds.ratio("plugin", "stock"))
    return found


def table(place, report, options, order, each_packet):
    """`each_packet`: what main_table returned."""
    report.headings(f"{options.packets:,} packets, × stock", f"{CALLS[0]} calls",
                    f"{CALLS[1]:,} calls", "more")  # fmt: skip
    for case in (cases.ONE_POINT, cases.TWO_POINTS):
        name = case.name.removeprefix("1,000 calls, ")
        report.progress(f"growth, {name}")
        if options.full:
            counts = counted_whole(place, case, options.packets)
        else:
            counts = counted(place, case, options.packets, each_packet.get(case))
        few, many = instructions(counts)
        report.row(f"{name}: instructions", f"{few:.3f}", f"{many:.3f}",
                   report.held(f"growth, {name}", many - few, cases.GROWTH))  # fmt: skip
        report.row("misses of a last cache of 1 MiB a packet, stock / plugin",
                   *misses(counts, options.packets), "")  # fmt: skip
        few_cpu, many_cpu = times(place, case, options.packets, order)
        report.row(f"CPU time ({ROUNDS} rounds)", few_cpu, many_cpu,
                   f"{many_cpu.median - few_cpu.median:.2f}")  # fmt: skip
