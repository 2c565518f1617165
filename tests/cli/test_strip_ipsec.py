"""`pptpnat --strip` and IPsec: who somebody is and what he sent is not in the copies; what a NAT is
judged by is.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import random
import struct

import pytest

from cli import planted
from cli.planted import net, pcap
from cli.test_strip import found, strip
from support import paths

RFC_3947 = bytes.fromhex("4a131c81070358455c5728f20e95452f")
INITIATOR, RESPONDER = b"\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8", b"\xb1\xb2\xb3\xb4\xb5\xb6\xb7\xb8"
CLIENT, SERVER = "192.168.11.20", "192.168.1.10"


def chain(*payloads):
    """(the first type, the octets) of payloads given as (type, body)."""
    octets = b""
    for (_, body), following in zip(payloads, (*payloads[1:], (0, b""))):
        octets += struct.pack(">BBH", following[0], 0, 4 + len(body)) + body
    return payloads[0][0], octets


def ike(version, exchange, flags, body, first=0):
    head = INITIATOR + RESPONDER + bytes([first, version << 4, exchange, flags])
    return head + struct.pack(">II", 0x11223344, 28 + len(body)) + body


def message(version, exchange, flags, *payloads):
    first, body = chain(*payloads)
    return ike(version, exchange, flags, body, first)


def attribute(kind, value):
    if isinstance(value, int):
        return struct.pack(">HH", 0x8000 | kind, value)
    return struct.pack(">HH", kind, len(value)) + value


def proposal(marks):
    """3DES, SHA-1, a lifetime as a long number, and Microsoft's GSS identity, a machine's name."""
    attributes = (attribute(1, 5) + attribute(2, 2) + attribute(12, struct.pack(">I", 28800))
                  + attribute(16384, marks.octets()))  # fmt: skip
    _, transform = chain((3, bytes([1, 1, 0, 0]) + attributes))
    _, inside = chain((2, bytes([1, 1, 8, 1]) + marks.text()[:8].encode() + transform))
    return struct.pack(">II", 1, 1) + inside


def avp(kind, value):
    return struct.pack(">HHH", 0x8000 | (6 + len(value)), 0, kind) + value


def l2tp(marks):
    avps = avp(0, struct.pack(">H", 1)) + avp(7, marks.octets()) + avp(8, marks.octets())
    return struct.pack(">HHHHHH", 0xC802, 12 + len(avps), 0, 0, 0, 0) + avps


def notify(version, kind, data):
    head = struct.pack(">I", 1) if version == 1 else b""
    return head + struct.pack(">BBH", 1, 0, kind) + data


def datagrams(marks):
    """(source port, destination port, payload), with a mark wherever one can stand."""
    marker, esp = bytes(4), struct.pack(">II", 0xC0FFEE01, 1)
    main = message(1, 2, 0, (1, proposal(marks)), (13, RFC_3947), (13, b"\x09\x00\x26\x89"))
    aggressive = message(
        1, 4, 0, (4, marks.octets(32)), (10, marks.octets()), (5, b"\x02\0\0\0" + marks.octets()),
        (6, b"\x04" + marks.octets(64)), (7, b"\x04" + marks.octets()), (9, marks.octets(96)),
    )  # fmt: skip
    refused = message(1, 5, 0, (11, notify(1, 14, marks.octets())), (12, marks.octets()))
    init = message(
        2, 34, 8, (34, b"\0\x0e\0\0" + marks.octets(128)), (40, marks.octets()),
        (41, notify(2, 16390, marks.octets())), (38, b"\x04" + marks.octets()),
        (41, notify(2, 16388, bytes(range(20)))), (43, b"an implementation"),
    )  # fmt: skip
    auth = message(2, 35, 8, (46, marks.octets(160)))
    piece = message(2, 35, 8, (53, struct.pack(">HH", 1, 2) + marks.octets(64)))
    old_piece = message(1, 2, 0, (132, b"\0\1\1\0" + marks.octets(64)))
    return [
        (500, 500, main), (500, 500, aggressive), (500, 500, refused), (500, 500, init),
        (500, 500, old_piece), (236, 500, main + marks.octets()),
        (500, 500, ike(1, 2, 0, marks.octets(64), 5)),
        (4500, 4500, marker + auth), (7252, 4500, marker + piece),
        (4500, 4500, marker + ike(1, 32, 1, marks.octets(64), 8)),
        (4500, 4500, b"\xff"), (7252, 4500, esp + marks.octets(96)),
        (4500, 4500, esp + marks.octets()),
        (500, 500, marks.octets()), (1701, 1701, l2tp(marks)),
        (1701, 1701, struct.pack(">HHH", 2, 5, 6) + marks.octets(32)),
    ]  # fmt: skip


def capture(marks):
    packets = [
        net.ipv4(CLIENT, SERVER, 17, net.udp(CLIENT, SERVER, *ports, payload))
        for *ports, payload in datagrams(marks)
    ]
    native = net.ipv4(CLIENT, SERVER, 50, struct.pack(">II", 0xC0FFEE02, 1) + marks.octets(64))
    packets += [
        native,
        net.ipv4(SERVER, CLIENT, 1, net.icmp_error(3, 2, native)),
        net.ipv4(CLIENT, SERVER, 50, native[20:26]),
    ]
    frames = [
        planted.Frame(number * 10**9, 0, net.ethernet(packet, b"\2" * 6, b"\4" * 6))
        for number, packet in enumerate(packets)
    ]
    return pcap.pcapng(frames, ("eth0",))


@pytest.fixture
def stripped(ours, stage, folder):
    """(the marks, the capture, its copy)"""
    marks = planted.Marks()
    octets = capture(marks)
    path = stage.file(".pcapng")
    path.write_bytes(octets)
    path.chmod(0o644)
    (copy,) = strip(ours, folder, path)
    return marks.given, octets, copy


def test_nothing_that_identifies_is_in_the_copy(stripped):
    marks, octets, copy = stripped
    assert len(marks) > 25
    for mark in marks:
        assert mark in octets or mark[:8] in octets, mark
    runs = {mark[at : at + 6] for mark in marks for at in range(len(mark) - 5)}
    assert found(runs, copy.read_bytes()) == []


def test_what_the_verdict_needs_is_in_the_copy(stripped):
    _, octets, copy = stripped
    left = copy.read_bytes()
    kept = [INITIATOR + RESPONDER, RFC_3947, b"an implementation", bytes(range(20)),
            attribute(1, 5) + attribute(2, 2) + attribute(12, struct.pack(">I", 28800)),
            struct.pack(">II", 0xC0FFEE01, 1), struct.pack(">II", 0xC0FFEE02, 1),
            avp(0, struct.pack(">H", 1))]  # fmt: skip
    for part in kept:
        assert octets.count(part) == left.count(part) > 0, part


def test_the_copy_reads_as_before(ours, stripped, stage):
    _, octets, copy = stripped
    path = stage.file(".pcapng")
    path.write_bytes(octets)
    path.chmod(0o644)
    fields = ("isakmp.ispi", "isakmp.exchangetype", "isakmp.typepayload", "isakmp.length",
              "esp.spi", "esp.sequence", "ipsec.ike", "ipsec.esp", "udp.length", "ip.len")
    assert ours.fields(copy, fields) == ours.fields(path, fields)


def of_every_kind():
    """(the types, the octets) of messages with a payload of each type that stands in clear, of many
    contents and so of many fingerprints, and a nonce behind it."""
    octets = random.Random(1).randbytes
    kinds = {(1, 4): b"", (1, 5): b"\2\0\0\0", (1, 6): b"\4", (1, 7): b"\4", (1, 8): b"",
             (1, 9): b"", (1, 11): bytes(4) + b"\1\0\0\x0e", (1, 13): b"", (1, 20): b"",
             (1, 130): b"", (2, 34): b"\0\x0e\0\0", (2, 38): b"\4", (2, 40): b"",
             (2, 41): b"\0\0\x40\x06", (2, 43): b""}  # fmt: skip
    for (version, kind), head in kinds.items():
        nonce = (10 if version == 1 else 40, octets(16))
        for length in range(4, 164, 4):
            payload = (kind, head + octets(length))
            exchange, flags = ((4, 0), (34, 8))[version - 1]
            yield f"{kind},{nonce[0]}", message(version, exchange, flags, payload, nonce)


def test_a_fingerprint_is_not_read_as_something_else(ours, stage, folder):
    """Identity, certificate: what says how they are to be read is no form in the copy."""
    messages = list(of_every_kind())
    path = stage.file(".pcapng")
    frames = [
        planted.Frame(number * 10**9, 0, net.ethernet(packet, b"\2" * 6, b"\4" * 6))
        for number, (_, octets) in enumerate(messages)
        for packet in [net.ipv4(CLIENT, SERVER, 17, net.udp(CLIENT, SERVER, 500, 500, octets))]
    ]
    path.write_bytes(pcap.pcapng(frames, ("eth0",)))
    path.chmod(0o644)
    (copy,) = strip(ours, folder, path)
    shown = [fields["isakmp.typepayload"] for _, fields in
             ours.fields(copy, ("isakmp.typepayload",))]  # fmt: skip
    assert shown == [types for types, _ in messages]


@pytest.mark.parametrize("scenario", paths.ipsec_scenarios())
def test_the_copies_of_both_sides_lead_to_the_same_report(ours, folder, scenario):
    pair = [f"ipsec/{scenario}/{side}.pcapng" for side in ("inside", "outside")]
    done = ours.pptpnat("--json", "--strip", folder / "out", *pair)
    assert "same verdict" in done.stderr
    copies = [folder / "out" / f"{side}.pcapng" for side in ("inside", "outside")]
    again = ours.pptpnat("--json", *copies, status=done.returncode)
    before, after = json.loads(done.stdout), json.loads(again.stdout)
    for document in (before, after):
        for point in document["points"]:
            del point["file"]
    assert after == before
