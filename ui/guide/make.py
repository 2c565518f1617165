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


def linked(text, names):
    """Names of findings in a text lead to their pages."""
    return re.sub(
        r"`((?:pptp|ipsec)\.\w+\.\w+)`",
        lambda found: f"[`{found[1]}`]({file_of(found[1]).removeprefix('findings/')})"
        if found[1] in names
        else found[0],
        text,
    )


def example_of(name, capture):
    if capture is None:
        return []
    return [
        "## Example",
        "",
        "```console",
        f"$ tshark -n -2 -r captures/{capture} -Y {name} -T fields -e frame.number "
        "-e pptp.finding.text",
        "```",
        "",
    ]


def finding_page(kind, written, capture):
    """`capture` is None where none raises it."""
    name = kind["filter"]
    section = f" RFC 2637 section {kind['section']}." if kind["section"] else ""
    means, cause, remedy = (linked(text.strip(), written) for text in written[name])
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
        *["## Filters", "", "| filter | selects |", "|---|---|"],
        f"| `{name}` | the packet it is about |",
        f'| `pptp.finding.decides contains "{name}"` | '
        "the packet that decides it, if a later one does |",
        "",
        *example_of(name, capture),
        "[All findings](../findings.md)",
    ]
    return "\n".join(lines) + "\n"


GROUPS = {
    "PPTP, across points": "pptp.nat.",
    "PPTP, seen from one point": "pptp.analysis.",
    "IPsec, across points": "ipsec.nat.",
    "IPsec, seen from one point": "ipsec.analysis.",
}


def findings_page(catalogue, written):
    lines = [
        "# Findings",
        "",
        "Each name is a display filter for the packet that the finding is about. If a later packet "
        "decides it, use `tshark -2`",
        "or Wireshark; the later packet has `pptp.finding.decides`.",
        "",
        "make.py writes these pages from the catalogue of findings and findings.prose.md.",
    ]
    for title, group in GROUPS.items():
        own = [kind for kind in catalogue if kind["filter"].startswith(group)]
        if own:
            lines += ["", f"## {title}", "", "| finding | severity | says |", "|---|---|---|"]
        for kind in own:
            name = f"`{kind['filter']}`"
            if kind["filter"] in written:
                name = f"[{name}]({file_of(kind['filter'])})"
            lines.append(f"| {name} | {kind['severity']} | {kind['summary']} |")
    return "\n".join(lines) + "\n"


def finding_pages(catalogue, written):
    """{file: text} with a page for each finding that the prose has."""
    shown_in = examples()
    surplus = set(written) - {kind["filter"] for kind in catalogue}
    if surplus:
        raise ValueError(f"findings.prose.md: no such finding: {surplus}")
    return {
        GUIDE / file_of(kind["filter"]): finding_page(
            kind, written, shown_in.get(kind["filter"])
        )
        for kind in catalogue
        if kind["filter"] in written
    }


def fields_of(text):
    """{filter name: (title, type, description)} of pptp, gre and ipsec."""
    found = {}
    for line in text.splitlines():
        words = line.split("\t")
        if words[0] == "F" and words[2].startswith(("pptp.", "gre.", "ipsec.")):
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
    written = prose()
    return {
        GUIDE / "findings.md": findings_page(kinds, written),
        GUIDE / "fields.md": fields_page(kinds, fields_of(with_plugin), fields_of(without)),
        **finding_pages(kinds, written),
    }


if __name__ == "__main__":
    texts = [pathlib.Path(name).read_text(encoding="utf-8") for name in sys.argv[1:4]]
    for path, text in pages(*texts).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
