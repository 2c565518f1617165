"""The results of a run, in README.md between two marks.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import re
import subprocess

from .place import HERE

README = HERE / "README.md"
BEGIN = "<!-- tests/bench/run --write puts its results below -->"
END = "<!-- and ends here -->"


def version(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return re.search(r"\d+\.\d+(\.\d+)?", done.stdout)[0]


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    return (
        f"{os.cpu_count()} processors: {model[1] if model else os.uname().machine}; "
        f"Wireshark {version('tshark', '--version')}, "
        f"valgrind {version('valgrind', '--version')}"
    )


def write(lines):
    text = README.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    results = "\n".join(lines).strip()
    README.write_text(f"{before}{BEGIN}\n\n{results}\n\n{END}{after}")
