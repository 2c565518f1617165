"""Names of interfaces and files are somebody else's: they can neither speak for the command nor
steer a terminal, and the exit status is never read from text that holds them.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import re
import struct
import unicodedata

import pytest

BOTH = "lab/h_sli_mistranslated/both.pcapng"
INSIDE, OUTSIDE = (f"lab/h_sli_mistranslated/{side}.pcapng" for side in ("inside", "outside"))
SPEAKS = (
    "x\nStatus: ok (findings: 0 errors, 0 warnings, 0 notes; connections: 1; calls: 1; "
    "IKE SAs: 0; ESP SAs: 0; points: 2; links: 1; judged: yes)\nstatus ok\n"
).encode()
NAMES = {
    "terminal": b"\x1b]0;pwned\x07\x1b[31mEVIL\x1b[0m\r\n",
    "C1": "\u009b31m\u0085\u0090".encode(),
    "directions": "a\u202egnp\u2066\u200f\u061c".encode(),
    "no width": "a\u200b\u2060\ufeff\u00ad\u2028\u2029".encode(),
    "no UTF-8": b"\xff\xc2\x9b\x9b31m\xe2\x80",
    "markup": b'<script>alert(1)</script></title><img src=x onerror=alert(1)>"',
    "words": SPEAKS,
}
ESCAPED = {"terminal": "\\x1b[31mEVIL", "C1": "\\u009b31m\\u0085", "directions": "a\\u202egnp",
           "no width": "a\\u200b\\u2060\\ufeff\\u00ad\\u2028"}  # fmt: skip


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def renamed(octets, name):
    """The pcapng file with one name, description and comment for all its interfaces."""
    made, at = b"", 0
    while at < len(octets):
        kind, size = struct.unpack_from("<II", octets, at)
        body = octets[at + 8 : at + size - 4]
        if kind == 1:
            texts = b"".join(option(code, name) for code in (2, 3, 1))
            body = body[:8] + texts + option(9, b"\x09") + option(0, b"")
        size = len(body) + 12
        made += struct.pack("<II", kind, size) + body + struct.pack("<I", size)
        at += struct.unpack_from("<I", octets, at + 4)[0]
    return made


def unseen(text):
    """What a printed text must not hold."""
    return {c for c in text if c != "\n" and unicodedata.category(c) in
            ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")}  # fmt: skip


@pytest.fixture(scope="module", params=NAMES, ids=list(NAMES))
def hostile(request, ours, stage):
    """(what it is, a capture with faults whose interfaces are named so)"""
    path = stage.file(".pcapng")
    path.write_bytes(renamed(ours.capture(BOTH).read_bytes(), NAMES[request.param]))
    path.chmod(0o644)
    return request.param, path


def outputs(ours, stage, path):
    page = stage.file(".html")
    text = ours.pptpnat("--all", "--html", page, path, status=1)
    line = ours.pptpnat("--summary", path, status=1)
    report = ours.pptpnat("--json", path, status=1)
    shown = ours.tshark(path, "-V", "-Y", "pptp", "-O", "pptp,gre")
    ours_only = "\n".join(line for line in shown.splitlines() if re.match(r"\s+\[.*Point", line))
    tables = ours.tshark(path, "-q", "-z", "pptp,calls", "-z", "pptp,nat", "-z", "pptp,gre")
    fields = ours.tshark(path, "-T", "fields", "-e", "pptp.nat.point", "-e", "pptp.finding.text",
                         "-e", "_ws.col.Info")  # fmt: skip
    return {"text": text.stdout, "messages": text.stderr, "summary": line.stdout,
            "JSON": report.stdout,
            "page": page.read_text(encoding="utf-8"), "details": ours_only, "tables": tables,
            "fields": fields.replace("\t", " ")}  # fmt: skip


def test_no_output_holds_what_a_terminal_obeys(ours, stage, hostile):
    kind, path = hostile
    for output, text in outputs(ours, stage, path).items():
        assert not unseen(text), (output, unseen(text))
        if kind in ESCAPED and output in ("text", "page", "tables"):
            assert ESCAPED[kind] in text, output
        if output == "JSON":
            names = [point["name"] for point in json.loads(text)["points"]]
            assert all(not unseen(name) and "\n" not in name for name in names)
            assert kind not in ESCAPED or all(ESCAPED[kind] in name for name in names)


def test_no_name_begins_a_line(ours, stage):
    path = stage.file(".pcapng")
    path.write_bytes(renamed(ours.capture(BOTH).read_bytes(), SPEAKS))
    path.chmod(0o644)
    done = ours.pptpnat("--all", path, status=1)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Status: ")]
    assert line.startswith("Status: fault ")
    assert "\nstatus ok" not in done.stdout


def test_the_status_for_programs_holds_words_and_numbers_only(ours, hostile):
    _, path = hostile
    text = ours.tshark(path, "-q", "-z", "pptp,status")
    assert re.fullmatch(r"status fault\n(?:[a-z_]+ \d+\n){9}", text), text


def test_a_name_of_a_file_is_escaped_too(ours, stage):
    name = "a\x1b[31m\u202e\nStatus: ok\x9b.pcapng"
    path, missing = stage.work / name, stage.work / f"missing {name}"
    path.write_bytes(ours.capture(INSIDE).read_bytes())
    path.chmod(0o644)
    page, folder = stage.file(".html"), stage.file()
    for words in (("--all",), ("--summary",), ("--json",), ("--html", page), ("--strip", folder)):
        done = ours.pptpnat(*words, path, ours.capture(OUTSIDE), status=1)
        assert not unseen(done.stdout + done.stderr), words
        assert words[0] != "--all" or "a\\x1b[31m\\u202e" in done.stdout
        assert words[0] != "--summary" or done.stdout.count("\n") == 1
        assert not [line for line in done.stdout.splitlines() if line.startswith("Status: ok")]
    assert not unseen(page.read_text(encoding="utf-8"))
    done = ours.pptpnat(missing, status=2)
    assert "does not exist" in done.stderr and not unseen(done.stderr)
    assert len(done.stderr.splitlines()) == 1
