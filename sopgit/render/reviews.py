"""A review as text, as Markdown for the page of a CI run, and as JSON.

Every line begins with our own words, a number or a mark; whatever else stands
in it is other people's text, escaped for where it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from sopgit.core.finding import Allowed, Finding, Verdict
from sopgit.core.text import T, Text
from sopgit.render.escape import leading, markdown
from sopgit.render.findings import as_markdown, as_objects, as_text
from sopgit.render.i18n import translate
from sopgit.render.verdicts import findings_of, told_verdict

REVIEW_SCHEMA = "sopgit/review/v1"
# A job summary over 1 MiB is dropped whole; the findings take up to half of it.
PAGE_BYTES = 384 * 1024
_SHOWN_MISSING = 50
ALLOWED = T("nothing stands against it")


class Line(Protocol):
    """One line of a story."""

    @property
    def depth(self) -> int: ...
    @property
    def text(self) -> Text: ...
    @property
    def quoted(self) -> bool: ...


class Section(Protocol):
    """What is told of one thing."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def told(self) -> Sequence[Line]: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


class Page(Protocol):
    """The story, the verdict, what is missing, and the one command."""

    @property
    def sections(self) -> Sequence[Section]: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def missing(self) -> Sequence[Text]: ...
    @property
    def next_step(self) -> Text | None: ...


def review_text(page: Page) -> list[str]:
    """The page for a terminal."""
    lines = [line for section in page.sections for line in _section_text(section)]
    lines += as_text(findings_of(page.verdict))
    return [*lines, *_foot(page)]


def _section_text(section: Section) -> Iterator[str]:
    yield leading(translate(section.title))
    for line in section.told:
        mark = "| " if line.quoted else "- "
        yield "  " * line.depth + mark + translate(line.text)


def _foot(page: Page) -> list[str]:
    """Verdict, what is missing, and the command."""
    said = [told_verdict(page.verdict, ALLOWED), *page.missing]
    lines = [leading(translate(text)) for text in said]
    if page.next_step is not None:
        lines.append(translate(T("next: {command}", command=page.next_step)))
    return lines


def review_markdown(page: Page) -> str:
    """The page for a job summary: the verdict first, then the findings, then the story.

    Below 1 MiB; lines that do not fit are counted. Nothing in it is a link or
    markup but our own.
    """
    head = [f"## {markdown(translate(told_verdict(page.verdict, ALLOWED)))}", ""]
    head += [f"**{markdown(translate(text))}**\n" for text in page.missing[:_SHOWN_MISSING]]
    if page.next_step is not None:
        command = markdown(translate(page.next_step))
        head += [translate(T("next: {command}", command="")).rstrip() + f" {command}", ""]
    head += [markdown(translate(T("a click on Approve is no act of the procedure"))), ""]
    findings: tuple[Finding, ...] = findings_of(page.verdict)
    parts = [*head, as_markdown(findings)] if findings else head
    return "\n".join([*parts, *_fitting(_story_markdown(page.sections)), ""])


def _story_markdown(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield f"### {markdown(translate(section.title))}"
        yield ""
        for line in section.told:
            mark = "&gt; " if line.quoted else ""
            yield "  " * (line.depth - 1) + f"- {mark}{markdown(translate(line.text))}"
        yield ""


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """As many lines as the page has room for, and how many it has not."""
    size = hidden = 0
    for line in lines:
        size += len(line.encode()) + 1
        if size <= PAGE_BYTES:
            yield line
        else:
            hidden += bool(line)
    if hidden:
        yield ""
        yield markdown(translate(T("{count} more lines are not shown", count=hidden)))


def review_object(page: Page) -> dict[str, Any]:
    """The page for programs, `sopgit/review/v1`."""
    return {
        "schema": REVIEW_SCHEMA,
        "verdict": "allowed" if isinstance(page.verdict, Allowed) else "refused",
        "sections": [_section_object(section) for section in page.sections],
        "missing": [translate(text) for text in page.missing],
        "next": translate(page.next_step) if page.next_step else None,
        "findings": as_objects(findings_of(page.verdict)),
    }


def _section_object(section: Section) -> dict[str, Any]:
    return {
        "kind": section.kind,
        "name": section.name,
        "title": translate(section.title),
        "facts": dict(section.facts),
        "lines": [
            {"depth": line.depth, "text": translate(line.text), "quoted": line.quoted}
            for line in section.told
        ],
    }
