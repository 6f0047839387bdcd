"""An event becomes a paper: values, then a PDF that says what the event says and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgit.documents.content import Items, Prose, Rows, Table
from sopgit.documents.paper import Paper, PaperError, has_paper, paper_from_event
from sopgit.documents.typst import TEMPLATES, Press
from tests.documents import samples

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = PROJECT / "sopgit/data/procedures"
HOSTILE = (
    '#import "@preview/x:1.0.0": * #include "/x.typ" #read("/etc/passwd") #panic() $x^2$ \\ '
    "\\u{41} *tebal* _miring_ @rujuk <label> `kode` [kurung] {a} // b /* c */ -- ... = judul "
    '"kutip" ~ %s {n}'
)


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def paper_of(event: Any, events: list[Any] | None = None, **policy: Any) -> Paper:
    return paper_from_event(
        event,
        samples.PROCEDURE,
        samples.policy(**policy),
        samples.CASE,
        samples.DIGEST if event.get("sig") else "",
        events or [],
    )


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Without blanks, which line breaks turn into others."""
    return re.sub(r"\s+", "", text)


def printed(press: Press, paper: Paper) -> str:
    return squeezed("".join(pages_of(press.render([paper])[0])))


class TestValues:
    def test_fields_go_where_the_procedure_puts_them(self) -> None:
        paper = paper_of(samples.nota_dinas())

        assert [label for label, _ in paper.head] == ["Kepada", "Dari", "Sifat", "Hal"]
        assert [type(section.content) for section in paper.body] == [Prose, Items, Rows]
        assert [section.label for section in paper.body] == [None, "Data yang diminta", None]
        assert paper.body[2].content == Rows((("Batas waktu", ("2 Agustus 2024",)),))
        assert paper.copies == ("Kepala Dinas Komunikasi dan Informatika", "Arsip")

    def test_the_declared_order_counts_and_not_the_spelling(self) -> None:
        procedure = {**samples.PROCEDURE, "documents": {"x": {"title": "X", "fields": {}}}}
        fields = {
            name: {"label": name, "kind": "text", "part": "head", "order": order}
            for name, order in (("a", 3), ("b", 1), ("c", 2))
        }
        procedure["documents"]["x"]["fields"] = fields
        event = samples.event("x", samples.KASI, {"a": "1", "b": "2", "c": "3"})

        paper = paper_from_event(event, procedure, samples.POLICY, samples.CASE, samples.DIGEST)

        assert [label for label, _ in paper.head] == ["b", "c", "a"]

    def test_a_letter_has_an_addressee_and_no_headings(self) -> None:
        paper = paper_of(samples.surat_pendataan())

        assert paper.addressee == ("Kepala Dinas Contoh Kabupaten Pringsewu", "di Pringsewu")
        assert {section.label for section in paper.body} == {None}

    def test_a_report_keeps_its_headings_and_shows_the_recorded_data(self) -> None:
        paper = paper_of(samples.laporan())

        assert [section.label for section in paper.body] == [
            "Pendahuluan",
            "Kegiatan yang dilaksanakan",
            "Hasil yang dicapai",
            "Simpulan dan saran",
            "Data yang dicatat",
        ]
        table = paper.body[2].content
        assert isinstance(table, Table)
        assert table.rows[0] == ("181001", "Pringsewu", "7", "lengkap, nama pekon diseragamkan")

    def test_a_revision_names_the_paper_it_is_about_when_the_case_is_given(self) -> None:
        sheet = samples.lembar_pemeriksaan()

        def first(paper: Paper) -> str:
            assert isinstance(paper.body[0].content, Rows)
            return paper.body[0].content.rows[0][1][0]

        assert first(paper_of(sheet)) == "peristiwa 5"
        named = first(paper_of(sheet, [samples.nota_dinas(), samples.laporan()]))
        assert named == (
            "Laporan Pengelolaan Data Nomor 000.9/12/D.12/2024 tanggal 23 Juli 2024 (peristiwa 5)"
        )

    def test_a_return_says_where_to_and_why(self) -> None:
        body = {s.label: s.content for s in paper_of(samples.lembar_pemeriksaan()).body}

        assert body["Keputusan"] == Rows(
            (("Dikembalikan ke", ("langkah 5: membuat laporan penyelesaian pengelolaan data",)),)
        )
        assert isinstance(body["Temuan"], Items)
        assert len(body["Temuan"].items) == 2

    def test_findings_that_the_document_already_lists_are_not_said_twice(self) -> None:
        sheet = samples.lembar_pemeriksaan()
        sheet["findings"] = sheet["document"]["fields"]["butir"]

        assert "Temuan" not in {section.label for section in paper_of(sheet).body}

    @pytest.mark.parametrize(
        ("capacity", "position"),
        [(None, "Kepala X"), ("an", "a.n. Kepala X"), ("plt", "Plt. Kepala X")],
    )
    def test_the_capacity_stands_before_the_position(
        self, capacity: str | None, position: str
    ) -> None:
        event = samples.nota_dinas()
        event["document"]["signatory"] = {"name": "Contoh", "position": "Kepala X"}
        if capacity:
            event["document"]["signatory"]["capacity"] = capacity

        assert paper_of(event).signatory.position == position

    @pytest.mark.parametrize(
        ("parent", "place"),
        [
            ("Pemerintah Kabupaten Pringsewu", "Pringsewu"),
            ("PEMERINTAH KOTA METRO", "METRO"),
            ("Badan Contoh", None),
        ],
    )
    def test_the_place_comes_from_the_government(self, parent: str, place: str | None) -> None:
        office = {**samples.POLICY["office"], "parent": parent}

        assert paper_of(samples.nota_dinas(), office=office).place == place

    def test_letterhead_lines_that_repeat_the_name_are_printed_once(self) -> None:
        office = dict(samples.POLICY["office"])
        office["letterhead"] = ["PEMERINTAH KABUPATEN PRINGSEWU", "Telepon (0729) 000"]

        lines = paper_of(samples.nota_dinas(), office=office).letterhead.lines

        assert lines == ("Telepon (0729) 000",)

    def test_trial_and_draft_are_marked(self) -> None:
        event = samples.nota_dinas()
        assert paper_of(event).marks == ()
        assert paper_of(event, trial=True).marks == ("UJI COBA",)
        del event["sig"]
        assert paper_of(event, trial=True).marks == ("KONSEP", "UJI COBA")

    def test_a_sealed_body_is_said_to_be_sealed(self) -> None:
        event = samples.nota_dinas()
        del event["document"]["fields"]
        event["files"] = [{"path": "body-1.age", "old": None, "new": "0" * 64}]

        (section,) = paper_of(event).body

        assert isinstance(section.content, Prose)
        assert "terenkripsi" in section.content.paragraphs[0]


class TestRefusals:
    def test_an_act_without_a_document_has_no_paper(self) -> None:
        note = {"seq": 3, "act": "note", "step": 1, "to": 2, "reason": "catatan", "sig": "c2ln"}

        assert not has_paper(note)
        with pytest.raises(PaperError, match="carries no document"):
            paper_of(note)

    def test_an_undeclared_type_is_refused(self) -> None:
        event = samples.nota_dinas()
        event["document"]["type"] = "memo"

        with pytest.raises(PaperError, match="memo"):
            paper_of(event)

    def test_an_undeclared_field_is_not_dropped_in_silence(self) -> None:
        event = samples.nota_dinas()
        event["document"]["fields"]["rahasia"] = "x"

        with pytest.raises(PaperError, match="rahasia"):
            paper_of(event)

    def test_an_impossible_date_is_refused(self) -> None:
        event = samples.nota_dinas()
        event["document"]["date"] = "2024-02-31"

        with pytest.raises(PaperError, match="2024-02-31"):
            paper_of(event)


class TestPress:
    @pytest.mark.parametrize("sample", samples.EVERY_PAPER, ids=lambda sample: sample.__name__)
    def test_every_type_prints_number_date_signatory_and_origin(
        self, press: Press, sample: Any
    ) -> None:
        paper = paper_of(sample())

        text = printed(press, paper)

        for said in (
            paper.title.upper(),
            "Nomor: 000.9/12/D.12/2024",
            "Pringsewu, 23 Juli 2024",
            paper.signatory.name,
            f"NIP {paper.signatory.nip}",
            f"Kasus {samples.CASE}",
            f"sidik {samples.DIGEST[:12]}",
            "halaman 1 dari 1",
        ):
            assert squeezed(said) in text

    def test_every_shipped_document_type_prints(self, press: Press) -> None:
        (file,) = SHIPPED.glob("*.yaml")
        procedure = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert procedure["documents"]
        papers = []
        for kind, declared in procedure["documents"].items():
            fields = {name: _value(field) for name, field in declared["fields"].items()}
            event = samples.event(kind, samples.KASI, fields)
            papers.append(paper_from_event(event, procedure, samples.POLICY, "A" * 10, "0" * 64))

        for paper, pdf in zip(papers, press.render(papers), strict=True):
            text = squeezed("".join(pages_of(pdf)))
            assert squeezed(paper.title.upper()) in text
            assert "isianhal" in text or not any(label == "Hal" for label, _ in paper.head)

    def test_a_mark_is_printed_on_every_page(self, press: Press) -> None:
        (pdf,) = press.render([paper_of(samples.laporan(60), trial=True)])

        pages = pages_of(pdf)

        assert len(pages) > 1
        assert all("UJI COBA" in page for page in pages)

    def test_a_long_table_repeats_its_header_and_loses_no_row(self, press: Press) -> None:
        (pdf,) = press.render([paper_of(samples.laporan(200))])

        pages = pages_of(pdf)
        with_rows = [page for page in pages if re.search(r"18100[0-9] ", page)]

        assert len(with_rows) > 3
        assert all("Kode wilayah" in page for page in with_rows)
        rows = re.findall(r"^(\d+) 18100\d", "\n".join(pages), re.MULTILINE)
        assert [int(row) for row in rows] == list(range(1, 201))

    @pytest.mark.parametrize("rows", [3, 20, 27, 29, 30, 31, 60])
    def test_no_signature_stands_alone_on_a_page(self, press: Press, rows: int) -> None:
        event = samples.laporan(rows)
        del event["document"]["fields"]["simpulan"], event["datasets"]
        (pdf,) = press.render([paper_of(event)])

        last = pages_of(pdf)[-1]

        assert "Contoh Tiga" in last
        assert len(re.findall(r"^\d+ 18100\d", last, re.MULTILINE)) >= 2
        assert "Kode wilayah" in last

    def test_long_names_and_numbers_wrap(self, press: Press) -> None:
        event = samples.nota_dinas()
        name = "Prof. Dr. Contoh " + "Sangat Panjang " * 8 + "S.Kom., M.Kom."
        event["document"]["signatory"] |= {"name": name, "position": "Kepala " * 30 + "Seksi"}
        event["document"]["number"] = "000.9/" + "PANJANG/" * 11 + "2024"
        (pdf,) = press.render([paper_of(event)])

        text = "\n".join(pages_of(pdf))

        assert squeezed(name) in squeezed(text)
        assert squeezed(event["document"]["number"]) in squeezed(text)
        assert all(len(line) < 130 for line in text.splitlines())


class TestForeignText:
    def test_typst_code_is_only_letters(self, press: Press) -> None:
        event = samples.nota_dinas()
        fields = event["document"]["fields"]
        for name in ("kepada", "dari", "hal", "isi"):
            fields[name] = HOSTILE
        fields["data"] = fields["tembusan"] = [HOSTILE]
        event["document"]["signatory"] = {"name": HOSTILE, "position": HOSTILE}
        event["document"]["number"] = HOSTILE

        text = printed(press, paper_of(event))

        assert text.count(squeezed(HOSTILE)) >= 8
        assert "root:" not in text

    def test_the_template_evaluates_reads_and_imports_nothing(self) -> None:
        (template,) = TEMPLATES.iterdir()
        source = template.read_text(encoding="utf-8")
        code = re.sub(r"//.*", "", source)

        assert not re.search(r"\b(eval|read|import|include|plugin|image|csv|yaml|toml|xml)\b", code)
        assert re.findall(r"\bjson\(.*", code) == ["json(bytes(sys.inputs.paper))"]

    @pytest.mark.parametrize("letters", ["M", "i", "a/", "x_", "ab-"])
    def test_ten_thousand_characters_without_a_blank_stay_on_the_page(
        self, press: Press, letters: str
    ) -> None:
        event = samples.nota_dinas()
        endless = letters * (10_000 // len(letters))
        event["document"]["fields"]["isi"] = endless
        (pdf,) = press.render([paper_of(event)])

        pages = pages_of(pdf)

        assert len(pages) > 1
        assert max(len(line) for page in pages for line in page.splitlines()) < 250
        # What every page carries above and below stands between the pieces.
        inked = sum(page.count(letters[0]) for page in pages)
        assert inked >= endless.count(letters[0])

    def test_a_narrow_cell_breaks_a_long_word(self, press: Press) -> None:
        event = samples.laporan(3)
        event["document"]["fields"]["hasil"][0]["keterangan"] = samples.DIGEST
        event["document"]["fields"]["hasil"][0]["kode"] = "K" * 60
        (pdf,) = press.render([paper_of(event)])

        text = "\n".join(pages_of(pdf))

        assert samples.DIGEST not in text
        assert squeezed(samples.DIGEST[:8]) in squeezed(text)
        assert text.count("K") >= 60

    def test_no_invisible_character_is_added(self, press: Press) -> None:
        event = samples.nota_dinas()
        event["document"]["fields"]["isi"] = "a" * 500

        assert not re.search("[\u00ad\u200b\u2060\ufeff\ufffc]", printed(press, paper_of(event)))

    def test_a_character_without_a_glyph_is_spelled_out(self, press: Press) -> None:
        event = samples.nota_dinas()
        event["document"]["fields"]["hal"] = "Data \u4e2d\u6587 dan \U0001f600"

        text = printed(press, paper_of(event))

        assert "Data[U+4E2D][U+6587]dan[U+1F600]" in text

    def test_a_plain_paper_is_the_same_before_and_after_a_strange_one(self, press: Press) -> None:
        strange = samples.nota_dinas()
        strange["document"]["fields"]["hal"] = "\u4e2d"
        plain, odd = paper_of(samples.nota_dinas()), paper_of(strange)

        first, _, again = press.render([plain, odd, plain])

        assert first == again

    @settings(max_examples=30, deadline=None)
    @given(
        text=st.text(
            st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=60
        ).filter(str.strip)
    )
    def test_any_text_can_be_printed(self, press: Press, text: str) -> None:
        event = samples.laporan(1)
        event["document"]["fields"] |= {"pendahuluan": text, "hasil": [{"kode": text}]}
        event["document"]["signatory"] = {"name": text, "position": text}
        event["document"]["number"] = text

        (pdf,) = press.render([paper_of(event)])

        assert pdf.startswith(b"%PDF")


class TestKeeping:
    def test_the_same_paper_is_the_same_file(self, press: Press) -> None:
        papers = [paper_of(sample()) for sample in samples.EVERY_PAPER]

        assert press.render(papers) == Press().render(papers) == press.render(papers)

    def test_another_process_elsewhere_prints_the_same_file(
        self, press: Press, tmp_path: Path
    ) -> None:
        script = (
            "import sys; from tests.documents.test_paper import *; "
            "sys.stdout.buffer.write(Press().render([paper_of(samples.laporan())])[0])"
        )
        elsewhere = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(PROJECT), "TZ": "Asia/Jayapura"},
            capture_output=True,
            check=True,
        )

        assert elsewhere.stdout == press.render([paper_of(samples.laporan())])[0]

    def test_the_file_is_dated_with_the_paper_and_named_after_it(self, press: Press) -> None:
        (pdf,) = press.render([paper_of(samples.nota_dinas())])

        metadata = pypdf.PdfReader(BytesIO(pdf)).metadata

        assert metadata is not None
        assert metadata.title == "Nota Dinas 000.9/12/D.12/2024"
        assert metadata.creation_date is not None
        assert metadata.creation_date.date() == date(2024, 7, 23)

    def test_it_is_an_archival_tagged_pdf_with_its_own_fonts(self, press: Press) -> None:
        (pdf,) = press.render([paper_of(samples.nota_dinas())])
        reader = pypdf.PdfReader(BytesIO(pdf))

        assert re.search(rb"<pdfaid:part>2</pdfaid:part>", pdf)
        assert re.search(rb"<pdfaid:conformance>B</pdfaid:conformance>", pdf)
        assert "/StructTreeRoot" in reader.root_object
        resources: list[Any] = [page["/Resources"] for page in reader.pages]
        fonts = [font["/BaseFont"] for entry in resources for font in entry["/Font"].values()]
        assert fonts
        assert all("Libertinus" in font for font in fonts)


def _value(field: dict[str, Any]) -> Any:
    match field["kind"]:
        case "date":
            return "2024-08-02"
        case "integer" | "revision":
            return 1
        case "list":
            return ["satu", "dua"]
        case "table":
            return [dict.fromkeys(field["columns"], f"isi {number}") for number in range(5)]
    return f"isian {field['label'].lower()}"
