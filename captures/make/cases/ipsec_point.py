"""Findings of IPsec at one point: one that raises each, one that nearly does. They are cut from the
recordings in captures/ipsec; what those do not have is put in their headers.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct
from pathlib import Path

from pptpcap import net, pcap
from pptpcap.render import Frame

from . import Capture, capture

RECORDED = Path(__file__).resolve().parents[2] / "ipsec"
CLIENT, SERVER = "192.168.11.20", "192.168.1.10"
ESP_PORT = struct.pack(">H", 4500)
NO_PROPOSAL_CHOSEN, INVALID_KE_PAYLOAD = 14, 17


def recorded(scenario, point, keep, slower=1):
    """The frames of a recording whose number `keep` wants, tagged with that number. `slower`
    stretches the time between them."""
    read = pcap.read((RECORDED / scenario / f"{point}.pcapng").read_bytes())
    start = read[0][0]
    return [Frame(start + (time - start) * slower, 0, data, str(number))
            for number, (time, data) in enumerate(read, 1) if keep(number, data)]


def _capture(frames, *findings):
    made = Capture(extra=frames)
    for finding, tag in findings:
        made.find(finding, tag)
    return made


def _is_esp(data):
    """ESP in UDP: no IKE, which has four zero octets there, no keepalive."""
    return data[23] == net.UDP and ESP_PORT in (data[34:36], data[36:38]) and len(data) > 60 \
        and data[42:46] != bytes(4)


def _from_server(data):
    return data[26:30] == net.address(SERVER)


def _said(frame, sender, receiver, port, payload, later=0.01):
    """A packet of UDP after `frame`."""
    packet = net.ipv4(sender, receiver, net.UDP, net.udp(sender, receiver, port, port, payload))
    data = net.ethernet(packet, net.mac(sender), net.mac(receiver))
    return Frame(frame.time + int(later * 10**9), 0, data, "said")


@capture
def ipsec_natt_not_announced():
    """Main mode without any Vendor ID of NAT traversal, from both ends; ESP is native.

    Source: captures/ipsec/s6b_native_esp_two, L03."""
    frames = recorded("s6b_native_esp_two", "inside", lambda number, _: 3 <= number <= 17)
    return _capture(frames, ("ipsec_natt_not_announced", "3"), ("ipsec_natt_not_announced", "4"))


@capture
def ipsec_natt_not_announced_near():
    """Main mode in which both ends announce NAT traversal.

    Source: captures/ipsec/s1_one_client."""
    return _capture(recorded("s1_one_client", "inside", lambda number, _: 3 <= number <= 17))


@capture
def ipsec_no_reply():
    """Message 5 of main mode, on port 4500, is sent five times; keepalives go on.

    Source: captures/ipsec/s4_float_port_blocked, L05."""
    frames = recorded("s4_float_port_blocked", "inside", lambda number, _: number >= 3)
    return _capture(frames, ("ipsec_no_reply", "7"))


@capture
def ipsec_no_reply_near():
    """The same, captured until message 5 was sent twice.

    Source: captures/ipsec/s4_float_port_blocked."""
    frames = recorded("s4_float_port_blocked", "inside", lambda number, _: 3 <= number <= 8)
    return _capture(frames)


@capture
def ipsec_ike_refused():
    """The server answers the first message of main mode by the notify NO-PROPOSAL-CHOSEN.

    Source: RFC 2408 3.14.1; the first message is that of captures/ipsec/s1_one_client."""
    first = recorded("s1_one_client", "inside", lambda number, _: number == 3)
    spi = first[0].data[42:50]
    notify = struct.pack(">BBHIBBH", 0, 0, 12, 1, 1, 0, NO_PROPOSAL_CHOSEN)
    header = spi + bytes(range(1, 9)) + struct.pack(">BBBBII", 11, 0x10, 5, 0, 77, 40)
    answer = _said(first[0], SERVER, CLIENT, 500, header + notify)
    return _capture([*first, answer], ("ipsec_ike_refused", "said"))


@capture
def ipsec_ike_refused_near():
    """The server asks for another group by INVALID_KE_PAYLOAD: the client may try again.

    Source: RFC 7296 1.2; the request is that of captures/ipsec/s10_ikev2_two_clients."""
    first = recorded("s10_ikev2_two_clients", "inside",
                    lambda _, data: data[36:38] == struct.pack(">H", 500))[:1]
    notify = struct.pack(">BBHBBHH", 0, 0, 10, 0, 0, INVALID_KE_PAYLOAD, 19)
    header = first[0].data[42:50] + bytes(8) + struct.pack(">BBBBII", 41, 0x20, 34, 0x20, 0, 38)
    return _capture([*first, _said(first[0], SERVER, CLIENT, 500, header + notify)])


@capture
def ipsec_esp_one_way():
    """IKE is complete, and ESP goes from the client to the server only, for more than 5 s.

    Source: captures/ipsec/s1_one_client without the server's ESP, slower."""
    frames = recorded("s1_one_client", "inside", slower=4, keep=lambda number, data:
                     number >= 3 and not (_is_esp(data) and _from_server(data)))
    return _capture(frames, ("ipsec_esp_one_way", "12"))


@capture
def ipsec_esp_one_way_near():
    """The same with one ESP packet of the server.

    Source: captures/ipsec/s1_one_client."""
    frames = recorded("s1_one_client", "inside", slower=4, keep=lambda number, data:
                     number in (3, 13) or number > 3
                     and not (_is_esp(data) and _from_server(data)))
    return _capture(frames)


def _l2tp(*messages):
    at = Frame(1_700_000_000 * 10**9, 0, b"")
    return [_said(at, sender, CLIENT if sender == SERVER else SERVER, 1701, payload,
                  later=number / 10)._replace(tag=f"L2TP#{number}")
            for number, (sender, payload) in enumerate(messages, 1)]


def _l2tp_control(tunnel, ns, nr, message):
    avp = struct.pack(">HHHH", 0x8008, 0, 0, message)
    return struct.pack(">HHHHHH", 0xC802, 12 + len(avp), tunnel, 0, ns, nr) + avp


@capture
def ipsec_l2tp_in_clear():
    """L2TP Start-Control-Connection-Request and -Reply on UDP port 1701, without ESP.

    Source: RFC 2661 3.1, 6.1; L13."""
    frames = _l2tp((CLIENT, _l2tp_control(0, 0, 0, 1)), (SERVER, _l2tp_control(7, 0, 1, 2)))
    return _capture(frames, ("ipsec_l2tp_in_clear", "L2TP#1"))


@capture
def ipsec_l2tp_in_clear_near():
    """Two packets on UDP port 1701 that could be L2TP data: too few to say so.

    Source: other services on the port."""
    data = struct.pack(">HHH", 0x0002, 7, 1) + b"\xff\x03\xc0\x21" + bytes(20)
    return _capture(_l2tp((CLIENT, data), (CLIENT, data)))


@capture
def ipsec_sa_silent():
    """Two clients behind one address. Since the second is up, the server sends ESP to it only.

    Source: captures/ipsec/s2_two_clients without the server's ESP to the first; L08."""
    frames = recorded("s2_two_clients", "outside", slower=4, keep=lambda number, data:
                     3 <= number <= 100 and not (number > 35 and _is_esp(data)
                     and _from_server(data) and data[36:38] == ESP_PORT))
    return _capture(frames, ("ipsec_sa_silent", "35"))


@capture
def ipsec_sa_silent_near():
    """The same, and the server sends ESP to both.

    Source: captures/ipsec/s2_two_clients."""
    return _capture(recorded("s2_two_clients", "outside", slower=4,
                            keep=lambda number, _: 3 <= number <= 100))
