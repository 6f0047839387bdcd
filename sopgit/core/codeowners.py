"""Whom a host asks to read a request: `CODEOWNERS`, from roles and accounts.

Who may do a step marked `review` is asked for every request; for the policy
the roots are asked as well. What a host's accounts are called no policy says:
they are given when the office is founded. Being asked is no right, and an
approval no act; the file is protected like the workflow beside it.

Rules enforced here: `codeowners-stale`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure
from sopgit.core.text import T

CODEOWNERS = "CODEOWNERS"
STALE = Rule(
    "codeowners-stale",
    "the host asks those whose act ends a request to read it",
    why="a request would wait for somebody who no longer has the role",
)


def reviewers(policy: Policy, procedures: Iterable[Procedure]) -> tuple[str, ...]:
    """The persons who hold a role of a step marked `review`, in the policy's order."""
    roles = {
        role
        for procedure in procedures
        for step in procedure.steps
        if step.review
        for role in step.roles
    }
    holders = {person for role in roles for person in policy.raw["roles"].get(role, ())}
    return tuple(person for person in policy.people if person in holders)


def owners_file(
    policy: Policy, procedures: Iterable[Procedure], accounts: Mapping[str, str]
) -> bytes | None:
    """The file; `accounts` are names on the host by person. None where no reviewer has one."""
    asked = _accounts(reviewers(policy, procedures), accounts)
    if not asked:
        return None
    both = list(dict.fromkeys([*asked, *_accounts(sorted(policy.roots), accounts)]))
    lines = (
        "# Who is asked to read a request. An approval is no act of the procedure.",
        f"* {' '.join(asked)}",
        f"/.sopgit/ {' '.join(both)}",
    )
    return ("\n".join(lines) + "\n").encode()


def _accounts(people: Iterable[str], accounts: Mapping[str, str]) -> list[str]:
    return [f"@{accounts[person]}" for person in people if person in accounts]


def check_owners(old: Policy, new: Policy, procedures: Iterable[Procedure]) -> Iterator[Finding]:
    """A warning where other people are to be asked and the file stays as it is."""
    is_kept = old.protected.get(CODEOWNERS) == new.protected.get(CODEOWNERS) is not None
    known = list(procedures)
    before, after = ((reviewers(policy, known), sorted(policy.roots)) for policy in (old, new))
    if is_kept and before != after:
        message = T("{path} still asks those of before: {people}", path=CODEOWNERS,
                    people=", ".join(sorted({*before[0], *before[1]})))  # fmt: skip
        hint = T("write it anew and add it with: sopgit policy protect {path}", path=CODEOWNERS)
        yield STALE.doubted(Place(CODEOWNERS), message, hint)
