"""Inside the namespaces: tshark with the plugin captures at both sides of a box while a call is
made, and prints what it thinks of it when it is stopped.

    python3 -m live.running FOLDER PLUGINS HOME STOP

STOP is "interrupt", "count" or "duration". Writes text.txt and report.json to FOLDER.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import pathlib
import signal
import subprocess
import time

from live import harness, scenarios
from live.place import Place
from live.scene import private_places, run_as_first

WRONG_ID, PACKETS, SECONDS = 8738, 12, 6
PATIENCE_S = 20
# Root is given no plugins, so tshark is nobody who may capture.
MAY_CAPTURE = "+net_raw,+net_admin"
NOBODY = [
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
    f"--inh-caps={MAY_CAPTURE}", f"--ambient-caps={MAY_CAPTURE}",
]  # fmt: skip
STOPS = {
    "interrupt": [],
    "count": ["-c", str(PACKETS)],
    "duration": ["-a", f"duration:{SECONDS}"],
}


def wait_for_captures(place, count):
    """tshark says that it captures before it does. A socket per interface, and a moment for its
    filter."""
    look = place.enter("nat", ["cat", "/proc/net/packet"])
    end = time.monotonic() + PATIENCE_S
    while len(subprocess.check_output(look, text=True).splitlines()) - 1 < count:
        assert time.monotonic() < end, "tshark does not capture"
        time.sleep(0.05)
    time.sleep(0.5)


def start_tshark(place, plugins, home, stop, text):
    environment = [f"WIRESHARK_PLUGIN_DIR={plugins}", f"HOME={home}"]
    report = place.folder / "report.json"
    command = ["tshark", "-n", "-q", "-i", "in", "-i", "out", *STOPS[stop],
               "-f", "tcp port 1723 or ip proto 47 or icmp",
               "-z", f"pptp,json,{report}", "-z", "pptp,verdict"]  # fmt: skip
    words = place.enter("nat", [*NOBODY, "env", *environment, *command])
    process = subprocess.Popen(words, stdout=text, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "Capturing on" in line:
            wait_for_captures(place, 2)
            return process
    raise RuntimeError("tshark does not capture")


def call(place):
    """The server's Set-Link-Info gets a wrong Call ID on the way in."""
    script = scenarios.START + scenarios.CALL + "?SLI gre=6" + scenarios.STOP
    answers = scenarios.ACCEPT + scenarios.ANSWER + "SLI gre=6" + scenarios.END
    server = place.tiny_server(answers, 1)
    place.finish(place.tiny_client(script), server)


def main(folder, plugins, home, stop):
    # Signals without a handler do nothing to the first process of a namespace.
    signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
    signal.alarm(harness.SCENE_SECONDS)
    private_places()
    place = Place(folder)
    place.build("inside")
    place.route()
    rule = {"from": "far", "message": "SLI", "field": "peer_call_id", "write": WRONG_ID}
    place.box("inside", rule)
    with open(pathlib.Path(folder) / "text.txt", "w", encoding="utf-8") as text:
        tshark = start_tshark(place, plugins, home, stop, text)
        call(place)
        if stop == "interrupt":
            tshark.send_signal(signal.SIGINT)
        rest = tshark.stderr.read()
        status = tshark.wait(timeout=30)
    print(f"tshark ended with {status}: {rest}")
    return status


if __name__ == "__main__":
    run_as_first(main)
