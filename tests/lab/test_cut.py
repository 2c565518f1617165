"""Half of a capture missing may turn a fault into `unknown` or drop it, never into another cause,
and it makes no fault where there is none. What was captured once and given twice is judged once.

SPDX-License-Identifier: GPL-2.0-or-later"""

import itertools
import json

import pytest

from support import paths, pieces

FAULTS = ("error", "warning")
CUTS = (pieces.first_half, pieces.second_half, pieces.gre_only, pieces.control_only)

# How a fault shows where the other half of its proof is missing (FINDINGS: what one point tells).
GRE_COMES_TO_NOTHING = {
    "pptp.analysis.gre_one_way",
    "pptp.analysis.ppp_stalled",
    "pptp.analysis.ppp_refused",
}
ASPECTS = {
    "pptp.nat.gre_not_forwarded": GRE_COMES_TO_NOTHING,
    "pptp.nat.gre_misdelivered": GRE_COMES_TO_NOTHING,
    "pptp.analysis.ppp_refused": GRE_COMES_TO_NOTHING,
    "pptp.nat.gre_other_address": {"pptp.analysis.gre_other_source"},
    "pptp.nat.control_not_forwarded": {"pptp.analysis.tcp_refused"},
}


def recordings():
    """(folder, its captures, inside first) of every scenario with a capture for each point."""
    for folder in ("lab", "lab2", "cases"):
        for scenario in sorted((paths.CAPTURES / folder).iterdir()):
            files = sorted(
                path for path in scenario.glob("*.pcapng") if path.stem not in ("both", "all")
            )
            if len(files) > 1:
                yield f"{folder}/{scenario.name}", files


RECORDINGS = dict(recordings())
every_recording = pytest.mark.parametrize("name", RECORDINGS)


@pytest.fixture(scope="module")
def judged(ours):
    """Parts of a recording -> (status, cause, ids of all warnings and errors)."""

    def get(parts):
        path = ours.stage.file(".pcapng")
        pieces.write(path, parts)
        _, document = ours.report(path, "-q")
        verdict = document["verdict"]
        faults = {one["id"] for one in document["findings"] if one["severity"] in FAULTS}
        return verdict["status"], verdict["cause"], faults

    return get


@pytest.fixture(scope="module")
def whole(judged):
    """(parts, judgement) of the whole recording, each made once."""
    made = {}

    def get(name):
        if name not in made:
            parts = [pieces.read(path) for path in RECORDINGS[name]]
            made[name] = parts, judged(parts)
        return made[name]

    return get


def allowed(status, cause, faults):
    """What a part of the recording may show."""
    shown = faults | ({cause} if cause else set())
    return shown.union(*(ASPECTS.get(one, set()) for one in shown))


@pytest.mark.parametrize("cut", CUTS, ids=[cut.__name__ for cut in CUTS])
@every_recording
def test_a_cut_makes_no_other_cause(judged, whole, name, cut):
    parts, uncut = whole(name)
    for place, part in enumerate(parts):
        status, cause, faults = judged([*parts[:place], cut(part), *parts[place + 1 :]])
        where = f"{cut.__name__} of {RECORDINGS[name][place].name}: {cause}"
        assert faults <= allowed(*uncut), where
        assert not cause or cause in allowed(*uncut), where
        assert status != "fault" or uncut[0] == "fault", where


@every_recording
def test_what_is_given_twice_is_judged_once(judged, whole, name):
    parts, uncut = whole(name)
    assert judged([*parts, *parts]) == uncut
    assert judged([pieces.doubled(part) for part in parts]) == uncut


def test_a_file_given_twice_is_one_point(ours):
    """The command, too, takes a second copy for what it is."""
    folder = ours.stage.captures / "lab" / "h_sli_mistranslated"
    pair = [folder / "inside.pcapng", folder / "outside.pcapng"]
    once, twice = (
        json.loads(ours.pptpnat("--json", *files).stdout)
        for files in (pair, list(itertools.chain(pair, pair)))
    )
    assert len(twice["points"]) == len(once["points"]) == 2
    assert [one["role"] for one in twice["points"]] == [one["role"] for one in once["points"]]
    for member in ("status", "cause"):
        assert twice["verdict"][member] == once["verdict"][member]
    kept = ("id", "severity", "point_frame", "expected", "seen", "direction")
    assert [
        [one[member] for member in kept] for one in twice["findings"] if one["severity"] in FAULTS
    ] == [[one[member] for member in kept] for one in once["findings"] if one["severity"] in FAULTS]


@pytest.mark.parametrize("name", ["tunnel_ambiguous.pcapng", "tunnel_maybe_ambiguous.pcapng"])
def test_copies_stay_with_their_tunnel(ours, name):
    """Two tunnels of one key: the second copy of a packet is of the call that had the first."""
    path = ours.capture(name)
    once, twice = (
        json.loads(ours.pptpnat("--json", *files).stdout) for files in ([path], [path, path])
    )
    for document in (once, twice):
        assert document["verdict"]["cause"] == f"pptp.nat.{name.removesuffix('.pcapng')}"
    assert [link["gre"] for link in twice["links"]] == [link["gre"] for link in once["links"]]
