"""Fixtures of all Python tests. Everything fails, nothing is skipped, if the plugin is not there.

SPDX-License-Identifier: GPL-2.0-or-later"""

import subprocess

import pytest

from support import paths
from support.wireshark import Stage, Wireshark


@pytest.fixture(scope="session")
def stage():
    made = Stage()
    yield made
    made.remove()


@pytest.fixture
def folder(stage):
    """A new folder that everybody may write to, as tshark is run as nobody."""
    made = stage.file()
    made.mkdir()
    made.chmod(0o777)
    return made


@pytest.fixture(scope="session")
def ours(stage):
    """tshark with the plugin."""
    wireshark = Wireshark(stage, stage.plugins(paths.build()))
    assert wireshark.loaded(), "no plugin is loaded: every other result would be stock's"
    return wireshark


@pytest.fixture(scope="session")
def stock(stage):
    """tshark without the plugin, even where it is installed."""
    wireshark = Wireshark(stage)
    assert not wireshark.loaded(), "stock tshark loads the plugin"
    return wireshark


@pytest.fixture(scope="session")
def sanitized(stage):
    """tshark with the plugin built for ASan and UBSan. wmem's own pools would hide overflows."""
    library = subprocess.run(
        ["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    wireshark = Wireshark(
        stage,
        stage.plugins(paths.build("ASAN")),
        {
            "LD_PRELOAD": library,
            "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple",
            "ASAN_OPTIONS": "detect_leaks=1",
            "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        },
    )
    assert wireshark.loaded(), "tshark does not load the sanitized plugin"
    return wireshark
