"""Works Wireshark's windows the way a screen reader does, by AT-SPI: reads one JSON command per
line and answers with one JSON line. Started by support/desktop.py inside a session bus of its own.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import os
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE_S = 30
LOOK_S = 3  # of one process, which does not hear of new windows


def children(node):
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield child


def descendants(node):
    for child in children(node):
        yield child
        # A table is looked into by rows and columns; its cells have no parts.
        if child.get_role_name() not in ("tree", "table"):
            yield from descendants(child)


def until(look, what, patience=LOOK_S):
    """The first true answer of `look`."""
    end = time.time() + patience
    while time.time() < end:
        try:
            found = look()
            if found:
                return found
        except GLib.Error:
            pass  # a window that is just being made or closed
        time.sleep(0.2)
    raise TimeoutError(f"not found: {what}")


def is_shown(node):
    return node.get_state_set().contains(Atspi.StateType.SHOWING)


def is_on_screen(title):
    command = ["xdotool", "search", "--onlyvisible", "--name", title]
    return subprocess.run(command, capture_output=True, check=False).stdout


class Hands:
    """What can be done to the windows that are there."""

    def program(self):
        for application in children(Atspi.get_desktop(0)):
            if application.get_name() == "Wireshark":
                return application
        return None

    def windows(self):
        return [window for window in children(self.program()) if is_shown(window)]

    def window(self, title):
        return until(
            lambda: next((w for w in self.windows() if title in w.get_name()), None), title
        )

    def table(self, window, name=None, heading=None):
        """The table called `name`, or of which the first column has the heading."""

        def look():
            for node in descendants(self.window(window)):
                if node.get_role_name() in ("tree", "table") and is_shown(node):
                    first = node.get_table_iface().get_column_description(0)
                    if name in (None, node.get_name()) and heading in (None, first):
                        return node
            return None

        return until(look, f"a table in {window}")

    # Commands

    def wait_for_packets(self, title):
        until(self.program, "Wireshark")
        self.window(title)
        rows = self.table(title, "Packet list")
        until(lambda: rows.get_table_iface().get_n_rows() > 0, "packets")
        time.sleep(1)

    def menu(self, path):
        """Chooses a menu item, its name and those of the menus above it."""
        main = next(w for w in self.windows() if w.get_role_name() == "frame")
        node = next(n for n in children(main) if n.get_role_name() == "menu bar")
        for name in path:
            if node.get_role_name() == "menu item":
                node = node.get_child_at_index(0)
            node = until(
                lambda at=node, wanted=name: next(
                    (n for n in children(at) if n.get_name().replace("&", "") == wanted), None
                ),
                name,
            )
        node.get_action_iface().do_action(0)

    def open_menu(self, name):
        """Opens a menu by a click: one of its items may wait for an answer of the user."""
        main = next(w for w in self.windows() if w.get_role_name() == "frame")
        bar = next(n for n in children(main) if n.get_role_name() == "menu bar")
        item = next(n for n in children(bar) if n.get_name().replace("&", "") == name)
        box = item.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        self.click(box.x + box.width // 2, box.y + box.height // 2, 1)
        time.sleep(1)

    def wait_for_window(self, title):
        until(lambda: is_on_screen(title), title)
        time.sleep(1)

    def type(self, text):
        subprocess.run(["xdotool", "type", text], check=True)
        time.sleep(1)

    def rows(self, window, name=None, heading=None):
        """Headings and texts of a table, as far as it is expanded."""
        table = self.table(window, name, heading)
        cells = table.get_table_iface()
        columns = cells.get_n_columns()
        lines = [[cells.get_column_description(column) for column in range(columns)]]
        for row in range(cells.get_n_rows()):
            lines.append(
                [cells.get_accessible_at(row, column).get_name() for column in range(columns)]
            )
        return lines

    def place(self, window, row, column, name=None):
        """The middle of a cell on the screen."""
        cell = self.table(window, name).get_table_iface().get_accessible_at(row, column)
        box = cell.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        return [box.x, box.y, box.width, box.height]

    def bring_up(self, window, which=0):
        """Puts a window in front of the others; of several with that title, the one asked for."""
        numbers = is_on_screen(window).split()
        number = numbers[which % len(numbers)]
        subprocess.run(["xdotool", "windowraise", number], check=True)
        time.sleep(0.5)

    def frame(self, window):
        """A window on the screen."""
        box = self.window(window).get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        return [box.x, box.y, box.width, box.height]

    def extent(self, window, name):
        """Top and bottom of a table on the screen."""
        box = self.table(window, name).get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        return [box.y, box.y + box.height]

    def select(self, window, row, name=None, times=1):
        """Clicks on a row, which has to be in sight."""
        x, y, _, height = self.place(window, row, 0, name)
        top, bottom = self.extent(window, name)
        assert top <= y <= bottom - height, f"row {row} is out of sight"
        self.click(x + 20, y + height // 2, times)
        time.sleep(0.7)

    def find(self, window, text, name):
        """The number of the first row that starts with `text`."""
        rows = self.rows(window, name)[1:]
        return next(index for index, row in enumerate(rows) if row[0].startswith(text))

    def expand_details(self, window, text):
        """Opens the subtree of a protocol in the packet details and goes to its end."""
        box = self.table(window, "Packet details").get_component_iface()
        box = box.get_extents(Atspi.CoordType.SCREEN)
        self.click(box.x + 40, box.y + 8, 1)
        self.key(["Home"])
        time.sleep(0.7)
        self.select(window, self.find(window, text, "Packet details"), "Packet details")
        self.key(["shift+Right", "End"])
        time.sleep(0.7)

    def double_click_on(self, window, text):
        self.select(window, self.find(window, text, "Packet details"), "Packet details", 2)

    def filter(self, window, text):
        """Types a display filter."""
        number = is_on_screen(window).split()[0]
        subprocess.run(["xdotool", "windowfocus", number], check=True)
        self.key(["ctrl+slash", "ctrl+a"])
        subprocess.run(["xdotool", "type", text], check=True)
        self.key(["Return"])
        time.sleep(1.5)

    def part(self, window, role, name=""):
        """The first part of a window with that role, and that name if one is given."""

        def look():
            for node in descendants(self.window(window)):
                right = name in ("", node.get_name().replace("&", ""))
                if node.get_role_name() == role and right and is_shown(node):
                    return node
            return None

        return until(look, f"{role} {name} in {window}")

    def limit(self, window, text):
        """Sets the display filter of a statistic's own window, and taps anew."""
        self.part(window, "text").get_editable_text_iface().set_text_contents(text)
        self.part(window, "push button", "Apply").get_action_iface().do_action(0)
        time.sleep(1)

    def reload(self, window):
        number = is_on_screen(window).split()[0]
        subprocess.run(["xdotool", "windowfocus", number], check=True)
        self.key(["ctrl+r"])
        time.sleep(1.5)

    def click(self, x, y, times):
        subprocess.run(
            ["xdotool", "mousemove", str(x), str(y), "click", "--repeat", str(times), "--delay",
             "80", "1"], check=True,
        )  # fmt: skip

    def key(self, keys):
        subprocess.run(["xdotool", "key", *keys], check=True)

    def shot(self, path):
        time.sleep(0.7)
        subprocess.run(["import", "-window", "root", path], check=True)

    def files_below(self, folder):
        return [os.path.join(path, name) for path, _, names in os.walk(folder) for name in names]

def look_once(order):
    """Does one command in a process of its own, as the library remembers windows that are gone."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            Atspi.init()
            answer = {"done": getattr(Hands(), order[0])(*order[1:])}
        except Exception as problem:  # every failure is the test's to show
            answer = {"failed": f"{type(problem).__name__}: {problem}"}
        with os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = json.load(pipe)
    os.waitpid(child, 0)
    return answer


def look_afresh(order):
    """Does a command as soon as what it is about is there."""
    end = time.time() + PATIENCE_S
    answer = look_once(order)
    while "failed" in answer and time.time() < end:
        answer = look_once(order)
    return answer


class Program:
    """What Wireshark was started by."""

    def __init__(self):
        self.process = None

    def open(self, argv, title):
        # Memory that was freed holds no pointers any more: who still uses it ends the program.
        environment = {**os.environ, "MALLOC_PERTURB_": "165"}
        self.process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment
        )
        # A program that is asked before its windows are made stays unknown for good.
        until(lambda: is_on_screen(title), f"a window {title}", PATIENCE_S)
        time.sleep(1)
        return look_afresh(["wait_for_packets", title])

    def quit(self, title):
        """Closes it by its menu; returns its exit status."""
        look_afresh(["menu", ["File", "Quit"]])
        return {"done": self.process.wait(PATIENCE_S)}

    def interrupt(self):
        self.process.terminate()
        return {"done": self.process.wait(PATIENCE_S)}


def main():
    program = Program()
    for line in sys.stdin:
        order = json.loads(line)
        if hasattr(program, order[0]):
            try:
                answer = getattr(program, order[0])(*order[1:])
            except (OSError, TimeoutError, subprocess.TimeoutExpired) as problem:
                answer = {"failed": str(problem)}
        else:
            answer = look_afresh(order)
        print(json.dumps(answer), flush=True)
    if program.process and program.process.poll() is None:
        program.process.terminate()


if __name__ == "__main__":
    os.umask(0o022)
    main()
