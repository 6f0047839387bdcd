"""One table of exit codes, from every way that a command can end."""

from __future__ import annotations

import pytest

from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import NOWHERE, Allowed, Refused, Rule
from sopgit.core.text import T
from sopgit.render.exit_codes import exit_code_for, exit_code_of

RULE = Rule("example", "an example holds")


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (UsageError(T("no such case")), 2),
        (SopgitError(T("no repository here")), 3),
        (OSError(28, "No space left on device"), 3),
        (BrokenPipeError(), 3),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError(), 70),
        (RecursionError(), 70),
    ],
)
def test_what_is_raised_has_one_code(raised: BaseException, code: int) -> None:
    assert exit_code_for(raised) == code


def test_only_an_allowed_change_is_fine() -> None:
    warned = Allowed("case", (RULE.doubted(NOWHERE, T("odd")),))
    refused = Refused((RULE.broken(NOWHERE, T("wrong")),))
    assert exit_code_of(warned) == 0
    assert exit_code_of(refused) == 1
