"""A PostgreSQL server of a test's own: in a private folder, reached by a socket there, as a user
who is not root.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pathlib
import shlex

# Debian has them beside the path, one folder a version.
PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
                  key=lambda path: int(path.parent.name))  # fmt: skip


class Server:
    """`ours` is who runs programs (support.wireshark); `folder` is new and that user's."""

    def __init__(self, ours, folder):
        assert PROGRAMS, "PostgreSQL is not installed (the package postgresql)"
        self.ours, self.folder = ours, folder
        self.environment = {"PGHOST": str(folder), "PGUSER": "tester", "PGTZ": "UTC"}
        self.program("initdb", "-D", folder / "data", "-U", "tester", "-A", "trust", "-E", "UTF8",
                     "--no-sync", "--locale=C.UTF-8")  # fmt: skip
        settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        self.program("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", settings,
                     "start")  # fmt: skip

    def program(self, name, *words):
        # pg_ctl leaves its output to the server, which would keep a pipe open.
        script = f'exec "$@" >{self.folder}/output 2>&1'
        done = self.ours.run("sh", "-c", script, "sh", PROGRAMS[-1] / name, *words, status=None)
        assert done.returncode == 0, (self.folder / "output").read_text()

    def stop(self):
        self.program("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def run(self, script, cwd, status=0, **environment):
        """Runs a script of the shell in that folder."""
        variables = {**self.environment, **environment}
        words = [f"{name}={value}" for name, value in variables.items()]
        return self.ours.run("env", "-C", cwd, *words, "sh", "-c", script, status=status)

    def ask(self, query, cwd, *options):
        words = shlex.join([*options, "-c", query])
        return self.run(f"psql -X -d pptpnat {words}", cwd).stdout
