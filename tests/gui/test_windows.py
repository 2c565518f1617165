"""Wireshark's windows, opened from its menus on a screen of their own, show what tshark's tables
do.

SPDX-License-Identifier: GPL-2.0-or-later"""

import time

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


def test_the_wrong_packet_says_what_it_had_to_read(opened):
    """The picture of README.md: the red packet's details, at the Call ID."""
    if not opened.scenario.startswith("h_"):
        opened.desktop.do("filter", opened.main, "pptp.finding.judged")
        assert opened.desktop.packets(opened.main) == []
        opened.desktop.do("filter", opened.main, " ")
        return
    opened.desktop.do("filter", opened.main, "pptp")
    rows = opened.desktop.packets(opened.main)
    wrong = next(index for index, row in enumerate(rows) if row["Expected"] == "1536")
    assert rows[wrong]["Finding"].startswith("Call ID translated wrongly: Set-Link-Info: Peer")
    opened.desktop.do("select", opened.main, wrong, "Packet list")
    opened.desktop.do("expand_details", opened.main, "Point-to-Point Tunnelling")
    details = [row[0] for row in opened.desktop.do("rows", opened.main, "Packet details")[1:]]
    at = details.index("Peer Call ID: 33244 (inside 1536, outside 33244), expected 1536")
    assert details[at + 1 : at + 3] == [
        "[Call ID of the PNS inside: 1536]", "[Call ID of the PNS outside: 33244]",
    ]  # fmt: skip
    opened.desktop.do("key", ["Home"])
    opened.desktop.do("select", opened.main, at, "Packet details")
    opened.desktop.shot(f"{opened.scenario}-wrong")
    opened.desktop.do("filter", opened.main, " ")


MENU = ("Statistics", "PPTP and IPsec")
TABLES = [("PPTP Calls", "pptp,calls"), ("PPTP NAT", "pptp,nat"), ("PPTP GRE Flows", "pptp,gre")]


def squeezed(rows):
    """Rows as texts without blanks and empty ends."""
    return sorted("|".join(row).replace(" ", "").rstrip("|") for row in rows)


def printed_rows(opened, statistic):
    """(headings, rows) of tshark's table."""
    headings, *rows = [line for line in opened.printed(statistic) if " |" in line]
    headings = [cell.strip() for cell in headings.removesuffix("|").split(" |")]
    return headings, squeezed([line] for line in rows)


@pytest.mark.parametrize("title,statistic", TABLES)
def test_a_table_of_the_statistics_menu_is_that_of_tshark(opened, title, statistic):
    headings, rows = opened.table(title, *MENU, title)
    assert ([text.strip() for text in headings], squeezed(rows)) == printed_rows(opened, statistic)
    assert rows


INSIDE = 'pptp.nat.side == "inside"'


@pytest.mark.parametrize("title,statistic", TABLES)
def test_a_tables_own_filter_limits_it_and_taking_it_away_brings_all_back(opened, title, statistic):
    """After the test above, whose windows are still there. Applied twice, nothing is counted
    twice."""
    for text in (INSIDE, INSIDE, "", ""):
        opened.desktop.do("limit", title, text)
        _, *rows = opened.desktop.do("rows", title)
        wanted = f"{statistic},{text}" if text else statistic
        assert squeezed(rows) == printed_rows(opened, wanted)[1], text
        if text:
            opened.desktop.shot(f"{opened.scenario}-{title.lower().replace(' ', '-')}-inside")


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


def test_the_endpoints_are_those_of_tshark(opened):
    opened.desktop.do("menu", ["Statistics", "Endpoints"])
    rows = opened.desktop.do("rows", "Endpoints", None, "Address")[1:]
    opened.desktop.shot(f"{opened.scenario}-endpoints")
    lines = [line.split() for line in opened.printed("endpoints,PPTP")]
    printed = [words[:2] for words in lines if words and "/" in words[0]]
    assert printed and sorted(row[:2] for row in rows) == sorted(printed)


def test_the_findings_are_in_the_expert_information(opened):
    opened.desktop.do("menu", ["Analyze", "Expert Information"])
    rows = opened.desktop.do("rows", "Expert Information", None, "Severity")
    opened.desktop.shot(f"{opened.scenario}-expert")
    summaries = {cell for row in rows[1:] for cell in row}
    _, report = opened.ours.report(opened.capture)
    told = {finding["summary"] for finding in report["findings"]}
    assert {text for text in opened.ours.finding_names.values() if text in summaries} == told


def test_a_conversation_is_a_call_at_a_point_with_its_call_ids(opened):
    opened.desktop.do("menu", ["Statistics", "Conversations"])
    rows = opened.desktop.do("rows", "Conversations", None, "Address A")[1:]
    opened.desktop.shot(f"{opened.scenario}-conversations")
    printed = [line.split() for line in opened.printed("conv,PPTP") if "<->" in line]
    assert printed
    ends = {frozenset((words[0], words[2])) for words in printed}
    assert {frozenset(row[:2]) for row in rows} == ends


def test_a_file_that_is_read_again_gives_the_same_numbers(ours):
    """Reload (Ctrl+R) starts the analysis anew; so does a second one."""
    opened = Opened(ours, "h_sli_mistranslated")
    try:
        for _ in range(2):
            opened.desktop.do("reload", opened.main)
            opened.desktop.do("wait_for_packets", opened.main)
        assert len(opened.desktop.packets(opened.main)) == 141
        for title, statistic in TABLES:
            _, rows = opened.table(title, *MENU, title)
            assert squeezed(rows) == printed_rows(opened, statistic)[1]
    finally:
        opened.desktop.close()


def test_the_nat_window_shows_verdict_and_ids_when_it_opens(opened):
    """Without scrolling: the dialog's size is Wireshark's own."""
    title = "PPTP NAT"
    headings = [text.strip() for text in opened.table(title, *MENU, title)[0]]
    left, _, width, _ = opened.desktop.do("frame", title)
    for heading in ("Verdict", "Client inside", "PNS inside", "PNS outside", "PAC inside"):
        x, _, used, _ = opened.desktop.do("place", title, 0, headings.index(heading))
        assert left <= x and x + used <= left + width, heading


def sorts(desktop, title, which, column, wanted):
    """Whether the column is in that order, up or down, soon after a click on its heading."""
    desktop.do("bring_up", title, which)
    x, y, width, height = desktop.do("place", title, 0, column)
    desktop.do("click", x + width // 2, y - height // 2, 1)
    for _ in range(5):
        shown = [int(row[column]) for row in desktop.do("rows", title)[1:]]
        if shown in (wanted, wanted[::-1]):
            return True
        time.sleep(0.5)
    return False


def test_numbers_sort_as_numbers(opened):
    """Clicked on, a column of Call IDs is in the order of its values, though one may be a text.
    Tests before this one left windows with the same title: one of them is that which is read."""
    title = "PPTP Calls"
    headings, rows = opened.table(title, *MENU, title)
    column = headings.index("PNS ID")
    wanted = sorted(int(row[column]) for row in rows)
    assert any(sorts(opened.desktop, title, which, column, wanted) for which in range(8))


def test_windows_of_one_table_leave_each_other_whole(opened):
    """Each new one begins the table anew; the others still show its rows, and sort them."""
    title = "PPTP Calls"
    for _ in range(2):
        _, rows = opened.table(title, *MENU, title)
    for which in range(4):
        opened.desktop.do("bring_up", title, which)
        for column in range(3):
            x, y, width, height = opened.desktop.do("place", title, 0, column)
            opened.desktop.do("click", x + width // 2, y - height // 2, 1)
    assert len(opened.desktop.do("rows", title)) == len(rows) + 1


def test_two_clicks_lead_from_the_windows_to_the_packet(opened):
    """The menu, and its first entry; Wireshark's tables have no way of their own."""
    opened.desktop.do("filter", opened.main, " ")
    opened.desktop.do("menu", ["Go", "First Packet"])
    before = opened.desktop.do("rows", opened.main, "Packet details")[1][0]
    opened.desktop.do("menu", [*MENU, "Go to the Faulty Packet"])
    first = opened.desktop.do("rows", opened.main, "Packet details")[1][0]
    _, report = opened.ours.report(opened.capture)
    wrong = {one["frame"] for one in report["findings"] if one["severity"] == "error"}
    if wrong:
        assert int(first.split()[1].rstrip(":")) in wrong
    else:
        assert first == before
    opened.desktop.do("menu", [*MENU, "Show Packets with Findings"])
    shown = {int(row["No."]) for row in opened.desktop.packets(opened.main)}
    judged = {one["frame"] for one in report["findings"] if one["frame"]}
    assert shown == judged
    opened.desktop.do("filter", opened.main, " ")


def chosen(desktop, main, *path):
    """The filter that a menu item puts into the filter bar, as the packets that it shows."""
    desktop.do("menu", list(path))
    return desktop.packets(main)


CONVERSATIONS = [
    ("ipsec/s2_two_clients", "isakmp", "IPsec tunnel",
     {"at all points": "ipsec.nat.link in {0, 1, 2}", "at this point only": "ipsec.ike == 0"}),
    ("lab/b_two_clients_same_id_helper", "gre && pptp.call == 1", "PPTP call",
     {"at all points": "pptp.nat.link == 0", "at this point only": "pptp.call == 1"}),
]  # fmt: skip


@pytest.mark.parametrize("scenario,first,thing,filters", CONVERSATIONS)
def test_conversation_filters_show_one_at_all_points_or_at_this_one(
    ours, scenario, first, thing, filters
):
    """That of the first client, selected by its first packet."""
    capture = ours.capture(f"{scenario}/both.pcapng")
    desktop = Desktop(ours)
    try:
        main = desktop.open(capture)
        for title, wanted in filters.items():
            desktop.do("filter", main, first)
            desktop.do("select", main, 0, "Packet list")
            shown = chosen(desktop, main, "Analyze", "Conversation Filter", f"{thing} {title}")
            numbers = ours.fields(capture, [], "-2", "-Y", wanted)
            assert [int(row["No."]) for row in shown] == [number for number, _ in numbers]
            assert 20 < len(shown)
    finally:
        desktop.close()
