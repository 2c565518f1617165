"""No input costs more than n log n: what a capture can make grow is doubled twice.

generate.c writes the captures. A mode fails where both doublings cost more than GROWTH times the
CPU time (user and system), the best of three runs, as far as they take more than ENOUGH_S: below
that it is the start of tshark. Twice is linear, four times is quadratic.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import subprocess

import pytest

from support.cost import MODES, write

GROWTH = 2.6
ENOUGH_S = 0.3
RUNS = 3


def cpu_seconds(ours, path):
    before = os.times()
    ours.tshark(path, "-q", "-z", "pptp,verdict")
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def grows_too_fast(seconds):
    return all(
        more > ENOUGH_S and more > GROWTH * less for less, more in zip(seconds, seconds[1:])
    )


def test_growth_counts_where_both_doublings_are_dear():
    assert grows_too_fast([0.2, 0.8, 3.2])
    assert not grows_too_fast([0.2, 0.8, 1.6]), "a bound is reached"
    assert not grows_too_fast([0.5, 0.8, 3.2]), "one of two: a table that grew"
    assert not grows_too_fast([0.02, 0.06, 0.28]), "too little to tell"


def test_every_mode_is_measured(generate):
    listed = subprocess.run([generate], capture_output=True, text=True, check=True).stdout
    assert listed.split() == list(MODES)


@pytest.mark.parametrize("mode", MODES)
def test_twice_as_much_costs_about_twice_as_much(mode, ours, stage, generate):
    files = []
    for number in (MODES[mode], 2 * MODES[mode], 4 * MODES[mode]):
        files.append(stage.file(".pcapng"))
        write(generate, mode, number, files[-1])
    seconds = [float("inf")] * len(files)
    for _ in range(RUNS):
        seconds = [min(best, cpu_seconds(ours, path)) for best, path in zip(seconds, files)]
        if not grows_too_fast(seconds):
            break
    for path in files:
        path.unlink()
    words = ", ".join(f"{value:.2f}" for value in seconds)
    assert not grows_too_fast(seconds), f"{mode}: {words} s for N, 2 N and 4 N"
