"""What the recorded lab scenarios are known to hold (truth.json), in the words of the report.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections
import json

from support import paths

SIDES = ("inside", "outside")
DIRECTIONS = ("pns_to_pac", "pac_to_pns")

# kind in truth.json -> (findings that stand for it, the message it is about or None for any)
KINDS = {
    "set-link-info-mistranslated": (("pptp.nat.callid_mistranslated",), "SLI"),
    "ocrp-mistranslated": (("pptp.nat.callid_mistranslated",), "OCRP"),
    "ccrq-zeroed": (("pptp.nat.callid_mistranslated",), "CCRQ"),
    "ocrq-untranslated": (("pptp.nat.setup_untranslated", "pptp.nat.no_editor"), None),
    "incoming-call-untranslated": (("pptp.nat.setup_untranslated", "pptp.nat.no_editor"), None),
    "two-calls-one-id": (("pptp.analysis.call_id_in_use",), None),
    "call-disconnect-rewritten": (("pptp.nat.disconnect_rewritten",), None),
    "gre-blocked-inbound": (("pptp.nat.gre_not_forwarded",), None),
    "gre-blocked-outbound": (("pptp.nat.gre_not_forwarded",), None),
    "message-split-over-segments": (("pptp.analysis.message_split",), None),
    "messages-share-a-segment": (("pptp.analysis.message_not_first",), None),
    "tunnel-ambiguous": (("pptp.nat.tunnel_ambiguous",), None),
    "no-editor": (("pptp.nat.no_editor",), None),
    "gre-misdelivered": (("pptp.nat.gre_misdelivered",), None),
    "icmp-protocol-unreachable": (("pptp.analysis.gre_rejected",), None),
}
# Counted at the hop, no findings.
COUNTED = {"gre-loss": "lost", "gre-reorder": "reordered", "gre-duplicate": "duplicated"}


def load(scenario):
    path = paths.LAB / scenario / "truth.json"
    return json.loads(path.read_text(encoding="utf-8"))


def expected_links(truth):
    """[(PNS ids, PAC ids, {direction: packets seen})], inside first, sorted."""
    links = []
    for pair in truth["pairs"]:
        links.append(
            (
                tuple(pair[side]["pns_call_id"] for side in SIDES),
                tuple(pair[side]["pac_call_id"] for side in SIDES),
                tuple(
                    tuple(pair["gre_forwarded"][direction][side] for side in SIDES)
                    for direction in DIRECTIONS
                ),
            )
        )
    return sorted(links)


def reported_links(document):
    return sorted(
        (
            tuple(link["pns_call_id"]),
            tuple(link["pac_call_id"]),
            tuple(tuple(link["gre"][direction]["seen"]) for direction in DIRECTIONS),
        )
        for link in document["links"]
    )


def message_at(truth, side, frame):
    """The control message of a frame of one side's capture, or None."""
    for entry in truth["control"]:
        if entry.get(side, {}).get("frame") == frame:
            return entry["message"]
    return None


def hop_total(document, count):
    return sum(
        hop[count]
        for link in document["links"]
        for direction in DIRECTIONS
        for hop in link["gre"][direction]["hops"]
    )


def ids(document):
    return collections.Counter(entry["id"] for entry in document["findings"])
