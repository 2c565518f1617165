"""What the tables say of paths with more than two points, and by which names they are asked for.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

PATHS = ["two_nats.pcapng", "two_nats_last_wrong.pcapng", "both_ends_behind_nat.pcapng"]
ROW = ["inside", "middle", "outside"]


@pytest.mark.parametrize("name", PATHS)
def test_points_stand_in_path_order_inside_first(ours, name):
    """Also where another point's packets came first in the file."""
    output, report = ours.report(name, "-q", "-z", "pptp,verdict")
    assert [point["role"] for point in report["points"]] == ROW
    assert [point["name"] for point in report["points"]] == ROW
    lines = output.split("\nCapture points\n")[1].splitlines()
    assert [line.split(":")[0].strip() for line in lines[:3]] == ROW
    role = {point["id"]: point["role"] for point in report["points"]}
    assert [role[point] for point in report["links"][0]["points"]] == ROW
    hops = [[role[point] for point in nat["points"]] for nat in report["nats"]]
    assert hops == [ROW[:2], ROW[1:]]


@pytest.mark.parametrize("name", PATHS)
def test_a_points_number_is_that_of_its_packets(ours, name):
    _, report = ours.report(name, "-q")
    rows = ours.fields(name, ["frame.interface_name", "pptp.nat.point"], "-2")
    seen = {(row["frame.interface_name"], int(row["pptp.nat.point"]))
            for _, row in rows if "pptp.nat.point" in row}  # fmt: skip
    assert seen == {(point["name"], point["id"]) for point in report["points"]}


def test_without_links_points_stay_as_they_appeared(ours):
    _, report = ours.report("two_nats.pcapng", "-q", "-o", "pptp.nat.enabled:FALSE")
    assert [point["id"] for point in report["points"]] == [0, 1, 2]
    assert {point["role"] for point in report["points"]} == {"unknown"}


@pytest.mark.parametrize("name,wrong", [("two_nats_first_wrong.pcapng", 0),
                                        ("two_nats_last_wrong.pcapng", 1)])  # fmt: skip
def test_only_the_nat_that_is_wrong_is_blamed(ours, name, wrong):
    """Also where a later point shows the consequence too."""
    _, report = ours.report(name, "-q")
    assert [nat["faults"] for nat in report["nats"]] == [1 - wrong, wrong]
    points = ["inside", "middle", "outside"]
    blamed, between = (" and ".join(points[at : at + 2]) for at in (wrong, 1 - wrong))
    blame = f"The NAT between {blamed} does not translate Set-Link-Info from the server"
    assert report["nats"][wrong]["text"].startswith(blame)
    fine = f"The NAT between {between} is fine: it translates every Call ID correctly."
    assert report["nats"][1 - wrong]["text"] == fine


def cells_of(ours, name, statistic):
    """[{heading: cell}] of a table of tshark, its headings in their order."""
    rows = [line for line in ours.tshark(name, "-q", "-z", statistic).splitlines() if " |" in line]
    lists = [[cell.strip() for cell in row.removesuffix("|").split(" |")] for row in rows]
    return [dict(zip(lists[0], cells)) for cells in lists[1:]]


def test_the_nat_table_shows_each_further_points_ids(ours):
    (cells,) = cells_of(ours, "two_nats.pcapng", "pptp,nat")
    assert cells["Points"] == "inside -> middle -> outside"
    assert (cells["PNS inside"], cells["PNS outside"]) == ("1536", "49152 -> 777")
    assert (cells["PAC inside"], cells["PAC outside"]) == ("4096", "4096")
    assert cells["Client outside"] == "100.64.0.7:49152 -> 203.0.113.1:49152"


@pytest.mark.parametrize("name,statistic", [("lab/h_sli_mistranslated/both.pcapng", "pptp,nat"),
                                            ("ipsec/s8_mapping_changed/both.pcapng", "ipsec,nat")])
def test_a_nat_table_begins_with_the_verdict_and_leads_to_the_packet(ours, name, statistic):
    """Verdict, client, ids or ports on both sides, what passed on both; then the rest, and the
    frame that the verdict is about."""
    rows = cells_of(ours, name, statistic)
    headings = list(rows[0])
    assert headings[0] == "Verdict"
    passed = [heading.startswith(("To P", "Packets")) for heading in headings]
    both = [heading.lower().endswith(("inside", "outside")) for heading in headings]
    assert any(passed) and all(both[both.index(True) : passed.index(True)])
    _, report = ours.report(name, "-q")
    wrong = {one["frame"] for one in report["findings"] if one["severity"] in ("error", "warning")}
    faulty = [row for row in rows if row["Verdict"] == "fault"]
    assert faulty and {int(row["Frame"]) for row in faulty} <= wrong
    assert all(int(row["Frame"]) > 0 and row["At"] != "-" for row in rows)


@pytest.mark.parametrize("kind", ["conv", "endpoints"])
@pytest.mark.parametrize("wanted", ["", ",pptp.call==0"])
def test_conversations_are_asked_for_by_either_name(ours, kind, wanted):
    title, protocol = (
        ours.tshark("two_nats.pcapng", "-q", "-z", f"{kind},{name}{wanted}")
        for name in ("PPTP", "pptp")
    )
    assert "192.168.11.20/1536" in title and ("203.0.113.1/777" in title) == (not wanted)
    assert title == protocol


def test_a_filter_of_a_conversation_that_is_none_is_refused(ours):
    done = ours.run("tshark", "-n", "-r", ours.capture("two_nats.pcapng"), "-q", "-z",
                    "conv,PPTP,%%", status=None)  # fmt: skip
    assert done.returncode != 0 and "%%" in done.stderr


@pytest.mark.parametrize("name,subject,counted", [
    ("two_nats.pcapng", "PPTP",
     "connections: 3; calls: 3; IKE SAs: 0; ESP SAs: 0; points: 3; links: 1"),
    ("ipsec_float_blocked.pcapng", "IPsec",
     "connections: 0; calls: 0; IKE SAs: 1; ESP SAs: 0; points: 2; links: 1"),
])  # fmt: skip
def test_the_verdict_speaks_of_what_was_captured(ours, name, subject, counted):
    text = ours.tshark(name, "-q", "-z", "pptp,verdict")
    assert text.splitlines()[1].startswith(f"{subject} verdict: ")
    assert f"; {counted}; judged: yes)" in text
    between = [line for line in text.splitlines() if line.startswith("NAT between ")]
    assert between and all(("Call IDs" in line) == (subject == "PPTP") for line in between)
