"""The page about many captures: a tree of them is judged, the reports are loaded into a server, and
asked. The commands, questions and answers are those of the page.

    python3 -m postgresql.test_postgresql      (in tests/) writes the answers to the page

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import re
import shutil

import pytest

from support import documents, guide, paths
from support.postgresql import Server
from support.wireshark import Stage, Wireshark

PAGE = guide.GUIDE / "postgresql.md"
QUESTION = re.compile(r"^```sql\n(.*?)^```\n\n```text\n(.*?)^```", re.M | re.S)
# Where the captures of each run come from.
RUNS = {
    "berlin/1": "lab/a_one_client_helper",
    "berlin/2": "lab/h_sli_mistranslated",
    "hamburg/1": "lab/c3_nohelper_input_drop",
    "hamburg/2": "lab/g_loss",
    "praha/1": "ipsec/s4_float_port_blocked",
    "praha/2": "ipsec/s2_two_clients",
    "wien/1": "lab/b_two_clients_same_id_helper",
    "wien/2": "lab2/x6_mtu_blackhole",
}
HOSTILE = "o'sl\"o; $(id)\n\\"  # the name of a site


def commands():
    found = [command for language, text in documents.fenced(PAGE) if language == "sh"
             for command in documents.commands_of(text)]  # fmt: skip
    judge, create, load = found
    return judge, create, load


def questions():
    return QUESTION.findall(PAGE.read_text(encoding="utf-8"))


def make_tree(ours, folder):
    """Where a reader would stand."""
    for run, source in RUNS.items():
        made = folder / "captures" / run
        made.mkdir(parents=True)
        for side in ("inside", "outside"):
            shutil.copy(ours.capture(f"{source}/{side}.pcapng"), made)
    broken = folder / "captures" / "wien" / "3"
    broken.mkdir()
    (broken / "notes.pcap").write_text("no capture")
    (folder / "bin").mkdir()
    program = folder / "bin" / "pptpnat"
    program.write_text(f'#!/bin/sh\nexec sh {ours.stage.root}/ui/cli/pptpnat "$@"\n')
    (folder / "ui" / "guide").mkdir(parents=True)
    shutil.copy(guide.GUIDE / "reports.sql", folder / "ui" / "guide")
    for path in folder.rglob("*"):
        path.chmod(0o777)


class Readers:
    """Somebody who does what the page says."""

    def __init__(self, ours, folder):
        self.folder = folder / "place"
        self.folder.mkdir()
        make_tree(ours, self.folder)
        (folder / "server").mkdir()
        for path in (self.folder, folder / "server"):
            path.chmod(0o777)
        self.server = Server(ours, folder / "server")

    def do(self, script, status=0):
        path = f"{self.folder}/bin:{self.server.ours.environment['PATH']}"
        return self.server.run(script, self.folder, status, PATH=path)

    def answer(self, query):
        text = self.server.ask(query, self.folder)
        return "".join(f"{line.rstrip()}\n" for line in text.rstrip("\n").splitlines())

    def read(self):
        judge, create, load = commands()
        self.do(judge, status=123)
        self.do(create)
        self.do(load)


@pytest.fixture(scope="module")
def reader(ours):
    folder = ours.stage.file()
    folder.mkdir()
    folder.chmod(0o777)
    made = Readers(ours, folder)
    try:
        made.read()
        yield made
    finally:
        made.server.stop()


def test_each_question_has_the_answer_that_is_shown(reader):
    """If not: python3 -m postgresql.test_postgresql, in tests/."""
    assert len(questions()) >= 5
    for query, shown in questions():
        assert reader.answer(query) == shown, query


def test_what_cannot_be_read_has_no_report_and_a_message(reader):
    broken = reader.folder / "captures" / "wien" / "3"
    assert (broken / "report.json").read_text() == ""
    assert "notes.pcap is not a capture" in (broken / "messages.txt").read_text()


def test_the_answers_are_those_of_the_reports(reader):
    """Counted here again, without the views."""
    reports = {run: json.loads((reader.folder / "captures" / run / "report.json").read_text())
               for run in RUNS}  # fmt: skip
    faulty = {run for run, report in reports.items() if report["verdict"]["status"] == "fault"}
    assert len(faulty) > 3
    text = reader.server.ask("SELECT site, run FROM report WHERE status = 'fault'", reader.folder,
                             "-A", "-t", "-F", "/")  # fmt: skip
    assert set(text.split()) == faulty
    lost = {}
    for run, report in reports.items():
        for link in report["links"]:
            for direction, way in link["gre"].items():
                key = f"{run.split('/')[0]}/{direction}"
                lost[key] = lost.get(key, 0) + sum(hop["lost"] for hop in way["hops"])
    text = reader.server.ask("SELECT site, direction, sum(lost) FROM gre_hop GROUP BY 1, 2",
                             reader.folder, "-A", "-t", "-F", "/")  # fmt: skip
    assert dict(line.rsplit("/", 1) for line in text.split()) == {
        key: str(count) for key, count in lost.items()}  # fmt: skip
    text = reader.server.ask("SELECT DISTINCT client, router, server FROM tunnel", reader.folder,
                             "-A", "-t", "-F", " ")  # fmt: skip
    assert set(text.splitlines()) == {
        f"192.168.11.{host} 192.168.1.30 192.168.1.10" for host in (20, 22)}  # fmt: skip


def test_it_may_be_loaded_again(reader):
    before = reader.server.ask("SELECT count(*) FROM report", reader.folder, "-A", "-t")
    reader.do(commands()[2])
    assert reader.server.ask("SELECT count(*) FROM report", reader.folder, "-A", "-t") == before
    for query, shown in questions():
        assert reader.answer(query) == shown, query


def test_a_name_of_a_directory_does_nothing(reader):
    """It comes as it is, and the others stay."""
    site = reader.folder / "captures" / HOSTILE
    shutil.copytree(reader.folder / "captures" / "berlin" / "2", site / "hostile")
    (site / "hostile" / "report.json").unlink()
    for path in (site, *site.rglob("*")):
        path.chmod(0o777)
    try:
        judge, _, load = commands()
        reader.do(judge, status=123)
        reader.do(load)
        text = reader.server.ask("SELECT to_json(site) FROM report WHERE run = 'hostile'",
                                 reader.folder, "-A", "-t")  # fmt: skip
        assert json.loads(text) == HOSTILE
    finally:
        shutil.rmtree(site)
        reader.server.ask("DELETE FROM report WHERE run = 'hostile'", reader.folder)


def test_the_views_take_every_report_there_is(reader, ours):
    """Whatever stands in it: no tunnel, many NATs, the server inside."""
    names = sorted(str(path.relative_to(paths.CAPTURES)) for path in
                   [*paths.CAPTURES.glob("*.pcapng"), *paths.CAPTURES.glob("*/*/both.pcapng")])
    lines, unknown = [], 0
    for number, name in enumerate(names):
        text = ours.pptpnat("--json", name).stdout
        if text:
            report = json.loads(text)
            known = {call["id"]: call["connection"] is not None for call in report["calls"]}
            unknown += sum(not known[link["calls"][0]] for link in report["links"])
            lines.append(json.dumps({**report, "site": "all", "run": f"{number}"}))
    assert len(lines) > 100 and unknown > 0
    (reader.folder / "all.json").write_text("\n".join(lines))
    reader.do("psql -X -q -d pptpnat -f ui/guide/reports.sql <all.json")
    try:
        count = reader.server.ask(
            "SELECT (SELECT count(*) FROM run WHERE site = 'all'), (SELECT count(*) FROM tunnel "
            "WHERE site = 'all' AND client IS NULL), (SELECT count(*) FROM gre_hop WHERE site = "
            "'all' AND packets IS NULL)", reader.folder, "-A", "-t")  # fmt: skip
        assert count.strip() == f"{len(lines)}|{unknown}|0"
    finally:
        reader.server.ask("DELETE FROM report WHERE site = 'all'", reader.folder)


def main():
    stage = Stage()
    try:
        ours = Wireshark(stage, stage.plugins(paths.build()))
        folder = stage.file()
        folder.mkdir()
        folder.chmod(0o777)
        reader = Readers(ours, folder)
        try:
            reader.read()
            text = QUESTION.sub(
                lambda found: f"```sql\n{found[1]}```\n\n```text\n{reader.answer(found[1])}```",
                PAGE.read_text(encoding="utf-8"))  # fmt: skip
            PAGE.write_text(text, encoding="utf-8")
        finally:
            reader.server.stop()
    finally:
        stage.remove()


if __name__ == "__main__":
    main()
