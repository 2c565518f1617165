#!/usr/bin/python3
"""Compares what the IPsec tracker makes of each recorded capture with its truth.json.

    tests/ipsec/compare.py IPSEC_FACTS

runs that program on captures/ipsec/*/{inside,outside}.pcapng. Exit status 1: something differs, and
is named. Python standard library only.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import pathlib
import subprocess
import sys

RECORDED = pathlib.Path(__file__).resolve().parents[2] / "captures" / "ipsec"
ESP_NUMBERS = (
    "encapsulation",
    "packets",
    "first_seq",
    "last_seq",
    "duplicates",
    "first_frame",
    "last_frame",
)
FITS = {"destination": "destination fits", "source": "source fits", None: "neither"}
# What one point shows of the faults; healthy ones have none.
FINDINGS = {
    ("s4_float_port_blocked", "inside"): {"no_reply": [7]},
    ("s6b_native_esp_two", "inside"): {"natt_not_announced": [3, 4, 20, 21]},
    ("s6b_native_esp_two", "outside"): {"natt_not_announced": [3, 4, 18, 19]},
}


def as_list(value):
    """A place of the truth: absent, one, or several."""
    return [] if value is None else value if isinstance(value, list) else [value]


class Comparison:
    """One capture: what differs, in words."""

    def __init__(self, name, facts, truth, links):
        self.name, self.facts, self.truth, self.links = name, facts, truth, links
        self.wrong = []

    def same(self, what, seen, wanted):
        if seen != wanted:
            self.wrong.append(f"{self.name}: {what}: {seen!r}, should be {wanted!r}")

    def message(self, spi, seen, wanted):
        for key, other in (
            ("frame", "frame"),
            ("from", "from"),
            ("exchange", "exchange"),
            ("message_id", "message_id"),
            ("length", "ike_length"),
            ("encrypted", "encrypted"),
        ):
            self.same(f"{spi} message {wanted['frame']} {key}", seen[key], wanted[other])
        self.same(f"{spi} repeats", seen["repeats_frame"], wanted.get("repeats_frame", 0))

    def ike(self, seen, wanted):
        spi = wanted["initiator_spi"]
        for key in ("responder_spi", "version", "first_frame", "last_frame"):
            self.same(f"{spi} {key}", seen[key], wanted[key])
        for end in ("initiator", "responder"):
            for family in ("500", "4500"):
                self.same(f"{spi} {end} {family}", seen[end]["p" + family],
                          as_list(wanted[end].get(family)))  # fmt: skip
            if "natt_vendor_ids" in wanted:
                self.same(f"{spi} {end} Vendor IDs", sorted(seen[end]["vendors"]),
                          sorted(wanted["natt_vendor_ids"][end]))  # fmt: skip
        self.same(f"{spi} messages", len(seen["timeline"]), wanted["messages"])
        self.same(f"{spi} exchanges", sorted({m["exchange"] for m in seen["timeline"]}),
                  sorted(wanted["exchanges"]))  # fmt: skip
        self.same(f"{spi} ended", seen["ended"], "informational" in wanted["message_list"][-1][
                  "exchange"].lower())  # fmt: skip
        for one, other in zip(seen["timeline"], wanted["message_list"]):
            self.message(spi, one, other)

    def ikes(self):
        seen = {sa["initiator_spi"]: sa for sa in self.facts["ike_sas"]}
        wanted = {sa["initiator_spi"]: sa for sa in self.truth["ike_sas"]}
        self.same("IKE SAs", sorted(seen), sorted(wanted))
        for spi in seen.keys() & wanted.keys():
            self.ike(seen[spi], wanted[spi])

    def natd(self):
        fits = {m["frame"]: m["natd"] for sa in self.facts["ike_sas"] for m in sa["timeline"]}
        wanted = {row["frame"]: [FITS[h["fits_here"]] for h in row["hashes"]]
                  for row in self.truth["nat_d"]}  # fmt: skip
        self.same("NAT-D", {f: n for f, n in fits.items() if n}, wanted)

    def esps(self):
        seen = {sa["spi"]: sa for sa in self.facts["esp_sas"]}
        wanted = {sa["spi"]: sa for sa in self.truth["esp_sas"]}
        self.same("ESP SAs", sorted(seen), sorted(wanted))
        owners = {link["spi"]: link["ike_sas"] for link in self.links}
        for spi in seen.keys() & wanted.keys():
            for key in ESP_NUMBERS:
                self.same(f"{spi} {key}", seen[spi][key], wanted[spi][key])
            for key in ("source", "destination"):
                self.same(f"{spi} {key}", seen[spi][key], wanted[spi][key])
            self.same(f"{spi} lost", seen[spi]["lost"], len(wanted[spi]["missing_seq"]))
            self.same(f"{spi} out of order", seen[spi]["out_of_order"],
                      len(wanted[spi]["out_of_order"]))  # fmt: skip
            owner = seen[spi]["ike_sa"]
            name = None if owner is None else self.facts["ike_sas"][owner]["initiator_spi"]
            self.owner(spi, seen[spi], name, owners.get(spi, []), wanted)

    def owner(self, spi, seen, name, owners, wanted):
        misdelivered = self.name == "s5c_spi_guess/inside" and spi == "2bc49631"
        if owners and not misdelivered:
            self.same(f"{spi} IKE SA", name in owners, True)
        other = seen["reverse"]
        if other is not None:
            self.same(f"{spi} reverse", wanted[other]["owner"], wanted[spi]["owner"])

    def keepalives(self):
        key = ("source", "destination", "packets")
        self.same("keepalives", sorted([k[n] for n in key] for k in self.facts["keepalives"]),
                  sorted([k[n] for n in key] for k in self.truth["keepalives"]))  # fmt: skip

    def findings(self):
        seen = {}
        for finding in self.facts["findings"]:
            seen.setdefault(finding["id"].rsplit(".", 1)[1], []).append(finding["frame"])
        scenario, point = self.name.split("/")
        self.same("findings", seen, FINDINGS.get((scenario, point), {}))


def compare(program, folder, point):
    truth = json.loads((folder / "truth.json").read_text())
    done = subprocess.run(
        [program, folder / f"{point}.pcapng"], capture_output=True, text=True, check=True
    )
    comparison = Comparison(
        f"{folder.name}/{point}", json.loads(done.stdout), truth[point], truth["links"]["esp"]
    )
    for part in ("ikes", "natd", "esps", "keepalives", "findings"):
        getattr(comparison, part)()
    return comparison.wrong


def main(program):
    folders = sorted(path.parent for path in RECORDED.glob("*/truth.json"))
    wrong = [
        text
        for folder in folders
        for point in ("inside", "outside")
        for text in compare(program, folder, point)
    ]
    print("\n".join(wrong + [f"{len(folders)} scenarios, {len(wrong)} differences"]))
    return 1 if wrong or not folders else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
