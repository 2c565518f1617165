"""Captures in which one thing grows: the modes of tests/cost/generate.c.

SPDX-License-Identifier: GPL-2.0-or-later"""

import subprocess

from support import paths

FOLDER = paths.TOP / "tests" / "cost"
# mode: the smallest N. The largest, four times that, takes a second where all is well, and with
# what was quadratic once it was seen to fail.
MODES = {
    "equal_sums": 10_000,
    "one_connection_at_points": 5_000,
    "connections_at_points": 5_000,
    "joined_points": 20_000,
    "one_way_flows": 8_000,
    "strays": 12_000,
    "stray_ids": 12_000,
    "strays_of_calls": 50_000,
    "earlier_connections": 4_000,
    "ids_of_no_call": 2_000,
    "watched_pairs": 1_000,
    "nats": 1_000,
    "disputed_calls": 500,
    "sections": 5_000,
    "holes": 10_000,
    "segments_backwards": 10_000,
    "sent_again": 8_000,
    "messages_of_a_frame": 600,
    "calls_of_a_client": 3_000,
    "redials": 2_000,
}


def compile_generator(program):
    sources = [FOLDER / "generate.c", FOLDER / "traffic.c"]
    subprocess.run(["gcc", "-O2", "-o", program, *sources], check=True)


def write(generate, mode, number, path):
    with open(path, "wb") as file:
        subprocess.run([generate, mode, str(number)], stdout=file, check=True)
    path.chmod(0o644)
