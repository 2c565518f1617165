"""`pptpnat --html PAGE`: the page is written beside the usual output, whole or not at all.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from support import page

INSIDE = "lab/h_sli_mistranslated/inside.pcapng"
OUTSIDE = "lab/h_sli_mistranslated/outside.pcapng"


@pytest.fixture
def command(ours):
    assert (ours.stage.programs / "pptpnat-html").is_file(), "pptpnat-html was not built"
    return ours


def test_it_writes_the_page_and_prints_the_verdict_as_always(command, stage):
    target = stage.file(".html")
    done = command.pptpnat("--html", target, INSIDE, OUTSIDE, status=1)
    plain = command.pptpnat(INSIDE, OUTSIDE, status=1)
    assert done.stdout == plain.stdout
    tree = page.read(target.read_text(encoding="utf-8"))
    assert "33244" in tree.one("verdict").text


def test_frames_are_those_of_the_users_own_files(command, stage):
    target = stage.file(".html")
    command.pptpnat(f"--html={target}", INSIDE, OUTSIDE, status=1)
    ladder = next(page.read(target.read_text(encoding="utf-8")).one("link-0").all("svg"))
    texts = [element.text for element in ladder.all("text")]
    assert {"inside.pcapng", "outside.pcapng", "frame 15", "frame 14", "frame 42"} <= set(texts)


def test_json_and_the_page_go_together(command, stage):
    target = stage.file(".html")
    done = command.pptpnat("--json", "--html", target, INSIDE, OUTSIDE, status=1)
    assert done.stdout.startswith("{") and target.read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("words", [["--html"], ["--html", ""], ["--html="]])
def test_a_page_without_a_name_is_refused(command, words):
    done = command.run(
        "sh", command.stage.root / "ui" / "cli" / "pptpnat", *words, status=2
    )
    assert "--html" in done.stderr


def test_a_page_that_cannot_be_written_is_said(command):
    done = command.pptpnat("--html", "/nonexistent/page.html", INSIDE, OUTSIDE, status=2)
    assert "/nonexistent/page.html cannot be written" in done.stderr


def test_a_capture_that_cannot_be_judged_leaves_an_older_page_alone(command, stage):
    target, empty = stage.file(".html"), stage.file(".pcapng")
    target.write_text("older")
    empty.write_bytes(b"no capture")
    command.pptpnat("--html", target, empty, status=2)
    assert target.read_text() == "older"
