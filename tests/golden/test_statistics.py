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


def test_the_nat_table_shows_each_further_points_ids(ours):
    lines = ours.tshark("two_nats.pcapng", "-q", "-z", "pptp,nat").splitlines()
    heading = next(line for line in lines if line.startswith("Link"))
    row = next(line for line in lines if line.strip().startswith("0 |"))
    cells = dict(zip((cell.strip() for cell in heading.split(" |")),
                     (cell.strip() for cell in row.split(" |"))))  # fmt: skip
    assert cells["Places"] == "inside -> middle -> outside"
    assert (cells["PNS ID in"], cells["PNS ID out"]) == ("1536", "49152 -> 777")
    assert (cells["PAC ID in"], cells["PAC ID out"]) == ("4096", "4096")
    assert cells["Client outside"] == "100.64.0.7:49152 -> 203.0.113.1:49152"


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
