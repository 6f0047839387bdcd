"""T21 to T30: what can be done to a history without touching an act."""

from __future__ import annotations

import shutil

import pytest

from sopgit.app.draft import Draft
from sopgit.app.guards import RefUpdate
from sopgit.app.memory import check_memory
from sopgit.app.office import MAIN, REMOTE_MAIN
from sopgit.app.sync import IncomingRefused, sync
from sopgit.core.writer import emit_item
from tests import acts
from tests.attacks.mounting import Attack, errors, found_in_history
from tests.attacks.policies import land_policy
from tests.attacks.raw import raw_entry, with_root
from tests.offices import BUDI, KASI, SITI, Folders
from tests.signing import Signer
from tests.simulator import Simulator, codes, sign_event

PAGE: dict[str, bytes | None] = {"docs/halaman.md": b"# Halaman\n"}
SECRET: dict[str, bytes | None] = {"rahasia.csv": b"nama,nik\n"}


def side_branch(folders: Folders) -> str:
    """An honest act of siti on a branch of the kasi's clone."""
    folders.git(KASI, "switch", "-q", "-c", "case/samping")
    folders.sit_down(KASI, SITI)
    commit = folders.perform(KASI, folders.cases["new"], acts.LETTER).commit
    folders.sit_down(KASI, KASI)
    folders.git(KASI, "switch", "-q", "main")
    return commit


def without_guard(folders: Folders, *refspecs: str) -> None:
    """An administrator switches the server's hook off for one push."""
    stub = folders.server / "hooks" / "pre-receive"
    shutil.move(stub, folders.root / "stub")
    folders.git(KASI, "-C", str(folders.server), "config", "receive.denyNonFastForwards", "false")
    done = folders.push(KASI, *refspecs)
    assert done.returncode == 0, done.stderr
    shutil.move(folders.root / "stub", stub)


def test_t21_a_force_push_drops_an_act(attack: Attack, folders: Folders) -> None:
    attack.push(folders, KASI, f"HEAD:{MAIN}", f"+HEAD~1:{MAIN}", "forward-only")


def test_t21_the_server_forgets_an_act(attack: Attack, folders: Folders) -> None:
    sync(folders.office(SITI), folders.now())
    without_guard(folders, f"+HEAD~1:{MAIN}")
    with pytest.raises(IncomingRefused) as refused:
        sync(folders.office(SITI), folders.now())
    attack.refuse("sync", errors(refused.value.refused.findings), "mainline-rewritten")


def test_t21_the_server_forgets_an_act_and_some_program_fetched(
    attack: Attack, folders: Folders
) -> None:
    """The remote's branch follows whatever is fetched; what was seen does not."""
    sync(folders.office(SITI), folders.now())
    seen = folders.tip(SITI)
    assert check_memory(folders.office(SITI).repo, seen) == []
    without_guard(folders, f"+HEAD~1:{MAIN}")
    folders.git(SITI, "fetch", "-q")
    folders.git(SITI, "reset", "-q", "--hard", "origin/main")
    repo = folders.office(SITI).repo
    attack.refuse("verify", errors(check_memory(repo, repo.tip(MAIN))), "mainline-rewritten")
    with pytest.raises(IncomingRefused) as refused:
        sync(folders.office(SITI), folders.now())
    attack.refuse("sync", errors(refused.value.refused.findings), "mainline-rewritten")
    assert repo.tip(REMOTE_MAIN) == seen


@pytest.mark.parametrize(
    ("refspec", "code"),
    [
        (f":{MAIN}", "forward-only"),
        ("HEAD:refs/tags/v1", "ref-allowed"),
        ("+{side}:refs/heads/main", "forward-only"),
    ],
    ids=["deleted", "a tag", "moved to another good commit"],
)
def test_t22_the_ref_is_deleted_tagged_or_moved(
    attack: Attack, folders: Folders, refspec: str, code: str
) -> None:
    side = folders.commit(KASI, PAGE, folders.git(KASI, "rev-parse", "HEAD~1").strip())
    assert found_in_history(folders, side) == set()
    attack.push(folders, KASI, f"HEAD:{MAIN}", refspec.format(side=side), code)


def test_t23_the_server_shows_an_older_ledger(attack: Attack, folders: Folders) -> None:
    folders.act(KASI, folders.cases["new"], Draft("note", reason="dibaca"))
    sync(folders.office(BUDI), folders.now())
    without_guard(folders, f"+HEAD~1:{MAIN}")
    with pytest.raises(IncomingRefused) as refused:
        sync(folders.office(BUDI), folders.now())
    attack.refuse("sync", errors(refused.value.refused.findings), "mainline-rewritten")


def test_t24_a_merge_brings_what_neither_side_has(attack: Attack, folders: Folders) -> None:
    side = side_branch(folders)
    more = folders.commit(KASI, SECRET, side)
    tip = folders.tip(KASI)
    base, wrong = (folders.merge(KASI, tree, tip, side) for tree in (side, more))
    attack.push(folders, KASI, f"{base}:{MAIN}", f"{wrong}:{MAIN}", "path-unknown")


def test_t25_a_merge_drops_what_the_mainline_did(attack: Attack, folders: Folders) -> None:
    side = side_branch(folders)
    done = folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    both = folders.commit(KASI, folders.changed(KASI, f"{side}~1", side))
    base, wrong = (folders.merge(KASI, tree, done.commit, side) for tree in (both, side))
    attack.history(folders, base, wrong, "case-grows")


def test_t26_the_mainline_becomes_the_second_parent(attack: Attack, folders: Folders) -> None:
    side = side_branch(folders)
    done = folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    pushed = folders.push(KASI, MAIN)
    assert pushed.returncode == 0, pushed.stderr
    both = folders.commit(KASI, folders.changed(KASI, f"{side}~1", side))
    base = folders.merge(KASI, both, done.commit, side)
    wrong = folders.merge(KASI, both, side, done.commit)
    attack.push(folders, KASI, f"{base}:{MAIN}", f"{wrong}:{MAIN}", "forward-only")


def test_t26_a_branch_from_before_becomes_the_mainline(attack: Attack, folders: Folders) -> None:
    tip = folders.tip(KASI)
    older = folders.git(KASI, "rev-parse", "HEAD~1").strip()
    base = RefUpdate(tip, folders.commit(KASI, PAGE), MAIN)
    wrong = RefUpdate(tip, folders.commit(KASI, PAGE, older), MAIN)
    attack.guard(folders.office(KASI), base, wrong, "forward-only")


def test_t27_an_octopus_smuggles_a_file(attack: Attack, folders: Folders) -> None:
    side, other = side_branch(folders), folders.commit(KASI, PAGE)
    tree = folders.commit(KASI, PAGE, side)
    more = folders.commit(KASI, SECRET, tree)
    tip = folders.tip(KASI)
    base, wrong = (folders.merge(KASI, t, tip, side, other) for t in (tree, more))
    attack.history(folders, base, wrong, "path-unknown")


def test_t27_an_unrelated_history_is_merged(attack: Attack, folders: Folders) -> None:
    tip = folders.tip(KASI)
    repo = folders.office(KASI).repo
    blob = repo.objects.write_blob(b"x\n")
    tree = repo.objects.write_tree(raw_entry("100644", b"rahasia.csv", blob))
    strange = folders.git(KASI, "commit-tree", tree, "-m", "strange").strip()
    base = folders.commit(KASI, PAGE)
    wrong = folders.merge(KASI, tip, tip, strange)
    attack.history(folders, base, wrong, "path-unknown")


def test_t28_a_change_is_undone_in_the_same_push(attack: Attack, folders: Folders) -> None:
    wrong = folders.commit(KASI, SECRET)
    undone = folders.commit(KASI, {"rahasia.csv": None}, wrong)
    honest = folders.commit(KASI, PAGE)
    attack.push(folders, KASI, f"{honest}:{MAIN}", f"{undone}:{MAIN}", "path-unknown")


def test_t28_a_change_is_undone_before_it_is_merged(attack: Attack, folders: Folders) -> None:
    side = side_branch(folders)
    clean = folders.commit(KASI, {"rahasia.csv": None}, folders.commit(KASI, SECRET, side))
    tip = folders.tip(KASI)
    base, wrong = (folders.merge(KASI, side, tip, parent) for parent in (side, clean))
    attack.history(folders, base, wrong, "path-unknown")


def test_t29_a_squash_changes_an_act(attack: Attack) -> None:
    """Squashing keeps every proof, so it cannot change a word."""
    office, aside = Simulator.shipped(), Simulator.shipped()
    path = acts.straight(aside, 2)
    squashed = aside.trusted.tree.get(path) or b""
    for number in range(aside.count + 1):
        office.trusted.ids.add(f"{number:040x}")
    head, word, tail = squashed.rpartition(b"Biasa")
    assert word
    wrong = head + b"Cepat" + tail
    attack.landing(office, {path: squashed}, {path: wrong}, "event-signature")


def test_t29_a_rebase_changes_an_act(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 1)
    event = office.event("siti", path, acts.LETTER)
    office.land_files(PAGE)
    wrong = {**event, "base": office.trusted.tip}
    files = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files, "event-signature")


BOMBS = {
    "aliases": (b"- &a [x, x]\n- [*a, *a]\n", "yaml-anchor"),
    "nesting": (b"- " + b"[" * 40 + b"]" * 40 + b"\n", "yaml-too-deep"),
    "length": (b"- x\n" * 300_000, "yaml-too-large"),
    "a tag": (b"- !!python/object:os.system x\n", "yaml-tag"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_t30_the_yaml_is_a_bomb(attack: Attack, office: Simulator, bomb: str) -> None:
    path = acts.straight(office, 1)
    data, code = BOMBS[bomb]
    old = office.trusted.tree.get(path) or b""
    base = office.files(office.event("siti", path, acts.LETTER), path)
    attack.landing(office, base, {path: old + data}, code)


def test_t30_an_event_is_too_long(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 1)
    base = office.event("siti", path, Draft("note", reason="x" * 20_000))
    returned = office.event("siti", path, Draft("note", reason="x"))
    wrong = sign_event({**returned, "files": [_listed(n) for n in range(1000)]})
    assert len(emit_item(wrong)) > 64 * 1024
    files = office.files(base, path), office.files(wrong, path)
    attack.landing(office, *files, "event-size")


def test_t30_a_case_is_filled_until_nothing_fits(attack: Attack, office: Simulator) -> None:
    """A file that the strict reader refuses could never be added to again."""
    path = acts.straight(office, 1)
    note = Draft("note", reason="x" * 20_000)
    for _ in range(60):
        wrong = office.files(office.event("siti", path, note), path)
        if codes(office.try_files(wrong)):
            break
        office.land_files(wrong)
    act = office.files(office.event("siti", path, acts.LETTER), path)
    attack.landing(office, act, wrong, "case-size")


def test_t30_a_blob_of_zeros_fills_the_memory(attack: Attack, folders: Folders) -> None:
    limit = 10 * 1024 * 1024
    base = folders.commit(KASI, {"docs/gambar.png": bytes(2 * 1024 * 1024)})
    wrong = folders.commit(KASI, {"docs/gambar.png": bytes(limit + 1)})
    attack.history(folders, base, wrong, "file-size")


def test_t30_a_tree_unfolds_into_millions_of_paths(attack: Attack, folders: Folders) -> None:
    repo = folders.office(KASI).repo
    honest = folders.commit(KASI, PAGE)
    inner = repo.objects.write_tree(raw_entry("100644", b"x.md", repo.objects.write_blob(b"x\n")))
    for _ in range(9):
        entries = (raw_entry("40000", f"d{n}".encode(), inner) for n in range(9))
        inner = repo.objects.write_tree(b"".join(entries))
    wrong = with_root(repo, honest, raw_entry("40000", b"docs2", inner))
    attack.history(folders, honest, wrong, "git-tree-depth")


def test_t14_a_revoked_key_is_merged_in_from_before(attack: Attack, folders: Folders) -> None:
    """Signed and dated before the revocation, on a branch from before it: refused at the merge."""
    side = side_branch(folders)
    base = folders.merge(KASI, side, folders.tip(KASI), side)
    assert found_in_history(folders, base) == set()
    people = folders.office(KASI).trusted.policy.raw["people"]
    stolen = {**people["siti"], "keys": [Signer.new(b"new").public_line]}
    revoked = land_policy(folders, people={**people, "siti": stolen})
    files = folders.changed(KASI, f"{side}~1", side)
    wrong = folders.merge(KASI, folders.commit(KASI, files, revoked), revoked, side)
    assert found_in_history(folders, revoked) == set()
    attack.history(folders, base, wrong, "event-signature")


def _listed(number: int) -> dict[str, str | None]:
    return {"path": f"berkas-{number}.pdf", "old": None, "new": f"{number:064x}"}
