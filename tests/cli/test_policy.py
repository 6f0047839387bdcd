"""The policy's life by the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sopgit.core.paths import POLICY
from sopgit.core.strict_yaml import load, mapping_of
from tests.cli.conftest import Run
from tests.offices import KASI, found_alone
from tests.signing import Signer

NEW = Signer.new(b"ani")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return NEW.write_files(tmp_path / "ani")


def proposal(office: Path) -> Path:
    return office.with_name("office.policy-2.yaml")


def add_ani(sopgit: Run, office: Path, key: Path) -> Any:
    return sopgit(
        "--repo", office, "policy", "person", "add", "ani", "--name", "Ani Rekaan",
        "--position", "Staf", "--key", f"{key}.pub",
    )  # fmt: skip


def test_a_person_is_proposed_signed_and_in_force(sopgit: Run, office: Path, key: Path) -> None:
    made = add_ani(sopgit, office, key)
    assert made.code == 0, made.err
    assert "Ani Rekaan, Staf, joins as ani" in made.out
    assert f"sopgit policy sign {proposal(office)}" in made.out
    signed = sopgit("--repo", office, "policy", "sign", proposal(office))
    assert signed.code == 0, signed.err
    told, done = signed.out.index("joins as ani"), signed.out.index("signed by wati")
    assert told < done
    assert signed.out.splitlines()[-1] == f"next: sopgit policy land {proposal(office)}"
    landed = sopgit("--repo", office, "--format", "json", "policy", "land", proposal(office))
    assert landed.code == 0, landed.err
    assert (landed.json["schema"], landed.json["version"]) == ("sopgit/policy-landing/v1", 2)
    assert "Ani Rekaan" in sopgit("--repo", office, "policy", "show").out
    assert sopgit("--repo", office, "verify").code == 0


def test_a_proposal_is_shown_and_its_missing_signatures_too(
    sopgit: Run, office: Path, key: Path
) -> None:
    add_ani(sopgit, office, key)
    shown = sopgit("policy", "show", proposal(office))
    assert "Ani Rekaan, Staf, joins as ani" in shown.out
    assert "1 more roots of version 1 must sign, of: wati" in shown.out
    value = sopgit("--format", "json", "policy", "show", proposal(office)).json
    assert (value["schema"], value["missing"]) == ("sopgit/policy-paper/v1", 1)


def test_unsigned_it_does_not_land(sopgit: Run, office: Path, key: Path) -> None:
    add_ani(sopgit, office, key)
    answer = sopgit("--repo", office, "policy", "land", proposal(office))
    assert answer.code == 1
    assert "[policy-signatures]" in answer.err


def test_several_commands_make_one_proposal(sopgit: Run, office: Path, key: Path) -> None:
    add_ani(sopgit, office, key)
    sopgit("--repo", office, "policy", "sign", proposal(office))
    base = ("--repo", office, "--format", "json", "policy")
    granted = sopgit(*base, "role", "grant", "kasi", "ani").json
    assert granted["dropped"] == 1
    letter = ("--from", "2026-03-01", "--until", "2026-03-31", "--letter", "1/P/2026")
    for words in (
        ("acting", "pengelola_ti", "ani", *letter),
        ("roots", "--add", "ani"),
        ("role", "revoke", "kasi", "wati"),
    ):
        answer = sopgit(*base, *words)
        assert answer.code == 0, answer.out
    changes = sopgit("--format", "json", "policy", "show", proposal(office)).json["changes"]
    for said in (
        "Ani Rekaan (ani) gains the role kasi",
        "Wati Rekaan (wati) loses the role kasi",
        "Ani Rekaan (ani) becomes a root: may change this policy",
        "Ani Rekaan (ani) acts as pengelola_ti, 2026-03-01 to 2026-03-31, letter 1/P/2026",
    ):
        assert said in changes


def test_a_key_is_rotated_and_the_new_one_signs(sopgit: Run, office: Path, key: Path) -> None:
    command = ("--repo", office, "policy", "revoke", "wati", "--reason", "rotated", "--key", key)
    made = sopgit(*command)
    assert made.code == 0, made.err
    assert "is retired and never comes back" in made.out
    for signing in ((), ("--key", key)):
        assert sopgit("--repo", office, "policy", "sign", proposal(office), *signing).code == 0
    assert sopgit("--repo", office, "policy", "land", proposal(office)).code == 0
    assert sopgit("--repo", office, "whoami").code == 3
    subprocess.run(["git", "config", "sopgit.signingkey", str(key)], cwd=office, check=True)
    assert sopgit("--repo", office, "whoami").code == 0


def test_a_stolen_key_lists_what_it_signed(sopgit: Run, office: Path, case: str, key: Path) -> None:
    words = ("revoke", "wati", "--reason", "compromised", "--key", key)
    made = sopgit("--repo", office, "policy", *words)
    assert made.code == 0, made.err
    assert f"sopgit policy disown {case}:1" in made.err
    disowned = sopgit("--repo", office, "policy", "disown", f"{case}:1")
    assert disowned.code == 0, disowned.err
    assert "is disowned; its case must go back" in disowned.out


def test_what_is_unsound_is_refused_and_nothing_is_written(sopgit: Run, office: Path) -> None:
    answer = sopgit("--repo", office, "policy", "revoke", "wati", "--reason", "compromised")
    assert answer.code == 1
    assert "[policy-roots]" in answer.err
    assert not proposal(office).exists()


def test_a_protected_file_and_a_procedure_are_carried(
    sopgit: Run, office: Path, tmp_path: Path
) -> None:
    source = tmp_path / "attributes"
    source.write_text("# aturan\n")
    words = ("protect", ".gitattributes", "--from", source)
    assert "protected file .gitattributes" in sopgit("--repo", office, "policy", *words).out
    (path,) = (office / ".sopgit" / "procedures").iterdir()
    edited = tmp_path / "procedure.yaml"
    edited.write_text("# our own\n" + path.read_text().replace("value: 1\n", "value: 2\n", 1))
    made = sopgit("--repo", office, "policy", "procedure", edited)
    assert made.code == 0, made.err
    assert "cases are only finished" in made.out
    sopgit("--repo", office, "policy", "sign", proposal(office))
    assert sopgit("--repo", office, "policy", "land", proposal(office)).code == 0
    assert (office / ".gitattributes").read_text() == "# aturan\n"
    assert len(list((office / ".sopgit" / "procedures").iterdir())) == 2
    assert sopgit("--repo", office, "verify").code == 0


def test_a_remote_comes_moves_and_goes(sopgit: Run, office: Path, tmp_path: Path) -> None:
    """What the policy names and what DVC reads change together; several proposals add up."""

    def remotes() -> tuple[set[str], str]:
        config = (office / ".dvc" / "config").read_text()
        return set(mapping_of((office / POLICY).read_bytes())["remotes"]), config

    def propose(*words: str | Path) -> None:
        made = sopgit("--repo", office, "policy", "remote", *words)
        assert made.code == 0, made.err

    def land(version: int) -> None:
        path = office.with_name(f"office.policy-{version}.yaml")
        assert sopgit("--repo", office, "policy", "sign", path).code == 0
        assert sopgit("--repo", office, "policy", "land", path).code == 0

    (tmp_path / "nas").mkdir()
    propose("nas", "--url", tmp_path / "nas", "--place", "Rak 1")
    propose("awan", "--url", "s3://data/kantor", "--endpoint", "https://s3.example.id")
    land(2)
    assert remotes()[0] == {"nas", "awan"}
    assert "    remote = nas\n" in remotes()[1]
    assert "    endpointurl = https://s3.example.id\n" in remotes()[1]
    subprocess.run(["dvc", "remote", "list"], cwd=office, check=True, capture_output=True)
    assert "good   remote nas (Rak 1)" in sopgit("--lang", "en", "--repo", office, "doctor").out
    again = sopgit("--repo", office, "policy", "remote", "lain", "--url", f"{tmp_path}/nas/")
    assert (again.code, "lain and nas are one place" in again.err) == (2, True)
    propose("awan", "--url", "ssh://data@arsip.example.id/srv/salinan")
    propose("nas", "--remove")
    land(3)
    names, config = remotes()
    assert names == {"awan"}
    assert "nas" not in config
    assert config.count("awan") == 2  # the remote, and DVC's default
    assert "url = ssh://data@arsip.example.id/srv/salinan\n" in config
    assert "endpointurl" not in config
    assert sopgit("--repo", office, "verify").code == 0


class TestEdit:
    def editor(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{program}\n")
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")

    def test_the_editor_shows_what_people_decide(
        self, sopgit: Run, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edit = "path.write_text(path.read_text().replace('grace: 5', 'grace: 7'))"
        self.editor(tmp_path, monkeypatch, edit + "; import os; os.utime(path, (9**9, 9**9))")
        made = sopgit("--repo", office, "policy", "edit")
        assert made.code == 0, made.err
        assert "grace: 5 becomes 7" in made.out

    def test_what_was_written_is_kept_when_it_is_refused(
        self, sopgit: Run, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edit = "path.write_text(path.read_text().replace('grace: 5', 'grace: lama'))"
        self.editor(tmp_path, monkeypatch, edit + "; import os; os.utime(path, (9**9, 9**9))")
        made = sopgit("--repo", office, "policy", "edit")
        assert made.code == 1
        assert "policy.yaml.grace" in made.err
        kept = proposal(office).with_name(proposal(office).name + ".edited")
        assert "grace: lama" in kept.read_text()
        kept.write_text(kept.read_text().replace("lama", "8"))
        again = sopgit("--repo", office, "policy", "edit", "--from", kept)
        assert again.code == 0, again.err

    def test_without_an_editor_it_is_a_usage_error(self, sopgit: Run, office: Path) -> None:
        assert sopgit("--repo", office, "policy", "edit").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("role", "grant", "kasi", "hantu"), "there is no person hantu"),
        (("role", "grant", "raja", "wati"), "there is no role raja"),
        (("role", "grant", "kasi", "wati"), "holds the role kasi already"),
        (("person", "add", "wati", "--name", "x", "--position", "y"), "wati already"),
        (("person", "key", "wati"), "no key was given"),
        (("acting", "kasi", "wati", "--letter", "1"), "acting needs"),
        (("acting", "kasi", "wati", "--end"), "is not acting kasi"),
        (("roots",), "roots needs"),
        (("roots", "--remove", "hantu"), "hantu is no root"),
        (("remote", "nas"), "needs --url, --remove"),
        (("remote", "nas", "--remove"), "there is no remote nas"),
        (("remote", "nas", "--url", "folder"), "no address for a remote"),
        (("remote", "nas", "--url", "ssh://a:kunci@host/d"), "no address for a remote"),
        (("protect", "nothing"), "there is no file"),
        (("protect", "nothing", "--remove"), "is not protected"),
        (("revoke", "SHA256:x", "--reason", "rotated"), "nobody has the key"),
        (("revoke", "wati", "--reason", "rotated"), "would have no key left"),
        (("disown", "abc"), "names no act"),
        (("sign", "/nowhere.yaml"), "there is no file"),
        (("land", "/nowhere.yaml"), "there is no file"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    words: tuple[str, ...], said: str, sopgit: Run, office: Path
) -> None:
    answer = sopgit("--repo", office, "policy", *words)
    assert (answer.code, proposal(office).exists()) == (2, False)
    assert said in answer.err


def machine(folder: Path, key: Path) -> tuple[Path, dict[str, str]]:
    """A machine that has a root's key and nothing else: its folder and environment."""
    keys = folder / ".config" / "sopgit"
    keys.mkdir(parents=True)
    for path in (key, key.with_name(key.name + ".pub")):
        shutil.copy(path, keys / path.name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return folder, {**kept, "HOME": str(folder)}


@pytest.mark.needs_program("ssh-keygen")
def test_two_roots_sign_one_file_on_two_machines_without_a_clone(
    sopgit: Run, tmp_path: Path
) -> None:
    folders = found_alone(tmp_path / "founded")
    clone, stick = folders.clone(KASI), tmp_path / "stick.yaml"
    words = ("role", "grant", "kasi", "dewi", "--output", stick)
    assert sopgit("--repo", clone, "policy", *words).code == 0
    for person, left in (("dewi", 1), ("agus", 0)):
        key = folders.root / "keys" / person / "id_ed25519"
        home, environment = machine(tmp_path / f"machine-{person}", key)
        carried = Path(shutil.copy(stick, home / "proposal.yaml"))
        done = subprocess.run(
            [sys.executable, "-m", "sopgit", "policy", "sign", carried.name],
            cwd=home, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said = done.stdout.splitlines()
        gains = said.index("Dra. Dewi Rekaan, M.M. (dewi) gains the role kasi")
        assert gains < said.index(f"signed by {person}")
        assert any("more roots" in line for line in said) == bool(left)
        shutil.copy(carried, stick)
    signatures = load(stick.read_bytes()).value["new"]["signatures"]  # type: ignore[index]
    assert [entry["by"] for entry in signatures] == ["dewi", "agus"]
    landed = sopgit("--repo", clone, "policy", "land", stick)
    assert landed.code == 0, landed.err
    assert sopgit("--repo", clone, "verify").code == 0
