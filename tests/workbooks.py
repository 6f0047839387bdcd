"""Workbooks as spreadsheets write them, made by hand so that each can be wrong in one thing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>"
)
Cell = str | int | float


def cell_xml(reference: str, value: Cell, strings: list[str]) -> str:
    """One cell; text that begins with `<` is taken as the cell's own XML."""
    if isinstance(value, str) and value.startswith("<c"):
        return value
    if isinstance(value, str):
        strings.append(value)
        return f'<c r="{reference}" t="s"><v>{len(strings) - 1}</v></c>'
    return f'<c r="{reference}"><v>{value!r}</v></c>'


def sheet_xml(rows: Sequence[Sequence[Cell]], strings: list[str]) -> str:
    told = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            cell_xml(f"{chr(65 + place)}{number}", value, strings)
            for place, value in enumerate(row)
        )
        told.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(told)}</sheetData></worksheet>'


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    hidden: Sequence[str] = (),
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    """An XLSX file; `parts` are added to the archive, or take the place of its own."""
    strings: list[str] = []
    names, links, files = [], [], {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        names.append(f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="r{number}"/>')
        links.append(f'<Relationship Id="r{number}" Target="worksheets/sheet{number}.xml"/>')
        files[f"xl/worksheets/sheet{number}.xml"] = sheet_xml(rows, strings).encode()
    files["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{"".join(names)}</sheets></workbook>'
    ).encode()
    files["xl/_rels/workbook.xml.rels"] = (
        f"<Relationships>{''.join(links)}</Relationships>".encode()
    )
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    files["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'.encode()
    files["xl/styles.xml"] = STYLES.encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (files | dict(parts or {})).items():
            archive.writestr(name, data)
    return file.getvalue()
