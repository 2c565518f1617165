"""The findings as core's catalogue has them: {name: (filter, severity)}. The name is the last part
of the filter, with `ipsec_` before it for those of IPsec.

SPDX-License-Identifier: GPL-2.0-or-later"""
import re
from pathlib import Path

CORE = Path(__file__).resolve().parents[2] / "plugin" / "core"
SOURCES = (CORE / "finding" / "catalogue.c", CORE / "ipsec" / "ipsec_finding.c")
ROW = re.compile(r'"((pptp|ipsec)\.\w+\.(\w+))", SEVERITY_(\w+),')

FINDINGS = {("ipsec_" if protocol == "ipsec" else "") + last: (filter_name, severity)
            for source in SOURCES
            for filter_name, protocol, last, severity in
            ROW.findall(source.read_text(encoding="utf-8"))}


def of_severity(*severities):
    return [name for name, (_, severity) in FINDINGS.items() if severity in severities]
