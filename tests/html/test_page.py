"""The picture, read as a document: right values in the right places, nothing else, and sound HTML.

SPDX-License-Identifier: GPL-2.0-or-later"""

import re
import xml.etree.ElementTree

import pytest

from support import page, paths


@pytest.fixture(scope="module")
def drawn(ours):
    """Draws a capture below captures/; returns (report, page, tree), each capture once."""
    made = {}

    def of(name):
        if name not in made:
            report = ours.report(name, "-q")[1]
            text = page.draw(report)
            made[name] = (report, text, page.read(text))
        return made[name]

    return of


def pictures(tree):
    return [e for e in tree.all("svg") if "aria-hidden" not in e.attributes]


def lab(scenario):
    return f"lab/{scenario}/both.pcapng"


def rows(tree, call="link-0"):
    """[(text, is it marked wrong)] of the messages of a ladder: title, seconds, what each point
    saw, and what is wrong."""
    ladder = next(tree.one(call).all("svg"))
    return [
        (" | ".join(t.text for t in group.all("text") if t.text), "wrong" in group.looks)
        for group in ladder.all("g")
    ]


@pytest.mark.parametrize("name", paths.single_captures() + paths.ipsec_captures())
def test_the_page_of_every_capture_is_sound(drawn, name):
    report, text, tree = drawn(name)
    ids = [e.attributes["id"] for e in tree.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids)), "an id occurs twice"
    for link in tree.all("a"):
        assert link.attributes["href"].removeprefix("#") in ids, link.attributes
    for element in tree.all():
        for reference in ("aria-labelledby", "aria-describedby"):
            for target in element.attributes.get(reference, "").split():
                assert target in ids, f"{reference} {target} leads nowhere"
    for picture in page.svgs(text):
        xml.etree.ElementTree.fromstring(picture)
    assert any(report[name] for name in ("calls", "ike_sas", "esp_sas")) == bool(pictures(tree))
    for use in tree.all("use"):
        assert use.attributes["href"].removeprefix("#") in ids


@pytest.mark.parametrize("name", paths.single_captures() + paths.ipsec_captures())
def test_the_page_of_every_capture_is_accessible(drawn, name):
    _, _, tree = drawn(name)
    assert next(tree.all("html")).attributes["lang"] == "en"
    for landmark in ("header", "nav", "main", "footer"):
        assert len(list(tree.all(landmark))) == 1, landmark
    levels = [int(e.tag[1]) for e in tree.all() if re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:])), levels
    for heading in tree.all("th"):
        assert heading.attributes.get("scope") in ("col", "row")
    for table in tree.all("table"):
        heads = len(list(next(table.all("thead")).all("th")))
        for row in next(table.all("tbody")).all("tr"):
            assert len([e for e in row.children if isinstance(e, page.Element)]) == heads
    for picture in tree.all("svg"):
        if "aria-hidden" in picture.attributes:  # the shapes that the others refer to
            continue
        assert picture.attributes["role"] == "img" and picture.attributes["aria-labelledby"]
        assert picture.children[0].tag == "title" and "".join(picture.children[0].children)
    for region in tree.all(look="wide"):  # it scrolls, so the keyboard must reach it
        assert region.attributes["tabindex"] == "0" and region.attributes["role"] == "region"
        assert region.attributes["aria-label"]


@pytest.mark.parametrize("name", [lab("h_sli_mistranslated"), lab("c3_nohelper_input_drop")])
def test_the_page_needs_no_script_and_no_network(drawn, name):
    _, text, tree = drawn(name)
    tags = {element.tag for element in tree.all()}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "form", "base"}
    for element in tree.all():
        assert not [word for word in element.attributes if word.startswith("on")]
        for word in ("src", "href", "action", "data"):
            assert element.attributes.get(word, "#").startswith("#")
    assert "url(" not in text and "@import" not in text
    assert "default-src 'none'" in text


def test_a_wrong_set_link_info_is_red_with_the_right_value_beside(drawn):
    """Frames 15 and 42 of the lab's inside.pcapng; both.pcapng counts each interface for itself."""
    _, _, tree = drawn(lab("h_sli_mistranslated"))
    wrong = [text for text, is_wrong in rows(tree) if is_wrong]
    assert len(wrong) == 2
    for text, frames in zip(wrong, [(15, 14), (42, 41)]):
        assert text.startswith("Set-Link-Info | ") and "| ✗ Peer's Call ID 33244 |" in text
        assert text.endswith("should be 1536 (not translated)")
        for frame in frames:
            assert f"frame {frame}" in text
    reds = [e.text for e in tree.one("link-0").all("text", "bad") if e.text[0] == "✗"]
    assert reds == ["✗ Peer's Call ID 33244"] * 2


def test_each_message_shows_the_ids_of_both_sides_as_the_articles_draw_it(drawn):
    _, _, tree = drawn(lab("h_sli_mistranslated"))
    texts = [text for text, _ in rows(tree)]
    assert [text.split(" | ")[0] for text in texts] == [
        "Start-Control-Connection-Request", "Start-Control-Connection-Reply",
        "Outgoing-Call-Request", "Outgoing-Call-Reply", "Set-Link-Info", "Set-Link-Info",
        "Set-Link-Info", "Call-Clear-Request", "Call-Disconnect-Notify",
        "Stop-Control-Connection-Request", "Stop-Control-Connection-Reply",
    ]  # fmt: skip
    assert texts[2] == (
        "Outgoing-Call-Request | 0.000 | Call ID 1536 | frame 10 | Call ID 33244 | frame 10"
    )
    assert texts[3].split(" | ")[2:] == [
        "Call ID 4096, Peer's 1536", "frame 11", "Call ID 4096, Peer's 33244", "frame 11",
    ]  # fmt: skip
    assert "should be 4096 (it is the other end's)" in texts[8] and "✗ Call ID 1536" in texts[8]
    assert not rows(tree)[8][1], "Linux's rewriting of the notify is no fault"


def test_a_split_request_is_marked_where_it_left_untranslated(drawn):
    _, _, tree = drawn(lab("k_split_ocrq"))
    wrong = [text for text, is_wrong in rows(tree) if is_wrong]
    assert len(wrong) == 2
    assert wrong[0].startswith("Outgoing-Call-Request") and "not translated" in wrong[0]
    assert wrong[1].startswith("Call-Clear-Request") and "✗ Call ID 0" in wrong[1]
    assert "should be 1536 (it became 0)" in wrong[1]


@pytest.mark.parametrize("scenario", ["a_one_client_helper", "b_two_clients_same_id_helper"])
def test_a_healthy_nat_gets_no_red(drawn, scenario):
    report, _, tree = drawn(lab(scenario))
    assert [link["verdict"]["status"] for link in report["links"]] == ["ok"] * len(report["links"])
    assert not [e.text for e in next(tree.all("main")).all(look="bad")]
    assert next(tree.all("h2")).text.startswith("No fault found: ")


def gre(tree, call="link-0"):
    """What stands at the bars of GRE, and how many crosses end one."""
    ladder = next(tree.one(call).all("svg"))
    loose = [e for e in ladder.children if isinstance(e, page.Element)]
    return [e.text for e in loose if e.tag == "text"], sum("cross" in e.looks for e in loose)


def test_a_direction_ends_where_its_packets_end(drawn):
    _, _, tree = drawn(lab("d_helper_gre_in_blocked"))
    texts, crosses = gre(tree)
    assert crosses == 1 and "none of 12 arrive" in texts
    bars = list(next(tree.one("link-0").all("svg")).all("rect", "gre"))
    assert len(bars) == 3, "both sides outwards, one side inwards"


def test_a_wrong_id_in_gre_headers_is_red_at_its_bar(drawn):
    """F11 of the fault catalogue: every inbound GRE packet carries 0."""
    _, _, tree = drawn("callid_mistranslated_gre_in.pcapng")
    texts, _ = gre(tree)
    assert "✗ Call ID 0, 4 packets" in texts and "Call ID 49152, 4 packets" in texts
    assert any(text.startswith("should be 1536") for text in texts)
    assert len(list(tree.one("link-0").all("rect", "gre"))) == 4
    assert len([e for e in tree.one("link-0").all("rect", "gre") if "bad" in e.looks]) == 1


def test_of_two_nats_in_a_row_the_one_at_fault_shows(drawn):
    """The outer NAT leaves 777 as it is; the inner one does not know it (F19 with F01)."""
    _, _, tree = drawn("two_nats_second_wrong.pcapng")
    wrong = [text for text, is_wrong in rows(tree) if is_wrong]
    assert len(wrong) == 1 and wrong[0].split(" | ")[2:] == [
        "✗ Peer's Call ID 777", "frame 12", "✗ Peer's Call ID 777", "frame 12",
        "Peer's Call ID 777", "frame 12",
        "should be 1536", "should be 49152 (not translated)",
    ]  # fmt: skip
    boxes = [e.text for e in next(tree.one("link-0").all("svg")).all("text", "b")
             if "phone" not in e.looks]  # fmt: skip
    assert [e for e in boxes if e.startswith("NAT")] == ["NAT 1", "NAT 2"]


def test_scattered_loss_thins_the_bar_and_is_counted(drawn):
    _, _, tree = drawn(lab("g_loss"))
    texts, crosses = gre(tree)
    assert crosses == 0 and {"9 of 60 lost here", "6 of 45 lost here"} <= set(texts)
    heights = {float(e.attributes["height"]) for e in tree.one("link-0").all("rect", "gre")}
    assert len(heights) == 3 and max(heights) == 12


def test_the_server_stands_on_the_left_when_it_is_the_one_behind_the_nat(drawn):
    _, _, tree = drawn(lab("e_dnat_helper"))
    boxes = [e for e in next(tree.one("link-0").all("svg")).all("text", "b")]
    places = {e.text: float(e.attributes["x"].rstrip("%")) for e in boxes}
    assert places["Server (PAC)"] < places["NAT"] < places["Client (PNS)"]


def steps(tree, call="link-0"):
    listed = next(tree.one(call).all("ul", "steps"))
    return {e.text.strip("✓✗– ").split(":")[0]: e.looks[0] for e in listed.all("span")}


def test_what_a_call_did_not_come_to_is_greyed(drawn):
    went = steps(drawn(lab("h_sli_mistranslated"))[2])
    assert went.pop("echo") == "missing"
    assert set(went.values()) == {"done"}
    went = steps(drawn(lab("d_helper_gre_in_blocked"))[2])
    assert went["Call reply"] == "done" and went["LCP"] == "stop"
    assert went["network"] == went["data"] == went["from the PNS"] == "missing"


def clashes(tree):
    """How many bars there are, and how many boxes around those that cannot be told apart."""
    time = tree.one("time")
    return len(list(time.all("rect", "bar"))), len(list(time.all("rect", "band")))


def test_two_tunnels_with_one_id_share_a_lane_in_a_box(drawn):
    _, _, tree = drawn(lab("c3_nohelper_input_drop"))
    assert clashes(tree) == (2, 1)
    named = [e.text for e in tree.one("time").all("text", "bad")]
    assert named[0] == "✗ PNS Call ID 1536"
    tops = {bar.attributes["y"] for bar in tree.one("time").all("rect", "bar")}
    assert len(tops) == 2, "both can be seen"


def test_two_tunnels_with_ids_of_their_own_have_lanes_of_their_own(drawn):
    _, _, tree = drawn(lab("b_two_clients_same_id_helper"))
    assert clashes(tree) == (2, 0)
    lanes = [e.text for e in tree.one("time").all("text") if "PNS Call ID" in e.text]
    assert len(set(lanes)) == 2


def test_a_reconnect_is_no_clash(drawn):
    assert clashes(drawn(lab("f2_silent_kill_reconnect"))[2]) == (2, 0)


def test_findings_stand_under_their_cause(drawn):
    report, _, tree = drawn(lab("c3_nohelper_input_drop"))
    table = next(tree.one("findings").all("tbody"))
    listed = [(next(r.all("code")).text, "consequence" in r.looks) for r in table.all("tr")]
    assert len(listed) == len(report["findings"])
    assert listed[0] == ("pptp.nat.no_editor", False)
    assert all(consequence for _, consequence in listed[1:])


def test_each_cause_is_followed_by_its_consequences(drawn):
    report, _, tree = drawn("two_nats_last_wrong.pcapng")
    listed = list(next(tree.one("findings").all("tbody")).all("tr"))
    assert len(listed) == len(report["findings"]) == 3
    at = next(i for i, row in enumerate(listed) if "Call ID translated wrongly" in row.text)
    assert "↳" in listed[at + 1].text and "frame 18 of middle" in listed[at + 1].text
    # The first NAT passes what the last one wrote: at the inside, too, nobody has that id.
    assert ["↳" in row.text for row in listed] == [i != at for i in range(3)]


def test_the_words_of_the_report_are_on_the_page(drawn):
    report, _, tree = drawn(lab("h_sli_mistranslated"))
    assert report["verdict"]["text"] in tree.one("verdict").text
    assert report["verdict"]["cause"] in tree.one("verdict").text
    assert report["verdict"]["headline"] in next(tree.all("h2")).text
    for finding in report["findings"]:
        assert finding["summary"] in tree.one("findings").text


@pytest.mark.parametrize("offset, words", [(-3e-7, ""), (0.0, ""), (-0.25, "by -0.250000 s")])
def test_clocks_that_agree_to_a_microsecond_are_not_said_to_differ(drawn, offset, words):
    report = drawn(lab("h_sli_mistranslated"))[0]
    link = {**report["links"][0], "clock_offset_s": offset}
    text = page.draw({**report, "links": [link]})
    assert ("clock differs" in text) == bool(words) and words in text


def test_a_faulty_call_comes_first_and_the_fine_ones_are_folded(drawn):
    fine = drawn(lab("b_two_clients_same_id_helper"))[0]
    report = page.multiplied(fine, 20)
    sick = report["links"][33]
    report["findings"].append(
        {
            "id": "pptp.nat.callid_mistranslated", "severity": "error", "frame": 1, "point": 0,
            "point_frame": 1, "call": sick["calls"][0], "link": sick["id"], "expected": 1,
            "seen": 2, "mistranslation": "unknown", "summary": "wrong", "text": "wrong",
        }
    )  # fmt: skip
    tree = page.read(page.draw(report))
    assert len(list(tree.one("calls").all(look="call"))) == 1
    calls = list(tree.all(look="call"))
    assert len(calls) == 40
    assert calls[0].attributes["id"] == f"link-{sick['id']}" and calls[0].tag == "article"
    assert {call.tag for call in calls[1:]} == {"details"}


def heights(tree):
    """{text: y} of the first ladder."""
    ladder = next(next(tree.one("calls").all(look="call")).all("svg"))
    return {e.text: float(e.attributes["y"]) for e in ladder.all("text") if e.text}


def test_data_stand_between_the_messages_where_the_last_packet_was_seen(drawn):
    _, _, tree = drawn(lab("h_sli_mistranslated"))
    at = heights(tree)
    assert at["should be 1536 (not translated)"] < at["GRE, all packets"] < at["Call-Clear-Request"]
    assert at["GRE, all packets"] < at["Call ID 1536, 18 packets"] < at["Call-Clear-Request"]


def test_gre_that_comes_to_a_wrong_host_is_red(drawn):
    _, _, tree = drawn("lab2/x7_two_servers_gre_to_wrong_one/both.pcapng")
    ladder = next(next(tree.one("calls").all(look="call")).all("svg"))
    assert "bad" in next(e for e in ladder.all("text") if e.text == "came to another host").looks
    _, _, tree = drawn("gre_other_address.pcapng")
    assert "sent from another address" in heights(tree)


def test_the_cause_of_a_fault_is_red_whatever_it_is_alone(drawn):
    report, _, tree = drawn(lab("c3_nohelper_input_drop"))
    cause = next(f for f in report["findings"] if f["id"] == "pptp.nat.no_editor")
    assert cause["severity"] == "note" and report["verdict"]["status"] == "fault"
    assert [text for text, wrong in rows(tree) if wrong and "no Call ID is translated" in text]
    chip = next(tree.one("findings").all("tbody")).children[1]
    assert "bad" in next(chip.all(look="chip")).looks and "note" in chip.text


def test_several_nats_have_numbers_and_one_has_none(drawn):
    _, _, tree = drawn("two_nats_last_wrong.pcapng")
    assert {"NAT 1", "NAT 2"} <= heights(tree).keys() and "NAT" not in heights(tree)
    _, _, tree = drawn(lab("h_sli_mistranslated"))
    assert "NAT" in heights(tree)


def test_what_links_points_is_said_in_words(drawn):
    for name in paths.single_captures() + paths.ipsec_captures():
        _, text, _ = drawn(name)
        said = [part.split(".</p>")[0].split(", ") for part in text.split("Linked by: ")[1:]]
        for words in said:
            assert not {"isn", "tcp-seq", "serial", "gre", "ip-id", "echo", "spi"} & set(words)


def test_addresses_that_the_report_does_not_have_are_not_spoken_of(drawn):
    _, text, _ = drawn("lab2/x9_midcall/both.pcapng")
    assert "address not seen" not in text and "keeps the addresses" not in text
