"""Programs on a terminal of their own, and programs that can be stopped at a chosen moment.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import pty
import select
import subprocess
import time

from support.wireshark import NOBODY


def command_line(wireshark, *words, **environment):
    """How Wireshark.run starts a program: as an ordinary user with that environment."""
    prefix = []
    if os.geteuid() == 0:
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    variables = {**wireshark.environment, **environment}
    settings = [f"{key}={value}" for key, value in variables.items()]
    # A test may run where these are ignored, which a shell cannot undo.
    signals = "--default-signal=HUP,INT,PIPE,TERM"
    return [*prefix, "env", "-i", signals, *settings, *map(str, words)]


def on_terminal(wireshark, *words, **environment):
    """(status, standard output, all that the terminal got): standard error is a terminal."""
    ours, theirs = pty.openpty()
    line = command_line(wireshark, *words, **{"TERM": "xterm", **environment})
    with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs,
                          cwd=wireshark.stage.root) as process:  # fmt: skip
        os.close(theirs)
        output, seen = b"", b""
        streams = {process.stdout.fileno(): "output", ours: "seen"}
        while streams:
            for stream in select.select(list(streams), [], [])[0]:
                try:
                    octets = os.read(stream, 65536)
                except OSError:  # the other end is closed
                    octets = b""
                if not octets:
                    del streams[stream]
                elif stream == ours:
                    seen += octets
                else:
                    output += octets
        status = process.wait()
    os.close(ours)
    return status, output.decode(), seen.decode()


def screen(seen):
    """What stands on the terminal in the end, of a program that returns and erases lines."""
    lines = [""]
    for part in seen.replace("\r\n", "\n").split("\n"):
        for number, piece in enumerate(part.split("\r")):
            if number:
                lines[-1] = ""
            if piece.startswith("\x1b[K"):
                piece = piece[3:]
            lines[-1] += piece
        lines.append("")
    return [line for line in lines if line]


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
