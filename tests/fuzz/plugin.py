#!/usr/bin/python3
"""Mutated captures through tshark with the plugin under ASan and UBSan.

    tests/fuzz/plugin.py SECONDS FOLDER [SEED]

Takes captures of the project at random, breaks octets (editcap -E), cuts packets, repeats what one
run does in all modes, and compares: whatever the capture, every mode gives one report, and the
command's own reader the same where it needs no tshark. The first round is random packets. What
breaks is left in FOLDER with its command; the exit status is then 1.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pathlib
import random
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support import paths, udp  # noqa: E402
from support.wireshark import Stage, Wireshark  # noqa: E402



def tables(*names):
    return [word for name in names for word in ("-z", name)]


TABLES = tables("expert", "pptp,verdict", "pptp,calls", "pptp,nat", "pptp,gre", "pptp,tree",
                "ipsec,sas", "ipsec,nat", "ipsec,esp")  # fmt: skip
# tshark 4.0 leaks in these itself, for any protocol: run without the leak check.
LEAKING = "the tables that leak"
MODES = {
    "one pass": ["-q", *TABLES],
    "two passes, details": ["-2", "-V", *TABLES],
    "json": ["-T", "json"],
    "fields, filter": ["-2", "-R", "gre or pptp or icmp", "-Y", "pptp.nat.flags or gre",
                       "-T", "fields", "-e", "frame.number", "-e", "pptp.call"],
    LEAKING: ["-q", *tables("pptp,srt", "conv,pptp", "io,phs")],
}  # fmt: skip
CAPTURES_A_ROUND = 12
RANDOM_PACKETS, RANDOM_LENGTH = 50000, 600


def tool(*command):
    subprocess.run([str(word) for word in command], check=True, capture_output=True)


def sanitized(stage, plugins, leaks):
    library = subprocess.run(
        ["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    wireshark = Wireshark(
        stage,
        plugins,
        {
            "LD_PRELOAD": library,
            "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple",
            "ASAN_OPTIONS": f"detect_leaks={leaks}",
            "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        },
    )
    assert wireshark.loaded(), "tshark does not load the sanitized plugin"
    return wireshark


class Inputs:
    """Captures that follow from the seed."""

    def __init__(self, stage, seed):
        self.stage = stage
        self.random = random.Random(seed)

    def mutated(self):
        """A file of several captures, broken in one of the ways."""
        names = self.random.sample(paths.single_captures() + paths.ipsec_pairs(), CAPTURES_A_ROUND)
        merged, broken = self.stage.file(".pcapng"), self.stage.file(".pcapng")
        keep_order = ["-a"] if self.random.random() < 0.5 else []
        tool("mergecap", *keep_order, "-w", merged, *(paths.CAPTURES / name for name in names))
        seed = self.random.randrange(1, 2**31)
        cut = ["-s", self.random.randrange(20, 200)]
        way = self.random.choice((["-E", 0.02], ["-E", 0.03], cut,
                                  ["-E", 0.03, "-o", 34], ["-E", 0.02, "-s", 120]))  # fmt: skip
        tool("editcap", "--seed", seed, *way, merged, broken)
        merged.unlink()
        broken.chmod(0o644)
        return broken, f"{' '.join(map(str, way))} --seed {seed} of {' '.join(names)}"

    def random_packets(self):
        """IPv4 in name only. Not by randpkt, which takes no seed."""
        frames = [
            udp.ETHERNET + self.random.randbytes(self.random.randrange(RANDOM_LENGTH))
            for _ in range(RANDOM_PACKETS)
        ]
        return udp.write(self.stage.file(".pcap"), frames), f"{RANDOM_PACKETS} random packets"


class Campaign:
    def __init__(self, seconds, folder, seed):
        self.end = time.monotonic() + seconds
        self.folder = folder
        self.stage = Stage()
        self.inputs = Inputs(self.stage, seed)
        plugins = self.stage.plugins(paths.build("ASAN"))
        self.wireshark = sanitized(self.stage, plugins, 1)
        self.leaking = sanitized(self.stage, plugins, 0)
        self.reader = self.stage.root / "reader_json"
        shutil.copy(paths.build("ASAN") / "tests" / "reader" / "reader_json", self.reader)
        self.reader.chmod(0o755)
        self.manifest = self.stage.file(".manifest")
        self.runs = self.failures = 0

    def fail(self, path, how, words):
        self.failures += 1
        kept = self.folder / f"plugin-{self.failures}-{path.name}"
        shutil.copy(path, kept)
        (self.folder / f"{kept.name}.txt").write_text(f"{how}\n{words}\n")
        print(f"FAILED: {how}; the capture is {kept}\n{words[-3000:]}", flush=True)

    def run(self, path, how, mode):
        """The report of one run, or None."""
        report = self.stage.file(".json")
        arguments = [
            *MODES[mode], "-o", f"pptp.nat.manifest:{self.manifest}", "-z", f"pptp,json,{report}",
        ]  # fmt: skip
        try:
            wireshark = self.leaking if mode == LEAKING else self.wireshark
            done = wireshark.run("tshark", "-n", "-r", path, *arguments, status=None)
        except subprocess.TimeoutExpired:
            self.fail(path, how, f"{mode}: no end")
            return None
        self.runs += 1
        wrong = done.returncode not in (0, 2) or any(
            word in done.stderr for word in ("Sanitizer", "runtime error", "Dissector bug")
        )
        if wrong or not report.exists():
            self.fail(path, how, f"{mode}: status {done.returncode}\n{done.stderr[-6000:]}")
            return None
        text = report.read_text(encoding="utf-8")
        report.unlink()
        return text

    def read(self, path, how):
        """The report of the command's reader; None where tshark would have to open frames, or
        another order would come of it."""
        done = self.wireshark.run(self.reader, "-w", path, status=None)
        self.runs += 1
        if done.returncode != 0 or "runtime error" in done.stderr:
            self.fail(path, how, f"reader: status {done.returncode}\n{done.stderr[-6000:]}")
        is_other = "left out" in done.stderr or "sorting" in done.stderr
        return None if is_other or done.returncode != 0 else done.stdout

    def round(self, path, how):
        reports = {}
        self.manifest.write_text(f"*\t{path}\n")
        self.manifest.chmod(0o644)
        for mode in MODES:
            if time.monotonic() > self.end and reports:
                break
            reports[mode] = self.run(path, how, mode)
        # A read filter leaves packets out: another capture, so another report.
        whole = {mode: text for mode, text in reports.items() if text and "-R" not in MODES[mode]}
        read = self.read(path, how)
        if read:
            whole["the command's reader"] = read
        if len(set(whole.values())) > 1:
            self.fail(path, how, f"the reports of {', '.join(whole)} differ")
        path.unlink()

    def go(self):
        try:
            self.round(*self.inputs.mutated())
            if time.monotonic() < self.end:
                self.round(*self.inputs.random_packets())
            while time.monotonic() < self.end:
                self.round(*self.inputs.mutated())
        finally:
            self.stage.remove()
        print(f"{self.runs} runs of tshark, {self.failures} failures")
        return self.failures


def main():
    seconds, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2**31)
    print(f"seed {seed}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    sys.exit(1 if Campaign(seconds, folder, seed).go() else 0)


if __name__ == "__main__":
    main()
