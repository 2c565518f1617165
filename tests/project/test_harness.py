"""The tests' own judges can say no.

SPDX-License-Identifier: GPL-2.0-or-later"""

import importlib.util

from support import differential, expect, paths

FOUND = {
    "id": "pptp.nat.callid_mistranslated",
    "frame": 20,
    "point_frame": 15,
    "expected": 1536,
    "seen": 33244,
}
WANTED = {"id": FOUND["id"], "frame": 15, "expected": 1536, "seen": 33244}


def test_a_finding_on_its_frame_with_its_values_fulfils_the_expectation():
    assert expect.unfulfilled({"findings": [WANTED], "exact": True}, [FOUND]) == ([], [])


def test_a_finding_on_another_frame_or_with_another_value_does_not():
    for member, value in (("frame", 16), ("expected", 1537), ("seen", 0), ("id", "other")):
        wanted = {**WANTED, member: value}
        missing, surplus = expect.unfulfilled({"findings": [wanted], "exact": True}, [FOUND])
        assert (missing, surplus) == ([wanted], [FOUND])


def test_one_finding_fulfils_one_expectation():
    entry = {"findings": [WANTED, {**WANTED, "frame": None}], "exact": True}
    assert len(expect.unfulfilled(entry, [FOUND])[0]) == 1
    assert expect.unfulfilled(entry, [FOUND, FOUND]) == ([], [])


def test_surplus_findings_count_unless_they_are_allowed():
    entry = {"findings": [], "exact": True}
    assert expect.unfulfilled(entry, [FOUND]) == ([], [FOUND])
    assert expect.unfulfilled({**entry, "may": [FOUND["id"]]}, [FOUND]) == ([], [])
    assert expect.unfulfilled({**entry, "exact": False}, [FOUND]) == ([], [])


def test_a_lost_field_of_stock_is_explained_by_no_known_fault():
    """One message in the segment, nothing wrong with it, and its Call ID is gone."""
    lost = [("pptp.call_id", 66, 2, "0600", "1536")]
    frame = differential.Frame(10, lost, [], ("tcp:pptp", "tcp:pptp"), set(), [(54, 168)])
    assert not differential.explanations(frame)


def test_a_second_message_is_explained_but_not_a_change_in_the_first():
    second = ("pptp.call_id", 222, 2, "0600", "1536")
    first = ("pptp.call_id", 66, 2, "0600", "1536")
    layers = ("tcp:pptp", "tcp:pptp")
    messages = [(54, 156), (210, 168)]
    assert differential.explanations(
        differential.Frame(10, [], [second], layers, set(), messages)
    ) == {"P1"}
    assert not differential.explanations(
        differential.Frame(10, [], [first], layers, set(), messages)
    )


def test_the_fuzz_stage_has_the_same_captures_for_a_seed(stage):
    """So that in continuous integration it fails only of a change."""
    spec = importlib.util.spec_from_file_location("plugin", paths.TOP / "tests/fuzz/plugin.py")
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)

    def made(seed):
        inputs = plugin.Inputs(stage, seed)
        made = [inputs.mutated(), inputs.random_packets(), inputs.mutated()]
        return [(how, path.read_bytes()) for path, how in made]

    first, other = made(1), made(2)
    assert made(1) == first
    assert all(one != another for one, another in zip(first, other))
