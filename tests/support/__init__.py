"""What the Python tests share: running Wireshark's programs, the captures, the JSON report.

SPDX-License-Identifier: GPL-2.0-or-later"""
