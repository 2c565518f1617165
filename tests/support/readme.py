"""The commands that README.md shows with their output, and what they really print.

    python3 -m support.readme      (in tests/) writes the real output into README.md
SPDX-License-Identifier: GPL-2.0-or-later"""

import re
import shlex

from support import paths
from support.wireshark import Stage, Wireshark

README = paths.TOP / "README.md"
BLOCK = re.compile(r"^```console\n\$ (.*?)\n(.*?)^```", re.M | re.S)


def sessions():
    """[(command, output)] of the ```console blocks: one `$ command` each and what it prints."""
    return BLOCK.findall(README.read_text(encoding="utf-8"))


def output_of(wireshark, command):
    """What the command prints; `; echo $?` at its end adds the exit status as the last line, `2>&1`
    before that what goes to standard error. `vendor` is a new directory."""
    command, asks_status, _ = command.partition("; echo $?")
    command, asks_errors, _ = command.partition(" 2>&1")
    program, *words = shlex.split(command)
    captures, vendor = wireshark.stage.captures, str(wireshark.stage.file())
    words = [vendor if word == "vendor" else word for word in words]
    words = [
        str(captures / word.removeprefix("captures/")) if word.startswith("captures/") else word
        for word in words
    ]
    if program == "pptpnat":
        done = wireshark.pptpnat(*words)
    else:
        done = wireshark.run(program, *words, status=None)
    text = done.stdout + (done.stderr if asks_errors else "")
    text = text.replace(f"{captures}/", "captures/").replace(vendor, "vendor")
    return text + (f"{done.returncode}\n" if asks_status else "")


def main():
    stage = Stage()
    try:
        ours = Wireshark(stage, stage.plugins(paths.build()))
        assert ours.loaded()
        text = README.read_text(encoding="utf-8")
        text = BLOCK.sub(
            lambda found: f"```console\n$ {found[1]}\n{output_of(ours, found[1])}```", text
        )
        README.write_text(text, encoding="utf-8")
    finally:
        stage.remove()


if __name__ == "__main__":
    main()
