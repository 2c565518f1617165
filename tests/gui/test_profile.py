"""The rules of the profile colour the packets of every capture exactly.

SPDX-License-Identifier: GPL-2.0-or-later"""

import shutil

import pytest

from support import paths
from support.wireshark import series

PROFILE = paths.TOP / "ui" / "profile" / "PPTP NAT"
AMBIGUOUS = {"call_id_in_use", "tunnel_ambiguous", "tunnel_maybe_ambiguous", "link_ambiguous"}


@pytest.fixture(scope="module")
def profile(ours):
    """The profile's name, where tshark finds it."""
    folder = ours.stage.home / ".config" / "wireshark" / "profiles" / PROFILE.name
    if not folder.exists():
        shutil.copytree(PROFILE, folder)
        for path in folder.parents[2].rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    return PROFILE.name


def coloured(ours, profile, name):
    """({rule: frames it colours}, the report)"""
    output, report = ours.report(
        name, "-2", "-C", profile, "--color", "-T", "fields", "-e", "frame.number",
        "-e", "frame.coloring_rule.name",
    )  # fmt: skip
    frames = {}
    for line in output.splitlines():
        number, rule = line.split("\t")
        frames.setdefault(rule, set()).add(int(number))
    return frames, report


def judged(report, wanted):
    return {one["frame"] for one in report["findings"] if one["frame"] and wanted(one)}


def is_ambiguous(one):
    return one["id"].rsplit(".", 1)[1] in AMBIGUOUS


def is_wrong(one):
    return one["severity"] in ("error", "warning") and not is_ambiguous(one)


@pytest.mark.parametrize("name", paths.single_captures())
def test_red_and_orange_are_the_packets_that_findings_are_about(ours, profile, name):
    frames, report = coloured(ours, profile, name)
    wrong = judged(report, is_wrong)
    assert frames.get("PPTP wrong", set()) == wrong
    assert frames.get("PPTP ambiguous", set()) == judged(report, is_ambiguous) - wrong


@pytest.mark.parametrize("name", paths.ipsec_pairs())
def test_red_is_what_findings_of_ipsec_are_about(ours, profile, name):
    frames, report = coloured(ours, profile, name)
    assert frames.get("IPsec wrong", set()) == judged(report, is_wrong)
    sides = {rule for rule in frames if rule.startswith("IPsec ")} - {"IPsec wrong"}
    assert sides <= {"IPsec inside", "IPsec outside", "IPsec one point"}
    assert {"IPsec inside", "IPsec outside"} <= sides or "no_nat" in name


def test_columns_show_the_sa_the_ports_on_both_sides_and_the_peer(ours, profile):
    """The first message of the second client: 236 is the outside port of the recorded truth."""
    name = ours.capture("ipsec/s2_two_clients/both.pcapng")
    lines = ours.tshark(name, "-2", "-C", profile, "-Y", "frame.number in {51, 62}").splitlines()
    heads = [row.split('"')[1] for row in (PROFILE / "preferences").read_text().splitlines()
             if row.startswith("\t")]  # fmt: skip
    assert heads.index("Port in") + 1 == heads.index("Port out")
    assert len(lines) == 2
    for line, side, peer in zip(lines, ("inside", "outside"), (62, 51)):
        assert side in line.split() and str(peer) in line.split()
        assert ["500", "236"] == [word for word in line.split() if word in ("500", "236")][:2]


def test_every_column_has_a_width():
    columns = (PROFILE / "preferences").read_text(encoding="utf-8").splitlines()
    widths = (PROFILE / "recent").read_text(encoding="utf-8")
    for row in columns:
        if row.startswith("\t"):
            kind = row.split('"')[3].removesuffix(":R").rsplit(":", 1)[0]
            assert f'"{kind}", ' in widths, row


def test_every_point_of_a_row_has_a_tint(ours, profile):
    frames, report = coloured(ours, profile, "two_nats.pcapng")
    seen = {rule: len(numbers) for rule, numbers in frames.items() if rule.startswith("PPTP ")}
    count = {point["role"]: point["frames"] for point in report["points"]}
    assert set(seen) == {"PPTP inside", "PPTP between", "PPTP outside"}
    assert len(set(count.values())) == 1 and len(set(seen.values())) == 1


def test_the_column_of_findings_holds_their_text():
    columns = (PROFILE / "preferences").read_text(encoding="utf-8")
    widths = (PROFILE / "recent").read_text(encoding="utf-8")
    assert '"Finding", "%Cus:pptp.finding.text:0:R"' in columns
    assert "%Cus:pptp.finding.text" in widths


def experts(ours, profile, name):
    """{(severity, protocol)} of the expert infos, in two passes. Nothing else is said, such as that
    this version does not know a preference."""
    done = ours.run(
        "tshark", "-n", "-2", "-r", ours.capture(name), "-C", profile, "-q", "-z", "expert"
    )
    assert done.stderr == ""
    found = set()
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 2 and words[1].startswith("("):
            severity = words[0]
        elif words and words[0].isdigit():
            found.add((severity, words[2]))
    return found


MERGED = [
    "both_sides_icmp.pcapng", "lan_without_nat.pcapng", "ipsec/s16_no_nat/both.pcapng",
    "ipsec/s10_ikev2_two_clients/both.pcapng", "lab/h_sli_mistranslated/both.pcapng",
]  # fmt: skip


@pytest.mark.parametrize("name", MERGED)
def test_a_merge_raises_no_false_alarm_of_others(ours, profile, name):
    """ICMP whose reply the other point shows, ESP whose numbers come twice: without the profile
    there are warnings."""
    found = experts(ours, profile, name)
    alarms = {protocol for severity, protocol in found if severity in ("Errors", "Warns")}
    assert alarms <= {"PPTP", "IPsec"}


def test_tcp_of_two_points_is_kept_apart_from_4_2_on(ours, profile):
    """Without translation the second sighting of a segment is a retransmission to Wireshark 4.0."""
    lost = "tcp.analysis.retransmission || tcp.analysis.out_of_order"
    options = ["-2", "-Y", lost]
    name = "lan_without_nat.pcapng"
    assert len(ours.fields(name, [], *options)) == 12
    known = tuple(int(word) for word in series().split(".")) >= (4, 2)
    assert len(ours.fields(name, [], *options, "-C", profile)) == (0 if known else 12)
