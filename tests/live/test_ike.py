"""The live lab of IPsec: what really went through a NAT is what the scenario says, and the verdict
on it is right. Relations only: ports and SPIs differ from run to run.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from live import ike_expected, ike_scenarios, playing
from live.facts import SIDES
from live.ike_facts import FIELDS, FILTER, FLOAT, IKE, Facts

TOGETHER = {"pair": ("inside", "outside"), "both": ("both",)}
ALONE = {side: (side,) for side in SIDES}
SEVERE = {"error", "warning"}
OK, FAULT, UNKNOWN = 0, 1, 3

COURSE = playing.Course(
    ike_scenarios.ALL, ike_expected.ALL, FIELDS, FILTER, Facts, {**TOGETHER, **ALONE}
)

every_scenario = pytest.mark.parametrize("name", ike_scenarios.ALL)


@pytest.fixture(scope="session")
def outcome(request, tmp_path_factory, stage, stock, ours):
    yield from playing.outcomes(COURSE, request, tmp_path_factory, stage, stock, ours)


@pytest.fixture
def facts(outcome, name):
    return outcome(name).facts


@pytest.fixture
def report(outcome, name):
    """The report on the two captures."""
    return outcome(name).judged["pair"][1]


def links(report, kind, key):
    """{SPI: link}; a link's SA has the same SPI at each point."""
    sas = report["ike_sas" if kind == "ike" else "esp_sas"]
    return {
        next(sas[one][key] for one in link["sas"] if one is not None): link
        for link in report["ipsec_links"]
        if link["kind"] == kind
    }


def by_side(report, link, values):
    """The values of a link in the order of SIDES."""
    files = [report["points"][point]["file"] for point in link["points"]]
    order = [next(at for at, file in enumerate(files) if file.endswith(f"{side}.pcapng"))
             for side in SIDES]  # fmt: skip
    return [values[at] for at in order]


def test_every_scenario_has_its_expectation():
    assert len(ike_scenarios.ALL) > 20 and set(ike_scenarios.ALL) == set(ike_expected.ALL)


@every_scenario
def test_stock_tshark_sees_what_the_scenario_is_about(facts, name):
    ike_expected.ALL[name].facts(facts)


@every_scenario
def test_ike_sas_are_linked_with_the_ports_of_both_sides(facts, report, name):
    found = links(report, "ike", "initiator_spi")
    assert set(found) == set(facts.inside.cookies()) & set(facts.outside.cookies())
    for cookie, link in found.items():
        assert link["order_known"]
        assert by_side(report, link, link["ports_500"]) == facts.ports(cookie, IKE)
        assert by_side(report, link, link["ports_4500"]) == facts.ports(cookie, FLOAT)


@every_scenario
def test_every_message_and_every_esp_packet_is_counted_once_at_each_point(facts, report, name):
    for cookie, link in links(report, "ike", "initiator_spi").items():
        wanted = [len(side.of(cookie)) for side in facts.sides]
        assert by_side(report, link, link["seen"]) == wanted
    counts_of_esp = [side.counts() for side in facts.sides]
    found = links(report, "esp", "spi")
    assert set(found) == set(counts_of_esp[0]) | set(counts_of_esp[1])
    for spi, link in found.items():
        assert by_side(report, link, link["seen"]) == [side[spi] for side in counts_of_esp]


def counts(document):
    found = {}
    for entry in document["findings"]:
        one = entry["id"].removeprefix("ipsec.")
        found[one] = found.get(one, 0) + 1
    return found


def agrees(status, document):
    """Exit status, verdict and findings say the same."""
    severe = any(entry["severity"] in SEVERE for entry in document["findings"])
    words = {OK: "ok", FAULT: "fault", UNKNOWN: "unknown"}
    return (status == FAULT) == severe and document["verdict"]["status"] == words[status]


@pytest.mark.parametrize("how", TOGETHER)
@every_scenario
def test_findings_and_verdict_of_both_sides_are_exactly_these(outcome, name, how):
    status, document = outcome(name).judged[how]
    wanted = ike_expected.ALL[name]
    assert counts(document) == wanted.must
    assert agrees(status, document) and status == wanted.status
    cause = document["verdict"]["cause"]
    assert cause == (wanted.cause and f"ipsec.{wanted.cause}")


@pytest.mark.parametrize("side", ALONE)
@every_scenario
def test_one_capture_alone_shows_exactly_these(outcome, name, side):
    status, document = outcome(name).judged[side]
    assert counts(document) == getattr(ike_expected.ALL[name], side)
    assert agrees(status, document)
