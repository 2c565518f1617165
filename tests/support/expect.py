"""captures/expect.json: what has to be found in each capture.

{file below captures/: {"findings": [{"id", "frame" (judged; null: any), and other members that the
report's finding has to have}], "exact": no others may be there, "may": [ids that may be there],
"exit": pptpnat's status}}

SPDX-License-Identifier: GPL-2.0-or-later"""

import json

from support import paths


def load():
    return json.loads((paths.CAPTURES / "expect.json").read_text(encoding="utf-8"))


def fits(wanted, found):
    """`frame` is the number in the user's own file; the other members are the report's."""
    values = {**found, "frame": found["point_frame"]}
    return all(
        values.get(member) == value
        for member, value in wanted.items()
        if not (member == "frame" and value is None)
    )


def unfulfilled(entry, found):
    """(expectations that no finding fulfils, findings that nobody expects). One to one; what says
    most is matched first."""
    left = list(found)
    missing = []
    for wanted in sorted(entry["findings"], key=lambda w: sum(v is None for v in w.values())):
        match = next((one for one in left if fits(wanted, one)), None)
        if match is None:
            missing.append(wanted)
        else:
            left.remove(match)
    allowed = set(entry.get("may", ()))
    surplus = [one for one in left if one["id"] not in allowed] if entry["exact"] else []
    return missing, surplus
