"""`pptpnat --open` shows the merged captures with the profile, and leaves nothing behind.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from support.desktop import Desktop


@pytest.fixture
def desktop(ours):
    made = Desktop(ours)
    yield made
    made.close()


def open_pair(desktop, ours):
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    pair = [
        ours.capture(f"lab/h_sli_mistranslated/{side}.pcapng") for side in ("inside", "outside")
    ]
    return desktop.start("inside-outside.pcapng", "sh", command, "--open", *pair)


def test_it_opens_the_merged_captures_with_the_profile_and_ends_with_the_verdict(desktop, ours):
    title = open_pair(desktop, ours)
    rows = desktop.packets(title)
    assert len(rows) == 141 and {"Call IDs", "Peer frame", "Finding"} <= set(rows[0])
    desktop.shot("open")
    cache = str(desktop.home / ".cache" / "pptpnat")
    assert [path.rsplit("/", 1)[-1] for path in desktop.do("files_below", cache)] == [title]
    assert desktop.do("quit", title) == 1
    assert desktop.do("files_below", cache) == []


def test_what_it_keeps_is_gone_when_it_is_interrupted(desktop, ours):
    open_pair(desktop, ours)
    desktop.do("interrupt")
    assert desktop.do("files_below", str(desktop.home / ".cache" / "pptpnat")) == []
