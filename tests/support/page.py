"""Draws reports as HTML pages, and reads the pages: a small tree of elements, no browser.

SPDX-License-Identifier: GPL-2.0-or-later"""

import html.parser
import json
import re
import subprocess

from support import paths

VOID = {"meta", "br", "link", "img", "input", "hr"}
STYLE = paths.TOP / "ui" / "html" / "style.css"


def drawer():
    program = paths.build() / "ui" / "html" / "pptpnat-html"
    assert program.is_file(), f"{program} is missing: it is built where json-glib is found"
    return program


def draw_text(text, status=0):
    """The page of a report given as text or octets; `status`: what the program has to return."""
    raw = text if isinstance(text, bytes) else text.encode()
    done = subprocess.run([drawer()], input=raw, capture_output=True, timeout=60, check=False)
    assert done.returncode == status, (done.returncode, done.stderr[-2000:])
    return done.stdout.decode() if status == 0 else done.stderr.decode()


def draw(report, status=0):
    return draw_text(json.dumps(report), status)


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children = []

    def all(self, tag=None, look=None):
        """Elements below, in order, of a tag and with a class."""
        for child in self.children:
            if isinstance(child, Element):
                if (tag is None or child.tag == tag) and (look is None or look in child.looks):
                    yield child
                yield from child.all(tag, look)

    def one(self, name):
        """The element with an id."""
        return next(e for e in self.all() if e.attributes.get("id") == name)

    @property
    def looks(self):
        return (self.attributes.get("class") or "").split()

    @property
    def text(self):
        """As it is read: tips on hovering left out."""
        return "".join(
            child if isinstance(child, str) else "" if child.tag == "title" else child.text
            for child in self.children
        )


class _Reader(html.parser.HTMLParser):
    """Refuses what a browser would have to repair."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("", {}, None)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute"
        element = Element(tag, dict(attrs), self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)


def read(page):
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.at is reader.root, f"<{reader.at.tag}> is never closed"
    return reader.root


def svgs(page):
    """The pictures, each as text that is to be XML."""
    return re.findall(r"<svg .*?</svg>", page, re.DOTALL)


def strings_replaced(value, replace):
    """A copy of a document with every text (not the names of members) replaced."""
    if isinstance(value, dict):
        return {name: strings_replaced(member, replace) for name, member in value.items()}
    if isinstance(value, list):
        return [strings_replaced(member, replace) for member in value]
    return replace(value) if isinstance(value, str) else value


def multiplied(report, times):
    """The report with its calls `times` over, from other inside addresses."""
    made = {**report, "connections": [], "calls": [], "links": []}
    sizes = {name: len(report[name]) for name in ("connections", "calls", "links")}
    for turn in range(times):
        shift = {name: turn * size for name, size in sizes.items()}
        for connection in json.loads(json.dumps(report["connections"])):
            connection["id"] += shift["connections"]
            if connection["pns"]["address"].startswith("192.168.11."):
                connection["pns"]["address"] = f"10.{turn >> 8}.{turn & 255}.20"
            made["connections"].append(connection)
        for call in report["calls"]:
            made["calls"].append(
                {
                    **call,
                    "id": call["id"] + shift["calls"],
                    "connection": call["connection"] + shift["connections"],
                    "pns_call_id": (call["pns_call_id"] + turn) % 65536,
                }
            )
        for link in report["links"]:
            calls = [call + shift["calls"] for call in link["calls"]]
            made["links"].append({**link, "id": link["id"] + shift["links"], "calls": calls})
    return made
