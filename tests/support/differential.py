"""Compares, frame by frame, what stock tshark and ours say in the fields that stock has.

The one table of known faults of stock stands here; a difference that no row of it explains is ours.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections
import dataclasses

@dataclasses.dataclass
class Frame:
    """One frame of one capture as both programs see it."""

    number: int
    missing: list  # (name, pos, size, value, show) that only stock has
    extra: list  # that only ours has
    layers: tuple  # (stock's, ours) frame.protocols
    names: set  # every field name that ours shows, findings among them
    messages: list  # (pos, length) of the control messages that ours shows
    lost: set = dataclasses.field(default_factory=set)  # names by which no filter finds it now

    def has(self, *findings):
        return any(f"pptp.analysis.{name}" in self.names for name in findings)

    def changed(self):
        """Names of the fields that differ."""
        return {entry[0] for entry in self.missing + self.extra}


def holds_more_messages(frame):
    """Nothing of stock's is missing, and what ours adds lies behind the first message."""
    if len(frame.messages) < 2 or frame.missing:
        return False
    start, length = frame.messages[0]
    return all(pos >= start + length for _, pos, *_ in frame.extra)


def holds_a_part_only(frame):
    """TCP keeps the segment for the message that a later frame completes."""
    return not frame.messages and not frame.extra and "tcp.reassembled_in" in frame.names


def completes_a_message(frame):
    return frame.has("message_split")


def differs_in_statistics_only(frame):
    return frame.changed() == {"pptp.call_Statistics"}


def is_no_message(frame):
    return frame.has("bad_cookie", "resynchronised") or (
        "pptp.magic_cookie.incorrect" in frame.names and not frame.messages
    )


def is_of_wrong_length(frame):
    return frame.has("bad_length")


def comes_again(frame):
    """Same addresses, ports and numbers as before: a retransmission, or the second point of a path
    that translates nothing. Nothing of stock's is missing."""
    return not frame.missing and not frame.lost and "pptp" not in frame.layers[0].split(":")


def is_on_another_port(frame):
    """Stock's heuristics take it for something else: lanforge in 4.0, hipercontracer too in 4.4."""
    others = {"lanforge", "hipercontracer", "data"} & set(frame.layers[0].split(":"))
    return bool(others and frame.messages and not frame.missing)


def has_octets_behind_it(frame):
    return frame.layers[1] == frame.layers[0] + ":data" and not frame.missing and not frame.lost


def ends_before_the_packet(frame):
    """What lies behind Payload Length is no PPP."""
    return "gre.analysis.bad_length" in frame.names and not frame.missing and not frame.extra


def follows_one_that_was_not_decoded(frame):
    """The echo reply to a request that was in no PPP, see G2 and G4."""
    return frame.lost == {"icmp.resp_to", "icmp.resptime"} and not frame.missing + frame.extra


def has_no_layout_of_version_one(frame):
    """A checksum or routing bit in version 1 moves nothing: RFC 2637 4.1 has no such words."""
    return (
        frame.names & {"gre.flags.checksum", "gre.flags.routing"}
        and "gre.analysis.bad_header" in frame.names
        and all(name.startswith("gre.") for name in frame.changed())
    )


# What stock Wireshark does wrong, a capture that shows it, and how to recognise a frame that shows
# it. The letters are short names. Keep the reason true: it is the only documentation.
STOCK_FAULTS = [
    ("P1", "several_in_a_segment.pcapng", "shows the first message of a segment only",
     holds_more_messages),
    ("P2a", "message_split.pcapng", "decodes the first part of a split message by itself",
     holds_a_part_only),
    ("P2b", "message_split.pcapng", "reads the rest of a split message as a new one",
     completes_a_message),
    ("P3", "unusual_values.pcapng", "shows 64 of the 128 octets of Call Statistics",
     differs_in_statistics_only),
    ("P4", "wrong_lengths.pcapng", "does not check Length", is_of_wrong_length),
    ("P5", "bad_cookie.pcapng", "decodes what does not start with the cookie", is_no_message),
    ("P8", "trailing_octets.pcapng", "does not show octets behind a message nor a cut field",
     has_octets_behind_it),
    ("P10", "lan_without_nat.pcapng", "does not decode a segment that TCP takes for a copy",
     comes_again),
    ("P11", "other_port.pcapng", "does not know PPTP on other ports", is_on_another_port),
    ("G2", "gre_wrong_lengths.pcapng", "does not check Payload Length", ends_before_the_packet),
    ("G2", "gre_wrong_lengths.pcapng", "and so finds the request to an echo reply",
     follows_one_that_was_not_decoded),
    ("G4", "gre_wrong_flags.pcapng", "expects a checksum or routing words in version 1",
     has_no_layout_of_version_one),
]  # fmt: skip


def explanations(frame):
    return {fault for fault, *_, applies in STOCK_FAULTS if applies(frame)}


def entries(packet, names):
    """The multiset of stock fields of one <packet>."""
    return collections.Counter(
        (
            field.get("name"),
            int(field.get("pos")),
            int(field.get("size")),
            field.get("value"),
            field.get("show"),
        )
        for field in packet.iter("field")
        if field.get("name") in names
    )


def show_of(packet, name):
    return next(f.get("show") for f in packet.iter("field") if f.get("name") == name)


def found_by(packet):
    """The fields and protocols by which a filter finds the frame; what stock marks as malformed
    need not be."""
    names = {node.get("name") for node in packet.iter() if node.tag in ("field", "proto")}
    return {name for name in names if name and not name.startswith(("_ws.", "fake-field"))}


def compare(field_names, theirs, mine):
    """The frames of two runs of -T pdml that differ in a stock pptp.* or gre.* field, in
    frame.protocols, or in that a field or protocol is no longer there."""
    different = []
    for (number, before), (_, after) in zip(theirs, mine, strict=True):
        old, new = entries(before, field_names), entries(after, field_names)
        layers = show_of(before, "frame.protocols"), show_of(after, "frame.protocols")
        lost = found_by(before) - found_by(after)
        if old == new and layers[0] == layers[1] and not lost:
            continue
        messages = sorted(
            (int(field.get("pos")), int(field.get("show")))
            for field in after.iter("field")
            if field.get("name") == "pptp.length"
        )
        different.append(
            Frame(
                number,
                sorted((old - new).elements()),
                sorted((new - old).elements()),
                layers,
                {node.get("name") for node in after.iter("field")},
                messages,
                lost,
            )
        )
    return different
