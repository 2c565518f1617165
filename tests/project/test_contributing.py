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


@pytest.mark.parametrize(
    "folder,headers",
    [
        (CORE, ["module of core", "file of the tracker", "file of the linker"]),
        (CORE / "ipsec", ["module of `core/ipsec`"]),
    ],
    ids=["core", "ipsec"],
)
def test_the_tables_name_each_module_once(folder, headers):
    named = named_under(*headers)
    assert sorted(named) == sorted(set(named)), "named twice"
    assert set(named) == modules_of(folder)
