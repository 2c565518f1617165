"""The command under ASan, UBSan and LeakSanitizer: all captures in every form of output, broken
ones, random packets, and wrong use.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import subprocess

import pytest

from support import paths

SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}
PAIR = [paths.LAB / "h_sli_mistranslated" / f"{side}.pcapng" for side in ("inside", "outside")]
WAYS = (("-E", "0.03"), ("-E", "0.05", "-o", "14"), ("-s", "61"), ("-E", "0.02", "-s", "90"))


def run(*words, statuses=(0, 1, 3)):
    """Wiretap reads, so that tshark, which is not sanitized, is not needed."""
    program = paths.build("ASAN") / "ui" / "cli" / "pptpnat"
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True,
                          check=False, errors="replace", timeout=300, stdin=subprocess.DEVNULL,
                          env={**os.environ, **SANITIZERS})  # fmt: skip
    text = done.stderr
    assert "Sanitizer" not in text and "runtime error" not in text, text[-4000:]
    assert done.returncode in statuses, text[-4000:]
    return done


def everything(folder, *captures):
    run("--reader", "wiretap", "--all", "--html", folder / "page.html", *captures)
    run("--reader", "wiretap", "--json", *captures)
    run("--reader", "wiretap", "--summary", *captures)


@pytest.mark.parametrize("name", paths.single_captures())
def test_no_capture_makes_it_report_anything(tmp_path, name):
    everything(tmp_path, paths.CAPTURES / name)


@pytest.mark.parametrize("scenario", paths.scenarios())
def test_no_pair_makes_it_report_anything(tmp_path, scenario):
    pair = [paths.LAB / scenario / f"{side}.pcapng" for side in ("inside", "outside")]
    everything(tmp_path, *pair)
    run("--strip", tmp_path / "copies", *pair)


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_broken_captures_make_it_report_nothing(tmp_path, way, seed):
    broken = []
    for capture in PAIR:
        broken.append(tmp_path / capture.name)
        subprocess.run(["editcap", "--seed", seed, *way, capture, broken[-1]], check=True,
                       capture_output=True)  # fmt: skip
    everything(tmp_path, *broken)


@pytest.mark.parametrize("kind", ["ip", "eth", "tcp", "udp", "icmp"])
def test_random_packets_make_it_report_nothing(tmp_path, kind):
    path = tmp_path / "random.pcap"
    subprocess.run(["randpkt", "-b", "500", "-c", "2000", "-t", kind, path], check=True,
                   capture_output=True)  # fmt: skip
    everything(tmp_path, path)


@pytest.mark.parametrize("words", [
    [], ["--jsn"], ["--html"], ["--html="], ["--json", "--summary", *PAIR],
    ["--reader", "x", *PAIR],
    ["-o", "nonsense", *PAIR], ["/nonexistent"], [paths.TOP / "README.md"], [paths.TOP],
    ["--strip", "/nonexistent/folder", *PAIR], ["--html", "/nonexistent/page", *PAIR],
    [*PAIR, "-", "-"],
], ids=lambda words: " ".join(map(str, words))[:30])  # fmt: skip
def test_wrong_use_makes_it_report_nothing(words):
    done = run(*words, statuses=(2,))
    assert done.stdout == "" and done.stderr
