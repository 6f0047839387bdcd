"""What nobody waits for and somebody should do: the next drill."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sopgit.app.office import Office
from sopgit.core.drill import DUE_DAYS, age_in_days, days_since_drill
from sopgit.core.strict_yaml import mapping_of

_DRILL = b"\nkind: drill\n"
_AT = re.compile(rb'^at: "([^"\n]+)"$', re.MULTILINE)


def days_without_drill(office: Office, roles: Sequence[str], now: datetime) -> int | None:
    """For how many days nobody has proved that data comes back; None: not too many yet.

    Counted from the last drill in which everything came back, else from the
    office's first record. None, too, for who holds none of the roles that may
    record a drill, and where there is no data.
    """
    trusted = office.trusted
    if not trusted.versions or not set(roles) & set(trusted.policy.raw["records"].get("drill", ())):
        return None
    written = [trusted.tree.get(path) or b"" for path in trusted.tree.paths("records/")]
    drills = [mapping_of(data) for data in written if _DRILL in data]
    days = days_since_drill(drills, now)
    if days is None:
        stated = filter(None, map(_AT.search, written))
        days = max((age_in_days(found[1].decode(), now) for found in stated), default=0)
    return days if days > DUE_DAYS else None
