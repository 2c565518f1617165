"""Two captures merged in Wireshark itself, by File, Merge: the page ui/guide/wireshark.md, and its
pictures.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import shutil

from support.desktop import Desktop
from support.wireshark import NOBODY

MERGED = "Untitled"  # a file that was not saved


def put(desktop, ours):
    """The two captures in a folder of the user's, by themselves."""
    folder = desktop.home / "captures"
    folder.mkdir()
    for side in ("inside", "outside"):
        shutil.copy(ours.capture(f"lab/h_sli_mistranslated/{side}.pcapng"), folder)
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
    return folder


def test_a_file_that_is_merged_into_the_open_one_shows_the_fault(ours):
    desktop = Desktop(ours)
    try:
        desktop.open(put(desktop, ours) / "inside.pcapng")
        desktop.do("open_menu", "File")
        desktop.do("key", ["m"])
        desktop.do("wait_for_window", "Merge")
        desktop.do("type", "outside.pcapng")
        desktop.shot("merge-dialog")
        desktop.do("key", ["Return"])
        rows = desktop.packets(MERGED)
        assert len(rows) == 141 and {"inside", "outside"} <= {row["Point"] for row in rows}
        desktop.do("filter", MERGED, "pptp.finding.judged")
        rows = desktop.packets(MERGED)
        wrong = next(index for index, row in enumerate(rows) if row["Expected"] == "1536")
        assert rows[wrong]["Finding"].startswith("Call ID translated wrongly")
        desktop.do("select", MERGED, wrong, "Packet list")
        desktop.do("expand_details", MERGED, "Point-to-Point Tunnelling")
        details = [row[0] for row in desktop.do("rows", MERGED, "Packet details")[1:]]
        at = details.index("Peer Call ID: 33244 (inside 1536, outside 33244), expected 1536")
        assert "[Expert Info (Error/Protocol): Call ID translated wrongly]" in details[at : at + 4]
        assert details.index("[NAT analysis]") > at
        desktop.do("key", ["Home"])
        desktop.do("select", MERGED, at, "Packet details")
        desktop.shot("merge-fault")
    finally:
        desktop.close()
