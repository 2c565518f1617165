"""The pages of ui/guide: what programs make of them, and the commands they show.

    python3 -m support.guide      (in tests/) writes the lists of findings, the generated pages and
                                  the real outputs
SPDX-License-Identifier: GPL-2.0-or-later"""

import importlib.util

from support import catalogue, paths, readme
from support.wireshark import Stage, Wireshark

GUIDE = paths.TOP / "ui" / "guide"


def filled(ours, text):
    """The text with the real output of each command that it shows."""
    return readme.BLOCK.sub(
        lambda found: f"```console\n$ {found[1]}\n{readme.output_of(ours, found[1])}```", text
    )


def generated(ours, stock):
    """{file: text} as the generator makes it today, outputs and all."""
    spec = importlib.util.spec_from_file_location("guide_make", GUIDE / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    fields = [made.run("tshark", "-G", "fields").stdout for made in (ours, stock)]
    pages = make.pages(catalogue.text(), *fields)
    return {path: filled(ours, text) for path, text in pages.items()}


def sessions():
    """[(page, command, output)] of the written pages' console blocks."""
    found = []
    for page in sorted(GUIDE.glob("*.md")):
        for command, output in readme.BLOCK.findall(page.read_text(encoding="utf-8")):
            found.append((page.name, command, output))
    return found


def main():
    catalogue.write()
    stage = Stage()
    try:
        ours = Wireshark(stage, stage.plugins(paths.build()))
        stock = Wireshark(stage)
        assert ours.loaded() and not stock.loaded()
        for path, text in generated(ours, stock).items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for page in GUIDE.glob("*.md"):
            text = filled(ours, page.read_text(encoding="utf-8"))
            page.write_text(text, encoding="utf-8")
    finally:
        stage.remove()


if __name__ == "__main__":
    main()
