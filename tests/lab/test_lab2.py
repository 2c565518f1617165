"""Recordings of rows of NATs, bridges and lost calls: what their truth.json and INDEX.md say,
however the captures are handed over.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import pathlib
import subprocess

import pytest

from support import truth

SIDES = ("inside", "outside")
ROW = ("p1", "p2", "p3")

# scenario: files, exit status, cause, NAT findings with point and frame (in the file itself).
SCENARIOS = {
    "e2_dnat_nohelper": (SIDES, "gre_not_forwarded", [("gre_not_forwarded", "outside", 13)]),
    "x2_double_nat_inner_no_helper": (
        ROW,
        "no_editor",
        [
            ("gre_not_forwarded", "p2", 21),
            ("gre_not_forwarded", "p2", 30),
            ("no_editor", "p2", 17),
            ("tunnel_ambiguous", "p2", 24),
        ],
    ),
    "x6_mtu_blackhole": (
        SIDES,
        "large_packets_lost",
        [("disconnect_rewritten", "inside", 79), ("large_packets_lost", "outside", 33)],
    ),
    "x7_two_servers_gre_to_wrong_one": (
        SIDES,
        "gre_misdelivered",
        [("gre_misdelivered", "inside", 44)],
    ),
    "x8e_icrp_swapped": (
        SIDES,
        "callid_mistranslated",
        [("callid_mistranslated", "inside", 11), ("no_editor", "outside", 10)],
    ),
    "x9_midcall": (SIDES, None, []),
    "x11b_helper_lost_midcall_icmp": (
        SIDES,
        "gre_not_forwarded",
        [
            ("callid_mistranslated", "outside", 72),
            ("gre_not_forwarded", "outside", 66),
            ("reset_injected", "outside", 69),
        ],
    ),
}
INPUTS = ("files", "swapped", "one file", "interfaces lost")


def captures_of(ours, scenario, how):
    folder = ours.stage.captures / "lab2" / scenario
    names = SCENARIOS[scenario][0]
    files = [folder / f"{name}.pcapng" for name in names]
    if how == "swapped":
        return files[::-1]
    if how == "one file":
        return [folder / ("all.pcapng" if names == ROW else "both.pcapng")]
    if how == "interfaces lost":
        merged = ours.stage.file(".pcap")
        subprocess.run(["mergecap", "-F", "pcap", "-w", merged, *files], check=True)
        merged.chmod(0o644)
        return [merged]
    return files


@pytest.fixture(scope="module")
def analysed(ours):
    """(files...) -> (exit status, report), each made once."""
    made = {}

    def get(*files):
        if files not in made:
            done = ours.pptpnat("--json", *files)
            made[files] = (done.returncode, json.loads(done.stdout))
        return made[files]

    return get


def nat_findings(document):
    name_of = {
        point["id"]: pathlib.Path(point["file"] or point["name"]).stem
        for point in document["points"]
    }
    return sorted(
        (one["id"].removeprefix("pptp.nat."), name_of[one["point"]], one["point_frame"])
        for one in document["findings"]
        if one["id"].startswith("pptp.nat.")
    )


# GRE alone, of which a single interface is left, has no second point.
EACH = [
    (scenario, how)
    for scenario in sorted(SCENARIOS)
    for how in INPUTS
    if (scenario, how) != ("x9_midcall", "interfaces lost")
]


@pytest.mark.parametrize("scenario,how", EACH)
def test_verdict_and_findings(ours, analysed, scenario, how):
    _, cause, findings = SCENARIOS[scenario]
    status, document = analysed(*captures_of(ours, scenario, how))
    assert document["verdict"]["cause"] == (cause and f"pptp.nat.{cause}")
    assert status == (1 if cause else 3)
    found = nat_findings(document)
    if how in ("files", "swapped"):
        assert found == findings
    else:
        assert sorted(one[0] for one in found) == sorted(one[0] for one in findings)


@pytest.mark.parametrize(
    "scenario", ("e2_dnat_nohelper", "x8e_icrp_swapped", "x11b_helper_lost_midcall_icmp")
)
def test_calls_are_linked_with_their_ids_and_counts(ours, analysed, scenario):
    path = ours.stage.captures / "lab2" / scenario / "truth.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    _, document = analysed(*captures_of(ours, scenario, "files"))
    assert truth.reported_links(document) == truth.expected_links(facts)


def test_it_says_to_forward_gre_to_the_server(ours, analysed):
    _, document = analysed(*captures_of(ours, "e2_dnat_nohelper", "files"))
    text = document["verdict"]["text"]
    assert "Forward IP protocol 47" in text and "nf_nat_pptp" not in text
    assert "the NAT itself refused it" in text


def test_it_says_which_lengths_pass(ours, analysed):
    _, document = analysed(*captures_of(ours, "x6_mtu_blackhole", "files"))
    text = document["verdict"]["text"]
    assert "768" in text and "1368" in text and "1400" not in text


def test_what_gre_at_the_wrong_host_brings_about_stands_under_it(ours, analysed):
    _, document = analysed(*captures_of(ours, "x7_two_servers_gre_to_wrong_one", "files"))
    text = document["verdict"]["text"]
    assert all(word in text for word in ("192.168.11.20", "192.168.11.22", "none of 13"))
    loud = [one for one in document["findings"] if one["severity"] in ("warning", "error")]
    causes = {one["id"]: one["consequence_of"] for one in loud}
    first = causes.pop("pptp.nat.gre_misdelivered", "missing")
    assert first is None and causes and set(causes.values()) == {0}
    assert "pptp.analysis.gre_without_call" not in {one["id"] for one in document["findings"]}


def test_a_device_that_is_no_nat_is_not_called_one(ours, analysed):
    _, document = analysed(*captures_of(ours, "x8e_icrp_swapped", "files"))
    assert "The device between the points rewrites the Call ID of " in document["verdict"]["text"]


def test_it_says_which_of_two_nats(ours, analysed):
    _, document = analysed(*captures_of(ours, "x2_double_nat_inner_no_helper", "files"))
    assert "The NAT between p1.pcapng and p2.pcapng" in document["verdict"]["text"]
    texts = {tuple(nat["points"]): nat for nat in document["nats"]}
    names = {point["id"]: point["name"] for point in document["points"]}
    outer = next(nat for points, nat in texts.items() if names[points[1]] == "p3.pcapng")
    assert outer["faults"] == 0 and outer["pptp_editor"] == "yes" and "is fine" in outer["text"]


def test_a_clash_at_the_inside_is_the_fault_of_a_nat_further_in(ours, analysed):
    """x2 without its first point."""
    folder = ours.stage.captures / "lab2" / "x2_double_nat_inner_no_helper"
    status, document = analysed(folder / "p2.pcapng", folder / "p3.pcapng")
    assert status == 1
    assert document["verdict"]["cause"] == "pptp.nat.tunnel_ambiguous"
    assert "further in" in document["verdict"]["text"]
    (nat,) = document["nats"]
    assert nat["faults"] == 0 and "is fine" in nat["text"]
    assert {link["verdict"]["status"] for link in document["links"]} == {"fault"}


def test_points_with_equal_addresses_and_ttl_lie_in_order_of_time(ours, analysed):
    """x4b: one file of all interfaces, a bridge between 2 and 4, the NAT between 3 and 5."""
    path = ours.stage.captures / "lab2" / "x4b_sll2_any_sli" / "any.pcap"
    status, document = analysed(path)
    (link,) = document["links"]
    names = {point["id"]: point["name"] for point in document["points"]}
    assert [names[point][-1] for point in link["points"]] == ["2", "4", "3", "5"]
    wrong = [
        (one["point_frame"], one["expected"], one["seen"])
        for one in document["findings"]
        if one["id"] == "pptp.nat.callid_mistranslated"
    ]
    assert wrong == [(46, 4096, 58646), (56, 1536, 58646), (164, 1536, 58646)]
    assert status == 1


def test_ids_that_differ_do_not_stay_the_same(ours, analysed):
    _, document = analysed(*captures_of(ours, "x9_midcall", "files"))
    assert "the same" not in json.dumps(document)
    assert document["verdict"]["status"] == "unknown"


def test_a_consequence_does_not_precede_its_cause(ours, analysed):
    """x11b: the NAT's refusal comes before the clear request that it translates no more."""
    _, document = analysed(*captures_of(ours, "x11b_helper_lost_midcall_icmp", "files"))
    cause = next(
        index
        for index, one in enumerate(document["findings"])
        if one["id"] == "pptp.nat.gre_not_forwarded"
    )
    (clear,) = (
        one for one in document["findings"] if one["id"] == "pptp.nat.callid_mistranslated"
    )
    assert clear["consequence_of"] == cause
    assert document["findings"][cause]["point_frame"] < clear["point_frame"]
    assert "lost the call" in document["verdict"]["text"]
