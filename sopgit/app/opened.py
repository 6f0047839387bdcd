"""What a change gives to everybody with a clone, held against the scan for persons.

Asked where something is taken in: by the actor, the hooks, the server, a
range. What has landed is never asked again, for the scan may learn.

- Acts and records, the settings, what describes a dataset, free pages and
  attached text: the words that are new.
- Attached tables and workbooks: column by column, as data is.
- Commit messages.

PDF, pictures and office texts are not read.

Rules enforced here: `commit-message`; those of `sopgit.core.open_text` and
`sopgit.app.scan`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from sopgit.adapters.git import Repository
from sopgit.app.landings import landing_of_trees
from sopgit.core.encodings import readable_text
from sopgit.core.finding import Finding, Place, Refused, Rule, Verdict, verdict
from sopgit.core.gitobjects import parse_commit
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import Landing
from sopgit.core.open_text import check_open_text
from sopgit.core.paths import PathClass, is_case_file, path_class
from sopgit.core.personal import PERSONAL_DATA_OPEN
from sopgit.core.text import T

COMMIT_MESSAGE = Rule(
    "commit-message",
    "a commit's message is text that any terminal can show",
    why="a log that moves the cursor can hide what was done",
)
_TEXTS = (".yaml", ".md", ".txt", ".json", ".eml")
# Where a line ends within quotes a letter stands for it, which would hide the number after it.
_ESCAPING = (".yaml", ".json")
_ESCAPE = re.compile(r"\\[bfnrt]")
_NEVER_TABLES = (".age", ".dvc", ".jpg", ".pdf", ".png")


def with_opened(outcome: Verdict, landing: Landing) -> Verdict:
    """`outcome`, the engine's on `landing`, and if it is allowed what the scan says to it."""
    if isinstance(outcome, Refused):
        return outcome
    return verdict(outcome.rule, (*outcome.warnings, *check_opened(landing)))


def check_opened(landing: Landing) -> list[Finding]:
    """Numbers of persons in what `landing` opens to everybody."""
    return [
        finding
        for path, change in landing.changes.items()
        if change.new is not None
        and path_class(path, ()) not in (PathClass.POLICY, PathClass.PROTECTED)
        for finding in _check_file(path, change)
    ]


def check_opened_commits(repo: Repository, commits: Iterable[str]) -> list[Finding]:
    """Each of `commits` by itself, with its message: a file added and taken away is handed out."""
    findings = []
    for commit in commits:
        made = parse_commit(repo.objects.commit(commit))
        before = repo.tree_of(made.parents[0]) if made.parents else None
        landing = landing_of_trees(repo, before, made.tree, commit)
        found = [*check_message(made.message, Place(commit=commit)), *check_opened(landing)]
        findings += [finding.at_commit(commit) for finding in found]
    return findings


def check_message(text: str, place: Place) -> list[Finding]:
    """What is wrong with a commit's message, which begins at `place`."""
    odd = [
        COMMIT_MESSAGE.broken(
            Place(place.path, number, column + 1, place.commit),
            T("the message holds {character}", character=repr(line[column])),
            T("write it anew without it"),
        )
        for number, line in enumerate(text.split("\n"), 1)
        for column in [_first_odd(line)]
        if column >= 0
    ]
    return [*odd, *check_open_text(text, place)]


def _first_odd(line: str) -> int:
    odd = (index for index, char in enumerate(line) if not (char.isprintable() or char == "\t"))
    return next(odd, -1)


def _check_file(path: str, change: FileChange) -> list[Finding]:
    data, known = change.new or b"", b""
    if is_case_file(path) and data.startswith(change.old or b""):
        known = change.old or b""
    if path.endswith(_TEXTS):
        text = readable_text(data[len(known) :]) or ""
        if path.endswith(_ESCAPING):
            text = _ESCAPE.sub("  ", text)
        return check_open_text(text, Place(path, known.count(b"\n") + 1))
    return [] if path.endswith(_NEVER_TABLES) else _check_table(path, data)


def _check_table(path: str, data: bytes) -> list[Finding]:
    # What reads tables and workbooks takes a tenth of the time in which a hook starts.
    from sopgit.adapters import xlsx  # noqa: PLC0415
    from sopgit.app.scan import TABLES, content_scan  # noqa: PLC0415

    if PurePosixPath(path).suffix not in (*TABLES, *xlsx.SUFFIXES):
        return []
    scan = content_scan(path, (), None, is_open=True)
    scan.feed(data)
    return [found for found in scan.findings() if found.code == PERSONAL_DATA_OPEN.code]
