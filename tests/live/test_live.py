"""The live lab: what really went through a NAT is what the scenario says, and the plugin's verdict
on it is right. Relations only: ports and Call IDs differ from run to run.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from live import expected, playing, scenarios
from live.facts import FIELDS, SIDES, Facts

INPUTS = {"pair": ("inside", "outside"), "both": ("both",)}
SEVERE = {"error", "warning"}

every_scenario = pytest.mark.parametrize("name", scenarios.ALL)


def kept_the_call(wanted, facts):
    may_lose = expected.LOST in (*wanted.must, *wanted.may)
    return may_lose or not facts.kernel_lost_a_direction()


COURSE = playing.Course(
    scenarios.ALL, expected.ALL, FIELDS, "pptp || gre", Facts, INPUTS, kept_the_call
)


@pytest.fixture(scope="session")
def outcome(request, tmp_path_factory, stage, stock, ours):
    yield from playing.outcomes(COURSE, request, tmp_path_factory, stage, stock, ours)


@pytest.fixture
def facts(outcome, name):
    return outcome(name).facts


@pytest.fixture
def report(outcome, name):
    """The plugin's report on the two captures."""
    return outcome(name).judged["pair"][1]


def directions(facts):
    """[(direction as the report names it, whether that is to the server)]."""
    client_is_pns = not facts.inside.said("ICRQ", from_client=True)
    return ("pns_to_pac", client_is_pns), ("pac_to_pns", not client_is_pns)


def finding(entry):
    return entry["id"].removeprefix("pptp.")


def test_every_scenario_has_its_expectation():
    assert len(scenarios.ALL) > 30 and set(scenarios.ALL) == set(expected.ALL)


@every_scenario
def test_stock_tshark_sees_what_the_scenario_is_about(facts, name):
    expected.ALL[name].facts(facts)


@every_scenario
def test_calls_are_linked_with_the_ids_that_stock_tshark_shows(facts, report, name):
    links = sorted(
        (tuple(link["pns_call_id"]), tuple(link["pac_call_id"])) for link in report["links"]
    )
    assert len(links) == expected.ALL[name].calls
    assert links == facts.links()
    assert not report["unlinked"]


@every_scenario
def test_every_gre_packet_is_counted_once_at_each_point(facts, report, name):
    for direction, to_server in directions(facts):
        for place, side in enumerate(facts.sides):
            seen = sum(link["gre"][direction]["seen"][place] for link in report["links"])
            there = len(side.towards(to_server))
            # What comes to another host than its call's is in no call's count.
            astray = place == 0 and not to_server and expected.ALL[name].astray
            assert seen < there if astray else seen == there, (direction, SIDES[place])


@pytest.mark.parametrize("name", [name for name in scenarios.ALL if expected.ALL[name].calls == 1])
def test_loss_copies_and_order_are_counted_at_the_hop(facts, report, name):
    (link,) = report["links"]
    for direction, to_server in directions(facts):
        lost, duplicated, reordered = facts.at_the_hop(to_server)
        (hop,) = link["gre"][direction]["hops"]
        assert (hop["lost"], hop["duplicated"]) == (lost, duplicated)
        assert (hop["reordered"] > 0) == (reordered > 0)


@every_scenario
def test_wrong_call_ids_are_found_with_the_values_that_stock_tshark_shows(facts, report, name):
    side_of = {
        point["id"]: side
        for point in report["points"]
        for side in SIDES
        if point["file"].endswith(f"{side}.pcapng")
    }
    found = sorted(
        (side_of[entry["point"]], entry["expected"], entry["seen"], entry["point_frame"])
        for entry in report["findings"]
        if finding(entry) == "nat.callid_mistranslated"
    )
    right = []
    for misread in expected.ALL[name].misread:
        side = getattr(facts, misread.side)
        (call,) = side.calls()
        to_server = misread.side == "outside"
        if misread.message == "GRE":
            first = side.towards(to_server)[0]
            seen = first.key
        else:
            (first,) = side.said(misread.message, from_client=to_server)
            seen = first.seen()
        right.append((misread.side, getattr(call, misread.owner), seen, first.frame))
    assert found == sorted(right)


@pytest.mark.parametrize("how", INPUTS)
@every_scenario
def test_findings_and_exit_status_are_exactly_these(outcome, facts, name, how):
    status, document = outcome(name).judged[how]
    wanted = expected.ALL[name]
    found = {}
    for entry in document["findings"]:
        one = finding(entry)
        if wanted.weak:
            one = one.replace("gre_maybe_not_forwarded", "gre_not_forwarded")
        found[one] = found.get(one, 0) + 1
    must = {
        "nat.callid_mistranslated": len(wanted.misread),
        "nat.disconnect_rewritten": facts.disconnects_rewritten(),
        **wanted.must,
    }
    for one, count in must.items():
        least, most = count if isinstance(count, tuple) else (count, count)
        assert least <= found.get(one, 0) <= most, (one, found)
    others = set(found) - set(must) - set(wanted.may) - set(expected.ALWAYS_MAY)
    assert not others, found
    severe = any(entry["severity"] in SEVERE for entry in document["findings"])
    assert status == wanted.status == int(severe)
    assert document["verdict"]["status"] == ("fault" if status else "ok")
    if wanted.cause:
        assert document["verdict"]["cause"] == f"pptp.{wanted.cause}"
