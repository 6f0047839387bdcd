"""Records that travel on branches of their own where the mainline is protected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sopgit.app.guards import admit_range
from sopgit.app.records import Entered, enter_record
from sopgit.app.review import review_range
from sopgit.app.sync import LapRefused
from sopgit.app.versions import mainline
from sopgit.cli import run
from sopgit.core.errors import UsageError
from sopgit.core.finding import Allowed
from sopgit.core.lineage import sha256
from sopgit.core.paths import AGENCIES
from sopgit.core.writer import emit
from tests import acts
from tests.forges import branch, found_forge, merged, on_server, protect, rebased, squashed
from tests.offices import KASI, SITI, Folders, codes, run_git


@pytest.fixture
def forge(tmp_path: Path) -> Folders:
    return found_forge(tmp_path / "office")


def agencies(name: str) -> bytes:
    return emit({"schema": "sopgit/agencies/v1", "agencies": {"tapem": {"name": name}}})


def entered(folders: Folders, name: str, desk: str = KASI) -> Entered:
    """The agencies with one called `name`, by a record that the kasi signs at `desk`."""
    files, office = {AGENCIES: agencies(name)}, folders.office(desk)
    return enter_record(office, "settings", {}, "Change it", folders.now(), files=files)


def branch_of(record: Entered) -> str:
    assert record.branch is not None
    return record.branch


@pytest.mark.parametrize("button", [merged, squashed, rebased])
def test_it_waits_on_a_branch_and_comes_in_by_every_button(
    forge: Folders, button: Callable[[Folders, str], None]
) -> None:
    protect(forge)
    main = forge.tip(KASI)
    done = entered(forge, "Bagian Rekaan")
    name = branch_of(done)
    assert name == f"record/{Path(done.path).stem}"
    assert (branch(forge, KASI), forge.tip(KASI)) == ("main", main)
    assert "protected" in forge.push(KASI, f"{name}:main").stderr
    (request,) = forge.sync(KASI).requests
    assert (request.branch, request.case) == (name, name.replace("/", " "))
    assert on_server(forge, name) == done.commit
    button(forge, name)
    assert forge.sync(KASI).requests == ()
    assert f"refs/heads/{name}" not in forge.refs(KASI)
    assert (forge.clone(KASI) / done.path).read_bytes() == emit(done.record)
    assert (forge.clone(KASI) / AGENCIES).read_bytes() == agencies("Bagian Rekaan")
    assert forge.office(KASI).history.is_sound
    assert forge.git(KASI, "status", "--porcelain") == ""


def test_it_is_put_on_top_of_what_landed_meanwhile_and_can_be_reviewed(forge: Folders) -> None:
    case = forge.perform(KASI, None, acts.OPEN).state.id
    forge.sync(KASI)
    done = entered(forge, "Bagian Rekaan")
    name = branch_of(done)
    assert branch(forge, KASI) == f"case/{case}"
    merged(forge, case)
    forge.sync(KASI)
    parent = run_git(forge.server, "rev-parse", f"{name}^").strip()
    assert parent == on_server(forge, "main") != forge.office(KASI).repo.parents(done.commit)[0]
    office = forge.office(KASI)
    assert isinstance(admit_range(office, "main", name, forge.now())[1], Allowed)
    page = review_range(office, "main", name, forge.now(), gate=True)
    assert isinstance(page.outcome, Allowed)
    assert [section.name for section in page.sections] == [AGENCIES, done.path]


def test_two_wait_beside_each_other_unless_they_change_the_same(forge: Folders) -> None:
    first = entered(forge, "Bagian Rekaan")
    before = forge.refs(KASI)
    with pytest.raises(UsageError, match=f"waits on the branch {branch_of(first)}"):
        entered(forge, "Bagian Lain")
    assert forge.refs(KASI) == before
    scrub = {"begun": first.record["at"], "read": [], "results": []}
    other = enter_record(forge.office(KASI), "scrub", scrub, "Scrub", forge.now())
    waiting = {request.branch for request in forge.sync(KASI).requests}
    assert waiting == {branch_of(first), branch_of(other)}


def test_one_that_others_overtook_stays_and_its_maker_is_told(forge: Folders) -> None:
    name = branch_of(entered(forge, "Bagian Rekaan"))
    forge.sit_down(SITI, KASI)
    theirs = entered(forge, "Bagian Lain", SITI)
    forge.sync(SITI)
    merged(forge, branch_of(theirs))
    with pytest.raises(LapRefused) as caught:
        forge.sync(KASI)
    found = caught.value.refused.findings
    assert "changed-on-both-sides" in codes(found)
    assert all(f"git branch -D {name}" in str(finding.hint) for finding in found)
    assert f"refs/heads/{name}" in forge.refs(KASI)
    assert f"refs/remotes/origin/{name}" not in forge.refs(KASI)
    forge.git(KASI, "branch", "-D", name)
    assert forge.sync(KASI).requests == ()


def test_one_that_landed_is_done_with_though_the_mainline_went_on(forge: Folders) -> None:
    first = entered(forge, "Bagian Rekaan")
    forge.sync(KASI)
    merged(forge, branch_of(first))
    forge.sit_down(SITI, KASI)
    forge.sync(SITI)
    second = entered(forge, "Bagian Lain", SITI)
    forge.sync(SITI)
    squashed(forge, branch_of(second))
    assert forge.sync(KASI).requests == ()
    assert "refs/heads/record/" not in forge.refs(KASI)
    assert (forge.clone(KASI) / AGENCIES).read_bytes() == agencies("Bagian Lain")


def test_what_was_fetched_counts_before_main_follows(forge: Folders) -> None:
    forge.sit_down(SITI, KASI)
    theirs = entered(forge, "Bagian Rekaan", SITI)
    forge.sync(SITI)
    merged(forge, branch_of(theirs))
    forge.git(KASI, "fetch", "-q")
    office = forge.office(KASI)
    assert office.tip() != office.built_on.tip == on_server(forge, "main")
    assert mainline(office).tree.get(theirs.path) == emit(theirs.record)
    (listed,) = entered(forge, "Bagian Lain").record["files"]
    assert listed["old"] == sha256(agencies("Bagian Rekaan"))


def test_the_command_tells_where_it_waits(
    forge: Folders, capsys: pytest.CaptureFixture[str], language: None
) -> None:
    office = str(forge.clone(KASI))
    assert run(["--repo", office, "--lang", "en", "calendar", "update", "2031", "--yes"]) == 0
    (waiting,) = forge.git(
        KASI, "branch", "--format=%(refname:short)", "--list", "record/*"
    ).split()
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == [f"it waits on the branch {waiting} for its request", "next: sopgit sync"]
