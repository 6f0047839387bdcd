"""The keys that restricted content is encrypted to; who they are is `core.readers`'s to say."""

from __future__ import annotations

from datetime import date, datetime

from sopgit.core.errors import UsageError
from sopgit.core.policy import Policy
from sopgit.core.readers import reader_keys
from sopgit.core.text import T


def readers(policy: Policy, at: str) -> list[str]:
    """The age keys of the readers at the moment `at`; raises where no reader has one.

    An empty `at` is before every moment: nobody is acting yet.
    """
    keys = reader_keys(policy, policy.day(datetime.fromisoformat(at)) if at else date.min)
    if not keys:
        hint = T("let every reader send the line that sopgit key show prints")
        raise UsageError(T("no reader of restricted data has an age key"), hint)
    return list(keys)
