"""What tests/bench/run is made of, one idea a file.

SPDX-License-Identifier: GPL-2.0-or-later"""
