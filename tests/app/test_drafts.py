"""One prepares what another signs: drafts on branches of their own, on a guarded server."""

from __future__ import annotations

import pytest

from sopgit.app.draft import Draft
from sopgit.app.drafts import (
    Kept,
    hand_back,
    is_mine_to_sign,
    read_drafts,
    sign_draft,
    tell_draft,
    write_draft,
)
from sopgit.app.workplace import ActRefused
from sopgit.core.errors import UsageError
from sopgit.core.writer import emit
from sopgit.render.reviews import section_text
from tests import acts
from tests.offices import BUDI, KASI, SITI, Folders, codes, run_git

RESTRICTED = Draft("open", case={**acts.CASE, "restricted": True}, document=acts.OPEN.document)


def prepared(folders: Folders, draft: Draft = acts.CHECK, name: str = "checked") -> Kept:
    """What Siti prepared and sent."""
    kept = write_draft(folders.office(SITI), folders.cases.get(name), draft, folders.now())
    folders.sync(SITI)
    return kept


def the_draft(folders: Folders, desk: str) -> Kept:
    folders.sync(desk)
    (kept,) = read_drafts(folders.office(desk))
    return kept


def on_server(folders: Folders) -> list[str]:
    said = run_git(folders.server, "for-each-ref", "--format=%(refname)", "refs/heads/draft")
    return said.split()


class TestSigning:
    def test_it_is_told_signed_and_gone(self, folders: Folders) -> None:
        name = prepared(folders).name
        assert on_server(folders) == [f"refs/heads/draft/{name}"]
        assert f"refs/heads/draft/{name}" not in folders.refs(SITI)
        assert not is_mine_to_sign(folders.office(SITI), the_draft(folders, SITI), folders.now())
        kept, office = the_draft(folders, KASI), folders.office(KASI)
        assert is_mine_to_sign(office, kept, folders.now())
        text = "\n".join(section_text(tell_draft(office, kept, folders.now())))
        assert "finished the work at step 6" in text
        done = sign_draft(office, kept, folders.now())
        assert (done.event["by"], done.event["drafted_by"]) == ("agus", "siti")
        folders.sync(KASI)
        assert on_server(folders) == []
        folders.sync(SITI)
        assert read_drafts(folders.office(SITI)) == []
        assert folders.office(SITI).history.is_sound
        assert "drafted_by: siti" in folders.git(SITI, "show", "HEAD")

    def test_handed_back_it_waits_for_who_prepared_it(self, folders: Folders) -> None:
        prepared(folders)
        kept = the_draft(folders, KASI)
        hand_back(folders.office(KASI), kept, "temuan belum disebut", folders.now())
        folders.sync(KASI)
        back = the_draft(folders, SITI)
        assert back.value["returned"] == {"by": "agus", "reason": "temuan belum disebut"}
        assert not is_mine_to_sign(folders.office(KASI), the_draft(folders, KASI), folders.now())

    def test_where_the_case_has_gone_on_it_cannot_be_signed(self, folders: Folders) -> None:
        prepared(folders)
        kept = the_draft(folders, KASI)
        folders.land(KASI, folders.cases["checked"], acts.RETURN)
        with pytest.raises(UsageError, match="has gone on"):
            sign_draft(folders.office(KASI), kept, folders.now())
        assert the_draft(folders, KASI).name == kept.name

    def test_words_that_are_missing_are_said_at_once(self, folders: Folders) -> None:
        empty = Draft("complete", document={"fields": {}})
        with pytest.raises(ActRefused) as caught:
            prepared(folders, empty)
        assert codes(caught.value.refused.findings) == {"document-incomplete"}
        assert on_server(folders) == []


def test_of_a_restricted_case_only_its_signer_reads_it(folders: Folders) -> None:
    kept = prepared(folders, RESTRICTED, "none")
    listed = run_git(folders.server, "ls-tree", "--name-only", f"draft/{kept.name}").split()
    assert "draft.age" in listed
    assert "draft.yaml" not in listed
    folders.sync(BUDI)
    assert read_drafts(folders.office(BUDI)) == []
    mine = the_draft(folders, KASI)
    assert mine.value == kept.value
    done = sign_draft(folders.office(KASI), mine, folders.now())
    assert done.state.restricted


class TestGuard:
    """The server takes one commit with one draft, and nothing else below `draft/`."""

    def test_one_draft_passes_and_no_other_file(self, folders: Folders) -> None:
        kept = write_draft(
            folders.office(SITI), folders.cases["checked"], acts.CHECK, folders.now()
        )
        data = emit(kept.value)
        good = folders.commit(SITI, {"draft.yaml": data})
        assert folders.push(SITI, f"{good}:refs/heads/draft/good").returncode == 0
        for files in (
            {"draft.yaml": data, "README.md": b"x\n"},
            {"README.md": b"x\n"},
            {"draft.yaml": b"x" * 70_000},
            {"draft.age": data},
        ):
            bad = folders.commit(SITI, files)
            refused = folders.push(SITI, f"{bad}:refs/heads/draft/bad")
            assert refused.returncode != 0, files
        second = folders.commit(SITI, {"draft.yaml": data + b"x"}, good)
        refused = folders.push(SITI, f"{second}:refs/heads/draft/second")
        assert "[draft-form]" in refused.stderr

    def test_one_that_makes_no_sense_is_said_to(self, folders: Folders) -> None:
        facts = {"title": "x", "producers": ["tapem"], "purpose": "store", "restricted": False}
        value = {
            "schema": "sopgit/draft/v1",
            "repository": folders.anchor.repository,
            "act": "open",
            "role": "kasi",
            "step": 1,
            "drafted_by": "siti",
        }
        good = {"name": "Agus Rekaan", "position": "Kasi"}
        for begun, signatory in (("x", good), ("2026-03-02T08:00:00+07:00", {"name": "x"})):
            document = {"type": "nota_dinas", "signatory": signatory, "fields": {"isi": "x"}}
            case = {**facts, "begun": begun}
            data = emit({**value, "case": case, "document": document})
            made = folders.commit(SITI, {"draft.yaml": data})
            ref = f"refs/heads/draft/{made[:10]}"
            assert folders.push(SITI, f"{made}:{ref}").returncode == 0
            kept = the_draft(folders, KASI)
            with pytest.raises(UsageError, match="makes no sense"):
                tell_draft(folders.office(KASI), kept, folders.now())
            folders.push(SITI, f":{ref}")

    def test_a_draft_never_lands(self, folders: Folders) -> None:
        kept = write_draft(
            folders.office(SITI), folders.cases["checked"], acts.CHECK, folders.now()
        )
        refused = folders.push(SITI, f"{kept.head}:refs/heads/main")
        assert refused.returncode != 0
        assert "[path-unknown]" in refused.stderr
