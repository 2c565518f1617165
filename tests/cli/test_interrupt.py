"""Whatever pptpnat is doing, a signal ends it at once: nothing runs on, no file stays, inputs and
older results are as they were.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import signal
import subprocess
import time

import pytest

from cli.terminal import command_line, wait_for

INSIDE = "lab/h_sli_mistranslated/inside.pcapng"
OUTSIDE = "lab/h_sli_mistranslated/outside.pcapng"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
COPIES = 40  # of the captures that are merged to a long one
MOMENTS = 25


def command(ours):
    return ours.stage.root / "ui" / "cli" / "pptpnat"


def start(ours, folder, *words, **options):
    line = command_line(ours, "sh", command(ours), *words, TMPDIR=folder)
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            start_new_session=True, **options)  # fmt: skip


def children_of(process):
    found = subprocess.run(["pgrep", "-s", str(process.pid)], capture_output=True, text=True,
                           check=False).stdout  # fmt: skip
    return found.split()


@pytest.fixture(scope="module")
def long_pair(ours, stage):
    """A pair that takes a while to read, to draw and to copy."""
    made = []
    for name in (INSIDE, OUTSIDE):
        path = stage.file(".pcapng")
        ours.run("mergecap", "-a", "-w", path, *[ours.capture(name)] * COPIES)
        path.chmod(0o644)
        made.append(path)
    return made


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_nothing_stays_whenever_it_is_interrupted(ours, stage, folder, long_pair, number):
    page, copies = stage.file(".html"), stage.file()
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in long_pair]
    words = ("--html", page, "--strip", copies, *long_pair)
    began = time.monotonic()
    start(ours, folder, *words).communicate()
    whole = time.monotonic() - began
    ended = set()
    for moment in range(MOMENTS):
        for path in copies.glob("*"):
            path.unlink()
        if copies.exists():
            copies.rmdir()
        page.write_text("older")
        page.chmod(0o666)
        with start(ours, folder, *words, stdin=subprocess.DEVNULL) as process:
            time.sleep(whole * moment / MOMENTS)
            process.send_signal(number)
            status = process.wait(timeout=20)
            wait_for(lambda: children_of(process) == [], 10)
        ended.add(status)
        assert status in (1, 128 + number, -number), process.stderr
        assert list(folder.iterdir()) == []
        assert page.read_text() == "older" or page.read_text().rstrip().endswith("</html>")
        if copies.exists():
            names = {path.name for path in copies.iterdir()}
            assert names == {path.name for path in long_pair}, names
    assert 128 + number in ended, "no moment met the work"
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in long_pair] == before


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_it_does_not_wait_for_a_standard_input_that_brings_nothing(ours, folder, number):
    with start(ours, folder, ours.capture(INSIDE), "-", stdin=subprocess.PIPE) as process:
        wait_for(lambda: "pptpnat" in name_of(process.pid))
        time.sleep(0.5)
        process.send_signal(number)
        assert process.wait(timeout=20) == 128 + number
    assert list(folder.iterdir()) == []


def name_of(process):
    """The program that runs now: env and sh come before the command."""
    return os.path.basename(os.readlink(f"/proc/{process}/exe"))


def test_a_directory_that_was_there_stays_and_has_no_half_copies(ours, stage, folder):
    """A reader that waits for its input, once the directory is known to be right."""
    copies = stage.file()
    copies.mkdir()
    copies.chmod(0o777)
    (copies / "mine.txt").write_text("mine")
    words = ("--strip", copies, ours.capture(INSIDE), "-")
    with start(ours, folder, *words, stdin=subprocess.PIPE) as process:
        wait_for(lambda: list(copies.glob(".pptpnat.*")))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 128 + signal.SIGTERM
    assert [path.name for path in copies.iterdir()] == ["mine.txt"]


def test_a_reader_that_goes_away_leaves_nothing_behind(ours, folder):
    pair = f"{ours.capture(INSIDE)} {ours.capture(OUTSIDE)}"
    for redirection in ("", "2>&1 >/dev/null", "2>&1"):
        words = (f"sh {command(ours)} /nonexistent {redirection} | true; "
                 f"sh {command(ours)} {pair} | head -n 1")  # fmt: skip
        ours.run("env", f"TMPDIR={folder}", "sh", "-c", words)
        assert list(folder.iterdir()) == []


def test_nothing_stays_when_all_goes_well_or_wrong(ours, stage, folder):
    empty = stage.file(".pcapng")
    empty.write_bytes(b"no capture")
    for words in ([ours.capture(INSIDE), ours.capture(OUTSIDE)], [empty], ["/nonexistent"],
                  ["--reader", "tshark", ours.capture(INSIDE), ours.capture(OUTSIDE)],
                  ["--version"]):  # fmt: skip
        ours.run("env", f"TMPDIR={folder}", "sh", command(ours), *words, status=None)
        assert list(folder.iterdir()) == []
