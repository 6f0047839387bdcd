"""What can be done with data that may not be open is what policy and procedure really allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sopgit.adapters.resources import read_procedure
from sopgit.core.case import CaseState
from sopgit.core.finding import NOWHERE
from sopgit.core.procedure import Procedure
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.telling import check_tellable, ways_out

PROCEDURE = Procedure.parse(mapping_of(read_procedure("pengelolaan-pengamanan-data")))
STATE = CaseState(
    id="abcdefgh23", folder="", procedure="", title="", producers=("tapem",), purpose="store",
    restricted=False, begun="", status="open", step=3, seq=1, head="", at="", entered="",
)  # fmt: skip
ENTRY = {"dataset": "tapem/kecamatan", "action": "store"}


@pytest.mark.parametrize("step", range(1, 10))
def test_data_comes_in_where_the_procedure_handles_data(step: int) -> None:
    found = check_tellable(replace(STATE, step=step), [ENTRY], PROCEDURE, NOWHERE)
    handles = PROCEDURE.step(step, "store").handles_data
    assert [finding.code for finding in found] == ([] if handles else ["data-misplaced"])


def test_nothing_comes_into_a_case_that_has_ended_or_from_a_stranger() -> None:
    ended = replace(STATE, step=None, status="closed")
    assert [f.code for f in check_tellable(ended, [ENTRY], PROCEDURE, NOWHERE)] == ["case-ended"]
    other = {**ENTRY, "dataset": "bps/kecamatan"}
    found = check_tellable(STATE, [ENTRY, other], PROCEDURE, NOWHERE)
    assert [f.code for f in found] == ["producer-unknown"]


RULES = {
    "--personal spesifik": {"personal": ["spesifik"], "archive": ["terbatas"]},
    "--archive terbatas": {"archive": ["terbatas", "rahasia"]},
    "--public dikecualikan": {"public": ["dikecualikan"]},
}


@pytest.mark.parametrize("option", RULES)
def test_the_ways_out_are_there(option: str) -> None:
    said = str(ways_out(STATE, PROCEDURE, RULES[option]))
    assert option in said
    assert said.endswith("sopgit return abcdefgh23 --to 2")
    assert "return" not in str(ways_out(replace(STATE, step=5), PROCEDURE, RULES[option]))
