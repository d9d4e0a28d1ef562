"""The laws for every type of event of a person, each amid one of every other type. A new type is
asked here as soon as there is one; erasure is asked in `tests/engine/test_erasure.py`."""

import pytest

from flow.pathway import History
from tests.pathway.strategies import kinds_told
from tests.pathway.test_corrections_of_every_type import OF_A_PERSON, example, means, others
from tests.pathway.told import facts, value_of

ERASURE = "flow.person-erased.v1"
"""The worker lets go of the person before the core would hear of it."""


@pytest.mark.parametrize("kind", OF_A_PERSON)
def test_first_last_or_in_reverse_it_means_the_same(kind: str) -> None:
    meant = means([*others(kind), example(kind)])
    assert means([example(kind), *others(kind)]) == meant
    assert means([example(kind), *reversed(others(kind))]) == meant


@pytest.mark.parametrize("kind", OF_A_PERSON)
def test_told_again_it_changes_nothing(kind: str) -> None:
    told = [*others(kind), example(kind)]
    assert means([*told, example(kind), *told]) == means(told)


@pytest.mark.parametrize("kind", OF_A_PERSON)
def test_told_late_it_is_as_if_it_had_come_in_time(kind: str) -> None:
    """Into a journey that was folded without it."""
    event = example(kind)
    grown, at_once = History(), History()
    at_once.add(event, value_of(event))
    for other in others(kind):
        grown.add(other, value_of(other))
        at_once.add(other, value_of(other))
    grown.journey()
    grown.add(event, value_of(event))
    late, in_time = facts(grown.journey()), facts(at_once.journey())
    assert isinstance(late, dict)
    assert isinstance(in_time, dict)
    for each in (late, in_time):
        each.pop("owned_version", None)
    assert late == in_time


def test_the_generated_stories_tell_of_every_type() -> None:
    assert {f"flow.{kind}.v1" for kind in kinds_told()} == {*OF_A_PERSON} - {ERASURE}
