"""Starts scenarios in namespaces of their own.

SPDX-License-Identifier: GPL-2.0-or-later"""

import fcntl
import json
import pathlib
import subprocess
import sys

from live import ike_scenarios, probe, scenarios

SCENARIOS = {**scenarios.ALL, **ike_scenarios.ALL}
SKIP = 77
SCENE_SECONDS = 60


def run_scene(name, folder):
    """Runs a scenario; its captures and log.txt are in `folder` afterwards. Returns the exit status
    of the scene: 0, SKIP, or anything else for a failure."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    missing = probe.reason_to_skip(SCENARIOS[name].needs)
    if missing:
        (folder / "log.txt").write_text(f"SKIP: {name}: {missing}\n", encoding="utf-8")
        return SKIP
    command = [sys.executable, "-m", "live.scene", name, str(folder)]
    try:
        done = probe.in_namespaces(command, timeout=SCENE_SECONDS)
        status, text = done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        status, text = 1, f"not over after {SCENE_SECONDS} s\n"
    with open(folder / "log.txt", "a", encoding="utf-8") as log:
        log.write(text)
    return status


def run_scene_once(name, folder):
    """run_scene(), once for all processes that share `folder` (pytest-xdist's workers)."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = folder / "status.json"
        if not result.exists():
            result.write_text(json.dumps(run_scene(name, folder)))
        return json.loads(result.read_text())


def log_of(folder):
    path = pathlib.Path(folder) / "log.txt"
    return path.read_text(encoding="utf-8") if path.exists() else "(no log)"
