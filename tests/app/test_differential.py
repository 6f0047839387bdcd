"""One engine, four questions: about the index, a push, a history, a range. One answer.

Each guard is asked about the same change, and must say the same as the others about what it
can see: the same verdict with the same codes. An index has no commits, and only who takes
something in (a push, a range) looks at the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from sopgit.app.guards import RefUpdate, admit_index, admit_push, admit_range
from sopgit.app.ledger import outcome_of
from sopgit.app.office import MAIN, Office
from sopgit.core.finding import Refused, Verdict
from tests.attacks.raw import raw_entry, with_root
from tests.by_hand import Files, Hand
from tests.changes import ILLEGAL, LEGAL, hand_in
from tests.offices import KASI, Folders
from tests.pushes import HONEST, WRONGS

Answers = dict[str, frozenset[str]]


@dataclass
class Bench:
    """An office of whose main nothing moves; every change is judged on top of it."""

    folders: Folders
    hand: Hand

    def commit(self, files: Files) -> str:
        return self.folders.commit(KASI, files)

    def of_index(self, commit: str) -> frozenset[str]:
        """What the index is told that holds the tree of `commit`."""
        self.folders.git(KASI, "read-tree", commit)
        answer = told(admit_index(self.hand.office))
        self.folders.git(KASI, "read-tree", "HEAD")
        return answer

    def of_commits(self, commit: str) -> Answers:
        return of_commits(self.hand.office, commit, self.folders.now())


@pytest.fixture(scope="module")
def bench(founded: Folders, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folders = founded.copy(tmp_path_factory.mktemp("differential") / "office")
    return Bench(folders, Hand(folders))


def told(outcome: Verdict) -> frozenset[str]:
    """The codes of the errors; none when it is allowed."""
    found = outcome.findings if isinstance(outcome, Refused) else ()
    return frozenset(finding.code for finding in found if finding.severity == "error")


def of_commits(office: Office, commit: str, now: datetime) -> Answers:
    """What a push, a history and a range are told that bring `commit` to the server's main."""
    base = office.repo.resolve("refs/remotes/origin/main")
    push = admit_push(office, [RefUpdate(base, commit, MAIN)], now)
    return {
        "push": told(push),
        "verify": told(outcome_of(office.verify(commit))),
        "range": told(admit_range(office, base, commit, now)[1]),
    }


@pytest.mark.parametrize("name", LEGAL)
def test_all_allow_a_legal_change(bench: Bench, name: str) -> None:
    commit = bench.commit(LEGAL[name](bench.hand))
    answers = {"index": bench.of_index(commit), **bench.of_commits(commit)}
    assert answers == dict.fromkeys(answers, frozenset())


@pytest.mark.parametrize("name", ILLEGAL)
def test_all_refuse_an_illegal_change_alike(bench: Bench, name: str) -> None:
    commit = bench.commit(ILLEGAL[name](bench.hand))
    answers = {"index": bench.of_index(commit), **bench.of_commits(commit)}
    assert answers["verify"]
    assert answers == dict.fromkeys(answers, answers["verify"])


def test_only_who_takes_something_in_asks_the_clock(bench: Bench) -> None:
    commit = bench.commit(hand_in(bench.hand, at="2099-03-02T08:00:00+07:00"))
    late = frozenset({"act-in-future"})
    assert bench.of_commits(commit) == {"push": late, "verify": frozenset(), "range": late}
    assert bench.of_index(commit) == frozenset()


# What no index can hold: shapes of trees, and of history.

MODES = ("100755", "100664", "120000", "160000")


@pytest.mark.parametrize("mode", MODES)
def test_all_refuse_an_entry_that_is_no_plain_file(bench: Bench, mode: str) -> None:
    repo = bench.hand.office.repo
    honest = bench.commit({"docs/panduan.md": b"# Panduan\n"})
    oid = repo.objects.write_blob(b"x\n") if mode != "160000" else honest
    commit = with_root(repo, honest, raw_entry(mode, b"lain.md", oid))
    answers = bench.of_commits(commit)
    assert answers["verify"]
    assert answers == dict.fromkeys(answers, answers["verify"])


ONE_COMMIT = [name for name in HONEST if name != "a branch for a case"]
# Whether main only goes forward, and what other names are pushed, is only seen by a push.
SEEN_BY_ALL = [
    n for n, (_, said) in WRONGS.items() if said not in ("[forward-only]", "[ref-allowed]")
]


@pytest.mark.parametrize("name", ONE_COMMIT)
def test_all_allow_what_is_honestly_pushed(folders: Folders, name: str) -> None:
    desk, make = HONEST[name]
    commit = folders.git(desk, "rev-parse", make(folders)[0].partition(":")[0]).strip()
    if desk != KASI:
        folders.git(KASI, "fetch", "-q", str(folders.clone(desk)), commit)
    answers = of_commits(folders.office(KASI), commit, folders.now())
    assert answers == dict.fromkeys(answers, frozenset())


@pytest.mark.parametrize("name", SEEN_BY_ALL)
def test_all_refuse_alike_what_is_wrongly_pushed(folders: Folders, name: str) -> None:
    commit = WRONGS[name][0](folders)[0].partition(":")[0]
    answers = of_commits(folders.office(KASI), commit, folders.now())
    assert answers["verify"]
    assert answers == dict.fromkeys(answers, answers["verify"])
