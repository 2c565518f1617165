"""packaging/run.sh, as it behaves once packaging/test.sh has done the set-up.

SPDX-License-Identifier: GPL-2.0-or-later"""

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
