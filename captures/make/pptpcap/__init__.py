"""Builds packets of PPTP conversations as several capture points see them.

Standard library only. Everything is a pure function of its arguments, so that a capture file and a
random test case are reproducible.

    net           Ethernet, VLAN, IPv4, IPv6, TCP, UDP, ICMP, fragments; checksums
    pptp          the 15 control messages from named fields (RFC 2637 2)
    gre           Enhanced GRE (RFC 2637 4.1)
    ppp           what travels inside: LCP, PAP, CHAP, IPCP, CCP, IPv4
    conversation  who says what, and when: described once
    path          the points and the NATs between them
    render        render() makes the frames of every point
    faults        the one thing that a NAT does wrong
    pcap          pcapng and pcap files

SPDX-License-Identifier: GPL-2.0-or-later
"""
