"""CONTRIBUTING's tables name every file of core, and none that is not there.

SPDX-License-Identifier: GPL-2.0-or-later"""

import re

import pytest

from support import paths

CORE = paths.TOP / "plugin" / "core"


def rows_under(header):
    """The first cells of the table below the row that begins with `header`."""
    text = (paths.TOP / "CONTRIBUTING.md").read_text()
    _, _, table = text.partition(f"| {header} |")
    for line in table.splitlines()[2:]:
        if not line.startswith("|"):
            return
        yield line.split("|")[1]


def named_under(*headers):
    names = [name for header in headers for row in rows_under(header) for name in row.split(",")]
    return [re.fullmatch(r"\s*`(\w+)`\s*", name).group(1) for name in names]


def modules_of(folder):
    return {path.stem for path in folder.iterdir() if path.suffix in (".c", ".h")}


ROOMS = sorted(folder.name for folder in CORE.iterdir() if folder.is_dir())


@pytest.mark.parametrize("room", ROOMS)
def test_the_tables_name_each_module_once(room):
    named = named_under(f"module of `{room}/`")
    assert sorted(named) == sorted(set(named)), "named twice"
    assert set(named) == modules_of(CORE / room)


def test_the_rooms_are_those_of_the_first_table():
    named = [re.fullmatch(r"\s*`(\w+)/`\s*", row).group(1) for row in rows_under("room")]
    assert sorted(named) == ROOMS
    assert {path.stem for path in CORE.iterdir() if path.is_file()} == {
        "analysis", "feed_format", "feed_log", "feed_read", "inside",
    }  # fmt: skip
