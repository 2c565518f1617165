"""What may be given to pptpnat: any number of captures, any format, compressed, on standard input.

SPDX-License-Identifier: GPL-2.0-or-later"""

import gzip
import json
import shutil
import subprocess

import pytest

from support import page

INSIDE = "lab/h_sli_mistranslated/inside.pcapng"
OUTSIDE = "lab/h_sli_mistranslated/outside.pcapng"
NAMES = ("two words.pcapng", "-q.pcapng", "a'b\"c.pcapng", "ä$HOME;.pcapng")
FORMATS = ("pcap", "nsecpcap", "snoop", "netmon2", "5views", "ngwsniffer_2_0", "visual",
           "btsnoop")  # fmt: skip


def files_of(stage):
    return {path: path.stat().st_mtime_ns for path in stage.captures.rglob("*")}


def judged(ours, *words, status=1, **options):
    """The report of the pair with the names of the files left out."""
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    done = ours.run("sh", command, "--json", *words, status=status, **options)
    document = json.loads(done.stdout)
    for point in document["points"]:
        del point["file"], point["name"]
    return document["findings"], document["points"]


@pytest.fixture(scope="module")
def expected(ours):
    findings, points = judged(ours, ours.capture(INSIDE), ours.capture(OUTSIDE))
    assert len(findings) > 2 and len(points) == 2
    return ids(findings), points


def ids(findings):
    return [(one["id"], one["point_frame"], one["expected"], one["seen"]) for one in findings]


def written_as(ours, stage, kind, *captures):
    """Copies of the captures in another format; skips nothing: an unknown one is left out above."""
    made = []
    for name in captures:
        path = stage.file(f".{kind}")
        ours.run("editcap", "-F", kind, ours.capture(name), path)
        made.append(path)
    return made


def known_formats(ours):
    """Those of FORMATS that this editcap writes for Ethernet."""
    done = ours.run("editcap", "-F", status=None)
    listed = done.stdout + done.stderr
    return [kind for kind in FORMATS if f"    {kind} - " in listed]


def test_every_format_that_keeps_ethernet_frames_is_read(ours, stage, expected):
    tried = []
    for kind in known_formats(ours):
        path = stage.file(f".{kind}")
        done = ours.run("editcap", "-F", kind, ours.capture(INSIDE), path, status=None)
        if done.returncode != 0:
            continue  # not for Ethernet
        pair = written_as(ours, stage, kind, INSIDE, OUTSIDE)
        findings, points = judged(ours, *pair)
        assert ids(findings) == expected[0] and points == expected[1], kind
        tried.append(kind)
    assert {"pcap", "nsecpcap", "snoop"} <= set(tried) and len(tried) > 4, tried


def compressed(stage, path, tool):
    """The capture in a compressed file."""
    target = stage.file(f".pcapng.{tool}")
    if tool == "gzip":
        target.write_bytes(gzip.compress(path.read_bytes()))
    else:
        with target.open("wb") as output:
            subprocess.run([tool, "-q", "-c", path], stdout=output, check=True)
    return target


@pytest.mark.parametrize("tool", ["gzip", "zstd", "lz4"])
def test_compressed_captures_are_read(ours, stage, expected, tool):
    if tool != "gzip":
        tool = shutil.which(tool) or pytest.skip(f"{tool} is not installed")
    pair = [compressed(stage, ours.capture(name), tool.rsplit("/", 1)[-1])
            for name in (INSIDE, OUTSIDE)]  # fmt: skip
    findings, points = judged(ours, *pair)
    assert ids(findings) == expected[0] and points == expected[1]


@pytest.mark.parametrize("compress", [False, True])
def test_one_capture_may_be_the_standard_input(ours, stage, expected, compress):
    path = ours.capture(OUTSIDE)
    if compress:
        path = compressed(stage, path, "gzip")
    with path.open("rb") as stream:
        findings, points = judged(ours, ours.capture(INSIDE), "-", stdin=stream)
    assert ids(findings) == expected[0] and points == expected[1]


def test_the_standard_input_may_be_a_pipe_and_is_only_one_capture(ours):
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    with subprocess.Popen(["cat", ours.capture(INSIDE)], stdout=subprocess.PIPE) as cat:
        done = ours.run("sh", command, "-", ours.capture(OUTSIDE), stdin=cat.stdout, status=1)
    assert "standard input" in done.stdout
    with ours.capture(INSIDE).open("rb") as stream:
        done = ours.run("sh", command, "-", "-", stdin=stream, status=2)
    assert "only one capture" in done.stderr


def test_an_empty_or_closed_standard_input_is_said(ours):
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    done = ours.run("sh", command, "-", status=2)
    assert "standard input holds no packets" in done.stderr
    done = ours.run("sh", "-c", f'exec sh "{command}" - <&-', status=2)
    assert "pptpnat: the standard input is closed" in done.stderr


def test_a_capture_may_be_what_another_program_writes(ours, expected):
    """Process substitution: a pipe with a name, which can be read only once."""
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    words = f'{ours.capture(INSIDE)} <(cat {ours.capture(OUTSIDE)})'
    done = ours.run("bash", "-c", f"sh {command} --json {words}", status=1)
    assert ids(json.loads(done.stdout)["findings"]) == expected[0]


def test_page_and_copies_are_made_of_the_standard_input_too(ours, stage):
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    target, folder = stage.file(".html"), stage.file()
    with ours.capture(OUTSIDE).open("rb") as stream:
        ours.run("sh", command, "--html", target, "--strip", folder, ours.capture(INSIDE), "-",
                 stdin=stream, status=1)  # fmt: skip
    assert "33244" in page.read(target.read_text(encoding="utf-8")).one("verdict").text
    assert {path.name for path in folder.iterdir()} == {"inside.pcapng", "stdin.pcapng"}


def test_compressed_captures_have_pages_and_copies(ours, stage):
    pair = [compressed(stage, ours.capture(name), "gzip") for name in (INSIDE, OUTSIDE)]
    target, folder = stage.file(".html"), stage.file()
    ours.pptpnat("--html", target, "--strip", folder, *pair, status=1)
    assert "33244" in target.read_text(encoding="utf-8")
    assert len(list(folder.glob("*.pcapng"))) == 2


def test_many_captures_are_judged_together(ours, stage):
    """Twelve scenarios of two points each: the names keep the order, every point is told apart."""
    pairs = [ours.stage.captures / "lab" / name / f"{side}.pcapng"
             for name in ("a_one_client_helper", "b_two_clients_same_id_helper", "g_loss",
                          "h_sli_mistranslated", "e_dnat_helper", "k_split_ocrq")
             for side in ("inside", "outside")]  # fmt: skip
    done = ours.pptpnat("--json", *pairs, status=1)
    document = json.loads(done.stdout)
    assert sorted(point["file"] for point in document["points"]) == sorted(map(str, pairs))
    alone = ours.pptpnat("--json", *pairs[6:8], status=1)
    wanted = ids(json.loads(alone.stdout)["findings"])
    assert [one for one in ids(document["findings"]) if one in wanted] == wanted


def test_a_capture_given_twice_is_said(ours, stage):
    """By another name, too: a typing error, or a copy. What it shows is judged all the same."""
    inside, copy = ours.capture("lab/a_one_client_helper/inside.pcapng"), stage.file(".pcapng")
    shutil.copy(inside, copy)
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    outside = inside.with_name("outside.pcapng")
    for second, said, status in ((inside, 1, 3), (copy, 1, 3), (outside, 0, 0)):
        done = ours.run("sh", command, inside, second, status=status)
        assert done.stderr.count(f"{second} holds the same packets") == said, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_names_may_be_anything(ours, stage, expected, name):
    (stage.work / name).write_bytes(ours.capture(INSIDE).read_bytes())
    (stage.work / name).chmod(0o644)
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    words = f'cd {stage.work} && exec sh {command} --json --strip out-{len(name)} -- "$0" "$1"'
    done = ours.run("sh", "-c", words, name, ours.capture(OUTSIDE), status=1)
    assert ids(json.loads(done.stdout)["findings"]) == expected[0]
    assert (stage.work / f"out-{len(name)}" / name).is_file()


def test_inputs_are_never_altered(ours, stage):
    before = files_of(stage)
    pair = [ours.capture(name) for name in (INSIDE, OUTSIDE)]
    octets = [path.read_bytes() for path in pair]
    owners = [(path.stat().st_uid, path.stat().st_mode) for path in pair]
    ours.pptpnat("--html", stage.file(".html"), "--strip", stage.file(), *pair, status=1)
    assert files_of(stage) == before
    assert [path.read_bytes() for path in pair] == octets
    assert [(path.stat().st_uid, path.stat().st_mode) for path in pair] == owners


def test_no_capturing_program_is_started(ours, folder):
    """tshark -G plugins asks each of those in that folder, which takes longer than to judge."""
    program = folder / "probe"
    program.write_text(f"#!/bin/sh\ntouch {folder}/started\n")
    program.chmod(0o755)
    elsewhere = ("env", f"WIRESHARK_EXTCAP_DIR={folder}")
    ours.run(*elsewhere, "sh", ours.stage.root / "ui" / "cli" / "pptpnat", ours.capture(INSIDE),
             status=None)  # fmt: skip
    assert not (folder / "started").exists()
    ours.run(*elsewhere, "tshark", "-G", "plugins")
    assert (folder / "started").exists(), "the test proves nothing"
