"""The procedure as data: the two that ship, what makes one sound, and what a paper must hold."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from sopgit.core.finding import Finding, Place
from sopgit.core.procedure import Procedure, check_document, check_procedure
from sopgit.core.schema import Schemas
from sopgit.core.strict_yaml import load
from sopgit.core.writer import emit

ROOT = Path(__file__).resolve().parents[2]
SHIPPED_PATH = ROOT / "sopgit/data/procedures/pengelolaan-pengamanan-data.yaml"
OTHER_PATH = ROOT / "tests/vectors/procedures/permohonan-informasi.yaml"
PATHS = (SHIPPED_PATH, OTHER_PATH)
SCHEMAS = Schemas(
    {"procedure": json.loads((ROOT / "schemas/procedure.schema.json").read_text("utf-8"))}
)


def read(path: Path) -> dict[str, Any]:
    loaded = load(path.read_bytes(), path.name)
    assert loaded.findings == ()
    assert isinstance(loaded.value, dict)
    return loaded.value


SHIPPED, OTHER = read(SHIPPED_PATH), read(OTHER_PATH)
PROCEDURE, OTHER_PROCEDURE = Procedure.parse(SHIPPED), Procedure.parse(OTHER)


def place_of(pointer: tuple[str | int, ...]) -> Place:
    return Place("/".join(map(str, pointer)))


def changed(value: Any, pointer: str, change: Any) -> Any:
    """A copy of `value` with the part at `pointer` replaced, or taken out for `...`."""
    result = copy.deepcopy(value)
    *way, last = [int(part) if part.isdigit() else part for part in pointer.split("/")]
    parent = result
    for part in way:
        parent = parent[part]
    if change is ...:
        del parent[last]
    else:
        parent[last] = change
    return result


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


class TestBothProcedures:
    @pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
    def test_are_what_the_writer_renders(self, path: Path) -> None:
        assert emit(read(path)) == path.read_bytes()

    @pytest.mark.parametrize("value", [SHIPPED, OTHER], ids=lambda value: value["name"])
    def test_are_sound(self, value: dict[str, Any]) -> None:
        assert SCHEMAS.check("procedure", value, place_of) == []
        assert check_procedure(value, "procedure.yaml") == []


class TestTheShippedProcedure:
    def test_names_no_person(self) -> None:
        identity = PROCEDURE.identity
        assert identity["number"] == "075/151/D.12/2024"
        assert identity["created"] == "2024-07-23"
        assert (identity["revised"], identity["effective"], identity["approved_by"]) == (None,) * 3

    def test_carries_no_typo_of_the_paper(self) -> None:
        text = SHIPPED_PATH.read_text("utf-8")
        for typo in ("penggecekan", "nota dinaas", "Wali Kota", "Pemerintahan daerah"):
            assert typo not in text

    def test_has_the_steps_of_the_sop(self) -> None:
        told = [(s.number, s.roles, s.documents, s.standard_time.value) for s in PROCEDURE.steps]
        assert told == [
            (1, ("kasi",), ("nota_dinas",), 1),
            (2, ("pengelola_ti",), ("surat_pendataan", "tanda_terima_permintaan"), 1),
            (3, ("administrator_server",), ("tanda_terima",), 1),
            (4, ("administrator_server",), ("catatan_pengelolaan",), 1),
            (5, ("administrator_server",), ("laporan_pengelolaan",), 1),
            (6, ("kasi",), ("lembar_pemeriksaan",), 1),
            (7, ("pengelola_ti",), ("laporan_penyelesaian",), 1),
            (8, ("pengelola_ti",), ("konsep_laporan_akhir",), 3),
            (9, ("kasi",), ("laporan_akhir",), 1),
        ]

    def test_takes_six_days_and_five_hours(self) -> None:
        times = [step.standard_time for step in PROCEDURE.steps]
        assert sum(time.value for time in times if time.unit == "hari") == 6
        assert sum(time.value for time in times if time.unit == "jam") == 5

    def test_returns_where_the_table_says(self) -> None:
        returns = {step.number: step.returns for step in PROCEDURE.steps if step.returns}
        assert returns == {2: (1,), 3: (2,), 4: (3,), 6: (5, 4), 7: (6,)}
        assert {step.number: step.reopens for step in PROCEDURE.steps if step.reopens} == {9: (8,)}

    def test_only_the_return_to_the_supervisor_stands_in_the_text(self) -> None:
        said = {
            (step["number"], target["to"])
            for step in SHIPPED["steps"]
            for target in (*step["returns"], *step["reopens"])
            if target["source"] == "text"
        }
        assert said == {(7, 6)}

    def test_marks_reviews_checks_and_data(self) -> None:
        steps = PROCEDURE.steps
        assert [step.number for step in steps if step.review] == [6, 9]
        assert [step.number for step in steps if step.symbol == "decision"] == [6, 7]
        assert [step.number for step in steps if step.symbol == "terminator"] == [1, 9]
        assert [step.number for step in steps if step.handles_data] == [3, 4]
        assert [step.number for step in steps if step.clock == "on_receipt"] == [3]
        assert [step.number for step in steps if step.return_document] == [6]

    def test_keeps_the_checks_apart_from_the_work(self) -> None:
        apart = {pair.steps: pair.severity for pair in PROCEDURE.separation}
        assert apart == {
            (4, 6): "error",
            (5, 6): "error",
            (3, 6): "warning",
            (5, 7): "warning",
            (6, 7): "warning",
        }

    def test_lets_anybody_note_and_the_supervisor_cancel(self) -> None:
        assert PROCEDURE.note_roles is None
        assert PROCEDURE.cancel_roles == ("kasi",)

    def test_lists_roles_and_fields_in_the_order_of_the_paper(self) -> None:
        assert PROCEDURE.roles == ("administrator_server", "pengelola_ti", "kasi")
        fields = PROCEDURE.documents["nota_dinas"].fields
        assert list(fields)[:4] == ["kepada", "dari", "sifat", "hal"]
        columns = PROCEDURE.documents["catatan_pengelolaan"].fields["kegiatan"].columns
        assert list(columns or {}) == ["tindakan", "data", "versi", "lokasi", "hasil"]

    def test_asks_little_of_the_office(self) -> None:
        for kind in PROCEDURE.documents.values():
            assert 3 <= len(kind.fields) <= 10, kind.name
            assert 1 <= sum(field.required for field in kind.fields.values()) <= 5, kind.name

    def test_has_a_check_name_the_report_that_it_read(self) -> None:
        field = PROCEDURE.documents["lembar_pemeriksaan"].fields["laporan"]
        assert (field.kind, field.of, field.required) == ("revision", "laporan_pengelolaan", True)


class TestAStep:
    def test_takes_new_data_unless_the_case_recovers_some(self) -> None:
        for purpose in ("store", "update", None):
            step = PROCEDURE.step(3, purpose)
            assert (step.needs_dataset, step.actions) == (True, ("store", "update"))
        step = PROCEDURE.step(3, "recover")
        assert (step.needs_dataset, step.actions, step.clock) == (False, (), "on_entry")

    def test_carries_what_it_recovered(self) -> None:
        assert not PROCEDURE.step(4, "store").needs_dataset
        step = PROCEDURE.step(4, "recover")
        assert (step.needs_dataset, step.actions) == (True, ("recover",))
        assert (step.inputs, step.documents) == ((("tanda_terima",),), ("catatan_pengelolaan",))

    def test_is_the_same_for_every_purpose_where_nothing_differs(self) -> None:
        assert PROCEDURE.step(5, "recover") is PROCEDURE.step(5)

    def test_has_a_next_but_for_the_last(self) -> None:
        assert (PROCEDURE.first, PROCEDURE.last) == (1, 9)
        assert [PROCEDURE.next(number) for number in (1, 8, 9)] == [2, 9, None]

    @pytest.mark.parametrize("number", [-1, 0, 10])
    def test_that_is_not_there_is_told(self, number: int) -> None:
        assert not PROCEDURE.has_step(number)
        with pytest.raises(KeyError):
            PROCEDURE.step(number)


def test_the_second_procedure_shares_nothing_with_the_first() -> None:
    assert len(OTHER_PROCEDURE.roles) == 4
    assert OTHER_PROCEDURE.last == 5
    assert not set(OTHER_PROCEDURE.roles) & set(PROCEDURE.roles)
    assert not set(OTHER_PROCEDURE.documents) & set(PROCEDURE.documents)
    assert not any(step.handles_data or step.needs_dataset for step in OTHER_PROCEDURE.steps)
    assert OTHER_PROCEDURE.note_roles == ("petugas_layanan", "pejabat_ppid")


FRAME = [
    ("steps/0/number", 0, "schema-range"),
    ("steps/0/symbol", "circle", "schema-value"),
    ("steps/0/source", ..., "schema-missing-key"),
    ("steps/0/source/roles", "guessed", "schema-value"),
    ("steps/0/output/documents", [], "schema-length"),
    ("steps/3/by_purpose/delete", {}, "schema-unknown-key"),
    ("steps/3/by_purpose/recover", {}, "schema-length"),
    ("steps/3/by_purpose/recover/roles", ["kasi"], "schema-unknown-key"),
    ("steps/2/standard_time/unit", "menit", "schema-value"),
    ("identity/created", "2024-07-32", "schema-spelling"),
    ("roles/Kasi", {"title": "x"}, "schema-unknown-key"),
    ("documents/nota_dinas/fields/hal/kind", "number", "schema-value"),
    ("documents/nota_dinas/fields/hal/kind", "table", "schema-missing-key"),
    ("documents/nota_dinas/fields/hal/columns", {"a": {"label": "A"}}, "schema-unknown-key"),
    ("documents/lembar_pemeriksaan/fields/laporan/of", ..., "schema-missing-key"),
    ("documents/nota_dinas/fields/batas_waktu/long", True, "schema-value"),
    ("acts/note/roles", "all", "schema-spelling"),
    ("acts/note/roles", [], "schema-length"),
    ("separation/0/steps", [4], "schema-length"),
    ("separation/0/steps", [4, 4], "schema-repeated"),
]


@pytest.mark.parametrize(("pointer", "change", "code"), FRAME)
def test_a_procedure_out_of_its_frame_is_refused(pointer: str, change: Any, code: str) -> None:
    broken = changed(SHIPPED, pointer, change)
    assert codes(SCHEMAS.check("procedure", broken, place_of)) == [code]


DATASET_TYPE = {"title": "Data", "fields": {"a": {"label": "A", "kind": "text"}}}
CHOSEN = "chosen"
UNSOUND = [
    ("steps/4/number", 6, "procedure-steps"),
    ("steps/4", ..., "procedure-steps"),
    ("steps/0/roles", ["bupati"], "procedure-name-unknown"),
    ("acts/cancel/roles", ["bupati"], "procedure-name-unknown"),
    ("acts/note/roles", ["bupati"], "procedure-name-unknown"),
    ("steps/0/output/documents", ["memo"], "procedure-name-unknown"),
    ("steps/1/inputs", [["memo", "nota_dinas"]], "procedure-name-unknown"),
    ("steps/3/by_purpose/recover/inputs", [["memo"]], "procedure-name-unknown"),
    ("steps/5/return_document", "memo", "procedure-name-unknown"),
    ("documents/lembar_pemeriksaan/fields/laporan/of", "memo", "procedure-name-unknown"),
    ("documents/dataset", DATASET_TYPE, "procedure-reserved"),
    ("steps/5/returns", [{"to": 7, "source": CHOSEN}], "procedure-return"),
    ("steps/5/returns", [{"to": 6, "source": CHOSEN}], "procedure-return"),
    ("steps/4/return_document", "lembar_pemeriksaan", "procedure-return"),
    ("steps/7/reopens", [{"to": 7, "source": CHOSEN}], "procedure-reopen"),
    ("steps/8/reopens", [{"to": 10, "source": CHOSEN}], "procedure-reopen"),
    ("steps/1/inputs", [["laporan_akhir"]], "procedure-input"),
    ("steps/1/inputs", [["surat_pendataan"]], "procedure-input"),
    ("steps/1/inputs", [["dataset"]], "procedure-input"),
    ("steps/3/by_purpose/recover/inputs", [["laporan_akhir"]], "procedure-input"),
    ("separation/0/steps", [4, 10], "procedure-separation"),
    ("steps/4/output/dataset", True, "procedure-actions"),
    ("steps/2/output/dataset", False, "procedure-actions"),
]


@pytest.mark.parametrize(("pointer", "change", "code"), UNSOUND)
def test_a_procedure_that_no_case_could_follow_is_refused(
    pointer: str, change: Any, code: str
) -> None:
    broken = changed(SHIPPED, pointer, change)
    assert SCHEMAS.check("procedure", broken, place_of) == []
    assert codes(check_procedure(broken, "procedure.yaml")) == [code]


SHEET = {
    "type": "lembar_pemeriksaan",
    "number": "000.9/1/D.12/2026",
    "date": "2026-11-23",
    "signatory": {"name": "Contoh Satu", "position": "Kepala Seksi"},
    "fields": {
        "laporan": 5,
        "butir": [{"butir": "Tabel", "hasil": "lengkap"}, {"butir": "Jumlah", "hasil": 9}],
        "kesimpulan": "Selesai.\nTidak ada catatan.",
        "batas_perbaikan": "2026-11-30",
    },
}
FORM = {
    "type": "formulir_permohonan",
    "number": "1/2026",
    "date": "2026-11-23",
    "signatory": {"name": "Contoh Dua", "position": "Petugas"},
    "fields": {"pemohon": "Contoh Tiga", "rincian": "Data kecamatan", "jumlah_lampiran": 2},
}
REPORT = {
    **FORM,
    "type": "konsep_jawaban",
    "fields": {"jawaban": "Terlampir", "rujukan": ["satu", "dua"]},
}
PAPERS = [(SHEET, PROCEDURE), (FORM, OTHER_PROCEDURE), (REPORT, OTHER_PROCEDURE)]


@pytest.mark.parametrize(("document", "procedure"), PAPERS, ids=lambda value: value["type"] if isinstance(value, dict) else "")  # fmt: skip  # noqa: E501
def test_a_complete_document_passes(document: dict[str, Any], procedure: Procedure) -> None:
    assert check_document(document, procedure, Place("case.yaml")) == []


@pytest.mark.parametrize(
    ("index", "pointer", "change", "code"),
    [
        (0, "type", "memo", "document-unknown"),
        (0, "fields/kesimpulan", ..., "document-incomplete"),
        (0, "fields/laporan", ..., "document-incomplete"),
        (0, "fields/temuan", "x", "document-field-unknown"),
        (0, "fields/laporan", 0, "document-field-form"),
        (0, "fields/laporan", "5", "document-field-form"),
        (0, "fields/kesimpulan", 5, "document-field-form"),
        (0, "fields/batas_perbaikan", "2026-02-29", "document-field-form"),
        (0, "fields/batas_perbaikan", "20261130", "document-field-form"),
        (0, "fields/batas_perbaikan", "2026-W48-1", "document-field-form"),
        (0, "fields/batas_perbaikan", 20261130, "document-field-form"),
        (0, "fields/butir", "Tabel", "document-field-form"),
        (0, "fields/butir", ["Tabel"], "document-field-form"),
        (0, "fields/butir/0/nilai", "x", "document-field-form"),
        (0, "fields/butir/0/hasil", "a\nb", "document-field-form"),
        (0, "fields/butir/0/hasil", None, "document-field-form"),
        (1, "fields/pemohon", "Contoh\nTiga", "document-field-form"),
        (1, "fields/jumlah_lampiran", "2", "document-field-form"),
        (1, "fields/jumlah_lampiran", True, "document-field-form"),
        (2, "fields/rujukan", "satu", "document-field-form"),
        (2, "fields/rujukan", [1], "document-field-form"),
        (2, "fields/rujukan", ["a\nb"], "document-field-form"),
    ],
)
def test_one_thing_wrong_in_a_document_is_one_finding(
    index: int, pointer: str, change: Any, code: str
) -> None:
    document, procedure = PAPERS[index]
    broken = changed(document, pointer, change)
    (finding,) = check_document(broken, procedure, Place("case.yaml", 7, 3))
    assert (finding.code, finding.place) == (code, Place("case.yaml", 7, 3))


class TestASealedDocument:
    """In a restricted case the body lies encrypted beside the case."""

    SEALED = changed(SHEET, "fields", {"laporan": 5})

    def test_names_only_the_paper_it_is_about(self) -> None:
        assert check_document(self.SEALED, PROCEDURE, Place(), sealed=True) == []

    def test_still_has_to_name_that(self) -> None:
        bare = changed(self.SEALED, "fields", {})
        assert codes(check_document(bare, PROCEDURE, Place(), sealed=True)) == [
            "document-incomplete"
        ]

    def test_shows_no_other_field(self) -> None:
        open_one = changed(self.SEALED, "fields/kesimpulan", "Selesai")
        assert codes(check_document(open_one, PROCEDURE, Place(), sealed=True)) == [
            "document-in-clear"
        ]

    def test_is_incomplete_in_an_open_case(self) -> None:
        assert codes(check_document(self.SEALED, PROCEDURE, Place())) == ["document-incomplete"]
