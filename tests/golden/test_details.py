"""The packet details show a translation where the Call ID is, and a finding as fields.

SPDX-License-Identifier: GPL-2.0-or-later"""

import re

import pytest


def lines_below(text, start):
    """The first line that begins with `start`, and those that are indented below it."""
    lines = text.splitlines()
    at = next(index for index, line in enumerate(lines) if line.strip().startswith(start))
    depth = len(lines[at]) - len(lines[at].lstrip())
    below = []
    for line in lines[at + 1 :]:
        if len(line) - len(line.lstrip()) <= depth:
            break
        below.append(line.strip())
    return lines[at].strip(), below


TRANSLATIONS = [
    ("lab/h_sli_mistranslated/both.pcapng", "pptp.control_message_type == 7 && pptp.nat.side == "
     "inside", "Call ID: ", "Call ID: 1536 (inside 1536, outside 33244)",
     ["[Call ID of the PNS inside: 1536]", "[Call ID of the PNS outside: 33244]"]),
    ("lab/h_sli_mistranslated/both.pcapng", "pptp.nat.mistranslation == untranslated",
     "Peer Call ID: ", "Peer Call ID: 33244 (inside 1536, outside 33244), expected 1536",
     ["[Call ID of the PNS inside: 1536]", "[Call ID of the PNS outside: 33244]"]),
    ("lab/h_sli_mistranslated/both.pcapng", "gre.key.call_id == 33244",
     "Call ID: ", "Call ID: 33244 (inside 1536, outside 33244)",
     ["[Call ID of the PNS inside: 1536]", "[Call ID of the PNS outside: 33244]"]),
    # Linux's helper puts the client's id where the server's had to be: the server's map applies.
    ("lab/h_sli_mistranslated/both.pcapng", "pptp.nat.disconnect_rewritten && pptp.finding.judged",
     "Call ID: ", "Call ID: 1536 (inside 4096, outside 4096), expected 4096",
     ["[Call ID of the PAC inside: 4096]", "[Call ID of the PAC outside: 4096]"]),
    # More than two points: all of them, in path order.
    ("two_nats.pcapng", "gre.key.call_id == 49152",
     "Call ID: ", "Call ID: 49152 (inside 1536, middle 49152, outside 777)",
     ["[Call ID of the PNS inside: 1536]", "[Call ID of the PNS between: 49152]",
      "[Call ID of the PNS outside: 777]"]),
    ("two_nats_last_wrong.pcapng", "pptp.nat.mistranslation", "Peer Call ID: ",
     "Peer Call ID: 777 (inside 1536, middle 49152, outside 777), expected 49152",
     ["[Call ID of the PNS inside: 1536]", "[Call ID of the PNS between: 49152]",
      "[Call ID of the PNS outside: 777]"]),
    # A Set-Link-Info with the id of the end that sends it follows that end's map.
    ("deviation_sli_with_own_id.pcapng", "pptp.control_message_type == 15",
     "Peer Call ID: ", "Peer Call ID: 4096 (inside 4096, outside 4096)",
     ["[Call ID of the PAC inside: 4096]", "[Call ID of the PAC outside: 4096]"]),
]  # fmt: skip


@pytest.mark.parametrize("name,which,start,line,below", TRANSLATIONS)
def test_the_translation_is_shown_where_the_call_id_is(ours, name, which, start, line, below):
    text = ours.tshark(name, "-2", "-V", "-Y", which)
    body = text[text.index("\nGeneric" if "gre" in which else "\nPoint-to-Point Tunn") :]
    shown, lines = lines_below(body, start)
    assert (shown, lines[: len(below)]) == (line, below)
    # A wrong one, and no other, is marked where it stands.
    rest = lines[len(below) :]
    assert [one[: len("[Expert Info")] for one in rest[:1]] == ["[Expert Info"] * ("expect" in line)
    assert len(rest) == (4 if "expect" in line else 0)


def test_what_the_plugin_knows_is_in_one_subtree(ours):
    """But for what stands at a Call ID; findings that are about no Call ID are in it, too."""
    text = ours.tshark("two_nats_last_wrong.pcapng", "-2", "-V", "-Y", "pptp.nat.mistranslation")
    body = text[text.index("\nPoint-to-Point Tunn") :]
    _, known = lines_below(body, "[NAT analysis]")
    for start in ("[Call: 1]", "[Same packet at the other point: ", "[Call ID translated wrongly: ",
                  "[Expert Info (Error/Protocol): Call ID belongs to no call"):  # fmt: skip
        assert [line for line in known if line.startswith(start)], start
    outside = body.splitlines()
    assert outside.count("    [NAT analysis]") == 1
    assert [line for line in outside if line.startswith("    [")] == ["    [NAT analysis]"]


def test_the_id_that_a_packet_does_not_carry_is_told_below_the_protocol(ours):
    text = ours.tshark("two_nats.pcapng", "-2", "-V", "-Y", "gre.key.call_id == 49152")
    _, below = lines_below(text, "Generic Routing Encapsulation")
    places = [line for line in below if line.startswith("[Call ID of the PAC ")]
    where = ("inside", "between", "outside")
    assert places[-3:] == [f"[Call ID of the PAC {place}: 4096]" for place in where]


def test_one_point_alone_shows_no_translation(ours):
    text = ours.tshark("lab/h_sli_mistranslated/inside.pcapng", "-2", "-V", "-Y", "pptp || gre")
    assert re.search(r"Call ID: \d+$", text, re.M)
    assert not re.search(r"Call ID: \d+ \(", text)


def test_a_point_in_between_is_told_by_its_place(ours):
    rows = ours.fields("two_nats.pcapng", ["frame.interface_name", "pptp.nat.side"], "-2")
    sides = {(row["frame.interface_name"], row["pptp.nat.side"])
             for _, row in rows if "pptp.nat.side" in row}  # fmt: skip
    assert sides == {("inside", "inside"), ("middle", "1"), ("outside", "outside")}


def test_a_finding_tells_its_text_and_which_packet_it_is_about(ours):
    name = "lab/h_sli_mistranslated/both.pcapng"
    names = ["pptp.finding.text", "pptp.finding.judged", "pptp.nat.expected_call_id"]
    rows = ours.fields(name, names, "-2", "-Y", "pptp.nat.callid_mistranslated")
    _, report = ours.report(name, "-q")
    wrong = [one for one in report["findings"] if one["id"] == "pptp.nat.callid_mistranslated"]
    assert wrong
    for one in wrong:
        here = dict(rows)[one["frame"]]
        assert f"{one['summary']}: {one['text']}" in here["pptp.finding.text"]
        assert one["id"] in here["pptp.finding.judged"].split(",")
    about = {number for number, row in rows if "pptp.finding.judged" in row}
    assert about == {one["frame"] for one in wrong}


def test_the_packet_that_only_decides_is_not_found_by_the_finding(ours):
    name = "mapping_changed.pcapng"
    _, report = ours.report(name, "-q")
    later = [one for one in report["findings"] if one["deciding_frame"] not in (None, one["frame"])]
    assert later
    for one in later:
        found = dict(ours.fields(name, ["pptp.finding.judged"], "-2", "-Y", one["id"]))
        assert one["id"] in found[one["frame"]]["pptp.finding.judged"]
        assert one["deciding_frame"] not in found
        decides = f'pptp.finding.decides contains "{one["id"]}"'
        note = ours.fields(name, ["pptp.finding.frame"], "-Y", decides)
        assert (one["deciding_frame"], {"pptp.finding.frame": str(one["frame"])}) in note


def test_a_cause_stands_before_its_consequence(ours):
    """The first text is what the packet list shows of them."""
    name = "lab/h_sli_mistranslated/both.pcapng"
    rows = ours.fields(name, ["pptp.finding.judged"], "-2", "-Y", "pptp.nat.callid_mistranslated "
                       "&& pptp.finding.judged")  # fmt: skip
    assert rows
    for _, row in rows:
        assert row["pptp.finding.judged"] == (
            "pptp.nat.callid_mistranslated,pptp.analysis.unknown_call_id"
        )
