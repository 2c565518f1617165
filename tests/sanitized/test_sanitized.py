"""Every capture goes through the plugin under ASan, UBSan and LeakSanitizer without a report.

SPDX-License-Identifier: GPL-2.0-or-later"""

import pytest

from support import paths

OUTPUTS = [
    word
    for table in (
        "expert", "pptp,verdict", "pptp,calls", "pptp,nat", "pptp,gre", "pptp,tree",
        "ipsec,sas", "ipsec,nat", "ipsec,esp",
    )  # fmt: skip
    for word in ("-z", table)
]
MODES = {
    "no tree, every output": ("-q", *OUTPUTS),
    "two passes, details, every output": ("-2", "-V", *OUTPUTS),
    "json": ("-T", "json"),
}


@pytest.mark.parametrize("name", paths.single_captures() + paths.ipsec_pairs())
def test_no_sanitizer_reports_anything(sanitized, name):
    for mode, arguments in MODES.items():
        path = sanitized.stage.file(".json")
        done = sanitized.run(
            "tshark", "-n", "-r", sanitized.capture(name), *arguments, "-z", f"pptp,json,{path}",
            status=None,
        )  # fmt: skip
        assert done.returncode == 0, f"{mode}: status {done.returncode}\n{done.stderr[-4000:]}"
        for word in ("Sanitizer", "runtime error"):
            assert word not in done.stderr, f"{mode}\n{done.stderr[-4000:]}"
        assert path.stat().st_size > 0, mode


@pytest.mark.parametrize(
    "name", ["all_messages.pcapng", "tunnel_ambiguous.pcapng", "mid_call_then_end.pcapng"]
)
def test_statistics_that_leak_in_stock_tshark_do_nothing_worse(sanitized, name):
    """tshark keeps the data of conversations and response times to its end, whoever's they are."""
    done = sanitized.run(
        "env", "ASAN_OPTIONS=detect_leaks=0", "tshark", "-n", "-q", "-r", sanitized.capture(name),
        "-z", "conv,pptp", "-z", "endpoints,pptp", "-z", "pptp,srt", status=None,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr
    assert "PPTP Endpoints" in done.stdout


def test_the_sanitizers_are_really_there(sanitized):
    """Or the tests above prove nothing."""
    folder = sanitized.environment["WIRESHARK_PLUGIN_DIR"]
    (plugin,) = (path for path in sanitized.stage.root.rglob("pptpnat.so") if folder in str(path))
    octets = plugin.read_bytes()
    assert b"__asan_report_load" in octets and b"__ubsan_handle" in octets
