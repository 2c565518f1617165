"""Wireshark's windows, opened from its menus on a screen of their own, show what tshark's tables
do.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from support.desktop import Desktop

SCENARIOS = ["h_sli_mistranslated", "b_two_clients_same_id_helper"]
RED = (199, 22, 36)
TINTS = {"inside": (225, 241, 255), "outside": (254, 248, 212)}


class Opened:
    """A scenario's two captures, merged, in Wireshark with the project's profile."""

    def __init__(self, ours, scenario):
        self.ours = ours
        self.scenario = scenario
        self.capture = ours.stage.file(".pcapng")
        sides = [ours.capture(f"lab/{scenario}/{side}.pcapng") for side in ("inside", "outside")]
        ours.run("mergecap", "-I", "none", "-w", self.capture, *sides)
        self.desktop = Desktop(ours)
        self.main = self.desktop.open(self.capture)

    def table(self, window, *menu):
        """Chooses a menu item, reads the window's table and keeps its picture. Windows
        stay: Qt's accessibility loses one that gets the address of a closed one."""
        self.desktop.do("menu", list(menu))
        headings, *rows = self.desktop.do("rows", window)
        self.desktop.shot(f"{self.scenario}-{window.lower().replace(' ', '-')}")
        return headings, sorted(rows)

    def printed(self, statistic):
        return self.ours.tshark(self.capture, "-q", "-z", statistic).splitlines()


@pytest.fixture(scope="module", params=SCENARIOS)
def opened(ours, request):
    made = Opened(ours, request.param)
    yield made
    made.desktop.close()


def test_red_is_the_wrong_packet_and_nothing_else(opened):
    """Each point has its tint; only what a finding at warning or above is about is red."""
    _, report = opened.ours.report(opened.capture)
    wrong = {
        finding["frame"]
        for finding in report["findings"]
        if finding["severity"] in ("error", "warning")
    }
    assert bool(wrong) == opened.scenario.startswith("h_")
    opened.desktop.do("filter", opened.main, "pptp")
    rows = opened.desktop.packets(opened.main)
    picture = opened.desktop.shot(f"{opened.scenario}-list")
    colours = {}
    for index, row in enumerate(rows):
        if index > 0:  # the selected row has a colour of its own
            colour = opened.desktop.colour_of(picture, opened.main, index)
            if colour is not None:
                colours[int(row["No."])] = (colour, row)
    assert len(colours) >= 15
    assert {number for number, (colour, _) in colours.items() if colour == RED} == wrong
    for number, (colour, row) in colours.items():
        if number not in wrong:
            assert colour == TINTS[row["Point"]], (number, row)


def test_double_click_on_the_peer_frame_jumps_to_it(opened):
    opened.desktop.do("filter", opened.main, "pptp.control_message_type == 7")
    row = opened.desktop.packets(opened.main)[1]
    opened.desktop.do("select", opened.main, 1, "Packet list")
    opened.desktop.do("expand_details", opened.main, "Point-to-Point Tunnelling")
    opened.desktop.shot(f"{opened.scenario}-details")
    opened.desktop.do("double_click_on", opened.main, "[Same packet at the other point: ")
    first = opened.desktop.do("rows", opened.main, "Packet details")[1][0]
    opened.desktop.shot(f"{opened.scenario}-jumped")
    opened.desktop.do("filter", opened.main, " ")
    assert first.startswith(f"Frame {row['Peer frame']}:"), first


@pytest.mark.parametrize(
    "title,statistic",
    [("PPTP Calls", "pptp,calls"), ("PPTP NAT", "pptp,nat"), ("PPTP GRE Flows", "pptp,gre")],
)
def test_a_table_of_the_statistics_menu_is_that_of_tshark(opened, title, statistic):
    headings, rows = opened.table(title, "Statistics", title)
    lines = [line for line in opened.printed(statistic) if " |" in line]
    # The NAT table's GRE columns hold a bar of their own.
    cells = [[cell.strip() for cell in line.split(" |")[: len(headings)]] for line in lines]
    assert headings == cells[0]
    joined = ["|".join(row).replace(" ", "") for row in rows]
    printed = ["|".join(row).replace(" ", "") for row in cells[1:]]
    if statistic == "pptp,nat":
        printed = [line.replace(" ", "").removesuffix("|") for line in lines[1:]]
    assert joined == sorted(printed)


def test_the_tree_of_the_statistics_menu_is_that_of_tshark(opened):
    title = "PPTP Messages and Findings"
    _, rows = opened.table(title, "Statistics", title)
    shown = {(row[0], int(row[1])) for row in rows}
    printed = "\n".join(opened.printed("pptp,tree"))
    assert {"Messages", "GRE packets", "Results", "Findings"} <= {name for name, _ in shown}
    for name, count in shown:
        assert any(
            line.strip().startswith(name) and line.strip()[len(name) :].split()[0] == str(count)
            for line in printed.splitlines()
        ), (name, count, printed)


def test_the_response_times_have_their_window(opened):
    _, rows = opened.table("PPTP Service Response", "Statistics", "Service Response Time", "PPTP")
    shown = {row[1]: int(row[2]) for row in rows}
    calls = 2 if opened.scenario.startswith("h_") else 4
    assert shown["Outgoing call"] == calls and shown["Start connection"] == calls


def test_a_conversation_is_a_call_at_a_point_with_its_call_ids(opened):
    opened.desktop.do("menu", ["Statistics", "Conversations"])
    rows = opened.desktop.do("rows", "Conversations", None, "Address A")[1:]
    opened.desktop.shot(f"{opened.scenario}-conversations")
    printed = [line.split() for line in opened.printed("conv,pptp") if "<->" in line]
    assert printed
    ends = {frozenset((words[0], words[2])) for words in printed}
    assert {frozenset(row[:2]) for row in rows} == ends
