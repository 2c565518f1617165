"""Core's catalogue of findings, and the lists that are made of it: the ids in the JSON schema, the
colours of the profile. tests/guide/update writes them anew.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import re
import subprocess

from support import paths

SCHEMA = paths.TOP / "taps" / "report.schema.json"
COLOURS = paths.TOP / "ui" / "profile" / "PPTP NAT" / "colorfilters"

ENUM = re.compile(r'("(\w+)_finding_id": \{"enum": \[\n)[^]]*(\n *\]\})')
RULE = re.compile(r"^(@\w+ wrong@pptp\.finding\.judged in \{)[^}]*(\}@)", re.M)


def text():
    """As the built program prints it."""
    program = paths.build() / "ui" / "guide" / "pptpnat-catalogue"
    return subprocess.run([program], capture_output=True, text=True, check=True).stdout


def load():
    """[{"filter": ..., "severity": ..., "section": ..., "summary": ..., "set_when": ...}]"""
    return json.loads(text())


def schema(written, kinds):
    def ids(found):
        own = [kind["filter"] for kind in kinds if kind["filter"].startswith(f"{found[2]}.")]
        return found[1] + ",\n".join(f'      "{one}"' for one in own) + found[3]

    return ENUM.sub(ids, written)


def serious(kinds):
    return [kind["filter"] for kind in kinds if kind["severity"] in ("error", "warning")]


def colours(written, kinds):
    """The rules of what is wrong; what a rule of another colour names is left to that one."""
    elsewhere = set(re.findall(r'"([\w.]+)"', RULE.sub("", written)))

    def rule(found):
        protocol = found[1][1:].split()[0].lower()
        own = [f'"{one}"' for one in serious(kinds)
               if one.startswith(f"{protocol}.") and one not in elsewhere]  # fmt: skip
        return found[1] + ", ".join(own) + found[2]

    return RULE.sub(rule, written)


LISTS = {SCHEMA: schema, COLOURS: colours}


def write():
    kinds = load()
    for path, made in LISTS.items():
        path.write_text(made(path.read_text(encoding="utf-8"), kinds), encoding="utf-8")
