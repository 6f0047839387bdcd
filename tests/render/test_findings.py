"""One finding in four shapes: text, JSON, a CI annotation, a row of a summary."""

from __future__ import annotations

import json

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T
from sopgit.render.findings import (
    SHOWN_ANNOTATIONS,
    SUMMARY_BYTES,
    as_annotations,
    as_markdown,
    as_objects,
    as_text,
)

RULE = Rule("yaml-duplicate-key", "a key stands once in its mapping")
FULL = RULE.broken(
    Place("cases/a.yaml", 3, 5, "0123456789abcdef0123"),
    T("key {key} stands twice", key="step"),
    T("remove one of them"),
)
BARE = RULE.doubted(Place(), T("nobody can do step {step}", step=4))


def _hostile(path: str = "a.yaml", words: str = "x") -> Finding:
    return RULE.broken(Place(path, 1, 1), T("{words} is wrong", words=words))


def test_text_says_where_what_which_rule_and_what_to_do() -> None:
    assert as_text([FULL, BARE]) == [
        "cases/a.yaml:3:5: error: key step stands twice [yaml-duplicate-key] (0123456789ab)",
        "    hint: remove one of them",
        "sopgit: warning: nobody can do step 4 [yaml-duplicate-key]",
    ]


def test_text_names_the_commit_where_there_is_no_path() -> None:
    lost = RULE.broken(Place(commit="0123456789abcdef"), T("it has two parents"))
    assert as_text([lost]) == ["0123456789ab: error: it has two parents [yaml-duplicate-key]"]


def test_no_line_of_text_is_begun_or_broken_by_foreign_words() -> None:
    (line,) = as_text([_hostile("::error::x", "a\n::error::b")])
    assert line == r'"::error::x":1:1: error: a\n::error::b is wrong [yaml-duplicate-key]'


def test_objects_are_ready_for_json() -> None:
    assert json.loads(json.dumps(as_objects([FULL, BARE]))) == [
        {
            "code": "yaml-duplicate-key",
            "severity": "error",
            "message": "key step stands twice",
            "hint": "remove one of them",
            "path": "cases/a.yaml",
            "line": 3,
            "column": 5,
            "commit": "0123456789abcdef0123",
        },
        {
            "code": "yaml-duplicate-key",
            "severity": "warning",
            "message": "nobody can do step 4",
            "hint": None,
            "path": None,
            "line": None,
            "column": None,
            "commit": None,
        },
    ]


def test_an_annotation_names_file_line_column_and_rule() -> None:
    assert as_annotations([FULL, BARE]) == [
        (
            "::error file=cases/a.yaml,line=3,col=5,title=yaml-duplicate-key"
            "::key step stands twice%0Aremove one of them"
        ),
        "::warning title=yaml-duplicate-key::nobody can do step 4",
    ]


def test_an_annotation_cannot_be_ended_early_or_given_other_properties() -> None:
    (line,) = as_annotations([_hostile("a,line=9::x%0A", "100%\n::error::")])
    assert line == (
        "::error file=a%2Cline=9%3A%3Ax%250A,line=1,col=1,title=yaml-duplicate-key"
        "::100%25\\n::error:: is wrong"
    )


def test_annotations_that_would_not_be_shown_are_counted() -> None:
    many = [_hostile()] * (SHOWN_ANNOTATIONS + 3) + [BARE] * (SHOWN_ANNOTATIONS + 2)
    lines = as_annotations(many)
    assert len(lines) == 2 * SHOWN_ANNOTATIONS + 1
    assert lines[-1] == "sopgit: 5 more in the summary of this run"
    assert len(as_annotations(many[:SHOWN_ANNOTATIONS])) == SHOWN_ANNOTATIONS


def test_a_summary_counts_and_lists() -> None:
    assert as_markdown([FULL, BARE]).splitlines() == [
        "### 1 errors, 1 warnings",
        "",
        "| where | severity | what | what to do | rule |",
        "| --- | --- | --- | --- | --- |",
        (
            r"| cases/a\.yaml:3:5 0123456789ab | error | key step stands twice "
            "| remove one of them | `yaml-duplicate-key` |"
        ),
        "|  | warning | nobody can do step 4 |  | `yaml-duplicate-key` |",
    ]


def test_a_summary_of_nothing_is_its_heading() -> None:
    assert as_markdown([]) == "### 0 errors, 0 warnings\n\n"


def test_a_summary_stays_below_what_a_host_takes() -> None:
    page = as_markdown([_hostile(words="<script>" * 1000)] * 200)
    assert len(page.encode()) < SUMMARY_BYTES + 2000
    assert "more are not shown" in page
    assert "<script" not in page
