"""IPsec on the page: the ladder with the ports on both sides of the NAT, the SAs beside each other,
ESP as bars, and a lane for each outside port.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from support import page


@pytest.fixture(scope="module")
def drawn(ours):
    """Draws one of the recorded scenarios; returns (report, tree), each once."""
    made = {}

    def of(scenario):
        if scenario not in made:
            report = ours.report(f"ipsec/{scenario}/both.pcapng", "-q")[1]
            made[scenario] = (report, page.read(page.draw(report)))
        return made[scenario]

    return of


def first(tree):
    """The tunnel that the page shows at once."""
    return next(tree.one("calls").all(look="call"))


def rows(tree):
    """[(texts, is it marked wrong)] of the first ladder, without the seconds."""
    found = []
    for group in next(first(tree).all("svg")).all("g"):
        texts = [e.text for e in group.all("text") if e.text]
        seconds = len(texts) > 1 and texts[1].replace(".", "").isdigit() and "." in texts[1]
        found.append((texts[:1] + texts[2:] if seconds else texts, "wrong" in group.looks))
    return found


def bars(tree):
    """What stands at the bars of ESP, and how many bars there are."""
    ladder = next(first(tree).all("svg"))
    loose = [e for e in ladder.children if isinstance(e, page.Element)]
    return [e.text for e in loose if e.tag == "text"], len(list(ladder.all("rect", "gre")))


def cells(tree):
    """The table of the SAs: {row: [what each point saw]}."""
    body = list(first(tree).all("tbody"))[-1]
    return {
        next(row.all("th")).text: [cell.text for cell in row.all("td")] for row in body.all("tr")
    }


def lanes(tree):
    return [e.text for e in tree.one("time-tunnels-t").parent.all("text") if "UDP" in e.text]


def test_main_mode_floats_to_4500_with_the_ports_on_each_side(drawn):
    _, tree = drawn("s1_one_client")
    shown = rows(tree)
    assert [texts[0] for texts, _ in shown] == [
        "Main mode 1", "Main mode 2", "Main mode 3", "Main mode 4",
        "NAT traversal: now on UDP 4500", "Main mode 5", "Main mode 6",
        "Quick mode 1", "Quick mode 2", "Quick mode 3", "Informational 1",
    ]  # fmt: skip
    assert shown[2][0][1:] == [
        "500", "NAT-D fits", "500", "frame 5", "500", "NAT-D differs", "500", "frame 5",
    ]  # fmt: skip
    assert shown[5][0][1:] == ["4500", "4500", "frame 7"] * 2
    assert not any(wrong for _, wrong in shown)


def test_the_second_client_has_other_ports_outside(drawn):
    """Frame numbers are those of the truth: message 1 and message 5 of the second client."""
    _, tree = drawn("s2_two_clients")
    second = next(
        e for e in tree.all(look="call") if e.tag == "details" and "192.168.11.22" in e.text
    )
    ladder = next(second.all("svg"))
    texts = [[t.text for t in group.all("text")] for group in ladder.all("g")]
    assert [t for t in texts[0] if t.isdigit()] == ["500", "500", "236", "500"]
    five = next(t for t in texts if t[0] == "Main mode 5")
    assert [t for t in five if t.isdigit()] == ["4500", "4500", "7252", "4500"]


def test_ikev2_is_init_and_auth(drawn):
    _, tree = drawn("s10_ikev2_two_clients")
    assert [texts[0] for texts, _ in rows(tree)][:5] == [
        "IKE_SA_INIT request", "IKE_SA_INIT response", "NAT traversal: now on UDP 4500",
        "IKE_AUTH request", "IKE_AUTH response",
    ]  # fmt: skip


def test_cookies_that_match_are_marked(drawn):
    report, tree = drawn("s8_mapping_changed")
    sa, table = report["ike_sas"][0], cells(tree)
    assert table["Initiator's cookie"] == [f"✓ {sa['initiator_spi']}"] * 2
    assert table["Responder's cookie"] == [f"✓ {sa['responder_spi']}"] * 2
    assert table["Client on UDP 4500"] == [
        "192.168.11.20 port 4500", "192.168.1.30 port 4500, then 61316",
    ]  # fmt: skip
    assert [row for row in table if row.startswith("ESP")] == [
        "ESP outwards, SPI", "ESP inwards, SPI",
    ], "rows of one name are one here"  # fmt: skip


def test_an_spi_that_differs_gets_no_mark(drawn):
    report, _ = drawn("s1_one_client")
    changed = {**report, "ike_sas": [dict(sa) for sa in report["ike_sas"]]}
    changed["ike_sas"][1]["responder_spi"] = "00000000000000ff"
    table = cells(page.read(page.draw(changed)))
    assert table["Responder's cookie"][1] == "00000000000000ff"
    assert table["Initiator's cookie"][1].startswith("✓ ")


def test_a_mapping_that_changes_is_red_between_the_messages(drawn):
    _, tree = drawn("s8_mapping_changed")
    shown = rows(tree)
    changes = [texts for texts, wrong in shown if wrong]
    assert changes == [["out: port 61316 from frame 48 on"]]
    after = shown[[wrong for _, wrong in shown].index(True) + 1][0]
    assert [t for t in after if t.isdigit()] == ["4500", "4500", "61316", "4500"]


def test_esp_thins_out_where_packets_end(drawn):
    _, tree = drawn("s8_mapping_changed")
    texts, count = bars(tree)
    assert count == 8, "two pairs of SAs, at two points"
    assert {"31 from port 4500, 61316", "18 to port 4500", "13 of 31 lost here"} <= set(texts)


def test_a_blocked_port_ends_at_the_nat(drawn):
    _, tree = drawn("s4_float_port_blocked")
    wrong = [texts for texts, is_wrong in rows(tree) if is_wrong]
    assert wrong == [
        ["Main mode 5", "4500", "4500", "frame 7", "not seen here", "UDP 4500 ends at the NAT"]
    ]
    again = rows(tree)[-1][0]
    assert again[0] == "Main mode 5, sent again" and "4 times, first frame 8" in again


def test_esp_for_another_client_is_red_where_it_arrives(drawn):
    _, tree = drawn("s5c_spi_guess")
    texts, _ = bars(tree)
    assert "came to the wrong client" in texts
    assert len([e for e in first(tree).all("rect", "gre") if "bad" in e.looks]) == 1


def test_clients_that_share_a_port_share_a_lane_in_a_box(drawn):
    _, tree = drawn("s5c_spi_guess")
    assert lanes(tree) == ["✗ UDP 500, port 500", "✗ UDP 4500, port 4500"]
    time = tree.one("time")
    assert len(list(time.all("rect", "bar"))) == 4 and len(list(time.all("rect", "band"))) == 2


def test_clients_with_ports_of_their_own_have_lanes_of_their_own(drawn):
    _, tree = drawn("s2_two_clients")
    assert sorted(lanes(tree)) == [
        "UDP 4500, port 4500", "UDP 4500, port 7252", "UDP 500, port 236", "UDP 500, port 500",
    ]  # fmt: skip
    assert not list(tree.one("time").all("rect", "band"))


def test_a_new_port_and_a_rekey_are_marked_in_their_lane(drawn):
    _, tree = drawn("s8_mapping_changed")
    assert "UDP 4500, port 61316" in lanes(tree)
    time = tree.one("time")
    assert [e.text for e in time.all("text") if e.text in ("new port", "re-key")] == [
        "new port", "re-key",
    ] or len(list(time.all("line", "moment"))) == 2  # fmt: skip


def test_native_esp_has_no_ports(drawn):
    _, tree = drawn("s6b_native_esp_two")
    texts, _ = bars(tree)
    assert "24 packets" in texts and any("IP protocol 50" in text for text in texts)


def test_without_ike_esp_is_drawn_alone(drawn):
    _, tree = drawn("s12_midcall")
    assert not rows(tree) and "✓ c24ceeb9" in first(tree).text
    assert len(list(tree.all(look="call"))) == 2, "two tunnels, of two SAs each"


def test_without_a_nat_the_box_says_so(drawn):
    _, tree = drawn("s16_no_nat")
    boxes = [e.text for e in next(first(tree).all("svg")).all("text")]
    assert "Hop" in boxes and "keeps the addresses" in boxes and "NAT" not in boxes


@pytest.mark.parametrize("scenario", ["s1_one_client", "s2_two_clients", "s10_ikev2_two_clients"])
def test_a_healthy_nat_gets_no_red(drawn, scenario):
    _, tree = drawn(scenario)
    assert not [e.text for e in next(tree.all("main")).all(look="bad")]
    assert next(tree.all("h1")).text == "IPsec across the NAT"
