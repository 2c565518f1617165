"""Both sides of a recording in one capture that lost its interfaces say what two captures say.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections
import json

import pytest

from support import paths, schema

# No address changes there, or no IKE SA begins there: nothing tells the sides apart.
NOT_TOLD_APART = {"ipsec/s16_no_nat", "ipsec/s12_midcall"}
RECORDINGS = [f"ipsec/{name}" for name in paths.ipsec_scenarios()] + [
    f"ipsec_live/{name}" for name in paths.ipsec_live()
]


def findings_of(report):
    return collections.Counter(finding["id"] for finding in report["findings"])


def judged(ours, *captures):
    done = ours.pptpnat("--json", *captures)
    return done.returncode, json.loads(done.stdout)


def joined(ours, captures):
    """A classic pcap file has no interfaces."""
    path = ours.stage.file(".pcap")
    ours.run("mergecap", "-F", "pcap", "-w", path, *captures)
    return path


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_joined_capture_says_the_same(ours, name):
    sides = [ours.capture(f"{name}/{side}.pcapng") for side in ("inside", "outside")]
    status, apart = judged(ours, *sides)
    joined_status, report = judged(ours, joined(ours, sides))
    schema.check(report)
    if name in NOT_TOLD_APART:
        assert joined_status == 3
        assert not report["ipsec_links"]
        return
    assert joined_status == status
    assert report["verdict"]["cause"] == apart["verdict"]["cause"]
    assert report["verdict"]["status"] == apart["verdict"]["status"]
    assert findings_of(report) == findings_of(apart)
    assert len(report["ipsec_links"]) == len(apart["ipsec_links"])
    assert sorted(point["role"] for point in report["points"]) == ["inside", "outside"]
