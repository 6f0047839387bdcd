"""Results for programs: JSON with a versioned name, and CSV that no sheet mistakes for formulas."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence

# What stands in a table where there is nothing; in CSV that is an empty cell.
NOTHING = "-"
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show_json(value: object) -> None:
    """One JSON document on stdout, in ASCII, so that no text in it can steer a terminal."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180, every text that a spreadsheet would calculate marked as text."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(headers)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return target.getvalue()


def _cell(value: object) -> object:
    if value is None or value == NOTHING:
        return ""
    is_formula = isinstance(value, str) and value.startswith(_FORMULA)
    return f"'{value}" if is_formula else value
