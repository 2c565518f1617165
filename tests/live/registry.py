"""What a scenario is, and how it gets its name.

SPDX-License-Identifier: GPL-2.0-or-later"""

from typing import Callable, NamedTuple


class Scenario(NamedTuple):
    name: str
    what: str
    needs: tuple  # names of `probe`
    box: str  # None, "inside", "outside": as for Place.build()
    act: Callable


def registrar(scenarios, needs):
    """A decorator that puts a function into `scenarios` under its name; its docstring says what it
    shows. `needs`: those of most of them."""

    def scenario(needs=needs, box=None):
        def register(act):
            what = " ".join(act.__doc__.split())
            scenarios[act.__name__] = Scenario(act.__name__, what, needs, box, act)
            return act

        return register

    return scenario
