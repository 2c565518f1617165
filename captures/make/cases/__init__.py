"""The registry: one function per capture file. Its docstring says what the file shows; a line that
starts with "Source:" says where the behaviour or the values come from.

SPDX-License-Identifier: GPL-2.0-or-later
"""
from pptpcap import pcap
from pptpcap.path import Path, Point
from pptpcap.render import EPOCH, render

# The exit statuses of pptpnat: 3 is that of captures that do not show enough, one point's always.
OK, FAULT, UNKNOWN = 0, 1, 3

# Severities of FINDINGS as a user meets them: the exit status is 1 from Warning up.
ERRORS = """bad_cookie bad_length unknown_call_id call_id_in_use callid_mistranslated
    setup_untranslated tunnel_ambiguous gre_not_forwarded gre_misdelivered payload_altered
    checksum_not_updated ip_checksum_wrong mapping_changed""".split()
WARNINGS = """unknown_type no_reply refused echo_unanswered gre_one_way ppp_stalled ppp_refused
    tcp_refused tunnel_maybe_ambiguous gre_maybe_not_forwarded gre_other_address
    gre_other_source control_not_forwarded retransmission_differs fragment_lost
    large_packets_lost closed_early reset_injected""".split()
NOTES = """reserved_not_zero resynchronised message_split message_not_first unexpected_in_state
    gre_without_call gre_not_captured gre_rejected duplicate_capture damaged_segment limit_reached
    disconnect_rewritten no_editor gre_loss link_ambiguous not_pptp""".split()
CHATS = ["window_exceeded"]
ACROSS = """callid_mistranslated setup_untranslated disconnect_rewritten tunnel_ambiguous
    tunnel_maybe_ambiguous no_editor gre_not_forwarded gre_maybe_not_forwarded gre_misdelivered
    gre_other_address control_not_forwarded reset_injected payload_altered checksum_not_updated
    ip_checksum_wrong
    retransmission_differs mapping_changed fragment_lost large_packets_lost gre_loss
    link_ambiguous""".split()
ALL = ERRORS + WARNINGS + NOTES + CHATS

CAPTURES = {}  # name -> function
COUNTED = object()  # the exit status follows from the findings and the number of points


def filter_name(finding):
    if finding not in ALL:
        raise ValueError(f"no finding {finding}")
    return ("pptp.nat." if finding in ACROSS else "pptp.analysis.") + finding


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
        loud = {filter_name(one) for one in ERRORS + WARNINGS}
        status = self.exit
        if status is COUNTED:
            quiet = OK if len(self.path.points) > 1 else UNKNOWN
            status = FAULT if any(one["id"] in loud for one in self.findings) else quiet
        entry = {"findings": self.findings, "exact": self.exact, "exit": status}
        if self.may:
            entry["may"] = self.may
        return entry
