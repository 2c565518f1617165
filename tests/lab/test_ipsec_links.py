"""The recorded IPsec scenarios, both sides together: which SA inside is which outside, its ports on
each side, and what was lost, as truth.json has it; in either order of the files.

SPDX-License-Identifier: GPL-2.0-or-later"""

import functools
import json

import pytest

from support import paths, schema

every_scenario = pytest.mark.parametrize("scenario", paths.ipsec_scenarios())


@functools.lru_cache(maxsize=None)
def truth_of(scenario):
    return json.loads((paths.IPSEC / scenario / "truth.json").read_text())


@pytest.fixture(scope="module")
def report_of(ours):
    return functools.lru_cache(maxsize=None)(
        lambda scenario: ours.report(f"ipsec/{scenario}/both.pcapng", "-q")[1]
    )


def sa_of(report, link):
    """The SA of a link where it was seen first."""
    index = next(sa for sa in link["sas"] if sa is not None)
    return report["ike_sas" if link["kind"] == "ike" else "esp_sas"][index]


def by_spi(report, kind, name):
    return {sa_of(report, link)[name]: link for link in report["ipsec_links"]
            if link["kind"] == kind}  # fmt: skip


def first_port(place):
    place = place[0] if isinstance(place, list) else place
    return int(place.split(":")[1]) if place and ":" in place else None


@every_scenario
def test_ike_sas_are_linked_with_their_ports(report_of, scenario):
    report = report_of(scenario)
    schema.check(report)
    links = by_spi(report, "ike", "initiator_spi")
    wanted = {one["initiator_spi"]: one for one in truth_of(scenario)["links"]["ike"]}
    assert links.keys() == wanted.keys()
    for spi, link in links.items():
        for family in ("500", "4500"):
            places = wanted[spi].get(f"map_{family}", {})
            if all(places.get(side) for side in ("inside", "outside")):
                ports = [first_port(places[side]) for side in ("inside", "outside")]
                assert link[f"ports_{family}"] == ports, (spi, family)
        seen = wanted[spi]["messages"]
        assert link["seen"] == [seen["inside"], seen["outside"]], spi


@every_scenario
def test_esp_sas_are_linked_with_what_was_lost(report_of, scenario):
    report = report_of(scenario)
    links = by_spi(report, "esp", "spi")
    wanted = {one["spi"]: one for one in truth_of(scenario)["links"]["esp"]}
    two_sided = {spi for spi, one in wanted.items() if one["inside"] and one["outside"]}
    assert two_sided <= links.keys() <= wanted.keys()
    for spi in two_sided:
        link, one = links[spi], wanted[spi]
        assert link["seen"] == [one["inside"], one["outside"]], spi
        assert [hop["lost"] for hop in link["hops"]] == [len(one["lost"])], spi


@every_scenario
def test_fields_name_the_link_and_the_same_packet_elsewhere(ours, report_of, scenario):
    """With two passes; the other packet names this one."""
    name = f"ipsec/{scenario}/both.pcapng"
    fields = ["ipsec.nat.link", "ipsec.nat.peer_frame", "ipsec.nat.side"]
    rows = {frame: row for frame, row in ours.fields(name, fields, "-2") if row}
    links = {row["ipsec.nat.link"] for row in rows.values()}
    shown = {str(link["id"]) for link in report_of(scenario)["ipsec_links"] if any(link["seen"])}
    assert links == shown
    for frame, row in rows.items():
        if "ipsec.nat.peer_frame" in row:
            other = rows[int(row["ipsec.nat.peer_frame"])]
            assert other["ipsec.nat.peer_frame"] == str(frame)
            assert other["ipsec.nat.link"] == row["ipsec.nat.link"]


def test_ports_of_the_translated_end_are_fields(ours):
    """Of the frame's own family, and as they were then: the outside port changes in mid-life."""
    name = "ipsec/s8_mapping_changed/both.pcapng"
    fields = ["ipsec.nat.address.inside", "ipsec.nat.address.outside", "ipsec.nat.port.inside",
              "ipsec.nat.port.outside"]  # fmt: skip
    seen = {tuple(row.get(field) for field in fields)
            for _, row in ours.fields(name, fields, "-2") if row}  # fmt: skip
    inside, outside = "192.168.11.20", "192.168.1.30"
    assert seen == {
        (inside, outside, "500", "500"),
        (inside, outside, "4500", "4500"),
        (inside, outside, "4500", "61316"),
    }


@every_scenario
def test_the_table_has_the_links_of_the_report(ours, report_of, scenario):
    output = ours.tshark(f"ipsec/{scenario}/both.pcapng", "-q", "-z", "ipsec,nat")
    text = output.split("\nIPsec NAT:\n")[1].split("\n====")[0].splitlines()
    heads, *rows = [
        [cell.strip() for cell in line.split("|")] for line in text if "|" in line
    ]
    shown = [dict(zip(heads, row)) for row in rows]
    links = report_of(scenario)["ipsec_links"]
    assert [(row["Link"], row["Kind"]) for row in shown] == [
        (str(one["id"]), one["kind"].upper()) for one in links
    ]
