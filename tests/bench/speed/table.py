"""Tables in Markdown, and which of their bounds are missed.

SPDX-License-Identifier: GPL-2.0-or-later"""

import sys


class Report:
    """Everything that is printed. It is printed as it comes, because a run takes long."""

    def __init__(self):
        self.lines = []
        self.missed = []  # (what, measured, bound), as texts
        self.bounds = 0

    def say(self, text=""):
        self.lines += text.split("\n")
        print(text, flush=True)

    def headings(self, *names):
        self.say()
        self.row(*names)
        self.row(*["---"] * len(names))

    def row(self, *cells):
        self.say("| " + " | ".join(map(str, cells)) + " |")

    def held(self, what, value, bound, digits=3, shown=None):
        """The text of a cell: the value (or what is `shown` of it) and the bound it has to keep."""
        text = shown or f"{value:,.{digits}f}"
        if bound is None:
            return text
        self.bounds += 1
        limit = f"{bound:,.3f}".removesuffix("0") if digits else f"{bound:,}"
        if value <= bound:
            return f"{text} ≤ {limit}"
        self.missed.append((what, text, limit))
        return f"**{text} > {limit}**"

    def say_missed(self):
        self.say(f"\n### What misses its bound\n\nOf {self.bounds} bounds, {len(self.missed)} "
                 f"{'is' if len(self.missed) == 1 else 'are'} missed"
                 f"{':' if self.missed else '.'}")  # fmt: skip
        if self.missed:
            self.say()
        for what, text, limit in self.missed:
            self.say(f"- {what}: {text}, bound {limit}")

    def progress(self, text):
        """What is no result, for who waits."""
        if sys.stderr.isatty():
            print(text, file=sys.stderr, flush=True)
