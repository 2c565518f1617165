"""What must be seen of each scenario: first by stock tshark, then by the plugin.

A `Misread` says where a Call ID is wrong: the values come from stock tshark, so that the plugin's
are judged by another program's.

SPDX-License-Identifier: GPL-2.0-or-later"""

from typing import Callable, NamedTuple

from live import scenarios
from live.place import CLIENTS, NAT_OUT

P, A = "pns_id", "pac_id"


class Misread(NamedTuple):
    side: str  # where it reads wrong; the message went there
    message: str
    owner: str  # whose id it had to be


class Expect(NamedTuple):
    """`must` is {finding: how many, or (least, most)}; of `misread` and of what the facts say of
    rewritten notices follows more. Nothing else may be found but `may`. `weak`: gre_maybe_not_
    forwarded counts as gre_not_forwarded, because how many packets are sent depends on time.
    `astray`: GRE comes to another host inside than that of its call. `cause`: what the verdict
    names, where several findings might be it."""

    facts: Callable
    status: int = 0
    must: dict = {}
    may: tuple = ()
    misread: tuple = ()
    weak: bool = False
    calls: int = 1
    astray: bool = False
    cause: str = ""


# Depends on the pace of the machine.
ALWAYS_MAY = ("analysis.gre_rejected", "analysis.window_exceeded")
# What a wrong id makes of the rest, seen from one point.
WRONG_ID = ("analysis.unknown_call_id", "analysis.gre_without_call")
LOST = "nat.gre_not_forwarded"
SETUP = "nat.setup_untranslated"


# -- facts, by stock tshark alone (live-lab facts)


def translated(facts):
    """The helper works: P is the TCP port outside, A is untouched, GRE bears these ids."""
    for inside, outside in facts.pairs():
        assert outside.pns_id == outside.client[1]
        assert inside.pac_id == outside.pac_id
    for side in facts.sides:
        to_client = {(one.destination, one.key) for one in side.towards(False)}
        assert to_client == {(call.client[0], call.pns_id) for call in side.calls()}
        to_server = {one.key for one in side.towards(True)}
        assert to_server == {call.pac_id for call in side.calls()}
    assert {call.client[0] for call in facts.outside.calls()} == {NAT_OUT}


def same_id_inside(facts):
    translated(facts)
    calls = facts.inside.calls()
    assert {call.client[0] for call in calls} == set(CLIENTS.values())
    assert {call.pns_id for call in calls} == {scenarios.SAME}


def port_changed(facts):
    same_id_inside(facts)
    assert {call.client[1] for call in facts.inside.calls()} == {1025}
    assert len({call.client[1] for call in facts.outside.calls()}) == 2


def server_inside(facts):
    ((inside, outside),) = facts.pairs()
    assert inside.pns_id == inside.client[1] != outside.pns_id
    assert inside.client == outside.client
    assert facts.inside.server in CLIENTS.values() and facts.outside.server == NAT_OUT
    for side, call in zip(facts.sides, (inside, outside)):
        assert {one.key for one in side.towards(False)} == {call.pns_id}


def echoes(facts):
    translated(facts)
    for side in facts.sides:
        assert len(side.said("EchoRQ")) == len(side.said("EchoRP")) == 2


def rarer_messages(facts):
    translated(facts)
    for side in facts.sides:
        (call,) = side.calls()
        for message in side.said("SLI", "WEN"):
            assert message.seen() == (call.pac_id if message.from_client else call.pns_id)
        assert len(side.said("SLI", "WEN")) == 3


def disconnect_rewritten(facts):
    translated(facts)
    ((inside, outside),) = facts.pairs()
    assert [one.call_id for one in facts.inside.said("CDN")] == [inside.pns_id]
    assert [one.call_id for one in facts.outside.said("CDN")] == [outside.pac_id]


def untranslated(facts):
    """Nobody translates, and no GRE comes to a client."""
    for inside, outside in facts.pairs():
        assert (inside.pns_id, inside.pac_id) == (outside.pns_id, outside.pac_id)
    assert not facts.inside.towards(False)
    assert facts.outside.towards(False)


def rejected(facts):
    untranslated(facts)
    assert facts.outside.rejected and not facts.inside.rejected


def one_key_outside(facts):
    """Two tunnels with one key: sequence numbers repeat."""
    untranslated(facts)
    assert not facts.outside.rejected
    assert {call.pns_id for call in facts.outside.calls()} == {scenarios.SAME}
    numbers = [one.seq for one in facts.outside.towards(False) if one.key == scenarios.SAME]
    assert len(numbers) > len(set(numbers))


def shared_by_one_host(facts):
    """All that comes in goes to the first client."""
    for inside, outside in facts.pairs():
        assert (inside.pns_id, inside.pac_id) == (outside.pns_id, outside.pac_id)
    assert {one.destination for one in facts.inside.towards(False)} == {CLIENTS["c1"]}
    assert {one.key for one in facts.outside.towards(False)} == {scenarios.SAME}


def blocked(to_server):
    def check(facts):
        for _, outside in facts.pairs():
            assert outside.pns_id == outside.client[1]
        near, far = facts.sides if to_server else facts.sides[::-1]
        assert near.towards(to_server) and not far.towards(to_server)

    return check


def reconnected(facts):
    translated(facts)
    first, second = facts.inside.calls()
    assert first.pac_id != second.pac_id and first.client != second.client


def vanished(facts):
    reconnected(facts)
    inside, outside = (side.calls()[0].pns_id for side in facts.sides)
    assert set(facts.inside.rejected) == {inside} and set(facts.outside.rejected) == {outside}


def disturbed(lost=False, duplicated=False, reordered=False):
    def check(facts):
        translated(facts)
        for to_server in (True, False):
            at_hop = facts.at_the_hop(to_server)
            assert [count > 0 for count in at_hop] == [lost, duplicated, reordered]

    return check


def forgotten(facts):
    """Something comes in, and then no more."""
    translated(facts)
    came, sent = (side.towards(False) for side in facts.sides)
    assert came and len(sent) - len(came) >= 3
    assert {one.seq for one in sent[: len(came)]} == {one.seq for one in came}


def helper_missed_the_request(facts):
    untranslated(facts)
    assert [one.peer_call_id for one in facts.outside.said("OCRP")] == [scenarios.SAME]
    assert [one.call_id for one in facts.inside.said("CCRQ")] == [scenarios.SAME]
    assert [one.call_id for one in facts.outside.said("CCRQ")] == [0]


def one_id_for_two_calls(facts):
    inside, outside = zip(*facts.pairs())
    assert len({call.pns_id for call in inside}) == 2
    assert len({call.client for call in inside}) == 1
    assert {call.pns_id for call in outside} == {outside[0].client[1]}
    assert not facts.inside.towards(False) and facts.outside.rejected


def incoming_untranslated(facts):
    rejected(facts)
    assert {call.kind for call in facts.outside.calls()} == {"ICRQ"}


def incoming_zeroed(facts):
    """The helper puts 0 where the client's id belongs, in ICCN and in GRE. What the server gets is
    right, unless GRE of both sides meets in the kernel at once: then it chooses a key, too."""
    ((inside, outside),) = facts.pairs()
    assert inside.kind == "ICRQ" and inside.pns_id == outside.pns_id != 0
    assert [one.seen() for one in facts.inside.said("ICCN")] == [0]
    assert {one.key for one in facts.inside.towards(False)} == {0}
    assert {one.key for one in facts.outside.towards(True)} == {outside.pac_id}


def wrong(name):
    """The box wrote what it was told, into the message it was told, and only there."""
    where, message, field, value = {
        **scenarios.MISTRANSLATED, **scenarios.MISTRANSLATED_INCOMING
    }[name]  # fmt: skip

    def check(facts):
        side, to_server = getattr(facts, where), where == "outside"
        if message == "GRE":
            assert {one.key for one in side.towards(to_server)} == {value}
            return
        (spoiled,) = side.said(message, from_client=to_server)
        right = spoiled.client[1] if value == scenarios.PORT else value
        assert getattr(spoiled, field) == right
        other = facts.inside if to_server else facts.outside
        (sent,) = other.said(message, from_client=to_server)
        assert getattr(sent, field) != value

    return check


# -- what the plugin has to find


def spoiled(name, *misread, must=None, may=()):
    return Expect(
        wrong(name), 1, must or {}, (*WRONG_ID, *may), tuple(Misread(*one) for one in misread)
    )


IN, OUT = "inside", "outside"
ZEROED = (Misread(OUT, "CCRQ", P), Misread(IN, "CDN", A))

ALL = {
    "a_one_client_helper": Expect(translated),
    "b_two_clients_same_id_helper": Expect(same_id_inside, calls=2),
    "b4_same_id_same_port_helper": Expect(port_changed, calls=2),
    "e_dnat_helper": Expect(server_inside),
    "j_echo": Expect(echoes),
    "h0_sli_helper": Expect(rarer_messages),
    "l2_server_sigterm": Expect(disconnect_rewritten),
    "a2_one_client_nohelper": Expect(rejected, 1, {LOST: 1, "nat.no_editor": 1}),
    "c_two_clients_same_id_nohelper": Expect(
        rejected, 1, {LOST: 2, "nat.no_editor": 1}, ("nat.tunnel_ambiguous",), weak=True,
        calls=2,
    ),
    "c3_nohelper_input_drop": Expect(
        one_key_outside, 1, {"nat.tunnel_ambiguous": 1, LOST: 2, "nat.no_editor": 1},
        ("analysis.ppp_stalled",), calls=2,
    ),
    "c4_gre_static_same_id": Expect(
        shared_by_one_host, 1,
        {"nat.tunnel_ambiguous": 1, "nat.gre_misdelivered": 1, "nat.no_editor": 1},
        ("analysis.ppp_stalled",), calls=2, astray=True,
    ),
    "d_helper_gre_in_blocked": Expect(
        blocked(to_server=False), 1, {LOST: 1}, ("analysis.ppp_stalled",)
    ),
    # The server's first packet finds no mapping, as the client's never left.
    "d2_helper_gre_out_blocked": Expect(blocked(to_server=True), 1, {LOST: (1, 2)}, weak=True),
    "f_kill_reconnect": Expect(reconnected, calls=2),
    "f2_silent_kill_reconnect": Expect(
        vanished, must={"analysis.gre_rejected": (1, 2)}, calls=2
    ),
    "g_loss": Expect(disturbed(lost=True)),
    "g2_reorder": Expect(disturbed(reordered=True)),
    "g3_dup_loss": Expect(disturbed(lost=True, duplicated=True)),
    "o_nat_forgets": Expect(
        forgotten, 1, {LOST: 1}, WRONG_ID, (Misread(OUT, "CCRQ", P),), cause=LOST
    ),
    "k_split_ocrq": Expect(
        helper_missed_the_request, 1, {SETUP: 1, LOST: 1, "analysis.message_split": 2},
        WRONG_ID, ZEROED,
    ),
    "k2_pipelined": Expect(
        helper_missed_the_request, 1,
        {SETUP: 1, LOST: 1, "analysis.message_not_first": 2, "analysis.unexpected_in_state": 2},
        WRONG_ID, ZEROED,
    ),
    "m_two_calls_one_connection": Expect(
        one_id_for_two_calls, 1,
        {"analysis.call_id_in_use": 1, "nat.tunnel_ambiguous": 1, LOST: 2}, calls=2,
    ),
    "i_incoming_call": Expect(incoming_untranslated, 1, {LOST: 1, "nat.no_editor": 1}),
    "i2_incoming_call_from_server": Expect(
        incoming_zeroed, 1, {}, (*WRONG_ID, SETUP),
        (Misread(IN, "ICCN", P), Misread(IN, "GRE", P), Misread(IN, "CDN", A)),
    ),
    "h_ocrq_mistranslated": spoiled(
        "ocrq", (IN, "OCRP", P), (OUT, "CCRQ", P), must={LOST: 1}
    ),
    "h_ocrp_own_mistranslated": spoiled("ocrp_own", (OUT, "SLI", A), (OUT, "GRE", A)),
    "h_ocrp_peer_mistranslated": spoiled("ocrp_peer", (IN, "OCRP", P)),
    "h_sli_mistranslated": spoiled("sli", (IN, "SLI", P)),
    "h_sli_out_mistranslated": spoiled("sli_out", (OUT, "SLI", A)),
    "h_wen_mistranslated": spoiled("wen", (IN, "WEN", P)),
    "h_ccrq_mistranslated": spoiled("ccrq", (OUT, "CCRQ", P)),
    "h_cdn_mistranslated": spoiled("cdn", (IN, "CDN", A)),
    "h_gre_in_mistranslated": spoiled("gre_in", (IN, "GRE", P)),
    "h_gre_out_mistranslated": spoiled("gre_out", (OUT, "GRE", A)),
    "h_icrq_mistranslated": spoiled(
        "icrq", (OUT, "ICRP", A), (OUT, "GRE", A), (IN, "CDN", A)
    ),
    "h_icrp_own_mistranslated": spoiled(
        "icrp_own", (IN, "ICCN", P), (IN, "GRE", P), (OUT, "CCRQ", P)
    ),
    "h_icrp_peer_mistranslated": spoiled("icrp_peer", (OUT, "ICRP", A), may=(SETUP,)),
    "h_iccn_mistranslated": spoiled("iccn", (IN, "ICCN", P)),
}  # fmt: skip
