"""Findings of IPsec across a NAT: one that raises each, one that nearly does. They are cut from the
recordings in captures/ipsec.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from . import FAULT, Capture, capture
from .common import INSIDE, OUTSIDE, behind
from .ipsec_point import recorded

WITHOUT_TRAVERSAL = ["ipsec_natt_missing", "ipsec_natt_not_announced", "ipsec_esp_native"]


def _both(scenario, *findings, before=None, also=()):
    """The recording of both points, up to `before` seconds, without ARP. `findings`: name, point,
    and number of the frame in the recording of that point."""
    frames = []
    for index, point in enumerate((INSIDE, OUTSIDE)):
        of_point = recorded(scenario, point, lambda _, data: data[12:14] == b"\x08\x00")
        frames += [frame._replace(interface=index, point=index) for frame in of_point]
    frames.sort(key=lambda frame: frame.time)
    if before is not None:
        end = frames[0].time + int(before * 10**9)
        frames = [frame for frame in frames if frame.time < end]
    made = Capture(path=behind(), extra=frames)
    for finding, point, number in findings:
        made.find(finding, str(number), point)
    return made.allow(*also)


@capture
def ipsec_float_blocked():
    """IKE passes the NAT on port 500; on port 4500 nothing does.

    Source: captures/ipsec/s4_float_port_blocked, L05."""
    return _both("s4_float_port_blocked", ("ipsec_float_blocked", INSIDE, 7),
                 also=["ipsec_no_reply"])


@capture
def ipsec_float_blocked_near():
    """IKE passes the NAT on both ports.

    Source: captures/ipsec/s1_one_client."""
    return _both("s1_one_client", before=1)


@capture
def ipsec_esp_misdelivered():
    """Two clients on one pair of ports: ESP of the second reaches the first.

    Source: captures/ipsec/s5c_spi_guess, L07."""
    return _both("s5c_spi_guess", ("ipsec_esp_misdelivered", INSIDE, 38),
                 also=["ipsec_port_shared"])


@capture
def ipsec_esp_misdelivered_near():
    """Two clients, each with ports and ESP of its own.

    Source: captures/ipsec/s2_two_clients."""
    return _both("s2_two_clients", before=2)


@capture
def ipsec_port_shared():
    """Two clients leave the NAT from one port.

    Source: captures/ipsec/s5c_spi_guess, L01, L11."""
    return _both("s5c_spi_guess", ("ipsec_port_shared", OUTSIDE, 26),
                 ("ipsec_port_shared", OUTSIDE, 30), also=["ipsec_esp_misdelivered"])


@capture
def ipsec_port_shared_near():
    """The second client gets other outside ports.

    Source: captures/ipsec/s2_two_clients."""
    return _both("s2_two_clients", before=2)


@capture
def ipsec_esp_native():
    """ESP of one client crosses the NAT as IP protocol 50.

    Source: captures/ipsec/s6b_native_esp_two, L06."""
    return _both("s6b_native_esp_two", ("ipsec_esp_native", INSIDE, 12), before=1,
                 also=["ipsec_natt_missing", "ipsec_natt_not_announced"]).exits(FAULT)


@capture
def ipsec_esp_native_near():
    """ESP as IP protocol 50 between two points without a NAT.

    Source: captures/ipsec/s16_no_nat."""
    return _both("s16_no_nat", before=1)


@capture
def ipsec_payload_altered():
    """An octet of an address hash is changed on the way.

    Source: captures/ipsec/s7_payload_edited_natd, L10."""
    return _both("s7_payload_edited_natd", ("ipsec_payload_altered", OUTSIDE, 5))


@capture
def ipsec_payload_altered_near():
    """Ports and addresses change, and nothing else.

    Source: captures/ipsec/s2_two_clients."""
    return _both("s2_two_clients", before=2)


@capture
def ipsec_mapping_changed():
    """The outside port of 4500 changes while the tunnel is up.

    Source: captures/ipsec/s8_mapping_changed, L09."""
    return _both("s8_mapping_changed", ("ipsec_mapping_changed", OUTSIDE, 48))


@capture
def ipsec_mapping_changed_near():
    """IKE of the second client goes on from port 500 to 4500, outside from 236 to 7252.

    Source: captures/ipsec/s2_two_clients."""
    return _both("s2_two_clients", before=2)


@capture
def ipsec_esp_not_forwarded():
    """ESP of the second client, as IP protocol 50, never leaves the NAT.

    Source: captures/ipsec/s6b_native_esp_two, L06."""
    return _both("s6b_native_esp_two", ("ipsec_esp_not_forwarded", INSIDE, 31),
                 also=WITHOUT_TRAVERSAL)


@capture
def ipsec_esp_not_forwarded_near():
    """The first client alone: all its ESP passes, as IP protocol 50.

    Source: captures/ipsec/s6b_native_esp_two."""
    return _both("s6b_native_esp_two", before=1, also=WITHOUT_TRAVERSAL).exits(FAULT)


@capture
def ipsec_natt_missing():
    """Both ends announce no NAT traversal, and two points prove a NAT.

    Source: captures/ipsec/s6b_native_esp_two, L03."""
    return _both("s6b_native_esp_two", ("ipsec_natt_missing", INSIDE, 3),
                 ("ipsec_natt_missing", OUTSIDE, 4), before=1,
                 also=["ipsec_natt_not_announced", "ipsec_esp_native"])


@capture
def ipsec_natt_missing_near():
    """The same from inside alone, where no NAT shows.

    Source: captures/ipsec/s6b_native_esp_two."""
    frames = recorded("s6b_native_esp_two", INSIDE, lambda number, _: 3 <= number <= 17)
    return Capture(extra=frames).allow("ipsec_natt_not_announced")
