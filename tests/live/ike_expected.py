"""What must be seen of each scenario of IPsec: by stock tshark, then by the plugin.

SPDX-License-Identifier: GPL-2.0-or-later"""

import collections
from typing import Callable, NamedTuple

from live.ike_facts import FLOAT, IKE
from live.place import CLIENTS, NAT_OUT, SERVER

C1, C2 = CLIENTS["c1"], CLIENTS["c2"]


class Expect(NamedTuple):
    """`must` is {finding: how many}, and there are no others. `cause`: what the verdict names.
    `inside`, `outside`: what that capture alone shows."""

    facts: Callable
    status: int = 0
    cause: str = None
    must: dict = {}
    inside: dict = {}
    outside: dict = {}


FLOAT_BLOCKED, PORT_SHARED = "nat.float_blocked", "nat.port_shared"
FRAGMENT_LOST, NO_REPLY = "nat.fragment_lost", "analysis.no_reply"
NOT_ANNOUNCED, NATT_MISSING = "analysis.natt_not_announced", "nat.natt_missing"
ESP_NATIVE, ESP_LOST = "nat.esp_native", "nat.esp_not_forwarded"
ONE_WAY = "analysis.esp_one_way"


# -- facts, of stock tshark alone


def unchanged(facts):
    """Each packet passes once, as it was."""
    for answer in (False, True):
        sent, came = (
            collections.Counter(one.octets for one in side.of(answer=answer))
            for side in facts.sides
        )
        assert sent == came
    assert facts.inside.counts() == facts.outside.counts()


def both_ways(facts, sas):
    """So many SAs of ESP, half of them towards the server, and each has packets."""
    to_server = {one.spi for one in facts.outside.esp if one.destination[0] == SERVER}
    to_client = {one.spi for one in facts.outside.esp if one.source[0] == SERVER}
    assert len(to_server) == len(to_client) == sas / 2, (to_server, to_client)


def translated(facts, clients):
    """Ports inside are 500 and 4500; outside each client has its own, each family by itself."""
    unchanged(facts)
    for family in (IKE, FLOAT):
        assert set(facts.inside.clients(family)) <= {(address, family) for address in clients}
        outside = facts.outside.clients(family)
        assert {address for address, _ in outside} == {NAT_OUT}
        assert len(set(outside)) == len(clients)


def kept(facts):
    """Nobody else uses the ports."""
    translated(facts, (C1,))
    for family in (IKE, FLOAT):
        assert set(facts.outside.clients(family)) == {(NAT_OUT, family)}


def one_client(facts):
    kept(facts)
    both_ways(facts, 2)
    assert facts.inside.keepalives == facts.outside.keepalives > 0


def two_clients(facts):
    """The second client gets a port below 512 instead of 500, and one above 1023 instead of
    4500."""
    translated(facts, (C1, C2))
    both_ways(facts, 4)
    first, second = facts.outside.clients(IKE)
    assert first[1] == IKE and second[1] < 512 and second[1] != IKE
    first, second = facts.outside.clients(FLOAT)
    assert first[1] == FLOAT and second[1] >= 1024 and second[1] != FLOAT


def in_fragments(facts):
    two_clients(facts)
    for side in facts.sides:
        assert len([one for one in side.messages if one.fragments > 1]) >= 2


def random_ports(facts):
    translated(facts, (C1, C2))
    both_ways(facts, 4)
    assert {port for _, port in facts.outside.clients(FLOAT)} != {FLOAT}
    # The kernel chose it: it does not keep 500 and 4500 for the first client of both.
    assert facts.outside.clients(IKE)[0][1] != IKE or facts.outside.clients(FLOAT)[0][1] != FLOAT


def rekeyed(facts):
    """Each client has had two IKE SAs, and ESP went on with new SPIs."""
    unchanged(facts)
    both_ways(facts, 8)
    for side in facts.sides:
        assert len(side.cookies()) == 4
        assert len(set(side.clients(FLOAT))) == 2


def restarted(facts):
    """Two IKE SAs of one client, on one pair of ports outside."""
    kept(facts)
    both_ways(facts, 4)
    assert len(facts.outside.cookies()) == 2


def server_inside(facts):
    """Only the server's address changes."""
    unchanged(facts)
    for family in (IKE, FLOAT):
        (cookie,) = facts.inside.cookies()
        assert facts.inside.ends(cookie, family) == ((SERVER, family), (C1, family))
        assert facts.outside.ends(cookie, family) == ((SERVER, family), (NAT_OUT, family))


def routed(facts):
    unchanged(facts)
    both_ways(facts, 4)
    for family in (IKE, FLOAT):
        wanted = {(C1, family), (C2, family)}
        assert set(facts.inside.clients(family)) == set(facts.outside.clients(family)) == wanted


def blocked(to_server):
    """All of port 500 passes; on 4500 a message is repeated and does not."""

    def check(facts):
        near, far = facts.sides if to_server else facts.sides[::-1]
        assert len(near.of(family=FLOAT, answer=not to_server)) >= 3
        assert not far.of(family=FLOAT, answer=not to_server)
        for side in facts.sides:
            assert side.of(family=IKE, answer=True)
            assert not side.esp

    return check


def esp_lost(to_server, passed):
    """IKE passes, and of ESP in one direction the first packets alone."""

    def check(facts):
        near, far = facts.sides if to_server else facts.sides[::-1]
        sent, came = (
            [one for one in side.esp if (one.destination[0] == SERVER) == to_server]
            for side in (near, far)
        )
        assert len(came) == passed and len(sent) >= passed + 50
        for answer in (False, True):
            assert facts.inside.of(answer=answer) and facts.outside.of(answer=answer)

    return check


def fragments_lost(first_passes):
    """Keepalives pass on 4500, and of a message that goes in fragments at most the first ones."""

    def check(facts):
        sent = facts.inside.of(family=FLOAT)
        assert {one.fragments for one in sent} == {2}
        assert not facts.outside.of(family=FLOAT)
        assert facts.inside.fragments == len(sent) >= 3
        assert facts.outside.fragments == (len(sent) if first_passes else 0)
        assert facts.outside.keepalives > 0

    return check


def refused(facts):
    unchanged(facts)
    assert not facts.outside.of(family=FLOAT)
    assert len(facts.outside.of(answer=True)) == 1


def wrong_key(facts):
    """Each message comes, the server answers what it cannot read, and no ESP follows."""
    unchanged(facts)
    first, *_ = facts.outside.of(family=FLOAT)
    assert any(one.frame > first.frame for one in facts.outside.of(answer=True))
    assert not facts.outside.esp


def unanswered(facts):
    unchanged(facts)
    assert len(facts.outside.of(answer=False)) >= 3
    assert not facts.outside.of(answer=True) and not facts.outside.esp


def lost_to_the_old_port(facts):
    """The server's ESP to the old port does not come in."""
    mapping(changes=True)(facts)
    towards = collections.Counter(
        one.destination for one in facts.outside.esp if one.source[0] == SERVER
    )
    came = [one for one in facts.inside.esp if one.source[0] == SERVER]
    assert 0 < sum(towards.values()) - len(came) <= max(towards.values())


def expired(facts):
    """The client was silent, and goes on from another port; all that comes back is lost."""
    ports = list(dict.fromkeys(
        one.source for one in facts.outside.esp if one.destination[0] == SERVER
    ))  # fmt: skip
    assert len(ports) == 2
    assert not facts.inside.keepalives
    answers = [one for one in facts.outside.esp if one.destination == ports[0]]
    assert len([one for one in facts.inside.esp if one.source[0] == SERVER]) < len(answers)


def mapping(changes):
    """The IKE SA goes on from another outside port."""

    def check(facts):
        (cookie,) = facts.inside.cookies()
        ports = {one.source for one in facts.outside.of(cookie, FLOAT, answer=False)}
        assert len(ports) == (2 if changes else 1) and (NAT_OUT, FLOAT) in ports
        assert {one.source for one in facts.inside.of(cookie, FLOAT, answer=False)} == {(C1, FLOAT)}

    return check


def payload_changed(facts):
    """One message differs, in its last octet."""
    both_ways(facts, 2)
    pairs = zip(facts.inside.of(answer=False), facts.outside.of(answer=False))
    different = [(a.octets, b.octets) for a, b in pairs if a.octets != b.octets]
    ((before, after),) = different
    assert before[:-2] == after[:-2]


def ports_shared(facts, *families):
    for family in families:
        assert {address for address, _ in facts.inside.clients(family)} == {C1, C2}
        assert set(facts.outside.clients(family)) == {(NAT_OUT, family)}


def esp_guessed(facts):
    """IKE of both works; all ESP that comes in goes to the first client."""
    unchanged(facts)
    both_ways(facts, 4)
    ports_shared(facts, IKE, FLOAT)
    for cookie in facts.inside.cookies():
        client, _ = facts.inside.ends(cookie, IKE)
        assert {one.destination[0] for one in facts.inside.of(cookie, answer=True)} == {client[0]}
    assert {one.destination[0] for one in facts.inside.esp if one.source[0] == SERVER} == {C1}


def answers_guessed(facts):
    """The second client asks, and the first gets the answers."""
    unchanged(facts)
    ports_shared(facts, IKE)
    _, second = facts.inside.cookies()
    assert {one.source[0] for one in facts.inside.of(second, answer=False)} == {C2}
    assert {one.destination[0] for one in facts.inside.of(second, answer=True)} == {C1}
    assert not facts.outside.of(second, FLOAT)


def first_is_not_served(facts):
    """From the second client's set-up on the server's ESP goes to that one alone."""
    two_clients(facts)
    second = facts.outside.clients(FLOAT)[1]
    begin = min(one.frame for one in facts.outside.esp if one.source == second)
    later = {one.destination for one in facts.outside.esp
             if one.frame > begin and one.source[0] == SERVER}  # fmt: skip
    assert later == {second}


def native(passes):
    """ESP of so many clients goes both ways; another one's does not leave."""

    def check(facts):
        inside, outside = facts.sides
        assert {one.source[1] for side in facts.sides for one in side.esp} == {None}
        assert not inside.of(family=FLOAT) and not outside.of(family=FLOAT)
        sent = {one.spi for one in inside.esp if one.destination[0] == SERVER}
        came = {one.spi for one in outside.esp if one.destination[0] == SERVER}
        assert len(sent) == len(inside.cookies())
        assert len(came) == passes and came <= sent
        assert len({one.spi for one in inside.esp if one.source[0] == SERVER}) == passes

    return check


# -- what the plugin has to find

REPEATED = {NO_REPLY: 1}
MAPPING_CHANGED = "nat.mapping_changed"
UNKNOWN = 3

ALL = {
    "ike_one_client": Expect(one_client),
    "ike_two_clients": Expect(two_clients),
    "ike_two_clients_v2": Expect(two_clients),
    "ike_random_ports": Expect(random_ports),
    "ike_rekeyed_v2": Expect(rekeyed),
    "ike_client_restarts": Expect(restarted),
    "ike_server_inside": Expect(server_inside),
    "ike_routed": Expect(routed),
    "ike_fragments_pass": Expect(in_fragments),
    "ike_float_blocked_out": Expect(
        blocked(to_server=True), 1, FLOAT_BLOCKED, {FLOAT_BLOCKED: 1, NO_REPLY: 1},
        inside=REPEATED,
    ),
    "ike_float_blocked_in": Expect(
        blocked(to_server=False), 1, FLOAT_BLOCKED, {FLOAT_BLOCKED: 1, NO_REPLY: 1},
        inside=REPEATED,
    ),
    "ike_fragments_lost_before": Expect(
        fragments_lost(first_passes=False), 1, FRAGMENT_LOST, {FRAGMENT_LOST: 1, NO_REPLY: 1},
        inside=REPEATED,
    ),
    "ike_fragments_lost_behind": Expect(
        fragments_lost(first_passes=True), 1, FRAGMENT_LOST, {FRAGMENT_LOST: 1, NO_REPLY: 1},
        inside=REPEATED,
    ),
    "ike_refused": Expect(
        refused, 1, "analysis.ike_refused", {"analysis.ike_refused": 2},
        inside={"analysis.ike_refused": 1}, outside={"analysis.ike_refused": 1},
    ),
    "ike_wrong_key": Expect(wrong_key, UNKNOWN),
    "ike_wrong_key_v2": Expect(wrong_key, UNKNOWN),
    "ike_no_server": Expect(unanswered, UNKNOWN),
    "ike_esp_lost_out": Expect(
        esp_lost(to_server=True, passed=0), 1, ESP_LOST, {ESP_LOST: 1, ONE_WAY: 1},
        inside={ONE_WAY: 1},
    ),
    "ike_esp_lost_in": Expect(
        esp_lost(to_server=False, passed=10), 1, ESP_LOST, {ESP_LOST: 1}
    ),
    "ike_mapping_changed": Expect(
        mapping(changes=True), 1, MAPPING_CHANGED, {MAPPING_CHANGED: 1},
        outside={MAPPING_CHANGED: 1},
    ),
    "ike_mapping_changed_under_way": Expect(
        lost_to_the_old_port, 1, MAPPING_CHANGED, {MAPPING_CHANGED: 1},
        outside={MAPPING_CHANGED: 1},
    ),
    "ike_mapping_expired": Expect(
        expired, 1, MAPPING_CHANGED, {MAPPING_CHANGED: 1}, outside={MAPPING_CHANGED: 1},
    ),
    "ike_mapping_renewed": Expect(mapping(changes=False)),
    "ike_payload_changed": Expect(
        payload_changed, 1, "nat.payload_altered", {"nat.payload_altered": 1}
    ),
    "ike_esp_guessed": Expect(
        esp_guessed, 1, PORT_SHARED, {PORT_SHARED: 2, "nat.esp_misdelivered": 1},
        outside={PORT_SHARED: 2},
    ),
    "ike_esp_guessed_v2": Expect(
        esp_guessed, 1, PORT_SHARED, {PORT_SHARED: 2, "nat.esp_misdelivered": 1},
        outside={PORT_SHARED: 2},
    ),
    "ike_answers_guessed": Expect(
        answers_guessed, 1, PORT_SHARED,
        {PORT_SHARED: 1, "nat.ike_misdelivered": 1, NO_REPLY: 1}, inside=REPEATED,
    ),
    "ike_policies_clash": Expect(
        first_is_not_served, must={"analysis.sa_silent": 1},
        outside={"analysis.sa_silent": 1},
    ),
    "ike_native_esp": Expect(
        native(passes=1), 1, NATT_MISSING, {NATT_MISSING: 2, NOT_ANNOUNCED: 4, ESP_NATIVE: 1},
        inside={NOT_ANNOUNCED: 2}, outside={NOT_ANNOUNCED: 2},
    ),
    "ike_native_esp_two": Expect(
        native(passes=1), 1, NATT_MISSING,
        {NATT_MISSING: 4, NOT_ANNOUNCED: 8, ESP_NATIVE: 2, ESP_LOST: 1},
        inside={NOT_ANNOUNCED: 4}, outside={NOT_ANNOUNCED: 4},
    ),
    "ike_natt_ignored": Expect(
        native(passes=1), 1, "nat.natt_not_used", {"nat.natt_not_used": 1, ESP_NATIVE: 1},
        inside={"nat.natt_not_used": 1}, outside={"nat.natt_not_used": 1},
    ),
}  # fmt: skip
