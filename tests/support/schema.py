"""The JSON Schema of the report, and what holds beside it: names of the contract, ids that exist.

SPDX-License-Identifier: GPL-2.0-or-later"""

import functools
import json

import jsonschema

from support import paths

SCHEMA = paths.TOP / "taps" / "report.schema.json"

# The names that scripts rely on. More may stand beside them, none may go.
CONTRACT = {
    "": "version verdict points connections calls links unlinked nats ike_sas esp_sas ipsec_links"
    " findings",
    "verdict": "status cause headline detail known symptom advice text",
    "points": "id name file role frames",
    "connections": "id point pns pac state first_frame last_frame",
    "connections.pns": "address port",
    "connections.pac": "address port",
    "calls": "id connection pns_call_id pac_call_id serial direction state ended_by stage"
    " setup_frame timeline gre",
    "calls.timeline": "frame time message",
    "links": "id calls points evidence pns_call_id pac_call_id gre clock_offset_s clock_drift_ppm"
    " verdict",
    "links.verdict": "status cause headline detail known symptom advice text",
    "unlinked": "call reason candidates",
    "nats": "points pptp_editor calls faults text verdict",
    "nats.verdict": "cause headline detail known symptom advice text",
    "ike_sas": "id point version initiator_spi responder_spi exchanges initiator responder natt"
    " state first_frame last_frame timeline",
    "ike_sas.initiator": "p500 p4500",
    "ike_sas.responder": "p500 p4500",
    "ike_sas.initiator.p500": "address port",
    "ike_sas.natt": "initiator responder",
    "ike_sas.timeline": "frame time message",
    "esp_sas": "id point spi encapsulation source destination packets first_seq last_seq lost"
    " out_of_order duplicates ike_sa",
    "esp_sas.source": "address port",
    "esp_sas.destination": "address port",
    "ipsec_links": "id kind sas points ports_4500 seen hops evidence verdict",
    "ipsec_links.hops": "lost duplicated reordered",
    "ipsec_links.verdict": "status cause headline detail known symptom advice text",
    "findings": "id severity frame point point_frame deciding_frame peer_frame summary"
    " consequence_of",
}
OF_PPTP = set("call link direction expected seen mistranslation".split())
OF_IPSEC = set("ike_sa esp_sa ipsec_link".split())
FLOW = set("packets data_packets bytes lost out_of_order duplicates first_seq last_seq".split())
HOP = {"lost", "duplicated", "reordered"}
DIRECTIONS = ({"pns_to_pac", "pac_to_pns"}, {"a_to_b", "b_to_a"})


@functools.lru_cache(maxsize=None)
def validator():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def objects(document, path):
    """The objects at a path of names; arrays are gone through."""
    found = [document]
    for name in path.split(".") if path else ():
        found = [one[name] for one in found if one[name] is not None]
        found = [item for one in found for item in (one if isinstance(one, list) else [one])]
    return found


def check(document):
    """Asserts that a report is what the schema and the contract say."""
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in validator().iter_errors(document)
    ]
    assert not problems, problems[:5]
    for path, names in CONTRACT.items():
        for one in objects(document, path):
            assert set(names.split()) <= set(one), (path, set(names.split()) - set(one))
    for gre in objects(document, "calls.gre") + objects(document, "links.gre"):
        assert set(gre) in DIRECTIONS, set(gre)
    for gre in objects(document, "calls.gre"):
        assert all(FLOW <= set(flow) for flow in gre.values())
    check_verdict(document["verdict"])
    for one in document["links"] + document["nats"] + document["ipsec_links"]:
        check_verdict(one["verdict"])
    check_links(document)
    check_references(document)
    check_ipsec(document)


def check_verdict(verdict):
    words = [verdict["headline"].rstrip("."), verdict["known"], verdict["symptom"]]
    for part in words + verdict["advice"]:
        assert (part or "") in verdict["text"], part


def check_links(document):
    for link in document["links"]:
        count = len(link["points"])
        for name in ("calls", "pns_call_id", "pac_call_id"):
            assert len(link[name]) == count, name
        for passage in link["gre"].values():
            assert len(passage["seen"]) == count
            assert len(passage["hops"]) == count - 1
            assert all(HOP <= set(hop) for hop in passage["hops"])


def check_references(document):
    """Every number that names something names something that is there."""
    ids = {name: [one["id"] for one in document[name]]
           for name in ("points", "connections", "calls", "links")}  # fmt: skip
    for name, numbers in ids.items():
        assert len(numbers) == len(set(numbers)), name
    known = {name: set(numbers) | {None} for name, numbers in ids.items()}
    for call in document["calls"]:
        assert call["connection"] in known["connections"] and call["point"] in known["points"]
    for link in document["links"]:
        assert set(link["points"]) <= known["points"] and set(link["calls"]) <= known["calls"]
    for nat in document["nats"]:
        assert set(nat["points"]) <= known["points"]
    for finding in document["findings"]:
        assert finding["point"] in known["points"]
        if finding["id"].startswith("pptp."):
            assert OF_PPTP <= set(finding)
            assert finding["call"] in known["calls"] and finding["link"] in known["links"]
        cause = finding["consequence_of"]
        assert cause is None or cause < len(document["findings"])


def check_ipsec(document):
    """SAs count from 0 without gaps, and name each other."""
    points = {point["id"] for point in document["points"]}
    ike, esp = document["ike_sas"], document["esp_sas"]
    for sas in (ike, esp):
        assert [sa["id"] for sa in sas] == list(range(len(sas)))
        assert {sa["point"] for sa in sas} <= points
    for sa in ike:
        assert sa["first_frame"] == sa["timeline"][0]["frame"]
        assert sa["last_frame"] >= sa["timeline"][-1]["frame"]  # or a copy of it
        assert sa["previous"] is None or sa["previous"] < sa["id"]
    for sa in esp:
        assert sa["ike_sa"] is None or ike[sa["ike_sa"]]["point"] == sa["point"]
        assert sa["reverse"] is None or esp[sa["reverse"]]["reverse"] == sa["id"]
    for link in document["ipsec_links"]:
        count = len(link["points"])
        assert count > 1 and set(link["points"]) <= points
        assert [len(link[name]) for name in ("sas", "ports_4500", "seen")] == [count] * 3
        assert len(link["hops"]) == count - 1 and ("ports_500" in link) == (link["kind"] == "ike")
        sas = ike if link["kind"] == "ike" else esp
        assert all(sa is None or sa < len(sas) for sa in link["sas"])
    for finding in document["findings"]:
        if finding["id"].startswith("ipsec."):
            assert OF_IPSEC <= set(finding)
            assert finding["ike_sa"] is None or finding["ike_sa"] < len(ike)
            assert finding["esp_sa"] is None or finding["esp_sa"] < len(esp)
