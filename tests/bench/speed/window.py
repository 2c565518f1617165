"""What a display filter costs in Wireshark's own window, on a screen of its own.

SPDX-License-Identifier: GPL-2.0-or-later"""

import dataclasses
import os
import pathlib
import subprocess
import time

from support.desktop import Desktop

from . import cases, packets, pairs
from .place import drop_root

FILTER = "gre"
TICKS = os.sysconf("SC_CLK_TCK")
IDLE = 0.03  # CPU seconds a second: the cursor blinks
PATIENCE_S = 300
ROUNDS = 5


class Window:
    """Wireshark with one capture open."""

    def __init__(self, wireshark, path):
        self.screen, display = Desktop.start_screen()
        self.environment = {**wireshark.environment, "DISPLAY": display}
        self.process = subprocess.Popen(
            ["wireshark", "-n", "-r", path], env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=drop_root,
        )  # fmt: skip
        self.name = path.name
        self.wait()

    def seconds(self):
        """CPU time since the program started."""
        text = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / TICKS

    def peak(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in text.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def wait(self):
        """Until it has done nothing for a second."""
        end = time.monotonic() + PATIENCE_S
        busy = True
        while busy:
            assert time.monotonic() < end, f"{self.name}: Wireshark has not come to rest"
            before = self.seconds()
            time.sleep(1)
            busy = self.seconds() - before >= IDLE

    def do(self, *words):
        done = subprocess.run(["xdotool", *words], env=self.environment, stdout=subprocess.PIPE,
                              check=True)  # fmt: skip
        return done.stdout.split()

    def show(self, *filter_text):
        """Shows the packets that the filter lets through, or all of them."""
        number = self.do("search", "--onlyvisible", "--name", self.name)[0]
        self.do("windowfocus", number)
        self.do("key", "ctrl+slash", "ctrl+a", "BackSpace")
        for text in filter_text:
            self.do("type", text)
        self.wait()
        before = self.seconds()
        self.do("key", "Return")
        self.wait()
        return self.seconds() - before

    def filtered(self):
        """(CPU seconds, peak octets) of filtering; all packets are shown again after it."""
        taken = self.show(FILTER), self.peak()
        self.show()
        return taken

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.screen.terminate()
        self.screen.wait()


def rounds_of(place, path, order):
    stock, ours = Window(place.stock, path), Window(place.ours, path)
    programs = {"stock": stock.filtered, "plugin": ours.filtered, "again": stock.filtered}
    try:
        return pairs.Rounds(order).run(ROUNDS, programs)
    finally:
        stock.close()
        ours.close()


def table(place, report, options, order):
    report.headings(f"{options.packets:,} packets in Wireshark's window, filtered by `{FILTER}`",
                    *packets.TIME_HEADINGS)  # fmt: skip
    for case in (cases.ONE_POINT, cases.TWO_POINTS):
        points = case.traffic.points
        report.progress(f"the window, {points}")
        rounds = rounds_of(place, place.capture(case.traffic, options.packets), order)
        window = dataclasses.replace(case, name=f"{points} point{'s' if points > 1 else ''}",
                                     cpu=cases.FILTERING)  # fmt: skip
        report.row(window.name, *packets.time_cells(report, window, rounds))
