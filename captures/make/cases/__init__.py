"""The registry: one function per capture file. Its docstring says what the file shows; a line that
starts with "Source:" says where the behaviour or the values come from.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from catalogue import FINDINGS, of_severity
from pptpcap import pcap
from pptpcap.path import Path, Point
from pptpcap.render import EPOCH, render

# The exit statuses of pptpnat: 3 is that of captures that do not show enough, one point's always.
OK, FAULT, UNKNOWN = 0, 1, 3

NOTES = of_severity("NOTE")
LOUD = of_severity("WARN", "ERROR")  # the exit status is 1 from Warning up

CAPTURES = {}  # name -> function
COUNTED = object()  # the exit status follows from the findings and the number of points


def filter_name(finding):
    if finding not in FINDINGS:
        raise ValueError(f"no finding {finding}")
    return FINDINGS[finding][0]


def capture(function):
    """Registers a function that returns a Capture; the file is named after it."""
    if function.__name__ in CAPTURES:
        raise ValueError(f"{function.__name__} exists twice")
    CAPTURES[function.__name__] = function
    return function


class Capture:
    """The frames of a file, and what has to be found in it."""

    def __init__(self, *conversations, path=None, extra=(), extension="pcapng", snaplen=0,
                 sections=False, linktype=pcap.ETHERNET, seed=0, epoch=EPOCH, order=None):
        self.path = path or Path((Point("eth0"),), [])
        frames = render(self.path, *conversations, seed=seed, epoch=epoch) + list(extra)
        self.frames = sorted(frames, key=order or (lambda frame: frame.time))
        self.extension, self.snaplen, self.linktype = extension, snaplen, linktype
        self.sections = sections
        self.findings, self.may, self.exact, self.exit = [], [], True, COUNTED

    def octets(self):
        names = self.path.interfaces()
        if self.extension == "pcap":
            return pcap.pcap(self.frames, snaplen=self.snaplen, linktype=self.linktype)
        if self.sections:
            return pcap.pcapng_sections(self.frames, names)
        return pcap.pcapng(self.frames, names, snaplen=self.snaplen, linktype=self.linktype)

    def frame(self, tag, point=0):
        """The number of the first frame that shows `tag` at `point` (a name or an index)."""
        if isinstance(point, str):
            point = [one.name for one in self.path.points].index(point)
        for number, frame in enumerate(self.frames, 1):
            if frame.tag == tag and frame.point == point:
                return number
        raise KeyError(f"no frame {tag} at point {point}")

    def find(self, finding, tag=None, point=0, **values):
        """`finding` has to be there, judged on the frame of `tag` (None: anywhere)."""
        frame = None if tag is None else self.frame(tag, point)
        self.findings.append({"id": filter_name(finding), "frame": frame, **values})
        return self

    def allow(self, *findings):
        """May be there or not."""
        self.may += [filter_name(one) for one in findings]
        return self

    def loosely(self):
        """Other findings may be there too."""
        self.exact = False
        return self

    def exits(self, status):
        """An exit status that does not follow from the findings and points; None: any."""
        self.exit = status
        return self

    def expectation(self):
        loud = {filter_name(one) for one in LOUD}
        status = self.exit
        if status is COUNTED:
            quiet = OK if len(self.path.points) > 1 else UNKNOWN
            status = FAULT if any(one["id"] in loud for one in self.findings) else quiet
        entry = {"findings": self.findings, "exact": self.exact, "exit": status}
        if self.may:
            entry["may"] = self.may
        return entry
