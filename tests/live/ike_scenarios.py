"""What happens in each scenario of IPsec. What must be seen of it is in `ike_expected`.

Scripts of a client are explained in `ike_host`.

SPDX-License-Identifier: GPL-2.0-or-later"""

import time

from live import OPEN
from live.place import CLIENTS, SERVER
from live.registry import registrar

ALL = {}
scenario = registrar(ALL, needs=("strongswan",))

IKEV1, IKEV2 = 1, 2
BOTH = ("c1", "c2")
CALL = "up talk=12 wait=2.5 talk=4 down"
LATER = 0.6


def serve(place, version, space="srv"):
    """A server, and captures from now on."""
    place.ike_host("server", version, space=space, ready="ready")
    place.capture()


def calls(place, version, *clients, script=CALL, options=()):
    """A server, and strongSwan on these clients, each as soon as the one before is connected; to
    their end."""
    serve(place, version)
    started = [
        place.ike_client(version, space, script, SERVER, options, ready)
        for space, ready in zip(clients, [*[OPEN] * (len(clients) - 1), None])
    ]
    place.finish(*started)


# -- a NAT that does its work


@scenario()
def ike_one_client(place):
    """one client, IKEv1 main mode; masquerade"""
    place.masquerade(helper=False)
    calls(place, IKEV1, "c1")


@scenario()
def ike_two_clients(place):
    """two clients, IKEv1 main mode; masquerade"""
    place.masquerade(helper=False)
    calls(place, IKEV1, *BOTH)


@scenario()
def ike_two_clients_v2(place):
    """two clients, IKEv2; masquerade"""
    place.masquerade(helper=False)
    calls(place, IKEV2, *BOTH)


@scenario()
def ike_random_ports(place):
    """two clients, IKEv1; masquerade with random ports"""
    place.masquerade(helper=False, options="--random")
    calls(place, IKEV1, *BOTH)


@scenario()
def ike_rekeyed_v2(place):
    """two clients, IKEv2; both renew all keys in mid-call"""
    place.masquerade(helper=False)
    calls(place, IKEV2, *BOTH, script="up talk=5 rekey talk=8 down")


@scenario()
def ike_client_restarts(place):
    """the client's strongSwan dies without a word and connects again"""
    place.masquerade(helper=False)
    calls(place, IKEV1, "c1", script="up talk=5 die up talk=8 down")


@scenario()
def ike_server_inside(place):
    """the server behind the NAT: UDP 500 and 4500 are forwarded to it"""
    to = f"-j DNAT --to-destination {CLIENTS['c1']}"
    for port in (500, 4500):
        place.iptables(f"-t nat -A PREROUTING -i {place.wan} -p udp --dport {port} {to}")
    serve(place, IKEV1, "c1")
    place.finish(place.ike_client(IKEV1, "srv", CALL, "192.168.1.30", ["inner=10.99.0.9"]))


@scenario()
def ike_routed(place):
    """no NAT: the path only routes"""
    place.route()
    calls(place, IKEV1, *BOTH)


# -- packets that do not pass


@scenario()
def ike_float_blocked_out(place):
    """UDP to port 4500 is dropped on its way out"""
    place.masquerade(helper=False)
    place.iptables(f"-A FORWARD -o {place.wan} -p udp --dport 4500 -j DROP")
    calls(place, IKEV1, "c1", script="up")


@scenario()
def ike_float_blocked_in(place):
    """UDP from port 4500 is dropped on its way in"""
    place.masquerade(helper=False)
    place.iptables(f"-A FORWARD -i {place.wan} -p udp --sport 4500 -j DROP")
    calls(place, IKEV1, "c1", script="up")


@scenario(box="inside")
def ike_esp_lost_out(place):
    """ESP of the client is lost from the first packet on, IKE passes"""
    place.box("inside", {"from": "near", "esp": "lost", "after": 0})
    place.masquerade(helper=False)
    calls(place, IKEV1, "c1", script="up talk=60 down")


@scenario(box="outside")
def ike_esp_lost_in(place):
    """ESP of the server is lost from the 10th packet on, IKE passes"""
    place.box("outside", {"from": "far", "esp": "lost", "after": 10})
    place.masquerade(helper=False)
    calls(place, IKEV2, "c1", script="up talk=60 down")


LARGE = ["id=" + "very-" * 99 + "long.example"]  # strongSwan takes no longer ones
SMALL_MTU = 500


@scenario(box="inside")
def ike_fragments_lost_before(place):
    """a message with a long identity goes in fragments, and those behind the first are lost before
    the NAT"""
    fragments(place, "inside", IKEV1)


@scenario(box="outside")
def ike_fragments_lost_behind(place):
    """the same, IKEv2, and they are lost behind the NAT"""
    fragments(place, "outside", IKEV2)


def fragments(place, where, version):
    place.box(where, {"from": "near", "fragments": "later"})
    large(place, version, "c1", script="up")


def large(place, version, *clients, script=CALL):
    """Messages that do not fit in the link of the clients."""
    for space in clients:
        place.ip(space, f"link set eth0 mtu {SMALL_MTU}")
    place.masquerade(helper=False)
    calls(place, version, *clients, script=script, options=LARGE)


@scenario()
def ike_fragments_pass(place):
    """fragments of two clients pass the NAT"""
    large(place, IKEV1, *BOTH)


@scenario()
def ike_refused(place):
    """the server takes none of the client's proposals"""
    place.masquerade(helper=False)
    calls(place, IKEV1, "c1", script="up", options=["proposals=aes256-sha256-modp3072"])


@scenario()
def ike_wrong_key(place):
    """the client has another shared key than the server"""
    place.masquerade(helper=False)
    calls(place, IKEV1, "c1", script="up", options=["psk=another one"])


@scenario()
def ike_wrong_key_v2(place):
    """the same, IKEv2"""
    place.masquerade(helper=False)
    calls(place, IKEV2, "c1", script="up", options=["psk=another one"])


@scenario()
def ike_no_server(place):
    """the server drops what comes to it"""
    place.masquerade(helper=False)
    place.iptables("-A INPUT -p udp -j DROP", "srv")
    calls(place, IKEV2, "c1", script="up")


# -- a NAT that does something else than translate


FLUSHED = "up talk=8 wait=3 talk=30 wait=4 down"


@scenario(box="outside")
def ike_mapping_changed(place):
    """the NAT's link goes down and up in mid-call, and the client gets another outside port"""
    flush(place, lambda: change_port(place))


def change_port(place):
    """Of connections from now on."""
    place.iptables(
        f"-t nat -I POSTROUTING -o {place.wan} -p udp --sport 4500 -j MASQUERADE"
        " --to-ports 20000-29999"
    )


@scenario(box="outside")
def ike_mapping_renewed(place):
    """the same, and it gets the same port again"""
    flush(place, lambda: None)


@scenario(box="outside")
def ike_mapping_changed_under_way(place):
    """the port changes while the server sends: it goes on to the old port until the client's dead
    peer detection comes from the new one"""
    flush(place, lambda: change_port(place), script="up talk=5 feed=60 down")


@scenario()
def ike_mapping_expired(place):
    """the NAT forgets a client that sends no keepalives, and gives it another port"""
    for name in ("udp_timeout", "udp_timeout_stream"):
        place.write("nat", f"netfilter/nf_conntrack_{name}", 1)
    place.masquerade(helper=False, options="--random")
    calls(place, IKEV1, "c1", script="up talk=8 wait=4 talk=12 down",
          options=["keep_alive=0"])  # fmt: skip


def flush(place, change, script=FLUSHED):
    place.masquerade(helper=False)
    place.box("outside")
    serve(place, IKEV1)
    dpd = ["dpd_delay=2s", "dpd_timeout=20s"]
    client = place.ike_client(IKEV1, "c1", script, SERVER, dpd, ready=OPEN)
    time.sleep(1.5)
    change()
    for state in ("down", "up"):
        place.ip("nat", f"link set {place.wan} {state}")
    place.finish(client)


@scenario(box="inside")
def ike_payload_changed(place):
    """an octet of main mode's third message is changed before the NAT"""
    place.masquerade(helper=False)
    place.box("inside", {"from": "near", "spoil": 500, "number": 2})
    calls(place, IKEV1, "c1")


@scenario()
def ike_esp_guessed(place):
    """a NAT that keeps the ports of both clients: it knows IKE by its cookies, and takes all ESP
    for the first client's"""
    place.guessing_nat("cookie")
    calls(place, IKEV1, *BOTH)


@scenario()
def ike_esp_guessed_v2(place):
    """the same with IKEv2"""
    place.guessing_nat("cookie")
    calls(place, IKEV2, *BOTH)


@scenario()
def ike_answers_guessed(place):
    """a NAT that keeps the ports of both clients and gives every answer to the first"""
    place.guessing_nat("first")
    calls(place, IKEV1, *BOTH, script="up talk=60 down")


# -- the ends


@scenario()
def ike_policies_clash(place):
    """two clients with one address in the tunnel: the server sends all to the later one"""
    place.masquerade(helper=False)
    calls(place, IKEV1, *BOTH, script="up talk=70 down", options=["inner=10.99.0.7"])


def tiny(place, talk, *clients):
    place.masquerade(helper=False)
    place.start(place.python("ike_peer", "server", talk), "srv", ready="ready")
    place.capture()
    started = []
    for space in clients:
        words = place.python("ike_peer", "client", talk, CLIENTS[space], SERVER, 20)
        started.append(place.start(words, space))
        time.sleep(LATER)
    place.finish(*started)


@scenario(needs=())
def ike_native_esp(place):
    """one client without NAT traversal, ESP is protocol 50; masquerade"""
    tiny(place, "silent", "c1")


@scenario(needs=())
def ike_native_esp_two(place):
    """two clients without NAT traversal; the kernel cannot tell their ESP apart"""
    tiny(place, "silent", *BOTH)


@scenario(needs=())
def ike_natt_ignored(place):
    """both ends announce NAT traversal and nobody floats to port 4500"""
    tiny(place, "announced", "c1")
