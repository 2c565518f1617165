"""Whatever pptpnat is doing, a signal ends it at once: nothing runs on, no file stays, inputs and
older results are as they were.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import signal
import subprocess

import pytest

from cli.terminal import command_line, wait_for

INSIDE = "lab/h_sli_mistranslated/inside.pcapng"
OUTSIDE = "lab/h_sli_mistranslated/outside.pcapng"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
# The program at which the command is stopped, and which of its calls.
STAGES = {
    "plugins": ("tshark", 1),
    "reading": ("capinfos", 2),
    "sorting": ("reordercap", 1),
    "merging": ("mergecap", 1),
    "judging": ("tshark", 2),
    "drawing": ("pptpnat-html", 1),
    "writing copies": ("pptpnat-strip", 1),
    "judging copies": ("tshark", 3),
}


class Slow:
    """A directory of programs of which one, at its n-th call, says that it began and never ends."""

    def __init__(self, folder, name, call):
        self.folder, self.began = folder, folder / "began"
        folder.mkdir()
        folder.chmod(0o777)
        self.counter = folder / "count"
        script = folder / name
        script.write_text(
            "#!/bin/sh\n"
            f'echo x >>"{self.counter}"\n'
            f'if [ "$(wc -l <"{self.counter}")" = {call} ]; then\n'
            f'  echo $$ >"{self.began}.new" && mv "{self.began}.new" "{self.began}"\n'
            "  exec sleep 1000\nfi\n"
            f'PATH=${{PATH#*:}}\nexec {name} "$@"\n'
        )
        script.chmod(0o755)

    def process(self):
        return int(self.began.read_text())


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat", encoding="ascii") as stat:
        return stat.read().split()[2] != "Z"


def started(ours, folder, slow, *words):
    """The command in a session of its own, with its parts where PATH finds them first."""
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    copy = slow.folder / "pptpnat"
    copy.write_bytes(command.read_bytes())  # away from libexec, so that PATH decides
    path = f"{slow.folder}:{ours.stage.programs}:{ours.environment['PATH']}"
    line = command_line(ours, "sh", copy, *words, PATH=path, TMPDIR=folder)
    return subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip


def interrupt(process, slow, number):
    wait_for(slow.began.exists)
    child = slow.process()
    assert is_running(child)
    process.send_signal(number)
    assert process.wait(timeout=20) == 128 + number
    wait_for(lambda: not is_running(child), 10)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("at", STAGES)
def test_nothing_stays_when_it_is_interrupted(ours, stage, folder, at, number):
    slow = Slow(stage.file(), *STAGES[at])
    page, copies = stage.file(".html"), stage.file()
    page.write_text("older")
    page.chmod(0o666)
    pair = [ours.capture(name) for name in (INSIDE, OUTSIDE)]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in pair]
    with started(ours, folder, slow, "--html", page, "--strip", copies, *pair) as process:
        interrupt(process, slow, number)
        assert process.stdout.read() == b""
    assert list(folder.iterdir()) == []
    assert not copies.exists()
    if at not in ("writing copies", "judging copies"):  # the page was finished before
        assert page.read_text() == "older"
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in pair] == before


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_it_does_not_wait_for_a_standard_input_that_brings_nothing(ours, stage, folder, number):
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    line = command_line(ours, "sh", command, ours.capture(INSIDE), "-", TMPDIR=folder)
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:  # fmt: skip
        wait_for(lambda: list(folder.glob("*/stream.1")))
        process.send_signal(number)
        assert process.wait(timeout=20) == 128 + number
    assert list(folder.iterdir()) == []


def test_a_directory_that_was_there_stays_and_has_no_half_copies(ours, stage, folder):
    slow = Slow(stage.file(), *STAGES["judging copies"])
    copies = stage.file()
    copies.mkdir()
    copies.chmod(0o777)
    (copies / "mine.txt").write_text("mine")
    pair = [ours.capture(name) for name in (INSIDE, OUTSIDE)]
    with started(ours, folder, slow, "--strip", copies, *pair) as process:
        wait_for(slow.began.exists)
        assert [path.name for path in copies.glob(".pptpnat.*/*")]
        interrupt(process, slow, signal.SIGTERM)
    assert [path.name for path in copies.iterdir()] == ["mine.txt"]


def test_a_reader_that_goes_away_leaves_nothing_behind(ours, folder):
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    pair = f"{ours.capture(INSIDE)} {ours.capture(OUTSIDE)}"
    for redirection in ("", "2>&1 >/dev/null", "2>&1"):
        words = f"sh {command} /nonexistent {redirection} | true; sh {command} {pair} | head -n 1"
        ours.run("env", f"TMPDIR={folder}", "sh", "-c", words)
        assert list(folder.iterdir()) == []


def test_nothing_stays_when_all_goes_well_or_wrong(ours, stage, folder):
    empty = stage.file(".pcapng")
    empty.write_bytes(b"no capture")
    for words in ([ours.capture(INSIDE), ours.capture(OUTSIDE)], [empty], ["/nonexistent"],
                  ["--version"]):  # fmt: skip
        ours.run("env", f"TMPDIR={folder}", "sh", ours.stage.root / "ui" / "cli" / "pptpnat",
                 *words, status=None)  # fmt: skip
        assert list(folder.iterdir()) == []
