"""The live lab of IPsec: what really went through a NAT is what the scenario says, and the verdict
on it is right. Relations only: ports and SPIs differ from run to run.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from live import ike_checks, ike_expected, ike_scenarios, playing
from live.ike_facts import FIELDS, FILTER, Facts

COURSE = playing.Course(
    ike_scenarios.ALL, ike_expected.ALL, FIELDS, FILTER, Facts,
    {**ike_checks.TOGETHER, **ike_checks.ALONE},
)  # fmt: skip

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


def test_every_scenario_has_its_expectation():
    assert len(ike_scenarios.ALL) > 30 and set(ike_scenarios.ALL) == set(ike_expected.ALL)


@every_scenario
def test_stock_tshark_sees_what_the_scenario_is_about(facts, name):
    ike_expected.ALL[name].facts(facts)


@every_scenario
def test_ike_sas_are_linked_with_the_ports_of_both_sides(facts, report, name):
    ike_checks.ports(facts, report)


@every_scenario
def test_every_message_and_every_esp_packet_is_counted_once_at_each_point(facts, report, name):
    ike_checks.packets(facts, report)


@pytest.mark.parametrize("how", ike_checks.TOGETHER)
@every_scenario
def test_findings_and_verdict_of_both_sides_are_exactly_these(outcome, name, how):
    ike_checks.both_sides(ike_expected.ALL[name], *outcome(name).judged[how])


@pytest.mark.parametrize("side", ike_checks.ALONE)
@every_scenario
def test_one_capture_alone_shows_exactly_these(outcome, name, side):
    ike_checks.one_side(ike_expected.ALL[name], side, *outcome(name).judged[side])
