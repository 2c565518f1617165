"""What each further packet costs: counts and times of one case in one row.

SPDX-License-Identifier: GPL-2.0-or-later"""

from . import cases, counting, pairs


def name_of(what, case):
    return f"{case.name}: {what}"


def count_cells(report, case, stock, ours):
    def over(what, mine, other, bound):
        return report.held(name_of(what, case), mine / max(other, 1), bound)

    return [
        f"{stock.instructions:,.0f} / {ours.instructions:,.0f}",
        over("instructions", ours.instructions, stock.instructions, case.instructions),
        f"{stock.misses:,.0f} / {ours.misses:,.0f}",
        over("misses of the first caches", ours.misses, stock.misses, case.misses),
        f"{max(stock.last, 0):.1f} / {max(ours.last, 0):.1f}",
    ]


def time_cells(report, case, rounds):
    ratio = rounds.ratio("plugin", "stock")
    return [
        f"{rounds.cpu('stock'):.2f} / {rounds.cpu('plugin'):.2f}",
        report.held(name_of("CPU time", case), ratio.median, case.cpu, shown=str(ratio)),
        rounds.ratio("again", "stock"),
    ]


COUNT_HEADINGS = ["instructions, stock / plugin", "× stock", "misses of first caches", "× stock",
                  "of a last cache of 1 MiB"]  # fmt: skip
TIME_HEADINGS = ["CPU s, stock / plugin", "× stock", "stock × itself"]


def main_table(place, report, options, order, parts):
    """Returns {case: (stock's Counts a packet, ours)}."""
    counted = {}
    headings = ["case"]
    headings += COUNT_HEADINGS if "counts" in parts else []
    headings += TIME_HEADINGS if "times" in parts else []
    report.headings(*headings)
    for case in cases.MAIN:
        if options.only not in case.name:
            continue
        report.progress(case.name)
        cells = [case.name]
        if "counts" in parts:
            counted[case] = counting.a_packet(place, case)
            cells += count_cells(report, case, *counted[case])
        if "times" in parts and case.timed:
            packets = int(options.packets * case.part_of_packets)
            path = place.capture(case.traffic, packets)
            rounds = pairs.against_stock(place, case, path, options.pairs, order)
            cells += time_cells(report, case, rounds)
        report.row(*cells, *[""] * (len(headings) - len(cells)))
    return counted


def ten_million(place, report, options, order):
    """Whether time and memory grow with the packets and no faster."""
    packets = 10 * options.packets
    report.headings(f"{packets:,} packets", *TIME_HEADINGS, "octets a packet over stock")
    for case in (cases.ONE_POINT, cases.TWO_POINTS):
        report.progress(f"{packets:,} packets, {case.name}")
        path = place.capture(case.traffic, packets)
        rounds = pairs.against_stock(place, case, path, min(options.pairs, 3), order)
        more = (rounds.peaks["plugin"] - rounds.peaks["stock"]) / packets
        path.unlink()  # gigabytes
        report.row(case.name, *time_cells(report, case, rounds),
                   report.held(name_of("octets of 10 times the packets", case), more,
                               cases.OCTETS_A_PACKET, 0))  # fmt: skip
