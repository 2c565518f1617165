"""packaging/run.sh, as it behaves once packaging/test.sh has done the set-up.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import shlex
import shutil
import subprocess

import pytest

from support import paths


def run_sh(*captures):
    return subprocess.run(
        [paths.TOP / "packaging" / "run.sh", *captures],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120, check=False,
    )  # fmt: skip


def test_a_second_time_it_is_quiet_and_analyses_the_bundled_pair():
    done = run_sh()
    assert done.returncode == 1, done.stderr
    assert "1536" in done.stdout and "33244" in done.stdout
    assert "installing" not in done.stderr and "building" not in done.stderr


@pytest.mark.parametrize(
    "scenario,status", [("a_one_client_helper", 0), ("h_sli_mistranslated", 1)]
)
def test_it_hands_on_the_exit_status_of_pptpnat(scenario, status):
    done = run_sh(paths.LAB / scenario / "both.pcapng")
    assert done.returncode == status, done.stdout + done.stderr


def test_a_file_that_is_no_capture_cannot_be_judged(tmp_path):
    empty = tmp_path / "empty.pcapng"
    empty.write_bytes(b"")
    done = run_sh(empty)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr, "says nothing of what to do"


# -- the command in the PATH, and the way back, in a folder that stands for the whole system

FILES = {"bin/pptpnat", "share/man/man1/pptpnat.1", "share/bash-completion/completions/pptpnat",
         "share/zsh/site-functions/_pptpnat",
         "share/fish/vendor_completions.d/pptpnat.fish"}  # fmt: skip
SUDO = 'as_root() { "$@"; }'
NO_SUDO = "as_root() { return 126; }"


class Machine:
    def __init__(self, folder):
        self.folder = folder
        self.all, self.home = folder / "usr" / "local", folder / "home"
        self.one = self.home / ".local"
        self.home.mkdir()

    def do(self, script, root=SUDO, status=0):
        """What is said."""
        top = shlex.quote(str(paths.TOP))
        lines = [f"top={top}", ". $top/packaging/lib.sh", ". $top/packaging/local.sh", root, script]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home),
                       "DESTDIR": str(self.folder)}  # fmt: skip
        done = subprocess.run(["sh", "-u", "-c", "\n".join(lines)], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False, env=environment)  # fmt: skip
        assert done.returncode == status, done.stderr
        assert done.stdout == ""
        return done.stderr

    def files(self):
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                if not path.is_dir()}  # fmt: skip


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_command_comes_into_the_path_and_is_replaced_when_it_is_old(machine):
    assert machine.do("install_command") == f"pptpnat is now in {machine.all}/bin\n"
    assert machine.files() == {f"usr/local/{name}" for name in FILES}
    done = subprocess.run([machine.all / "bin" / "pptpnat", "--version"], capture_output=True,
                          text=True, check=True)  # fmt: skip
    assert done.stdout.startswith("pptpnat ")
    assert machine.do("install_command") == ""
    (machine.all / "bin" / "pptpnat").write_text("older")
    assert machine.do("install_command") == ""
    assert (machine.all / "bin" / "pptpnat").read_bytes()[1:4] == b"ELF"


def test_a_user_who_cannot_become_root_gets_it_alone(machine):
    said = machine.do("install_command", NO_SUDO)
    assert f"pptpnat is now in {machine.one}/bin\n" in said and "PATH=$PATH:" in said
    assert machine.files() == {f"home/.local/{name}" for name in FILES}
    said = machine.do('PATH="$PATH:$for_one/bin"; install_command', NO_SUDO)
    assert said == ""


def test_uninstall_leaves_nothing(machine):
    machine.do("install_command")
    machine.do("install_command", NO_SUDO)
    below = ("usr/lib/x86_64-linux-gnu", "home/.local/lib")
    for place in below:
        plugins = machine.folder / place / "wireshark" / "plugins"
        for series in ("4.0", "4.4"):
            (plugins / series / "epan").mkdir(parents=True)
            (plugins / series / "epan" / "pptpnat.so").write_text("plugin")
            (plugins / series / "epan" / "other.so").write_text("of somebody else")
    for profiles in ("usr/share/wireshark/profiles", "home/.config/wireshark/profiles"):
        shutil.copytree(paths.TOP / "ui" / "profile" / "PPTP NAT",
                        machine.folder / profiles / "PPTP NAT")  # fmt: skip
    changed = machine.home / ".config" / "wireshark" / "profiles" / "PPTP NAT" / "preferences"
    changed.write_text("of the user")
    said = machine.do("uninstall")
    assert f"removed {machine.all}/bin/pptpnat\n" in said
    assert "PPTP NAT was changed, and stays" in said
    left = machine.files()
    others = {f"{place}/wireshark/plugins/{series}/epan/other.so"
              for place in below for series in ("4.0", "4.4")}  # fmt: skip
    profile = {name for name in left if name.startswith("home/.config/wireshark/profiles/")}
    assert left == others | profile and len(profile) == len(list(changed.parent.iterdir()))
    assert "removed" not in machine.do("uninstall")


def test_uninstall_says_what_it_may_not_remove(machine):
    machine.do("install_command")
    if os.geteuid() == 0:
        said = machine.do("quietly() { return 1; }; uninstall", status=2)
    else:
        (machine.all / "bin").chmod(0o555)
        said = machine.do("uninstall", NO_SUDO, status=2)
        (machine.all / "bin").chmod(0o755)
    assert f"{machine.all}/bin/pptpnat could not be removed" in said


def test_what_a_package_has_installed_is_left_to_apt(machine):
    machine.do("install_command")
    assert machine.do("is_of_a_package() { true; }; uninstall") == ""
    assert machine.files() == {f"usr/local/{name}" for name in FILES}
