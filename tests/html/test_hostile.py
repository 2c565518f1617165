"""The report comes from a capture that somebody else made: whatever it says, the page only shows
it.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import random

import pytest

from support import page

HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</title></desc></svg></style><script>alert(1)</script>",
    "--></textarea><svg onload=alert(1)>",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "%s%n%d %1$s",
    "a\u202egnp.exe \u2066x\u2069 \u0007\u001b[31m\u0085 \ufdd0 \ufffe",
    "\U0001f41b" * 300,
    "x" * 20000,
]


REPORTS = {
    "pptp": "lab/h_sli_mistranslated/both.pcapng",
    "ipsec": "ipsec/s8_mapping_changed/both.pcapng",
}


@pytest.fixture(scope="module", params=REPORTS)
def report(ours, request):
    return ours.report(REPORTS[request.param], "-q")[1]


# What a report says by a word of its own, not by text of the capture.
KEPT = {"pns", "pac", "closed", "inside", "outside", "fault", "error", "note", "warning", "ike",
        "esp", "udp", "IKEv1", "initiator", "responder"}  # fmt: skip


def spoiled(report, text):
    """The report with `text` in every place that holds words, and in none that holds a code."""
    return page.strings_replaced(report, lambda old: old if old in KEPT else text)


def shape(text):
    """All tags with the names of their attributes, pictures and all."""
    return [
        (e.tag, tuple(sorted(e.attributes)))
        for e in page.read(text).all()
        if e.tag != "title"  # a text that is cut short has a tip
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_never_becomes_markup(report, text):
    harmless = shape(page.draw(spoiled(report, "harmless words")))
    assert shape(page.draw(spoiled(report, text))) == harmless


@pytest.mark.parametrize("text", HOSTILE[:6], ids=range(6))
def test_text_is_shown_as_it_is(report, text):
    tree = page.read(page.draw(spoiled(report, text)))
    assert text in tree.one("verdict").text and text in tree.one("findings").text


def test_control_and_direction_characters_are_escaped(report):
    shown = page.draw(spoiled(report, HOSTILE[6]))
    assert not set(shown) & set("\u202e\u2066\u2069\u0007\u001b\u0085\ufdd0\ufffe")
    assert "a\\u202egnp.exe \\u2066x\\u2069 \\x07\\x1b[31m\\u0085 \\ufdd0 \\ufffe" in shown


def test_long_texts_are_cut(report):
    assert "x" * 4001 not in page.draw(spoiled(report, "x" * 20000))


NO_REPORTS = [
    b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b'{"version": 1}', b"\xff\xfe", b"\0",
    b'{"version": 2, "verdict": {}}', b"[" * 1000000, b'{"a":' * 100000,
]  # fmt: skip


@pytest.mark.parametrize("text", NO_REPORTS, ids=range(len(NO_REPORTS)))
def test_what_is_no_report_is_refused_with_a_message(text):
    assert page.draw_text(text, status=2).startswith("pptpnat-html: ")


def test_a_report_without_anything_in_it_is_a_page():
    tree = page.read(page.draw({"version": 1, "verdict": {}}))
    assert "There is no call and no tunnel" in tree.one("calls").text


def test_circles_of_causes_end(ours):
    report = ours.report(REPORTS["pptp"], "-q")[1]
    circle = json.loads(json.dumps(report))
    count = len(circle["findings"])
    for index, finding in enumerate(circle["findings"]):
        finding["consequence_of"] = (index + 1) % count
    page.read(page.draw(circle))


def test_links_that_share_calls_or_name_none_do_no_harm(ours):
    report = ours.report(REPORTS["pptp"], "-q")[1]
    crossed = json.loads(json.dumps(report))
    crossed["links"] *= 3
    crossed["links"].append({"id": 77, "calls": [99, None], "points": [5]})
    crossed["links"].append({"id": 78, "calls": [None] * 50, "points": [0] * 50})
    tree = page.read(page.draw(crossed))
    assert len(list(tree.all(look="call"))) == 1


def test_links_of_ipsec_that_share_sas_or_name_none_do_no_harm(ours):
    report = ours.report(REPORTS["ipsec"], "-q")[1]
    crossed = json.loads(json.dumps(report))
    crossed["ipsec_links"] *= 3
    for kind in ("ike", "esp"):
        crossed["ipsec_links"].append({"id": 77, "kind": kind, "sas": [99, None], "points": [5]})
        crossed["ipsec_links"].append(
            {"id": 78, "kind": kind, "sas": [None] * 50, "points": [0] * 50}
        )
    assert len(list(page.read(page.draw(crossed)).all(look="call"))) == 1


def test_sas_without_links_are_tunnels_of_one_point(ours):
    report = ours.report(REPORTS["ipsec"], "-q")[1]
    tree = page.read(page.draw({**report, "ipsec_links": []}))
    assert len(list(tree.all(look="call"))) == 2


def places(value, path=()):
    """The path of every member and element of a document."""
    for name in value if isinstance(value, dict) else range(len(value)):
        yield path + (name,)
        if isinstance(value[name], (dict, list)):
            yield from places(value[name], path + (name,))


WRONG = [None, True, -1, 1e308, -1e308, 2**63 - 1, 2**70, 0.5, "text", [], {}, [[]], [{}], ["x"]]


@pytest.mark.parametrize("seed", range(40))
def test_members_of_any_other_kind_are_not_known_and_nothing_breaks(report, seed):
    dice = random.Random(seed)
    broken = json.loads(json.dumps(report))
    for _ in range(dice.choice([1, 3, 30])):
        path = dice.choice(list(places(broken)))
        owner = broken
        for name in path[:-1]:
            owner = owner[name]
        if isinstance(owner, dict) and dice.random() < 0.3:
            del owner[path[-1]]
        else:
            owner[path[-1]] = dice.choice(WRONG)
    if broken.get("version") == 1 and isinstance(broken.get("verdict"), dict):
        page.read(page.draw(broken))
    else:
        page.draw(broken, status=2)
