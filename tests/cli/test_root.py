"""As root nobody can change what the command writes: no file is made in a folder of another user,
no link of another user is followed.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from support.wireshark import NOBODY

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
INSIDE, OUTSIDE = (f"lab/h_sli_mistranslated/{side}.pcapng" for side in ("inside", "outside"))


@pytest.fixture
def place():
    """A folder of root in /tmp, which everybody can write to."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pptpnat-root-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def as_root(ours, *words, status=1):
    """Runs the command as root, on captures that only root can read."""
    command = ["sh", ours.stage.root / "ui" / "cli" / "pptpnat", *map(str, words)]
    done = subprocess.run(command, env=ours.environment, capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL, timeout=120)  # fmt: skip
    assert done.returncode == status, done.stderr
    return done


@pytest.fixture
def pair(ours, place):
    made = []
    for name in (INSIDE, OUTSIDE):
        path = place / pathlib.Path(name).name
        path.write_bytes(ours.capture(name).read_bytes())
        path.chmod(0o600)
        made.append(path)
    return made


def shuffled(ours, stage, name):
    """A capture that has to be sorted: its first packets come last."""
    parts = [stage.file(".pcapng") for _ in range(3)]
    ours.run("editcap", "-r", ours.capture(name), parts[0], "11-1000")
    ours.run("editcap", "-r", ours.capture(name), parts[1], "1-10")
    ours.run("mergecap", "-a", "-w", parts[2], parts[0], parts[1])
    return parts[2]


def test_the_verdict_is_that_of_an_ordinary_user(ours, stage, place, pair):
    page, folder = place / "page.html", place / "copies"
    done = as_root(ours, "--html", page, "--strip", folder, *pair)
    plain = ours.pptpnat(INSIDE, OUTSIDE, status=1)
    assert done.stdout == plain.stdout
    assert page.stat().st_uid == 0 and sorted(os.listdir(folder)) == ["inside.pcapng",
                                                                      "outside.pcapng"]  # fmt: skip
    sorted_too = [shuffled(ours, stage, name) for name in (INSIDE, OUTSIDE)]
    documents = [json.loads(run.stdout) for run in
                 (as_root(ours, "--json", *sorted_too),
                  ours.pptpnat("--json", *sorted_too, status=1))]  # fmt: skip
    assert documents[0] == documents[1]
    numbers = [finding["point_frame"] for finding in documents[0]["findings"]]
    whole = json.loads(ours.pptpnat("--json", INSIDE, OUTSIDE).stdout)["findings"]
    assert numbers != [finding["point_frame"] for finding in whole]


def test_what_is_no_pptp_is_unknown_for_root_too(ours):
    done = as_root(ours, ours.capture("gre_of_other_kinds.pcapng"), status=3)
    assert "No PPTP" in done.stdout


def of_nobody(path, mode=0o755):
    path.mkdir()
    os.chown(path, NOBODY, NOBODY)
    path.chmod(mode)
    return path


def test_a_folder_that_another_user_can_change_is_refused(ours, place, pair):
    theirs, open_to_all = of_nobody(place / "theirs"), place / "open"
    below = theirs / "below"
    for folder in (open_to_all, below):
        folder.mkdir()
    open_to_all.chmod(0o777)
    link = place / "link"
    link.symlink_to(theirs)
    for folder in (theirs, open_to_all, below, link):
        for words in (
            ("--html", folder / "page.html"),
            ("--strip", folder),
            ("--strip", folder / "new"),
        ):
            done = as_root(ours, *words, *pair, status=2)
            assert "as root, nothing is written to" in done.stderr, (folder, words)
            assert done.stdout == ""
    assert list(open_to_all.iterdir()) == list(below.iterdir()) == []
    assert list(theirs.iterdir()) == [below]


def test_a_link_that_another_user_made_is_not_followed(ours, place, pair):
    """In a folder like /tmp anybody can make one."""
    public, victim = place / "public", place / "victim"
    public.mkdir()
    public.chmod(0o1777)
    victim.write_text("of root")
    new = place / "new"
    for name, target in (("page.html", victim), ("dangling.html", new)):
        (public / name).symlink_to(target)
        os.lchown(public / name, NOBODY, NOBODY)
        done = as_root(ours, "--html", public / name, *pair, status=2)
        assert "another user made it" in done.stderr and done.stdout == ""
    theirs = public / "theirs.html"
    theirs.write_text("of nobody")
    os.chown(theirs, NOBODY, NOBODY)
    as_root(ours, "--html", theirs, *pair, status=2)
    (public / "copies").symlink_to(place / "elsewhere")
    os.lchown(public / "copies", NOBODY, NOBODY)
    as_root(ours, "--strip", public / "copies", *pair, status=2)
    assert victim.read_text() == "of root" and not new.exists()
    assert theirs.read_text() == "of nobody" and not (place / "elsewhere").exists()
    for _ in range(2):
        as_root(ours, "--html", public / "mine.html", *pair)
    assert "33244" in (public / "mine.html").read_text()


def test_statistics_use_what_was_opened_for_them(ours, place):
    """/dev/fd/N is the descriptor itself: opening it anew is not allowed to nobody."""
    target = place / "report.json"
    with target.open("wb") as file:
        target.chmod(0o600)
        number = file.fileno()
        ours.run("tshark", "-n", "-q", "-r", ours.capture(INSIDE), "-z",
                 f"pptp,json,/dev/fd/{number}", pass_fds=[number])  # fmt: skip
    assert json.loads(target.read_text())["verdict"]["status"]
    done = ours.run("tshark", "-n", "-q", "-r", ours.capture(INSIDE), "-z",
                    "pptp,json,/dev/fd/77")  # fmt: skip
    assert 'cannot write "/dev/fd/77"' in done.stderr
