"""Who used stock Wireshark's filters, columns and settings finds all of them as they were.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from support import differential, paths

REPRESENTATIVE = [
    "lab/c3_nohelper_input_drop/both.pcapng",
    "lab/f2_silent_kill_reconnect/both.pcapng",
    "lab/h_sli_mistranslated/both.pcapng",
    "lab/r2_two_mppe_same_id/both.pcapng",
    "public/packetlife-pptp-negotiation.cap",
    "public/pcapplusplus-gre-packets.pcap",
    "public/tcpdump-pptp.pcap",
    "public/zeek-gre-pptp.pcap",
    "gre_of_other_kinds.pcapng",
]


@pytest.mark.parametrize("name", paths.single_captures())
def test_stock_fields_and_filters_are_as_in_stock_but_for_its_known_faults(stock, ours, name):
    """Every field of pptp and gre has the same octets and value, and every field and protocol that
    finds a frame in stock finds it in ours. Excepted are the frames of STOCK_FAULTS, above all the
    segments that hold a part of a message: the message is on the frame that completes it."""
    theirs, mine = stock.pdml(name, "-2"), ours.pdml(name, "-2")
    for frame in differential.compare(stock.field_names, theirs, mine):
        assert differential.explanations(frame), frame


@pytest.mark.parametrize("name", paths.single_captures())
def test_switched_off_everything_is_stock(stock, ours, name):
    """pptp.analysis.enabled FALSE hands all back to the built-in dissectors, details included."""
    off = ours.tshark(name, "-o", "pptp.analysis.enabled:FALSE", "-V")
    assert off == stock.tshark(name, "-V")


@pytest.mark.parametrize(
    "fault,example", sorted({(fault, example) for fault, example, *_ in differential.STOCK_FAULTS})
)
def test_every_known_fault_of_stock_shows_in_its_example(stock, ours, fault, example):
    """Else its row of the table is not needed, and would hide a fault of ours."""
    frames = differential.compare(
        stock.field_names, stock.pdml(example, "-2"), ours.pdml(example, "-2")
    )
    assert any(fault in differential.explanations(frame) for frame in frames)


SETTINGS = {
    "pptp disabled": ("--disable-protocol", "pptp"),
    "gre disabled": ("--disable-protocol", "gre"),
    "decode as http": ("-d", "tcp.port==1723,http"),
    "other port": ("-o", "pptp.tcp.port:1724"),
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", REPRESENTATIVE)
def test_settings_do_to_the_layers_what_they_do_in_stock(stock, ours, name, setting):
    arguments = ("-T", "fields", "-e", "frame.number", "-e", "frame.protocols")
    assert ours.tshark(name, *SETTINGS[setting], *arguments) == stock.tshark(
        name, *SETTINGS[setting], *arguments
    )


@pytest.mark.parametrize("name", REPRESENTATIVE)
def test_protocol_hierarchy_is_that_of_stock(stock, ours, name):
    assert ours.tshark(name, "-q", "-z", "io,phs") == stock.tshark(name, "-q", "-z", "io,phs")


def test_decode_as_lists_are_those_of_stock(stock, ours):
    """Nothing shows that a dissector stands before TCP and GRE."""
    mine = ours.run("tshark", "-G", "decodes").stdout.splitlines()
    theirs = stock.run("tshark", "-G", "decodes").stdout.splitlines()
    wanted = {line for line in theirs if line.startswith(("ip.proto", "tcp.port\t1723"))}
    assert wanted <= set(mine)
