"""Two intakes at once: both are taken in, or one is told that the other is at it."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from sopgit.app.datasets import add
from sopgit.app.pending import read_pending
from sopgit.app.receiving import Intake
from sopgit.app.storage import open_storage
from tests.desk import CASE, table
from tests.faults.children import Started
from tests.faults.stand import Stand

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

ROUNDS = 4


def taking_in(stand: Stand, intake: Intake) -> Callable[[], object]:
    def work() -> None:
        with open_storage(stand.storage.root, stand.storage.state) as storage:
            add(storage, intake)

    return work


@pytest.mark.parametrize("datasets", [("lain", "lagi"), ("lain", "lain")], ids=["two", "one"])
def test_f10_intakes_of_datasets(stand: Stand, datasets: tuple[str, str]) -> None:
    busy = 0
    for turn in range(ROUNDS):
        works = []
        for number, dataset in enumerate(datasets):
            name = f"{dataset}-{turn}"
            data = table(2000 + number, name)
            intake = stand.second(data, dataset=name, name=f"data-{number}.csv")
            works.append(taking_in(stand, intake))
        told = [started() for started in [Started(work) for work in works]]
        taken = {f"diskominfo/{d}-{turn}" for d, t in zip(datasets, told, strict=True) if t is None}
        assert taken
        for answer in filter(None, told):
            assert answer[0] == "BusyError", answer
            busy += 1
        waiting = {
            str(entry["dataset"]) for entry in read_pending(stand.storage.state, CASE).datasets
        }
        assert taken <= waiting
    stand.verify()
    stand.told(f"{2 * ROUNDS - busy} taken in, {busy} told to wait")
