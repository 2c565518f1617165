"""IKE and ESP look as in stock Wireshark, with our item below theirs and nothing else; also where
stock takes them for another protocol, and then as stock shows them when it is told by Decode As.
All other UDP is exactly stock's.

SPDX-License-Identifier: GPL-2.0-or-later"""

import random

import pytest

from support import paths, udp

PASSES = pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one pass", "two passes"])
# The scenario whose second client gets port 49, XTACACS, in place of 500.
FOREIGN_PORT = "s10_ikev2_two_clients"
# Ports of other protocols that a NAT may give to port 500, and to 4500.
PORTS_FOR_500 = (
    7, 13, 19, 37, 49, 53, 67, 68, 69, 111, 123, 137, 138, 173, 213, 269, 319, 320, 389, 427, 434,
    464, 496,
)  # fmt: skip
PORTS_FOR_4500 = (1194, 1701, 1900, 2123, 2152, 3389, 3478, 3544, 3784, 4433, 4789, 5060, 5353)


def without_ours(node):
    """A <packet> of PDML as nested lists, without our item; there is no other trace of us in it."""
    children = [without_ours(child) for child in node if child.get("name") != "ipsec"]
    return [node.tag, sorted(node.items()), *children]


def expect_same(stock, ours, capture, *arguments, told=()):
    """Every frame, with all its fields and octets. `told`: what stock is told besides."""
    theirs = stock.pdml(capture, *arguments, *told)
    mine = ours.pdml(capture, *arguments)
    for (number, before), (_, after) in zip(theirs, mine, strict=True):
        assert without_ours(after) == without_ours(before), number


def decode_as(port, protocol):
    return ("-d", f"udp.port=={port},{protocol}")


def isakmp_layers(wireshark, capture, *arguments):
    """frame.protocols of each frame."""
    rows = wireshark.fields(capture, ["frame.protocols"], *arguments)
    return [values["frame.protocols"] for _, values in rows]


@PASSES
@pytest.mark.parametrize("name", paths.ipsec_captures())
def test_every_field_is_stocks(stock, ours, name, passes):
    told = decode_as(49, "isakmp") if FOREIGN_PORT in name and "inside" not in name else ()
    expect_same(stock, ours, name, *passes, told=told)


@pytest.mark.parametrize("name", paths.ipsec_captures())
def test_every_packet_of_the_truth_has_our_item(ours, name):
    """-Y ipsec finds what UDP port 500, 1701 or 4500 and protocol 50 are, but not what an error
    quotes. With two passes: where a capture begins in mid-call, nothing tells of its first ESP
    packets what they are."""
    found = {frame for frame, _ in ours.fields(name, [], "-2", "-Y", "ipsec")}
    ports = "(udp.port in {500, 1701, 4500} || ip.proto == 50) && !icmp"
    assert found == {frame for frame, _ in ours.fields(name, [], "-Y", ports)}


def moved(ours, folder, ports):
    """The outside of two clients, the second of which has other ports there."""
    octets = ours.capture("ipsec/s2_two_clients/outside.pcapng").read_bytes()
    capture = folder / "moved.pcapng"
    capture.write_bytes(udp.with_ports(octets, ports))
    capture.chmod(0o644)
    return capture


def second_client(ours):
    """The outside ports of the second client, in place of 500 and 4500."""
    name = "ipsec/s2_two_clients/outside.pcapng"
    ports = {
        int(port)
        for _, values in ours.fields(name, ["udp.srcport"], "-Y", "udp")
        for port in values["udp.srcport"].split(",")
    } - {500, 4500}
    low, high = sorted(ports)
    assert low < 512 and high > 1023
    return low, high


@pytest.mark.parametrize("port", PORTS_FOR_500)
def test_ike_on_a_port_of_another_protocol_is_as_stock_shows_it_when_told(
    stock, ours, folder, port
):
    capture = moved(ours, folder, {second_client(ours)[0]: port})
    told = decode_as(port, "isakmp")
    assert isakmp_layers(stock, capture) != isakmp_layers(stock, capture, *told), "not needed"
    for passes in ((), ("-2",)):
        expect_same(stock, ours, capture, *passes, told=told)


@pytest.mark.parametrize("port", PORTS_FOR_4500)
def test_esp_on_a_port_of_another_protocol_is_as_stock_shows_it_when_told(
    stock, ours, folder, port
):
    capture = moved(ours, folder, {second_client(ours)[1]: port})
    for passes in ((), ("-2",)):
        expect_same(stock, ours, capture, *passes, told=decode_as(port, "udpencap"))


def dns(flags):
    return bytes.fromhex(f"a1b2{flags}00010000000000000377777707657861") + b"\x6dple\x00\0\1\0\1"


def foreign_packets():
    """UDP that is neither IKE nor ESP, also on the ports of both and beside them."""
    noise = random.Random(500)
    ntp = b"\x1b" + bytes(47)
    tftp = b"\x00\x01boot\x00octet\x00"
    packets = [
        (True, 40000, 53, dns("0100")),
        (False, 40000, 53, dns("8180")),
        (True, 4500, 53, dns("0100")),  # passes for ESP: an SPI and sequence number 65536
        (False, 4500, 53, dns("8180")),
        (True, 500, 53, dns("0100")),
        (True, 123, 123, ntp),
        (True, 123, 4500, ntp),
        (True, 40001, 69, tftp),
        (False, 40001, 3000, b"\x00\x03\x00\x01" + bytes(512)),  # TFTP answers from another port
        (True, 40001, 3000, b"\x00\x04\x00\x01"),
        (True, 40002, 1194, b"\x38" + bytes(13)),
        (True, 40003, 5353, dns("0000")),
        (True, 40004, 49, bytes(range(60))),
        (True, 1701, 1701, bytes(20)),
        (True, 4500, 4500, b"\xfe"),  # no keepalive
        (True, 40005, 40006, b"\xff"),
        (True, 40007, 500, b""),
        (True, 40007, 4500, b"\0\0\0\0"),
    ]
    for length in range(0, 96, 5):
        for client, server in ((40010, 40011), (49, 1194), (40012, 443), (53, 40013)):
            packets.append((noise.random() < 0.5, client, server, noise.randbytes(length)))
    return packets


@PASSES
def test_udp_of_other_protocols_is_exactly_stocks(stock, ours, folder, passes):
    capture = udp.write(folder / "other.pcap", udp.exchange(foreign_packets()))
    expect_same(stock, ours, capture, *passes)
    for arguments in (("-V",), ("-q", "-z", "io,phs"), ("-q", "-z", "conv,udp"),
                      ("-q", "-z", "expert"), ()):  # fmt: skip
        theirs = stock.tshark(capture, *passes, *arguments)
        assert ours.tshark(capture, *passes, *arguments) == theirs, arguments


def ike(version=0x10, exchange=2, responder=0, body=b"\0" * 8):
    """An IKE message whose one payload means nothing."""
    header = b"\xa1" * 8 + responder.to_bytes(8, "big") + bytes((0, version, exchange, 0))
    return header + bytes(4) + (28 + len(body)).to_bytes(4, "big") + body


def esp(spi, seq, noise):
    return spi.to_bytes(4, "big") + seq.to_bytes(4, "big") + noise.randbytes(56)


@PASSES
def test_other_packets_of_a_conversation_with_ike_stay_what_they_are(stock, ours, folder, passes):
    """Before, between and behind: nothing of the way that IKE goes is left in the conversation, not
    even in the second pass. TFTP has a dissector of its own for its conversation."""
    tftp = [
        (True, 40001, 69, b"\x00\x01boot\x00octet\x00"),
        (False, 40001, 3000, b"\x00\x03\x00\x01" + bytes(512)),
        (True, 40001, 3000, b"\x00\x04\x00\x01"),
    ]
    packets = [
        (True, 53, 500, dns("0100")),
        (True, 53, 500, ike()),
        (True, 53, 500, dns("0100")),
        *tftp,
        (True, 40001, 3000, ike()),
        (False, 40001, 3000, b"\x00\x03\x00\x02" + bytes(512)),
    ]
    capture = udp.write(folder / "mixed.pcap", udp.exchange(packets))
    ike_frames = [2, 7]
    layers = isakmp_layers(ours, capture, *passes)
    assert [number for number, words in enumerate(layers, 1) if "isakmp" in words] == ike_frames
    theirs = stock.pdml(capture, *passes)
    for (number, before), (_, after) in zip(theirs, ours.pdml(capture, *passes), strict=True):
        if number not in ike_frames:
            assert without_ours(after) == without_ours(before), number


@PASSES
def test_esp_on_foreign_ports_takes_proof(ours, folder, passes):
    """No shape tells ESP: IKE or a keepalive between the same endpoints does, or the same SPI
    again. What came before is known in the second pass."""
    noise = random.Random(4500)
    packets = [
        (True, 1194, 4500, esp(0xC0000001, 1, noise)),
        (True, 1194, 4500, b"\xff"),
        (True, 1194, 4500, esp(0xC0000001, 2, noise)),
        (True, 53, 4500, dns("0100")),
    ]
    capture = udp.write(folder / "esp.pcap", udp.exchange(packets))
    expected = [None, None, "0", None] if not passes else ["0", None, "0", None]
    rows = ours.fields(capture, ["ipsec.esp"], *passes)
    assert [values.get("ipsec.esp") for _, values in rows] == expected
    assert isakmp_layers(ours, capture, *passes)[2:] == [
        "eth:ethertype:ip:udp:udpencap:esp",
        "eth:ethertype:ip:udp:dns",
    ]


CHOICES = {
    "another protocol on the foreign port": decode_as(49, "ntp"),
    "another protocol on 500": decode_as(500, "ntp"),
    "another protocol on 4500": decode_as(4500, "ntp"),
    "none of UDP": ("-d", "ip.proto==17,data"),
    "a list of ports": ("-o", "dns.udp.port:53,5353"),
    "ISAKMP disabled": ("--disable-protocol", "isakmp"),
    "UDP encapsulation disabled": ("--disable-protocol", "udpencap"),
    "ESP disabled": ("--disable-protocol", "esp"),
    "UDP disabled": ("--disable-protocol", "udp"),
    "heuristics first": ("-o", "udp.try_heuristic_first:TRUE"),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_the_users_choices_are_obeyed(stock, ours, choice):
    """Layers are stock's, told by Decode As where IKE may be on the foreign port."""
    capture = f"ipsec/{FOREIGN_PORT}/outside.pcapng"
    arguments = CHOICES[choice]
    of_that_packet = ("udp.port==49,ntp", "udp.port==500,ntp", "isakmp")
    told = decode_as(49, "isakmp") if arguments[1] not in of_that_packet else ()
    assert isakmp_layers(ours, capture, *arguments) == isakmp_layers(
        stock, capture, *arguments, *told
    )


OFF = {
    "switched off": ("-o", "ipsec.analysis.enabled:FALSE"),
    "protocol disabled": ("--disable-protocol", "ipsec"),
}


@pytest.mark.parametrize("way", OFF)
@pytest.mark.parametrize("name", [f"ipsec/{FOREIGN_PORT}/both.pcapng",
                                  "ipsec/s6b_native_esp_two/both.pcapng"])  # fmt: skip
def test_without_the_analysis_everything_is_stock(stock, ours, name, way):
    known = () if way == "switched off" else OFF[way]
    assert ours.tshark(name, *(known or OFF[way]), "-V") == stock.tshark(name, "-V")


def test_ipsec_is_analysed_also_where_pptp_is_not(ours):
    name = "ipsec/s1_one_client/both.pcapng"
    for off in (("-o", "pptp.analysis.enabled:FALSE"), ("--disable-protocol", "pptp")):
        assert ours.fields(name, ["ipsec.ike"], *off) == ours.fields(name, ["ipsec.ike"])


@pytest.mark.parametrize("name", paths.ipsec_captures())
def test_statistics_are_those_of_stock(stock, ours, name):
    told = decode_as(49, "isakmp") if FOREIGN_PORT in name and "inside" not in name else ()
    for table in ("io,phs", "conv,udp", "conv,ip"):
        assert ours.tshark(name, "-q", "-z", table) == stock.tshark(name, "-q", "-z", table, *told)


def test_nothing_shows_that_something_stands_before_udp_and_esp(stock, ours):
    mine = ours.run("tshark", "-G", "decodes").stdout.splitlines()
    theirs = stock.run("tshark", "-G", "decodes").stdout.splitlines()
    assert [line for line in theirs if line.startswith(("ip.proto", "udp.port"))] == [
        line for line in mine if line.startswith(("ip.proto", "udp.port"))
    ]


@pytest.mark.parametrize("snap", [42, 43, 50, 60, 74, 100])
def test_cut_packets_are_as_in_stock(stock, ours, folder, snap):
    octets = ours.capture("ipsec/s1_one_client/outside.pcapng")
    capture = folder / "cut.pcapng"
    ours.run("editcap", "-s", snap, octets, capture)
    for passes in ((), ("-2",)):
        expect_same(stock, ours, capture, *passes)


@PASSES
@pytest.mark.parametrize("way", udp.WAYS)
def test_ike_is_found_in_whatever_carries_it(stock, ours, folder, way, passes):
    frames = udp.exchange([(True, 49, 500, ike()), (False, 49, 500, ike(responder=7))])
    carried = [part for octets in frames for part in udp.carried_by(octets, way)]
    capture = udp.write(folder / "carried.pcap", carried)
    told = decode_as(49, "isakmp")
    expect_same(stock, ours, capture, *passes, told=told)
    found = [row["ipsec.ike"] for _, row in ours.fields(capture, ["ipsec.ike"], *passes) if row]
    assert found == ["0", "0"]


def test_what_a_tunnel_carries_is_stocks_and_not_analysed(stock, ours, folder):
    """A frame has one record, that of its outer packet."""
    frames = udp.exchange([(True, 500, 500, ike()), (False, 500, 500, ike(responder=7))])
    capture = udp.write(folder / "tunnel.pcap", [udp.inside_ipip(octets) for octets in frames])
    assert ours.tshark(capture, "-V") == stock.tshark(capture, "-V")
    assert all("isakmp" in layers for layers in isakmp_layers(ours, capture))


def test_a_packet_that_icmp_quotes_is_stocks(stock, ours, folder):
    (octets,) = udp.exchange([(True, 49, 500, ike())])
    quoted = octets[14:]
    message = b"\x03\x03\0\0\0\0\0\0" + quoted
    header = bytes.fromhex("4500") + (20 + len(message)).to_bytes(2, "big")
    header += bytes.fromhex("0001000040010000") + udp.SERVER + udp.CLIENT
    capture = udp.write(folder / "icmp.pcap", [udp.ETHERNET + header + message])
    for passes in ((), ("-2",)):
        assert ours.tshark(capture, *passes, "-V") == stock.tshark(capture, *passes, "-V")


def test_native_esp_is_stocks_with_our_item(stock, ours, folder):
    """Also behind IPv6 and VLAN tags, and in two passes."""
    noise = random.Random(50)
    frames = []
    for number in range(1, 4):
        octets = udp.frame(1, 1, esp(0xC0000001, number, noise)[8:], number)
        packet = octets[14:34][:9] + b"\x32" + octets[24:34] + esp(0xC0000001, number, noise)
        frames.append(udp.ETHERNET + packet[:2] + (20 + 64).to_bytes(2, "big") + packet[4:])
    capture = udp.write(folder / "esp.pcap", frames)
    for passes in ((), ("-2",)):
        expect_same(stock, ours, capture, *passes)
        rows = ours.fields(capture, ["ipsec.esp"], *passes)
        assert [row.get("ipsec.esp") for _, row in rows] == ["0"] * 3
