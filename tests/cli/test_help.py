"""--help, the page of the manual and the completions know the same options, and are sound.

SPDX-License-Identifier: GPL-2.0-or-later"""

import os
import re
import shlex
import shutil
import subprocess

import pytest

from support import paths

CLI = paths.TOP / "ui" / "cli"
MANUAL = CLI / "pptpnat.1"
OPTIONS = {"--json", "--summary", "--findings", "--tables", "--all", "--html", "--strip", "--open",
           "--reader", "--capture", "--duration", "--rsh", "--verbose", "--help", "--version",
           "-w", "-o", "-v", "-h"}  # fmt: skip
ONLY_SHORT = {"option", "write"}
LONG = re.compile(r"(?<![-\w])--[a-z]+\b|(?<![-\w])-[ovhw]\b")


def manual(*arguments):
    """The page as a reader sees it."""
    return subprocess.run(
        ["man", *arguments, "-l", MANUAL], capture_output=True, text=True, check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MAN_KEEP_FORMATTING": ""},
    )  # fmt: skip


def in_help(ours):
    text = ours.pptpnat("--help", status=0).stdout
    return set(LONG.findall(text.split("\n\n")[0] + text[text.index("CAPTURE   "):]))


def in_manual():
    text = MANUAL.read_text()
    found = re.findall(r"\.It (?:Fl (\w) , )?Fl Fl (\w+)", text)
    single = re.findall(r"\.It Fl (\w) Ar", text)
    return {f"--{name}" for _, name in found} | {f"-{one}" for one, _ in found if one} | {
        f"-{one}" for one in single
    }


def in_parser():
    """What the command itself takes apart. The long forms of -o and -w are nobody's to use."""
    text = (CLI / "options.c").read_text()
    rows = re.findall(r"""^\s+\{"(\w+)", (0|'\w'), 0, G_OPTION""", text, re.M)
    short = {f"-{letter[1]}" for _, letter in rows if letter != "0"}
    return {f"--{name}" for name, _ in rows if name not in ONLY_SHORT} | short


def in_zsh():
    text = (CLI / "completion" / "_pptpnat").read_text()
    return set(re.findall(r"['{,*)](--?[a-z]+)(?=[\[={},])", text))


def in_fish():
    text = (CLI / "completion" / "pptpnat.fish").read_text()
    return {f"--{name}" for name in re.findall(r" -l (\w+)", text)} | {
        f"-{name}" for name in re.findall(r" -s (\w)", text)
    }


def completed(folder, line, cursor=None):
    """What bash offers for the last word of `line`, in `folder`."""
    words = re.findall(r"=|[^\s=]+", line)
    if line.endswith((" ", "=")) and not line.endswith("="):
        words.append("")
    script = (
        f'source "{CLI}/completion/pptpnat.bash"\n'
        "compopt() { :; }\n"
        f"COMP_WORDS=({' '.join(shlex.quote(word) for word in words)})\n"
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
        "_pptpnat\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True,
                          check=True, cwd=folder)  # fmt: skip
    assert done.stderr == ""
    return set(done.stdout.split("\n")) - {""}


@pytest.fixture
def folder(tmp_path):
    for name in ("inside.pcapng", "outside.pcapng", "two words.pcapng"):
        (tmp_path / name).write_text("")
    (tmp_path / "vendor").mkdir()
    return tmp_path


def test_all_know_the_same_options(ours, folder):
    assert in_parser() == OPTIONS
    assert in_help(ours) == OPTIONS
    assert in_manual() == OPTIONS
    assert in_zsh() == OPTIONS
    assert in_fish() == OPTIONS
    assert completed(folder, "pptpnat -") == OPTIONS


def test_help_fits_a_terminal_and_needs_no_tshark(ours):
    done = ours.pptpnat("--help", status=0)
    assert done.stderr == "" and max(map(len, done.stdout.splitlines())) <= 80
    assert ours.pptpnat("-h", status=0).stdout == done.stdout
    alone = ours.run("env", "PATH=/nonexistent", shutil.which("sh"),
                     ours.stage.root / "ui" / "cli" / "pptpnat", "--help", status=None)  # fmt: skip
    assert "cannot" not in alone.stderr


def test_no_argument_is_wrong_use(ours):
    done = ours.pptpnat(status=2)
    assert done.stdout == "" and done.stderr.startswith("usage: pptpnat")


def test_an_unknown_option_is_said(ours):
    done = ours.pptpnat("--jsn", status=2)
    assert "unknown option --jsn" in done.stderr and "--help" in done.stderr


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
def test_the_manual_has_no_warning_and_all_its_parts():
    done = manual("--warnings")
    assert done.stderr == ""
    headings = set(re.findall(r"^(\S.*)$", done.stdout, re.M))
    assert {"NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES",
            "SEE ALSO"} <= headings  # fmt: skip


def test_mandoc_finds_nothing_wrong_where_it_is():
    if shutil.which("mandoc") is None:
        assert MANUAL.read_text().count(".Sh ") > 8  # groff judges it above
        return
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", MANUAL], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_examples_of_the_manual_use_options_that_exist():
    lines = re.findall(r"^\.Dl (.*pptpnat.*)$", MANUAL.read_text(), re.M)
    assert len(lines) > 3
    for line in lines:
        command = line[line.index("pptpnat"):].split("|")[0]
        assert set(LONG.findall(command)) <= OPTIONS, line


def test_the_statuses_of_help_and_manual_are_those_of_the_command(ours):
    text = manual().stdout
    help_text = ours.pptpnat("--help", status=0).stdout
    for status in ("0", "1", "2", "3"):
        assert re.search(rf"^\s+{status}\s+\S", text[text.index("EXIT STATUS"):], re.M), status
        assert re.search(rf"\b{status} \w", help_text[help_text.index("Exit status"):])


def test_variables_of_the_manual_are_those_of_the_command():
    code = "".join(path.read_text() for path in CLI.glob("*.c"))
    named = set(re.findall(r"\.It Ev (\w+)", MANUAL.read_text()))
    asked = set(re.findall(r'g_getenv\("(\w+)"\)', code)) - {"DISPLAY", "WAYLAND_DISPLAY"}
    by_glib = {"TMPDIR": "g_get_tmp_dir", "XDG_CACHE_HOME": "g_get_user_cache_dir"}
    assert all(function in code for function in by_glib.values())
    assert named == asked | set(by_glib)


def test_captures_and_values_are_completed(folder):
    files = {"inside.pcapng", "outside.pcapng", "two words.pcapng", "vendor"}
    assert completed(folder, "pptpnat ") == files
    assert completed(folder, "pptpnat in") == {"inside.pcapng"}
    assert completed(folder, "pptpnat --s") == {"--strip", "--summary"}
    assert completed(folder, "pptpnat --reader ") == {"wiretap", "tshark"}
    assert completed(folder, "pptpnat inside.pcapng --h") == {"--html", "--help"}
    assert completed(folder, "pptpnat --strip ") == {"vendor"}
    assert completed(folder, "pptpnat --strip v") == {"vendor"}
    assert completed(folder, "pptpnat --strip=") == {"vendor"}
    assert completed(folder, "pptpnat --strip=ve") == {"vendor"}
    assert completed(folder, "pptpnat --html ou") == {"outside.pcapng"}
    assert completed(folder, "pptpnat --capture -w ") == {"vendor"}
    assert completed(folder, "pptpnat --rsh env") >= {"env"}
    assert completed(folder, "pptpnat --capture l") >= {"lo"}
    assert completed(folder, "pptpnat --capture in") == set()
    assert completed(folder, "pptpnat -- --capture in") == {"inside.pcapng"}
    assert completed(folder, "pptpnat --duration ") == set()
    assert completed(folder, "pptpnat -- -") == set()
    assert completed(folder, "pptpnat -- two") == {"two words.pcapng"}


def test_bash_knows_the_function_for_the_command():
    script = f'source "{CLI}/completion/pptpnat.bash"; complete -p pptpnat'
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert done.stdout.strip() == "complete -F _pptpnat pptpnat"


@pytest.mark.parametrize("shell,name", [("zsh", "_pptpnat"), ("fish", "pptpnat.fish")])
def test_other_shells_can_read_their_completion(shell, name):
    program = shutil.which(shell)
    if program is None:
        assert (CLI / "completion" / name).read_text().startswith("#")  # its options: above
        return
    subprocess.run([program, "-n", CLI / "completion" / name], check=True)


def test_everything_is_installed_where_it_is_looked_for(tmp_path):
    env = {**os.environ, "DESTDIR": str(tmp_path)}
    subprocess.run(["cmake", "--install", paths.build(), "--prefix", "/usr"], check=True, env=env,
                   capture_output=True)  # fmt: skip
    for name in ("bin/pptpnat", "share/man/man1/pptpnat.1",
                 "share/bash-completion/completions/pptpnat",
                 "share/zsh/site-functions/_pptpnat",
                 "share/fish/vendor_completions.d/pptpnat.fish"):  # fmt: skip
        assert (tmp_path / "usr" / name).is_file(), name
    done = subprocess.run([tmp_path / "usr" / "bin" / "pptpnat", "--help"], capture_output=True,
                          text=True, check=True)  # fmt: skip
    assert done.stdout.startswith("usage: pptpnat")
