"""The recorded scenarios: what the report says of each is what truth.json says, however the two
captures are handed over.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import os
import re
import subprocess

import pytest

from support import paths, truth

# The exit status, and every NAT finding with its count. A correct NAT raises none of W or E.
SCENARIOS = {
    "a2_one_client_nohelper": (1, {"gre_not_forwarded": 1, "no_editor": 1}),
    "a_one_client_helper": (0, {}),
    "b_two_clients_same_id_helper": (0, {}),
    "c3_nohelper_input_drop": (
        1,
        {"tunnel_ambiguous": 1, "gre_not_forwarded": 2, "no_editor": 1},
    ),
    "d_helper_gre_in_blocked": (1, {"gre_not_forwarded": 1}),
    "e_dnat_helper": (0, {}),
    "f2_silent_kill_reconnect": (0, {}),
    "g_loss": (0, {"gre_loss": 2}),
    "h_sli_mistranslated": (1, {"callid_mistranslated": 2, "disconnect_rewritten": 1}),
    "k_split_ocrq": (
        1,
        {"setup_untranslated": 1, "callid_mistranslated": 1, "gre_not_forwarded": 1},
    ),
    "l2_server_sigterm": (0, {"disconnect_rewritten": 1}),
    "r2_two_mppe_same_id": (0, {}),
}
INPUTS = ("pair", "swapped", "both", "interfaces lost")


@pytest.fixture(scope="module")
def analysed(ours):
    """(scenario, input) -> (exit status, report), each made once."""
    made = {}

    def get(scenario, how):
        if (scenario, how) not in made:
            done = ours.pptpnat("--json", *captures_of(ours, scenario, how))
            assert done.returncode in (0, 1), done.stderr
            made[scenario, how] = (done.returncode, json.loads(done.stdout))
        return made[scenario, how]

    return get


def captures_of(ours, scenario, how):
    folder = ours.stage.captures / "lab" / scenario
    pair = [folder / "inside.pcapng", folder / "outside.pcapng"]
    if how == "swapped":
        return pair[::-1]
    if how == "both":
        return [folder / "both.pcapng"]
    if how == "interfaces lost":
        merged = ours.stage.file(".pcap")
        subprocess.run(["mergecap", "-F", "pcap", "-w", merged, *pair], check=True)
        merged.chmod(0o644)
        return [merged]
    return pair


every_input = pytest.mark.parametrize("how", INPUTS)
every_scenario = pytest.mark.parametrize("scenario", paths.scenarios())


def test_every_scenario_has_its_line():
    assert set(SCENARIOS) == set(paths.scenarios())


@every_input
@every_scenario
def test_calls_are_linked_with_their_ids_and_counts(analysed, scenario, how):
    _, document = analysed(scenario, how)
    assert truth.reported_links(document) == truth.expected_links(truth.load(scenario))


@every_input
@every_scenario
def test_the_nat_findings_are_exactly_these_and_so_is_the_exit_status(analysed, scenario, how):
    status, document = analysed(scenario, how)
    expected_status, expected = SCENARIOS[scenario]
    nat = {
        name.removeprefix("pptp.nat."): count
        for name, count in truth.ids(document).items()
        if name.startswith("pptp.nat.")
    }
    assert nat == expected
    assert status == expected_status
    if status == 0:
        assert {entry["severity"] for entry in document["findings"]} <= {"note", "chat"}


@every_input
@every_scenario
def test_what_must_be_found_is_found_and_nothing_else_of_its_kind(analysed, scenario, how):
    facts = truth.load(scenario)
    _, document = analysed(scenario, how)
    found = truth.ids(document)
    for fault in facts["faults"]:
        if fault["kind"] in truth.KINDS and fault["expect"] == "must":
            assert any(name in found for name in truth.KINDS[fault["kind"]][0]), fault["kind"]
    true_ids = {
        name
        for fault in facts["faults"]
        if fault["kind"] in truth.KINDS
        for name in truth.KINDS[fault["kind"]][0]
    }
    for kind in facts.get("must_not_report", []):
        if kind in truth.COUNTED:
            assert truth.hop_total(document, truth.COUNTED[kind]) == 0, kind
        else:
            assert not set(truth.KINDS[kind][0]) & set(found) - true_ids, kind


@pytest.mark.parametrize("how", ("pair", "swapped"))
@every_scenario
def test_findings_stand_on_the_frames_and_values_of_the_truth(analysed, scenario, how):
    """point_frame is the number in the user's own file, so it is the same in both orders."""
    facts = truth.load(scenario)
    _, document = analysed(scenario, how)
    side_of = {
        point["id"]: side
        for point in document["points"]
        for side in truth.SIDES
        if point["file"].endswith(f"{side}.pcapng")
    }
    assert sorted(side_of.values()) == ["inside", "outside"]
    for entry in document["findings"]:
        if entry["id"] != "pptp.nat.callid_mistranslated":
            continue
        side, frame = side_of[entry["point"]], entry["point_frame"]
        message = truth.message_at(facts, side, frame)
        fault = next(
            fault
            for fault in facts["faults"]
            if truth.KINDS.get(fault["kind"], ((), None))[1] == message
        )
        place = fault[f"frames_{side}"].index(frame)
        assert entry["expected"] == fault["values"][f"expected_{side}"][place]
        assert entry["seen"] == fault["values"][f"seen_{side}"][place]
    for fault in facts["faults"]:
        if fault["kind"] == "call-disconnect-rewritten":
            (entry,) = (
                entry
                for entry in document["findings"]
                if entry["id"] == "pptp.nat.disconnect_rewritten"
            )
            assert side_of[entry["point"]] == "inside"
            assert [entry["point_frame"]] == fault["frames_inside"]
            assert [entry["expected"]] == fault["values"]["expected_inside"]
            assert [entry["seen"]] == fault["values"]["seen_inside"]
        if fault["kind"].startswith("gre-blocked-"):
            inward = "pns_to_pac" if facts["nat"] == "server-side" else "pac_to_pns"
            outward = "pac_to_pns" if inward == "pns_to_pac" else "pns_to_pac"
            direction = inward if fault["kind"].endswith("inbound") else outward
            before = "outside" if fault["kind"].endswith("inbound") else "inside"
            lost = [
                entry
                for entry in document["findings"]
                if entry["id"] == "pptp.nat.gre_not_forwarded"
            ]
            assert lost
            for entry in lost:
                assert entry["direction"] == direction
                assert side_of[entry["point"]] == before
                assert entry["point_frame"] in fault[f"frames_{before}"]


def test_the_set_link_info_fault_in_every_word(analysed):
    """The case of the product's first sentence."""
    _, document = analysed("h_sli_mistranslated", "pair")
    wrong = [
        entry
        for entry in document["findings"]
        if entry["id"] == "pptp.nat.callid_mistranslated"
    ]
    assert [
        (entry["point_frame"], entry["expected"], entry["seen"], entry["mistranslation"])
        for entry in wrong
    ] == [(15, 1536, 33244, "untranslated"), (42, 1536, 33244, "untranslated")]
    assert document["verdict"]["status"] == "fault"


def test_scattered_loss_is_counted_at_the_hop_and_is_no_finding(analysed):
    """g_loss: 9 of 60 and 6 of 45 packets are lost at the NAT."""
    _, document = analysed("g_loss", "pair")
    (link,) = document["links"]
    lost = [link["gre"][direction]["hops"][0]["lost"] for direction in truth.DIRECTIONS]
    assert lost == [9, 6]


@every_scenario
def test_the_printed_verdict_is_the_same_for_both_orders_of_the_files(ours, scenario):
    texts = {ours.pptpnat(*captures_of(ours, scenario, how)).stdout for how in INPUTS[:2]}
    assert len(texts) == 1


def test_the_wrong_ids_can_be_filtered_for(ours):
    """The display filter that the README gives. both.pcapng is not in order of time, so that the
    packet at the receiving side comes first and only the second pass can mark it."""
    frames = ours.tshark(
        "lab/h_sli_mistranslated/both.pcapng", "-2",
        "-Y", "pptp.nat.callid_mistranslated && pptp.nat.expected_call_id", "-T", "fields",
        "-e", "pptp.nat.expected_call_id", "-e", "pptp.peer_call_id", "-e", "frame.interface_name",
    )  # fmt: skip
    assert frames.splitlines() == ["1536\t33244\tin"] * 2


def texts_of(report):
    verdicts = [report["verdict"], *report["nats"], *(link["verdict"] for link in report["links"])]
    return [one["text"] for one in report["findings"] + verdicts if one["text"]]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_texts_name_frames_of_the_users_own_files(analysed, scenario):
    _, report = analysed(scenario, "pair")
    files = {os.path.basename(point["file"]) for point in report["points"]}
    for text in texts_of(report):
        assert "merged" not in text, text
        for found in re.finditer(r"\bframes? \d+( of (\S+?\.pcapng))?", text):
            assert found[2] in files, text
