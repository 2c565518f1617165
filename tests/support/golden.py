"""What a golden file says: every field of the plugin's own, for one capture, frame by frame.

Fields of stock Wireshark are not in it, so that only our own changes change it.
    python3 -m support.golden      (in tests/) writes the golden files anew
SPDX-License-Identifier: GPL-2.0-or-later"""

from support import paths
from support.wireshark import Stage, Wireshark

FOLDER = paths.TOP / "tests" / "golden"


def path_of(name):
    return FOLDER / (name.replace("/", "--") + ".txt")


def own_fields(ours, stock):
    return sorted(set(ours.field_names) - set(stock.field_names))


def text_of(ours, stock, name):
    """One paragraph per frame with the fields it has. Two passes: all that is ever shown."""
    lines = [f"# {name}: the plugin's own fields, two passes"]
    for frame, values in ours.fields(name, own_fields(ours, stock), "-2"):
        if values:
            lines.append(f"{frame}")
            lines += [f"    {field} {text}" for field, text in values.items()]
    return "\n".join(lines) + "\n"


def main():
    stage = Stage()
    try:
        ours = Wireshark(stage, stage.plugins(paths.build()))
        stock = Wireshark(stage)
        assert ours.loaded() and not stock.loaded()
        wanted = set()
        for name in paths.single_captures():
            path = path_of(name)
            wanted.add(path)
            path.write_text(text_of(ours, stock, name), encoding="utf-8")
        for path in set(FOLDER.glob("*.txt")) - wanted:
            path.unlink()
        print(f"{len(wanted)} golden files written; read the difference before you commit it")
    finally:
        stage.remove()


if __name__ == "__main__":
    main()
