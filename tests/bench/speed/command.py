"""The command `pptpnat` beside other ways to read the same file, and core by itself.

SPDX-License-Identifier: GPL-2.0-or-later"""

import shutil
import statistics
import subprocess
import time

from support import paths

from . import cases, pairs
from .place import compile_c, take

# (what, its words before the file, bound of the command's CPU time as a multiple of it)
BESIDE = [
    ("`tshark -q -r`: reading alone", ["tshark", "-n", "-q", "-r"], 2.0),
    ("`tshark -q -z expert`, stock", ["tshark", "-n", "-q", "-z", "expert", "-r"], 0.25),
    ("`tcpdump -n -r`", ["tcpdump", "-n", "-r"], None),
]  # fmt: skip
OWN = "`pptpnat`"
ANSWERS = 0, 3  # of the command: all is well, or too few packets to tell
SMALL = "lab/h_sli_mistranslated"


def without_interfaces(path):
    """The same as a pcap file: tcpdump reads no file of two interfaces."""
    classic = path.with_suffix(".pcap")
    subprocess.run(["editcap", "-F", "pcap", path, classic], check=True)
    classic.chmod(0o644)
    return classic


def small_pair_ms(place, program, runs):
    """The median of the milliseconds that a run on a small pair takes by the clock."""
    pair = [place.ours.capture(f"{SMALL}/{side}.pcapng") for side in ("inside", "outside")]
    taken = []
    for _ in range(runs):
        began = time.monotonic()
        take(place.ours, [program, *pair], (1,))
        taken.append((time.monotonic() - began) * 1000)
    return statistics.median(taken)


def table(place, report, options, order):
    program = place.stage.root / "build" / "ui" / "cli" / "pptpnat"
    path = place.capture(cases.TWO_POINTS.traffic, options.packets)
    rows = [(OWN, [program], None)] + [row for row in BESIDE if shutil.which(row[1][0])]
    files = {"tcpdump": without_interfaces(path)}

    def run(words):
        return lambda: take(place.stock, [*words, files.get(words[0], path)], ANSWERS)

    report.progress("the command")
    rounds = pairs.Rounds(order).run(options.pairs, {what: run(words) for what, words, _ in rows})
    report.headings(f"{options.packets:,} GRE packets at two points", "CPU s", "peak MiB",
                    "the command × this")  # fmt: skip
    for what, _, bound in rows:
        ratio = rounds.ratio(OWN, what)
        cell = report.held(f"the command over {what}", ratio.median, bound, shown=str(ratio))
        report.row(what, f"{rounds.cpu(what):.2f}", f"{rounds.peaks[what] / 2**20:.0f}",
                   "" if what == OWN else cell)  # fmt: skip
    small = small_pair_ms(place, program, 4 * options.pairs)
    cell = report.held("the command, a pair of 141 packets, ms", small, cases.SMALL_PAIR_MS, 0)
    report.say(f"\nA pair of 141 packets takes the command, by the clock: {cell} ms")


def core_alone(place, report):
    """Packets that are made beforehand, then fed."""
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "glib-2.0"], capture_output=True, text=True, check=True
    ).stdout.split()
    core = sorted((paths.TOP / "plugin" / "core").rglob("*.c"))
    options = ["-std=c11", "-fms-extensions", f"-I{paths.TOP / 'plugin'}"]
    program = compile_c(place.folder, "core", *options, *core, *flags)
    output = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    report.say("\n" + output.rstrip())
