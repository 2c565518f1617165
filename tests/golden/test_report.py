"""The JSON report is valid whatever was captured. That of the captures of captures/expect.json is
checked where their findings are (tests/expect); here are the others, the recorded pairs, and names
that somebody chose to break it.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import os

import pytest

from support import expect, paths, schema

REST = sorted(set(paths.captures()) - set(expect.load()))
HOST_NAME = 28  # octets into a Start-Control-Connection-Request (RFC 2637 2.1)
HOSTILE = b'\xff\xfe\xc3("\\\x01\x1b[31m</script>\xed\xa0\x80\xf4\x90\x80\x80'


def raw_report(ours, *captures):
    """What `pptpnat --json` writes, octet by octet."""
    made = ours.stage.file(".json")
    command = [ours.stage.root / "ui" / "cli" / "pptpnat", "--json", *captures]
    ours.run("sh", "-c", 'out=$1; shift; sh "$@" > "$out"', "sh", made, *command, status=None)
    return made.read_bytes()


@pytest.mark.parametrize("name", REST)
def test_the_report_of_a_capture_is_valid(ours, name):
    schema.check(json.loads(raw_report(ours, ours.capture(name)).decode("utf-8")))


@pytest.mark.parametrize("scenario", paths.scenarios())
def test_the_report_of_a_pair_is_valid(ours, scenario):
    sides = [ours.capture(f"lab/{scenario}/{side}.pcapng") for side in ("inside", "outside")]
    report = json.loads(raw_report(ours, *sides).decode("utf-8"))
    schema.check(report)
    assert [point["file"] for point in report["points"]] == [str(side) for side in sides]


def test_the_checks_see_what_is_wrong(ours):
    _, report = ours.report("two_nats.pcapng", "-q")
    schema.check(report)
    for spoil in (
        lambda one: one.pop("unlinked"),
        lambda one: one["links"][0]["pns_call_id"].pop(),
        lambda one: one["calls"][0].update(point=77),
        lambda one: one["calls"][0]["gre"].update(sideways={}),
        lambda one: one["points"][0].update(role="somewhere"),
    ):
        spoiled = json.loads(json.dumps(report))
        spoil(spoiled)
        with pytest.raises(AssertionError):
            schema.check(spoiled)


@pytest.fixture(scope="module")
def hostile(ours):
    """A capture whose host name, interface and own name are no text."""
    octets = ours.capture("lab/h_sli_mistranslated/both.pcapng").read_bytes()
    cookie = octets.index(bytes.fromhex("1a2b3c4d0001"))
    start = cookie - 4 + HOST_NAME
    octets = octets[:start] + HOSTILE.ljust(64, b"\0") + octets[start + 64 :]
    named = octets.replace(b"\x02\x00\x02\x00in\0\0", b'\x02\x00\x02\x00\xff"\0\0')
    assert named != octets
    path = os.fsdecode(os.fsencode(ours.stage.file("-")) + b'\xe9"\\ <b>.pcapng')
    with open(path, "wb") as file:
        file.write(named)
    os.chmod(path, 0o644)
    return path


def test_the_report_is_utf_8_whatever_names_hold(ours, hostile):
    report = json.loads(raw_report(ours, hostile).decode("utf-8"))
    schema.check(report)
    assert {point["role"] for point in report["points"]} == {"inside", "outside"}


@pytest.mark.parametrize("kind", ["json", "ek", "pdml"])
def test_our_fields_are_written_beside_names_that_are_no_text(ours, hostile, kind):
    output = ours.tshark(hostile, "-2", "-T", kind, "-Y", "pptp")
    assert "Call ID translated wrongly" in output
    if kind == "json":
        assert len(json.loads(output)) > 10
    if kind == "ek":
        assert len([json.loads(line) for line in output.splitlines() if line]) > 10
