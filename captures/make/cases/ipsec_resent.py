"""Findings of IPsec across a NAT that no recording in captures/ipsec has: packets of one are sent
in another way, with right checksums. One capture raises each, one nearly does.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import hashlib
import struct

from pptpcap import net

from . import UNKNOWN, Capture, capture
from .common import CLIENT_1, CLIENT_2, INSIDE, OUTSIDE, SERVER_1, behind
from .ipsec_point import recorded

SERVER_INSIDE = "10.0.0.1"
IKE_PORT, NATT_PORT, SECOND_PORT = 500, 4500, 236
NON_ESP_MARKER = bytes(4)
COOKIES, IKE_LENGTH = 16, 24  # of the two, and where the header has the length
CERTIFICATES = 1808  # octets that make a message too large for one packet
MTU = 1500


def _resent(frame, *, to=None, ports=None, payload=None, later=0.0):
    """The UDP packet `later` seconds later, with another receiver (`to`: address and Ethernet
    header), ports (a dict: old to new) or payload."""
    data = frame.data
    head, packet = data[:14], data[14:34]
    source, destination, length = struct.unpack(">HHH", data[34:40])
    sender, receiver = (".".join(map(str, packet[at:at + 4])) for at in (12, 16))
    if to is not None:
        receiver, head = to
    if ports is not None:
        source, destination = ports.get(source, source), ports.get(destination, destination)
    if payload is None:
        payload = data[42:34 + length]
    ident, flags = struct.unpack(">HH", packet[4:8])
    datagram = net.udp(sender, receiver, source, destination, payload)
    whole = net.ipv4(sender, receiver, net.UDP, datagram, ttl=packet[8], ident=ident, flags=flags)
    return frame._replace(time=frame.time + int(later * 10**9), data=head + whole)


def _sides(scenario, keep):
    """The frames of both points that `keep` (number, octets) wants, apart."""
    for index, point in enumerate((INSIDE, OUTSIDE)):
        yield [frame._replace(interface=index, point=index)
               for frame in recorded(scenario, point, keep)]


def _payload(frame):
    return frame.data[42:]


def _until(last):
    """Without the ARP that comes first."""
    return lambda number, _: 3 <= number <= last


@capture
def ipsec_natt_not_used():
    """Both ends announce NAT traversal, the addresses change, and all goes on on port 500.

    Source: captures/ipsec/s1_one_client, from message 5 on sent from 500 to 500; L04."""
    frames = []
    for side in _sides("s1_one_client", _until(11)):
        frames += side[:4]
        frames += [_resent(frame, ports={NATT_PORT: IKE_PORT},
                           payload=_payload(frame)[len(NON_ESP_MARKER):]) for frame in side[4:]]
    return Capture(path=behind(), extra=frames).find("ipsec_natt_not_used", "7", INSIDE)


@capture
def ipsec_natt_not_used_near():
    """Both ends announce NAT traversal and all goes on on port 500, but there is no NAT.

    Source: captures/ipsec/s16_no_nat until quick mode."""
    frames = [frame for side in _sides("s16_no_nat", _until(11)) for frame in side]
    return Capture(path=behind(), extra=frames).exits(UNKNOWN)


def _is_second(data):
    """A packet of the second client, inside or outside, where it has other ports."""
    return net.address(CLIENT_2) in (data[26:30], data[30:34]) \
        or not {struct.unpack(">H", data[at:at + 2])[0] for at in (34, 36)} <= {IKE_PORT, NATT_PORT}


def _on_one_port(keep_second):
    """Two clients that leave the NAT from port 500; only `keep_second` packets of the second."""
    for side in _sides("s2_two_clients", lambda _, data: data[12:14] == b"\x08\x00"):
        end = side[0].time + 2 * 10**9
        second = [frame for frame in side if _is_second(frame.data)][:keep_second]
        yield [_resent(frame, ports={SECOND_PORT: IKE_PORT}) for frame in side
               if frame.time < end and (frame in second or not _is_second(frame.data))]


@capture
def ipsec_ike_misdelivered():
    """Two clients on port 500: the answers to the second one come to the first.

    Source: captures/ipsec/s2_two_clients with the second on port 500, its first exchange twice;
    L02."""
    inside, outside = _on_one_port(keep_second=2)
    first = (CLIENT_1, inside[1].data[:14])
    inside = [_resent(frame, to=first) if frame.data[30:34] == net.address(CLIENT_2) else frame
              for frame in inside]
    frames = [*inside, *outside]
    for number, side in (("28", inside), ("26", outside)):
        at = [frame.tag for frame in side].index(number)
        frames += [_resent(frame, later=4) for frame in side[at:at + 2]]
    return (Capture(path=behind(), extra=frames)
            .find("ipsec_ike_misdelivered", "29", INSIDE)
            .find("ipsec_port_shared", "26", OUTSIDE))


@capture
def ipsec_ike_misdelivered_near():
    """Two clients on port 500: the NAT tells their answers apart by the initiator SPI.

    Source: captures/ipsec/s2_two_clients with the second on port 500; L01."""
    frames = [frame for side in _on_one_port(keep_second=None) for frame in side]
    return Capture(path=behind(), extra=frames).find("ipsec_port_shared", "26", OUTSIDE)


def _with_certificates(message):
    """A message on 4500 that grew by encrypted octets, which look random."""
    octets = b"".join(hashlib.sha256(bytes([i])).digest() for i in range(CERTIFICATES // 32 + 1))
    grown = message[len(NON_ESP_MARKER):] + octets[:CERTIFICATES]
    return NON_ESP_MARKER + grown[:IKE_LENGTH] + struct.pack(">I", len(grown)) \
        + grown[IKE_LENGTH + 4:]


def _in_fragments(frame, *, count=2, later=0.0):
    """The frame with certificates: the first `count` of its fragments. The last one is tagged
    "whole"."""
    large = _resent(frame, payload=_with_certificates(_payload(frame)), later=later)
    packet = large.data[14:]
    ident = 1 + int(later)
    packet = net.ipv4(*(".".join(map(str, packet[at:at + 4])) for at in (12, 16)), net.UDP,
                      packet[20:], ttl=packet[8], ident=ident, flags=0)
    parts = net.fragments(packet, MTU)
    return [large._replace(data=net.ethernet(part, frame.data[6:12], frame.data[:6]),
                           time=large.time + number * 1000,
                           tag="whole" if number == len(parts) - 1 else large.tag)
            for number, part in enumerate(parts[:count])]


@capture
def ipsec_fragment_lost():
    """Message 5 is fragmented and sent three times; of each the NAT passes the first fragment only.
    Keepalives pass.

    Source: captures/ipsec/s1_one_client, message 5 with certificates; L12."""
    frames = []
    for side, count in zip(_sides("s1_one_client", lambda number, _: number in {*range(3, 8), 44}),
                           (2, 1)):
        *before, message, keepalive = side
        frames += [*before, keepalive]
        for later in (0, 4, 11.2):
            frames += _in_fragments(message, count=count, later=later)
    return (Capture(path=behind(), extra=frames)
            .find("ipsec_fragment_lost", "whole", INSIDE)
            .find("ipsec_no_reply", "whole", INSIDE))


@capture
def ipsec_fragment_lost_near():
    """Message 5 is fragmented, and both fragments pass.

    Source: captures/ipsec/s1_one_client, message 5 with certificates."""
    frames = []
    for side in _sides("s1_one_client", _until(21)):
        frames += [*side[:4], *_in_fragments(side[4]), *side[5:]]
    return Capture(path=behind(), extra=frames)


def _hash(cookies, address):
    """RFC 3947 3.2."""
    return hashlib.sha1(cookies + net.address(address) + struct.pack(">H", IKE_PORT)).digest()


def _from_behind(frame):
    """Message 4 of a server whose address is SERVER_INSIDE: the hash of its own address."""
    payload = _payload(frame)
    cookies = payload[:COOKIES]
    return _resent(frame, payload=payload.replace(_hash(cookies, SERVER_1),
                                                  _hash(cookies, SERVER_INSIDE)))


@capture
def ipsec_server_behind_nat():
    """The hash of the server's address does not fit, and after message 6 only keepalives come.

    Source: captures/ipsec/s1_one_client with another hash in message 4, without quick mode; L14."""
    frames = []
    for side in _sides("s1_one_client", lambda number, _: number in {*range(3, 9), 44}):
        frames += [*side[:3], _from_behind(side[3]), *side[4:], _resent(side[-1], later=4)]
    return (Capture(path=behind(), extra=frames)
            .find("ipsec_server_behind_nat", "6", INSIDE).exits(UNKNOWN))


@capture
def ipsec_server_behind_nat_near():
    """The hash of the server's address does not fit, and the tunnel comes up.

    Source: captures/ipsec/s1_one_client with another hash in message 4."""
    frames = []
    for side in _sides("s1_one_client", _until(21)):
        frames += [*side[:3], _from_behind(side[3]), *side[4:]]
    return Capture(path=behind(), extra=frames)
