"""The Debian package of each Wireshark series: installed, used and removed in a clean system.

Packages are made by packaging/package.sh; PPTPNAT_PACKAGE_SERIES lists the series to test.
SPDX-License-Identifier: GPL-2.0-or-later"""

import gzip
import os
import pathlib
import re
import shutil
import subprocess
import types

import pytest

from support import paths
from support.system import System

SERIES = os.environ.get("PPTPNAT_PACKAGE_SERIES", "4.0 4.4 4.6").split()
EXAMPLES = "/usr/share/doc/pptpnat/examples"
PROFILE = "/usr/share/wireshark/profiles/PPTP NAT"


def script(*words):
    done = subprocess.run(
        words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=1500, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module", params=SERIES)
def package(request, tmp_path_factory):
    """The package of a series: its path, and what is in it, unpacked."""
    path = pathlib.Path(script(paths.TOP / "packaging" / "package.sh", request.param))
    content = tmp_path_factory.mktemp("content")
    script("dpkg-deb", "-x", path, content)
    version = script("dpkg-deb", "-f", path, "Version")
    assert version.endswith(f"+wireshark{request.param}")
    return types.SimpleNamespace(
        series=request.param, path=path, content=content, version=version
    )  # fmt: skip


def in_the_system(system, path):
    """Installs, uses and removes the package; each step's result by its name."""
    steps = {
        "update": "apt-get -q update",
        "install": f"apt-get -q -y install --no-install-recommends {path}",
        "plugins": "tshark -G plugins",
        "version": "pptpnat --version",
        "faulty": f"cd {EXAMPLES} && pptpnat inside.pcapng outside.pcapng",
        "good": f"pptpnat {paths.LAB}/a_one_client_helper/both.pcapng",
        "html": f"cd {EXAMPLES} && pptpnat --html /tmp/page.html *.pcapng; cat /tmp/page.html",
        # What stands in for Wireshark tells how it was started.
        "open": "mkdir -p /tmp/bin && printf \"#!/bin/sh\\necho \\\"\\$@\\\" >/tmp/started\" "
        ">/tmp/bin/wireshark && chmod +x /tmp/bin/wireshark && "
        f"DISPLAY=:0 PATH=/tmp/bin:$PATH pptpnat --open {EXAMPLES}/*.pcapng >/dev/null; "
        "cat /tmp/started",
        "profile": f"tshark -C \"PPTP NAT\" -r {EXAMPLES}/inside.pcapng",
        "owned": "dpkg -L pptpnat",
        "remove": "apt-get -q -y remove --purge pptpnat && apt-get -q -y autoremove --purge",
        "plugins afterwards": "tshark -G plugins",
    }
    results = {}
    for name, command in steps.items():
        if name == "remove":
            results["files with it"] = system.files()
        results[name] = system.run(command)
    return results


@pytest.fixture(scope="module")
def life(package):
    with System(package.series) as system:
        before = system.files()
        results = in_the_system(system, package.path)
        return types.SimpleNamespace(before=before, after=system.files(), **{"of": results})


def test_it_installs_beside_the_distribution_s_own_wireshark(package, life):
    assert life.of["install"].status == 0, life.of["install"]
    assert f"Setting up pptpnat ({package.version})" in life.of["install"].output


def test_tshark_loads_the_plugin(package, life):
    folder = f"/wireshark/plugins/{package.series}/epan/pptpnat.so"
    assert folder in life.of["plugins"].output, life.of["plugins"]
    assert f"Wireshark {package.series}." in life.of["version"].output, life.of["version"]


def test_the_command_names_the_fault_of_the_example_and_nothing_in_a_good_capture(life):
    faulty = life.of["faulty"]
    assert faulty.status == 1, faulty
    words = " ".join(faulty.output.split())
    assert "Peer's Call ID is 33244, should be 1536" in words, faulty
    headline = "The NAT does not translate Set-Link-Info from the server."
    assert faulty.output.startswith(f"FAULT  {headline}\n")
    assert life.of["good"].status == 0, life.of["good"]


def test_the_picture_is_drawn(life):
    assert life.of["html"].status == 0 and "<svg" in life.of["html"].output, life.of["html"]


def test_wireshark_is_opened_with_the_profile_for_all_users(life):
    opened = life.of["open"]
    assert re.fullmatch(r"-C PPTP NAT -r /.*\.pcapng -g \d+\n", opened.output), opened
    assert "profile" not in life.of["open"].error, "no copy for the user was needed"
    assert PROFILE in life.of["files with it"]
    assert life.of["profile"].status == 0, life.of["profile"]
    assert life.of["profile"].output.strip()


def test_removed_nothing_of_it_is_left(life):
    assert life.of["remove"].status == 0, life.of["remove"]
    owned = set(life.of["owned"].output.split("\n"))
    assert len(owned - life.before) > 20, "the package brought files"
    assert life.after - life.before == set()
    assert life.before - life.after == set()
    assert "pptpnat" not in life.of["plugins afterwards"].output


def test_it_cannot_be_installed_beside_another_series(package):
    other = "4.0" if package.series != "4.0" else "4.4"
    with System(other) as system:
        assert system.run("apt-get -q update").status == 0
        refused = system.run(f"apt-get -q -y install {package.path}")
    assert refused.status != 0
    assert "pptpnat : Depends: tshark (" in refused.output, refused


def test_everything_a_user_needs_is_in_it(package):
    files = {path.relative_to(package.content).as_posix() for path in package.content.rglob("*")}
    wanted = {
        "usr/bin/pptpnat",
        "usr/share/pptpnat/report.schema.json",
        "usr/share/man/man1/pptpnat.1.gz",
        "usr/share/bash-completion/completions/pptpnat",
        "usr/share/zsh/site-functions/_pptpnat",
        "usr/share/fish/vendor_completions.d/pptpnat.fish",
        "usr/share/doc/pptpnat/README.md",
        "usr/share/doc/pptpnat/CHANGELOG.md",
        "usr/share/doc/pptpnat/changelog.gz",
        "usr/share/doc/pptpnat/copyright",
        "usr/share/doc/pptpnat/guide/index.md",
        "usr/share/doc/pptpnat/guide/fields.md",
    }
    assert wanted - files == set()
    profile = {path.name for path in (paths.TOP / "ui" / "profile" / "PPTP NAT").iterdir()}
    assert {path.name for path in (package.content / PROFILE[1:]).iterdir()} == profile
    log = gzip.decompress((package.content / "usr/share/doc/pptpnat/changelog.gz").read_bytes())
    assert log.decode().startswith(f"pptpnat ({package.version}) ")


def test_no_link_in_its_documents_leads_nowhere(package):
    documents = package.content / "usr/share/doc/pptpnat"
    links = []
    for page in documents.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
            if not re.match(r"[a-z]+:", target):
                links.append(target)
                assert (page.parent / target).exists(), f"{page.name}: {target}"
    assert len(links) > 10


def test_debian_s_checker_finds_no_error(package):
    assert shutil.which("lintian"), "lintian is missing: apt-get install lintian"
    done = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "error,warning", package.path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
