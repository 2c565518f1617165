"""The sources: formatted, licensed, readable by the plainest shell, free of leftovers.

SPDX-License-Identifier: GPL-2.0-or-later"""

import re
import subprocess

import pytest

from support import paths

FOLDERS = ("plugin", "taps", "ui", "tests", "captures", "packaging", ".ci")


def sources(*suffixes):
    return sorted(
        path
        for folder in FOLDERS
        for path in (paths.TOP / folder).rglob("*")
        if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts
    )


def scripts():
    """Shell scripts: by suffix, or by their first line."""
    found = sources(".sh")
    for path in sources(""):
        first = path.read_bytes()[:64].split(b"\n")[0]
        if first.startswith(b"#!") and first.rstrip().endswith(b"sh"):
            found.append(path)
    return sorted(found)


def relative(path):
    return path.relative_to(paths.TOP).as_posix()


C_FILES = sources(".c", ".h")


def test_there_are_sources_and_scripts_to_look_at():
    assert len(C_FILES) > 20
    names = {relative(path) for path in scripts()}
    assert {"packaging/run.sh", "packaging/test.sh", ".ci/run", "ui/cli/pptpnat"} <= names


@pytest.mark.parametrize("path", scripts(), ids=relative)
def test_scripts_parse_and_can_be_run(path):
    first = path.read_bytes().split(b"\n")[0]
    subprocess.run(["bash" if b"bash" in first else "dash", "-n", path], check=True)
    if first.startswith(b"#!"):  # else it is sourced
        assert path.stat().st_mode & 0o111, f"{relative(path)} is not executable"


def test_every_source_says_its_licence():
    for path in C_FILES + sources(".py") + scripts():
        if path.stat().st_size:
            assert "SPDX-License-Identifier: GPL-2.0-or-later" in path.read_text(), relative(path)


def test_nothing_is_left_unfinished():
    words = ("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK")
    marks = re.compile(rf"\b({'|'.join(words)})\b")
    for path in C_FILES + sources(".py") + scripts():
        assert not marks.search(path.read_text()), relative(path)


def test_lines_are_at_most_100_columns():
    for path in C_FILES + sources(".py") + scripts():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert len(line) <= 100, f"{relative(path)}:{number}"


LONGEST = 400


def too_long(files):
    """Those with more lines than one sitting reads. Generated files and data are none of them."""
    return [path for path in files if len(path.read_text().splitlines()) > LONGEST]


def test_no_source_is_longer_than_400_lines():
    found = [relative(path) for path in too_long(C_FILES + sources(".py"))]
    assert found == [], "split them by question"


def test_a_planted_file_of_401_lines_is_too_long(tmp_path):
    fits, planted = tmp_path / "fits.c", tmp_path / "planted.c"
    fits.write_text("int a;\n" * 400)
    planted.write_text("int a;\n" * 401)
    assert too_long([fits, planted]) == [planted]
