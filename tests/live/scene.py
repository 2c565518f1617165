"""Inside the namespaces: one scenario from the empty place to the closed captures.

    python3 -m live.scene SCENARIO FOLDER

This is the first process there. Exit status 0 or 1.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import pathlib
import signal
import subprocess
import sys
import traceback

from live import harness
from live.place import Place

DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "net/tun")


def private_places():
    """/run and /dev of this scene alone: state files and sockets of the programs have fixed names
    there, /dev/log must not lead to the machine's log, and nobody may be asked for names."""
    run = lambda *command: subprocess.run(command, check=True)  # noqa: E731
    run("mount", "-t", "tmpfs", "run", "/run")
    for name in ("netns", "pptp", "dev", "lock"):
        pathlib.Path("/run", name).mkdir()
    for name in filter(lambda name: os.path.exists(f"/dev/{name}"), DEVICES):
        target = pathlib.Path("/run/dev", name)
        target.parent.mkdir(exist_ok=True)
        target.touch()
        run("mount", "--bind", f"/dev/{name}", str(target))
    pathlib.Path("/run/dev/pts").mkdir()
    run("mount", "-t", "devpts", "-o", "newinstance,ptmxmode=0666", "pts", "/run/dev/pts")
    pathlib.Path("/run/dev/ptmx").symlink_to("pts/ptmx")
    pathlib.Path("/run/dev/fd").symlink_to("/proc/self/fd")
    run("mount", "--rbind", "/run/dev", "/dev")
    if os.path.exists("/etc/resolv.conf"):
        pathlib.Path("/run/resolv.conf").touch()
        run("mount", "--bind", "/run/resolv.conf", os.path.realpath("/etc/resolv.conf"))


def main(name, folder):
    scenario = harness.SCENARIOS[name]
    # Signals without a handler do nothing to the first process of a namespace.
    signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
    signal.alarm(harness.SCENE_SECONDS)
    private_places()
    place = Place(folder)
    place.note(f"{name}: {scenario.what}")
    place.build(scenario.box)
    scenario.act(place)
    place.stop_captures()
    place.note("over")
    return 0


def run_as_first(main):
    """Runs main() as the first process of its namespace, and ends with what it returns."""
    try:
        code = main(*sys.argv[1:])
    except Exception:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # takes all other processes of the namespace with it


if __name__ == "__main__":
    run_as_first(main)
