"""Every capture raises exactly the findings that captures/expect.json names, with their values, and
gives that exit status.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json

import pytest

from support import expect, paths, schema

EXPECTED = expect.load()
STATUSES = {"ok": 0, "fault": 1, "unknown": 3}


def words(finding):
    members = ("id", "point_frame", "expected", "seen", "mistranslation", "direction", "severity")
    return {member: finding.get(member) for member in members if finding.get(member) is not None}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_findings_are_those_expected(ours, name):
    entry = EXPECTED[name]
    done = ours.pptpnat("--json", name)
    assert entry["exit"] in (None, done.returncode), done.stdout[-2000:] + done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert done.returncode == STATUSES[report["verdict"]["status"]], done.stderr
    schema.check(report)
    missing, surplus = expect.unfulfilled(entry, report["findings"])
    assert not missing and not surplus, {
        "missing": missing,
        "surplus": [words(finding) for finding in surplus],
    }


def test_every_capture_has_an_expectation_and_every_expectation_a_capture():
    """Of the recorded pairs both sides are judged together, those of others by golden files."""
    own = {name for name in paths.single_captures() if not name.startswith("public/")}
    assert own <= set(EXPECTED) <= set(paths.captures())
