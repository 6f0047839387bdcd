"""Sync: what others did comes in, what I did goes out, and nothing signed is lost."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from sopgit.adapters.git import RemoteAwayError, fetch, push
from sopgit.app.datasets import Added
from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.office import MAIN, REMOTE_MAIN
from sopgit.app.pending import read_pending
from sopgit.app.sync import IncomingRefused, PushRefused, SetAside, Synced
from sopgit.app.taking_in import add_data
from sopgit.app.workplace import ActRefused
from sopgit.core.errors import UsageError
from tests import acts
from tests.offices import BUDI, KASI, SITI, Folders, codes, run_git, snapshot

NOTE = Draft("note", reason="catatan")


def aside(folders: Folders, desk: str) -> list[str]:
    """The commits that a clone keeps aside."""
    listed = folders.git(desk, "for-each-ref", "--format=%(objectname)", "refs/sopgit/aside/")
    return listed.split()


def test_with_nothing_to_do_nothing_changes(folders: Folders) -> None:
    before = folders.refs(KASI)
    assert folders.sync(KASI) == Synced(0, 0)
    assert folders.refs(KASI) == before


def test_what_others_landed_comes_in(folders: Folders) -> None:
    folders.land(SITI, folders.cases["new"], acts.LETTER)
    folders.land(SITI, folders.cases["new"], NOTE)
    assert folders.sync(KASI) == Synced(2, 0)
    assert folders.tip(KASI) == folders.tip(SITI)
    assert folders.git(KASI, "status", "--porcelain") == ""


def test_acts_on_two_cases_at_once_both_land(folders: Folders) -> None:
    folders.perform(KASI, None, acts.OPEN)
    second = folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    first = folders.perform(SITI, folders.cases["new"], acts.LETTER)
    assert folders.sync(SITI) == Synced(0, 1)
    assert folders.sync(KASI) == Synced(1, 2)
    guarded = folders.guarded()
    assert guarded.history.is_sound
    assert guarded.tip() == folders.tip(KASI)
    chain = guarded.repo.first_parents(guarded.tip())
    assert chain[2] == first.commit
    subjects = folders.git(KASI, "log", "--first-parent", "--format=%s", "-3").splitlines()
    assert [line.split(" of ")[0] for line in subjects] == [
        "complete step 6",
        "open step 1",
        "complete step 2",
    ]
    state = guarded.trusted.cases[f"{second.state.folder}/case.yaml"]
    assert state.head == second.state.head


def test_of_two_acts_on_one_case_the_later_is_set_aside(folders: Folders) -> None:
    case = folders.cases["new"]
    mine = folders.perform(KASI, case, Draft("cancel", reason="tidak jadi"))
    landed = folders.land(SITI, case, acts.LETTER)
    server = folders.server_refs()
    with pytest.raises(SetAside) as refused:
        folders.sync(KASI)
    findings = refused.value.refused.findings
    assert codes(findings) == {"changed-on-both-sides"}
    assert case in findings[0].place.path
    ref = f"refs/sopgit/aside/{mine.commit[:12]}"
    assert ref in str(findings[0].hint)
    # The server is as it was, the clone follows it, and the signed act is still here.
    assert folders.server_refs() == server
    assert folders.tip(KASI) == landed.commit
    assert aside(folders, KASI) == [mine.commit]
    assert folders.git(KASI, "status", "--porcelain") == ""
    # It is done again on the case as it stands now.
    folders.perform(KASI, case, Draft("cancel", reason="tetap tidak jadi"))
    assert folders.sync(KASI) == Synced(0, 1)


def test_what_still_fits_is_sent_though_another_act_was_overtaken(folders: Folders) -> None:
    folders.perform(KASI, folders.cases["new"], NOTE)
    fitting = folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    lost = folders.perform(KASI, folders.cases["new"], Draft("cancel", reason="tidak jadi"))
    folders.land(SITI, folders.cases["new"], acts.LETTER)
    with pytest.raises(SetAside, match="not sent: 2 of your acts"):
        folders.sync(KASI)
    trusted = folders.guarded().trusted
    assert trusted.cases[f"{fitting.state.folder}/case.yaml"].head == fitting.state.head
    assert aside(folders, KASI) == [lost.commit]
    assert folders.sync(KASI) == Synced(0, 0)


def test_data_of_an_overtaken_act_waits_for_the_act_that_replaces_it(folders: Folders) -> None:
    case = folders.cases["new"]
    folders.land(SITI, case, acts.LETTER)
    folders.sync(BUDI)
    folders.take_in(BUDI, case, samples.districts(3))
    folders.perform(BUDI, case, acts.RECEIPT)
    folders.land(SITI, case, NOTE)
    with pytest.raises(SetAside):
        folders.sync(BUDI)
    assert read_pending(folders.office(BUDI).repo.state_folder, case)
    again = folders.act(BUDI, case, acts.RECEIPT)
    assert again.event["datasets"][0]["version"] == 3
    assert folders.guarded().tip() == again.commit


def test_data_of_every_overtaken_act_waits(folders: Folders) -> None:
    case = folders.cases["new"]
    folders.land(SITI, case, acts.LETTER)
    folders.sync(BUDI)
    folders.take_in(BUDI, case, samples.districts(3))
    folders.perform(BUDI, case, NOTE)
    source = folders.root / "intake" / "desa.csv"
    source.write_bytes(samples.districts(4))
    other = {**samples.OPEN_DATASET, "name": "desa"}
    assert isinstance(add_data(folders.office(BUDI), case, source, other), Added)
    folders.perform(BUDI, case, acts.RECEIPT)
    folders.land(SITI, case, NOTE)
    with pytest.raises(SetAside):
        folders.sync(BUDI)
    waiting = read_pending(folders.office(BUDI).repo.state_folder, case)
    told = {entry["dataset"] for entry in waiting.datasets}
    assert told == {"tapem/kecamatan", "tapem/desa"}
    again = folders.act(BUDI, case, acts.RECEIPT)
    assert {entry["dataset"] for entry in again.event["datasets"]} == told
    assert folders.guarded().tip() == again.commit


def test_a_number_used_twice_lands_with_its_amendment(folders: Folders) -> None:
    folders.sit_down(SITI, KASI)
    folders.land(SITI, None, acts.OPEN)
    twin = folders.perform(KASI, None, acts.OPEN)
    document = {**twin.event["document"], "number": "000.9/50/D.12/2026"}
    amendment = Draft("amend", of=1, document=document, reason="nomor ganda")
    folders.perform(KASI, twin.state.id, amendment)
    assert folders.sync(KASI) == Synced(1, 1)
    assert folders.guarded().history.is_sound


def test_a_number_used_twice_is_set_aside_alone(folders: Folders) -> None:
    folders.sit_down(SITI, KASI)
    folders.land(SITI, None, acts.OPEN)
    twin = folders.perform(KASI, None, acts.OPEN)
    with pytest.raises(SetAside) as refused:
        folders.sync(KASI)
    assert codes(refused.value.refused.findings) == {"number-twin"}
    again = folders.act(KASI, None, acts.OPEN)
    assert again.event["document"]["number"] != twin.event["document"]["number"]


def test_a_merge_made_by_hand_is_undone_on_the_way(folders: Folders) -> None:
    folders.land(SITI, folders.cases["new"], acts.LETTER)
    folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    folders.git(KASI, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
    assert folders.sync(KASI) == Synced(0, 1)
    assert folders.guarded().history.is_sound


def test_an_act_after_a_fetch_by_hand_still_names_what_the_server_has(folders: Folders) -> None:
    folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    landed = folders.land(SITI, folders.cases["new"], acts.LETTER)
    fetch(folders.office(KASI).repo)
    noted = folders.perform(KASI, folders.cases["checked"], NOTE)
    assert noted.event["base"] != landed.commit
    assert noted.event["base"] in folders.office(SITI).trusted.ids
    assert folders.sync(KASI) == Synced(0, 2)


def test_a_server_that_is_away_loses_nothing(folders: Folders) -> None:
    done = folders.perform(KASI, None, acts.OPEN)
    away = folders.server.with_name("away.git")
    folders.server.rename(away)
    with pytest.raises(RemoteAwayError):
        folders.sync(KASI)
    assert folders.tip(KASI) == done.commit
    away.rename(folders.server)
    assert folders.sync(KASI) == Synced(0, 1)


def test_what_the_server_refuses_stays_here(folders: Folders) -> None:
    done = folders.perform(KASI, None, acts.OPEN)
    (folders.server / "sopgit" / "anchor.json").unlink()
    server = folders.server_refs()
    with pytest.raises(PushRefused, match="this server has no anchor"):
        folders.sync(KASI)
    assert folders.tip(KASI) == done.commit
    assert folders.server_refs() == server


def test_work_that_was_not_committed_is_not_overwritten(folders: Folders) -> None:
    landed = folders.land(SITI, folders.cases["new"], acts.LETTER)
    path = folders.clone(KASI) / landed.state.folder / "case.yaml"
    path.write_bytes(path.read_bytes() + b"# coretan\n")
    tip = folders.tip(KASI)
    with pytest.raises(Exception, match="has changes that were not committed"):
        folders.sync(KASI)
    assert folders.tip(KASI) == tip
    assert path.read_bytes().endswith(b"# coretan\n")


def test_a_server_that_forgets_an_act_is_not_followed(folders: Folders) -> None:
    folders.land(SITI, folders.cases["new"], acts.LETTER)
    folders.sync(KASI)
    seen = folders.tip(KASI)
    run_git(folders.server, "update-ref", MAIN, f"{seen}~1")
    for _ in range(2):  # it is not forgotten the second time either
        with pytest.raises(IncomingRefused) as refused:
            folders.sync(KASI)
        assert codes(refused.value.refused.findings) == {"mainline-rewritten"}
        assert folders.tip(KASI) == seen
        assert folders.office(KASI).repo.tip(REMOTE_MAIN) == seen


def test_what_no_guard_saw_is_not_brought_in(folders: Folders) -> None:
    (folders.server / "hooks" / "pre-receive").unlink()
    wrong = folders.commit(SITI, {"rahasia.csv": b"nik\n"})
    assert push(folders.office(SITI).repo, "origin", f"{wrong}:{MAIN}").ok
    tip = folders.tip(KASI)
    done = folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    with pytest.raises(IncomingRefused) as refused:
        folders.sync(KASI)
    assert codes(refused.value.refused.findings) == {"path-unknown"}
    assert folders.tip(KASI) == done.commit != tip
    assert folders.perform(KASI, folders.cases["new"], NOTE).state.step == 2


def test_sync_needs_a_remote_and_main(folders: Folders) -> None:
    folders.git(KASI, "switch", "-q", "-c", "lain")
    with pytest.raises(UsageError, match="sync works on main"):
        folders.sync(KASI)
    folders.git(KASI, "switch", "-q", "main")
    folders.git(KASI, "remote", "remove", "origin")
    with pytest.raises(UsageError, match="no remote origin"):
        folders.sync(KASI)


def test_after_a_refusal_the_work_tree_is_as_it_was(folders: Folders) -> None:
    folders.land(SITI, folders.cases["new"], acts.LETTER)
    folders.sync(BUDI)
    shutil.rmtree(folders.clone(BUDI) / ".dvc" / "tmp", ignore_errors=True)
    before = snapshot(folders.clone(BUDI))
    with pytest.raises(ActRefused):
        folders.perform(BUDI, folders.cases["new"], replace(acts.RECEIPT, role="kasi"))
    assert snapshot(folders.clone(BUDI)) == before
