"""What is printed by default is read in ten seconds: at most 25 lines, as wide as the terminal,
status and headline first, in colour where there are colours. Options print more, or other forms.

SPDX-License-Identifier: GPL-2.0-or-later"""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata

import pytest

from cli.terminal import command_line
from support import paths

PAIR = [f"lab/h_sli_mistranslated/{side}.pcapng" for side in ("inside", "outside")]
STATUS = {0: "OK ", 1: "FAULT ", 3: "UNKNOWN "}
WRONG_PLURAL = re.compile(r"\b1 (calls|NATs|packets|errors|points|captures|times)\b"
                          r"|\b(?!1\b)\d+ (call|NAT|error)\b(?! [I\d])")  # fmt: skip


def folders():
    """Captures of several points: recorded scenarios and cases."""
    found = {}
    for kind in ("lab", "lab2", "cases", "ipsec"):
        for path in sorted((paths.CAPTURES / kind).glob("*/*.pcap*")):
            if path.stem not in ("both", "all", "any"):
                found.setdefault(path.parent, []).append(path)
    return [[path.relative_to(paths.CAPTURES).as_posix() for path in one] for one in found.values()]


def columns(line):
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    return len(line) + wide - sum(unicodedata.combining(c) > 0 for c in line)


def expect_brief(done, width=80):
    lines = done.stdout.split("\n")
    assert lines.pop() == "" and done.returncode in STATUS, done.stderr
    assert done.stdout.startswith(STATUS[done.returncode])
    assert len(lines) <= 25, done.stdout
    assert max(map(columns, lines)) <= width, done.stdout
    assert not [line for line in lines if line != line.rstrip()], "spaces at an end"
    assert not WRONG_PLURAL.search(done.stdout), done.stdout
    assert "\n\n\n" not in done.stdout and "point 0" not in done.stdout


@pytest.mark.parametrize("name", paths.single_captures())
def test_every_capture_has_a_brief_verdict(ours, name):
    expect_brief(ours.pptpnat(name))


@pytest.mark.parametrize("kind", ["lab/h_sli_mistranslated", "ipsec/s5c_spi_guess"])
def test_the_sides_of_a_joined_capture_have_names(ours, kind):
    """One file and one interface stand for both."""
    path = ours.stage.file(".pcap")
    sides = [ours.capture(f"{kind}/{side}.pcapng") for side in ("inside", "outside")]
    ours.run("mergecap", "-F", "pcap", "-w", path, *sides)
    done = ours.pptpnat(path)
    expect_brief(done)
    assert re.search(r"^ +seen in +inside +outside$", done.stdout, re.M), done.stdout


@pytest.mark.parametrize("names", folders(), ids=lambda names: names[0].rsplit("/", 1)[0])
def test_every_scenario_has_a_brief_verdict(ours, names):
    done = ours.pptpnat(*names)
    expect_brief(done)
    if done.returncode == 1:
        assert "\n where " in done.stdout, done.stdout


def ipsec_brief(ours, scenario):
    return ours.pptpnat(*[f"ipsec/{scenario}/{side}.pcapng" for side in ("inside", "outside")])


def test_the_picture_of_a_tunnel_shows_its_ports_and_esp(ours):
    text = re.sub(" +", " ", ipsec_brief(ours, "s8_mapping_changed").stdout)
    assert "\n client 192.168.11.20 NAT 192.168.1.30 server 192.168.1.10\n" in text
    assert "\n UDP 500 500 ------ 500 500\n" in text
    assert "\n UDP 4500 4500 <----> ! 61316 4500\n" in text
    assert "\n ESP to server 56 -----> 56\n ESP to client 43 <----- 56\n" in text
    assert "\n1 IKE SA, 4 ESP SAs through 1 NAT. ESP: " in text


def test_a_shared_port_and_a_wrong_host_are_marked(ours):
    text = re.sub(" +", " ", ipsec_brief(ours, "s5c_spi_guess").stdout)
    assert "\n UDP 500 500 ------ ! 500 500\n UDP 4500 4500 ------ ! 4500 4500\n" in text
    assert "\n ESP to server 4 -----> 4\n ESP to client ! 4 <----- 4 4 to a wrong host\n" in text


def test_esp_without_ike_is_drawn_both_ways(ours):
    text = re.sub(" +", " ", ipsec_brief(ours, "s12_midcall").stdout)
    assert "\n UDP 4500 4500 <----> 7252 4500\n" in text and "!" not in text
    assert "\n ESP to server 13 -----> 13\n ESP to client 13 <----- 13\n" in text


def test_native_esp_has_no_port_in_the_picture(ours):
    text = ipsec_brief(ours, "s6b_native_esp_two").stdout
    assert "UDP 500 " in text and "UDP 4500 " not in text and "ESP to server" in text


def test_a_tunnel_of_ipsec_is_drawn_and_what_ended_at_the_nat_is_marked(ours):
    pair = [f"ipsec/s4_float_port_blocked/{side}.pcapng" for side in ("inside", "outside")]
    text = ours.pptpnat(*pair, status=1).stdout
    assert "client 192.168.11.20 " in text and " NAT 192.168.1.30 " in text
    assert re.search(r"\n       UDP 500     500    -+   500 +500\n", text), text
    assert re.search(r"\n       UDP 4500    4500   -+X-+ ! - +4500\n", text), text
    pair = [f"ipsec/s2_two_clients/{side}.pcapng" for side in ("inside", "outside")]
    text = ours.pptpnat(*pair, status=0).stdout
    assert re.search(r"\n       ESP to server    20     -+>   20\n", text) and "!" not in text


def pair_brief(ours, folder, **how):
    names = sorted(path.relative_to(paths.CAPTURES).as_posix()
                   for path in (paths.CAPTURES / folder).glob("*side.pcapng"))  # fmt: skip
    return re.sub(" +", " ", ours.pptpnat(*names, **how).stdout)


def test_the_picture_begins_with_the_client_where_the_server_is_behind_the_nat(ours):
    text = pair_brief(ours, "lab2/e2_dnat_nohelper", status=1)
    assert "\n client 192.168.1.10:49206 NAT 192.168.1.30 server 192.168.11.20\n" in text
    assert "\n seen in outside inside\n Call ID 37560 ----- 37560 0\n" in text
    assert "\n GRE to server 1 --X-- ! 0\n GRE to client 0 <---- 0\n" in text
    assert "GRE: 0 of 1 to the server, none to the client." in text.replace("\n", " ")
    text = re.sub(" +", " ", ours.pptpnat("dnat_pac_id_translated.pcapng", status=0).stdout)
    assert "\n client's Call ID 1536 -" in text and "NAT 198.51.100.1, server 192.168" in text
    assert re.search(r"\n server's Call ID 30583 <-+> 4096\n", text), text


def test_gre_for_a_wrong_host_is_marked(ours):
    text = pair_brief(ours, "lab2/x7_two_servers_gre_to_wrong_one", status=1)
    assert "\n GRE to server 13 ----> ! 0 13 to a wrong host\n" in text


def test_gre_from_another_address_is_marked(ours):
    text = re.sub(" +", " ", ours.pptpnat("gre_other_address_uplinks.pcapng", status=1).stdout)
    assert "\n GRE to server 5 -----> ! 5 from 198.51.100.30\n GRE to client 0 <" in text


def on_terminal(ours, *words, width=80, **environment):
    """What the command prints to a terminal of that width."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    command = ours.stage.root / "ui" / "cli" / "pptpnat"
    names = [word if word.startswith("-") else ours.capture(word) for word in words]
    line = command_line(ours, "sh", command, *names, **{"TERM": "xterm", **environment})
    with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=theirs,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        os.close(theirs)
        output = b""
        while True:
            try:
                octets = os.read(mine, 65536)
            except OSError:  # closed at the other end
                break
            output += octets
        process.wait()
    os.close(mine)
    return output.decode().replace("\r\n", "\n")


def without_colours(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("width", [40, 60, 79, 100, 200])
def test_it_is_as_wide_as_the_terminal(ours, width):
    text = without_colours(on_terminal(ours, *PAIR, width=width))
    assert max(map(columns, text.split("\n"))) <= width
    assert "33244" in text and "\n    do " in text


def test_a_terminal_has_colours_unless_they_are_refused(ours):
    coloured = on_terminal(ours, *PAIR)
    assert coloured.startswith("\x1b[1;31mFAULT") and "\x1b[1;31m!\x1b[0m" in coloured
    plain = ours.pptpnat(*PAIR).stdout
    assert without_colours(coloured) == plain
    for refusal in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}):
        assert on_terminal(ours, *PAIR, **refusal) == plain
    assert on_terminal(ours, *PAIR, NO_COLOR="") == coloured


def test_other_forms_have_no_colours(ours):
    for option in ("--json", "--summary"):
        assert "\x1b" not in on_terminal(ours, option, *PAIR)


def test_the_summary_is_one_line_for_grep(ours):
    for names, status in ((PAIR, 1), (["ipv6.pcapng"], 3), (["not_pptp.pcapng"], 0)):
        done = ours.pptpnat("--summary", *names, status=status)
        document = json.loads(ours.pptpnat("--json", *names).stdout)
        assert done.stdout.count("\n") == 1
        word, cause, *rest = done.stdout.split()
        assert word == document["verdict"]["status"]
        assert cause == (document["verdict"]["cause"] or "-")
        assert re.fullmatch(r"calls=\d+ faulty=\d+ nats=\d+ gre-to-server=\d+/\d+ "
                            r"gre-to-client=\d+/\d+ ike-sas=\d+ esp-sas=\d+ "
                            r"esp-to-server=\d+/\d+ esp-to-client=\d+/\d+ files=.*: .+",
                            " ".join(rest))  # fmt: skip


@pytest.mark.parametrize("scenario, sas, server, client", [
    ("s5c_spi_guess", (2, 4), (26, 26), (22, 26)),  # 4 came to the other client
    ("s6b_native_esp_two", (2, 3), (24, 40), (24, 24)),
    ("s8_mapping_changed", (1, 4), (56, 56), (43, 56)),
])  # fmt: skip
def test_the_totals_count_esp_that_arrived(ours, scenario, sas, server, client):
    pair = [f"ipsec/{scenario}/{side}.pcapng" for side in ("inside", "outside")]
    line = ours.pptpnat("--summary", *pair, status=1).stdout
    assert " ike-sas={} esp-sas={} esp-to-server={}/{} esp-to-client={}/{} files=".format(
        *sas, *server, *client
    ) in line  # fmt: skip
    text = ipsec_brief(ours, scenario).stdout.replace("\n", " ")
    assert " ESP: {} of {} to the server, {} of {} to the client. More: ".format(
        *server, *client
    ) in text  # fmt: skip


def test_the_last_line_names_what_shows_more(ours):
    """The page draws calls and IPsec tunnels."""
    ipsec = [f"ipsec/s5c_spi_guess/{side}.pcapng" for side in ("inside", "outside")]
    for names in (PAIR, ipsec):
        last = ours.pptpnat(*names).stdout.splitlines()[-1]
        assert last == "More: --findings, --tables, --html report.html"


def test_options_print_more_below_the_same_verdict(ours):
    brief = ours.pptpnat(*PAIR).stdout
    findings = ours.pptpnat("--findings", *PAIR).stdout
    tables = ours.pptpnat("--tables", *PAIR).stdout
    everything = ours.pptpnat("--all", *PAIR).stdout
    for text in (findings, tables, everything):
        assert text.startswith(brief + "\n")
    assert "ERROR pptp.nat.callid_mistranslated" in findings
    assert findings.removeprefix(brief).startswith("\nFindings\n")
    for title in ("PPTP Calls", "PPTP NAT", "PPTP GRE Flows"):
        assert f"\n{title}\n" in tables and f"\n{title}\n" in everything
    assert "\nStatus: fault (" in everything and "NAT between" in everything


def test_empty_tables_are_not_printed(ours):
    text = ours.pptpnat("--tables", "ipv6.pcapng").stdout
    assert "\nPPTP Calls\n" in text and "\nPPTP NAT\n" not in text
    text = ours.pptpnat("--all", "gre_of_other_kinds.pcapng").stdout
    assert "\nPPTP Calls\n" not in text


def test_tables_hold_what_those_of_tshark_hold(ours):
    """Cells of the command's tables, against those of -z on the same capture."""
    name = "two_nats_second_wrong.pcapng"
    text = ours.pptpnat("--tables", name).stdout
    for title, statistic in (
        ("PPTP Calls", "calls"), ("PPTP NAT", "nat"), ("PPTP GRE Flows", "gre"),
    ):  # fmt: skip
        theirs = ours.tshark(name, "-q", "-z", f"pptp,{statistic}")
        rows = [line for line in theirs.splitlines() if " |" in line]
        block = text[text.index(f"\n{title}\n") + 1 :].split("\n\n")[0].splitlines()[1:]
        assert len(block) == len(rows) > 1
        for own, row in zip(block, rows):
            assert own.split() == row.replace(" |", " ").replace("|", " ").split() or (
                "|" in own and own.replace("|", " ").split() == row.replace("|", " ").split()
            ), row


@pytest.mark.parametrize("words", [("--json", "--summary"), ("--json", "--tables"),
                                   ("--summary", "--all"), ("--reader", "other")])  # fmt: skip
def test_options_that_exclude_each_other_are_refused(ours, words):
    done = ours.pptpnat(*words, *PAIR, status=2)
    assert done.stdout == "" and "pptpnat: --" in done.stderr
