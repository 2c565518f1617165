"""One catalogue: every list of findings is made of it, and each finding has a page, a capture that
raises it and one that nearly does.

SPDX-License-Identifier: GPL-2.0-or-later"""

import copy
import json
import re

import pytest

from support import catalogue, expect, paths

KINDS = catalogue.load()
NAMES = [kind["filter"] for kind in KINDS]
ROWS = ("finding/catalogue.c", "ipsec/ipsec_finding.c")
PROSE = paths.TOP / "ui" / "guide" / "findings.prose.md"
PARTS = r"^## {}\n(?!## ).+?^Cause: .+?^Do: "  # in findings.prose.md


def capture_of(name):
    """Two protocols may have findings of one name: those of IPsec say so."""
    protocol, _, last = name.split(".")
    return last if protocol == "pptp" else f"{protocol}_{last}"


def raised_by(expected, capture):
    entry = expected.get(f"{capture}.pcapng")
    return None if entry is None else {finding["id"] for finding in entry["findings"]}


def lacking(name, prose, expected):
    """What a finding does not have."""
    raises = raised_by(expected, capture_of(name))
    near = raised_by(expected, f"{capture_of(name)}_near")
    section = re.compile(PARTS.format(re.escape(name)), re.M | re.S)
    needs = {
        "prose for its page": section.search(prose),
        "a capture that raises it": raises is not None and name in raises,
        "a capture that nearly does": near is not None and name not in near,
    }
    return [need for need, there in needs.items() if not there]


def unfinished(names):
    prose, expected = PROSE.read_text(encoding="utf-8"), expect.load()
    found = {name: lacking(name, prose, expected) for name in names}
    return {name: lacks for name, lacks in found.items() if lacks}


def test_each_finding_has_a_page_and_two_captures():
    assert unfinished(NAMES) == {}


def test_a_planted_finding_lacks_all_of_it():
    assert [len(lacks) for lacks in unfinished(["pptp.analysis.planted"]).values()] == [3]


@pytest.mark.parametrize("gone", ["bad_cookie.pcapng", "bad_cookie_near.pcapng"])
def test_a_finding_without_one_of_its_captures_is_found(gone):
    expected = {name: entry for name, entry in expect.load().items() if name != gone}
    assert len(lacking("pptp.analysis.bad_cookie", PROSE.read_text(), expected)) == 1


def test_a_near_capture_that_raises_its_finding_is_found():
    expected = copy.deepcopy(expect.load())
    expected["bad_cookie_near.pcapng"]["findings"].append({"id": "pptp.analysis.bad_cookie"})
    assert len(lacking("pptp.analysis.bad_cookie", PROSE.read_text(), expected)) == 1


@pytest.mark.parametrize("path", catalogue.LISTS, ids=lambda path: path.name)
def test_each_list_is_that_of_today(path):
    written = path.read_text(encoding="utf-8")
    assert catalogue.LISTS[path](written, KINDS) == written, "run tests/guide/update"


@pytest.mark.parametrize("path", catalogue.LISTS, ids=lambda path: path.name)
def test_a_list_without_a_planted_finding_is_not_that_of_today(path):
    planted = {**KINDS[0], "filter": "pptp.analysis.planted", "severity": "error"}
    written = path.read_text(encoding="utf-8")
    assert "pptp.analysis.planted" in catalogue.LISTS[path](written, [*KINDS, planted])


def test_each_row_of_the_source_bears_the_name_of_its_id():
    source = "".join((paths.TOP / "plugin" / "core" / name).read_text() for name in ROWS)
    rows = re.findall(
        r'\[(?:ROW\()?(?:FINDING|IPSEC)_(\w+?)\)?\] = \{+\s*"((?:pptp|ipsec)\.\w+\.(\w+))"', source
    )
    assert [name for _, name, _ in rows] == NAMES
    assert [last for _, _, last in rows] == [identifier.lower() for identifier, _, _ in rows]


def test_wireshark_has_the_findings_of_the_catalogue(ours):
    registered = ours.finding_names | ours.ipsec_finding_names
    assert registered == {kind["filter"]: kind["summary"] for kind in KINDS}


def test_each_finding_at_warning_or_above_has_one_colour():
    named = re.findall(r'"((?:pptp|ipsec)\.\w+\.\w+)"', catalogue.COLOURS.read_text())
    assert len(named) == len(set(named))
    assert set(catalogue.serious(KINDS)) <= set(named) <= set(NAMES)


def test_the_schema_knows_each_finding():
    defined = json.loads(catalogue.SCHEMA.read_text(encoding="utf-8"))["$defs"]
    assert defined["pptp_finding_id"]["enum"] + defined["ipsec_finding_id"]["enum"] == NAMES
