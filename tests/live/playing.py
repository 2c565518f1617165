"""Plays scenarios for tests: each is recorded once, and judged by stock tshark and by the plugin.

SPDX-License-Identifier: GPL-2.0-or-later"""

import concurrent.futures
import json
import os
import shutil
from typing import Any, Callable, NamedTuple

import pytest

from live import harness, probe
from live.conftest import MARK
from live.facts import SIDES

AT_A_TIME = 4
TAKES = 3


class Course(NamedTuple):
    """Scenarios of one kind, and how they are judged."""

    scenarios: dict
    expected: dict  # by name; what stock tshark must see is its `facts`
    fields: tuple  # of stock tshark
    filter: str
    facts: Callable  # of a function that reads the fields of a side
    inputs: dict  # of the plugin: {name: captures}
    # Whether stock tshark shows that the kernel did what it should.
    is_good: Callable = lambda wanted, facts: True


class Outcome(NamedTuple):
    """What came of a scenario."""

    status: int  # of the scene; the rest is empty if it is not 0
    log: str
    facts: Any
    judged: dict  # {input: (exit status, report)}


def _record(course, name, folder, stage, stock):
    """One recording: (status of the scene, its log, captures where everybody can read, facts)."""
    status = harness.run_scene_once(name, folder)
    log = harness.log_of(folder)
    if status != 0:
        return status, log, {}, None
    paths = {}
    for kind in (*SIDES, "both"):
        paths[kind] = stage.work / f"{name}.{folder.name}.{kind}.pcapng"
        shutil.copy(folder / f"{kind}.pcapng", paths[kind])
        paths[kind].chmod(0o644)
    facts = course.facts(
        lambda side: stock.fields(paths[side], course.fields, "-Y", course.filter)
    )
    return 0, log, paths, facts


def _shows_the_scenario(course, name, facts):
    wanted = course.expected[name]
    try:
        wanted.facts(facts)
        return course.is_good(wanted, facts)
    except (AssertionError, ValueError, LookupError):
        return False


def _play(course, name, folder, stage, stock, ours):
    """Records a scenario and has it judged by stock tshark and by the plugin. On a busy machine a
    program may come too late for what a scene is about: stock tshark tells, and the scene is
    recorded again; so it is where the kernel lost a call that it should have kept. What the plugin
    says of it never decides that."""
    for take in range(TAKES):
        status, log, paths, facts = _record(course, name, folder / f"take{take}", stage, stock)
        if status == 0 and _shows_the_scenario(course, name, facts):
            break
    if status != 0:
        return Outcome(status, log, None, {})
    judged = {}
    for how, kinds in course.inputs.items():
        done = ours.pptpnat("--json", *(paths[kind] for kind in kinds))
        assert done.returncode in (0, 1, 3), done.stderr
        judged[how] = done.returncode, json.loads(done.stdout)
    return Outcome(0, log, facts, judged)


def outcomes(course, request, tmp_path_factory, *programs):
    """The body of a fixture: name -> Outcome. `programs` are the fixtures stage, stock and ours.
    All chosen scenarios begin at once, several at a time; pytest-xdist's workers share the
    recordings and begin one when they need it."""
    top = tmp_path_factory.getbasetemp()
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    top = (top if alone else top.parent) / "live"
    pool = concurrent.futures.ThreadPoolExecutor(AT_A_TIME)
    begun = {}

    def missing(name):
        return probe.reason_to_skip(course.scenarios[name].needs)

    def begin(name):
        if name not in begun and not missing(name):
            begun[name] = pool.submit(_play, course, name, top / name, *programs)

    def get(name):
        begin(name)
        if name not in begun:
            pytest.skip(MARK + missing(name))
        made = begun[name].result()
        assert made.status == 0, made.log
        return made

    chosen = [item.callspec.params["name"] for item in request.session.items
              if hasattr(item, "callspec") and "name" in item.callspec.params]  # fmt: skip
    for name in course.scenarios:
        if alone and name in chosen:
            begin(name)
    yield get
    pool.shutdown(cancel_futures=True)
