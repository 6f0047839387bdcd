"""Another office's procedure, with other roles, steps and papers, runs through the same code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sopgit.app.draft import Draft
from sopgit.core.procedure import DocumentType, Field
from tests.simulator import Simulator, codes, sign_event

VECTORS = Path(__file__).parent.parent / "vectors" / "procedures"
NAME = "permohonan-informasi"
HOLDERS = {
    "petugas_layanan": ["rina"],
    "verifikator": ["tono"],
    "penyusun": ["maya"],
    "pejabat_ppid": ["joko"],
}
CASE = {
    "title": "Permohonan anggaran",
    "producers": ["umum"],
    "purpose": "store",
    "restricted": False,
}


@pytest.fixture
def simulator() -> Simulator:
    procedure = (VECTORS / f"{NAME}.yaml").read_bytes()
    return Simulator({NAME: procedure}, HOLDERS, [people[0] for people in HOLDERS.values()])


def filled(kind: DocumentType) -> dict[str, Any]:
    """A value of its kind for every field but those that name another paper."""
    return {name: sample(field) for name, field in kind.fields.items() if field.kind != "revision"}


def sample(field: Field) -> Any:
    rows = [dict.fromkeys(field.columns or {}, "isi")]
    return {"date": "2026-03-02", "integer": 7, "list": ["satu", "dua"], "table": rows}.get(
        field.kind, "isi"
    )


def do(simulator: Simulator, path: str | None, **changes: Any) -> str:
    """The next step by whoever holds its first role, every field filled."""
    state = simulator.state(path) if path else None
    number = state.step if state else simulator.procedure.first
    assert number is not None
    step = simulator.procedure.step(number)
    kind = simulator.procedure.documents[step.documents[0]]
    document = {"type": kind.name, "fields": filled(kind)}
    received = {
        "at": "2026-03-02T08:00:00+07:00",
        "medium": "post",
        "sender": "Warga",
        "letter": "1",
    }
    draft = Draft("complete" if path else "open", document=document, case=None if path else CASE)
    said = {"received": received} if path and step.clock == "on_receipt" else {}
    return simulator.act(HOLDERS[step.roles[0]][0], path, draft, **said, **changes)


def test_five_steps_by_four_roles_close_the_case(simulator: Simulator) -> None:
    path = do(simulator, None)
    while simulator.state(path).step is not None:
        do(simulator, path)
    state = simulator.state(path)
    assert (state.status, state.seq) == ("closed", 5)
    assert len({person for _, person in state.workers}) == 4


def test_a_return_goes_where_this_procedure_says(simulator: Simulator) -> None:
    path = do(simulator, None)
    verifier = HOLDERS["verifikator"][0]
    simulator.act(verifier, path, Draft("return", reason="kurang", findings=("tanpa alamat",)))
    assert simulator.state(path).step == 1
    assert simulator.state(path).returned


def test_roles_of_the_shipped_procedure_mean_nothing_here(simulator: Simulator) -> None:
    path = do(simulator, None)
    step = simulator.procedure.step(2)
    kind = simulator.procedure.documents[step.documents[0]]
    draft = Draft("complete", document={"type": kind.name, "fields": filled(kind)})
    event = simulator.event(HOLDERS["verifikator"][0], path, draft)
    assert codes(simulator.try_files(simulator.files(event, path))) == set()
    wrong = sign_event({**event, "role": "kasi"})
    assert {"role-of-step", "role-held"} <= codes(simulator.try_files(simulator.files(wrong, path)))
