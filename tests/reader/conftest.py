"""The reader alone, as tests/reader/reader_json.c runs it.

SPDX-License-Identifier: GPL-2.0-or-later"""

import shutil

import pytest

from support import paths


@pytest.fixture(scope="session")
def read(stage, ours):
    """Runs the reader: read(captures, option) is (JSON, what it decided)."""
    program = stage.root / "reader_json"
    shutil.copy(paths.build() / "tests" / "reader" / "reader_json", program)
    program.chmod(0o755)

    def run(captures, *options, before=(), status=0, **how):
        done = ours.run(*before, program, *options, *captures, status=status, **how)
        return done.stdout, done.stderr

    return run
