"""Whether reports on a scenario of IPsec agree with what stock tshark shows of it, and with what is
expected: for scenes that were just recorded, and for recordings that are kept.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections

from live.facts import SIDES
from live.ike_facts import FLOAT, IKE

TOGETHER = {"pair": ("inside", "outside"), "both": ("both",)}
ALONE = {side: (side,) for side in SIDES}
SEVERE = {"error", "warning"}
OK, FAULT, UNKNOWN = 0, 1, 3


def _links(report, kind, key):
    """{SPI: link}; a link's SA has the same SPI at each point."""
    sas = report["ike_sas" if kind == "ike" else "esp_sas"]
    return {
        next(sas[one][key] for one in link["sas"] if one is not None): link
        for link in report["ipsec_links"]
        if link["kind"] == kind
    }


def _by_side(report, link, values):
    """The values of a link in the order of SIDES."""
    files = [report["points"][point]["file"] for point in link["points"]]
    return [
        value for side in SIDES
        for file, value in zip(files, values) if file.endswith(f"{side}.pcapng")
    ]  # fmt: skip


def ports(facts, report):
    """IKE SAs that came to both points are linked, with the ports of each."""
    found = _links(report, "ike", "initiator_spi")
    assert set(found) == set(facts.inside.cookies()) & set(facts.outside.cookies())
    for cookie, link in found.items():
        assert link["order_known"]
        assert _by_side(report, link, link["ports_500"]) == facts.ports(cookie, IKE)
        assert _by_side(report, link, link["ports_4500"]) == facts.ports(cookie, FLOAT)


def packets(facts, report):
    """Every message and every ESP packet is counted once at each point."""
    for cookie, link in _links(report, "ike", "initiator_spi").items():
        wanted = [len(side.of(cookie)) for side in facts.sides]
        assert _by_side(report, link, link["seen"]) == wanted
    counts = [side.counts() for side in facts.sides]
    found = _links(report, "esp", "spi")
    assert set(found) == set(counts[0]) | set(counts[1])
    for spi, link in found.items():
        assert _by_side(report, link, link["seen"]) == [side[spi] for side in counts]


def _findings(document):
    return collections.Counter(
        entry["id"].removeprefix("ipsec.") for entry in document["findings"]
    )


def _agree(status, document):
    """Exit status, verdict and findings say the same."""
    severe = any(entry["severity"] in SEVERE for entry in document["findings"])
    words = {OK: "ok", FAULT: "fault", UNKNOWN: "unknown"}
    assert (status == FAULT) == severe
    assert document["verdict"]["status"] == words[status]
    _tells_of_silence(document)


def _tells_of_silence(document):
    """No NAT is to blame for a tunnel that the server does not serve; the verdict tells of it."""
    verdict = document["verdict"]
    for finding in document["findings"]:
        if finding["id"] == "ipsec.analysis.sa_silent" and verdict["cause"] is None:
            assert finding["text"][1:] in verdict["detail"]
            assert "level=unique" in " ".join(verdict["advice"])


def both_sides(wanted, status, document):
    """Findings and verdict of both captures are exactly those."""
    assert _findings(document) == wanted.must
    _agree(status, document)
    assert status == wanted.status
    assert document["verdict"]["cause"] == (wanted.cause and f"ipsec.{wanted.cause}")


def one_side(wanted, side, status, document):
    """What one capture shows is exactly that."""
    assert _findings(document) == getattr(wanted, side)
    _agree(status, document)
