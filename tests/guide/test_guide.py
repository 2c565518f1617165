"""The guide says what is true: its pages are made from today's tables, its outputs are real.

SPDX-License-Identifier: GPL-2.0-or-later"""

import re

import pytest

from support import guide, paths, readme

PAGES = sorted(guide.GUIDE.rglob("*.md"))
PARTS = [
    "What it means", "Likely cause", "What to do", "Set when all of the following are true",
    "Filters", "Example",
]  # fmt: skip


@pytest.fixture(scope="module")
def generated(ours, stock):
    return guide.generated(ours, stock)


def test_generated_pages_are_those_of_today(generated):
    """If not: tests/guide/update."""
    for path, text in generated.items():
        assert path.read_text(encoding="utf-8") == text, path.name


def test_every_page_of_a_finding_has_all_that_belongs_to_it(ours, generated):
    summaries = ours.finding_names | ours.ipsec_finding_names
    pages = {path.name for path in (guide.GUIDE / "findings").iterdir()}
    assert pages == {path.name for path in generated if path.parent.name == "findings"}
    index = (guide.GUIDE / "findings.md").read_text(encoding="utf-8")
    for page in pages:
        text = (guide.GUIDE / "findings" / page).read_text(encoding="utf-8")
        name = re.match("# (.*)", text)[1]
        assert f"[`{name}`](findings/{page})" in index
        parts = dict(re.findall(r"^## (.*?)\n\n(.*?)(?=^## |\Z)", text, re.M | re.S))
        assert list(parts) in (PARTS, PARTS[:-1]), name
        assert all(len(part.strip()) > 5 for part in parts.values()), name
        if "Example" in parts:
            shown = parts["Example"].split("```")[1].splitlines()[2:]
            assert shown and summaries[name] in "\n".join(shown), name


@pytest.mark.parametrize("page,command,output", guide.sessions())
def test_shown_output_is_the_real_one(ours, page, command, output):
    assert output.strip(), f"{page} shows nothing"
    assert readme.output_of(ours, command).splitlines() == output.splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_page_is_in_the_index():
    index = (guide.GUIDE / "index.md").read_text(encoding="utf-8")
    for page in PAGES:
        if page.name not in ("index.md", "findings.prose.md") and page.parent == guide.GUIDE:
            assert f"]({page.name})" in index, page.name


def test_filters_of_the_guide_and_the_profile_are_valid(ours):
    profile = paths.TOP / "ui" / "profile" / "PPTP NAT"
    filters = re.findall(r"^\| `([^`]+)` \|", (guide.GUIDE / "filters.md").read_text(), re.M)
    filters += [line.split("@")[2] for line in (profile / "colorfilters").read_text().splitlines()
                if line.startswith("@")]  # fmt: skip
    buttons = (profile / "dfilter_buttons").read_text()
    filters += re.findall(r'^"TRUE","[^"]*","([^"]*)"', buttons, re.M)
    assert len(filters) > 20
    for text in filters:
        text = text.replace("\\|", "|").replace("\\x22", '"')
        capture = ours.capture("gre_alone.pcapng")
        done = ours.run("tshark", "-n", "-r", capture, "-Y", text, status=None)
        assert done.returncode == 0, (text, done.stderr)
