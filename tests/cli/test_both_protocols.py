"""One capture of PPTP and IPsec gives one verdict, and nothing of either changes the other.

SPDX-License-Identifier: GPL-2.0-or-later"""

import json

import pytest

SIDES = ("inside", "outside")
# PPTP, IPsec: status, the finding that is the cause.
PAIRS = {
    ("a_one_client_helper", "s1_one_client"): ("ok", None),
    ("a_one_client_helper", "s12_midcall"): ("ok", None),
    ("h_sli_mistranslated", "s1_one_client"): ("fault", "pptp.nat.callid_mistranslated"),
    ("a_one_client_helper", "s5c_spi_guess"): ("fault", "ipsec.nat.port_shared"),
}


def analysed(ours, *files):
    return json.loads(ours.pptpnat("--json", *files).stdout)


def without_numbers(findings, protocol):
    """The findings of a protocol, without what depends on the frames of the other one."""
    keys = ("id", "severity", "point", "summary")
    return sorted([f[k] for k in keys] for f in findings if f["id"].startswith(protocol))


@pytest.mark.parametrize("pptp,ipsec", PAIRS, ids="+".join)
def test_one_verdict_for_both(ours, pptp, ipsec, folder):
    of_pptp = [f"lab/{pptp}/{side}.pcapng" for side in SIDES]
    of_ipsec = [f"ipsec/{ipsec}/{side}.pcapng" for side in SIDES]
    merged = [folder / f"{side}.pcapng" for side in SIDES]
    for one, other, both in zip(of_pptp, of_ipsec, merged):
        ours.run("mergecap", "-I", "all", "-w", both, ours.capture(one), ours.capture(other))
    alone, beside = analysed(ours, *of_pptp), analysed(ours, *of_ipsec)
    together = analysed(ours, *merged)
    status, cause = PAIRS[pptp, ipsec]
    verdict = together["verdict"]
    assert (verdict["status"], verdict["cause"] or None) == (status, cause), verdict["text"]
    assert len(together["nats"]) == 1
    assert without_numbers(together["findings"], "pptp.") == without_numbers(
        alone["findings"], "pptp."
    )
    assert without_numbers(together["findings"], "ipsec.") == without_numbers(
        beside["findings"], "ipsec."
    )
    if status == "ok":
        assert alone["verdict"]["headline"] in verdict["headline"]
        assert beside["verdict"]["headline"] in verdict["headline"]
