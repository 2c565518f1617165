"""Inside the namespaces: pptpnat captures on the client and on the server, which are machines of
their own for it, while a call is made through a box that writes a wrong Call ID.

    python3 -m live.recording FOLDER COMMAND PROGRAM

PROGRAM, dumpcap or tcpdump, is the one that these machines have. Writes to FOLDER: kept/, the
captures; output.txt, report.json, messages.txt; left.txt, what still runs there afterwards.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pathlib
import shutil
import signal
import subprocess
import sys

from live import harness, running
from live.place import Place
from live.scene import private_places, run_as_first

FROM = ("c1:eth0", "srv:eth0")
CERTAIN = "ERROR: Call ID translated wrongly"
# What is on a machine's PATH besides what the kernel's administrator needs.
RSH = """#!/bin/sh
host=$1
shift
exec nsenter --net=/run/netns/"$host" -- env PATH={programs} /bin/"$@"
"""


def make_rsh(folder, program):
    programs = folder / "programs"
    programs.mkdir()
    (programs / program).symlink_to(shutil.which(program))
    rsh = folder / "rsh"
    rsh.write_text(RSH.format(programs=programs))
    rsh.chmod(0o755)
    return rsh


def wait_for(stream, text, seen):
    while text not in "".join(seen):
        line = stream.readline()
        if not line:
            raise RuntimeError(f"ended without {text!r}: {''.join(seen)}")
        seen.append(line)


def main(folder, command, program):
    # Signals without a handler do nothing to the first process of a namespace.
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(1))
    signal.alarm(harness.SCENE_SECONDS)
    private_places()
    folder = pathlib.Path(folder)
    place = Place(folder)
    place.build("inside")
    place.route()
    rule = {"from": "far", "message": "SLI", "field": "peer_call_id", "write": running.WRONG_ID}
    place.box("inside", rule)
    words = [command, "--capture", "--json", "--rsh", make_rsh(folder, program),
             "-w", folder / "kept", *FROM]  # fmt: skip
    seen = []
    with open(folder / "report.json", "w", encoding="utf-8") as report:
        process = subprocess.Popen([str(word) for word in words], stdout=report,
                                   stderr=subprocess.PIPE, text=True)  # fmt: skip
        wait_for(process.stderr, "Make the call now", seen)
        running.call(place)
        wait_for(process.stderr, CERTAIN, seen)
        process.send_signal(signal.SIGINT)
        seen.append(process.stderr.read())
        status = process.wait(timeout=30)
    (folder / "messages.txt").write_text("".join(seen))
    left = subprocess.run(["pgrep", "-l", f"{program}|nsenter"], capture_output=True, text=True,
                          check=False).stdout  # fmt: skip
    (folder / "left.txt").write_text(left)
    print(f"pptpnat ended with {status}: {''.join(seen)}")
    return 0 if status == 1 else 1


if __name__ == "__main__":
    run_as_first(main)
