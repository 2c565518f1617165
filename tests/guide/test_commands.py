"""Every command that README.md, the guide and CONTRIBUTING.md show is run; capture filters are
compiled and tried on packets. What cannot be run here is listed with the reason: a command that is
neither fails. (Blocks with output are run by test_guide.py and tests/project/test_readme.py.)

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import re
import shlex
import shutil

import pytest

from support import documents, paths

PAIR = "lab/h_sli_mistranslated"
RUN = ("pptpnat ", "tshark ", "mergecap ", "capinfos ", "editcap ", "python3 -c")
CAPTURES = ("dumpcap ", "tcpdump ", "ssh root@router ", '"C:\\Program Files\\Wireshark\\dumpcap')

NOT_RUN = {
    "packaging/run.sh [CAPTURE...]": "tests/project/test_run.py runs it",
    "tshark -q -i in -i out -f 'tcp port 1723 or udp port 500 or 4500 or 1701 or proto 47 or 50 "
    "or icmp or (ip[6:2] & 0x3fff != 0)' -z pptp,verdict":
        "tests/live/test_running.py runs it",
    "pptpnat --capture -w captures eth0 root@router:eth1":
        "tests/cli/test_capture.py and tests/live/test_recording.py do",
    "pptpnat --capture --rsh 'ssh -p 2222' eth0 root@router:eth1": "the same",
    "pptpnat --capture --rsh 'docker exec -i' client:eth0 nat:eth1": "the same",
    "packaging/test.sh": "this test is one of its tests",
    "cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release && cmake --build build":
        "made the plugin that is tested",
    "WIRESHARK_PLUGIN_DIR=$PWD/build/plugins tshark -G plugins | grep pptpnat":
        "test_the_plugin_is_listed runs it with the build that is tested",
    "packaging/test.sh --all": "this test is one of its tests",
    "cmake -S . -B build-core -G Ninja -DCMAKE_BUILD_TYPE=Debug "
    "-DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON": "packaging/test.sh --all runs it",
    "cmake --build build-core && ctest --test-dir build-core --output-on-failure":
        "packaging/test.sh --all runs it",
    "PPTPNAT_CASES=10000 ctest --test-dir build-core -R properties": "packaging/test.sh --all does",
    "PPTPNAT_SEED=random ctest --test-dir build-core -R properties":
        "may find what no change broke",
    "/usr/bin/python3 -m pytest tests/lab -k h_sli": "a part of packaging/test.sh",
    "tests/golden/update h_sli && git diff tests/golden": "would write into the tree",
    "tests/golden/update reserved_not_zero": "would write into the tree",
    "tests/guide/update": "would write into the tree",
    "tests/guide/update && git diff": "would write into the tree",
    "packaging/test.sh --built": "this test is one of its tests",
    "cmake --build build": "made the plugin that is tested",
    "python3 captures/make": "would write into the tree",
    "python3 captures/make --check": "tests/project/test_captures.py runs it",
    "pptpnat --open inside.pcapng outside.pcapng": "tests/gui/test_open.py runs it",
    "packaging/test-series.sh 4.6": "packaging/test.sh runs it",
    "packaging/environment.sh --build 4.6 sh": "tests/packages works in such a shell",
    "packaging/package.sh 4.4": "tests/packages runs it",
    "apt install ./build-4.4/package/pptpnat_*.deb": "tests/packages does, in a clean system",
    "pptpnat /usr/share/doc/pptpnat/examples/*.pcapng": "tests/packages runs it",
    "apt remove pptpnat": "tests/packages does",
    "cmake --install build": "would write into the system; the package is made by its rules",
    "packaging/test.sh --built coverage fuzz": "two of its stages",
    "tests/fuzz/run 21600": "takes six hours; packaging/test.sh runs it for minutes",
    "tests/deliberate-faults project unit": "would build anew for each fault",
    "/tool sniffer set filter-interface=all filter-ip-protocol=tcp,gre,udp,ipsec-esp,icmp "
    "file-name=both.pcap file-limit=10000": "needs RouterOS",
    "/tool sniffer start": "needs RouterOS",
    "/tool sniffer stop": "needs RouterOS",
    "ssh root@router 'opkg update && opkg install tcpdump-mini'": "needs OpenWrt",
    "scp admin@router:both.pcap .": "needs a router",
    "pptpnat both.pcap": "reads what scp fetched",
    "pktmon start --capture --pkt-size 0 --file-name inside.etl": "needs Windows",
    "pktmon stop": "needs Windows",
    "pktmon etl2pcap inside.etl --out inside.pcapng": "needs Windows",
}  # fmt: skip
NEEDS_A_SERVER = ("curl ",)
WITH_POSTGRESQL = "postgresql.md"  # tests/postgresql runs all of that page
NOT_RUN_INLINE = {
    "packaging/run.sh uninstall": "tests/project/test_run.py runs it",
    "pptpnat --capture FROM FROM...": "tests/cli/test_capture.py runs it",
    "iptables -t raw -A PREROUTING -p tcp --dport 1723 -j CT --helper pptp":
        "changes the machine's firewall; tests/live uses the rule in a namespace",
    "pptpnat --open CAPTURE...": "tests/gui/test_open.py runs it",
    "wireshark -C \"PPTP NAT\"": "tests/gui opens it so",
    "tshark -q -i LAN -i WAN -z pptp,verdict": "captures; tests/live does",
    "cmake -DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON": "packaging/test.sh builds so",
    "packaging/test.sh --all": "this test is one of its tests",
}  # fmt: skip

SHELL = [one for one in documents.shell_commands() if one[0] != WITH_POSTGRESQL]


def is_diagram(command):
    return "->" in command and not command.startswith(RUN)


def kind_of(command):
    if command in NOT_RUN:
        return "listed"
    if command.startswith(CAPTURES):
        return "capture"
    if command.startswith(NEEDS_A_SERVER):
        return "server"
    if command.startswith(RUN):
        return "run"
    return "diagram" if is_diagram(command) else None


def of_kind(kind):
    return [pytest.param(*one, id=one[1][:40]) for one in SHELL if kind_of(one[1]) == kind]


def test_every_command_is_run_compiled_or_listed():
    assert [one for one in SHELL if kind_of(one[1]) is None] == []
    shown = {command for _, command in SHELL}
    assert set(NOT_RUN) - shown == set(), "listed, and shown nowhere"


@pytest.fixture(scope="module")
def folder(ours):
    """Where a reader would stand: captures of both sides, pptpnat on the path."""
    made = ours.stage.file()
    made.mkdir()
    for side in ("inside", "outside", "both"):
        shutil.copy(ours.capture(f"{PAIR}/{side}.pcapng"), made / f"{side}.pcapng")
    made.chmod(0o777)
    for side in ("inside", "outside"):
        ours.run("editcap", "-F", "pcap", made / f"{side}.pcapng", made / f"{side}.pcap")
    program = made / "bin" / "pptpnat"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec sh {ours.stage.root}/ui/cli/pptpnat "$@"\n')
    guide = made / "ui" / "guide"
    guide.mkdir(parents=True)
    shutil.copy(paths.TOP / "ui" / "guide" / "elastic-mapping.jq", guide)
    for path in made.rglob("*"):
        path.chmod(0o777)
    return made


def run(ours, folder, command):
    line = f'cd "{folder}" && PATH="{folder}/bin:$PATH" && {command}'
    return ours.run("sh", "-c", line, status=None)


def made_before(page, command):
    """The commands of a page that make what this one reads."""
    made = [(other, re.search(r"> (\S+)$", other)) for where, other in SHELL if where == page]
    return [other for other, file in made if file and f"< {file[1]}" in command]


@pytest.mark.parametrize("page,command", of_kind("run"))
def test_the_command_does_its_work(ours, folder, page, command):
    for other in made_before(page, command):
        run(ours, folder, other)
    done = run(ours, folder, command)
    finds = command.startswith("pptpnat ")  # 1: it has something to tell
    assert done.returncode == (1 if finds else 0), (page, done.stderr)
    made = re.search(r"(?:-w|>) (\S+)(?=$| )", command)
    if made:
        assert (folder / made[1]).stat().st_size > 100
    else:
        assert done.stdout.strip()


def test_a_page_may_build_on_what_it_made_before(ours, folder):
    """report.json is written by one command of a page and read by the next."""
    pages = [command for page, command in SHELL if page == "scripts.md"]
    assert [kind_of(command) for command in pages] == ["run", "run"]
    for command in pages:
        done = run(ours, folder, command)
    assert done.stdout.startswith("The NAT does not translate Set-Link-Info from the server")


def test_the_plugin_is_listed(ours):
    assert "pptpnat" in ours.run("sh", "-c", "tshark -G plugins | grep pptpnat").stdout


# Capture filters

def filters():
    """{text: where} of every capture filter in a recipe, its own block or a verdict's advice."""
    found = {}
    for page, command in SHELL:
        if kind_of(command) == "capture":
            words = shlex.split(command)
            inner = shlex.split(words[-1]) if words[0] == "ssh" else words
            if words[0] == "ssh":
                inner = shlex.split(next(word for word in words if "tcpdump" in word))
            found[next(word for word in inner if "tcp port" in word)] = page
    for page in documents.PAGES:
        for language, text in documents.fenced(page):
            if language == "bpf":
                found[text.strip()] = page.name
    return found


def packets(ours, name, wanted):
    """The octets of the packets of a capture that a display filter selects."""
    text = ours.tshark(name, "-T", "json", "-x", "-j", "frame_raw", "-Y", wanted)
    return [
        bytes.fromhex(packet["_source"]["layers"]["frame_raw"][0]) for packet in json.loads(text)
    ]


def test_recipes_have_filters():
    assert len(filters()) >= 2


@pytest.mark.parametrize("text", sorted(filters()))
@pytest.mark.parametrize("link", [documents.Filter.ETHERNET, documents.Filter.LINUX_SLL2])
def test_a_capture_filter_compiles(text, link):
    documents.Filter(text, link)


@pytest.mark.parametrize("text", sorted(filters()))
def test_a_capture_filter_takes_what_is_needed_and_nothing_else(ours, text):
    takes = documents.Filter(text)
    needed = packets(ours, f"{PAIR}/both.pcapng", "tcp.port == 1723 || gre")
    needed += packets(ours, "both_sides_icmp.pcapng", "icmp")
    assert len(needed) > 100 and all(takes.passes(octets) for octets in needed)
    fragments = packets(ours, "fragment_lost.pcapng", "ip.frag_offset > 0")
    assert fragments
    if "ip[6:2]" in text:
        assert all(takes.passes(octets) for octets in fragments)
    other = needed[0].replace((1723).to_bytes(2, "big"), (80).to_bytes(2, "big"))
    assert other != needed[0] and not takes.passes(other)


def test_a_filter_that_is_none_does_not_compile():
    with pytest.raises(ValueError):
        documents.Filter("tcp prt 1723")


HELP = ("dumpcap", "mergecap", "editcap", "capinfos", "tshark")
TCPDUMP = {"-c", "-i", "-w", "-U", "-s"}


def options_of(words):
    return {word for word in words if re.fullmatch(r"-[A-Za-z]", word)}


@pytest.mark.parametrize("page,command", of_kind("capture"))
def test_the_options_of_a_capture_command_exist(ours, page, command):
    words = shlex.split(command.replace("\\", "/"))
    if words[0] == "ssh":
        words = shlex.split(next(word for word in words if "tcpdump" in word))
    check_options(ours, words)


def check_options(ours, words):
    program = words[0].rsplit("/", 1)[-1].removesuffix(".exe")
    if program == "tcpdump":
        assert options_of(words) <= TCPDUMP, words
        return
    assert program in HELP, program
    text = ours.run(program, "--help").stdout
    for option in options_of(words[1:]):
        assert re.search(rf"^\s+{option}\b", text, re.M), (words, option)


# Code within sentences

@pytest.mark.parametrize("text", documents.inline_commands())
def test_code_within_a_sentence_can_be_used(ours, folder, text):
    if text in NOT_RUN_INLINE:
        return
    text = text.replace("[,FILE]", "").replace(",FILE", f",{folder}/inline.json")
    if text.startswith(("-z ", "-o ")):
        text = f"tshark -q {text}"
    if text.startswith("tshark ") and " -G" not in text:
        done = run(ours, folder, f"{text} -n -r both.pcapng")
        assert done.returncode == 0 and not re.search(r"Invalid|unknown", done.stderr), done.stderr
    elif text.startswith("pptpnat "):
        text = text.replace(" CAPTURE...", "").replace(" PAGE", "").replace(" DIR", "")
        text = text.replace("--html", f"--html {folder}/inline.html")
        text = text.replace("--strip", f"--strip {folder}/stripped")
        done = run(ours, folder, f"{text} inside.pcapng outside.pcapng")
        assert done.returncode == 1 and done.stdout, done.stderr
    else:
        check_options(ours, shlex.split(text))


def test_inline_commands_that_are_not_run_are_still_there():
    assert set(NOT_RUN_INLINE) - set(documents.inline_commands()) == set()


@pytest.mark.parametrize("page,command", of_kind("server"))
def test_a_request_to_a_server_is_well_formed(page, command):
    """Its words are a command of the shell, its body is JSON or a file that another one makes."""
    words = shlex.split(command)
    assert any(word.startswith("localhost:9200/packets-pptp") for word in words)
    if "-d" in words:
        assert json.loads(words[words.index("-d") + 1])
    else:
        file = next(word for word in words if word.startswith("@"))[1:]
        assert any(f"> {file}" in other for _, other in SHELL), file
