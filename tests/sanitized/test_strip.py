"""pptpnat-strip under ASan, UBSan and LeakSanitizer: captures, broken ones, and random packets.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import subprocess

import pytest

from support import paths

SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}
# How captures are broken: octets changed, cut, both.
WAYS = (("-E", "0.03"), ("-E", "0.05", "-o", "14"), ("-s", "61"), ("-E", "0.02", "-s", "90"))
SEEDS = 3


def strip(folder, *captures):
    """Runs the program; a capture may be refused, but nothing may be reported."""
    program = paths.build("ASAN") / "ui" / "strip" / "pptpnat-strip"
    for old in folder.glob("[0-9]*.pcapng"):
        old.unlink()
    done = subprocess.run([program, folder, *captures], capture_output=True, text=True,
                          check=False, errors="replace", timeout=300,
                          env={**os.environ, **SANITIZERS})  # fmt: skip
    words = done.stderr
    reported = "Sanitizer" in words or "runtime error" in words
    assert done.returncode in (0, 1) and not reported, words[-4000:]
    return done.returncode


def test_no_capture_makes_it_report_anything(tmp_path):
    names = [paths.CAPTURES / name for name in paths.captures()]
    for at in range(0, len(names), 20):
        assert strip(tmp_path, *names[at : at + 20]) == 0


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_broken_packets_make_it_report_nothing(tmp_path, way):
    names = [paths.CAPTURES / name for name in paths.single_captures()]
    merged, broken = tmp_path / "merged.pcapng", tmp_path / "broken.pcapng"
    subprocess.run(["mergecap", "-a", "-w", merged, *names], check=True, capture_output=True)
    for seed in range(1, SEEDS + 1):
        subprocess.run(["editcap", "--seed", str(seed), *way, merged, broken], check=True,
                       capture_output=True)  # fmt: skip
        assert strip(tmp_path, broken) == 0


@pytest.mark.parametrize("kind", ["ip", "eth", "tcp", "udp", "icmp"])
def test_random_packets_make_it_report_nothing(tmp_path, kind):
    path = tmp_path / "random.pcap"
    subprocess.run(["randpkt", "-b", "500", "-c", "5000", "-t", kind, path], check=True,
                   capture_output=True)  # fmt: skip
    assert strip(tmp_path, path) == 0


@pytest.mark.parametrize("at", range(0, 400, 37))
def test_broken_files_make_it_report_nothing(tmp_path, at):
    """Every octet of a stretch of a pcapng file takes other values in turn."""
    whole = (paths.LAB / "h_sli_mistranslated" / "both.pcapng").read_bytes()
    broken = []
    for number, place in enumerate(range(at, at + 37, 3)):
        octets = bytearray(whole)
        octets[place] ^= 0xFF >> number % 7
        broken.append(tmp_path / f"broken-{number}.pcapng")
        broken[-1].write_bytes(octets)
        strip(tmp_path, broken[-1])
