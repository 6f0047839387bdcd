"""Who may read what is restricted: people named through roles, and sealed recovery keys."""

from __future__ import annotations

from sopgit.core.errors import UsageError
from sopgit.core.policy import Policy
from sopgit.core.text import T


def readers(policy: Policy) -> list[str]:
    """The age keys that restricted content is encrypted to; raises where no reader has one."""
    keys = [
        recipient["key"]
        for role in policy.raw["readers"]["restricted"]
        for person in policy.raw["roles"].get(role, ())
        for recipient in policy.people[person]["recipients"]
    ]
    if not keys:
        hint = T("let every reader send the line that sopgit key show prints")
        raise UsageError(T("no reader of restricted data has an age key"), hint)
    keys += [recipient["key"] for recipient in policy.raw["recovery_recipients"]]
    return list(dict.fromkeys(keys))
