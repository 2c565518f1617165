"""A screen of its own with Wireshark on it, as an ordinary user with the project's profile.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from support import paths
from support.wireshark import NOBODY

PROFILE = "PPTP NAT"
SCREEN = "1600x1000x24"
WINDOW = {"x": 0, "y": 0, "width": 1580, "height": 960}


def artefacts():
    """Where the tests keep their screenshots."""
    folder = pathlib.Path(os.environ.get("PPTPNAT_ARTEFACTS", paths.TOP / "build" / "artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Desktop:
    def __init__(self, wireshark):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pptpnat-desktop-"))
        self.home = self.root / "home"
        settings = self.home / ".config" / "wireshark"
        shutil.copytree(paths.TOP / "ui" / "profile" / PROFILE, settings / "profiles" / PROFILE)
        (settings / "recent_common").write_text(
            "".join(f"gui.geometry_main_{key}: {value}\n" for key, value in WINDOW.items())
        )
        run = self.root / "run"
        run.mkdir(mode=0o700)
        self.work = self.root / "work"
        self.work.mkdir()
        shutil.copy(paths.TOP / "tests" / "gui" / "hands.py", self.work)
        for path in [self.root, *self.root.rglob("*")]:
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
        self.root.chmod(0o755)
        self.log = self.root / "log"
        self.screen, display = self.start_screen()
        self.environment = {
            **wireshark.environment,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(run),
            "DISPLAY": display,
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "NO_AT_BRIDGE": "0",
        }
        self.hands = self.start_hands()

    @staticmethod
    def start_screen():
        """Xvfb chooses a display that is free, and says which."""
        reading, writing = os.pipe()
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-ac"],
            pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        return process, f":{number}"

    def start_hands(self):
        prefix = []
        if os.geteuid() == 0:
            prefix = [
                "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
            ]  # fmt: skip
        variables = [f"{key}={value}" for key, value in self.environment.items()]
        return subprocess.Popen(
            prefix + ["env", "-i"] + variables
            + ["dbus-run-session", "--", "/usr/bin/python3", "-B", str(self.work / "hands.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log.open("w"),
            text=True, cwd=self.work, start_new_session=True,
        )  # fmt: skip

    def do(self, *order):
        self.hands.stdin.write(json.dumps(order) + "\n")
        self.hands.stdin.flush()
        # The services of the session bus write to the same pipe.
        line = next((text for text in self.hands.stdout if text.startswith("{")), None)
        assert line, f"{order}: the hands are gone"
        answer = json.loads(line)
        assert "failed" not in answer, f"{order}: {answer['failed']}"
        return answer["done"]

    def open(self, capture, *arguments):
        """Opens a capture; returns the title of the main window."""
        title = pathlib.Path(capture).name
        return self.start(title, "wireshark", "-C", PROFILE, "-r", capture, *arguments)

    def start(self, title, *command):
        """Runs a command that opens Wireshark with that window."""
        self.do("open", [str(word) for word in command], title)
        return title

    def shot(self, name):
        """Keeps a picture of the screen and returns its path."""
        made = self.work / f"{name}.png"
        self.do("shot", str(made))
        kept = artefacts() / f"{name}.png"
        shutil.copyfile(made, kept)
        return kept

    def packets(self, title):
        """[{heading: text}] of the packet list."""
        headings, *rows = self.do("rows", title, "Packet list")
        return [dict(zip(headings, row)) for row in rows]

    def colour_of(self, picture, title, row):
        """(red, green, blue) of the ground of a row of the packet list, from 0 to 255; None: out of
        sight."""
        x, y, _, height = self.do("place", title, row, 0, "Packet list")
        top, bottom = self.do("extent", title, "Packet list")
        if y < top or y + height > bottom:
            return None
        text = subprocess.run(
            ["convert", picture, "-crop", f"1x1+{x + 1}+{y + height - 2}", "-depth", "8",
             "-format", "%[fx:int(255*r+.5)] %[fx:int(255*g+.5)] %[fx:int(255*b+.5)]", "info:"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        return tuple(int(word) for word in text.split())

    def close(self):
        self.hands.stdin.close()
        try:
            self.hands.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.hands.pid, signal.SIGTERM)
            self.hands.wait(20)
        self.screen.terminate()
        self.screen.wait(20)
        shutil.rmtree(self.root, ignore_errors=True)
