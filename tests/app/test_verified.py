"""What was verified before saves time and changes no verdict; nor do more processes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters.git import move_ref
from sopgit.adapters.private import NO_CACHE, cache_folder, list_own, read_own, write_own
from sopgit.app import read_ahead
from sopgit.app.ledger import History, outcome_of, verify_history
from sopgit.app.office import MAIN, Office
from sopgit.app.snapshot import restore, snapshot_bytes
from sopgit.app.verified import verify_on
from sopgit.core.finding import Allowed, Refused
from sopgit.core.paths import POLICY
from sopgit.core.trusted import Anchor
from tests import acts
from tests.offices import KASI, SITI, Folders

Attack = Callable[[Folders], str]


def honest(folders: Folders) -> str:
    return folders.tip(KASI)


def wrong_file(folders: Folders) -> str:
    return folders.commit(KASI, {"rahasia.csv": b"nama,nik\n"})


def wrong_and_mended(folders: Folders) -> str:
    wrong = wrong_file(folders)
    return folders.commit(KASI, {"rahasia.csv": None}, wrong)


def case_altered(folders: Folders) -> str:
    path, data = a_case(folders, "checked")
    return folders.commit(KASI, {path: data.replace(b"Kecamatan", b"Kelurahan", 1)})


def case_dropped(folders: Folders) -> str:
    path, _ = a_case(folders, "checked")
    return folders.commit(KASI, {path: None})


def signature_altered(folders: Folders) -> str:
    """The last act of the newest commit, signed by nobody."""
    done = folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    path = f"{done.state.folder}/case.yaml"
    parent = folders.office(KASI).repo.first_parents(done.commit)[1]
    data = folders.changed(KASI, parent, done.commit)[path] or b""
    sig = str(done.event["sig"]).encode()
    other = (b"B" if sig[:1] == b"A" else b"A") + sig[1:]
    return folders.commit(KASI, {path: data.replace(sig, other)}, parent)


def policy_unsigned(folders: Folders) -> str:
    office = folders.office(KASI)
    data = office.trusted.tree.get(POLICY) or b""
    return folders.commit(KASI, {POLICY: data.replace(b"grace: 5", b"grace: 50")})


def acted(folders: Folders) -> str:
    """One more honest act."""
    return folders.perform(KASI, folders.cases["checked"], acts.CHECK).commit


def merged_with_a_wrong_branch(folders: Folders) -> str:
    """A merge whose tree is as it was, of a branch that hands out what no rule knows."""
    tip = folders.tip(KASI)
    return folders.merge(KASI, tip, tip, wrong_file(folders))


SOUND: tuple[Attack, ...] = (honest, acted)
STORIES: tuple[Attack, ...] = (
    *SOUND,
    merged_with_a_wrong_branch,
    wrong_file,
    wrong_and_mended,
    case_altered,
    case_dropped,
    signature_altered,
    policy_unsigned,
)


def a_case(folders: Folders, name: str) -> tuple[str, bytes]:
    tree = folders.office(KASI).trusted.tree
    path = next(p for p in tree.paths("cases/") if folders.cases[name] in p)
    return path, tree.get(path) or b""


def cold(office: Office, tip: str, processes: int = 1) -> History:
    return verify_history(office.repo, tip, office.anchor, office.schemas, processes)


def warm(office: Office, tip: str, cache: Path, every: int = 1) -> History:
    anchor = office.anchor
    assert anchor is not None
    return verify_on(cache, office.repo, tip, anchor, office.schemas, every)


def told(history: History) -> dict[str, Any]:
    """All that a history says, in comparable words."""
    trusted = history.trusted
    return {
        "outcome": outcome_of(history),
        "refused": history.refused,
        "warnings": history.warnings,
        "tips": (history.tip, trusted.tip, history.stands, history.first_use),
        "counts": (trusted.events, trusted.landings, trusted.newest),
        "ids": set(trusted.ids),  # type: ignore[call-overload]
        "numbers": dict(trusted.numbers),
        "versions": dict(trusted.versions),
        "folders": dict(trusted.folders),
        "policy": trusted.policy,
        "anchor": trusted.anchor,
    }


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes even for a short history, in short stretches."""
    monkeypatch.setattr(read_ahead, "FEWEST", 2)
    monkeypatch.setattr(read_ahead, "STRETCH", 3)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("story", STORIES)
def test_several_processes_come_to_the_verdict_of_one(folders: Folders, story: Attack) -> None:
    tip, office = story(folders), folders.office(KASI)
    alone = cold(office, tip)
    assert isinstance(outcome_of(alone), Allowed if story in SOUND else Refused)
    assert told(cold(office, tip, 3)) == told(alone)


@pytest.mark.usefixtures("eager")
def test_a_worker_that_dies_leaves_its_work_to_us(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    tip, office = wrong_and_mended(folders), folders.office(KASI)
    monkeypatch.setattr(read_ahead, "_work", lambda *_: None)
    assert told(cold(office, tip, 2)) == told(cold(office, tip))


@pytest.mark.parametrize("story", STORIES)
def test_a_tip_verified_before_gives_the_verdict_of_genesis(
    folders: Folders, tmp_path: Path, story: Attack
) -> None:
    """The honest mainline is kept first; what lands after it is judged on top."""
    office = folders.office(KASI)
    before = warm(office, office.tip(), tmp_path)
    assert before.settled.judged == len(office.repo.first_parents(office.tip())) - 1
    tip = story(folders)
    again = warm(folders.office(KASI), tip, tmp_path)
    assert again.settled.judged < before.settled.judged
    assert told(again) == told(cold(office, tip))


def test_what_was_refused_before_a_kept_tip_stays_refused(folders: Folders, tmp_path: Path) -> None:
    tip, office = wrong_and_mended(folders), folders.office(KASI)
    first = warm(office, tip, tmp_path)
    again = warm(office, tip, tmp_path)
    assert again.settled.judged == 0
    assert len(again.refused) == 1
    assert told(again) == told(first) == told(cold(office, tip))


def test_only_an_allowed_tip_is_kept(folders: Folders, tmp_path: Path) -> None:
    good, office = folders.tip(KASI), folders.office(KASI)
    warm(office, wrong_file(folders), tmp_path)
    assert [path.name.rpartition("-")[2] for path in kept(tmp_path)] == [good]


def test_an_older_tip_is_judged_by_itself(folders: Folders, tmp_path: Path) -> None:
    office = folders.office(KASI)
    warm(office, office.tip(), tmp_path)
    older = office.repo.first_parents(office.tip())[3]
    history = warm(office, older, tmp_path)
    assert told(history) == told(cold(office, older))


def test_acts_go_on_from_what_was_kept(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sopgit.app.verified.verify_on.__defaults__", (1,))
    first = folders.office(SITI)
    assert first.history.settled.judged > 1
    done = folders.act(SITI, folders.cases["new"], acts.LETTER)
    last = folders.office(SITI)
    assert last.history.settled.judged <= 1
    assert told(last.history) == told(cold(last, done.commit))


# What is ignored.


def kept(cache: Path) -> list[Path]:
    return sorted(path for path in (cache / "verified").rglob("*") if path.is_file())


@pytest.fixture
def one(folders: Folders, tmp_path: Path) -> Path:
    """The file that the honest mainline leaves in the cache `tmp_path / "cache"`."""
    office = folders.office(KASI)
    warm(office, office.tip(), tmp_path / "cache")
    (path,) = kept(tmp_path / "cache")
    return path


def judged(folders: Folders, cache: Path, every: int = 1000) -> int:
    office = folders.office(KASI)
    history = warm(office, office.tip(), cache, every)
    assert told(history) == told(cold(office, office.tip()))
    return history.settled.judged


def test_the_file_is_the_users_alone_and_is_used(folders: Folders, one: Path) -> None:
    assert one.stat().st_mode & 0o777 == 0o600
    assert one.parent.stat().st_mode & 0o777 == 0o700
    assert judged(folders, one.parents[2]) == 0


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_open_to_others_is_ignored(folders: Folders, one: Path, mode: int) -> None:
    one.chmod(mode)
    assert judged(folders, one.parents[2]) > 0


@pytest.mark.parametrize("mode", [0o770, 0o777])
def test_a_folder_that_others_can_write_is_ignored(folders: Folders, one: Path, mode: int) -> None:
    one.parent.chmod(mode)
    assert judged(folders, one.parents[2]) > 0


def test_a_link_is_ignored(folders: Folders, one: Path, tmp_path: Path) -> None:
    one.rename(tmp_path / "elsewhere")
    one.symlink_to(tmp_path / "elsewhere")
    assert judged(folders, one.parents[2]) > 0


def resealed(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def with_head(**changes: Any) -> Callable[[bytes], bytes]:
    """The file with other words in its head, under a good digest."""

    def change(data: bytes) -> bytes:
        line, _, rest = data.partition(b"\n")[2].partition(b"\n")
        return resealed(json.dumps({**json.loads(line), **changes}).encode() + b"\n" + rest)

    return change


POISON: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda data: data[:-1],
    "one byte other": lambda data: data[:-10] + b"x" + data[-9:],
    "no JSON": lambda _: resealed(b"pickle\n"),
    "a list": lambda _: resealed(b"[]\n"),
    "another schema": with_head(schema="sopgit/verified/v2"),
    "another engine": with_head(engine="0" * 32),
    "another anchor": with_head(anchor={"repository": "x", "genesis": "0" * 40, "policy": "y"}),
    "another tip": with_head(tip="0" * 40),
    "tables of another size": with_head(sizes=[0, 0, 0, 0]),
    "no findings": with_head(refused=[["0" * 40, [["x"]]]]),
}


@pytest.mark.parametrize("name", POISON)
def test_a_malformed_or_foreign_file_is_ignored(folders: Folders, one: Path, name: str) -> None:
    one.write_bytes(POISON[name](one.read_bytes()))
    assert judged(folders, one.parents[2]) > 0


def test_a_tip_that_is_not_on_the_mainline_is_ignored(folders: Folders, one: Path) -> None:
    """A good file under the name of a commit that was refused: the name must be the file's."""
    wrong = wrong_file(folders)
    one.rename(one.with_name(one.name[:-40] + wrong))
    office = folders.office(KASI)
    history = warm(office, wrong, one.parents[2], 1000)
    assert not history.stands
    assert told(history) == told(cold(office, wrong))


def test_the_cache_dies_with_another_anchor(folders: Folders, one: Path) -> None:
    office = folders.office(KASI)
    anchor = office.anchor
    assert anchor is not None
    other = Anchor(anchor.repository, anchor.genesis, "0" * 64)
    with pytest.raises(Exception, match="refused"):
        verify_on(one.parents[2], office.repo, office.tip(), other, office.schemas)


def test_without_an_anchor_nothing_is_kept_or_asked(folders: Folders, tmp_path: Path) -> None:
    office = folders.office(KASI)
    office.cache = tmp_path / "cache"
    (office.repo.state_folder / "anchor.json").unlink()
    assert office.history.first_use
    assert kept(tmp_path / "cache") == []


def test_a_rewritten_mainline_is_judged_whole(folders: Folders, one: Path) -> None:
    repo = folders.office(KASI).repo
    chain = repo.first_parents(folders.tip(KASI))
    wrong = folders.commit(KASI, {"rahasia.csv": b"x\n"}, chain[2])
    move_ref(repo, MAIN, chain[0], wrong)
    assert judged(folders, one.parents[2]) > 0


def test_there_is_a_cache_only_where_it_can_be_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "sopgit"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "sopgit"
    monkeypatch.setenv(NO_CACHE, "1")
    assert cache_folder() is None


def test_what_cannot_be_written_is_as_if_it_were_absent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not write_own(tmp_path / "file" / "below", b"x")
    assert read_own(tmp_path / "absent") is None
    assert list_own(tmp_path / "absent") == []


def test_a_consent_that_was_used_stays_used(folders: Folders) -> None:
    office = folders.office(KASI)
    history, anchor = office.history, office.anchor
    assert anchor is not None
    history.trusted.spent.add("records/2026/aaaaaaaaaa.yaml")
    data = snapshot_bytes(history, "x") or b""
    kept = restore(data, office.repo, office.schemas, anchor, history.tip, "x")
    assert kept is not None
    assert kept.trusted.spent == history.trusted.spent
