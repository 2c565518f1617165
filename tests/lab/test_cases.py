"""Pairs of captures of one situation each, with what the verdict has to say and must not say:
captures/cases/expect.json.

SPDX-License-Identifier: GPL-2.0-or-later"""

import fnmatch
import json
import pathlib

import pytest

from support import paths

CASES = paths.CAPTURES / "cases"
EXPECTED = json.loads((CASES / "expect.json").read_text(encoding="utf-8"))
EXIT = {"ok": 0, "fault": 1, "unknown": 3}


def files_of(ours, name):
    return sorted((ours.stage.captures / "cases" / name).glob("*.pcap*"))


def as_list(value):
    return value if isinstance(value, list) else [value]


def fits(wanted, finding, file_of):
    own = dict(finding, id=finding["id"].removeprefix("pptp."), frame=finding["point_frame"])
    own["file"] = file_of.get(finding["point"])
    return fnmatch.fnmatch(own["id"], wanted["id"]) and all(
        own.get(member) in as_list(value) for member, value in wanted.items() if member != "id"
    )


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_verdict_is_the_one_expected(ours, name):
    want = EXPECTED[name]
    done = ours.pptpnat("--json", *files_of(ours, name))
    document = json.loads(done.stdout)
    verdict = document["verdict"]
    assert verdict["status"] in as_list(want["status"]), verdict
    assert done.returncode == EXIT[verdict["status"]]
    if "cause" in want:
        assert (verdict["cause"] or "").removeprefix("pptp.") in as_list(want["cause"]), verdict
    file_of = {
        point["id"]: pathlib.Path(point["file"] or point["name"]).stem
        for point in document["points"]
    }
    found = document["findings"]
    for wanted in want.get("must", ()):
        assert any(fits(wanted, finding, file_of) for finding in found), wanted
    for pattern in want.get("must_not", ()):
        assert not [one["id"] for one in found if fnmatch.fnmatch(one["id"], "pptp." + pattern)]
    for file, role in want.get("roles", {}).items():
        assert [p["role"] for p in document["points"] if file_of[p["id"]] == file] == [role]
    text = " ".join(verdict["text"].split())
    everything = json.dumps(document)
    for words in want.get("text", ()):
        assert words in text
    for words in want.get("no_text", ()):
        assert words not in everything, words


def test_every_case_has_its_line():
    assert set(EXPECTED) == {path.name for path in CASES.iterdir() if path.is_dir()}
