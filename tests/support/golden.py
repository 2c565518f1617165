"""What a golden file says: every field of the plugin's own, for one capture, frame by frame.

A frame is listed with what changed since the frame before it of the same call (or, without one, of
the same connection; ESP SA, IKE SA) at the same point: a field with its new value, or with `-`
before it where it is no longer there. So a change of the plugin shows once, not on every frame that
follows, and nothing is left out. Fields of stock Wireshark are not listed: only our own changes
change a file.

    python3 -m support.golden [NAME...]      (in tests/) writes the golden files of all captures
                                             anew, or of those whose path contains a NAME
SPDX-License-Identifier: GPL-2.0-or-later"""

import sys

from support import paths
from support.wireshark import Stage, Wireshark

FOLDER = paths.TOP / "tests" / "golden"
# What each kind of IPsec packet shows, re-keys, and answers to a wrong host. The other recordings
# are judged whole elsewhere.
OF_IPSEC = [
    "ipsec_esp_not_forwarded.pcapng", "ipsec_fragment_lost.pcapng", "ipsec_l2tp_in_clear.pcapng",
    "ipsec_mapping_changed.pcapng", "ipsec_payload_altered.pcapng", "ipsec_port_shared.pcapng",
    "ipsec_live/ike_answers_guessed/both.pcapng", "ipsec_live/ike_rekeyed_v2/both.pcapng",
]  # fmt: skip


def captures():
    return paths.single_captures() + OF_IPSEC


def path_of(name):
    return FOLDER / (name.replace("/", "--") + ".txt")


def own_fields(ours, stock):
    return sorted(set(ours.field_names) - set(stock.field_names))


def key_of(values):
    """Whose field values a frame goes on with."""
    point = values.get("pptp.nat.point", values.get("ipsec.nat.point", ""))
    for field in ("pptp.call", "pptp.stream", "ipsec.esp", "ipsec.ike"):
        if field in values:
            return (field, values[field], point)
    return ("", "", point)


def changes(before, now):
    """The lines that tell `now` from `before`, both field -> value."""
    lines = []
    for field in sorted(before.keys() | now.keys()):
        if field not in now:
            lines.append(f"    -{field}")
        elif before.get(field) != now[field]:
            lines.append(f"    {field} {now[field]}")
    return lines


def text_of(ours, stock, name):
    """One paragraph per frame that has fields. Two passes: all that is ever shown."""
    lines = [f"# {name}: the plugin's own fields, two passes, where they change"]
    latest = {}
    for frame, values in ours.fields(name, own_fields(ours, stock), "-2"):
        if not values:
            continue
        key = key_of(values)
        field, number, point = key
        what = f" {field.removeprefix('pptp.')} {number}" if field else ""
        lines.append(f"{frame}{what}{f' point {point}' if point else ''}")
        lines += changes(latest.get(key, {}), values)
        latest[key] = values
    return "\n".join(lines) + "\n"


def main(names):
    stage = Stage()
    try:
        ours = Wireshark(stage, stage.plugins(paths.build()))
        stock = Wireshark(stage)
        assert ours.loaded() and not stock.loaded()
        chosen = [
            name for name in captures() if not names or any(part in name for part in names)
        ]
        if not chosen:
            sys.exit(f"no capture has {' or '.join(names)} in its path")
        for name in chosen:
            path_of(name).write_text(text_of(ours, stock, name), encoding="utf-8")
        for path in set(FOLDER.glob("*.txt")) - {path_of(name) for name in captures()}:
            path.unlink()
        print(f"{len(chosen)} golden files written; read the difference before you commit it")
    finally:
        stage.remove()


if __name__ == "__main__":
    main(sys.argv[1:])
