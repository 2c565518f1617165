"""The colours of the page: every text has a contrast of 4.5 to 1 to what it stands on (WCAG 2.1,
1.4.3), in the light and the dark scheme.

SPDX-License-Identifier: GPL-2.0-or-later"""

import re

import pytest

from support import page

# (text, what it stands on), as style.css combines them.
PAIRS = [
    ("text", "ground"), ("text", "panel"), ("quiet", "ground"), ("quiet", "panel"),
    ("quiet", "bad-ground"), ("link", "ground"), ("link", "panel"), ("bad", "ground"),
    ("bad", "panel"), ("bad", "bad-ground"), ("odd", "ground"), ("odd", "odd-ground"),
    ("good", "good-ground"), ("good", "ground"), ("text", "bad-ground"), ("text", "odd-ground"),
    ("text", "good-ground"),
]  # fmt: skip
# Shapes that mean something need 3 to 1 (1.4.11).
SHAPES = [("bar", "ground"), ("bar-bad", "ground"), ("bar-odd", "ground"), ("bad", "ground"),
          ("quiet", "ground")]  # fmt: skip


def schemes():
    css = page.STYLE.read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(blocks) == 2
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in blocks)
    assert set(light) == set(dark), "a colour is missing in one scheme"
    return {"light": light, "dark": dark}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_the_standard_one():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme):
    colours = schemes()[scheme]
    low = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in PAIRS
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }
    assert not low


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_can_be_seen(scheme):
    colours = schemes()[scheme]
    for shape, ground in SHAPES:
        assert contrast(colours[shape], colours[ground]) >= 3, (shape, ground)


def test_every_colour_is_one_of_the_scheme():
    css = re.sub(r":root \{.*?\}", "", page.STYLE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl", css)
