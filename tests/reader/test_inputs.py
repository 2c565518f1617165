"""What the reader makes of what it is given: streams, damage, and what is no capture.

SPDX-License-Identifier: GPL-2.0-or-later"""

import gzip
import os
import shutil
import threading

import pytest

CALL = "article_without_nat.pcapng"
FRAGMENTS = "fragment_lost.pcapng"


def without_name(report, name):
    return report.replace(str(name), "it").replace(os.path.basename(name), "it")


@pytest.mark.parametrize("name", [CALL, FRAGMENTS])
def test_standard_input_is_read_also_where_it_is_handed_over(ours, read, name):
    capture = ours.capture(name)
    with open(capture, "rb") as stream:
        report, _ = read(["-"], stdin=stream)
    assert without_name(report, "standard input") == without_name(read([capture])[0], capture)


@pytest.mark.parametrize("name", [CALL, FRAGMENTS])
def test_a_pipe_is_read_once(ours, read, folder, name):
    capture, pipe = ours.capture(name), folder / "pipe.pcapng"
    os.mkfifo(pipe, 0o666)
    pipe.chmod(0o666)
    writer = threading.Thread(target=lambda: pipe.write_bytes(capture.read_bytes()))
    writer.start()
    report, _ = read([pipe])
    writer.join()
    assert without_name(report, pipe) == without_name(read([capture])[0], capture)


def test_a_compressed_capture_is_read(ours, read, folder):
    capture, packed = ours.capture(CALL), folder / "call.pcapng.gz"
    packed.write_bytes(gzip.compress(capture.read_bytes()))
    assert without_name(read([packed])[0], packed) == without_name(read([capture])[0], capture)


def test_nothing_is_left_in_the_temporary_folder(ours, read, folder):
    with open(ours.capture(FRAGMENTS), "rb") as stream:
        read(["-"], before=("env", f"TMPDIR={folder}"), stdin=stream)
    assert not list(folder.iterdir())


def test_a_capture_cut_short_is_used_as_far_as_it_goes(ours, read, folder):
    octets = ours.capture(CALL).read_bytes()
    cut = folder / "cut.pcapng"
    cut.write_bytes(octets[: len(octets) - 30])
    report, said = read([cut])
    assert "damaged or cut short" in said
    assert '"connections"' in report


def test_the_same_packets_twice_are_noticed(ours, read, folder):
    again = folder / "again.pcapng"
    shutil.copy(ours.capture(CALL), again)
    assert "the same packets" in read([ours.capture(CALL), again])[1]
    assert "the same packets" not in read([ours.capture(CALL), ours.capture("vlan.pcapng")])[1]


@pytest.mark.parametrize("before", [(), ("prlimit", "--nofile=90")])
def test_the_merged_file_is_that_of_mergecap(ours, read, folder, before):
    names = ("inside", "outside") + ("inside", "outside") * 20
    captures = [ours.capture(f"lab/h_sli_mistranslated/{name}.pcapng") for name in names]
    ours.run("mergecap", "-I", "none", "-w", folder / "theirs.pcapng", *captures)
    read(captures, "-m", folder / "ours.pcapng", before=before)
    fields = ["frame.time_epoch", "frame.len", "frame.interface_name", "ip.id", "tcp.seq_raw"]
    theirs = ours.fields(folder / "theirs.pcapng", fields)
    assert theirs and ours.fields(folder / "ours.pcapng", fields) == theirs


BAD = {
    "notes.txt": (b"Dear all,\nthe capture is attached.\n", "is not a capture"),
    "page.json": (b'{"a": 1}', "is not a capture"),
    "empty.pcap": (b"", "holds no packets"),
    "none.pcap": (bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"), "no packets"),
    "half.pcapng": (bytes.fromhex("0a0d0d0a1c0000004d3c2b1a01000000ffff"), "is not a capture"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_capture_is_said_with_its_name(ours, read, folder, name):
    octets, message = BAD[name]
    path = folder / name
    path.write_bytes(octets)
    report, said = read([ours.capture(CALL), path], status=2)
    assert report == ""
    assert message in said and name in said


def test_what_is_not_there_a_folder_and_a_second_stream_are_said(ours, read, folder):
    assert "does not exist" in read([folder / "nothing.pcap"], status=2)[1]
    assert "is a directory" in read([folder], status=2)[1]
    with open(ours.capture(CALL), "rb") as stream:
        assert "only one capture" in read(["-", "-"], stdin=stream, status=2)[1]


def test_a_name_that_a_terminal_obeys_is_escaped(ours, read, folder):
    path = folder / "a\x1b]0;x\x07.pcapng"
    path.write_bytes(b"no capture")
    assert "\x1b" not in read([path], status=2)[1]


@pytest.mark.parametrize(
    "setting", ["pptp.tcp.port", "pptp.tcp.port:x", "pptp.nat.enabled:maybe", "pptp.nat.window:-1"]
)
def test_a_setting_that_cannot_be_is_refused(ours, read, setting):
    said = read([ours.capture(CALL)], "-o", f"{setting}\x1b", status=2)[1]
    assert "pptp." in said and "\x1b" not in said


@pytest.mark.parametrize("setting", ["foo:bar", "tcp.foo:1"])
def test_a_setting_that_nobody_has_is_said(ours, read, setting):
    said = read([ours.capture(CALL)], "-o", setting, status=2)[1]
    assert "tshark refuses a setting." in said and setting in said
    assert "not load the pptpnat plugin" not in said


def test_a_setting_without_a_value_is_said(ours, read):
    said = read([ours.capture(CALL)], "-o", "foo", status=2)[1]
    assert '-o cannot be "foo".' in said and "-o NAME:VALUE" in said


@pytest.mark.parametrize(
    "settings",
    [
        ("pptp.nat.enabled:FALSE",),
        ("pptp.nat.inside:192.168.11.0/24",),
        ("pptp.nat.inside:outside",),
        ("pptp.nat.window:1",),
        ("pptp.tcp.port:1723,5000-5002",),
        ("pptp.tcp.port:99",),
        ("tcp.desegment_tcp_streams:FALSE", "pptp.nat.window:5"),
        ("ip.defragment:FALSE",),
    ],
)
def test_settings_mean_the_same_to_both_readers(ours, read, settings):
    captures = [
        ours.capture(f"lab/h_sli_mistranslated/{side}.pcapng") for side in ("inside", "outside")
    ]
    options = [word for setting in settings for word in ("-o", setting)]
    report, decided = read(captures, *options)
    assert report == read(captures, *options, "-t")[0]
    assert ("with tshark" in decided) == (settings[0] == "ip.defragment:FALSE")


def test_without_the_plugin_it_says_so(stage, ours, read):
    before = ("env", f"WIRESHARK_PLUGIN_DIR={stage.root / 'no-plugins'}")
    said = read([ours.capture(CALL)], "-t", before=before, status=2)[1]
    assert "does not load the pptpnat plugin" in said


def test_without_tshark_it_says_so(ours, read, folder):
    said = read([ours.capture(CALL)], "-t", before=("env", f"PATH={folder}"), status=2)[1]
    assert "tshark cannot be started" in said
