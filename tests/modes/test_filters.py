"""Every filter of ours selects the same frames whatever else is asked for, in one pass and in two.

Wireshark adds to its trees only what somebody asks for, and each version in another way: a filter
that is alone is another case than one beside fields that are shown.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections

import pytest

from support import golden, paths

ONLY_NUMBERS = ("-o", 'gui.column.format:"No.","%m"')
OTHERS = ("-e", "frame.number", "-e", "ip.src", "-e", "tcp.seq_raw", "-e", "gre.key.call_id",
          "-e", "pptp.call")  # fmt: skip


def captures_by_field():
    """{field: a capture that has it}, as few captures as a greedy choice gives."""
    having = {}
    for name in paths.single_captures():
        lines = golden.path_of(name).read_text(encoding="utf-8").splitlines()
        shown = [line for line in lines if line.startswith("    ") and line[4] != "-"]
        having[name] = {line.split()[0] for line in shown}
    left, chosen = set().union(*having.values()), {}
    while left:
        name = max(sorted(having), key=lambda one: len(having[one] & left))
        chosen.update((field, name) for field in having[name] & left)
        left -= having[name]
    return chosen


CHOSEN = captures_by_field()
BY_CAPTURE = collections.defaultdict(list)
for one_field, its_capture in sorted(CHOSEN.items()):
    BY_CAPTURE[its_capture].append(one_field)


def numbers(output):
    return [int(line.split("\t")[0]) for line in output.splitlines()]


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one pass", "two passes"])
@pytest.mark.parametrize("name", sorted(BY_CAPTURE))
def test_a_filter_selects_the_frames_that_have_the_field(ours, name, passes):
    shown = ours.fields(name, BY_CAPTURE[name], *passes)
    for field in BY_CAPTURE[name]:
        having = [number for number, values in shown if field in values]
        asked = (*passes, "-Y", field)
        assert numbers(ours.tshark(name, *ONLY_NUMBERS, *asked)) == having, field
        beside = ours.tshark(name, *asked, "-T", "fields", *OTHERS)
        assert numbers(beside) == having, f"{field} beside others"
        assert having or not passes, field


def check_filter(ours, name, field, passes):
    """True if a frame of the capture has the field."""
    having = [number for number, values in ours.fields(name, [field], *passes) if field in values]
    asked = (*passes, "-Y", field)
    assert numbers(ours.tshark(name, *ONLY_NUMBERS, *asked)) == having, field
    beside = ours.tshark(name, *asked, "-T", "fields", *OTHERS)
    assert numbers(beside) == having, f"{field} beside others"
    return having != []


def of_ipsec(fields):
    return {field for field in fields if field.split(".")[0] == "ipsec"}


# What no capture has: modes/test_ipsec.py makes ESP that is lost, late and doubled.
MADE = {"ipsec.esp.lost", "ipsec.esp.out_of_order", "ipsec.esp.duplicate"}


def test_every_field_of_ipsec_is_a_filter_too(ours, stock):
    left = of_ipsec(golden.own_fields(ours, stock))
    for name in paths.ipsec_captures():
        shown = ours.fields(name, sorted(left), "-2") if left else []
        for field in {field for _, values in shown for field in values}:
            check_filter(ours, name, field, ())
            assert check_filter(ours, name, field, ("-2",)), field
            left.discard(field)
    assert left == MADE, "no capture has it"


def test_every_field_of_ours_is_tried(ours, stock):
    fields = set(golden.own_fields(ours, stock))
    assert fields - of_ipsec(fields) - set(CHOSEN) == set()
