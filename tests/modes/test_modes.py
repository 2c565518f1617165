"""However Wireshark visits the packets, the findings, the tables and the JSON are the same.

A finding is on the frame that it is about: at once where that frame decides it, else from the
second visit on (two passes and the GUI, here sharkd). A later frame that decides it has a note and
a link in every mode, never the finding. All sets are derived from the JSON and compared exactly.

SPDX-License-Identifier: GPL-2.0-or-later"""

import functools
import random
import re

import pytest

from support import findings, paths

# Wireshark draws what was asked for last first, so the expert table ends the output.
TABLES = (
    "-z", "pptp,verdict", "-z", "pptp,calls", "-z", "pptp,nat", "-z", "pptp,gre", "-z", "pptp,tree",
    "-z", "pptp,srt", "-z", "conv,pptp", "-z", "endpoints,pptp",
)  # fmt: skip
SEPARATOR = "|"
EXPERTS_AND_TABLES = ("-z", "expert", *TABLES)


def shown_in_one_pass(document):
    return sorted(
        (entry["frame"], entry["id"])
        for entry in document["findings"]
        if entry["frame"] and entry["deciding_frame"] == entry["frame"]
    )


def shown_in_the_end(document):
    return sorted(
        (entry["frame"], entry["id"]) for entry in document["findings"] if entry["frame"]
    )


def decided_elsewhere(document):
    """[(deciding frame, frame it is about, id)]"""
    return sorted(
        (entry["deciding_frame"], entry["frame"] or 0, entry["id"])
        for entry in document["findings"]
        if entry["deciding_frame"] and entry["deciding_frame"] != entry["frame"]
    )


def notes(wireshark, name, *arguments):
    """The same as fields tell it."""
    found = []
    for frame, values in wireshark.fields(
        name, ["pptp.finding.decides", "pptp.finding.frame", "pptp.finding.note"], *arguments,
        separator=SEPARATOR,
    ):  # fmt: skip
        texts = values.get("pptp.finding.decides", "").split(SEPARATOR)
        frames = values.get("pptp.finding.frame", "").split(SEPARATOR)
        for text, about in zip(texts, frames):
            if text:
                assert f" in frame {about}: " in text
                found.append((frame, int(about), text.split(" ")[0]))
        assert ("pptp.finding.note" in values) == bool(texts[0]), "no expert info"
    return sorted(found)


def split(output):
    """(our tables, Wireshark's table of expert infos)."""
    parts = re.split(r"^(?=(?:Errors|Warns|Notes|Chats) \(\d+\)$)", output, maxsplit=1, flags=re.M)
    return parts[0].rstrip(), parts[1] if len(parts) > 1 else ""


# The tests of one capture run in one process (--dist loadgroup), so that they share its first pass.
every_capture = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.xdist_group(name))
             for name in paths.single_captures()]
)  # fmt: skip


@pytest.fixture(scope="module")
def first_pass(ours):
    """name -> (output, report) of one pass that draws no tree but every table."""
    return functools.lru_cache(maxsize=None)(
        lambda name: ours.report(name, "-q", *EXPERTS_AND_TABLES)
    )


@every_capture
def test_one_pass_in_every_way_of_looking(ours, first_pass, name):
    output, document = first_pass(name)
    tables, experts = split(output)
    expected = shown_in_one_pass(document)
    count = findings.counts(expected)
    assert findings.expert_table(ours, experts) == count, "no tree"

    text, other = ours.report(name, "-V", *EXPERTS_AND_TABLES)
    details, experts = split(text)
    assert other == document, "-V: JSON"
    assert details.endswith(tables), "-V: tables"
    assert findings.from_text(ours, text) == expected, "-V"
    assert findings.expert_table(ours, experts) == count, "-V -z expert"

    text, other = ours.report(name, "-T", "json")
    assert other == document, "-T json: JSON"
    assert findings.from_json(ours, text) == expected, "-T json"

    assert findings.from_fields(ours, name) == expected, "-T fields"
    assert notes(ours, name) == decided_elsewhere(document), "-T fields: what other frames decide"
    assert findings.from_pdml(ours, ours.pdml(name)) == expected, "-T pdml"

    check_two_passes(ours, name, tables, document)


def check_two_passes(ours, name, tables, document):
    output, other = ours.report(name, "-2", "-q", *EXPERTS_AND_TABLES)
    expected = shown_in_the_end(document)
    assert other == document, "-2: JSON"
    assert split(output)[0] == tables, "-2: tables"
    count = findings.expert_table(ours, split(output)[1])
    assert count == findings.counts(expected), "-2 -q -z expert"
    assert findings.from_fields(ours, name, "-2") == expected, "-2 -T fields"
    assert notes(ours, name, "-2") == decided_elsewhere(document), "-2: what other frames decide"


@every_capture
def test_a_gui_that_visits_frames_in_any_order(ours, first_pass, name):
    """sharkd is asked for every frame twice, in two orders; the details are the same both times."""
    _, document = first_pass(name)
    packets = ours.run("capinfos", "-c", "-M", ours.capture(name)).stdout
    count = int(re.search(r"Number of packets: *(\d+)", packets)[1])
    shuffled = list(range(1, count + 1))
    random.Random(2637).shuffle(shuffled)
    once, again = ours.sharkd(name, shuffled, range(count, 0, -1))
    assert findings.from_sharkd(ours, once) == shown_in_the_end(document)
    assert once == again


@pytest.mark.parametrize("scenario", paths.scenarios())
def test_one_point_alone_is_the_same_in_one_pass_and_two(ours, scenario):
    for side in ("inside", "outside"):
        name = f"lab/{scenario}/{side}.pcapng"
        output, document = ours.report(name, "-q", *EXPERTS_AND_TABLES)
        check_two_passes(ours, name, split(output)[0], document)


@pytest.mark.parametrize("name", ["message_split.pcapng", "lab/h_sli_mistranslated/both.pcapng"])
def test_findings_are_listed_under_their_protocol(ours, name):
    """As PPTP, also those that the first pass finds before PPTP is called."""
    rows = findings.expert_rows(ours, ours.tshark(name, "-q", "-z", "expert"))
    assert rows and {protocol for _, protocol, _ in rows} <= {"PPTP", "GRE"}
