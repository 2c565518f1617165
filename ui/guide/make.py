#!/usr/bin/env python3
"""Writes the generated pages of the guide.

    make.py CATALOGUE FIELDS STOCK

CATALOGUE is the output of pptpnat-catalogue, FIELDS that of `tshark -G fields` with the plugin,
STOCK without it. Python's standard library only.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import pathlib
import re
import sys

GUIDE = pathlib.Path(__file__).resolve().parent
CAPTURES = GUIDE.parents[1] / "captures"


def examples():
    """{finding: a capture that raises it}, the one named after it if there is one."""
    found = {}
    for name, entry in json.loads((CAPTURES / "expect.json").read_text()).items():
        for finding in entry["findings"]:
            word = finding["id"].rsplit(".", 1)[-1]
            if finding["id"] not in found or name.startswith(f"{word}."):
                found[finding["id"]] = name
    return found


def prose():
    """{finding: (what it means, the likely cause, what to do)}"""
    text = (GUIDE / "findings.prose.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\S+)\n", text, flags=re.M)[1:]
    return {
        name: re.fullmatch(r"(.*)\nCause: (.*)\nDo: (.*)", body.strip(), re.S).groups()
        for name, body in zip(parts[::2], parts[1::2])
    }


def file_of(name):
    """The page of a finding."""
    return f"findings/{name.removeprefix('pptp.').replace('.', '-')}.md"


def linked(text):
    """Names of findings in a text lead to their pages."""
    return re.sub(
        r"`(pptp\.(?:analysis|nat)\.\w+)`",
        lambda found: f"[`{found[1]}`]({file_of(found[1]).removeprefix('findings/')})"
        if found[1] != "pptp.nat.mistranslation"
        else found[0],
        text,
    )


def finding_page(kind, words, example):
    name = kind["filter"]
    section = f" RFC 2637 section {kind['section']}." if kind["section"] else ""
    means, cause, remedy = (linked(text.strip()) for text in words)
    rules = [f"* {rule}" for rule in kind["set_when"].split("\n")]
    lines = [
        f"# {name}",
        "",
        f"*{kind['summary']}.* Severity: {kind['severity']}.{section}",
        "",
        *["## What it means", "", means, ""],
        *["## Likely cause", "", cause, ""],
        *["## What to do", "", remedy, ""],
        *["## Set when all of the following are true", "", *rules, ""],
        *["## Filters", "", "| filter | packets |", "|---|---|"],
        f"| `{name}` | on which it became certain, and those it is about |",
        f'| `pptp.finding.judged == "{name}"` | those it is about |',
        "",
        "## Example",
        "",
        "```console",
        f"$ tshark -n -2 -r captures/{example} -Y {name} -T fields -e frame.number "
        "-e pptp.finding.text",
        "```",
        "",
        "[All findings](../findings.md)",
    ]
    return "\n".join(lines) + "\n"


def findings_page(catalogue):
    lines = [
        "# Findings",
        "",
        "Made by make.py from the catalogue of findings; the prose is in findings.prose.md.",
        "",
        "Each name is a display filter, and selects the packet that the finding is about (with "
        "`tshark -2` or in Wireshark where",
        "a later packet decides it; that one has `pptp.finding.decides`).",
    ]
    for title, group in (
        ("Across points", "pptp.nat."),
        ("Seen from one point", "pptp.analysis."),
    ):
        lines += ["", f"## {title}", "", "| finding | severity | says |", "|---|---|---|"]
        lines += [
            f"| [`{kind['filter']}`]({file_of(kind['filter'])}) | {kind['severity']} | "
            f"{kind['summary']} |"
            for kind in catalogue
            if kind["filter"].startswith(group)
        ]
    return "\n".join(lines) + "\n"


def finding_pages(catalogue):
    """{file: text} with a page for each finding."""
    written = prose()
    shown_in = examples()
    names = {kind["filter"] for kind in catalogue}
    if names != set(written):
        raise ValueError(f"findings.prose.md: {names ^ set(written)}")
    return {
        GUIDE / file_of(kind["filter"]): finding_page(
            kind, written[kind["filter"]], shown_in[kind["filter"]]
        )
        for kind in catalogue
    }


def fields_of(text):
    """{filter name: (title, type, description)} of pptp and gre."""
    found = {}
    for line in text.splitlines():
        words = line.split("\t")
        if words[0] == "F" and words[2].startswith(("pptp.", "gre.")):
            found.setdefault(words[2], (words[1], words[3], words[7] if len(words) > 7 else ""))
    return found


def table(fields):
    lines = ["| field | type | name | meaning |", "|---|---|---|---|"]
    for name, (title, kind, text) in sorted(fields.items()):
        cells = (f"`{name}`", kind.removeprefix("FT_").lower(), title, text)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


def fields_page(catalogue, with_plugin, without):
    findings = {kind["filter"] for kind in catalogue}
    own = {name: row for name, row in with_plugin.items() if name not in without}
    added = {name: row for name, row in own.items() if name not in findings}
    lines = ["# Fields", "", "Made by make.py from `tshark -G fields`.", ""]
    lines += ["## Added by the plugin", "", *table(added), ""]
    lines += ["Each finding is a field too: see [Findings](findings.md).", ""]
    lines += ["## Wireshark's own, filled by the plugin", "", *table(without)]
    return "\n".join(lines) + "\n"


def pages(catalogue, with_plugin, without):
    """{file: text} of all generated pages, the examples' outputs still missing."""
    kinds = json.loads(catalogue)
    return {
        GUIDE / "findings.md": findings_page(kinds),
        GUIDE / "fields.md": fields_page(kinds, fields_of(with_plugin), fields_of(without)),
        **finding_pages(kinds),
    }


if __name__ == "__main__":
    texts = [pathlib.Path(name).read_text(encoding="utf-8") for name in sys.argv[1:4]]
    for path, text in pages(*texts).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
