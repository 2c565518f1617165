"""The layers hold: core reaches no Wireshark header, taps and ui only see tap_events.h.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import re
import shlex
import subprocess

import pytest

from support import paths

CORE = paths.TOP / "plugin" / "core"
REPORT = paths.TOP / "taps" / "report"
SYSTEM = {"math.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"}
OF_REPORT = SYSTEM | {"glib.h", "gio/gio.h", "wsutil/json_dumper.h"}


def compile_command(part):
    """How the build compiles the files below `part`: the options of one of them."""
    commands = json.loads((paths.build() / "compile_commands.json").read_text())
    command = next(entry for entry in commands if part in entry["file"])
    words = shlex.split(command["command"])
    for option in ("-o", "-c", "-MF", "-MT"):
        if option in words:
            place = words.index(option)
            del words[place : place + 2]
    return [word for word in words if word not in ("-MD", "-MMD")]


def compiles(part, text):
    """Whether `text` compiles as if it were a file below `part`."""
    command = compile_command(part) + ["-x", "c", "-fsyntax-only", "-"]
    return subprocess.run(
        command, input=text, text=True, capture_output=True, check=False
    )  # fmt: skip


PROBE = "#include <%s>\nint probe(void);\nint probe(void)\n{\n    return 0;\n}\n"


@pytest.mark.parametrize(
    "header", ["epan/packet.h", "wsutil/wmem/wmem.h", "wiretap/wtap.h", "wireshark/config.h"]
)
def test_core_cannot_include_wireshark(header):
    done = compiles("plugin/core/", PROBE % header)
    assert done.returncode != 0 and "No such file" in done.stderr, done.stderr


def test_core_can_include_glib_so_that_the_probe_is_a_probe():
    done = compiles("plugin/core/", PROBE % "glib.h")
    assert done.returncode == 0, done.stderr


def test_the_adapter_can_include_wireshark_so_that_the_probe_is_a_probe():
    done = compiles("plugin/adapter/", PROBE % "epan/packet.h")
    assert done.returncode == 0, done.stderr


def test_core_warnings_are_errors():
    assert {"-Wall", "-Wextra", "-Werror", "-Wconversion"} <= set(compile_command("plugin/core/"))


def includes(path):
    return re.findall(r'^#\s*include\s+"([^"]+)"', path.read_text(), re.MULTILINE)


def test_core_includes_core_only():
    for path in CORE.rglob("*.[ch]"):
        for header in includes(path):
            places = (path.parent / header, CORE.parent / header)
            found = [place.resolve() for place in places if place.is_file()]
            assert found and CORE in found[0].parents, f"{path.name} includes {header}"


# What a room may include, besides itself. pptp and ipsec may include all that is below them.
BELOW = {
    "base": set(),
    "flow": {"base"},
    "finding": {"base"},
    "link": {"base", "flow", "finding"},
    "outcome": {"base", "flow", "finding", "link"},
}
# A protocol's own words. They would show that the linker or the outcome knows one.
WORDS = re.compile(
    r"\b(pptp|gre|ppp|pns|pac|calls?|call.?ids?|call_id|ipsec|ike|esp|spi|cookie|"
    r"ocr[qp]|icr[qp]|iccn|ccrq|cdn|sli|1723|4500|rfc ?2637)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("room", sorted(BELOW))
def test_a_room_includes_only_rooms_below_it(room):
    for path in (CORE / room).glob("*.[ch]"):
        for header in includes(path):
            if header.startswith("core/"):
                assert header.split("/")[1] in BELOW[room], f"{path.name} includes {header}"
            else:
                assert (path.parent / header).is_file(), f"{path.name} includes {header}"


def protocol_words(room):
    return [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted((CORE / room).glob("*.[ch]"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if WORDS.search(line)
    ]


@pytest.mark.parametrize("room", ["flow", "link", "outcome"])
def test_no_word_of_a_protocol_is_in_what_all_share(room):
    assert protocol_words(room) == []


@pytest.mark.parametrize("text", ["the GRE header", "its Call ID", "struct call *call;"])
def test_a_word_of_a_protocol_is_found(text):
    assert WORDS.search(text)


@pytest.mark.parametrize("folder", ["taps", "ui"])
def test_taps_and_ui_see_the_adapter_through_tap_events_only(folder):
    """Besides, compat.h: the switches on Wireshark's version are nowhere else; and the doors of
    ui/html and ui/strip, for the command."""
    allowed = {path.name for path in CORE.rglob("*.h")} | {"tap_events.h", "compat.h"}
    allowed |= {path.name for path in REPORT.glob("*.h")} | {"draw.h", "copy.h"}
    for path in (paths.TOP / folder).rglob("*.[ch]"):
        own = {other.name for other in path.parent.glob("*.h")}
        for header in includes(path):
            name = header.rsplit("/", 1)[-1]
            assert name in allowed | own, f"{path.name}: {header}"
            assert "adapter" not in header, f"{path.name}: {header}"


def not_for_report(path):
    """The headers that `path` must not include if it is to write the same from the command."""
    text = path.read_text()
    yield from set(re.findall(r"^#\s*include\s+<([^>]+)>", text, re.MULTILINE)) - OF_REPORT
    for header in includes(path):
        places = [place / header for place in (REPORT, REPORT.parent, CORE.parent)]
        found = [place.resolve() for place in places if place.is_file()]
        if not found or not {CORE, REPORT} & set(found[0].parents):
            yield header


def test_the_report_needs_core_and_the_json_dumper_only():
    files = sorted(REPORT.glob("*.[ch]"))
    assert files
    for path in files:
        assert not list(not_for_report(path)), path.name


@pytest.mark.parametrize(
    "line", ["#include <epan/packet.h>", "#include <wsutil/strtoi.h>", '#include "tap_events.h"']
)
def test_a_header_of_wireshark_in_the_report_is_found(line, tmp_path):
    planted = tmp_path / "planted.c"
    planted.write_text(f"#include <glib.h>\n{line}\n")
    assert len(list(not_for_report(planted))) == 1


VERSION_SWITCH = r"^#\s*(el)?if.*(WIRESHARK_VERSION|VERSION_M)|ws_version\.h"


def test_version_differences_are_in_compat_h_only():
    for folder in ("plugin", "taps", "ui"):
        for path in (paths.TOP / folder).rglob("*.[ch]"):
            if path.name != "compat.h":
                assert not re.search(VERSION_SWITCH, path.read_text(), re.MULTILINE), path


def test_the_unit_tests_are_those_of_a_build_without_wireshark():
    """Every tests/unit/test_*.c is a test there, and no Wireshark target exists."""
    build = paths.build("CORE")
    listed = subprocess.run(
        ["ctest", "--test-dir", build, "--show-only=json-v1"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    tests = {test["name"] for test in json.loads(listed)["tests"]}
    for path in (paths.TOP / "tests" / "unit").glob("test_*.c"):
        assert f"unit.{path.stem}" in tests, f"{path.name} is not a test without Wireshark"
    assert not list(build.rglob("pptpnat.so"))
    cache = (build / "CMakeCache.txt").read_text()
    assert "CMAKE_DISABLE_FIND_PACKAGE_Wireshark:UNINITIALIZED=ON" in cache
