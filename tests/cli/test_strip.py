"""`pptpnat --strip DIR`: the copies tell nothing private and lead to the same verdict.

SPDX-License-Identifier: GPL-2.0-or-later"""

import hashlib
import json
import re
import struct
import subprocess

import pytest

from cli import planted
from cli.planted import net
from cli.test_hostile_names import renamed
from support import paths

INSIDE = "lab/h_sli_mistranslated/inside.pcapng"
OUTSIDE = "lab/h_sli_mistranslated/outside.pcapng"
BOTH = "lab/h_sli_mistranslated/both.pcapng"
# What is no message of PPTP may be anybody's text: its octets are not shown, so a number made of
# them differs.
COOKIE = re.compile(r"Magic Cookie is 0x[0-9a-f]{8}")


def program(stage):
    made = stage.programs / "pptpnat-strip"
    assert made.is_file(), "pptpnat-strip was not built"
    return made


def strip(ours, folder, *captures, status=0):
    """The program alone: the paths of the copies."""
    names = [ours.capture(name) for name in captures]
    done = ours.run(program(ours.stage), folder, *names, status=status)
    assert done.stdout == "" and (done.stderr == "") == (status == 0), done.stderr
    return [folder / f"{number}.pcapng" for number in range(1, len(names) + 1)]


def same_but_cookie(document):
    return COOKIE.sub("Magic Cookie is wrong", json.dumps(document))


@pytest.mark.parametrize("name", paths.single_captures() + paths.ipsec_captures())
def test_the_report_on_a_copy_is_that_on_the_capture(ours, folder, name):
    (copy,) = strip(ours, folder, name)
    _, before = ours.report(name, "-q")
    _, after = ours.report(copy, "-q")
    for point in before["points"] + after["points"]:
        del point["name"]  # a number where somebody chose it
    assert same_but_cookie(after) == same_but_cookie(before)


@pytest.mark.parametrize("scenario", paths.scenarios())
def test_the_copies_of_both_sides_lead_to_the_same_verdict(ours, folder, scenario):
    pair = [f"lab/{scenario}/{side}.pcapng" for side in ("inside", "outside")]
    done = ours.pptpnat("--json", "--strip", folder / "out", *pair)
    assert done.returncode in (0, 1), done.stderr
    assert "same verdict" in done.stderr
    copies = [folder / "out" / f"{side}.pcapng" for side in ("inside", "outside")]
    again = ours.pptpnat("--json", *copies, status=done.returncode)
    before, after = json.loads(done.stdout), json.loads(again.stdout)
    for document in (before, after):
        for point in document["points"]:
            point["file"] = point["file"].rsplit("/", 1)[-1]
    text = json.dumps(after).replace(f"{folder}/out/", f"{ours.stage.captures}/lab/{scenario}/")
    assert text == json.dumps(before)


def outermost(ours, name, fields, *arguments):
    """[(frame, {field: value of the outermost header})]; inside the tunnel nothing is left."""
    rows = ours.fields(name, fields, *arguments)
    return [(number, {field: text.split(",")[0] for field, text in values.items()})
            for number, values in rows]  # fmt: skip


def test_frame_numbers_times_lengths_and_interfaces_are_those_of_the_captures(ours, folder):
    fields = ("frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_name",
              "frame.interface_id", "eth.src", "tcp.seq_raw", "pptp.call_id",
              "gre.key.call_id", "gre.sequence_number")  # fmt: skip
    for name in ("lab/h_sli_mistranslated/both.pcapng", "two_sections.pcapng", "vlan.pcapng",
                 "any_interface.pcapng", "both_sides_cut.pcapng", "ipv6.pcapng"):  # fmt: skip
        (copy,) = strip(ours, folder, name)
        assert outermost(ours, copy, fields) == outermost(ours, name, fields), name
        copy.unlink()


def checksums(ours, name):
    checks = ("-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE")
    fields = ("tcp.checksum.status", "udp.checksum.status", "icmp.checksum.status")
    return outermost(ours, name, fields, "-Y", "!gre", *checks)


def test_a_checksum_is_right_where_it_was_and_wrong_where_it_was(ours, stage, folder):
    made = planted.make()
    marked = stage.file(".pcapng")
    marked.write_bytes(made.inside)
    marked.chmod(0o644)
    for name in ("checksum_not_updated.pcapng", "checksum_offload.pcapng", marked, INSIDE):
        (copy,) = strip(ours, folder, name)
        before = checksums(ours, name)
        assert checksums(ours, copy) == before and len(before) > 10, name
        copy.unlink()
    assert "0" in str(checksums(ours, "checksum_not_updated.pcapng"))


def found(runs, octets):
    """Those of the texts that are there, in capitals or not, in octets or in UTF-16."""
    lower = octets.lower()
    spellings = ((run, run.decode("latin-1").lower().encode(order)) for run in runs
                 for order in ("latin-1", "utf-16-le", "utf-16-be"))  # fmt: skip
    return [run for run, spelling in spellings if spelling in lower]


def test_nothing_that_is_private_is_in_the_copies(ours, stage, folder):
    made = planted.make()
    sides = {"inside.pcapng": made.inside, "outside.pcap": made.outside}
    for name, octets in sides.items():
        (stage.work / name).write_bytes(octets)
    assert len(made.marks) > 75
    for mark in made.marks:
        wide = (mark.decode().encode(order) for order in ("utf-16-le", "utf-16-be"))
        assert mark in made.inside or any(one in made.inside for one in wide), mark
    captures = [stage.work / name for name in sides]
    # The login is refused and then made good.
    done = ours.pptpnat("--strip", folder / "out", *captures, status=0)
    assert "same verdict" in done.stderr
    for copy in ("inside.pcapng", "outside.pcapng"):
        octets = (folder / "out" / copy).read_bytes()
        # Not one run of six characters of a mark, whatever was put around it, in any writing.
        runs = {mark[at : at + 6] for mark in made.marks for at in range(len(mark) - 5)}
        assert found(runs, octets) == [], copy
    text = ours.tshark(folder / "out" / "inside.pcapng", "-V")
    assert "E=691" in text and "Auth" in text


def test_names_that_somebody_chose_become_numbers(ours, stage, folder):
    """The point is then called otherwise, and judged the same."""
    name = b"Ada Lovelace's line"
    path = stage.work / "named.pcapng"
    path.write_bytes(renamed(ours.capture(BOTH).read_bytes(), name))
    path.chmod(0o644)
    done = ours.pptpnat("--json", "--strip", folder / "out", path, status=1)
    assert "same verdict" in done.stderr and name.decode() in done.stdout
    copy = folder / "out" / "named.pcapng"
    assert found({name[at : at + 6] for at in range(len(name) - 5)}, copy.read_bytes()) == []
    names = {row[1]["frame.interface_name"] for row in ours.fields(copy, ["frame.interface_name"])}
    assert names == {"interface 0", "interface 1"}
    again = json.loads(ours.pptpnat("--json", copy, status=1).stdout)
    assert again["verdict"] == json.loads(done.stdout)["verdict"]


@pytest.mark.parametrize("name,stays", [
    ("eth0", True), ("enp0s31f6", True), ("eth0.100", True), ("br-lan", True), ("pppoe-wan", True),
    ("eth0\n", False), ("alice", False), ("eth0 alice", False), ("lan-of-alice", False),
    ("eth12345", False), ("\\Device\\NPF_{0123}", False),
])  # fmt: skip
def test_names_that_systems_give_stay(ours, stage, folder, name, stays):
    path = stage.file(".pcapng")
    path.write_bytes(renamed(ours.capture("vlan.pcapng").read_bytes(), name.encode()))
    path.chmod(0o644)
    (copy,) = strip(ours, folder, path)
    octets = copy.read_bytes()
    assert (b"interface 0" in octets) != stays
    assert (name.encode() in octets) == stays


def tunnelled(ours, name):
    """The payload of each GRE packet of traffic, as stock tshark cuts it."""
    rows = ours.run("tshark", "-n", "-r", ours.capture(name), "-Y", "gre && (ip.proto == 47)",
                    "-T", "json", "-x").stdout  # fmt: skip
    frames = json.loads(rows)
    return [bytes.fromhex(frame["_source"]["layers"]["frame_raw"][0]) for frame in frames]


@pytest.mark.parametrize("name", ["lab/r2_two_mppe_same_id/both.pcapng",
                                  "public/packetlife-pptp-negotiation.cap"])  # fmt: skip
def test_no_run_of_a_tunnelled_packet_survives(ours, folder, name):
    """No four octets far behind the PPP header are those of the capture."""
    (copy,) = strip(ours, folder, name)
    before, after = tunnelled(ours, name), tunnelled(ours, copy)
    assert len(before) == len(after) > 3
    looked_at = 0
    for old, new in zip(before, after):
        assert len(old) == len(new)
        for at in range(len(old) - 40, len(old) - 3, 4):
            run = old[at : at + 4]
            if at > 100 and len(set(run)) == 4:
                looked_at += 1
                assert new[at : at + 4] != run
    assert looked_at > 10


def test_equal_packets_stay_equal_in_one_run_and_are_others_in_the_next(ours, folder):
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    for sub in ("a", "b"):
        (folder / sub).chmod(0o777)
    one, two = strip(ours, folder / "a", INSIDE, INSIDE)
    other, _ = strip(ours, folder / "b", INSIDE, INSIDE)
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()


def test_the_correlation_id_is_kept(ours, folder):
    (copy,) = strip(ours, folder, "windows_correlation_id.pcapng")
    before = ours.fields("windows_correlation_id.pcapng", ["pptp.correlation_id"])
    assert any(values for _, values in before)
    assert ours.fields(copy, ["pptp.correlation_id"]) == before


def test_a_link_layer_that_is_not_known_keeps_no_octet(ours, stage, folder):
    path, secret = stage.file(".pcap"), b"\x47\0" + bytes(10) + b"private octets of a USB device"
    header = bytes.fromhex("d4c3b2a1020004000000000000000000ffff0000bd000000")  # USB
    size = len(secret).to_bytes(4, "little")
    path.write_bytes(header + bytes(8) + size + size + secret)
    path.chmod(0o644)
    (copy,) = strip(ours, folder, path)
    assert b"private" in path.read_bytes() and b"private" not in copy.read_bytes()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def test_inputs_are_left_alone_and_files_are_never_overwritten(ours, folder):
    inputs = [ours.capture(name) for name in (INSIDE, OUTSIDE)]
    before = [digest(path) for path in inputs]
    out = folder / "out"
    ours.pptpnat("--strip", out, *inputs, status=1)
    written = {path.name: digest(path) for path in out.iterdir()}
    assert set(written) == {"inside.pcapng", "outside.pcapng"}
    done = ours.pptpnat("--strip", out, *inputs, status=2)
    assert "exists already" in done.stderr and done.stdout == ""
    assert {path.name: digest(path) for path in out.iterdir()} == written
    assert [digest(path) for path in inputs] == before


def test_captures_of_one_name_get_copies_of_several_names(ours, folder):
    out = folder / "out"
    ours.pptpnat("--strip", out, INSIDE, "lab/a_one_client_helper/inside.pcapng")
    assert {path.name for path in out.iterdir()} == {"inside.pcapng", "inside-2.pcapng"}


def test_what_cannot_be_judged_gets_no_copy(ours, stage, folder):
    empty = stage.file(".pcapng")
    empty.write_bytes(b"no capture")
    ours.pptpnat("--strip", folder / "out", empty, status=2)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("words", [["--strip"], ["--strip", ""], ["--strip="]])
def test_a_directory_without_a_name_is_refused(ours, words):
    done = ours.run("sh", ours.stage.root / "ui" / "cli" / "pptpnat", *words, status=2)
    assert "--strip" in done.stderr


def test_a_directory_that_cannot_be_made_is_said(ours):
    done = ours.pptpnat("--strip", "/nonexistent/a/b", INSIDE, status=2)
    assert "/nonexistent/a/b cannot be made" in done.stderr


def in_vxlan(octets):
    """The capture with each frame inside UDP (RFC 7348), which tshark opens and a copy has not."""
    made, at = b"", 0
    while at < len(octets):
        kind, size = struct.unpack_from("<II", octets, at)
        body = octets[at + 8 : at + size - 4]
        if kind == 6:
            captured = struct.unpack_from("<I", body, 12)[0]
            frame = body[20 : 20 + captured]
            here, there = "10.1.1.1", "10.1.1.2"
            tunnel = net.udp(here, there, 5000, 4789, b"\x08\0\0\0\0\0\x01\0" + frame)
            ends = net.mac(here), net.mac(there)
            frame = net.ethernet(net.ipv4(here, there, net.UDP, tunnel), *ends)
            length = struct.pack("<II", len(frame), len(frame))
            body = body[:12] + length + frame + bytes(-len(frame) % 4)
        size = len(body) + 12
        made += struct.pack("<II", kind, size) + body + struct.pack("<I", size)
        at += struct.unpack_from("<I", octets, at + 4)[0]
    return made


def test_copies_with_another_verdict_are_not_kept(ours, stage, folder):
    pair = []
    for name in (INSIDE, OUTSIDE):
        path = stage.file(".pcapng")
        path.write_bytes(in_vxlan(ours.capture(name).read_bytes()))
        path.chmod(0o644)
        pair.append(path)
    done = ours.pptpnat("--strip", folder / "out", *pair, status=2)
    assert "another verdict" in done.stderr and list(folder.iterdir()) == []


def test_a_damaged_capture_has_a_copy_of_what_can_be_read(ours, stage, folder):
    whole = ours.capture(INSIDE).read_bytes()
    path = stage.file(".pcapng")
    path.write_bytes(whole[:-30])
    path.chmod(0o644)
    done = ours.pptpnat("--strip", folder / "out", path, OUTSIDE, status=1)
    assert "damaged" in done.stderr and "same verdict" in done.stderr


def test_the_program_says_how_it_is_used(stage):
    for words, status in (([], 2), (["folder"], 2), (["--help"], 0)):
        done = subprocess.run([program(stage), *words], capture_output=True, text=True, check=False)
        assert done.returncode == status and "usage: pptpnat-strip" in done.stdout + done.stderr
