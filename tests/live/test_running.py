"""tshark with the plugin on two interfaces at once, while the call is made: the verdict comes when
it is stopped, however that is done, and is that which the guide shows.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import re
import sys

import pytest

from live import probe, running
from live.conftest import MARK
from support import paths


def capture(ours, folder, stop):
    """(what tshark printed, its JSON report)."""
    missing = probe.reason_to_skip(())
    if missing:
        pytest.skip(MARK + missing)
    environment = ours.environment
    done = probe.in_namespaces(
        [sys.executable, "-m", "live.running", str(folder), environment["WIRESHARK_PLUGIN_DIR"],
         environment["HOME"], stop],
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "text.txt").read_text(), json.loads((folder / "report.json").read_text())


def without_numbers(text):
    """Frames and calls are counted anew each time, which of the two sides is read first is chance,
    and lines may break elsewhere."""
    text = re.sub(r"\d+", "N", " ".join(text.split()))
    return text.replace(" decided by frame N", "")


@pytest.mark.parametrize("stop", ["interrupt", "duration"])
def test_both_sides_are_judged_while_they_are_captured(ours, folder, stop):
    text, report = capture(ours, folder, stop)
    assert "PPTP verdict: fault" in text
    assert "the Call ID of Set-Link-Info from the server" in " ".join(text.split())
    assert {point["name"] for point in report["points"]} == {"in", "out"}
    (link,) = report["links"]
    wrong = [one for one in report["findings"] if one["id"] == "pptp.nat.callid_mistranslated"]
    assert [(one["expected"], one["seen"]) for one in wrong] == [(0x0600, running.WRONG_ID)]
    assert link["verdict"]["status"] == "fault"
    guide = (paths.TOP / "ui" / "guide" / "command.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```", guide, re.M | re.S)
    assert without_numbers(text) == without_numbers(shown)
    for direction in ("pns_to_pac", "pac_to_pns"):
        inside, outside = link["gre"][direction]["seen"]
        assert inside == outside >= 6  # of data, and acknowledgments alone


def test_it_stops_after_a_number_of_packets_and_judges_those(ours, folder):
    text, report = capture(ours, folder, "count")
    assert "PPTP verdict: " in text and "Status: " in text
    assert sum(point["frames"] for point in report["points"]) <= running.PACKETS
