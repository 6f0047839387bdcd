"""Rules, findings and verdicts: how the core says no, and how it says yes.

- A `Rule` stands at the head of the module that enforces it, as a constant.
- A `Finding` is one thing wrong, with a stable code, a place and a hint.
- A verdict is `Allowed` or `Refused`, never a list that might be empty: a
  check that was forgotten cannot look like a pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sopgit.core.text import Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Place:
    """Where a finding is: a path, a 1-based line and column (0: unknown), a commit."""

    path: str = ""
    line: int = 0
    column: int = 0
    commit: str = ""

    def __str__(self) -> str:
        parts = [self.path or self.commit[:12]]
        if self.line:
            parts += [str(self.line), str(self.column)]
        return ":".join(parts)


NOWHERE = Place()


@dataclass(frozen=True)
class Finding:
    """One thing wrong. `code` never changes its meaning once released."""

    code: str
    place: Place
    message: Text
    hint: Text | None = None
    severity: Severity = "error"

    def at_commit(self, commit: str) -> Finding:
        """The same finding, placed in `commit`."""
        return replace(self, place=replace(self.place, commit=commit))


@dataclass(frozen=True)
class Rule:
    """A rule of the format or of the procedure.

    `code` is stable and kebab-case; `says` is the rule in one English
    sentence; `why` names what goes wrong without it.
    """

    code: str
    says: str
    why: str = ""

    def broken(self, place: Place, message: Text, hint: Text | None = None) -> Finding:
        """A finding that refuses."""
        return Finding(self.code, place, message, hint)

    def doubted(self, place: Place, message: Text, hint: Text | None = None) -> Finding:
        """A finding that only warns."""
        return Finding(self.code, place, message, hint, "warning")


@dataclass(frozen=True)
class Allowed:
    """The change may land; `rule` names what explained it."""

    rule: str
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Refused:
    """The change may not land; `findings` holds at least one error."""

    findings: tuple[Finding, ...]

    def __post_init__(self) -> None:
        if not any(finding.severity == "error" for finding in self.findings):
            raise ValueError("a refusal needs at least one error")


Verdict = Allowed | Refused


def verdict(rule: str, findings: Iterable[Finding]) -> Verdict:
    """`Refused` when `findings` holds an error, else `Allowed` under `rule`."""
    ordered = tuple(sorted(findings, key=lambda finding: (finding.place, finding.code)))
    if any(finding.severity == "error" for finding in ordered):
        return Refused(ordered)
    return Allowed(rule, ordered)
