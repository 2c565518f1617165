"""What the command cannot do is said, with exit status 2 and no verdict beside it.

SPDX-License-Identifier: GPL-2.0-or-later"""

import subprocess

import pytest

INSIDE, OUTSIDE = (f"lab/h_sli_mistranslated/{side}.pcapng" for side in ("inside", "outside"))


def command(ours):
    return ours.stage.root / "ui" / "cli" / "pptpnat"


@pytest.mark.parametrize("words", [[], ["--json"]])
@pytest.mark.parametrize("redirection", [">/dev/full", ">&-", "| exit"])
def test_a_standard_output_that_takes_nothing_is_said(ours, words, redirection):
    # What reads the pipe has to be gone before anything is written.
    script = f'{{ sleep 0.3; sh "$0" "$@"; echo "status $?" >&2; }} {redirection}'
    done = ours.run("sh", "-c", script, command(ours), *words, ours.capture(INSIDE),
                    ours.capture(OUTSIDE), status=None)  # fmt: skip
    assert "status 2" in done.stderr and "pptpnat: the standard output" in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_and_version_need_to_be_written_too(ours, words):
    script = 'sh "$0" "$@" >/dev/full'
    done = ours.run("sh", "-c", script, command(ours), *words, status=2)
    assert "pptpnat: the standard output cannot be written" in done.stderr


def test_a_page_that_cannot_be_written_is_said(ours):
    done = ours.pptpnat("--html", "/dev/full", INSIDE, OUTSIDE, status=2)
    assert "/dev/full cannot be written" in done.stderr and done.stdout == ""


def test_a_statistic_that_could_not_be_written_gives_no_status(ours):
    done = ours.run("tshark", "-n", "-q", "-r", ours.capture(INSIDE), "-z", "pptp,status", "-z",
                    "pptp,json,/dev/full")  # fmt: skip
    assert done.stdout == "status incomplete\n" and "No space left" in done.stderr


@pytest.mark.parametrize("words", [["--html", "page.html"], ["--strip", "copies"]])
def test_a_full_disk_is_said(ours, folder, words):
    """A limit of the size of files stands for it."""
    script = f'cd "{folder}" && ulimit -f 4 && sh "$0" "$@"'
    pair = map(ours.capture, (INSIDE, OUTSIDE))
    done = ours.run("sh", "-c", script, command(ours), *words, *pair, status=2)
    assert done.stdout == "" and "File too large" in done.stderr, done.stderr
    assert not (folder / "copies").exists()


def test_the_verdict_needs_no_room(ours, folder):
    """Nothing is written on the way to it, wherever the temporary files are."""
    script = 'ulimit -f 0; TMPDIR=/nonexistent sh "$0" "$@" | cat'
    done = ours.run("sh", "-c", script, command(ours), *map(ours.capture, (INSIDE, OUTSIDE)))
    assert done.stdout.startswith("FAULT ") and done.stderr == ""


@pytest.mark.parametrize("name,octets", [
    ("notes.txt", b"just notes\n" * 20),
    ("notes.json", b'{"a": 1}\n'),
    ("picture.png", b"\x89PNG\r\n\x1a\n0000"),
    ("page.xml", b'<?xml version="1.0"?><a/>'),
    ("random", bytes(range(7, 256)) * 12),
])  # fmt: skip
def test_what_is_no_capture_is_called_so(ours, stage, name, octets):
    path = stage.work / name
    path.write_bytes(octets)
    path.chmod(0o644)
    for words in ((path,), (path, ours.capture(OUTSIDE)), ("--json", ours.capture(INSIDE), path)):
        done = ours.pptpnat(*words, status=2)
        assert f"{name} is not a capture." in done.stderr and "Give captures" in done.stderr
        assert done.stdout == ""


def test_a_program_that_reads_no_further_leaves_nothing_behind(ours, stage):
    tmp = stage.file()
    tmp.mkdir()
    tmp.chmod(0o777)
    script = f'TMPDIR="{tmp}" sh "$0" "$@" | head -n 1'
    done = ours.run("sh", "-c", script, command(ours), ours.capture(INSIDE), ours.capture(OUTSIDE))
    assert done.stdout.startswith("FAULT ") and list(tmp.iterdir()) == []


def test_the_drawing_program_says_what_it_could_not_write(ours, stage):
    report = stage.file(".json")
    report.write_text(ours.pptpnat("--json", INSIDE, OUTSIDE).stdout)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([stage.programs / "pptpnat-html", report], stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False)  # fmt: skip
    assert done.returncode == 2 and "cannot be written" in done.stderr
