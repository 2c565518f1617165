"""pptpnat --capture on two machines, which are network namespaces: with the kernel's packets, and
dumpcap or tcpdump there.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import shutil
import sys

import pytest

from live import probe, recording, running
from live.conftest import MARK
from support import paths


def record(folder, program):
    """(messages, report, what still ran)."""
    missing = probe.reason_to_skip(())
    if missing:
        pytest.skip(MARK + missing)
    if not shutil.which(program):
        pytest.skip(f"{MARK}programs are missing: {program}")
    command = paths.build() / "ui" / "cli" / "pptpnat"
    done = probe.in_namespaces(
        [sys.executable, "-m", "live.recording", str(folder), str(command), program], timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((folder / "report.json").read_text())
    return (folder / "messages.txt").read_text(), report, (folder / "left.txt").read_text()


@pytest.mark.parametrize("program", ["dumpcap", "tcpdump"])
def test_both_machines_are_captured_and_judged(ours, stage, tmp_path, program):
    messages, report, left = record(tmp_path, program)
    assert left == ""
    assert "capturing at c1:eth0, srv:eth0.\n" in messages
    assert "were lost while capturing" not in messages
    assert report["verdict"]["status"] == "fault"
    wrong = [one for one in report["findings"] if one["id"] == "pptp.nat.callid_mistranslated"]
    assert [(one["expected"], one["seen"]) for one in wrong] == [(0x0600, running.WRONG_ID)]
    said = f"{recording.CERTAIN} (frame {wrong[0]['point_frame']} of c1-eth0.pcap"
    assert said in messages
    (link,) = report["links"]
    for direction in ("pns_to_pac", "pac_to_pns"):
        inside, outside = link["gre"][direction]["seen"]
        assert inside == outside >= 6  # none is missing at the end of either capture
    counts = []
    for name in ("c1-eth0.pcap", "srv-eth0.pcap"):
        path = stage.file(".pcap")
        shutil.copy(tmp_path / "kept" / name, path)
        path.chmod(0o644)
        counts.append(len(ours.tshark(path).splitlines()))
    assert f"packets: c1:eth0 {counts[0]}, srv:eth0 {counts[1]}.\n" in messages
