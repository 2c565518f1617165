"""Runs tshark, sharkd and pptpnat with one build of the plugin, or with none.

Wireshark ignores WIRESHARK_PLUGIN_DIR for root, silently, so as root everything runs as nobody; and
nobody may not read root's directories, so plugin, captures and command are first copied to a place
that everybody can read. tshark also goes on without a plugin that fails to load: use `loaded`.

SPDX-License-Identifier: GPL-2.0-or-later"""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree

from support import paths

NOBODY = 65534
TIMEOUT_S = 300
PROGRAMS = ("ui/html/pptpnat-html", "ui/strip/pptpnat-strip")
# Tables of names of which -n uses none: to read them is half of the start of tshark 4.0, and three
# quarters of it with ASan.
NAMES = ("enterprises.tsv", "manuf", "services")


@functools.lru_cache(maxsize=None)
def series():
    """The major.minor of the installed tshark, which names the plugin folder."""
    words = subprocess.run(
        ["tshark", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()
    version = next(word for word in words if word[0].isdigit())
    return ".".join(version.split(".")[:2])


@functools.lru_cache(maxsize=None)
def data_folder():
    """Where Wireshark has its own data."""
    lines = subprocess.run(
        ["tshark", "-G", "folders"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    values = dict(line.split(":", 1) for line in lines if ":" in line)
    return pathlib.Path(values["Global configuration"].strip())


class Stage:
    """A temporary directory that every user can read, with what the programs need."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pptpnat-test-"))
        self.root.chmod(0o755)
        self.captures = self.root / "captures"
        self.home = self.root / "home"
        self.work = self.root / "work"
        self.data = self.root / "data"
        self._count = 0
        shutil.copytree(paths.CAPTURES, self.captures)
        if (paths.TOP / "ui" / "cli").is_dir():
            shutil.copytree(paths.TOP / "ui" / "cli", self.root / "ui" / "cli")
        # The command as it was built, where ui/cli/pptpnat looks for it.
        command = paths.build() / "ui" / "cli" / "pptpnat"
        if command.is_file():
            (self.root / "build" / "ui" / "cli").mkdir(parents=True)
            shutil.copy(command, self.root / "build" / "ui" / "cli")
        self.programs = self.root / "programs"
        self.programs.mkdir()
        for program in PROGRAMS:
            if (paths.build() / program).is_file():
                shutil.copy(paths.build() / program, self.programs)
        for folder in (self.home, self.work, self.root / "no-plugins"):
            folder.mkdir()
            folder.chmod(0o777)
        for path in self.root.rglob("*"):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        self.data.mkdir(mode=0o755)
        for path in data_folder().iterdir():
            if path.name not in NAMES:
                (self.data / path.name).symlink_to(path)

    def plugins(self, build):
        """Copies the plugin of a build and returns the folder for WIRESHARK_PLUGIN_DIR."""
        built = build / "plugins" / series() / "epan" / "pptpnat.so"
        assert built.is_file(), f"{built} is missing: build it (packaging/test.sh does)"
        folder = self.root / f"plugins-{build.name}"
        target = folder / series() / "epan"
        target.mkdir(parents=True)
        shutil.copy(built, target)
        for path in (folder, folder / series(), target, target / "pptpnat.so"):
            path.chmod(0o755)
        return folder

    def file(self, suffix=""):
        """A new path in the folder where the programs may write."""
        self._count += 1
        return self.work / f"{self._count}{suffix}"

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


class Wireshark:
    """Wireshark's programs, all with the same plugin folder and environment."""

    def __init__(self, stage, plugins=None, environment=None):
        self.stage = stage
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(stage.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "WIRESHARK_DATA_DIR": str(stage.data),
            "WIRESHARK_EXTCAP_DIR": str(stage.root / "no-plugins"),
            "WIRESHARK_PLUGIN_DIR": str(plugins or stage.root / "no-plugins"),
            **(environment or {}),
        }

    def run(self, *command, status=0, **options):
        """Runs a program as an ordinary user. `status`: what it has to return, None: anything."""
        prefix = []
        if os.geteuid() == 0:
            prefix = [
                "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
            ]  # fmt: skip
        # The environment is set behind setpriv so that LD_PRELOAD concerns the program alone.
        variables = [f"{key}={value}" for key, value in self.environment.items()]
        command = [str(word) for word in command]
        options.setdefault("stdin", subprocess.DEVNULL)
        if "input" in options:
            del options["stdin"]
        done = subprocess.run(
            prefix + ["env", "-i"] + variables + command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            cwd=self.stage.root,
            check=False,
            **options,
        )
        if status is not None:
            assert done.returncode == status, (
                f"{' '.join(command)}: status {done.returncode}, not {status}\n"
                f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
            )
        return done

    def capture(self, name):
        """The readable copy of a capture named as below captures/; other paths stay."""
        staged = self.stage.captures / name
        return staged if staged.exists() else pathlib.Path(name)

    def tshark(self, name, *arguments, status=0):
        """The output of tshark for a capture. Names depend on the machine: not resolved."""
        return self.run(
            "tshark", "-n", "-r", self.capture(name), *arguments, status=status
        ).stdout

    @functools.cached_property
    def field_names(self):
        """{filter name: (title, type)} of every pptp.*, gre.* and ipsec.* field."""
        found = {}
        for line in self.run("tshark", "-G", "fields").stdout.splitlines():
            words = line.split("\t")
            if words[0] == "F" and words[2].startswith(("pptp.", "gre.", "ipsec.")):
                found[words[2]] = (words[1], words[3])
        return found

    def loaded(self):
        """Whether tshark knows the plugin's findings."""
        return any(name.startswith("pptp.nat.") for name in self.field_names)

    def _findings_of(self, protocol):
        return {
            name: title
            for name, (title, kind) in self.field_names.items()
            if name.startswith((f"{protocol}.analysis.", f"{protocol}.nat."))
            and kind == "FT_NONE"
            and not name.endswith(".flags")
        }

    @functools.cached_property
    def finding_names(self):
        """{filter name: summary} of the expert infos that are findings of PPTP."""
        return self._findings_of("pptp")

    @functools.cached_property
    def ipsec_finding_names(self):
        """The same of IPsec."""
        return self._findings_of("ipsec")

    def one_text(self, field, text):
        """A value as every Wireshark writes it: for 4.0 truth values are 1 and 0."""
        if self.field_names.get(field, ("", ""))[1] == "FT_BOOLEAN":
            return text.replace("True", "1").replace("False", "0")
        return text

    def fields(self, name, names, *arguments, separator=","):
        """[(frame number, {field: text})] of all frames, fields that are absent left out."""
        names = list(names)
        options = [word for field in names for word in ("-e", field)]
        output = self.tshark(
            name, *arguments, "-T", "fields", "-E", "occurrence=a", "-E", f"aggregator={separator}",
            "-e", "frame.number", *options,
        )  # fmt: skip
        rows = []
        for line in output.splitlines():
            number, *values = line.split("\t")
            present = {
                field: self.one_text(field, value) for field, value in zip(names, values) if value
            }
            rows.append((int(number), present))
        return rows

    def pdml(self, name, *arguments):
        """[(frame number, <packet>)] of all frames."""
        root = xml.etree.ElementTree.fromstring(self.tshark(name, *arguments, "-T", "pdml"))
        packets = []
        for packet in root.iter("packet"):
            number = next(
                field.get("show") for field in packet.iter("field") if field.get("name") == "num"
            )
            packets.append((int(number), packet))
        return packets

    def report(self, name, *arguments, status=0):
        """(standard output, the document of -z pptp,json) of one tshark run."""
        path = self.stage.file(".json")
        output = self.tshark(name, *arguments, "-z", f"pptp,json,{path}", status=status)
        return output, json.loads(path.read_text(encoding="utf-8"))

    def pptpnat(self, *arguments, status=None):
        """Runs the command from the source tree's copy."""
        names = [
            word if str(word).startswith("-") else self.capture(word) for word in arguments
        ]
        return self.run("sh", self.stage.root / "ui" / "cli" / "pptpnat", *names, status=status)

    def sharkd(self, name, *orders):
        """Loads a capture and asks for the details of frames, order after order, in one session.
        Returns for each order {frame: tree}."""
        numbers = [number for order in orders for number in order]
        requests = [("load", {"file": str(self.capture(name))})]
        requests += [("frame", {"frame": number, "proto": True}) for number in numbers]
        lines = [
            json.dumps({"jsonrpc": "2.0", "id": index, "method": method, "params": parameters})
            for index, (method, parameters) in enumerate(requests, 1)
        ]
        output = self.run("sharkd", "-", input="\n".join(lines) + "\n").stdout
        trees = []
        for line in output.splitlines():
            if line.startswith("{"):
                answer = json.loads(line)
                assert "result" in answer, (requests[answer["id"] - 1], answer)
                trees.append(answer["result"].get("tree"))
        assert len(trees) == len(requests), f"sharkd answered {len(trees)} of {len(requests)}"
        answers = iter(trees[1:])
        return [{number: next(answers) for number in order} for order in orders]
