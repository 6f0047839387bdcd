"""History as it can go wrong where no guard stands: reported, restored, and never believed."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters import ssh
from sopgit.adapters.git import UnfitRepositoryError, build_commit, move_ref
from sopgit.app.draft import Draft
from sopgit.app.found import open_founded
from sopgit.app.landings import NoLedger
from sopgit.app.ledger import GenesisRefused, History, outcome_of
from sopgit.app.office import MAIN, Office
from sopgit.app.workplace import ActRefused
from sopgit.core.finding import Allowed, Refused
from sopgit.core.paths import POLICY
from sopgit.core.statement import POLICY_NAMESPACE, policy_bytes, policy_digest
from sopgit.core.strict_yaml import load
from sopgit.core.trusted import Anchor
from sopgit.core.writer import emit
from tests import acts
from tests.offices import AUTHOR, KASI, SITI, Folders, codes, found_alone, run_git

WRONG: dict[str, bytes | None] = {"rahasia.csv": b"nama,nik\n"}


@pytest.fixture
def astray(folders: Folders) -> Folders:
    """A server whose mainline took one landing that nobody judged; the kasi's clone has it too."""
    wrong = folders.commit(KASI, WRONG)
    stub = folders.server / "hooks" / "pre-receive"
    stub.rename(folders.root / "stub")
    assert folders.push(KASI, f"{wrong}:{MAIN}").returncode == 0
    shutil.move(folders.root / "stub", stub)
    folders.git(KASI, "reset", "-q", "--hard", wrong)
    folders.cases["wrong"] = wrong
    return folders


def verified(folders: Folders) -> History:
    """The server's ledger as an auditor sees it."""
    return folders.guarded().history


def landed(folders: Folders, files: dict[str, bytes | None]) -> str:
    """A commit on the kasi's main, pushed through the guard."""
    commit = folders.commit(KASI, files)
    folders.git(KASI, "reset", "-q", "--hard", commit)
    done = folders.push(KASI, MAIN)
    assert done.returncode == 0, done.stderr
    return commit


def test_one_wrong_landing_is_reported_where_it_is(astray: Folders) -> None:
    history = verified(astray)
    assert not history.is_sound
    assert not history.stands
    assert {(f.code, f.place.commit) for f in history.findings} == {
        ("path-unknown", astray.cases["wrong"])
    }
    assert isinstance(outcome_of(history), Refused)
    assert history.trusted.landings == 17


def test_on_a_ledger_gone_wrong_nobody_acts(astray: Folders) -> None:
    with pytest.raises(ActRefused) as refused:
        astray.perform(KASI, astray.cases["checked"], acts.CHECK)
    assert codes(refused.value.refused.findings) == {"path-unknown"}


def test_what_lands_on_it_without_mending_it_is_refused_too(astray: Folders) -> None:
    page = astray.commit(KASI, {"README.md": b"# Baru\n"})
    done = astray.push(KASI, f"{page}:{MAIN}")
    assert done.returncode != 0
    assert "rahasia.csv" in done.stderr


def test_a_revert_restores_it_and_work_goes_on(astray: Folders) -> None:
    landed(astray, dict.fromkeys(WRONG))
    history = verified(astray)
    assert history.stands
    assert not history.is_sound  # what happened stays reported
    astray.sync(SITI)
    done = astray.act(SITI, astray.cases["new"], acts.LETTER)
    assert verified(astray).trusted.tip == done.commit
    assert [commit for commit, _ in verified(astray).refused] == [astray.cases["wrong"]]


def test_the_next_landing_is_judged_from_the_last_allowed_commit(astray: Folders) -> None:
    """The landing that takes the wrong file away may bring an act along."""
    good = astray.guarded().trusted.tip
    assert good != astray.cases["wrong"]
    astray.sit_down(SITI, KASI)
    astray.git(SITI, "reset", "-q", "--hard", good)
    done = astray.perform(SITI, astray.cases["checked"], acts.CHECK)
    files = astray.changed(SITI, good, done.commit)
    landed(astray, {**files, **dict.fromkeys(WRONG)})
    history = verified(astray)
    assert history.stands
    assert history.trusted.cases[f"{done.state.folder}/case.yaml"].head == done.state.head


def policy_after(folders: Folders, **changes: Any) -> bytes:
    """The next version of the policy, signed by both roots."""
    trusted = folders.guarded().trusted
    old = trusted.policy.raw
    new = {
        **old,
        "version": old["version"] + 1,
        "previous": policy_digest(old),
        "base": trusted.tip,
        "signatures": [],
        **changes,
    }
    return emit({**new, "signatures": list(_signatures(folders, new))})


def _signatures(folders: Folders, policy: dict[str, Any]) -> Iterator[dict[str, str]]:
    for person in policy["roots"]["people"]:
        key = folders.root / "keys" / person / "id_ed25519"
        raw = ssh.sign(key, POLICY_NAMESPACE, policy_bytes(policy))
        yield {"by": person, "sig": base64.b64encode(raw).decode()}


def test_the_roots_make_it_void_once_the_ledger_stands_again(astray: Folders) -> None:
    landed(astray, dict.fromkeys(WRONG))
    landed(astray, {POLICY: policy_after(astray, void=[astray.cases["wrong"]])})
    history = verified(astray)
    assert history.is_sound
    outcome = outcome_of(history)
    assert isinstance(outcome, Allowed)
    assert codes(outcome.warnings) == {"landing-void"}


def test_a_policy_makes_nothing_void_of_what_comes_in_with_it(folders: Folders) -> None:
    wrong = folders.commit(KASI, WRONG)
    restored = folders.commit(KASI, dict.fromkeys(WRONG), wrong)
    void = {POLICY: policy_after(folders, void=[wrong])}
    commit = folders.commit(KASI, void, restored)
    assert folders.office(KASI).verify(commit).is_sound
    done = folders.push(KASI, f"{commit}:{MAIN}")
    assert done.returncode != 0
    assert "[path-unknown]" in done.stderr


def test_a_policy_change_lands_and_rules_from_the_next_landing_on(folders: Folders) -> None:
    roles = {**folders.guarded().trusted.policy.raw["roles"], "kasi": ["siti"]}
    landed(folders, {POLICY: policy_after(folders, roles=roles)})
    with pytest.raises(ActRefused) as refused:
        folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    assert codes(refused.value.refused.findings) == {"role-held"}
    folders.sync(SITI)
    assert folders.act(SITI, folders.cases["checked"], acts.CHECK).event["role"] == "kasi"


def test_an_act_signed_before_its_role_was_taken_away_does_not_land_after(
    folders: Folders,
) -> None:
    late = folders.perform(SITI, folders.cases["new"], acts.LETTER)
    roles = {**folders.guarded().trusted.policy.raw["roles"], "pengelola_ti": ["budi"]}
    landed(folders, {POLICY: policy_after(folders, roles=roles)})
    with pytest.raises(ActRefused) as refused:
        folders.sync(SITI)
    assert codes(refused.value.refused.findings) >= {"role-held"}
    files = folders.changed(SITI, f"{late.commit}~1", late.commit)
    by_hand = folders.commit(SITI, files)
    done = folders.push(SITI, f"{by_hand}:{MAIN}")
    assert done.returncode != 0
    assert "[role-held]" in done.stderr


# What is no whole history.


def test_a_shallow_clone_is_refused(folders: Folders) -> None:
    shallow = folders.root / "shallow"
    run_git(folders.root, "clone", "-q", "--depth=1", f"file://{folders.server}", str(shallow))
    with pytest.raises(UnfitRepositoryError, match="shallow"):
        Office.open(shallow, folders.root)


def test_a_partial_clone_is_refused(folders: Folders) -> None:
    partial = folders.root / "partial"
    run_git(folders.server, "config", "uploadpack.allowFilter", "true")
    url = f"file://{folders.server}"
    run_git(folders.root, "clone", "-q", "--filter=blob:none", url, str(partial))
    with pytest.raises(UnfitRepositoryError, match="partial"):
        Office.open(partial, folders.root)


@pytest.mark.parametrize("part", ["repository", "genesis", "policy"])
def test_another_anchor_refuses_the_whole_ledger(folders: Folders, part: str) -> None:
    path = folders.clone(KASI) / ".git" / "sopgit" / "anchor.json"
    value = json.loads(path.read_text())
    value[part] = value[part][:-1] + ("0" if value[part][-1] != "0" else "1")
    path.write_text(json.dumps(value))
    with pytest.raises(GenesisRefused) as refused:
        _ = folders.office(KASI).history
    assert codes(refused.value.refused.findings) == {"genesis-anchor"}


def test_without_an_anchor_a_clone_says_that_it_believed_the_first_commit(
    folders: Folders,
) -> None:
    (folders.clone(KASI) / ".git" / "sopgit" / "anchor.json").unlink()
    history = folders.office(KASI).history
    assert history.first_use
    assert history.is_sound


def test_a_repository_that_begins_otherwise_is_no_office(folders: Folders) -> None:
    tree = folders.git(KASI, "rev-parse", "HEAD^{tree}").strip()
    other = folders.git(KASI, "commit-tree", tree, "-m", "bukan genesis").strip()
    (folders.clone(KASI) / ".git" / "sopgit" / "anchor.json").unlink()
    with pytest.raises(GenesisRefused) as refused:
        folders.office(KASI).verify(other)
    assert codes(refused.value.refused.findings) == {"policy-alone"}
    empty = folders.office(KASI).repo
    page = build_commit(empty, None, {"README.md": b"x\n"}, "halaman\n", AUTHOR, folders.clock)
    with pytest.raises(NoLedger, match="does not begin with an office"):
        folders.office(KASI).verify(page)


def test_a_rewritten_genesis_is_refused(folders: Folders) -> None:
    """Every commit made anew on a genesis with another message: all trees are as they were."""
    repo = folders.office(KASI).repo
    chain = repo.first_parents(folders.tip(KASI))[::-1]
    parent = folders.git(KASI, "commit-tree", repo.tree_of(chain[0]), "-m", "anew").strip()
    for commit in chain[1:]:
        tree = repo.tree_of(commit)
        parent = folders.git(KASI, "commit-tree", tree, "-p", parent, "-m", "anew").strip()
    with pytest.raises(GenesisRefused) as refused:
        folders.office(KASI).verify(parent)
    assert codes(refused.value.refused.findings) == {"genesis-anchor"}


def test_a_rewritten_ledger_is_refused_even_by_who_has_no_anchor(folders: Folders) -> None:
    """Acts name the commit that their author had seen: a base that is gone tells."""
    repo = folders.office(KASI).repo
    chain = repo.first_parents(folders.tip(KASI))[::-1]
    parent = chain[0]
    for commit in chain[1:]:
        tree = repo.tree_of(commit)
        parent = folders.git(KASI, "commit-tree", tree, "-p", parent, "-m", "anew").strip()
    history = folders.office(KASI).verify(parent)
    assert "event-base" in codes(history.findings)


def test_an_office_founded_by_the_same_people_takes_no_act_of_this_one(
    folders: Folders, tmp_path: Path
) -> None:
    other = found_alone(tmp_path / "other")
    done = other.perform(KASI, None, acts.OPEN)
    again = found_alone(tmp_path / "again")
    assert other.anchor != again.anchor
    files = other.changed(KASI, f"{done.commit}~1", done.commit)
    commit = again.commit(KASI, files)
    move_ref(again.office(KASI).repo, MAIN, again.tip(KASI), commit)
    history = again.office(KASI).history
    assert codes(history.findings) == {"event-chain"}


def test_replaced_objects_do_not_change_the_verdict(folders: Folders) -> None:
    paths = folders.office(KASI).trusted.tree.paths("cases/")
    path = next(p for p in paths if folders.cases["closed"] in p and p.endswith("/case.yaml"))
    before = outcome_of(folders.office(KASI).history)
    tip, blob = folders.tip(KASI), folders.git(KASI, "rev-parse", f"HEAD:{path}").strip()
    wrong = folders.commit(KASI, WRONG)
    other = folders.git(KASI, "rev-parse", "HEAD:README.md").strip()
    folders.git(KASI, "replace", tip, wrong)
    folders.git(KASI, "replace", blob, other)
    assert folders.git(KASI, "show", f"HEAD:{path}").startswith("# Repositori")
    assert outcome_of(folders.office(KASI).history) == before
    # And the other way round: what is wrong stays wrong under a sound replacement.
    folders.git(KASI, "replace", "-d", tip)
    folders.git(KASI, "replace", wrong, tip)
    assert not folders.office(KASI).verify(wrong).stands
    assert folders.act(KASI, folders.cases["new"], Draft("note", reason="biasa")).state.seq == 2


def test_a_graft_is_refused(folders: Folders) -> None:
    info = folders.clone(KASI) / ".git" / "info"
    info.mkdir(exist_ok=True)
    (info / "grafts").write_text(f"{folders.tip(KASI)}\n")
    with pytest.raises(UnfitRepositoryError, match="grafts"):
        folders.office(KASI)


def test_what_founding_leaves_is_the_anchor_and_two_landings(tmp_path: Path) -> None:
    folders = found_alone(tmp_path)
    office = folders.office(KASI)
    assert office.history.trusted.landings == 2
    assert office.anchor == folders.anchor != Anchor("", "", "")
    assert open_founded(office.repo, tmp_path).anchor == folders.anchor
    policy = load(office.trusted.tree.get(POLICY) or b"").value
    assert isinstance(policy, dict)
    assert policy_digest(policy) == folders.anchor.policy
