"""The commands that the documents show, and what becomes of each.

SPDX-License-Identifier: GPL-2.0-or-later"""

import ctypes
import re
import shlex

from support import paths

PAGES = sorted(
    [paths.TOP / "README.md", paths.TOP / "CONTRIBUTING.md", paths.TOP / "captures" / "README.md"]
    + list((paths.TOP / "ui" / "guide").rglob("*.md"))
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
PROGRAMS = ("tshark", "pptpnat", "mergecap", "editcap", "dumpcap", "tcpdump", "capinfos",
            "iptables", "pktmon", "wireshark", "cmake", "curl")  # fmt: skip


def is_whole(line):
    """False if the command goes on in the next line."""
    if line.rstrip().endswith(("|", "\\", "&&")):
        return False
    try:
        shlex.split(line, comments=True)
    except ValueError:
        return False
    return True


def commands_of(block):
    """The commands of a block, comments gone, continued lines joined."""
    found = []
    pending = ""
    for line in block.splitlines():
        pending = f"{pending}\n{line}" if pending else line
        if is_whole(pending):
            command = re.sub(r"\s+#\s.*$", "", pending).strip()
            found += [command] if command and not command.startswith("#") else []
            pending = ""
    assert not pending, pending
    return found


def fenced(page):
    """[(language, text)] of the page's blocks."""
    return FENCE.findall(page.read_text(encoding="utf-8"))


def shell_commands():
    """[(page, command)] of the blocks that show no output."""
    return [
        (page.name if page.parent != paths.CAPTURES else "captures/README.md", command)
        for page in PAGES
        for language, text in fenced(page)
        if language in ("sh", "")
        for command in commands_of(text)
    ]


def code_spans():
    """[(page, text)] of the code within sentences and tables."""
    found = []
    for page in PAGES:
        prose = FENCE.sub("", page.read_text(encoding="utf-8"))
        found += [(page.name, text) for text in re.findall(r"`([^`\n]+)`", prose)]
    return found


def is_program(word):
    return word in PROGRAMS or word.startswith("packaging/")


def inline_commands():
    """Those code spans that are commands with arguments, or arguments."""
    return sorted(
        {
            text
            for _, text in code_spans()
            if text.startswith(("-z ", "-o "))
            or (len(text.split()) > 1 and is_program(text.split()[0]))
        }
    )


class Filter:
    """A capture filter, compiled by libpcap for Ethernet or for Linux's `any`."""

    ETHERNET = 1
    LINUX_SLL2 = 276

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_uint), ("code", ctypes.c_void_p)]

    def __init__(self, text, link=ETHERNET):
        self.pcap = ctypes.CDLL("libpcap.so.0.8")
        self.pcap.pcap_open_dead.restype = ctypes.c_void_p
        self.pcap.pcap_geterr.restype = ctypes.c_char_p
        handle = ctypes.c_void_p(self.pcap.pcap_open_dead(link, 262144))
        self.program = self.Program()
        status = self.pcap.pcap_compile(
            handle, ctypes.byref(self.program), text.encode(), 1, ctypes.c_uint(0xFFFFFFFF)
        )
        if status != 0:
            raise ValueError(f"{text}: {self.pcap.pcap_geterr(handle).decode()}")

    def passes(self, octets):
        """Whether it takes a packet."""
        return self.pcap.bpf_filter(
            ctypes.c_void_p(self.program.code), octets, len(octets), len(octets)
        ) != 0  # fmt: skip
