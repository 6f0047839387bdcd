"""Verdicts: findings line by line and one last sentence, JSON, or a CI run's own manner."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sopgit.core.finding import Allowed, Finding, Verdict
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.exit_codes import ExitCode, exit_code_of
from sopgit.render.findings import as_annotations, as_markdown, as_objects, as_text
from sopgit.render.i18n import translate
from sopgit.render.output import show_json

VERDICT_SCHEMA = "sopgit/verdict/v1"


def findings_of(outcome: Verdict) -> tuple[Finding, ...]:
    """What there is to say about a verdict: warnings only where it is allowed."""
    return outcome.warnings if isinstance(outcome, Allowed) else outcome.findings


def show_verdict(
    outcome: Verdict,
    facts: Mapping[str, object],
    allowed: Text,
    form: str,
    *,
    summary: Path | None = None,
    quiet: bool = False,
) -> ExitCode:
    """Show what was judged; `allowed` is what to say when it may land.

    `facts` go into the JSON; `summary` is the page of a CI run that findings
    are added to. The exit code follows from the verdict alone.
    """
    findings = findings_of(outcome)
    is_allowed = isinstance(outcome, Allowed)
    if form == "json":
        word = "allowed" if is_allowed else "refused"
        head = {"schema": VERDICT_SCHEMA, "verdict": word}
        show_json({**head, **facts, "findings": as_objects(findings)})
        return exit_code_of(outcome)
    terminal.out(as_annotations(findings) if form == "github" else as_text(findings))
    said = told_verdict(outcome, allowed)
    if not quiet:
        terminal.out([translate(said)])
    if form == "github" and summary is not None:
        _add_to_summary(summary, said, findings)
    return exit_code_of(outcome)


def told_verdict(outcome: Verdict, allowed: Text) -> Text:
    """The one last sentence; `allowed` is what to say when it may land."""
    if isinstance(outcome, Allowed):
        return allowed
    count = sum(finding.severity == "error" for finding in outcome.findings)
    return T("refused: {count} errors", count=count)


def _add_to_summary(page: Path, said: Text, findings: tuple[Finding, ...]) -> None:
    with page.open("a", encoding="utf-8") as file:
        file.write(f"{as_markdown(findings)}\n{translate(said)}\n\n")
