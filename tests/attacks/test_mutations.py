"""At least 2,000 single changes to a signed office: none lands that says something else."""

from __future__ import annotations

from collections import Counter

import pytest

from sopgit.core.finding import Allowed
from tests.attacks.changes import BYTES
from tests.attacks.mutations import Mutant, mutants, oddities
from tests.attacks.signed_office import history
from tests.simulator import explain

SEEDS = range(4)
EACH = 600


def escaped(mutant: Mutant) -> bool:
    """Whether it may land and would say what nobody signed."""
    step = mutant.step
    if not isinstance(step.judge(mutant.files), Allowed):
        return False
    said = step.governed(mutant.files)
    return said not in (step.governed(step.files), step.governed({}))


def test_every_landing_passes_before_it_is_changed() -> None:
    for step in history():
        outcome = step.judge(step.files)
        assert isinstance(outcome, Allowed), explain(outcome)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_mutant_lands_that_says_something_else(seed: int) -> None:
    found = [mutant for mutant in mutants(seed, EACH) if escaped(mutant)]
    assert found == [], shown(found[0])


def test_there_are_enough_mutants_of_every_kind() -> None:
    assert len(SEEDS) * EACH >= 2000
    drawn = Counter(mutant.kind for mutant in mutants(0, EACH))
    assert {"words", "place", "move", *(how.__name__ for how in BYTES)} == set(drawn)
    assert min(drawn.values()) >= 5


def test_the_same_seed_draws_the_same_mutants() -> None:
    one, other = ([mutant.files for mutant in mutants(7, 20)] for _ in range(2))
    assert one == other


@pytest.mark.parametrize("seed", range(20, 22))
def test_a_well_signed_oddity_never_breaks_the_engine(seed: int) -> None:
    """Whoever may sign can sign anything: it lands or is refused, and stops nobody's sopgit."""
    outcomes = Counter(type(outcome).__name__ for outcome in oddities(seed, 500))
    assert outcomes["Refused"] > outcomes["Allowed"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_no_mutant_of_many_more_lands(seed: int) -> None:
    found = [mutant for mutant in mutants(seed, 2000) if escaped(mutant)]
    assert found == [], shown(found[0])


def shown(mutant: Mutant) -> str:
    """What the mutant changes against what would have landed."""
    base = {**dict.fromkeys(mutant.files), **mutant.step.files}
    changed = {p: (base[p], data) for p, data in mutant.files.items() if base[p] != data}
    return f"{mutant.kind}: {changed}"
