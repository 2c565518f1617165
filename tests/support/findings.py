"""The findings that one way of running Wireshark shows, as a sorted list of (frame, id).

Each function reads another output, so that they can be compared.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections
import json
import re


def from_fields(wireshark, name, *arguments):
    rows = wireshark.fields(name, sorted(wireshark.finding_names), *arguments)
    return sorted(
        (frame, field)
        for frame, values in rows
        for field, text in values.items()
        for _ in text.split(",")
    )


def from_text(wireshark, text):
    """From the output of -V, where a finding is known by its summary."""
    by_summary = {title: name for name, title in wireshark.finding_names.items()}
    found = []
    frame = None
    for line in text.splitlines():
        start = re.match(r"Frame (\d+): ", line)
        if start:
            frame = int(start.group(1))
        expert = re.match(r"\s*\[Expert Info \([^)]*\): (.*)\]$", line)
        if expert and expert.group(1) in by_summary:
            found.append((frame, by_summary[expert.group(1)]))
    return sorted(found)


def from_json(wireshark, text):
    """From the output of -T json, whose objects repeat keys."""
    names = wireshark.finding_names
    found = []

    def walk(node, frame):
        for key, value in node:
            if key in names:
                found.append((frame, key))
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, Pairs):
                    walk(child, frame)

    for packet in json.loads(text, object_pairs_hook=Pairs):
        layers = packet.get("_source").get("layers")
        walk(layers, int(layers.get("frame").get("frame.number")))
    return sorted(found)


class Pairs(tuple):
    """A JSON object with all its keys, repeated ones too."""

    def get(self, key):
        return next(value for name, value in self if name == key)


def from_pdml(wireshark, packets):
    names = wireshark.finding_names
    return sorted(
        (frame, field.get("name"))
        for frame, packet in packets
        for field in packet.iter("field")
        if field.get("name") in names
    )


def from_sharkd(wireshark, trees):
    names = wireshark.finding_names
    found = []

    def walk(nodes, frame):
        for node in nodes:
            name = node.get("f", "").split(" ")[0]
            if name in names:
                found.append((frame, name))
            walk(node.get("n", []), frame)

    for frame, tree in trees.items():
        walk(tree, frame)
    return sorted(found)


def expert_rows(wireshark, output):
    """[(id, protocol, count)] from the tables of -z expert, our findings only."""
    names = wireshark.finding_names | wireshark.ipsec_finding_names
    by_summary = {title: name for name, title in names.items()}
    rows = []
    for line in output.splitlines():
        row = re.match(r"\s+(\d+)\s+\S+\s+(\S+)\s+(.*)$", line)
        if row and row.group(3) in by_summary:
            rows.append((by_summary[row.group(3)], row.group(2), int(row.group(1))))
    return rows


def expert_table(wireshark, output):
    """{id: count} from the tables of -z expert, our findings only."""
    found = collections.Counter()
    for name, _, count in expert_rows(wireshark, output):
        found[name] += count
    return found


def counts(found):
    return collections.Counter(name for _, name in found)
