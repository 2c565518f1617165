"""The recorded IPsec scenarios: each SA of the report is that of truth.json, point by point.

SPDX-License-Identifier: GPL-2.0-or-later"""

import functools
import json
import re

import pytest

from support import findings, paths, schema

SIDES = ("inside", "outside")
FITS = {"destination": "destination fits", "source": "source fits", None: "neither"}
MESSAGE = {"frame": "frame", "from": "from", "exchange": "exchange", "message_id": "message_id",
           "length": "ike_length", "encrypted": "encrypted"}  # fmt: skip
ESP = ("encapsulation", "packets", "first_seq", "last_seq", "duplicates", "first_frame",
       "last_frame")  # fmt: skip
# What one point shows of the faults: the last part of a finding's name, and frames.
FINDINGS = {
    ("s4_float_port_blocked", "inside"): {"no_reply": [7]},
    ("s5c_spi_guess", "outside"): {"port_shared": [26, 30]},
    ("s6b_native_esp_two", "inside"): {"natt_not_announced": [3, 4, 20, 21]},
    ("s6b_native_esp_two", "outside"): {"natt_not_announced": [3, 4, 18, 19]},
    ("s8_mapping_changed", "outside"): {"mapping_changed": [48]},
}

every_side = pytest.mark.parametrize("side", SIDES)
every_scenario = pytest.mark.parametrize("scenario", paths.ipsec_scenarios())


@functools.lru_cache(maxsize=None)
def truth_of(scenario):
    return json.loads((paths.IPSEC / scenario / "truth.json").read_text())


@pytest.fixture(scope="module")
def report_of(ours):
    return functools.lru_cache(maxsize=None)(
        lambda scenario, side: ours.report(f"ipsec/{scenario}/{side}.pcapng", "-q")[1]
    )


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def ends(first, later):
    """As the truth writes them: all that were seen, in order."""
    if first is None:
        return []
    places = [first, *later]
    return [
        place["address"] + (f":{place['port']}" if place["port"] else "") for place in places
    ]


def ike_of(sa):
    """An IKE SA of the report in the words of the truth."""
    return {
        "initiator_spi": sa["initiator_spi"],
        "responder_spi": sa["responder_spi"],
        "version": sa["version"],
        "exchanges": sorted(sa["exchanges"]),
        "messages": len(sa["timeline"]),
        "first_frame": sa["first_frame"],
        "last_frame": sa["last_frame"],
        **{
            end: {
                family: ends(sa[end][f"p{family}"], sa[end][f"p{family}_later"])
                for family in ("500", "4500")
            }
            for end in ("initiator", "responder")
        },
        "message_list": [
            {key: message[key] for key in MESSAGE}
            | {"repeats": message["repeats_frame"]}
            for message in sa["timeline"]
        ],
    }


def ike_wanted(sa):
    return {
        **{name: sa[name] for name in ("initiator_spi", "responder_spi", "version", "messages",
                                       "first_frame", "last_frame")},
        "exchanges": sorted(sa["exchanges"]),
        **{
            end: {family: as_list(sa[end].get(family)) for family in ("500", "4500")}
            for end in ("initiator", "responder")
        },
        "message_list": [
            {key: message[name] for key, name in MESSAGE.items()}
            | {"repeats": message.get("repeats_frame")}
            for message in sa["message_list"]
        ],
    }  # fmt: skip


@every_side
@every_scenario
def test_ike_sas_are_those_of_the_truth(report_of, scenario, side):
    report = report_of(scenario, side)
    schema.check(report)
    wanted = {sa["initiator_spi"]: ike_wanted(sa) for sa in truth_of(scenario)[side]["ike_sas"]}
    assert {sa["initiator_spi"]: ike_of(sa) for sa in report["ike_sas"]} == wanted


@every_side
@every_scenario
def test_esp_sas_are_those_of_the_truth(report_of, scenario, side):
    seen = {
        sa["spi"]: {name: sa[name] for name in ESP}
        | {"lost": sa["lost"], "out_of_order": sa["out_of_order"]}
        | {end: ends(sa[end], sa[f"{end}_later"]) for end in ("source", "destination")}
        for sa in report_of(scenario, side)["esp_sas"]
    }
    wanted = {
        sa["spi"]: {name: sa[name] for name in ESP}
        | {"lost": len(sa["missing_seq"]), "out_of_order": len(sa["out_of_order"])}
        | {"source": sa["source"], "destination": sa["destination"]}
        for sa in truth_of(scenario)[side]["esp_sas"]
    }
    assert seen == wanted


@every_side
@every_scenario
def test_address_hashes_are_judged_as_in_the_truth(ours, report_of, scenario, side):
    """In the report and in the field."""
    wanted = {
        row["frame"]: [FITS[natd["fits_here"]] for natd in row["hashes"]]
        for row in truth_of(scenario)[side]["nat_d"]
    }
    timelines = (sa["timeline"] for sa in report_of(scenario, side)["ike_sas"])
    messages = [message for timeline in timelines for message in timeline]
    assert {m["frame"]: m["natd"] for m in messages if m["natd"]} == wanted
    rows = ours.fields(f"ipsec/{scenario}/{side}.pcapng", ["ipsec.natd"], separator="|")
    assert {frame: row["ipsec.natd"].split("|") for frame, row in rows if row} == wanted


@every_side
@every_scenario
def test_findings_are_what_one_point_can_show(report_of, scenario, side):
    found = {}
    for finding in report_of(scenario, side)["findings"]:
        assert finding["id"].startswith("ipsec.")
        found.setdefault(finding["id"].rsplit(".", 1)[1], []).append(finding["frame"])
    assert found == FINDINGS.get((scenario, side), {})


@every_scenario
def test_both_sides_in_one_file_have_the_sas_of_each(report_of, scenario):
    """At two points, each with its own frames."""
    both = report_of(scenario, "both")
    schema.check(both)
    point_of = {point["name"]: point["id"] for point in both["points"]}
    assert sorted(point_of) == ["in", "out"]
    for name, side in (("in", "inside"), ("out", "outside")):
        for kind, spi in (("ike_sas", "initiator_spi"), ("esp_sas", "spi")):
            alone = [sa[spi] for sa in report_of(scenario, side)[kind]]
            here = [sa[spi] for sa in both[kind] if sa["point"] == point_of[name]]
            assert sorted(here) == sorted(alone), (side, kind)


def test_the_info_column_reads_as_a_sentence(ours):
    """Behind what Wireshark says; frame 7 is message 5, which s4's client repeats."""
    name = ours.capture("ipsec/s4_float_port_blocked/inside.pcapng")
    shown = ours.tshark(name, "-Y", "isakmp").splitlines()
    infos = [line.split("Identity Protection (Main Mode), ")[1] for line in shown]
    first = [f"message {number} of IKE SA 0" for number in range(1, 6)]
    assert infos == first + [f"{first[-1]}, sent again (first in frame 7)"] * 4
    name = ours.capture("ipsec/s5c_spi_guess/inside.pcapng")
    shown = ours.tshark(name, "-Y", "esp").splitlines()
    assert all(re.search(r"ESP \(SPI=0x\w{8}\), packet \d+ of ESP SA \d", line) for line in shown)


@every_scenario
def test_esp_sas_name_the_first_and_last_packet_by_frame_and_time(ours, report_of, scenario):
    """The frame in the user's own file as well: both.pcapng counts each interface for itself."""
    times = dict(ours.fields(f"ipsec/{scenario}/both.pcapng", ["frame.time_epoch"]))
    both = report_of(scenario, "both")
    own = {
        (sa["spi"], side): [sa["first_frame"], sa["last_frame"]]
        for side in ("inside", "outside")
        for sa in report_of(scenario, side)["esp_sas"]
    }
    for sa in both["esp_sas"]:
        side = {"in": "inside", "out": "outside"}[both["points"][sa["point"]]["name"]]
        assert [sa["first_point_frame"], sa["last_point_frame"]] == own[(sa["spi"], side)]
        for end in ("first", "last"):
            told = float(times[sa[f"{end}_frame"]]["frame.time_epoch"])
            assert abs(sa[f"{end}_time"] - told) < 1e-6


@pytest.mark.parametrize("name", paths.ipsec_captures())
def test_sas_do_not_depend_on_how_frames_are_visited(ours, name):
    once = ours.report(name, "-q")[1]
    for arguments in (("-2", "-q"), ("-V",), ("-2", "-V"), ("-Y", "ipsec.esp"), ("-T", "json")):
        assert ours.report(name, *arguments)[1] == once, arguments


@pytest.mark.parametrize("name", paths.ipsec_captures())
def test_findings_are_on_their_frames(ours, name):
    """At once where their frame decides them, and all with two passes."""
    document = ours.report(name, "-q")[1]
    found = [one for one in document["findings"] if one["id"].startswith("ipsec.")]
    at_once = [one for one in found if one["deciding_frame"] == one["frame"]]
    for arguments, wanted in ((), at_once), (("-2",), found):
        wanted = sorted((one["frame"], one["id"]) for one in wanted)
        rows = ours.fields(name, sorted(ours.ipsec_finding_names), *arguments)
        assert sorted((frame, field) for frame, row in rows for field in row) == wanted
        table = ours.tshark(name, *arguments, "-q", "-z", "expert")
        rows = findings.expert_rows(ours, table)
        assert {protocol for _, protocol, _ in rows} <= {"IPsec"}
        assert findings.counts(wanted) == {name: count for name, _, count in rows}


def test_fields_say_of_esp_what_the_report_says(ours, report_of):
    """Index, gaps, order and duplicates, in one pass: here all is known at once."""
    name = "ipsec/s8_mapping_changed/outside.pcapng"
    fields = ["ipsec.esp", "ipsec.esp.lost", "ipsec.esp.out_of_order", "ipsec.esp.duplicate"]
    packets, skipped, late = {}, {}, {}
    for _, row in ours.fields(name, fields):
        if "ipsec.esp" in row:
            sa = int(row["ipsec.esp"])
            packets[sa] = packets.get(sa, 0) + 1
            skipped[sa] = skipped.get(sa, 0) + int(row.get("ipsec.esp.lost", 0))
            late[sa] = late.get(sa, 0) + int("ipsec.esp.out_of_order" in row)
            assert "ipsec.esp.duplicate" not in row
    sas = report_of("s8_mapping_changed", "outside")["esp_sas"]
    assert packets == {sa["id"]: sa["packets"] for sa in sas}
    assert late == {sa["id"]: sa["out_of_order"] for sa in sas}
    assert {sa: skipped[sa] - late[sa] for sa in skipped} == {sa["id"]: sa["lost"] for sa in sas}
