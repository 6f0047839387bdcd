"""Findings as text, JSON, annotations of a CI run, and a page for its summary.

One finding looks the same everywhere: where, how grave, what, which rule,
what to do. Codes, places and severities are stable; the words follow the
language. Only the summary is a page for people and speaks it throughout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sopgit.core.finding import Finding, Place, Severity
from sopgit.core.text import T, Text
from sopgit.render.escape import leading_path, markdown, visible
from sopgit.render.i18n import _, translate

# A CI host shows ten annotations of a kind for each step and drops the rest without a word.
SHOWN_ANNOTATIONS = 10
# A job summary over 1 MiB is dropped whole; the rest of the page needs room too.
SUMMARY_BYTES = 512 * 1024


def as_text(findings: Iterable[Finding]) -> list[str]:
    """`path:line:column: error: message [code]`, each followed by its indented hint."""
    lines = []
    for finding in findings:
        commit = f" ({finding.place.commit[:12]})" if _has_both(finding.place) else ""
        said = " ".join(translate(finding.message).splitlines())
        where = _where(finding.place)
        lines.append(f"{where}: {finding.severity}: {said} [{finding.code}]{commit}")
        if finding.hint:
            hint = translate(finding.hint).splitlines()
            lines += [f"    hint: {hint[0]}", *(f"    {line}" for line in hint[1:])]
    return lines


def as_objects(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """The findings for JSON; a line or column that is not known is null."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity,
            "message": translate(finding.message),
            "hint": translate(finding.hint) if finding.hint else None,
            "path": finding.place.path or None,
            "line": finding.place.line or None,
            "column": finding.place.column or None,
            "commit": finding.place.commit or None,
        }
        for finding in findings
    ]


def as_annotations(findings: Sequence[Finding]) -> list[str]:
    """GitHub's workflow commands, ten of a kind, and a last line that counts the rest."""
    lines: list[str] = []
    used: Counter[Severity] = Counter()
    for finding in findings:
        used[finding.severity] += 1
        if used[finding.severity] <= SHOWN_ANNOTATIONS:
            lines.append(_annotation(finding))
    hidden = sum(max(0, count - SHOWN_ANNOTATIONS) for count in used.values())
    if hidden:
        lines.append(
            f"sopgit: {translate(T('{count} more in the summary of this run', count=hidden))}"
        )
    return lines


def as_markdown(findings: Sequence[Finding], room: int = SUMMARY_BYTES) -> str:
    """A heading with the counts and a table of up to `room` bytes; what does not fit is counted."""
    counts = Counter(finding.severity for finding in findings)
    head = T(
        "{errors} errors, {warnings} warnings", errors=counts["error"], warnings=counts["warning"]
    )
    columns = [_("where"), _("severity"), _("what"), _("what to do"), _("rule")]
    lines = [f"### {translate(head)}", ""]
    if not findings:
        return "\n".join([*lines, ""])
    lines += [_row(columns), _row(["---"] * len(columns))]
    size = 0
    for index, finding in enumerate(findings):
        row = _row(_cells(finding))
        size += len(row.encode())
        if size > room:
            lines += ["", translate(T("{count} more are not shown", count=len(findings) - index))]
            break
        lines.append(row)
    return "\n".join([*lines, ""])


def _has_both(place: Place) -> bool:
    return bool(place.path and place.commit)


def _where(place: Place) -> str:
    """The place as it may open a line; our own name where there is none."""
    start = leading_path(place.path) if place.path else place.commit[:12] or "sopgit"
    return ":".join([start, *(str(number) for number in (place.line, place.column) if number)])


def _annotation(finding: Finding) -> str:
    place = finding.place
    properties = {
        "file": visible(place.path),
        "line": str(place.line or ""),
        "col": str(place.column or ""),
        "title": finding.code,
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    said = [translate(text) for text in (finding.message, finding.hint) if text]
    return f"::{finding.severity} {listed}::{_data(chr(10).join(said))}"


def _data(text: str) -> str:
    """`text` after the `::` of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """`text` as a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cells(finding: Finding) -> list[str]:
    place = finding.place
    where = ":".join([place.path, *(str(n) for n in (place.line, place.column) if n)]).strip(":")
    commit = f" {place.commit[:12]}" if place.commit else ""
    return [
        markdown(where) + commit,
        finding.severity,
        _said(finding.message),
        _said(finding.hint) if finding.hint else "",
        f"`{finding.code}`",
    ]


def _said(text: Text) -> str:
    return "<br>".join(map(markdown, translate(text).splitlines()))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
