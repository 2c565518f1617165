"""The 15 control messages of RFC 2637 2, built from named fields.

This table is written from the RFC's figures, on purpose not from the plugin's: it is the other
opinion that the tests compare with.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct
from enum import Enum

PORT = 1723
COOKIE = 0x1A2B3C4D


class Owner(Enum):
    """Whose Call ID a field carries. As a field's value: that end's id of the call, as the sender
    of the message knows it."""
    PNS = "P"
    PAC = "A"


P, A = Owner.PNS, Owner.PAC

# name -> (type, ((field, width, default), ...)); width in octets. The default of a Call ID field is
# its owner (RFC 2637 2.7 to 2.15).
LAYOUTS = {
    "SCCRQ": (1, (("protocol_version", 2, 0x0100), ("reserved1", 2, 0),
                  ("framing_capabilities", 4, 1), ("bearer_capabilities", 4, 1),
                  ("maximum_channels", 2, 0), ("firmware_revision", 2, 0),
                  ("host_name", 64, b""), ("vendor_string", 64, b""))),
    "SCCRP": (2, (("protocol_version", 2, 0x0100), ("result", 1, 1), ("error", 1, 0),
                  ("framing_capabilities", 4, 2), ("bearer_capabilities", 4, 1),
                  ("maximum_channels", 2, 0), ("firmware_revision", 2, 0),
                  ("host_name", 64, b""), ("vendor_string", 64, b""))),
    "StopCCRQ": (3, (("reason", 1, 1), ("reserved1", 1, 0), ("reserved2", 2, 0))),
    "StopCCRP": (4, (("result", 1, 1), ("error", 1, 0), ("reserved1", 2, 0))),
    "EchoRQ": (5, (("identifier", 4, 0),)),
    "EchoRP": (6, (("identifier", 4, 0), ("result", 1, 1), ("error", 1, 0),
                   ("reserved1", 2, 0))),
    "OCRQ": (7, (("call_id", 2, P), ("serial", 2, 0), ("minimum_bps", 4, 300),
                 ("maximum_bps", 4, 100000000), ("bearer_type", 4, 3), ("framing_type", 4, 3),
                 ("window", 2, 64), ("delay", 2, 0), ("phone_number_length", 2, 0),
                 ("reserved1", 2, 0), ("phone_number", 64, b""), ("subaddress", 64, b""))),
    "OCRP": (8, (("call_id", 2, A), ("peer_call_id", 2, P), ("result", 1, 1), ("error", 1, 0),
                 ("cause", 2, 0), ("connect_speed", 4, 100000000), ("window", 2, 64),
                 ("delay", 2, 0), ("physical_channel_id", 4, 0))),
    "ICRQ": (9, (("call_id", 2, A), ("serial", 2, 0), ("bearer_type", 4, 1),
                 ("physical_channel_id", 4, 0), ("dialed_number_length", 2, 0),
                 ("dialing_number_length", 2, 0), ("dialed_number", 64, b""),
                 ("dialing_number", 64, b""), ("subaddress", 64, b""))),
    "ICRP": (10, (("call_id", 2, P), ("peer_call_id", 2, A), ("result", 1, 1), ("error", 1, 0),
                  ("window", 2, 64), ("delay", 2, 0), ("reserved1", 2, 0))),
    "ICCN": (11, (("peer_call_id", 2, P), ("reserved1", 2, 0), ("connect_speed", 4, 64000),
                  ("window", 2, 64), ("delay", 2, 0), ("framing_type", 4, 1))),
    "CCRQ": (12, (("call_id", 2, P), ("reserved1", 2, 0))),
    "CDN": (13, (("call_id", 2, A), ("result", 1, 4), ("error", 1, 0), ("cause", 2, 0),
                 ("reserved1", 2, 0), ("call_statistics", 128, b""))),
    "WEN": (14, (("peer_call_id", 2, P), ("reserved1", 2, 0), ("crc_errors", 4, 0),
                 ("framing_errors", 4, 0), ("hardware_overruns", 4, 0), ("buffer_overruns", 4, 0),
                 ("timeout_errors", 4, 0), ("alignment_errors", 4, 0))),
    "SLI": (15, (("peer_call_id", 2, A), ("reserved1", 2, 0), ("send_accm", 4, 0xFFFFFFFF),
                 ("receive_accm", 4, 0xFFFFFFFF))),
}
NAMES = {kind: name for name, (kind, _) in LAYOUTS.items()}
_CODES = {1: "B", 2: "H", 4: "I"}
_HEADER = struct.Struct(">HHIHH")
_BODIES = {name: struct.Struct(">" + "".join(_CODES.get(width, f"{width}s")
                                            for _, width, _ in cells))
           for name, (_, cells) in LAYOUTS.items()}

# name -> ((field, offset from the first octet of the message, owner by the RFC), ...)
CALL_ID_FIELDS = {}
for _name, (_, _cells) in LAYOUTS.items():
    _at, _found = 12, []
    for _field, _width, _default in _cells:
        if isinstance(_default, Owner):
            _found.append((_field, _at, _default))
        _at += _width
    CALL_ID_FIELDS[_name] = tuple(_found)


def length(name):
    return 12 + _BODIES[name].size


def build(name, *, length=None, message_type=1, cookie=COOKIE, control_type=None, reserved0=0,
          body=None, **fields):
    """The octets of message `name`. Text fields take str or bytes; Call ID fields must be numbers
    by now. `length`, `message_type`, `cookie`, `control_type` and `reserved0` make a wrong header;
    `body` replaces everything behind it."""
    kind, cells = LAYOUTS[name]
    unknown = set(fields) - {field for field, _, _ in cells}
    if unknown:
        raise TypeError(f"{name} has no field {unknown}")
    if body is None:
        values = [fields.get(field, default) for field, _, default in cells]
        body = _BODIES[name].pack(*[value.encode() if isinstance(value, str) else value
                                    for value in values])
    claimed = 12 + len(body) if length is None else length
    return _HEADER.pack(claimed, message_type, cookie,
                        kind if control_type is None else control_type, reserved0) + body
