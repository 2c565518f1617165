"""Says loudly what of the live lab could not run.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections

MARK = "live lab: "


def pytest_terminal_summary(terminalreporter):
    counts = collections.Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if MARK in reason:
            counts[reason.partition(MARK)[2]] += 1
    for reason, count in sorted(counts.items()):
        terminalreporter.write_line(f"SKIP: live lab, {count} tests: {reason}", yellow=True)
