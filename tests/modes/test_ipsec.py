"""The tables of IPsec are those of the report, and the same however Wireshark visits the packets.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import random
import re

import pytest

from support import paths, udp

TABLES = ("-z", "ipsec,nat", "-z", "ipsec,sas", "-z", "ipsec,esp")
every_capture = pytest.mark.parametrize("name", paths.ipsec_captures())


def rows_of(output, title):
    """[{heading: cell}] of one table of tshark, [] if it has no rows."""
    text = output.split(f"\n{title}:\n")[1].split("\n====")[0].splitlines()
    heading = [cell.strip() for cell in text[1].split("|")]
    return [dict(zip(heading, (cell.strip() for cell in line.split("|")))) for line in text[3:]]


def tables(output):
    return rows_of(output, "IPsec IKE SAs"), rows_of(output, "IPsec ESP SAs")


@every_capture
def test_tables_do_not_depend_on_how_frames_are_visited(ours, name):
    once = ours.tshark(name, "-q", *TABLES)
    assert ours.tshark(name, "-2", "-q", *TABLES) == once, "two passes"
    assert ours.tshark(name, "-V", *TABLES).endswith(once), "-V"
    assert ours.tshark(name, "-q", "-z", "expert", *TABLES).startswith(once), "beside another"


@every_capture
def test_tables_are_those_of_the_report(ours, name):
    output, report = ours.report(name, "-q", *TABLES)
    points = {point["id"]: point["name"] for point in report["points"]}
    ikes, esps = tables(output)
    assert [(int(row["IKE SA"]), row["Point"], row["Version"], row["State"],
             int(row["Frame"]), int(row["Messages"])) for row in ikes] == [
        (sa["id"], points[sa["point"]], sa["version"], sa["state"], sa["first_frame"],
         len(sa["timeline"])) for sa in report["ike_sas"]]  # fmt: skip
    assert [(int(row["ESP SA"]), row["IKE SA"], row["Point"], row["SPI"], int(row["Packets"]),
             row["First seq"], row["Last seq"], int(row["Lost"]), int(row["Out of order"]),
             int(row["Duplicates"])) for row in esps] == [
        (sa["id"], "-" if sa["ike_sa"] is None else str(sa["ike_sa"]), points[sa["point"]],
         f"0x{sa['spi']}", sa["packets"], str(sa["first_seq"]), str(sa["last_seq"]), sa["lost"],
         sa["out_of_order"], sa["duplicates"]) for sa in report["esp_sas"]]  # fmt: skip
    for row in ikes:
        mine = [sa for sa in report["esp_sas"] if sa["ike_sa"] == int(row["IKE SA"])]
        esp = int(row["ESP to responder"]) + int(row["ESP to initiator"])
        assert esp == sum(sa["packets"] for sa in mine)
        assert int(row["Lost"]) == sum(sa["lost"] for sa in mine)


def test_a_filter_counts_what_it_lets_through(ours):
    name = "ipsec/s1_one_client/outside.pcapng"
    output = ours.tshark(name, "-q", "-z", "ipsec,sas,frame.number<20",
                         "-z", "ipsec,esp,ip.src==192.168.1.10")  # fmt: skip
    ikes, esps = tables(output)
    early = len(ours.fields(name, [], "-Y", "frame.number<20 && isakmp"))
    assert [int(row["Messages"]) for row in ikes] == [early]
    assert [row["From"] for row in esps] == ["192.168.1.10:4500"]


@pytest.mark.parametrize("name", ["ipsec/s8_mapping_changed/both.pcapng",
                                  "ipsec/s6b_native_esp_two/both.pcapng"])  # fmt: skip
def test_a_window_opened_afterwards_shows_the_same(ours, name):
    """sharkd reads the file first, as the GUI does."""
    requests = [("load", {"file": str(ours.capture(name))})]
    requests += [("tap", {"tap0": f"nstat:{table}"}) for table in ("ipsec,sas", "ipsec,esp")]
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
        for number, (method, parameters) in enumerate(requests, 1)
    ]
    output = ours.run("sharkd", "-", input="\n".join(lines) + "\n").stdout
    answers = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    shown = [[[str(cell).strip() for cell in row] for row in
              answer["result"]["taps"][0]["tables"][0]["i"]] for answer in answers[1:]]  # fmt: skip
    for window, table in zip(shown, tables(ours.tshark(name, "-q", *TABLES))):
        rows = [list(row.values())[: len(window[0])] for row in table]
        assert sorted(window) == sorted(rows)


def esp(spi, seq):
    return spi.to_bytes(4, "big") + seq.to_bytes(4, "big") + random.Random(seq).randbytes(56)


def test_gaps_order_and_duplicates_are_marked_and_counted(ours, folder):
    order = [1, 2, 3, 7, 5, 8, 8, 9]  # 4 and 6 never come, 5 does late, 8 comes twice
    packets = [(True, 4500, 4500, b"\xff")]
    packets += [(True, 4500, 4500, esp(0xC0000001, seq)) for seq in order]
    capture = udp.write(folder / "order.pcap", udp.exchange(packets))
    output, report = ours.report(capture, "-q", *TABLES)
    (sa,) = report["esp_sas"]
    assert (sa["packets"], sa["lost"], sa["out_of_order"], sa["duplicates"]) == (8, 2, 1, 1)
    (row,) = tables(output)[1]
    assert (row["Packets"], row["Lost"], row["Out of order"], row["Duplicates"]) == (
        "8", "2", "1", "1")  # fmt: skip
    marks = ["ipsec.esp.lost", "ipsec.esp.out_of_order", "ipsec.esp.duplicate"]
    found = {frame: row for frame, row in ours.fields(capture, marks) if row}
    assert found == {
        5: {"ipsec.esp.lost": "3"},
        6: {"ipsec.esp.out_of_order": "1"},
        8: {"ipsec.esp.duplicate": "1"},
    }


def test_nothing_of_ipsec_is_nothing_in_the_tables(ours):
    ikes, esps = tables(ours.tshark("lab/g_loss/both.pcapng", "-q", *TABLES))
    assert not ikes and not esps
    assert not re.search("ipsec", ours.tshark("lab/g_loss/both.pcapng", "-V"))


@pytest.mark.parametrize("name", paths.ipsec_pairs())
def test_a_gui_that_visits_frames_in_any_order_shows_the_same(ours, name):
    """The details that two passes of tshark show: each frame is asked for twice, in two orders."""
    packets = ours.run("capinfos", "-c", "-M", ours.capture(name)).stdout
    count = int(re.search(r"Number of packets: *(\d+)", packets)[1])
    shuffled = list(range(1, count + 1))
    random.Random(3948).shuffle(shuffled)
    once, again = ours.sharkd(name, shuffled, range(count, 0, -1))
    assert once == again

    def own(nodes, found):
        for node in nodes:
            if node.get("f", "").startswith("ipsec."):
                found.add(node["f"].split(" ")[0])
            own(node.get("n", ()), found)
        return found

    fields = [field for field in ours.field_names if field.startswith("ipsec.")]
    shown = {frame: row.keys() for frame, row in ours.fields(name, fields, "-2")}
    for frame, nodes in once.items():
        assert own(nodes, set()) == {field for field in shown[frame]}, frame
