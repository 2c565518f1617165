"""The captures that programs make are those the programs make today, and say where they come from.

SPDX-License-Identifier: GPL-2.0-or-later"""

import subprocess

from support import paths


def test_the_generator_makes_the_captures_that_are_checked_in():
    done = subprocess.run(
        ["/usr/bin/python3", "-B", paths.CAPTURES / "make", "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_public_and_recorded_capture_has_its_provenance():
    text = (paths.CAPTURES / "README.md").read_text()
    for path in (paths.CAPTURES / "public").iterdir():
        row = next((line for line in text.splitlines() if f"| {path.name} |" in line), "")
        assert len([cell for cell in row.split("|") if cell.strip()]) >= 4, path.name
    for scenario in paths.scenarios():
        assert f"| {scenario} |" in text, scenario
