"""Where things are: the source tree, the builds, the captures.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import pathlib

TOP = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = TOP / "captures"
LAB = CAPTURES / "lab"
IPSEC = CAPTURES / "ipsec"
OF_IPSEC = ("ipsec/", "ipsec_")


def build(kind=""):
    """A build directory: "" is the Release build, "CORE" that without Wireshark, "ASAN" the
    sanitized one. packaging/test.sh makes all three."""
    name = "PPTPNAT_BUILD" + (f"_{kind}" if kind else "")
    default = TOP / ("build" + (f"-{kind.lower()}" if kind else ""))
    return pathlib.Path(os.environ.get(name, default))


def captures():
    """Every capture of the project, as paths below captures/."""
    found = [
        path.relative_to(CAPTURES).as_posix()
        for path in CAPTURES.rglob("*")
        if path.suffix in (".pcap", ".pcapng", ".cap")
    ]
    assert found, f"no captures in {CAPTURES}"
    return sorted(found)


def single_captures():
    """The captures without the lab's inside.pcapng and outside.pcapng, whose frames are all in
    both.pcapng too, without lab2 and cases, which tests/lab judges whole, and without those of
    IPsec."""
    return [
        name
        for name in captures()
        if not name.startswith(("lab2/", "cases/", *OF_IPSEC))
        and not (
            name.startswith("lab/") and name.endswith(("/inside.pcapng", "/outside.pcapng"))
        )
    ]


def scenarios():
    """The names of the recorded lab scenarios."""
    found = sorted(path.parent.name for path in LAB.glob("*/truth.json"))
    assert found, f"no scenarios in {LAB}"
    return found


def ipsec_scenarios():
    """The names of the recorded IPsec scenarios."""
    found = sorted(path.parent.name for path in IPSEC.glob("*/truth.json"))
    assert found, f"no scenarios in {IPSEC}"
    return found


def ipsec_live():
    """The names of the recordings of the live lab of IPsec that are kept."""
    found = sorted(path.parent.name for path in CAPTURES.glob("ipsec_live/*/both.pcapng"))
    assert found, f"no recordings in {CAPTURES}/ipsec_live"
    return found


def ipsec_captures():
    """Every capture of IPsec: of recordings inside, outside, and both in one file; and one of
    each finding and of what it nearly is."""
    return [name for name in captures() if name.startswith(OF_IPSEC)]


def ipsec_pairs():
    """Those with both sides in one file."""
    return [name for name in ipsec_captures() if name.endswith("/both.pcapng")]
