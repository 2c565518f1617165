"""The live lab: PPTP and IPsec through the NAT of the running kernel, recorded on both sides and
judged.

Every scenario runs in its own mount, process and network namespaces, so nothing it sends can leave
them and nothing of it is left behind when its first process ends, however that happens. Programs
are pptpd and pptp-linux as packaged; PPP is a stand-in (few test machines have PPP modules), and a
tiny PPTP peer says what real programs never say. IKE and ESP are strongSwan, as packaged, with ESP
in user space; a tiny peer has what it does not do, native ESP among it. The NAT is iptables with
the kernel's own PPTP helper; one that guesses is a program. dumpcap records the two sides of the
NAT, interfaces `in` and `out`.

    probe         what this machine can do; what it cannot is a skip that says so
    harness       starts a scenario in namespaces of its own, once
    scene         inside them: builds the place, runs the scenario, exit status 0, 77 (skip) or 1
    place         namespaces, links, NAT rules, captures, programs
    box           a two-port bridge that loses, copies, delays or mistranslates
    pcapng        takes what identifies the machine out of a capture
    registry      what a scenario is
    playing       records each scenario once and judges it, for the tests
    record        writes captures anew: tests/live/record DIR [SCENARIO...]

    peer          the tiny PPTP peer
    ppp_stand_in  PPP for pptpd and pptp
    scenarios     what happens
    facts         what stock tshark shows
    expected      what must be seen: by stock tshark, and by the plugin

For IPsec these are ike_peer, ike_host (strongSwan), guessing_nat, ike_scenarios, ike_facts and
ike_expected.

Values differ from run to run, so tests assert relations ("the id outside is the TCP port").

`python3 -m pytest tests/live` runs everything, four scenarios at a time. What needs root,
namespaces, the helper or strongSwan and does not get it is skipped, and the last lines say
`SKIP: ...`.

SPDX-License-Identifier: GPL-2.0-or-later"""

OPEN = "link open"  # what a client of the lab prints as soon as IP can pass its PPP link
