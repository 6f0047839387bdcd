"""Which cases are open: what is kept of it saves reading and changes no answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sopgit.adapters.private import write_own
from sopgit.app.draft import Draft
from sopgit.app.office import Office
from sopgit.app.open_cases import has_ended, open_cases
from sopgit.app.verified import engine_name, folder_of
from sopgit.app.views import view_cases, view_open_cases
from tests import acts
from tests.offices import KASI, Folders

CANCEL = Draft("cancel", reason="tidak jadi")
REOPEN = Draft("return", to=8, reason="wali data menolak", findings=("belum lengkap",))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def opened(folders: Folders, cache: Path | None) -> Office:
    office = folders.office(KASI)
    office.cache = cache
    return office


def by_reading_all(office: Office) -> list[str]:
    """The open cases as the states of all say."""
    paths = [path for path in office.trusted.tree.paths("cases/") if path.endswith("/case.yaml")]
    states = {path: office.trusted.case(path) for path in paths}
    return [path for path, state in states.items() if state and state.step is not None]


def kept_at(office: Office, cache: Path) -> Path:
    assert office.anchor is not None
    return folder_of(cache, "open", office.anchor) / engine_name()


def test_it_follows_the_cases_as_they_begin_end_and_are_reopened(
    folders: Folders, cache: Path
) -> None:
    new, closed = folders.cases["new"], folders.cases["closed"]
    lives = (
        lambda: None,
        lambda: folders.perform(KASI, new, CANCEL),
        lambda: folders.perform(KASI, closed, REOPEN),
        lambda: folders.perform(KASI, None, acts.OPEN),
    )
    told = []
    for live in lives:
        live()
        office = opened(folders, cache)
        found = open_cases(office, office.trusted)
        assert found == by_reading_all(office)
        assert kept_at(office, cache).exists()
        told.append((any(new in path for path in found), any(closed in path for path in found)))
    assert told == [(True, False), (False, False), (False, True), (False, True)]


def test_what_is_kept_is_used_for_the_tree_it_was_made_of(folders: Folders, cache: Path) -> None:
    office = opened(folders, cache)
    known = open_cases(office, office.trusted)
    keep(office, cache, open=known[:1])
    assert open_cases(office, office.trusted) == known[:1] != known
    folders.perform(KASI, None, acts.OPEN)
    office = opened(folders, cache)
    assert len(open_cases(office, office.trusted)) == 2


def test_no_verdict_asks_what_is_kept(folders: Folders, cache: Path) -> None:
    office = opened(folders, cache)
    open_cases(office, office.trusted)
    keep(office, cache, open=[])
    done = folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    history = opened(folders, cache).history
    assert history.tip == done.commit
    assert history.is_sound


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "sopgit/open-cases/v0"},
        {"tree": "0" * 40},
        {"tree": "HEAD"},
        {"tree": None},
        {"open": None},
        {"open": ["README.md"]},
        {"open": [7]},
    ],
    ids=str,
)
def test_what_does_not_fit_is_made_anew(
    folders: Folders, cache: Path, changes: dict[str, object]
) -> None:
    office = opened(folders, cache)
    known = open_cases(office, office.trusted)
    keep(office, cache, **changes)
    assert open_cases(office, office.trusted) == known
    assert json.loads(kept_at(office, cache).read_bytes())["open"] == known
    write_own(kept_at(office, cache), b"{")
    assert open_cases(office, office.trusted) == known


def keep(office: Office, cache: Path, **changes: object) -> None:
    """Put something else in the place of what was kept."""
    value = json.loads(kept_at(office, cache).read_bytes())
    assert write_own(kept_at(office, cache), json.dumps({**value, **changes}).encode())


def test_without_an_anchor_nothing_is_kept(folders: Folders, cache: Path) -> None:
    office = opened(folders, cache)
    (office.repo.state_folder / "anchor.json").unlink()
    assert open_cases(office, office.trusted) == by_reading_all(office)
    assert not cache.exists()


def test_the_open_cases_are_shown_as_among_all(folders: Folders, cache: Path) -> None:
    office, now = opened(folders, cache), folders.now()
    shown = view_open_cases(office, now)
    assert shown == [view for view in view_cases(office, now) if view.state.step is not None]
    assert len(shown) == 2


def test_the_last_event_tells_whether_a_case_has_ended(folders: Folders) -> None:
    tree = folders.office(KASI).trusted.tree
    for name, is_ended in (("new", False), ("checked", False), ("closed", True)):
        path = next(p for p in tree.paths("cases/") if folders.cases[name] in p)
        path = path.rpartition("/")[0] + "/case.yaml"
        assert has_ended(tree.get(path) or b"", path) == is_ended
