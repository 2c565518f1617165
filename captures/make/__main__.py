"""Makes the captures: `python3 captures/make` writes every file anew, `--check` says which
checked-in files differ (exit status 1), NAMES restrict both to some captures.

SPDX-License-Identifier: GPL-2.0-or-later"""
import argparse
import importlib
import inspect
import json
import pkgutil
import sys
from pathlib import Path

import cases
from cases import lab

HERE = Path(__file__).resolve().parent.parent  # captures/


def load():
    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"cases.{module.name}")


def described(function):
    """Docstring -> (what it shows, source), each one line."""
    what, _, source = inspect.getdoc(function).partition("\n\nSource:")
    return " ".join(what.split()), " ".join(source.split())


def expected(entry):
    """The expectation as a few words."""
    words = [one["id"].removeprefix("pptp.") + (f" @{one['frame']}" if one["frame"] else "")
             for one in entry["findings"]]
    if not entry["exact"]:
        words.append("others allowed")
    return ", ".join(words) or "nothing"


def index(rows):
    head = ["# The captures, one per behaviour", "",
            "Made by `python3 captures/make`; this list comes from the docstrings in `make/cases`. "
            "`@N` is the judged frame. `expect.json` says the same to programs.", ""]
    for module in sorted({row[0] for row in rows}):
        head += [f"## {module}", "", "| file | shows | source | expect | exit |",
                 "|---|---|---|---|---|"]
        head += [f"| {file} | {what} | {source} | {expected(entry)} | {entry['exit']} |"
                 for owner, file, what, source, entry in rows if owner == module]
        head.append("")
    return "\n".join(head[:-1]) + "\n"


def make():
    """Every file: name -> octets."""
    files, rows, expect = {}, [], {}
    for name, function in sorted(cases.CAPTURES.items()):
        made = function()
        file = f"{name}.{made.extension}"
        files[file] = made.octets()
        expect[file] = made.expectation()
        rows.append((function.__module__.rpartition(".")[2], file, *described(function),
                     expect[file]))
    expect.update(lab.EXPECT)
    lines = [f" {json.dumps(file)}: {json.dumps(entry)}" for file, entry in sorted(expect.items())]
    files["expect.json"] = ("{\n" + ",\n".join(lines) + "\n}\n").encode()
    files["INDEX.md"] = index(rows).encode()
    return files


def main():
    parser = argparse.ArgumentParser(prog="captures/make", description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    load()
    files = make()
    stale = [path for path in sorted(HERE.glob("*.pcap*")) if path.name not in files]
    differing = []
    for file, octets in files.items():
        if options.names and file.partition(".")[0] not in options.names:
            continue
        path = HERE / file
        if path.exists() and path.read_bytes() == octets:
            continue
        differing.append(file)
        if not options.check:
            path.write_bytes(octets)
    for file in differing:
        print(f"{'differs' if options.check else 'written'}: {file}")
    for path in stale:
        print(f"no longer made: {path.name}")
        if not options.check:
            path.unlink()
    return 1 if options.check and (differing or stale) else 0


if __name__ == "__main__":
    sys.exit(main())
