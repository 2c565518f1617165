"""What happens in each scenario. What must be seen of it is in `expected`.

Scripts of the tiny peer are explained in `peer`, rules of the box in `box`. Two clients have the
Call ID 0x0600 because that is what makes N:1 translation necessary.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import pathlib
import signal
import time

from live import OPEN
from live.place import CLIENTS
from live.registry import registrar

ALL = {}
scenario = registrar(ALL, needs=("helper",))


SAME = 0x0600
START = "SCCRQ ?SCCRP "
STOP = " CCRQ ?CDN StopCCRQ ?StopCCRP"
CALL = "call=0x600 OCRQ ?OCRP "
ACCEPT = "?SCCRQ SCCRP "
ANSWER = "call=0x1000 ?OCRQ OCRP "
END = " ?CCRQ CDN ?StopCCRQ StopCCRP"


def real(place, *clients, pptpd="srv", **options):
    """pptpd and one pptp client per name, all at the same time, to their end."""
    place.pptpd(pptpd)
    place.capture()
    place.finish(*[place.client(space, **options) for space in clients])


def tiny(place, script, answers, clients=(("c1", 0),)):
    """The tiny server and clients (namespace, source port), to their end."""
    server = place.tiny_server(answers, len(clients))
    place.capture()
    started = []
    for space, port in clients:
        started.append(place.tiny_client(script, space, port))
        time.sleep(0.15)
    place.finish(*started, server)


# -- an editor is there


@scenario()
def a_one_client_helper(place):
    """one client, masquerade and the PPTP helper"""
    place.masquerade()
    real(place, "c1")


@scenario()
def b_two_clients_same_id_helper(place):
    """two clients with one Call ID, masquerade and helper"""
    place.masquerade()
    real(place, "c1", "c2", call_id=SAME)


@scenario()
def b4_same_id_same_port_helper(place):
    """two clients with one Call ID and one TCP port, so that the NAT changes a port"""
    place.masquerade()
    tiny(place, START + CALL + "gre=10" + STOP, ACCEPT + ANSWER + "gre=10" + END,
         (("c1", 1025), ("c2", 1025)))  # fmt: skip


@scenario()
def e_dnat_helper(place):
    """the server behind the NAT: port forwarding and helper"""
    place.forward_to_inside()
    place.pptpd("c1")
    place.capture()
    place.finish(place.client("srv", server="192.168.1.30"))


@scenario()
def j_echo(place):
    """Echo exchanges in both directions during the call"""
    place.masquerade()
    tiny(place, START + CALL + "EchoRQ ?EchoRP gre=6 ?EchoRQ EchoRP" + STOP,
         ACCEPT + ANSWER + "?EchoRQ EchoRP gre=6 EchoRQ ?EchoRP" + END)  # fmt: skip


@scenario()
def h0_sli_helper(place):
    """Set-Link-Info and WAN-Error-Notify of the server, translated by the helper"""
    place.masquerade()
    link_info(place)


def link_info(place):
    tiny(place, START + CALL + "SLI gre=6 ?SLI ?WEN" + STOP,
         ACCEPT + ANSWER + "?SLI gre=6 SLI WEN" + END)  # fmt: skip


@scenario()
def l2_server_sigterm(place):
    """the server ends the call: the helper rewrites Call-Disconnect-Notify"""
    place.masquerade()
    place.pptpd()
    place.capture()
    client = place.client(pings=200, ready=OPEN)
    time.sleep(0.5)
    end_programs("pptpctrl", signal.SIGTERM)
    place.finish(client)


def end_programs(name, number):
    """A signal to the programs of that name in this process namespace: there are no others."""
    for path in pathlib.Path("/proc").glob("[0-9]*/comm"):
        if path.read_text().strip() == name:
            os.kill(int(path.parent.name), number)


# -- no editor


@scenario(needs=())
def a2_one_client_nohelper(place):
    """one client, masquerade without helper"""
    place.masquerade(helper=False)
    real(place, "c1")


@scenario(needs=())
def c_two_clients_same_id_nohelper(place):
    """two clients with one Call ID, masquerade without helper"""
    place.masquerade(helper=False)
    real(place, "c1", "c2", call_id=SAME)


@scenario(needs=())
def c3_nohelper_input_drop(place):
    """the same, and the NAT drops GRE silently instead of answering with ICMP"""
    place.masquerade(helper=False)
    place.iptables("-A INPUT -p 47 -j DROP")
    real(place, "c1", "c2", call_id=SAME)


@scenario(needs=())
def c4_gre_static_same_id(place):
    """two clients with one Call ID, no helper: a rule sends all GRE to the first client"""
    place.masquerade(helper=False)
    to = f"-j DNAT --to-destination {CLIENTS['c1']}"
    place.iptables(f"-t nat -A PREROUTING -i out -p 47 {to}")
    real(place, "c1", "c2", call_id=SAME)


# -- GRE blocked


@scenario()
def d_helper_gre_in_blocked(place):
    """helper, and a rule drops GRE on its way in"""
    place.masquerade()
    place.iptables("-A FORWARD -i out -p 47 -j DROP")
    real(place, "c1")


@scenario()
def d2_helper_gre_out_blocked(place):
    """helper, and a rule drops GRE on its way out"""
    place.masquerade()
    place.iptables("-A FORWARD -o out -p 47 -j DROP")
    real(place, "c1")


# -- reconnect, loss, order


@scenario()
def f_kill_reconnect(place):
    """the client is killed and calls again"""
    place.masquerade()
    reconnect(place, silent=False)


@scenario()
def f2_silent_kill_reconnect(place):
    """the client vanishes without a word and calls again"""
    place.masquerade()
    reconnect(place, silent=True)


def reconnect(place, silent):
    place.pptpd()
    place.capture()
    client = place.client(pings=200, ready=OPEN)
    time.sleep(0.5)
    if silent:
        place.iptables("-A OUTPUT -p tcp --tcp-flags FIN FIN -j DROP", "c1")
        place.iptables("-A OUTPUT -p tcp --tcp-flags RST RST -j DROP", "c1")
    client.kill()  # unshare, and with it all processes of the client at once
    client.wait()
    if silent:
        place.wait_for_unreachable("c1")  # the server asks whether the client is still there
    time.sleep(0.3)
    place.iptables("-F OUTPUT", "c1")
    place.finish(place.client())


def disturbed(place, **kinds):
    """GRE suffers both ways, once PPP had time to open: what is lost is seldom the same twice."""
    place.masquerade()
    rules = [
        {"from": side, kind: every, "after": 14}
        for side in ("near", "far")
        for kind, every in kinds.items()
    ]
    place.box("inside", *rules)


@scenario(box="inside")
def g_loss(place):
    """every 7th GRE packet is lost, each way"""
    disturbed(place, drop=7)
    real(place, "c1", pings=24)


@scenario(box="inside")
def g2_reorder(place):
    """every 9th GRE packet goes behind the next one, each way"""
    disturbed(place, hold=9)
    real(place, "c1", pings=24)


@scenario(box="inside")
def g3_dup_loss(place):
    """every 7th GRE packet is lost and every 5th arrives twice, each way"""
    disturbed(place, drop=7, copy=5)
    # pptp repeats what it delivers, without end, once a packet arrives twice.
    tiny(place, START + CALL + "gre=40" + STOP, ACCEPT + ANSWER + "gre=40" + END)


@scenario(box="outside")
def o_nat_forgets(place):
    """the NAT's link to the server goes down and up in mid-call, and with it what the NAT knows"""
    place.masquerade()
    place.box("outside")
    server = place.tiny_server(ACCEPT + ANSWER + "gre=100 ?CCRQ ?StopCCRQ StopCCRP")
    place.capture()
    client = place.tiny_client(START + CALL + "gre=90 CCRQ StopCCRQ ?StopCCRP")
    time.sleep(1)
    for state in ("down", "up"):
        place.ip("nat", f"link set {place.wan} {state}")
    place.finish(client, server)


# -- unusual control traffic


@scenario()
def k_split_ocrq(place):
    """the call request in two segments: the helper misses it"""
    place.masquerade()
    tiny(place, START + "call=0x600 OCRQ/10 ?OCRP gre=3 CCRQ wait=0.2",
         ACCEPT + ANSWER + "gre=3 ?CCRQ CDN")  # fmt: skip


@scenario()
def k2_pipelined(place):
    """start and call request in one segment: the helper misses the second message"""
    place.masquerade()
    tiny(place, "call=0x600 SCCRQ+OCRQ ?SCCRP ?OCRP gre=3 CCRQ wait=0.2",
         "call=0x1000 ?SCCRQ SCCRP ?OCRQ OCRP gre=3 ?CCRQ CDN")  # fmt: skip


@scenario()
def m_two_calls_one_connection(place):
    """two calls on one control connection: the helper gives both one id"""
    place.masquerade()
    tiny(place, START + CALL + "call=0x601 OCRQ ?OCRP use=0x600 gre=5 use=0x601 gre=5 wait=0.5",
         ACCEPT + ANSWER + "call=0x1080 ?OCRQ OCRP use=0x1000 gre=5 use=0x1080 gre=5 wait=0.4")


@scenario()
def i_incoming_call(place):
    """an incoming call, the client being the PAC: the helper translates nothing"""
    place.masquerade()
    tiny(place, START + "call=0x600 ICRQ ?ICRP ICCN gre=5 ?CCRQ CDN ?StopCCRQ StopCCRP",
         ACCEPT + "call=0x1000 ?ICRQ ICRP ?ICCN gre=5 CCRQ ?CDN StopCCRQ ?StopCCRP")


@scenario()
def i2_incoming_call_from_server(place):
    """an incoming call, the server being the PAC"""
    place.masquerade()
    incoming(place)


def incoming(place):
    tiny(place, START + "call=0x600 ?ICRQ ICRP ?ICCN gre=6" + STOP,
         ACCEPT + "call=0x1000 ICRQ ?ICRP ICCN gre=6" + END)  # fmt: skip


# -- a path that mistranslates one Call ID field. What goes to the client is rewritten inside of the
# helper, what goes to the server outside of it: elsewhere the helper would put it right. The fields
# of incoming calls, which the helper itself breaks, are rewritten on a path without any NAT.

WRONG = 0x2222
PORT = "port"  # the fault of old routers: Set-Link-Info is left as it came
MISTRANSLATED = {
    "ocrq": ("outside", "OCRQ", "call_id", WRONG),
    "ocrp_own": ("inside", "OCRP", "call_id", WRONG),
    "ocrp_peer": ("inside", "OCRP", "peer_call_id", WRONG),
    "sli": ("inside", "SLI", "peer_call_id", PORT),
    "sli_out": ("outside", "SLI", "peer_call_id", WRONG),
    "wen": ("inside", "WEN", "peer_call_id", WRONG),
    "ccrq": ("outside", "CCRQ", "call_id", WRONG),
    "cdn": ("inside", "CDN", "call_id", WRONG),
    "gre_in": ("inside", "GRE", "key", WRONG),
    "gre_out": ("outside", "GRE", "key", WRONG),
}
MISTRANSLATED_INCOMING = {
    "icrq": ("inside", "ICRQ", "call_id", WRONG),
    "icrp_own": ("outside", "ICRP", "call_id", WRONG),
    "icrp_peer": ("outside", "ICRP", "peer_call_id", WRONG),
    "iccn": ("inside", "ICCN", "peer_call_id", WRONG),
}


def mistranslates(name, where, message, field, value, routed):
    """Registers h_<name>_mistranslated."""

    def act(place):
        if routed:
            place.route()
        else:
            place.masquerade()
        side = "far" if where == "inside" else "near"
        place.box(where, {"from": side, "message": message, "field": field, "write": value})
        (incoming if routed else link_info)(place)

    act.__name__ = f"h_{name}_mistranslated"
    act.__doc__ = f"the path writes a wrong {field} into {message}, {where}"
    scenario(needs=() if routed else ("helper",), box=where)(act)


for _name, _where in MISTRANSLATED.items():
    mistranslates(_name, *_where, routed=False)
for _name, _where in MISTRANSLATED_INCOMING.items():
    mistranslates(_name, *_where, routed=True)
