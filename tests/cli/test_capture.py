"""pptpnat --capture: both captures taken by it, on machines that are stand-ins. What the kernel
captures is in tests/live.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import os
import re
import shlex
import signal
import time

import pytest

from cli.recorders import Hosts, files_in
from cli.terminal import on_terminal, wait_for

SIDES = {side: f"lab/h_sli_mistranslated/{side}.pcapng" for side in ("inside", "outside")}
WRONG = "ERROR: Call ID translated wrongly (frame 15 of "
SHORT = ("--duration", "1")


@pytest.fixture(scope="module")
def pcaps(ours, stage):
    """The sides as a program that captures sends them."""
    made = {}
    for side, name in SIDES.items():
        made[side] = stage.file(".pcap")
        ours.run("editcap", "-F", "pcap", ours.capture(name), made[side])
        made[side].chmod(0o644)
    return made


@pytest.fixture
def hosts(ours, folder):
    return Hosts(ours, folder)


@pytest.fixture
def pair(hosts, pcaps):
    hosts.add("lan", pcaps["inside"])
    hosts.add("root@router", pcaps["outside"], program="tcpdump")
    return hosts


# -- what it does


def test_both_sides_are_captured_and_judged(pair, pcaps, folder):
    kept = folder / "kept"
    done = pair.run(*SHORT, "-w", kept, "lan:eth0", "root@router:eth1", status=1)
    assert done.stdout.startswith("FAULT  ") and "Set-Link-Info" in done.stdout
    assert "frame 15 of lan-eth0.pcap" in " ".join(done.stdout.split())
    assert files_in(kept) == ["lan-eth0.pcap", "root-router-eth1.pcap"]
    assert (kept / "lan-eth0.pcap").read_bytes() == pcaps["inside"].read_bytes()
    assert (kept / "root-router-eth1.pcap").read_bytes() == pcaps["outside"].read_bytes()
    assert "capturing at lan:eth0, root@router:eth1.\n  Make the call now." in done.stderr
    assert f"The captures are in {kept}: lan-eth0.pcap root-router-eth1.pcap" in done.stderr
    count = len(pair.ours.tshark(SIDES["inside"]).splitlines())
    assert f"pptpnat: packets: lan:eth0 {count}, root@router:eth1 " in done.stderr


def test_findings_are_said_before_the_end(pair):
    with pair.start("lan:eth0", "root@router:eth1") as process:
        seen = ""
        while WRONG not in seen:
            line = process.stderr.readline()
            assert line, seen
            seen += line
        assert "packets: " not in seen and process.poll() is None
        process.send_signal(signal.SIGINT)
        output, rest = process.communicate(timeout=30)
    assert process.returncode == 1 and output.startswith("FAULT  ")
    assert WRONG not in rest
    assert pair.left() == []


def test_the_result_has_all_forms_and_no_files_stay(pair, folder):
    before = files_in(folder)
    page = folder / "page.html"
    with pair.start("--json", "--html", page, *SHORT, "lan:eth0", "root@router:eth1") as process:
        report = json.loads(process.communicate(timeout=30)[0])
    assert report["verdict"]["status"] == "fault"
    assert [point["file"] for point in report["points"]] == [
        "lan-eth0.pcap", "root-router-eth1.pcap"]  # fmt: skip
    assert page.read_text().rstrip().endswith("</html>")
    after = {name for name in files_in(folder) if not name.startswith("rsh.")}
    assert after == set(before) | {"page.html"}


def test_copies_for_a_vendor_can_be_made_at_once(pair, folder):
    done = pair.run("--strip", folder / "vendor", *SHORT, "lan:eth0", "root@router:eth1", status=1)
    assert "copies with the same verdict are in " in done.stderr
    assert files_in(folder / "vendor") == ["lan-eth0.pcapng", "root-router-eth1.pcapng"]


def test_this_machine_is_a_point_without_rsh(pair, pcaps, folder):
    for name in ("dumpcap", "tcpdump"):
        (folder / "here" / name).write_text((folder / "lan" / "dumpcap").read_text())
        (folder / "here" / name).chmod(0o755)
    done = pair.run(*SHORT, "in0", "root@router:eth1", status=1)
    assert "frame 15 of in0.pcap" in " ".join(done.stdout.split())
    assert not (folder / "rsh.in0").exists()


@pytest.mark.parametrize("host,program", [("lan", "dumpcap"), ("root@router", "tcpdump")])
def test_the_programs_get_the_interface_and_the_filter(pair, host, program):
    pair.run(*SHORT, "lan:eth0", "root@router:eth1", status=1)
    words = pair.arguments(host)
    basic = ("tcp port 1723 or udp port 500 or 4500 or 1701 or proto 47 or 50 or icmp or "
             "(ip[6:2] & 0x3fff != 0) or ip6 proto 44")  # fmt: skip
    wanted = f"{basic} or (vlan and ({basic}))"
    interface = "eth0" if host == "lan" else "eth1"
    assert words[words.index("-i") + 1] == interface and words[words.index("-w") + 1] == "-"
    assert wanted in words
    assert ("-P" in words) == (program == "dumpcap")
    pair.ours.run("dumpcap", "-d", "-i", "lo", "-f", basic, status=None)


def test_an_interface_without_tags_gets_no_filter_for_them(hosts, pcaps):
    hosts.add("lan", pcaps["inside"], tags=1)
    hosts.run(*SHORT, "lan:wg0")
    assert not [word for word in hosts.arguments("lan") if "vlan" in word]


def test_the_filter_has_the_ports_of_the_settings(pair):
    pair.run(*SHORT, "-o", "pptp.tcp.port:1723,5000-5010", "lan:eth0", "root@router:eth1")
    text = " ".join(pair.arguments("lan"))
    assert "tcp port 1723 or tcp portrange 5000-5010 or udp" in text


def test_a_host_gets_one_word_of_pptpnat(pair, folder):
    """What is run there comes on the standard input, whatever shell a login there has."""
    pair.run(*SHORT, "lan:eth0", "root@router:eth1", status=1)
    assert (folder / "rsh.lan").read_text() == "lan\nsh\n"


def test_rsh_may_be_several_words(pair, pcaps, folder):
    path = folder / "a b"
    path.mkdir()
    rsh = pair.script(path / "my rsh", f'#!/bin/sh\n[ "$1" = -x ] || exit 9\nshift\n'
                                       f'exec {shlex.quote(str(pair.rsh))} "$@"\n')  # fmt: skip
    done = pair.run(*SHORT, "--rsh", f"'{rsh}' -x", "lan:eth0", "root@router:eth1")
    assert done.returncode == 1, done.stderr


@pytest.mark.parametrize("name", ["eth0; touch owned", "$(touch owned)", "a'b\"c", "`id`", "*"])
def test_no_shell_takes_a_name_apart(hosts, pcaps, folder, name):
    hosts.add("lan", pcaps["inside"])
    hosts.run(*SHORT, f"lan:{name}")
    words = hosts.arguments("lan")
    assert words[words.index("-i") + 1] == name
    assert not list(folder.rglob("owned"))


def test_what_a_login_prints_is_no_capture(hosts, pcaps):
    hosts.add("lan", pcaps["inside"], greeting=b"Welcome!\n\xff\0\n" * 100)
    hosts.add("router", pcaps["outside"], greeting=b"no line end")
    hosts.run(*SHORT, "lan:eth0", "router:eth1", status=1)


def test_two_points_of_one_name_get_two_files(hosts, pcaps, folder):
    hosts.add("lan", pcaps["inside"])
    hosts.run(*SHORT, "-w", folder / "kept", "lan:eth0", "lan:eth0")
    assert files_in(folder / "kept") == ["2-lan-eth0.pcap", "lan-eth0.pcap"]


def test_packets_that_the_kernel_dropped_are_said(hosts, pcaps):
    hosts.add("lan", pcaps["inside"], program="tcpdump", last="7 packets dropped by kernel")
    hosts.add("router", pcaps["outside"], last=(
        "Packets received/dropped on interface 'eth1': 22/5 (pcap:5/dumpcap:0/flushed:0)"))
    done = hosts.run(*SHORT, "lan:eth0", "router:eth1", status=1)
    assert "7 packets were lost while capturing at lan:eth0" in done.stderr
    assert "5 packets were lost while capturing at router:eth1" in done.stderr


def test_a_point_without_packets_is_said(hosts, pcaps, stage):
    empty = stage.file(".pcap")
    empty.write_bytes(pcaps["inside"].read_bytes()[:24])
    empty.chmod(0o644)
    hosts.add("lan", pcaps["inside"])
    hosts.add("router", empty)
    done = hosts.run(*SHORT, "lan:eth0", "router:eth1")
    assert done.returncode in (1, 3)
    assert "nothing of PPTP or IPsec came at router:eth1.\n" in done.stderr
    done = hosts.run(*SHORT, "router:eth1", status=2)
    assert done.stdout == "" and "there is nothing to judge" in done.stderr


# -- what can fail


def refused(hosts, *words, status=2):
    """Its message; nothing was made, and nothing runs."""
    kept = hosts.folder / "kept"
    began = time.monotonic()
    done = hosts.run("-w", kept, *words, status=status)
    assert done.stdout == "" and files_in(kept) == []
    assert time.monotonic() - began < 20
    return done.stderr


def test_a_host_that_cannot_be_reached(pair):
    text = refused(pair, "lan:eth0", "nowhere:eth1")
    assert text == ("pptpnat: nowhere cannot be reached.\n"
                    "  ssh: connect to host nowhere port 22: No route to host\n")  # fmt: skip


def test_a_host_without_a_program(pair):
    pair.add("bare", None)
    text = refused(pair, "lan:eth0", "bare:eth1")
    assert "neither dumpcap nor tcpdump is installed on bare.\n  Install one there" in text


def test_a_user_who_may_not_capture(pair):
    pair.add("guest@nat", None, act=(
        'echo "tcpdump: eth1: You don\'t have permission to perform this capture on that device"'
        " >&2; exit 1"), program="tcpdump")  # fmt: skip
    text = refused(pair, "lan:eth0", "guest@nat:eth1")
    assert "tcpdump may not capture at guest@nat:eth1.\n" in text and "root@HOST" in text


def test_an_interface_that_is_not_there(pair):
    pair.add("nat", None, act='echo "Capturing on x"; echo "No such device exists" >&2; exit 1')
    text = refused(pair, "lan:eth0", "nat:eth7")
    assert "dumpcap cannot capture at nat:eth7.\n  No such device exists" in text


def test_what_is_no_capture(pair, stage):
    junk = stage.file()
    junk.write_bytes(b"\x1b[2J no capture at all" * 10)
    junk.chmod(0o644)
    pair.add("nat", junk)
    text = refused(pair, "lan:eth0", "nat:eth0")
    assert "what nat:eth0 sends is no capture" in text and "\x1b" not in text


def test_a_login_without_an_end(pair):
    pair.add("nat", None, greeting=b"x" * 100000)
    assert "what nat:eth0 sends is no capture" in refused(pair, "lan:eth0", "nat:eth0")


def test_no_rsh(pair):
    assert "capturing at lan:eth0 cannot begin: " in refused(pair, "--rsh", "/nonexistent/ssh",
                                                             "lan:eth0")  # fmt: skip
    assert "--rsh cannot be used: " in refused(pair, "--rsh", "ssh '", "lan:eth0")


def test_a_capture_that_ends_by_itself_ends_all(hosts, pcaps):
    hosts.add("lan", pcaps["inside"])
    hosts.add("router", pcaps["outside"], act="sleep 1; echo 'client_loop: reset' >&2; exit 255")
    done = hosts.run("lan:eth0", "router:eth1", status=1)
    assert "capturing at router:eth1 has ended by itself.\n  client_loop: reset" in done.stderr
    assert done.stdout.startswith("FAULT  ")


def test_a_capture_that_breaks_off_ends_all(hosts, pcaps):
    """What came before is judged, and it is said once."""
    hosts.add("lan", pcaps["inside"])
    hosts.add("router", pcaps["outside"], act=r"sleep 1; while :; do printf '%032d\033[2J' 7; done")
    done = hosts.run("lan:eth0", "router:eth1", status=1)
    assert done.stderr.count("what router:eth1 sends is no capture") == 1
    assert done.stdout.startswith("FAULT  ") and "\x1b" not in done.stderr


@pytest.mark.parametrize("name,reason", [
    ("-i", "cannot begin with"), ("-oProxyCommand=id:eth0", "cannot begin with"),
    ("lan:-i", "cannot begin with"), (":eth0", "the host is missing"),
    ("lan:", "the interface is missing"), ("lan:eth0\nid", "no name of"),
])  # fmt: skip
def test_names_that_are_refused(pair, name, reason):
    text = refused(pair, "--", "lan:eth0", name)
    assert reason in text and not list(pair.folder.glob("rsh.*"))


@pytest.mark.parametrize("words,reason", [
    (("--duration", "0"), "--duration is a number of seconds"),
    (("--duration", "1m"), "--duration is a number of seconds"),
    (("-w", ""), "-w needs the name"),
    (("-o", "pptp.tcp.port:x"), "pptp.tcp.port cannot be"),
])
def test_options_that_are_wrong_are_said_before_anything_begins(pair, words, reason):
    done = pair.run(*words, "lan:eth0", status=2)
    assert reason in done.stderr and not list(pair.folder.glob("rsh.*"))


def test_its_options_need_it(ours):
    for words in (("-w", "/tmp"), ("--rsh", "ssh"), ("--duration", "1")):
        done = ours.pptpnat(*words, SIDES["inside"], status=2)
        assert "are for --capture" in done.stderr


def test_no_file_is_overwritten(pair, folder):
    kept = folder / "kept"
    kept.mkdir()
    kept.chmod(0o777)
    (kept / "root-router-eth1.pcap").write_text("mine")
    done = pair.run(*SHORT, "-w", kept, "lan:eth0", "root@router:eth1", status=2)
    assert "root-router-eth1.pcap cannot be written: File exists." in done.stderr
    assert files_in(kept) == ["root-router-eth1.pcap"]
    assert (kept / "root-router-eth1.pcap").read_text() == "mine"


def test_a_full_disk_is_said(pair, folder):
    command = shlex.join(map(str, pair.command(*SHORT, "-w", folder / "kept", "lan:eth0")))
    done = pair.ours.run("env", f"PATH={folder}/here", "sh", "-c", f"ulimit -f 0; {command}",
                         status=2)  # fmt: skip
    assert done.stdout == "" and "lan-eth0.pcap cannot be written: File too large" in done.stderr
    assert pair.left() == []


# -- how it ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_end_leaves_anything_running(pair, folder, number):
    kept = folder / "kept"
    with pair.start("-w", kept, "lan:eth0", "root@router:eth1") as process:
        wait_for(lambda: len(list(folder.glob("*/pid"))) == 2)
        wait_for(lambda: len(files_in(kept)) == 2)
        process.send_signal(number)
        output, _ = process.communicate(timeout=30)
    assert output == "" and process.returncode in (128 + number, -number)
    assert pair.left() == []


def test_control_c_on_a_terminal_loses_no_packets(hosts, pcaps, folder):
    """The kernel sends it to all that runs there, ssh included. What is on its way still comes."""
    kept = folder / "kept"
    for host, side in (("lan", "inside"), ("router", "outside")):
        late = f"head -c 24 {pcaps[side]}; sleep 1.5; tail -c +25 {pcaps[side]}"
        hosts.add(host, None, act=late)
    with hosts.start("-w", kept, "lan:eth0", "router:eth1") as process:
        assert "capturing at" in process.stderr.readline()
        time.sleep(0.7)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 1
    assert (kept / "lan-eth0.pcap").read_bytes() == pcaps["inside"].read_bytes()
    assert (kept / "router-eth1.pcap").read_bytes() == pcaps["outside"].read_bytes()
    assert hosts.left() == []


def test_a_terminal_shows_the_packets_of_each_point(pair):
    words = pair.command("--duration", "2", "lan:eth0", "root@router:eth1")
    status, output, seen = on_terminal(pair.ours, *words)
    assert status == 1 and output.startswith("FAULT")
    assert re.search(r"packets: lan:eth0 71, root@router:eth1 70, [01] s left", seen)


def test_a_second_interrupt_ends_all(pair, folder):
    with pair.start("lan:eth0", "root@router:eth1") as process:
        wait_for(lambda: len(list(folder.glob("*/pid"))) == 2)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    assert output == "" and process.returncode == 128 + signal.SIGINT
    assert pair.left() == []


def test_a_host_that_does_not_answer_can_be_interrupted(pair, folder):
    pair.add("slow", None)
    rsh = pair.script(folder / "slow-rsh", "#!/bin/sh\nexec sleep 60\n")
    with pair.start("--rsh", rsh, "slow:eth0") as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGINT
