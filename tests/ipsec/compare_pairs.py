#!/usr/bin/python3
"""Compares what the analysis makes of both points of each recorded capture with its truth.json.

    tests/ipsec/compare_pairs.py IPSEC_PAIR

runs that program on captures/ipsec/*: the pair, the pair swapped, both.pcapng, and the pair with a
question after every packet. Exit status 1: something differs, and is named. Python standard library
only.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import pathlib
import subprocess
import sys

RECORDED = pathlib.Path(__file__).resolve().parents[2] / "captures" / "ipsec"
# What each fault of the truth is called, and where: by kind.
IDS = {
    "L01": {"port_shared"},
    "L03": {"natt_missing"},
    "L04": {"natt_not_used"},
    "L05": {"float_blocked"},
    "L06": {"esp_native", "esp_not_forwarded"},
    "L07": {"esp_misdelivered"},
    "L09": {"mapping_changed"},
    "L10": {"payload_altered"},
}
# The verdict: status and cause.
VERDICTS = {
    "s4_float_port_blocked": ("fault", "ipsec.nat.float_blocked"),
    "s5c_spi_guess": ("fault", "ipsec.nat.port_shared"),
    "s6b_native_esp_two": ("fault", "ipsec.nat.natt_missing"),
    "s7_payload_edited_natd": ("fault", "ipsec.nat.payload_altered"),
    "s8_mapping_changed": ("fault", "ipsec.nat.mapping_changed"),
    "s12_midcall": ("unknown", ""),
}
# The frames judged: those of inside.pcapng, of outside.pcapng.
JUDGED = {
    "s4_float_port_blocked": {"float_blocked": [("inside", 7)]},
    "s5c_spi_guess": {
        "port_shared": [("outside", 26), ("outside", 30)],
        "esp_misdelivered": [("inside", 38)],
    },
    "s6b_native_esp_two": {
        "natt_missing": [("inside", 3), ("outside", 4), ("inside", 20), ("outside", 19)],
        "esp_native": [("inside", 12), ("inside", 31)],
        "esp_not_forwarded": [("inside", 31)],
    },
    "s7_payload_edited_natd": {"payload_altered": [("outside", 5)]},
    "s8_mapping_changed": {"mapping_changed": [("outside", 48)]},
}


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


class Comparison:
    """One run: what differs, in words."""

    def __init__(self, name, seen, truth, files):
        self.name, self.seen, self.truth, self.files = name, seen, truth, files
        self.links = {(link["kind"], link["spi"]): link for link in seen["links"]}
        self.wrong = []

    def same(self, what, seen, wanted):
        if seen != wanted:
            self.wrong.append(f"{self.name}: {what}: {seen!r}, should be {wanted!r}")

    def maps(self, what, link, family, wanted):
        for position, point in zip(link["positions"], ("inside", "outside")):
            self.same(f"{what} {family} {point}", position["map_" + family],
                      as_list(wanted.get(point)))  # fmt: skip

    def ikes(self):
        wanted = {("ike", link["initiator_spi"]): link for link in self.truth["links"]["ike"]}
        self.same("IKE links", sorted(k for k in self.links if k[0] == "ike"), sorted(wanted))
        for key in self.links.keys() & wanted.keys():
            link, truth = self.links[key], wanted[key]
            self.same(f"{key} ordered", link["ordered"], True)
            for family in ("500", "4500"):
                self.maps(key, link, family, truth.get("map_" + family, {}))
            messages = truth["messages"]
            self.same(f"{key} messages", [p["seen"] for p in link["positions"]],
                      [messages["inside"], messages["outside"]])  # fmt: skip
            self.same(f"{key} passed", link["hops"][0]["passed"], messages["paired"])
            lost = len(truth.get("lost_out", {}).get("frames", []))
            self.same(f"{key} lost", link["hops"][0]["lost"], lost)

    def esps(self):
        wanted = {("esp", link["spi"]): link for link in self.truth["links"]["esp"]}
        self.same("ESP links", sorted(k for k in self.links if k[0] == "esp"), sorted(wanted))
        for key in self.links.keys() & wanted.keys():
            link, truth = self.links[key], wanted[key]
            hop = link["hops"][0]
            elsewhere = sum(e["packets"] for e in truth.get("delivered_elsewhere", []))
            self.same(f"{key} ordered", link["ordered"], True)
            self.same(f"{key} way", link["translated_end"], 0 if truth["way"] == "out" else 1)
            self.maps(key, link, "4500", truth["map"])
            self.same(f"{key} seen", [p["seen"] for p in link["positions"]],
                      [truth["inside"], truth["outside"]])  # fmt: skip
            self.same(f"{key} hop", (hop["passed"], hop["lost"], hop["elsewhere"]),
                      (truth["paired"], len(truth["lost"]), elsewhere))  # fmt: skip
            self.same(f"{key} copies", hop["duplicated"], len(truth["copies"]))
            self.same(f"{key} IKE SA", link["ike"] in truth["ike_sas"] or not truth["ike_sas"],
                      True)  # fmt: skip

    def findings(self):
        judged = {}
        for finding in self.seen["findings"]:
            group, name = finding["id"].split(".")[1:]
            file, number = finding["frame"].split(":")
            if group == "nat":
                judged.setdefault(name, []).append((self.files[int(file)], int(number)))
        scenario = self.truth["scenario"]
        wanted = JUDGED.get(scenario, {})
        if "both" not in self.files:
            self.same("findings", judged, wanted)
        else:
            self.same("findings", {k: len(v) for k, v in judged.items()},
                      {k: len(v) for k, v in wanted.items()})  # fmt: skip
        for fault in self.truth["faults"]:
            self.same(f"{fault['kind']} is found", bool(IDS[fault["kind"]] & set(judged)), True)
        forbidden = {i for kind in self.truth["must_not_report"] for i in IDS.get(kind, ())}
        self.same("must not be reported", sorted(forbidden & set(judged)), [])
        verdict = VERDICTS.get(scenario, ("ok", ""))
        self.same("verdict", (self.seen["status"], self.seen["cause"]), verdict)
        self.same("NATs", self.seen["nats"], 0 if self.truth["nat"] == "none" else 1)


def compare(program, folder, files, *options):
    truth = json.loads((folder / "truth.json").read_text())
    paths = [folder / f"{file}.pcapng" for file in files]
    done = subprocess.run([program, *options, *paths], capture_output=True, text=True, check=True)
    name = " ".join([folder.name, *options, *files])
    comparison = Comparison(name, json.loads(done.stdout), truth, files)
    for part in ("ikes", "esps", "findings"):
        getattr(comparison, part)()
    return comparison.wrong


def main(program):
    folders = sorted(path.parent for path in RECORDED.glob("*/truth.json"))
    wrong = []
    for folder in folders:
        wrong += compare(program, folder, ["inside", "outside"])
        wrong += compare(program, folder, ["outside", "inside"])
        wrong += compare(program, folder, ["both"])
        wrong += compare(program, folder, ["inside", "outside"], "--ask")
    print("\n".join(wrong + [f"{len(folders)} scenarios, {len(wrong)} differences"]))
    return 1 if wrong or not folders else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
