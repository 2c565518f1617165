"""The picture of an IPsec tunnel marks what is wrong, and begins with the client.

SPDX-License-Identifier: GPL-2.0-or-later"""

import re
import struct

SIDES = ("inside", "outside")


def picture(ours, *names, **how):
    return re.sub(" +", " ", ours.pptpnat(*names, **how).stdout)


def turned(data):
    """The capture with both ends exchanged, as if the one behind the NAT had been called."""
    data, at = bytearray(data), 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 6 and data[at + 40 : at + 42] == b"\x08\x00":
            turn_packet(data, at + 42)
        at += length
    return bytes(data)


def turn_packet(data, ip):
    """From 64 to 63 at the first hop: the TTL that the packets of the other end have here."""
    ttl, total = data[ip + 8], struct.unpack_from(">H", data, ip + 10)[0]
    assert ttl in (63, 64)
    data[ip + 8] = 127 - ttl
    struct.pack_into(">H", data, ip + 10, ~((~total + ((127 - 2 * ttl) << 8)) % 0xFFFF) & 0xFFFF)
    data[ip + 12 : ip + 20] = data[ip + 16 : ip + 20] + data[ip + 12 : ip + 16]
    if data[ip + 9] == 17:
        ports = ip + 4 * (data[ip] & 15)
        data[ports : ports + 4] = data[ports + 2 : ports + 4] + data[ports : ports + 2]


def turned_pair(ours, scenario):
    files = []
    for side in SIDES:
        path = ours.stage.file(".pcapng")
        path.write_bytes(turned(ours.capture(f"ipsec/{scenario}/{side}.pcapng").read_bytes()))
        files.append(path)
    return files


def test_it_begins_with_the_client_where_the_server_is_behind_the_nat(ours):
    text = picture(ours, *turned_pair(ours, "s8_mapping_changed"), status=1)
    assert "\n client 192.168.1.10 NAT 192.168.1.30 server 192.168.11.20\n" in text
    assert re.search(
        r"\n UDP 4500 ! 61316 <-+> 4500\n ESP to server 56 -+> 56\n ESP to client 56 <-+ 43\n", text
    ), text
    assert "ESP: 56 of 56 to the server, 43 of 43 to the client." in text.replace("\n", " ")


def test_changed_contents_are_marked(ours):
    text = picture(ours, "ipsec_payload_altered.pcapng", status=1)
    assert "\n IKE message sent -----> ! changed\n" in text
    assert "Its NAT-D payload differs from frame 5 (message 3 of main mode," in text


def test_an_end_that_does_not_announce_nat_traversal_is_marked(ours):
    assert "\n NAT traversal ! none ! none\n" in picture(
        ours, "ipsec_natt_missing.pcapng", status=1
    )


def test_lost_fragments_are_marked(ours):
    text = picture(ours, "ipsec_fragment_lost.pcapng", status=1)
    assert re.search(r"\n IKE fragments sent -+X-+ ! lost\n", text), text


def test_a_finding_of_one_point_is_drawn_where_others_saw_the_tunnel(ours):
    """What the server does not answer passed the NAT."""
    text = picture(ours, *turned_pair(ours, "s4_float_port_blocked"), status=1)
    assert text.startswith("FAULT IKE request has no reply.\n")
    assert "\n client 192.168.1.10 NAT 192.168.1.30 server 192.168.11.20\n" in text


def test_two_directions_without_ike_are_one_tunnel(ours):
    pair = [f"ipsec/s12_midcall/{side}.pcapng" for side in SIDES]
    assert "Nothing captured of 2 IPsec tunnels is wrong," in ours.pptpnat(*pair, status=3).stdout
