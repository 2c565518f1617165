"""The live lab: PPTP through the NAT of the running kernel, recorded on both sides and judged.

Every scenario runs in its own mount, process and network namespaces, so nothing it sends can leave
them and nothing of it is left behind when its first process ends, however that happens. Programs
are pptpd and pptp-linux as packaged; PPP is a stand-in (few test machines have PPP modules), and a
tiny PPTP peer says what real programs never say. The NAT is iptables with the kernel's own PPTP
helper. dumpcap records the two sides of the NAT, interfaces `in` and `out`.

    probe         what this machine can do; what it cannot is a skip that says so
    harness       starts a scenario in namespaces of its own, once
    scene         inside them: builds the place, runs the scenario, exit status 0, 77 (skip) or 1
    place         namespaces, links, NAT rules, captures, programs
    box           a two-port bridge that loses, copies, delays or mistranslates
    peer          the tiny PPTP peer
    ppp_stand_in  PPP for pptpd and pptp
    pcapng        takes what identifies the machine out of a capture
    scenarios     what happens
    expected      what must be seen: by stock tshark, and by the plugin
    record        writes captures anew: tests/live/record DIR [SCENARIO...]

Values differ from run to run, so tests assert relations ("the id outside is the TCP port").

`python3 -m pytest tests/live` runs everything, four scenarios at a time. What needs root,
namespaces or the helper and does not get it is skipped, and the last lines say `SKIP: ...`.

SPDX-License-Identifier: GPL-2.0-or-later"""

OPEN = "link open"  # what a client of the lab prints as soon as IP can pass its PPP link
