"""Whatever a capture shows, the report does not contradict itself.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json

import pytest

from support import paths

EXIT = {"ok": 0, "fault": 1, "unknown": 3}
FAULTS = ("error", "warning")


def inputs():
    """Each capture by itself, and those that belong together."""
    each = [(name,) for name in paths.single_captures()]
    for folder in ("lab", "lab2", "cases"):
        for scenario in sorted((paths.CAPTURES / folder).iterdir()):
            files = sorted(
                path.relative_to(paths.CAPTURES).as_posix()
                for path in scenario.glob("*.pcap*")
                if path.stem not in ("both", "all")
            )
            if files:
                each.append(tuple(files))
    return each


def both_were_given(document):
    return len(document["points"]) > 1


def texts(document):
    yield document["verdict"]["text"]
    for part in ("links", "nats"):
        for one in document[part]:
            yield one["verdict"]["text"] if part == "links" else one["text"]


def contradictions(status, document):
    verdict, findings = document["verdict"], document["findings"]
    faults = [one for one in findings if one["severity"] in FAULTS]
    if status != EXIT[verdict["status"]]:
        yield f"exit status {status}, verdict {verdict['status']}"
    if bool(faults) != (verdict["status"] == "fault"):
        yield f"verdict {verdict['status']} with {len(faults)} faults"
    if verdict["cause"] and verdict["cause"] not in {one["id"] for one in findings}:
        yield f"the cause {verdict['cause']} was not found"
    if (verdict["status"] == "fault") != bool(verdict["cause"]):
        yield f"verdict {verdict['status']}, cause {verdict['cause']}"
    if verdict["status"] != "ok" and verdict["text"].startswith("The NAT is fine"):
        yield "the NAT is fine, and the verdict is not"
    for nat in document["nats"]:
        if nat["faults"] and "is fine" in nat["text"]:
            yield f"NAT {nat['points']} has {nat['faults']} faults and is fine"
        if not nat["faults"] and nat["pptp_editor"] != "no" and "is fine" not in nat["text"]:
            yield f"NAT {nat['points']} has no faults: {nat['text']}"
    for link in document["links"]:
        yield from of_link(document, link)
    if any(one["id"] == "pptp.nat.no_editor" for one in findings) and not any(
        nat["pptp_editor"] == "no" for nat in document["nats"]
    ):
        yield "no_editor, and no NAT is known not to translate"
    for text in texts(document):
        if both_were_given(document) and "on the other side of the NAT" in text:
            yield f"asks for the other side: {text}"
    for index, one in enumerate(findings):
        yield from of_cause(findings, index, one)


def of_link(document, link):
    calls = {call["id"] for call in link["calls"]} if isinstance(link.get("calls"), list) and all(
        isinstance(call, dict) for call in link["calls"]
    ) else set(link.get("calls", ()))  # fmt: skip
    own = [
        one
        for one in document["findings"]
        if one["severity"] in FAULTS
        and (one.get("link") == link["id"] or one.get("call") in calls)
    ]
    if own and link["verdict"]["status"] == "ok":
        yield f"link {link['id']} is ok with {own[0]['id']}"
    for ids in (link["pns_call_id"], link["pac_call_id"]):
        known = {value for value in ids if value is not None}
        if len(known) > 1 and "stay the same" in link["verdict"]["text"]:
            yield f"link {link['id']}: {ids} stay the same"


def of_cause(findings, index, one):
    seen, at = {index}, one.get("consequence_of")
    while at is not None:
        if at in seen or at >= len(findings):
            yield f"finding {index} is a consequence of itself or of nothing"
            return
        seen.add(at)
        cause = findings[at]
        # What both saw at one point has an order; a note about all calls (no_editor) has none, nor
        # has an answer that does not come: it is judged on the first packet that waits for it.
        if (
            cause["point"] == one["point"]
            and cause["severity"] in FAULTS
            and cause["id"] != one["id"]
            and one["id"] not in ("pptp.analysis.gre_one_way", "pptp.analysis.ppp_stalled")
            and cause["id"] not in ("pptp.nat.gre_not_forwarded", "pptp.nat.tunnel_ambiguous")
            and cause["point_frame"] > one["point_frame"]
        ):
            yield f"{one['id']} precedes its cause {cause['id']}"
        at = cause.get("consequence_of")


@pytest.mark.parametrize("files", inputs(), ids=lambda files: " ".join(files))
def test_the_report_does_not_contradict_itself(ours, files):
    done = ours.pptpnat("--json", *(ours.capture(name) for name in files))
    if done.returncode == 2:
        return
    assert list(contradictions(done.returncode, json.loads(done.stdout))) == []
