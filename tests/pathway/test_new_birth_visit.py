"""From which day the health visitor's ten to fourteen days count: the birth, where it is known."""

from collections.abc import Callable

import pytest

from tests.pathway.told import Told, at

RAE = {"provider": "RAE", "spell_id": "B1"}


def _asked(told: Told, when: str) -> None:
    told.tell("referral-made", when, referral_id="R1", kind="health_visiting", service="visitors")


def _born(told: Told) -> None:
    told.admitted("2026-01-05 08:00", id="born", admission_method="82")


def _back_in_hospital_before_it_was_asked(told: Told) -> None:
    _born(told)
    told.discharged("2026-01-06 12:00")
    told.admitted("2026-01-11 08:00", spell_id="S2", admission_method="21")
    _asked(told, "2026-01-12 09:00")


def _back_in_hospital_after_it_was_asked(told: Told) -> None:
    _born(told)
    _asked(told, "2026-01-05 12:00")
    told.discharged("2026-01-06 12:00")
    told.admitted("2026-01-11 08:00", spell_id="S2", admission_method="21")
    told.discharged("2026-01-12 12:00", spell_id="S2")


def _moved_to_a_neonatal_ward(told: Told) -> None:
    _born(told)
    told.discharged("2026-01-06 12:00", destination_code="52")
    told.admitted("2026-01-06 14:00", **RAE, admission_method="81")
    _asked(told, "2026-01-10 12:00")


def _moved_to_a_ward_that_tells_a_birth_too(told: Told) -> None:
    _born(told)
    told.admitted("2026-01-06 14:00", **RAE, admission_method="83")
    _asked(told, "2026-01-10 12:00")


def _asked_once_at_home(told: Told) -> None:
    _born(told)
    told.discharged("2026-01-06 12:00")
    _asked(told, "2026-01-09 09:00")


def _born_on_the_way(told: Told) -> None:
    told.admitted("2026-01-05 08:00", id="born", admission_method="83")
    _asked(told, "2026-01-07 09:00")


def _born_at_home(told: Told) -> None:
    _asked(told, "2026-01-09 09:00")


def _born_at_home_as_intended_and_admitted_then(told: Told) -> None:
    told.admitted("2026-01-05 08:00", id="born", admission_method="2C")
    told.discharged("2026-01-06 12:00")
    _asked(told, "2026-01-10 10:00")


def _born_at_home_and_in_hospital_since(told: Told) -> None:
    _asked(told, "2026-01-09 09:00")
    told.admitted("2026-01-11 08:00", admission_method="21")
    told.discharged("2026-01-12 12:00")


def _asked_for_the_mother(told: Told) -> None:
    told.admitted("2026-01-02 08:00", admission_method="31", treatment_function="501")
    _asked(told, "2026-01-05 10:00")
    told.discharged("2026-01-07 12:00")


def _asked_from_a_stay_nobody_began(told: Told) -> None:
    told.reviewed("2026-01-04 09:00", meets=True)
    _asked(told, "2026-01-05 10:00")


def _the_birth_was_told_by_mistake(told: Told) -> None:
    born = told.admitted("2026-01-05 08:00", admission_method="82")
    _asked(told, "2026-01-07 09:00")
    told.in_spell("admission-cancelled", "2026-01-08 09:00", corrects=born.identity)


@pytest.mark.parametrize(
    ("story", "since", "due", "by_the_birth"),
    [
        (_back_in_hospital_before_it_was_asked, "2026-01-05 08:00", "2026-01-20 00:00", True),
        (_back_in_hospital_after_it_was_asked, "2026-01-05 08:00", "2026-01-20 00:00", True),
        (_moved_to_a_neonatal_ward, "2026-01-05 08:00", "2026-01-20 00:00", True),
        (_moved_to_a_ward_that_tells_a_birth_too, "2026-01-05 08:00", "2026-01-20 00:00", True),
        (_asked_once_at_home, "2026-01-05 08:00", "2026-01-20 00:00", True),
        (_born_on_the_way, "2026-01-05 08:00", "2026-01-20 00:00", True),
        (_born_at_home_as_intended_and_admitted_then,
         "2026-01-05 08:00", "2026-01-20 00:00", True),
        (_born_at_home, "2026-01-09 09:00", "2026-01-24 00:00", False),
        (_born_at_home_and_in_hospital_since, "2026-01-09 09:00", "2026-01-24 00:00", False),
        (_asked_for_the_mother, "2026-01-05 10:00", "2026-01-20 00:00", False),
        (_asked_from_a_stay_nobody_began, "2026-01-05 10:00", "2026-01-20 00:00", False),
        (_the_birth_was_told_by_mistake, "2026-01-07 09:00", "2026-01-22 00:00", False),
    ],
)  # fmt: skip
def test_a_new_birth_visit_counts_from_the_birth_or_else_from_being_asked(
    story: Callable[[Told], None], since: str, due: str, by_the_birth: bool
) -> None:
    told = Told()
    story(told)
    wait = told.waits("new_birth_visit", "2026-01-14 12:00")[-1]
    assert wait.stops_at is None
    assert (wait.starts_at, wait.due_at) == (at(since), at(due))
    assert ("/rr8/pas#born" in wait.started_by) is by_the_birth
