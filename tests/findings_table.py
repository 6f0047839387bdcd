"""The table of finding codes in `docs/findings.md`, made from the Rule constants of the code.

Write it anew with: .venv/bin/python -m tests.findings_table
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sopgit.core.finding import Rule

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs/findings.md"

_HEAD = """\
# Finding codes

Every broken rule is reported with one of these codes, in brackets in text (`[separation]`) and as
`code` in JSON. A code never changes its meaning once released. Which of them only warn, and what
to do, is said with each finding. The last column leads to the module that enforces the rule.

This page is made from the code, with `.venv/bin/python -m tests.findings_table`, and a test holds
it to the code.

| code | the rule | why | where |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """A rule and the module at whose head it stands."""

    rule: Rule
    path: str

    def __str__(self) -> str:
        name = self.path.removeprefix("sopgit/")
        cells = (f"`{self.rule.code}`", self.rule.says, self.rule.why.rstrip("."))
        shown = " | ".join(cell.replace("|", "\\|") for cell in cells)
        return f"| {shown} | [{name}](../{self.path}) |"


def rows() -> list[Row]:
    """Every rule at the head of a module, by code."""
    found = [row for path in sorted((PROJECT / "sopgit").rglob("*.py")) for row in _rows_of(path)]
    return sorted(found, key=lambda row: (row.rule.code, row.path))


def page() -> str:
    """What `docs/findings.md` has to hold."""
    return _HEAD + "".join(f"{row}\n" for row in rows())


def _rows_of(path: Path) -> Iterator[Row]:
    """The rules that the module at `path` assigns; it is read, not run."""
    for node in ast.parse(path.read_bytes()).body:
        call = node.value if isinstance(node, ast.Assign) else None
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "Rule"
        ):
            words = [ast.literal_eval(argument) for argument in call.args]
            named = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
            yield Row(Rule(*words, **named), path.relative_to(PROJECT).as_posix())


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
