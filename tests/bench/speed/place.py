"""Where it is measured: stock Wireshark and ours beside each other, and captures that are made when
they are first asked for.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import pathlib
import resource
import subprocess
import tempfile

from support import paths
from support.wireshark import NOBODY, Stage, Wireshark

HERE = pathlib.Path(__file__).resolve().parents[1]


def compile_c(folder, name, *arguments):
    target = folder / name
    subprocess.run(["gcc", "-O2", "-o", target, HERE / f"{name}.c", *arguments], check=True)
    return target


def drop_root():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def take(wireshark, words, statuses=(0,)):
    """(CPU seconds, peak octets) of one run of a program in the environment of `wireshark`."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        drop_root()
        os.execvpe(words[0], words, wireshark.environment)
    _, status, usage = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) in statuses, f"{words}: status {status}"
    assert isinstance(usage, resource.struct_rusage)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


class Place:
    def __init__(self, keep=None):
        self.stage = Stage()
        self.stock = Wireshark(self.stage)
        plugins = self.stage.plugins(paths.build())
        self.ours = Wireshark(self.stage, plugins)
        assert self.ours.loaded() and not self.stock.loaded()
        self.folder = keep or pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=self.stage.root))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.generate = compile_c(self.folder, "generate")
        seed = {"LD_PRELOAD": str(compile_c(self.folder, "seed", "-shared", "-fPIC"))}
        self.seeded_stock = Wireshark(self.stage, environment=seed)
        self.seeded_ours = Wireshark(self.stage, plugins, seed)

    def capture(self, traffic, packets):
        """`packets` in the file, of all points together, besides those that set calls up."""
        path = self.folder / (
            f"{traffic.protocol}-{traffic.calls}-{packets}-{traffic.points}-{traffic.faults}.pcapng"
        )
        if not path.exists():
            words = traffic.protocol, traffic.calls, packets, traffic.points, traffic.faults
            with open(path, "wb") as file:
                subprocess.run([self.generate, *map(str, words)], stdout=file, check=True)
            path.chmod(0o644)
        return path

    def tshark(self, wireshark, path, arguments):
        return take(wireshark, ["tshark", "-n", "-r", path, *arguments])

    def both(self, case):
        """((Wireshark, arguments) of stock, the same of ours)."""
        return (self.stock, case.stock), (self.ours, case.ours)

    def both_seeded(self, case):
        """The same, for counting: what is drawn by chance is the same in each run."""
        return (self.seeded_stock, case.stock), (self.seeded_ours, case.ours)

    def remove(self):
        self.stage.remove()
