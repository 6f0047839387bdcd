"""Review: what a change would do, told in plain words to whoever must answer for it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters import age
from sopgit.adapters.resources import read_procedure
from sopgit.app import policy_edits as edits
from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.identity import AGE_IDENTITY
from sopgit.app.review import review_case, review_range
from sopgit.app.told import Page, Section
from sopgit.core.finding import Allowed, Refused
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.writer import emit
from sopgit.render.reviews import (
    MARK,
    headline,
    review_comment,
    review_markdown,
    review_object,
    review_outputs,
    review_text,
)
from tests import acts
from tests.holdings import RESTRICTED, receive, store
from tests.offices import BUDI, KASI, SITI, Folders, codes
from tests.roots import changed

NASTY = "::error::x <b>y</b> [z](http://q) @budi #1 GH-2 `c`\n# h\n![i](http://q)"


def path_of(folders: Folders, desk: str, case: str) -> str:
    paths = folders.office(desk).trusted.tree.paths("cases/")
    return next(path for path in paths if case in path and path.endswith("/case.yaml"))


def of_case(folders: Folders, name: str) -> Page:
    case = folders.cases[name]
    return review_case(folders.office(KASI), path_of(folders, KASI, case), folders.now())


def since(folders: Folders, desk: str, base: str) -> Page:
    return review_range(folders.office(desk), base, folders.tip(desk), folders.now())


def kinds(page: Page, kind: str) -> list[Section]:
    return [section for section in page.sections if section.kind == kind]


def said(page: Page) -> str:
    return "\n".join(review_text(page))


class TestCase:
    def test_it_tells_who_did_what_in_which_role_in_time_and_in_which_words(
        self, folders: Folders
    ) -> None:
        text = said(of_case(folders, "checked"))
        assert "Siti Rekaan, S.Si. as " in text
        assert "finished the work at step 2" in text
        assert "then step 3" in text
        assert "in time: due 2026-03-" in text
        assert "Kepada: " in text
        assert "waiting for " in text

    def test_the_official_is_told_the_one_command(self, folders: Folders) -> None:
        page = of_case(folders, "checked")
        assert str(page.next_step) == f"sopgit review {folders.cases['checked']}"
        assert str(of_case(folders, "new").next_step) == f"sopgit complete {folders.cases['new']}"
        ended = of_case(folders, "closed")
        assert (ended.next_step, ended.missing) == (None, ())

    def test_what_was_late_says_by_how_much(self, folders: Folders) -> None:
        folders.clock = folders.clock.replace(day=20)
        folders.perform(SITI, folders.cases["new"], acts.LETTER)
        page = since(folders, SITI, folders.tip(KASI))
        assert "late by " in said(page)
        (case,) = kinds(page, "case")
        assert case.facts["events"][0]["late_minutes"] > 0

    def test_a_new_revision_is_held_against_the_returned_one(self, folders: Folders) -> None:
        case = folders.cases["checked"]
        folders.land(KASI, case, acts.RETURN)
        folders.sync(BUDI)
        base = folders.tip(BUDI)
        fields = {**acts.NOTES.document["fields"]} if acts.NOTES.document else {}
        name = next(name for name, value in fields.items() if isinstance(value, str))
        fields[name] = "Kata yang lain sama sekali"
        folders.perform(BUDI, case, Draft("complete", document={"fields": fields}))
        text = said(since(folders, BUDI, base))
        assert "against " in text
        assert "Kata yang lain sama sekali" in text
        assert "becomes Kata yang lain sama sekali" in text


class TestRange:
    def test_it_tells_only_what_is_new_and_for_whom_it_waits_then(self, folders: Folders) -> None:
        folders.perform(SITI, folders.cases["new"], acts.LETTER)
        page = since(folders, SITI, folders.tip(KASI))
        assert isinstance(page.verdict, Allowed)
        (case,) = kinds(page, "case")
        assert [event["seq"] for event in case.facts["events"]] == [2]
        assert "step 3" in str(page.missing[0])
        assert str(page.next_step) == "sopgit sync"

    def test_nothing_is_told_of_nothing(self, folders: Folders) -> None:
        page = since(folders, KASI, folders.tip(KASI))
        assert (page.sections, page.missing, page.next_step) == ((), (), None)

    def test_a_forged_event_is_refused_and_told_as_unreadable(self, folders: Folders) -> None:
        base = folders.tip(KASI)
        path = path_of(folders, KASI, folders.cases["new"])
        data = (folders.clone(KASI) / path).read_bytes()
        bad = folders.commit(KASI, {path: data + b"- seq: 2\n  by: hantu\n"})
        page = review_range(folders.office(KASI), base, bad, folders.now())
        assert isinstance(page.verdict, Refused)
        assert "cannot be read" in said(page)
        assert page.next_step is None

    def test_what_has_landed_is_judged_step_by_step_and_told_as_a_whole(
        self, folders: Folders
    ) -> None:
        base, office = folders.tip(KASI), folders.office(KASI)
        (old,) = office.trusted.policy.raw["procedures"]
        value = {**mapping_of(read_procedure(old.partition("@")[0])), "name": "lain"}
        new = emit(value)
        changed(folders, lambda edited: edits.set_procedure(edited, value, new, "open"))
        folders.act(KASI, None, replace(acts.OPEN, procedure="lain"))
        page = since(folders, KASI, base)
        assert isinstance(page.verdict, Allowed)
        assert [section.kind for section in page.sections] == ["case", "policy", "file"]
        assert "cannot be read" not in said(page)

    def test_the_policy_tells_who_gains_what(self, folders: Folders) -> None:
        base = folders.tip(KASI)
        office = folders.office(KASI)
        old = office.trusted.tree.get(".sopgit/policy.yaml") or b""
        new = old.replace(b"grace: 5", b"grace: 9")
        assert new != old
        bad = folders.commit(KASI, {".sopgit/policy.yaml": new})
        page = review_range(folders.office(KASI), base, bad, folders.now())
        assert isinstance(page.verdict, Refused)
        assert "grace: 5 becomes 9" in said(page)


class TestGate:
    """A request waits for the official who ends the lap; the engine itself takes it as it is."""

    def gate(self, folders: Folders, desk: str, base: str) -> Page:
        office = folders.office(desk)
        return review_range(office, base, folders.tip(desk), folders.now(), gate=True)

    def test_it_waits_for_the_act_that_ends_the_lap(self, folders: Folders) -> None:
        folders.perform(SITI, folders.cases["new"], acts.LETTER)
        base = folders.tip(KASI)
        page = self.gate(folders, SITI, base)
        assert isinstance(page.verdict, Allowed)
        assert isinstance(page.outcome, Refused)
        assert codes(page.outcome.findings) == {"lap-unfinished"}
        assert str(headline(page)) == "waiting for administrator_server: step 3"
        assert (review_object(page)["verdict"], review_object(page)["gate"]) == (
            "allowed", "waiting",
        )  # fmt: skip
        assert review_markdown(page).startswith("## waiting for administrator\\_server: step 3\n")
        assert isinstance(since(folders, SITI, base).outcome, Allowed)

    @pytest.mark.parametrize("act", [acts.CHECK, acts.RETURN])
    def test_it_is_open_once_the_official_has_acted(self, folders: Folders, act: Draft) -> None:
        base = folders.tip(KASI)
        folders.perform(KASI, folders.cases["checked"], act)
        page = self.gate(folders, KASI, base)
        assert isinstance(page.outcome, Allowed)
        assert str(headline(page)) == "nothing stands against it"
        assert review_object(page)["gate"] == "open"

    def test_what_the_engine_refuses_is_told_as_that(self, folders: Folders) -> None:
        base = folders.tip(KASI)
        folders.perform(SITI, folders.cases["new"], acts.LETTER)
        brought = folders.changed(SITI, base, folders.tip(SITI))
        bad = folders.commit(SITI, {**brought, "program.py": b"x\n"}, base)
        page = review_range(folders.office(SITI), base, bad, folders.now(), gate=True)
        assert isinstance(page.outcome, Refused)
        assert codes(page.outcome.findings) == {"path-unknown"}
        assert str(headline(page)) == "refused: 1 errors"
        assert review_object(page)["gate"] == "refused"

    def test_a_host_gets_one_line_and_one_comment(self, folders: Folders) -> None:
        folders.perform(SITI, folders.cases["new"], acts.LETTER)
        page = self.gate(folders, SITI, folders.tip(KASI))
        said, comment = review_outputs(page).split("\n", 1)
        assert said == "said=waiting for administrator_server: step 3"
        first, *lines, last, _ = comment.split("\n")
        assert first == f"comment<<{last}"
        assert "\n".join(lines) == review_comment(page)
        assert lines[0] == MARK


class TestData:
    def carried(self, folders: Folders, content: bytes) -> Page:
        """A new version comes with the receipt of a case of its own."""
        folders.sync(KASI)
        case = folders.land(KASI, None, acts.OPEN).state.id
        folders.sync(SITI)
        folders.land(SITI, case, acts.LETTER)
        folders.sync(BUDI)
        base = folders.tip(BUDI)
        folders.take_in(BUDI, case, content)
        folders.perform(BUDI, case, acts.RECEIPT)
        return since(folders, BUDI, base)

    def test_rows_and_columns_are_told_one_by_one(self, folders: Folders) -> None:
        # The cache of the clone that took the versions before in.
        page = self.carried(folders, b"kode,nama,luas\n18.10.01,Pringsewu Baru,1\n18.10.09,X,2\n")
        (data,) = kinds(page, "dataset")
        assert data.facts["version"] == 3
        assert "not in this clone's cache" in said(page)

    def test_with_both_versions_in_the_cache(self, folders: Folders) -> None:
        self.carried(folders, samples.districts(2) + b"18.10.03,Ambarawa\n")
        folders.sync(BUDI)
        page = self.carried(
            folders,
            b"kode,nama,luas\n18.10.01,Pringsewu Baru,1\n18.10.03,Ambarawa,2\n18.10.09,X,3\n",
        )
        (data,) = kinds(page, "dataset")
        assert data.facts["rows"] == {
            "before": 3, "after": 3, "added": 1, "removed": 1, "changed": 1,
        }  # fmt: skip
        assert data.facts["columns"] == {"added": ["luas"], "removed": []}
        text = said(page)
        assert "added: kode=18.10.09, nama=X, luas=3" in text
        assert "removed: kode=18.10.02, nama=Gading Rejo" in text
        assert "changed: kode=18.10.01: nama: Pringsewu → Pringsewu Baru" in text


class TestRestricted:
    """What the reader's own key opens, and else nothing but counts."""

    @pytest.fixture
    def stored(self, folders: Folders) -> Folders:
        """Two versions of a restricted table; the second is not on the mainline yet."""
        receive(folders)
        store(folders, RESTRICTED, b"nomor,nama\n1,Rekaan Satu\n2,Rekaan Dua\n")
        folders.sync(BUDI)
        store(folders, RESTRICTED, b"nomor,nama,desa\n1,Rekaan Satu,A\n3,Rekaan Tiga,B\n")
        return folders

    def page(self, folders: Folders, **options: bool) -> Page:
        office = folders.office(BUDI)
        base, now = office.repo.resolve("origin/main"), folders.now()
        return review_range(office, base, folders.tip(BUDI), now, **options)

    def test_a_reader_is_told_rows_and_columns(self, stored: Folders) -> None:
        page = self.page(stored)
        (data,) = kinds(page, "dataset")
        assert data.facts["columns"] == {"added": ["desa"], "removed": []}
        assert data.facts["rows"] == {
            "before": 2, "after": 2, "added": 1, "removed": 1, "changed": 0,
        }  # fmt: skip
        assert "added: nomor=3, nama=Rekaan Tiga, desa=B" in said(page)

    def test_without_the_objects_the_manifest_still_counts(self, stored: Folders) -> None:
        shutil.rmtree(stored.clone(BUDI) / ".dvc" / "cache")
        page = self.page(stored)
        assert "2 rows, 2 before" in said(page)
        assert "column desa is new" in said(page)
        assert "Rekaan Tiga" not in said(page)

    @pytest.mark.parametrize("reader", ["nobody", "stranger", "for others"])
    def test_nobody_else_is_told_what_is_in_it(
        self, stored: Folders, tmp_path: Path, reader: str
    ) -> None:
        if reader != "for others":
            stored.office(BUDI).repo.config_set(AGE_IDENTITY, str(tmp_path / "age.txt"))
        if reader == "stranger":
            (tmp_path / "age.txt").write_text(age.new_identity()[0] + "\n")
        page = self.page(stored, for_others=reader == "for others")
        (data,) = kinds(page, "dataset")
        assert data.facts["size"] > 0
        assert "rows" not in data.facts
        for told in (said(page), review_comment(page), str(review_object(page))):
            assert "told to its readers alone" in told
            assert not any(word in told for word in ("Rekaan Tiga", "desa", "nomor"))


class TestForeignText:
    @pytest.fixture
    def page(self, folders: Folders) -> Page:
        document: dict[str, Any] = dict(acts.OPEN.document or {})
        fields = dict(document["fields"])
        long = next(name for name, value in fields.items() if name == "isi")
        fields[long] = NASTY
        case = {**acts.CASE, "title": NASTY.partition("\n")[0]}
        base = folders.tip(KASI)
        folders.perform(KASI, None, Draft("open", case=case, document={"fields": fields}))
        return since(folders, KASI, base)

    def test_no_line_begins_with_it(self, page: Page) -> None:
        for line in review_text(page):
            assert not line.lstrip().startswith(("::", "#", "!", "##["))

    def test_the_page_holds_none_of_its_markup(self, page: Page) -> None:
        told = review_markdown(page)
        for mark in ("<b>", "](http", "http://", "@budi", "#1", "GH-2", "`c`", "\n# h", "!["):
            assert mark not in told
        assert "&lt;b" in told

    def test_json_is_versioned(self, page: Page) -> None:
        value = review_object(page)
        assert value["schema"] == "sopgit/review/v1"
        assert value["verdict"] == "allowed"
        assert [section["kind"] for section in value["sections"]] == ["case"]

    def test_a_page_too_large_for_a_summary_is_cut_and_counted(self, folders: Folders) -> None:
        base = folders.tip(KASI)
        bad = folders.commit(KASI, {f"{'x' * 90}{n:04}": b"x" for n in range(8000)})
        page = review_range(folders.office(KASI), base, bad, folders.now())
        told = review_markdown(page)
        assert 512 * 1024 < len(told.encode()) < 1024 * 1024
        assert "more lines are not shown" in told
        comment = review_comment(page)
        assert 30_000 < len(comment) < 65_536
        assert "more lines are not shown" in comment


def test_the_clock_is_asked_as_by_verify(folders: Folders) -> None:
    base = folders.tip(SITI)
    early = folders.clock
    folders.clock = folders.clock.replace(year=2027)
    folders.perform(SITI, folders.cases["new"], acts.LETTER)
    page = review_range(folders.office(SITI), base, folders.tip(SITI), early)
    assert isinstance(page.verdict, Refused)
    assert codes(page.verdict.findings)
