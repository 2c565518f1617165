"""Machines to capture on, for tests: hosts that a stand-in for ssh reaches, and on them stand-ins
for dumpcap and tcpdump, which send a capture that is there already.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import pathlib
import shlex
import subprocess
import time

from cli.terminal import command_line

# The words come as ssh would hand them to the host's shell: joined. What comes passes through
# a program that a Ctrl-C ends, as ssh would be.
RSH = """#!/bin/sh
host=$1
shift
printf '%s\\n' "$host" "$@" >{folder}/rsh.$host
[ ! -e {folder}/$host/greeting ] || cat {folder}/$host/greeting
if [ ! -d {folder}/$host ]; then
    printf 'Warning: Permanently added %s.\\r\\n' "$host" >&2
    printf 'ssh: connect to host %s port 22: No route to host\\r\\n' "$host" >&2
    exit 255
fi
input={folder}/rsh.input.$$
/usr/bin/mkfifo "$input"
exec 3<&0
/bin/cat <&3 >"$input" &
relay=$!
{{ PATH={folder}/$host; export PATH; eval "/bin/$*"; }} <"$input" 3<&- | /bin/cat 3<&-
kill "$relay" 2>/dev/null
"""
# Tells which filters an interface takes, as "-d" asks; else sends, says, waits for its end.
PROGRAM = """#!/bin/sh
PATH=/usr/bin:/bin
for word; do
    [ "$word" != -d ] || exit {tags}
done
printf '%s\\n' "$@" >{folder}/arguments
echo $$ >{folder}/pid
trap 'echo "{last}" >&2; exit 0' TERM
{act}
while :; do sleep 0.05; done
"""


class Hosts:
    """A folder with the machines. `here` is this one: its programs stand in for the real ones."""

    def __init__(self, ours, folder):
        self.ours, self.folder = ours, folder
        self.rsh = self.script(folder / "rsh", RSH.format(folder=folder))
        self.add("here", None)
        for name in ("sh", "sleep", "cat"):
            (folder / "here" / name).symlink_to(f"/bin/{name}")

    def script(self, path, text):
        path.write_text(text)
        path.chmod(0o755)
        return path

    def add(self, host, capture, program="dumpcap", act="", last="", tags=0, greeting=None):
        """A machine with a program that sends `capture`; None: a machine without one."""
        folder = self.folder / host
        folder.mkdir()
        folder.chmod(0o777)
        if greeting is not None:
            (folder / "greeting").write_bytes(greeting)
        if capture is not None or act:
            send = f"cat {shlex.quote(str(capture))}; {act}" if capture else act
            text = PROGRAM.format(folder=folder, act=send, last=last, tags=tags)
            self.script(folder / program, text)
        return folder

    def words(self, *words):
        return ("--capture", "--rsh", self.rsh, *words)

    def run(self, *words, status=None):
        done = self.ours.run("env", f"PATH={self.folder}/here", *self.command(*words),
                             status=status)  # fmt: skip
        assert self.left() == [], done.stderr
        return done

    def command(self, *words):
        return (self.ours.stage.root / "build" / "ui" / "cli" / "pptpnat", *self.words(*words))

    def start(self, *words):
        line = command_line(self.ours, *self.command(*words), PATH=f"{self.folder}/here",
                            TMPDIR=self.folder)  # fmt: skip
        return subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.folder,
                                start_new_session=True)  # fmt: skip

    def arguments(self, host):
        return (self.folder / host / "arguments").read_text().split("\n")[:-1]

    def left(self, seconds=5):
        """The stand-ins that still run after a while."""
        end = time.monotonic() + seconds
        while True:
            pids = [path.read_text().strip() for path in self.folder.glob("*/pid")]
            running = [pid for pid in pids if pid and is_running(pid)]
            if not running or time.monotonic() > end:
                return running
            time.sleep(0.05)


def is_running(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def files_in(folder):
    return sorted(os.listdir(folder)) if folder.exists() else []
