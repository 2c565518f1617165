"""The secret of the hashes reaches no output: with two secrets everything is the same.

Modes have many things in one table; captures have findings that are compared with each other.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json

import pytest

from support import paths
from support.cost import MODES, write
from support.wireshark import Wireshark

SEEDS = ("1", "2")
TABLES = [
    word
    for name in ("verdict", "calls", "nat", "gre", "tree", "srt")
    for word in ("-z", f"pptp,{name}")
]
FEW = 300  # more than a table's first size, 8


def captures():
    expected = json.loads((paths.CAPTURES / "expect.json").read_text(encoding="utf-8"))
    return [
        name
        for name in paths.single_captures()
        if name.startswith("lab/") or len(expected.get(name, {}).get("findings", [])) > 1
    ]


def outputs(stage, path):
    """[(tables and verdict, JSON report)] by secret."""
    plugins = stage.root / f"plugins-{paths.build().name}"
    found = []
    for seed in SEEDS:
        wireshark = Wireshark(stage, plugins, {"PPTPNAT_HASH_SEED": seed})
        report = stage.file(".json")
        text = wireshark.tshark(path, "-q", *TABLES, "-z", f"pptp,json,{report}")
        found.append((text, report.read_text(encoding="utf-8")))
        report.unlink()
    return found


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize("name", captures())
def test_a_capture_is_the_same_with_every_secret(stage, name):
    one, other = outputs(stage, name)
    assert one == other


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize("mode", MODES)
def test_many_are_the_same_with_every_secret(stage, generate, mode):
    path = stage.file(".pcapng")
    write(generate, mode, FEW, path)
    one, other = outputs(stage, path)
    assert one == other
