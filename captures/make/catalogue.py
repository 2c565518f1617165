"""The findings of PPTP as core's catalogue has them: {last part of the name: (filter, severity)}.

SPDX-License-Identifier: GPL-2.0-or-later"""
import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "plugin" / "core" / "finding" / "catalogue.c"
ROW = re.compile(r'"(pptp\.\w+\.(\w+))", SEVERITY_(\w+),')

FINDINGS = {name: (filter_name, severity)
            for filter_name, name, severity in ROW.findall(SOURCE.read_text(encoding="utf-8"))}


def of_severity(*severities):
    return [name for name, (_, severity) in FINDINGS.items() if severity in severities]
