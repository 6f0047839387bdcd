"""A review as text, as Markdown for the page of a CI run, and as JSON.

Every line begins with our own words, a number or a mark; whatever else stands
in it is other people's text, escaped for where it is shown. Only on a terminal
a long line goes on, indented below where its own words began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from textwrap import wrap
from typing import Any, Protocol

from sopgit.core.finding import Allowed, Finding, Refused, Verdict
from sopgit.core.text import T, Text
from sopgit.render.escape import leading, markdown, visible
from sopgit.render.findings import as_markdown, as_objects, as_text
from sopgit.render.i18n import translate
from sopgit.render.verdicts import findings_of, told_verdict

REVIEW_SCHEMA = "sopgit/review/v1"
# A job summary over 1 MiB is dropped whole, a comment over 65,536 characters is not taken; the
# findings get half of either, for the story is what can be read elsewhere too.
PAGE_BYTES = 896 * 1024
COMMENT_BYTES = 60_000
MARK = "<!-- sopgit review -->"
"""The first line of the one comment on a request; no text of others can begin a page with it."""
_SHOWN_MISSING = 10
_NARROWEST = 30
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
    """The story, the verdict, what the gate adds to it, what is missing, and the one command."""

    @property
    def sections(self) -> Sequence[Section]: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def outcome(self) -> Verdict: ...
    @property
    def unfinished(self) -> Sequence[Finding]: ...
    @property
    def missing(self) -> Sequence[Text]: ...
    @property
    def next_step(self) -> Text | None: ...


def review_text(page: Page, width: int | None = None) -> list[str]:
    """The page for a terminal; the story fitted to `width`, if one is given."""
    lines = [line for section in page.sections for line in section_text(section, width)]
    lines += as_text(findings_of(page.outcome))
    return [*lines, *_foot(page)]


def headline(page: Page) -> Text:
    """The page in one line: the verdict, or at the gate of a request for whom it waits."""
    if isinstance(page.verdict, Refused) or isinstance(page.outcome, Allowed):
        return told_verdict(page.verdict, ALLOWED)
    first, *others = page.unfinished
    if not others:
        return first.message
    return T("{first}, and {count} cases more", first=first.message, count=len(others))


def section_text(section: Section, width: int | None = None) -> Iterator[str]:
    """One section for a terminal; what is longer than `width` goes on below its own words."""
    yield leading(translate(section.title))
    for line in section.told:
        mark = "| " if line.quoted else "- "
        start = "  " * line.depth + mark
        following = "  " * line.depth + (mark if line.quoted else "  ")
        said = start + translate(line.text)
        room = max(width or 0, len(start) + _NARROWEST)
        if width is None or len(said) <= width:
            yield said
        else:
            yield from wrap(
                said, room, subsequent_indent=following, break_on_hyphens=False,
                replace_whitespace=False,
            )  # fmt: skip


def _foot(page: Page) -> list[str]:
    """Verdict, what is missing, and the command."""
    lines = [leading(translate(text)) for text in (headline(page), *page.missing)]
    if page.next_step is not None:
        lines.append(translate(T("next: {command}", command=page.next_step)))
    return lines


def review_markdown(page: Page) -> str:
    """The page for a job summary: the verdict first, then the findings, then the story.

    Below 1 MiB; lines that do not fit are counted. Nothing in it is a link or
    markup but our own.
    """
    return _fitted(page, PAGE_BYTES)


def review_comment(page: Page) -> str:
    """The same for the comment on a request, which is found again by `MARK`."""
    return f"{MARK}\n{_fitted(page, COMMENT_BYTES)}"


def review_outputs(page: Page) -> str:
    """What a job of a CI run hands to the next: `said`, one line, and `comment`."""
    comment = review_comment(page)
    end = sha256(comment.encode()).hexdigest()  # no text holds its own digest
    return f"said={visible(translate(headline(page)))}\ncomment<<{end}\n{comment}\n{end}\n"


def _fitted(page: Page, size: int) -> str:
    findings = findings_of(page.outcome)
    told = as_markdown(findings, size // 2).splitlines() if findings else []
    lines = chain(_head_markdown(page), told, _story_markdown(page.sections))
    return "\n".join([*_fitting(lines, size), ""])


def _head_markdown(page: Page) -> Iterator[str]:
    yield f"## {markdown(translate(headline(page)))}"
    yield ""
    for text in page.missing[:_SHOWN_MISSING]:
        yield f"**{markdown(translate(text))}**"
        yield ""
    if page.next_step is not None:
        command = markdown(translate(page.next_step))
        yield translate(T("next: {command}", command="")).rstrip() + f" {command}"
        yield ""
    yield markdown(translate(T("a click on Approve is no act of the procedure")))
    yield ""


def _story_markdown(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield f"### {markdown(translate(section.title))}"
        yield ""
        for line in section.told:
            mark = "&gt; " if line.quoted else ""
            yield "  " * (line.depth - 1) + f"- {mark}{markdown(translate(line.text))}"
        yield ""


def _fitting(lines: Iterable[str], room: int) -> Iterator[str]:
    """As many lines as the page has room for, and how many it has not."""
    size = hidden = 0
    for line in lines:
        size += len(line.encode()) + 1
        if size <= room:
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
        "gate": _gate(page),
        "said": translate(headline(page)),
        "sections": [_section_object(section) for section in page.sections],
        "missing": [translate(text) for text in page.missing],
        "next": translate(page.next_step) if page.next_step else None,
        "findings": as_objects(findings_of(page.outcome)),
    }


def _gate(page: Page) -> str:
    """Whether a request with this may be merged now."""
    if isinstance(page.verdict, Refused):
        return "refused"
    return "waiting" if page.unfinished else "open"


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
