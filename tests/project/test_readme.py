"""The README shows what really comes out, and is short; the guide explains every field.

SPDX-License-Identifier: GPL-2.0-or-later"""

import re

import pytest

from support import paths, readme


def test_the_readme_shows_pptpnat_and_tshark_at_work():
    programs = {command.split()[0] for command, _ in readme.sessions()}
    assert programs == {"pptpnat", "tshark"}


@pytest.mark.parametrize("command,output", readme.sessions(), ids=lambda text: text[:7])
def test_shown_output_is_the_real_one(ours, command, output):
    assert readme.output_of(ours, command).splitlines() == output.splitlines()


MEANINGS = paths.TOP / "ui" / "guide" / "meanings.md"
SCREENS = 2 * 55  # lines


def test_what_a_newcomer_needs_fits_two_screens():
    text = readme.README.read_text()
    above = text.split("\n## More\n")[0]
    assert above.count("\n") <= SCREENS
    for needed in ("packaging/run.sh", "--capture", "| exit status |", "screenshot.png", "FAULT"):
        assert needed in above, needed


def test_every_field_is_explained(ours, stock):
    text = MEANINGS.read_text()
    own = set(ours.field_names) - set(stock.field_names)
    own -= ours.finding_names.keys() | ours.ipsec_finding_names.keys()
    assert own
    assert {name for name in own if f"`{name}`" not in text} == set()


def test_every_field_that_is_explained_exists(ours):
    table = MEANINGS.read_text()
    named = set(re.findall(r"^\| `((?:pptp|gre|ipsec)\.[a-z0-9_.]+)`", table, re.M))
    assert named
    assert named - set(ours.field_names) == set()


def test_the_local_links_of_the_documents_lead_somewhere():
    for document in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", (paths.TOP / document).read_text()):
            if not target.startswith("http"):
                assert (paths.TOP / target).exists(), f"{document}: {target}"


def test_the_licence_is_the_gpl_version_two():
    text = (paths.TOP / "LICENSE").read_text()
    assert "GNU GENERAL PUBLIC LICENSE" in text and "Version 2, June 1991" in text
