"""Recordings of the live lab of IPsec that are kept: what is asserted of each new recording of the
scenario is true of them.

SPDX-License-Identifier: GPL-2.0-or-later"""

import functools
import json

import pytest

from live import ike_checks, ike_expected
from live.ike_facts import FIELDS, FILTER, Facts
from support import paths

every_recording = pytest.mark.parametrize("name", paths.ipsec_live())


def file_of(name, kind):
    return f"ipsec_live/{name}/{kind}.pcapng"


@pytest.fixture(scope="module")
def facts_of(stock):
    return functools.lru_cache(maxsize=None)(
        lambda name: Facts(
            lambda side: stock.fields(file_of(name, side), FIELDS, "-Y", FILTER)
        )
    )


@pytest.fixture(scope="module")
def judged(ours):
    """(exit status, report) of captures of a recording."""

    def judge(name, *kinds):
        done = ours.pptpnat("--json", *(ours.capture(file_of(name, kind)) for kind in kinds))
        return done.returncode, json.loads(done.stdout)

    return functools.lru_cache(maxsize=None)(judge)


@every_recording
def test_stock_tshark_sees_what_the_scenario_is_about(facts_of, name):
    ike_expected.ALL[name].facts(facts_of(name))


@every_recording
def test_links_have_the_ports_and_packets_of_both_sides(facts_of, judged, name):
    _, report = judged(name, "inside", "outside")
    ike_checks.ports(facts_of(name), report)
    ike_checks.packets(facts_of(name), report)


@pytest.mark.parametrize("kinds", ike_checks.TOGETHER.values(), ids=ike_checks.TOGETHER)
@every_recording
def test_findings_and_verdict_of_both_sides_are_exactly_these(judged, name, kinds):
    ike_checks.both_sides(ike_expected.ALL[name], *judged(name, *kinds))


@pytest.mark.parametrize("side", ike_checks.ALONE)
@every_recording
def test_one_capture_alone_shows_exactly_these(judged, name, side):
    ike_checks.one_side(ike_expected.ALL[name], side, *judged(name, side))
