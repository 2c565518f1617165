"""The generator, compiled once.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from support.cost import compile_generator


@pytest.fixture(scope="session")
def generate(stage):
    program = stage.file()
    compile_generator(program)
    return program
