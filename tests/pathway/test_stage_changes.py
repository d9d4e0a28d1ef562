"""The table of stage changes, from which docs/stages.md is made, says what the code does."""

import os
from collections import Counter

import pytest

from flow.pathway import STAGES
from flow.pathway.stage_changes import CHANGES, Change
from tests.pathway.stage_walks import TIME, Observed, observed

pytestmark = pytest.mark.timeout(600)  # the first one walks, for a minute or two where others work
SEEDS = 3
DECLARED = {
    Observed(before, event, after)
    for change in CHANGES
    for before, after in change.pairs()
    for event in change.events or (TIME,)
}


@pytest.fixture(scope="module")
def walks(request: pytest.FixtureRequest) -> Counter[Observed]:
    """The same walks each time; with HYPOTHESIS_PROFILE=thorough others with each run, by the seed
    of its order (`--randomly-seed`)."""
    thorough = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
    first = request.config.getoption("randomly_seed") if thorough else 0
    return sum((observed(first + number) for number in range(SEEDS)), Counter())


def test_no_change_is_seen_that_the_table_does_not_tell(walks: Counter[Observed]) -> None:
    assert set(walks) - DECLARED == set()


def _seen(change: Change, walks: Counter[Observed]) -> set[Observed]:
    events = change.events or (TIME,)
    pairs = set(change.pairs())
    return {seen for seen in walks if seen.event in events and seen[::2] in pairs}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.why)
def test_every_change_that_the_table_tells_is_seen(
    change: Change, walks: Counter[Observed]
) -> None:
    """Of what usually happens every arrow; of what is odd every event, and all it leads to."""
    seen = _seen(change, walks)
    assert {each.event for each in seen} == set(change.events or (TIME,))
    if change.odd:
        assert {each.after for each in seen} == {after for _, after in change.pairs()}
    else:
        assert {each[::2] for each in seen} == set(change.pairs())


def test_every_stage_is_reached_and_only_death_is_final() -> None:
    left = {before for before, _event, _after in DECLARED}
    assert left == set(STAGES) - {"died"}
    assert {after for _before, _event, after in DECLARED} == set(STAGES)
