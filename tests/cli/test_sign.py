"""`--draft` beside an act, and `sopgit sign`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import NOTA_DINAS, Run

OPEN = ("open", "--title", "Data sekolah", "--producer", "bps-rekaan", *NOTA_DINAS)


def test_prepared_listed_signed(sopgit: Run, office: Path) -> None:
    drafted = sopgit("--repo", office, "-q", *OPEN, "--draft")
    assert drafted.code == 0, drafted.err
    name = drafted.out.strip()
    assert sopgit("--repo", office, "list").out.count("Data sekolah") == 0
    listed = sopgit("--repo", office, "sign").out
    assert "drafts for you to sign: 1" in sopgit("--repo", office, "inbox").err
    shown = sopgit("--repo", office, "sign", name).out
    assert f"next: sopgit sign {name} --yes" in shown
    assert listed.startswith(f"{name}: open at step 1 of case -, prepared by wati, for you")
    value = sopgit("--repo", office, "--format", "json", "sign").json
    assert (value["schema"], value["drafts"][0]["mine"]) == ("sopgit/drafts/v1", True)
    signed = sopgit("--repo", office, "sign", name, "--yes")
    assert signed.code == 0, signed.err
    assert "Data sekolah" in sopgit("--repo", office, "list").out
    assert "drafts for you" not in sopgit("--repo", office, "inbox").err
    assert sopgit("--repo", office, "sign").out == "no draft waits\n"
    assert sopgit("--repo", office, "sign", name).code == 2


def test_handed_back_and_given_up(sopgit: Run, office: Path) -> None:
    name = sopgit("--repo", office, "-q", *OPEN, "--draft").out.strip()
    assert sopgit("--repo", office, "sign", name, "--back", "judul salah").code == 0
    assert "handed back by wati: judul salah" in sopgit("--repo", office, "sign").out
    refused = sopgit("--repo", office, "sign", name, "--yes")
    assert refused.code == 2
    assert "was handed back" in refused.err
    assert sopgit("--repo", office, "sign", name, "--drop").code == 0
    assert sopgit("--repo", office, "sign").out == "no draft waits\n"
