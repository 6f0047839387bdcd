"""One file held against the scan, with nothing taken in: what an agency can do before it sends."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sopgit.adapters.files import file_errors
from sopgit.adapters.resources import read_schemas
from sopgit.adapters.streams import BLOCK
from sopgit.app.scan import Known, content_scan
from sopgit.app.typed import BadFile, read_strict
from sopgit.core.dataset import Dataset, is_restricted
from sopgit.core.encodings import readable_text
from sopgit.core.errors import UsageError
from sopgit.core.finding import Place, Refused, Verdict, verdict
from sopgit.core.losses import TableFacts
from sopgit.core.region_codes import CODINGS
from sopgit.core.schema import Schemas
from sopgit.core.text import T

# With no policy at hand: what the policy that `init` writes encrypts.
_RULE = {
    "public": ["dikecualikan"],
    "archive": ["terbatas", "rahasia", "sangat_rahasia"],
    "personal": ["spesifik"],
}


def scan_file(
    path: Path, description: Mapping[str, Any] | None, known: Known
) -> tuple[TableFacts, Verdict]:
    """Read the file once; `description` is its dataset.yaml, without which it counts as open."""
    dataset = Dataset.parse(description) if description else None
    is_open = dataset is None or not is_restricted(dataset.classification, _RULE)
    name = path.name.encode("utf-8", "replace").decode()
    scan = content_scan(name, dataset.columns if dataset else (), known, is_open=is_open)
    with file_errors(path), path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            scan.feed(block)
    judged = verdict("scan", scan.findings())
    return TableFacts(scan.rows, scan.columns), judged


def read_description(path: Path) -> dict[str, Any]:
    """A dataset.yaml of the caller's; raises `BadFile` with every finding."""
    value = read_strict(path)
    findings = Schemas(read_schemas()).check("dataset", value, lambda _way: Place(str(path)))
    if findings:
        raise BadFile(path, Refused(tuple(findings)))
    return value


def read_codes(given: Iterable[str]) -> Known:
    """Lists of regions' codes by coding, from `CODING=FILE`: the first cell of each line."""
    known: dict[str, frozenset[str]] = {}
    for text in given:
        coding, _equals, name = text.partition("=")
        path = Path(name)
        if coding not in CODINGS or not path.is_file():
            hint = T("write it like {example}", example="kemendagri=codes.csv")
            raise UsageError(T("{text} names no list of codes", text=text), hint)
        with file_errors(path):
            lines = (readable_text(path.read_bytes()) or "").splitlines()
        cells = (row[0].strip().replace(".", "") for row in csv.reader(lines) if row)
        known[coding] = frozenset(cell for cell in cells if cell.isdecimal())
    return known
