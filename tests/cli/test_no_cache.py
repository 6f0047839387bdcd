"""What `verify` takes up of what was verified before: the ground of a range, or nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from sopgit.adapters.private import NO_CACHE, list_own, read_own, write_own
from sopgit.app.office import MAIN, Office
from sopgit.app.verified import folder_of, verify_on
from tests.cli.conftest import Run

TOLD = 7000


def keep_another_count(office: Office, commit: str) -> None:
    """Let the cache say that more events lie below `commit` than do."""
    assert office.cache is not None
    assert office.anchor is not None
    verify_on(office.cache, office.repo, commit, office.anchor, office.schemas, every=1)
    folder = folder_of(office.cache, "verified", office.anchor)
    (name,) = list_own(folder)
    body = (read_own(folder / name) or b"").partition(b"\n")[2]
    body = body.replace(b'"events": 0', b'"events": %d' % TOLD)
    assert write_own(folder / name, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def test_a_range_stands_on_what_was_verified_and_all_else_on_the_anchor(
    sopgit: Run, office: Path, case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    opened = Office.open(office, tmp_path)
    tip = opened.tip()
    base = opened.repo.parents(tip)[0]
    keep_another_count(opened, base)

    def events(*words: str) -> int:
        answer = sopgit("--repo", office, "--format", "json", "verify", *words)
        assert answer.code == 0
        return int(answer.json["events"])

    assert opened.repo.tip(MAIN) == tip
    assert events(f"{base}..{tip}") == TOLD + 1
    assert events(f"{base}..{tip}", "--no-cache") == 1
    assert events() == events(tip) == events("--no-cache") == 1
    monkeypatch.setenv(NO_CACHE, "1")
    assert events(f"{base}..{tip}") == 1


def test_the_help_says_so(sopgit: Run) -> None:
    assert "--no-cache" in sopgit("verify", "--help").out
