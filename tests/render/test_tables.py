"""Tables on a window: nothing is lost, and what people copy stays in one piece."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from sopgit.render.tables import table_lines

HEADS = ["dataset", "versi", "aksi", "waktu", "oleh", "kasus", "byte", "salinan"]
ROW = [
    "dinsos/penerima-bantuan", "1", "mutakhirkan", "2026-11-23 05:27", "budi", "fsc65gszl7",
    "854", "one, two",
]  # fmt: skip


def _letters(lines: list[str]) -> list[str]:
    return sorted("".join(lines).replace("─", "").replace(" ", ""))


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 200])
def test_no_window_is_too_narrow_for_every_letter(width: int) -> None:
    lines = table_lines(HEADS, [ROW], width)
    assert max(map(cell_len, lines)) <= width
    assert _letters(lines) == _letters(table_lines(HEADS, [ROW]))


def test_dates_and_ids_are_not_broken_on_eighty_columns() -> None:
    shown = " ".join(table_lines(HEADS, [ROW], 80)).split()
    assert {"2026-11-23", "fsc65gszl7", "mutakhirkan"} <= set(shown)


def test_what_fits_is_shown_as_in_a_pipe() -> None:
    assert table_lines(HEADS, [ROW], 200) == table_lines(HEADS, [ROW])
