"""No circle: whoever reads a file under plugin/ or taps/ can read what it calls first, and comes to
an end. The object files say who calls whom, the sources who includes whom.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import pathlib
import re
import shlex
import subprocess

import pytest

from support import paths

FOLDERS = ("plugin", "taps")


def circles(graph):
    """The largest sets of nodes of which each leads to each other, by Tarjan's algorithm; `graph`
    is a dict from a node to those it leads to."""
    found, order, low, path = [], {}, {}, []
    for start in graph:
        work = [] if start in order else [(start, None)]
        while work:
            node, rest = work.pop()
            if rest is None:
                order[node] = low[node] = len(order)
                path.append(node)
                rest = iter(sorted(graph[node]))
            for other in rest:
                if other not in order:
                    work += [(node, rest), (other, None)]
                    break
                if other in path:
                    low[node] = min(low[node], low[other])
            else:
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    circle = path[path.index(node) :]
                    del path[-len(circle) :]
                    found += [sorted(circle)] if len(circle) > 1 else []
    return found


def symbols(what):
    """(name, kind) of each symbol of an object file that others can see or must have."""
    listed = subprocess.run(["nm", "-P", what], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        name, kind = line.split()[:2]
        yield name, kind


def calls(objects):
    """The graph of calls, and of data that others own; `objects`: dict from a name to its object
    file. Each edge says by which symbols: {caller: {callee: {symbol}}}."""
    needs = {name: {symbol for symbol, kind in symbols(what) if kind == "U"}
             for name, what in objects.items()}  # fmt: skip
    owner = {symbol: name for name, what in objects.items()
             for symbol, kind in symbols(what) if kind in "TDBRVW"}  # fmt: skip
    graph = {name: {} for name in objects}
    for name, wanted in needs.items():
        for symbol in wanted & owner.keys():
            if owner[symbol] != name:
                graph[name].setdefault(owner[symbol], set()).add(symbol)
    return graph


def includes(files, places):
    """The graph of includes among `files`, which are looked for beside the including file, then in
    `places`."""
    graph = {path: set() for path in files}
    for path in files:
        for header in re.findall(r'^#\s*include\s+"([^"]+)"', path.read_text(), re.MULTILINE):
            beside = [(place / header).resolve() for place in (path.parent, *places)]
            graph[path] |= {other for other in beside if other in graph}
    return graph


def objects_of_the_build():
    """The object files of the plugin, as the build lists them: none of a source that is gone."""
    build = paths.build()
    listed = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"]).resolve().relative_to(paths.TOP.resolve())
        if source.parts[0] in FOLDERS:
            words = shlex.split(entry["command"])
            listed[source.as_posix()] = build / words[words.index("-o") + 1]
    assert listed
    return listed


def test_no_file_calls_one_that_calls_it():
    graph = calls(objects_of_the_build())
    said = [
        f"{name} -> {other}: {' '.join(sorted(graph[name][other]))}"
        for circle in circles(graph)
        for name in circle
        for other in circle
        if other in graph[name]
    ]
    assert not said, "\n".join(said)


def test_no_header_includes_one_that_includes_it():
    top = paths.TOP.resolve()
    files = [path for folder in FOLDERS for path in (top / folder).rglob("*.[ch]")]
    graph = includes(files, [top / "plugin", top / "taps" / "report"])
    assert any(graph.values())
    assert not circles(graph)


def write(folder, files):
    for name, text in files.items():
        (folder / name).write_text(text)
    return [(folder / name).resolve() for name in files]


CALLERS = {
    "a.c": "int b(void);\nint a(void);\nint a(void)\n{\n    return b();\n}\n",
    "b.c": "int c(void);\nint b(void);\nint b(void)\n{\n    return c();\n}\n",
    "c.c": "extern int d;\nint c(void);\nint c(void)\n{\n    return d;\n}\n",
    "d.c": "int a(void);\nint d = 1;\nint e(void);\nint e(void)\n{\n    return %s;\n}\n",
}


@pytest.mark.parametrize("ends, found", [("0", []), ("a()", [["a.c", "b.c", "c.c", "d.c"]])])
def test_a_planted_circle_of_calls_is_found(ends, found, tmp_path):
    files = write(tmp_path, {name: text.replace("%s", ends) for name, text in CALLERS.items()})
    objects = {}
    for path in files:
        objects[path.name] = path.with_suffix(".o")
        subprocess.run(["cc", "-c", path, "-o", objects[path.name]], check=True)
    assert circles(calls(objects)) == found


@pytest.mark.parametrize("last, found", [("", False), ('#include "room/a.h"\n', True)])
def test_a_planted_circle_of_includes_is_found(last, found, tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    files = write(room, {"a.h": '#include "b.h"\n', "b.h": '# include "room/c.h"\n', "c.h": last})
    assert circles(includes(files, [tmp_path])) == ([files] if found else [])


def test_two_circles_are_two_and_one_inside_another_is_part_of_it():
    graph = {"a": {"b"}, "b": {"a", "c"}, "c": {"d", "e"}, "d": {"c"}, "e": {"c", "d"}, "f": {"a"}}
    assert sorted(circles(graph)) == [["a", "b"], ["c", "d", "e"]]
