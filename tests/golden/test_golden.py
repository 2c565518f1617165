"""Every field of the plugin's own, in every capture, is what it was when somebody last looked.

To accept a change: tests/golden/update [NAME...], then read the difference.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from support import golden


@pytest.mark.parametrize("name", golden.captures())
def test_own_fields_are_the_golden_ones(ours, stock, name):
    path = golden.path_of(name)
    assert path.is_file(), f"{path.name} is missing: tests/golden/update writes it"
    assert golden.text_of(ours, stock, name).splitlines() == path.read_text().splitlines()


def test_every_golden_file_has_its_capture():
    wanted = {golden.path_of(name) for name in golden.captures()}
    assert set(golden.FOLDER.glob("*.txt")) == wanted


def test_every_own_field_appears_in_some_golden_file(ours, stock):
    """A field that no capture shows is not tested. Findings are counted in tests/expect."""
    seen = set()
    for path in golden.FOLDER.glob("*.txt"):
        lines = path.read_text().splitlines()
        seen |= {line.split()[0].lstrip("-") for line in lines if line[:1] == " "}
    own = set(golden.own_fields(ours, stock)) - ours.finding_names.keys()
    own = {name for name in own if not name.startswith("ipsec.")}
    assert own - seen == set()
