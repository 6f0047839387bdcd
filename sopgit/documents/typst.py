"""Papers to PDF: the only module that knows typst.

What it promises:

- The text of a case is data. It travels as JSON in `sys.inputs` and the
  template shows it as text, so `#read("/etc/passwd")` on a paper is just these
  letters. The compiler's root holds the template and nothing else.
- The same paper gives the same bytes, on every machine: only the fonts inside
  typst are used, and the PDF is dated with the paper's date.
- No character is lost in silence: one that no font has is spelled `[U+4E2D]`.
- PDF/A-2b, tagged: made for keeping, and readable aloud.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from sopgit.core.errors import SopgitError
from sopgit.core.text import T
from sopgit.documents.layout import page_data
from sopgit.documents.paper import Paper

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: typst.PDFStandard = "a-2b"
PROBE = b'#set text(font: "Libertinus Serif")\n#sys.inputs.text'


class PressError(SopgitError):
    """typst could not print a paper."""


class Press:
    """One compiler with its fonts, kept for as many papers as there are."""

    def __init__(self) -> None:
        self._template = (TEMPLATES / "paper.typ").read_bytes()
        self._compiler = typst.Compiler(
            root=TEMPLATES,
            font_paths=typst.Fonts(include_system_fonts=False),
            ignore_system_fonts=True,
            package_path=TEMPLATES,
            package_cache_path=TEMPLATES,
        )
        self._printable: dict[str, bool] = {}

    def render(self, papers: Iterable[Paper]) -> list[bytes]:
        """One PDF for each paper, in their order. Raises PressError."""
        return [self._print(paper) for paper in papers]

    def _print(self, paper: Paper) -> bytes:
        dated = int(datetime.combine(paper.date, time(), UTC).timestamp())
        try:
            return self._compile(self._template, {"paper": _json(page_data(paper))}, dated)
        except typst.TypstError as error:
            spelled = self._spelling(_json(page_data(paper)))
            if not spelled:
                raise _press_error(paper, error) from error
        try:
            return self._compile(self._template, {"paper": _json(page_data(paper, spelled))}, dated)
        except typst.TypstError as error:
            raise _press_error(paper, error) from error

    def _spelling(self, text: str) -> dict[int, str]:
        """For each character of `text` that no font has: how it is spelled instead."""
        self._probe(sorted(set(text) - self._printable.keys()))
        return {ord(c): f"[U+{ord(c):04X}]" for c in set(text) if not self._printable[c]}

    def _probe(self, characters: list[str]) -> None:
        """Learn which characters can be printed, halving until the bad ones stand alone."""
        if not characters:
            return
        try:
            self._compile(PROBE, {"text": " ".join(characters)}, 0)
        except typst.TypstError:
            if len(characters) == 1:
                self._printable[characters[0]] = False
                return
            middle = len(characters) // 2
            self._probe(characters[:middle])
            self._probe(characters[middle:])
        else:
            self._printable.update(dict.fromkeys(characters, True))

    def _compile(self, source: bytes, inputs: dict[str, str], dated: int) -> bytes:
        pdf = self._compiler.compile(
            input=source,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=STANDARD,
            timestamp=dated,
        )
        if not isinstance(pdf, bytes):
            raise PressError(T("typst returned no PDF"))
        return pdf


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)


def _press_error(paper: Paper, error: typst.TypstError) -> PressError:
    return PressError(
        T(
            "the paper {number} could not be printed: {reason}",
            number=paper.number,
            reason=error.message,
        )
    )
