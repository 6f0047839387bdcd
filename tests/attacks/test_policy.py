"""T10 to T20: getting a right that nobody gave, or keeping one that was taken away."""

from __future__ import annotations

import pytest

from sopgit.app.guards import RefUpdate, admit_push
from sopgit.app.office import MAIN
from sopgit.app.trust import check_first_use
from sopgit.core.mainline import Landing, found
from sopgit.core.paths import POLICY
from sopgit.core.statement import policy_digest
from sopgit.core.trusted import Anchor
from sopgit.core.writer import emit
from tests import acts
from tests.attacks.mounting import NOW, Attack, errors, found_in_history
from tests.attacks.policies import propose, together, with_keys, with_role
from tests.attacks.raw import raw_entry, with_root, with_tree
from tests.offices import KASI, Folders
from tests.signing import Signer
from tests.simulator import Files, Simulator, codes, sign_event, sign_policy


def test_t10_a_role_is_granted_and_used_in_one_landing(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 1)
    grant = propose(office, roles=with_role(office, "pengelola_ti", "siti", "dewi"))
    act = office.files(office.event("dewi", path, acts.LETTER), path)
    attack.landing(office, grant, together(grant, act), "policy-alone")


def test_t11_a_role_is_granted_first_and_used_later(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 1)
    roles = with_role(office, "pengelola_ti", "siti", "dewi")
    alone = propose(office, "agus", roles=roles)
    attack.landing(office, propose(office, roles=roles), alone, "policy-signatures")
    act = office.files(office.event("dewi", path, acts.LETTER), path)
    attack.refuse("landing", codes(office.try_files(act)), "role-held")


@pytest.mark.parametrize(
    "how", ["the old file", "its content as a new version", "a version left out"]
)
def test_t12_the_policy_is_rolled_back(attack: Attack, office: Simulator, how: str) -> None:
    old = office.trusted.tree.get(POLICY)
    office.land_files(propose(office, roles=with_role(office, "kasi")))
    base = propose(office, grace=7)
    wrong: dict[str, dict[str, bytes | None]] = {
        "the old file": {POLICY: old},
        "its content as a new version": {
            POLICY: emit({**office.first, "version": 3, "previous": policy_digest(office.policy)})
        },
        "a version left out": propose(office, grace=7, version=4),
    }
    attack.landing(office, base, wrong[how], "policy-sequence", "policy-signatures")


def test_t13_the_policy_is_deleted(attack: Attack, office: Simulator) -> None:
    attack.landing(office, propose(office), {POLICY: None}, "protected-file")


@pytest.mark.parametrize(
    "path", [".SopGit/policy.yaml", ".sopgit/Policy.yaml", ".sopgit/policy.yml"]
)
def test_t13_another_file_looks_like_the_policy(
    attack: Attack, office: Simulator, path: str
) -> None:
    base = propose(office)
    attack.landing(office, base, {path: base[POLICY]}, "path-unknown")


def test_t13_the_policy_becomes_a_link(attack: Attack, folders: Folders) -> None:
    repo = folders.office(KASI).repo
    honest = folders.commit(KASI, {"docs/policy.md": b"# Kebijakan\n"})
    root = repo.objects.tree(repo.tree_of(honest))
    entry = repo.walk.find(repo.tree_of(honest), ".sopgit")
    assert entry is not None
    inside = repo.objects.tree(entry.oid)
    target = repo.objects.write_blob(b"../docs/policy.md")
    begin = inside.index(b"100644 policy.yaml\0")
    linked = inside[:begin] + raw_entry("120000", b"policy.yaml", target) + inside[begin + 39 :]
    folder = repo.objects.write_tree(linked)
    tree = root.replace(bytes.fromhex(entry.oid), bytes.fromhex(folder))
    wrong = with_tree(repo, honest, repo.objects.write_tree(tree))
    attack.history(folders, honest, wrong, "git-tree-mode")


def test_t14_a_revoked_key_goes_on_where_it_was_not_yet_revoked(
    attack: Attack, office: Simulator
) -> None:
    path = acts.straight(office, 1)
    kept = office.files(office.event("siti", path, acts.LETTER), path)
    assert codes(office.try_files(kept)) == set()
    revoked = with_keys(office, "siti", Signer.new(b"new"))
    office.land_files(propose(office, "agus", "budi", people=revoked))
    renewed = sign_event(office.event("agus", None, acts.OPEN))
    attack.landing(office, office.files(renewed), kept, "event-signature")


def test_t15_a_revoked_key_dates_its_act_back(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 1)
    before = office.state(path).at
    revoked = with_keys(office, "siti", Signer.new(b"new"))
    office.land_files(propose(office, "agus", "budi", people=revoked))
    wrong = office.files(office.event("siti", path, acts.LETTER, at=before), path)
    base = office.files(office.event("agus", None, acts.OPEN))
    attack.landing(office, base, wrong, "event-signature")


def test_t16_a_stolen_root_key_takes_the_office_over(attack: Attack, office: Simulator) -> None:
    thief = Signer.new(b"thief")
    people = with_keys(office, "siti", thief)
    roots = {"threshold": 2, "people": ["agus", "budi"]}
    base = propose(office, "agus", "budi", roots=roots)
    for wrong in (
        propose(office, "agus", people=people),
        propose(office, "agus", roots={"threshold": 2, "people": ["agus", "dewi"]}),
    ):
        attack.landing(office, base, wrong, "policy-signatures")


def test_t16_the_threshold_is_lowered_to_one(attack: Attack, office: Simulator) -> None:
    people = ["agus", "siti", "budi"]
    base = propose(office, "agus", "siti", "budi", roots={"threshold": 3, "people": people})
    wrong = propose(office, roots={"threshold": 1, "people": people})
    attack.landing(office, base, wrong, "policy-roots")


def test_t17_a_fresh_clone_gets_the_attackers_office(attack: Attack, office: Simulator) -> None:
    forged = sign_policy({**office.first, "grace": 60}, "agus", "siti")
    files = office.genesis_files(forged)
    anchor = office.trusted.anchor
    honest = office.genesis(office.genesis_files(office.first))
    at_genesis = Landing(anchor.genesis, honest.changes, honest.after)
    assert codes(found(at_genesis, anchor, office.schemas)[0]) == set()
    landing = Landing(anchor.genesis, office.genesis(files).changes, Files(files))
    attack.verdict("first clone", found(landing, anchor, office.schemas)[0], "genesis-anchor")


def test_t17_a_machine_that_nobody_watches_has_no_anchor(attack: Attack, folders: Folders) -> None:
    (folders.clone(KASI) / ".git" / "sopgit" / "anchor.json").unlink()
    history = folders.office(KASI).history
    assert check_first_use(history, unwatched=False) == []
    attack.refuse("CI", errors(check_first_use(history, unwatched=True)), "trust-first-use")


def test_t17_a_server_is_set_up_without_the_anchor(attack: Attack, folders: Folders) -> None:
    update = RefUpdate(folders.tip(KASI), folders.commit(KASI, {"docs/a.md": b"x\n"}), MAIN)
    assert codes(admit_push(folders.office(KASI), [update], NOW)) == set()
    (folders.clone(KASI) / ".git" / "sopgit" / "anchor.json").unlink()
    attack.verdict("guard", admit_push(folders.office(KASI), [update], NOW), "history-unproved")


def test_t18_the_ledger_does_not_descend_from_the_anchor(attack: Attack, folders: Folders) -> None:
    tip = folders.tip(KASI)
    tree = folders.git(KASI, "rev-parse", "HEAD^{tree}").strip()
    alone = folders.git(KASI, "commit-tree", tree, "-m", "another beginning").strip()
    grafted = folders.merge(KASI, tip, alone, tip)
    assert found_in_history(folders, alone) >= {"genesis-anchor"}
    attack.history(folders, tip, grafted, "genesis-anchor")


def test_t18_the_genesis_holds_what_no_rule_allows(attack: Attack, office: Simulator) -> None:
    honest = office.genesis(office.genesis_files(office.first))
    id_ = office.trusted.anchor.genesis
    anchor = Anchor(office.trusted.anchor.repository, id_, office.trusted.anchor.policy)
    base = Landing(id_, honest.changes, honest.after)
    assert codes(found(base, anchor, office.schemas)[0]) == set()
    files = {**office.genesis_files(office.first), "README.md": b"x"}
    wrong = Landing(id_, office.genesis(files).changes, Files(files))
    attack.verdict("first clone", found(wrong, anchor, office.schemas)[0], "policy-alone")


@pytest.mark.parametrize(
    "path",
    [
        "rahasia.csv", "cases/README.md", "datasets/tapem/kecamatan/kecamatan.csv",
        "hooks/pre-receive", ".gitmodules", ".lfsconfig", ".dvcignore", ".sopgit/other.yaml",
        "cases/.gitattributes",
        "docs/tool.py", "docs/dvc.yaml", "docs/.gitattributes", "docs/CODEOWNERS", ".mailmap",
    ],
)  # fmt: skip
def test_t19_no_rule_matches_the_path(attack: Attack, office: Simulator, path: str) -> None:
    base, wrong = {"docs/page.md": b"x\n"}, {path: b"x\n"}
    attack.landing(office, base, wrong, "path-unknown", "free-file")


@pytest.mark.parametrize(
    "name",
    [
        b'"docs', b"docs\xc3\xa9", b"docs\nx", b" docs", b"docs.", b"docs\\x", b"..", b".git",
        b".GIT", b"con", b"aux.md", b"docs:x", b"-docs", b"do\xe2\x80\x8bcs",
    ],
    ids=ascii,
)  # fmt: skip
def test_t20_the_name_is_quoted_or_folded(attack: Attack, folders: Folders, name: bytes) -> None:
    repo = folders.office(KASI).repo
    honest = folders.commit(KASI, {"docs/page.md": b"x\n"})
    wrong = with_root(repo, honest, raw_entry("100644", name, repo.objects.write_blob(b"x\n")))
    attack.history(folders, honest, wrong, "git-tree-name")
