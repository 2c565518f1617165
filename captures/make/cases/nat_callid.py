"""Across a NAT: Call IDs that read wrong behind it, of every kind and in every message.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap.conversation import CLIENT, SERVER, Conversation
from pptpcap.faults import WrongId
from pptpcap.path import Nat, Path
from pptpcap.pptp import A, P

from . import Capture, capture
from .common import INSIDE, OUTSIDE, behind, lcp, pings, second, session


def _info(kind, seen, mistranslation, *, outside=None, other=None):
    """The server's Set-Link-Info reads `seen` inside. Expected is 0x0600."""
    c, call = session(call={"outside": outside})
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(c, call)
    c.end(call)
    fault = WrongId("SLI", kind, sender=SERVER, other=other)
    return (Capture(c, path=behind(fault))
            .find("callid_mistranslated", "SLI", INSIDE, expected=0x0600, seen=seen,
                  mistranslation=mistranslation).allow("unknown_call_id"))


@capture
def callid_mistranslated():
    """The server's Set-Link-Info comes in untranslated: 49152, which is the client's id outside.

    Source: F01; Detoc 2009; lab capture h_sli_mistranslated."""
    return _info("untranslated", 49152, "untranslated")


@capture
def callid_mistranslated_zero():
    """The server's Set-Link-Info reads 0 inside.

    Source: F11, F26."""
    return _info("zero", 0, "zero")


@capture
def callid_mistranslated_tcp_port():
    """The server's Set-Link-Info reads the client's TCP port inside, which is not its id outside.

    Source: F01."""
    return _info("tcp port", 49152, "tcp port", outside=777)


@capture
def callid_mistranslated_byte_swapped():
    """The server's Set-Link-Info reads 6, which is 0x0600 with its octets swapped.

    Source: F11."""
    return _info("byte-swapped", 0x0006, "byte-swapped")


@capture
def callid_mistranslated_other_owner():
    """The server's Set-Link-Info reads the server's own id inside, although it was sent with the
    client's.

    Source: F26, class "swapped"."""
    return _info("other owner", 0x1000, "other owner's map")


@capture
def callid_mistranslated_unknown():
    """The server's Set-Link-Info reads a number inside that comes from nowhere.

    Source: F26."""
    return _info("unknown", 0x0600 ^ 0x2AAA, "unknown")


@capture
def callid_mistranslated_other_call():
    """Two calls of two clients; the Set-Link-Info for the first reads the second one's id inside.

    Source: F26, class "another call's id"."""
    one, call = session(0x0600, name="one")
    two, other = second(0x0700)
    one.now = two.now = max(one.now, two.now)
    one.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(one, call)
    pings(two, other)
    one.end(call)
    two.end(other)
    fault = WrongId("SLI", "other call", other=other)
    return (Capture(one, two, path=behind(fault))
            .find("callid_mistranslated", "one.SLI", INSIDE, expected=0x0600, seen=0x0700,
                  mistranslation="another call's").allow("unknown_call_id"))


@capture
def callid_mistranslated_earlier_call():
    """The client called before, with another id; the Set-Link-Info for its new call reads the old
    id inside.

    Source: F10, class "an earlier call's id"."""
    one, old = session(0x0500, 0x0F80, name="one")
    pings(one, old)
    one.end(old)
    two, call = session(0x0600, 0x1000, name="two", client_port=49153, isn=(3000000, 9000000),
                        start=one.now + 1)
    two.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(two, call)
    two.end(call)
    fault = WrongId("SLI", "earlier call", other=old, connection=two)
    return (Capture(one, two, path=behind(fault))
            .find("callid_mistranslated", "two.SLI", INSIDE, expected=0x0600, seen=0x0500,
                  mistranslation="an earlier call's").allow("unknown_call_id"))


def _one_type(name, fault, point, expected, seen, mistranslation, *, incoming=False, extra=None,
              **more):
    c, call = session() if not incoming else (Conversation(), None)
    if incoming:
        c.start()
        call = c.incoming(0x0600, 0x1000)
        lcp(c, call)
    if extra:
        c.tell(*extra[:2], call)
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind(fault, **more))
            .find("callid_mistranslated", name, point, expected=expected, seen=seen,
                  mistranslation=mistranslation).allow("unknown_call_id", "unexpected_in_state"))


@capture
def callid_mistranslated_ocrp():
    """Peer's Call ID of the Outgoing-Call-Reply comes in untranslated.

    Source: lab scenario h4_ocrp_mistranslated: the client never starts GRE."""
    return _one_type("OCRP", WrongId("OCRP", "untranslated", field_name="peer_call_id"), INSIDE,
                     0x0600, 49152, "untranslated")


@capture
def callid_mistranslated_iccn():
    """Incoming call: Incoming-Call-Connected reads 0 inside.

    Source: F03: the Linux helper knows the client's id from an Outgoing-Call-Request only."""
    return _one_type("ICCN", WrongId("ICCN", "zero"), INSIDE, 0x0600, 0, "zero", incoming=True)


@capture
def callid_mistranslated_wen():
    """WAN-Error-Notify comes in untranslated.

    Source: F26."""
    return _one_type("WEN", WrongId("WEN", "untranslated"), INSIDE, 0x0600, 49152, "untranslated",
                     extra=(SERVER, "WEN"))


@capture
def callid_mistranslated_ccrq():
    """Call-Clear-Request leaves with 0.

    Source: F26; lab capture k_split_ocrq, frame 20 outside."""
    return _one_type("CCRQ", WrongId("CCRQ", "zero"), OUTSIDE, 49152, 0, "zero")


@capture
def callid_mistranslated_cdn():
    """Call-Disconnect-Notify with the server's id, which must pass unchanged, reads 0 inside.

    Source: F02, F26."""
    return _one_type("CDN", WrongId("CDN", "zero"), INSIDE, 0x1000, 0, "zero")


@capture
def callid_mistranslated_sli_out():
    """The client's Set-Link-Info names the server's id; outside it reads the client's port.

    Source: F26: a field that is none of the NAT's business."""
    return _one_type("SLI", WrongId("SLI", "tcp port"), OUTSIDE, 0x1000, 49152, "tcp port",
                     extra=(CLIENT, "SLI"))


@capture
def callid_mistranslated_gre_in():
    """Every GRE packet that comes in reads 0, control messages are right.

    Source: F11: Linux 2.6.14 to 2.6.14.2."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind(WrongId("GRE", "zero", sender=SERVER)))
            .find("callid_mistranslated", "LCP#2", INSIDE, expected=0x0600, seen=0,
                  mistranslation="zero")
            .allow("callid_mistranslated", "gre_without_call", "unknown_call_id"))


@capture
def callid_mistranslated_gre_out():
    """GRE from the client leaves with another id than the server's: the NAT touches what it must
    not.

    Source: F28: control and GRE use different maps."""
    c, call = session()
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind(WrongId("GRE", "unknown", sender=CLIENT)))
            .find("callid_mistranslated", "LCP", OUTSIDE, expected=0x1000, seen=0x1000 ^ 0x2AAA,
                  mistranslation="unknown")
            .allow("callid_mistranslated", "gre_without_call", "unknown_call_id"))


@capture
def callid_mistranslated_near():
    """Outside every id of the client equals its TCP port, which is how Linux chooses it; inside all
    is right, Set-Link-Info and WAN-Error-Notify included.

    Source: lab scenario h0_sli_helper; F01, look-alike."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    c.tell(SERVER, "WEN", call)
    pings(c, call)
    c.end(call)
    return Capture(c, path=behind())


@capture
def callid_mistranslated_near_deviations():
    """The server's Set-Link-Info carries its own id and its Call-Disconnect-Notify the client's:
    what the sender put there was passed on as it had to be.

    Source: npppd; accel-ppp."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=A)
    pings(c, call)
    c.tell(CLIENT, "CCRQ", call)
    c.tell(SERVER, "CDN", call, call_id=P)
    c.stop()
    return Capture(c, path=behind())


@capture
def callid_mistranslated_near_foreign_value():
    """The server's Set-Link-Info names 0x4242, which is no id of the call at either point: wrong,
    but not the NAT's doing.

    Source: the rule of the finding: a value that is neither must pass unchanged."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=0x4242)
    pings(c, call)
    c.end(call)
    return (Capture(c, path=behind()).find("unknown_call_id", "SLI", OUTSIDE, seen=0x4242)
            .find("unknown_call_id", "SLI", INSIDE, seen=0x4242))


@capture
def two_nats_second_wrong():
    """Two NATs in a row; the outer one leaves the server's Set-Link-Info untranslated. It reads 777
    in the middle, where 49152 is right, and the inner NAT passes what it does not know.

    Source: F19 with F01: three points tell which NAT it is."""
    c, call = session()
    c.tell(SERVER, "SLI", call, peer_call_id=P)
    pings(c, call)
    c.end(call)
    outer = Nat("203.0.113.1", choose=lambda call, value, used: 777,
                faults=[WrongId("SLI", "untranslated", sender=SERVER)])
    return (Capture(c, path=Path((INSIDE, "middle", OUTSIDE), [Nat("100.64.0.7"), outer]))
            .find("callid_mistranslated", "SLI", "middle", expected=49152, seen=777,
                  mistranslation="untranslated").allow("unknown_call_id"))
