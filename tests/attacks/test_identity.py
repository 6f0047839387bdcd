"""T01 to T09: who somebody claims to be, and what a signature was made for."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sopgit.adapters.git import Repository, UnfitRepositoryError
from sopgit.app.hooks import install_client
from sopgit.app.workplace import ActRefused
from sopgit.core.paths import POLICY
from sopgit.core.statement import EVENT_NAMESPACE, POLICY_NAMESPACE, event_bytes, policy_bytes
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.writer import emit
from tests import acts
from tests.attacks.mounting import Attack, errors, found_in_history
from tests.attacks.policies import propose, with_keys
from tests.attacks.raw import Bend, bent_commit
from tests.offices import AUTHOR, KASI, SITI, Folders
from tests.signing import HardwareSigner, Signer
from tests.simulator import Simulator, sign_event, sign_policy, signer


def test_t01_the_hooks_of_the_clone_are_switched_off(attack: Attack, folders: Folders) -> None:
    honest = folders.perform(KASI, folders.cases["checked"], acts.CHECK).commit
    install_client(folders.office(KASI), Path(sys.executable))
    (path,) = (p for p in folders.changed(KASI, f"{honest}~1", honest))
    file = folders.clone(KASI) / path
    file.write_bytes(file.read_bytes().replace(b"Biasa", b"Cepat", 1))
    named = ("-c", f"user.name={AUTHOR[0]}", "-c", f"user.email={AUTHOR[1]}")
    command = ["git", *named, "commit", "-qam", "x"]
    watched = subprocess.run(command, cwd=folders.clone(KASI), capture_output=True, check=False)
    assert watched.returncode != 0
    folders.git(KASI, "commit", "--no-verify", "-qam", "x")
    base, wrong = f"{honest}:refs/heads/main", "HEAD:refs/heads/main"
    attack.push(folders, KASI, base, wrong, "case-grows")


def test_t02_the_author_of_a_commit_is_forged(attack: Attack, folders: Folders) -> None:
    tip = folders.tip(SITI)
    done = folders.perform(SITI, folders.cases["new"], acts.LETTER)
    ours = folders.changed(SITI, tip, done.commit)
    # The commit says Contoh, the event says siti: only the event counts.
    base = folders.commit(SITI, ours, tip)
    wrong = folders.commit(
        SITI,
        {path: (data or b"").replace(b"by: siti", b"by: agus") for path, data in ours.items()},
        tip,
    )
    assert found_in_history(folders, base, SITI) == set()
    attack.refuse("history", found_in_history(folders, wrong, SITI), "event-signature")


@pytest.mark.parametrize("stripped", ["absent", "empty", "of another act"])
def test_t03_the_signature_is_stripped(attack: Attack, office: Simulator, stripped: str) -> None:
    path = acts.straight(office, 1)
    first = office.event("siti", path, acts.LETTER)
    other = office.event("siti", path, acts.LETTER, at="2026-03-02T09:59:59+07:00")
    sigs = {"absent": {}, "empty": {"sig": ""}, "of another act": {"sig": other["sig"]}}
    bare = {key: value for key, value in first.items() if key != "sig"}
    wrong = office.files({**bare, **sigs[stripped]}, path)
    wanted = ("schema-missing-key", "schema-spelling", "event-signature")
    attack.landing(office, office.files(first, path), wrong, *wanted)


@pytest.mark.parametrize("namespace", ["file", "git", "sopgit-record", "sopgit-policy", "bare"])
def test_t04_the_signature_was_made_for_something_else(
    attack: Attack, office: Simulator, namespace: str
) -> None:
    path = acts.straight(office, 1)
    event = office.event("siti", path, acts.LETTER)
    pen, message = signer("siti"), event_bytes(event)
    raw = pen.private.sign(message) if namespace == "bare" else pen.sign(namespace, message)
    wrong = {**event, "sig": base64.b64encode(raw).decode()}
    files = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files, "event-signature")
    assert event["sig"] == base64.b64encode(pen.sign(EVENT_NAMESPACE, message)).decode()


def test_t04_the_act_is_of_another_repository(attack: Attack, office: Simulator) -> None:
    event = office.event("agus", None, acts.OPEN)
    elsewhere = hashlib.sha256(b"11111111-0000-4000-8000-000000000000").hexdigest()
    wrong = sign_event({**event, "prev": elsewhere})
    attack.landing(office, office.files(event), office.files(wrong), "event-chain")


_SIGNED = b"\ngpgsig -----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----"
_COMMITTER = b"\ncommitter "


def _add(header: bytes) -> Bend:
    return lambda raw: raw.replace(b"\n\n", header + b"\n\n", 1)


MALFORMED: dict[str, tuple[Bend, str]] = {
    "two trees": (lambda raw: b"tree " + b"0" * 40 + b"\n" + raw, "git-commit-headers"),
    "two signatures": (_add(_SIGNED + _SIGNED), "git-commit-headers"),
    "a signature for each hash": (
        _add(_SIGNED + _SIGNED.replace(b"gpgsig", b"gpgsig-sha256")),
        "git-commit-headers",
    ),
    "an unknown header": (_add(b"\nHG:extra x"), "git-commit-headers"),
    "the author after the committer": (
        lambda raw: (
            raw.replace(b"\nauthor ", b"\nx ", 1)
            .replace(_COMMITTER, b"\nauthor ", 1)
            .replace(b"\nx ", _COMMITTER, 1)
        ),
        "git-commit-headers",
    ),
    "a parent out of place": (
        lambda raw: raw.replace(_COMMITTER, b"\nparent " + b"0" * 40 + _COMMITTER, 1),
        "git-commit-headers",
    ),
    "a NUL": (lambda raw: raw + b"\0hidden\n", "git-commit-nul"),
    "an author with two addresses": (
        lambda raw: raw.replace(b"> ", b"> <b@example.invalid> ", 1),
        "git-commit-value",
    ),
}


@pytest.mark.parametrize("how", MALFORMED)
def test_t05_the_commit_is_read_differently_by_two_programs(
    attack: Attack, folders: Folders, how: str
) -> None:
    bend, code = MALFORMED[how]
    repo = folders.office(KASI).repo
    honest = folders.perform(KASI, folders.cases["checked"], acts.CHECK).commit
    wrong = bent_commit(repo, honest, bend)
    assert wrong != honest
    attack.history(folders, honest, wrong, code)


def test_t06_one_root_signs_twice(attack: Attack, office: Simulator) -> None:
    wrong = propose(office, "agus", "agus", grace=7)
    attack.landing(office, propose(office, grace=7), wrong, "policy-signatures")


def test_t06_one_root_signs_with_two_keys(attack: Attack, office: Simulator) -> None:
    second = Signer.new(b"second")
    office.land_files(propose(office, people=with_keys(office, "agus", signer("agus"), second)))
    base = propose(office, grace=7)
    policy = sign_policy(mapping_of(base[POLICY] or b""), "agus")
    raw = second.sign(POLICY_NAMESPACE, policy_bytes(policy))
    twin = {"by": "agus", "sig": base64.b64encode(raw).decode()}
    wrong = {POLICY: emit({**policy, "signatures": [*policy["signatures"], twin]})}
    attack.landing(office, base, wrong, "policy-signatures")


def test_t06_two_roots_have_one_key(attack: Attack, office: Simulator) -> None:
    base = propose(office, people=with_keys(office, "budi", Signer.new(b"new")))
    wrong = propose(office, people=with_keys(office, "budi", signer("agus")))
    attack.landing(office, base, wrong, "policy-key")


def test_t06_one_key_once_plain_and_once_as_a_security_key(
    attack: Attack, office: Simulator
) -> None:
    base = propose(office, people=with_keys(office, "budi", HardwareSigner.new(b"new")))
    twin = HardwareSigner(signer("agus").private, HardwareSigner._public(signer("agus").key.point))
    wrong = propose(office, people=with_keys(office, "budi", twin))
    attack.landing(office, base, wrong, "policy-key")


def test_t06_two_roots_are_one_human_being(attack: Attack, office: Simulator) -> None:
    def named(*nips: str) -> dict[str, bytes | None]:
        people = dict(office.policy["people"])
        for person, nip in zip(("agus", "siti"), nips, strict=True):
            people[person] = {**people[person], "nip": nip}
        return propose(office, people=people)

    nip, other = "198001012005019999", "198001012005029999"
    attack.landing(office, named(nip, other), named(nip, nip), "policy-roots")


def _rsa() -> str:
    field = b"\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01\0\0\x01\x01" + b"\0" + b"\xc5" * 256
    return f"ssh-rsa {base64.b64encode(field).decode()}"


def _weak_point() -> str:
    field = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + b"\x01" + bytes(31)
    return f"ssh-ed25519 {base64.b64encode(field).decode()}"


@pytest.mark.parametrize(
    ("make", "code"),
    [(_rsa, "key-algorithm"), (_weak_point, "key-weak-point")],
    ids=["ssh-rsa", "small order"],
)
def test_t07_the_key_is_of_a_weak_kind(
    attack: Attack, office: Simulator, make: Callable[[], str], code: str
) -> None:
    base = propose(office, people=with_keys(office, "budi", Signer.new(b"new")))
    wrong = propose(office, people=with_keys(office, "budi", make()))
    attack.landing(office, base, wrong, code)


def test_t08_a_replacement_hides_the_commit(attack: Attack, folders: Folders) -> None:
    honest = folders.commit(KASI, {"docs/halaman.md": b"# Halaman\n"})
    wrong = folders.commit(KASI, {"rahasia.csv": b"nama,nik\n"})
    folders.git(KASI, "replace", wrong, honest)
    assert "rahasia.csv" not in folders.git(KASI, "ls-tree", "-r", "--name-only", wrong)
    attack.history(folders, honest, wrong, "path-unknown")


def test_t08_the_clone_is_shallow(attack: Attack, folders: Folders, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    url = folders.server.as_uri()
    folders.git(KASI, "clone", "-q", url, str(whole))
    folders.git(KASI, "clone", "-q", "--depth=2", url, str(cut))
    assert Repository.open(whole).workdir is not None
    attack.stops("history", lambda: Repository.open(cut), UnfitRepositoryError)


def test_t08_a_graft_bends_the_history(attack: Attack, folders: Folders) -> None:
    assert folders.office(KASI).history.is_sound
    grafts = folders.clone(KASI) / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{folders.tip(KASI)}\n")
    attack.stops("history", lambda: folders.office(KASI), UnfitRepositoryError)


def test_t09_the_files_that_lie_there_give_a_role(attack: Attack, folders: Folders) -> None:
    policy = folders.clone(SITI) / ".sopgit" / "policy.yaml"
    policy.write_bytes(policy.read_bytes().replace(b"kasi:\n  - agus", b"kasi:\n  - siti", 1))
    assert b"kasi:\n  - siti" in policy.read_bytes()
    signers = folders.clone(SITI) / "signers"
    signers.write_text(f"siti {Signer.new(b'x').public_line}\n")
    folders.git(SITI, "config", "gpg.ssh.allowedSignersFile", str(signers))
    with pytest.raises(ActRefused) as refused:
        folders.perform(SITI, folders.cases["checked"], acts.CHECK)
    assert folders.perform(KASI, folders.cases["checked"], acts.CHECK).state.step == 7
    attack.refuse("work tree", errors(refused.value.refused.findings), "role-held")
