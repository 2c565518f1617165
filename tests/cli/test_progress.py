"""While pptpnat works, a terminal shows at what; nothing of it stays, and nothing goes to a pipe.

SPDX-License-Identifier: GPL-2.0-or-later"""

from cli.terminal import on_terminal, screen

INSIDE = "lab/h_sli_mistranslated/inside.pcapng"
OUTSIDE = "lab/h_sli_mistranslated/outside.pcapng"
ERASE = "\r\x1b[K"


def run(ours, *words, **environment):
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    return on_terminal(ours, "sh", command, *words, **environment)


def test_a_terminal_sees_each_stage_and_nothing_stays(ours, stage):
    pair = [ours.capture(name) for name in (INSIDE, OUTSIDE)]
    status, output, seen = run(
        ours, "--html", stage.file(".html"), "--strip", stage.file(), *pair
    )
    assert status == 1 and output == ours.pptpnat(*pair, status=1).stdout
    for stage_of_work in ("drawing the page", "writing 2 copies"):
        assert f"pptpnat: {stage_of_work} ..." in seen, stage_of_work
    left = screen(seen)
    assert len(left) == 1 and left[0].startswith("pptpnat: copies with the same verdict"), left
    assert all(len(line) < 80 for line in seen.split(ERASE)[:-1])


def test_a_message_stands_on_a_line_of_its_own(ours, stage):
    empty = stage.file(".pcapng")
    empty.write_bytes(b"no capture")
    empty.chmod(0o644)
    status, _, seen = run(ours, ours.capture(INSIDE), empty)
    assert status == 2 and screen(seen)[0] == f"pptpnat: {empty} is not a capture."


def test_a_terminal_that_cannot_erase_sees_no_progress(ours):
    status, output, seen = run(ours, ours.capture(INSIDE), ours.capture(OUTSIDE), TERM="dumb")
    assert status == 1 and output and seen == ""


def test_nothing_goes_to_a_pipe(ours):
    done = ours.pptpnat(INSIDE, OUTSIDE, status=1)
    assert done.stderr == "" and "\r" not in done.stdout and "\x1b" not in done.stdout
