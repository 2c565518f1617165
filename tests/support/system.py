"""A shell in a clean system with one Wireshark series (packaging/environment.sh), gone afterwards.

SPDX-License-Identifier: GPL-2.0-or-later"""

import dataclasses
import subprocess

from support import paths


@dataclasses.dataclass
class Result:
    status: int
    output: str
    error: str

    def __str__(self):
        return f"status {self.status}\n{self.output}\n{self.error}"


class System:
    """What one command changes, the next one finds. Use it in a `with`."""

    # Runs the words after it apart from the shell's own input and output, and then tells about it.
    RUN = (
        "run() { \"$@\" </dev/null >/tmp/output 2>/tmp/error; echo $? $(wc -c </tmp/output)"
        " $(wc -c </tmp/error); cat /tmp/output /tmp/error; }\n"
    )

    def __init__(self, series):
        script = paths.TOP / "packaging" / "environment.sh"
        self._shell = subprocess.Popen(
            [script, series, "sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._shell.stdin.write(self.RUN.encode())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._shell.stdin.close()
        self._shell.stdout.read()
        self._shell.wait()
        self._shell.stdout.close()

    def run(self, command):
        """The result of one line of shell, which must not contain single quotes."""
        assert "'" not in command
        self._shell.stdin.write(f"run sh -c '{command}'\n".encode())
        self._shell.stdin.flush()
        header = self._shell.stdout.readline().split()
        assert len(header) == 3, "the system ended: environment.sh says why"
        status, output, error = map(int, header)
        return Result(
            status,
            self._shell.stdout.read(output).decode(errors="replace"),
            self._shell.stdout.read(error).decode(errors="replace"),
        )

    def files(self):
        """Every file and folder outside of apt's and dpkg's own books and of what goes."""
        found = self.run(
            "find / -xdev \\( -path /tmp -o -path /proc -o -path /root -o -path /var/cache"
            " -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/log"
            f" -o -path {paths.TOP} \\) -prune -o -print"
        )
        assert found.status == 0, found
        return set(found.output.splitlines())
