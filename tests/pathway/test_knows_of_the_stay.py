"""Who gives care at home, and tells since what shows that they know of a stay in hospital (that
care is on hold for it, or when it goes on after it), has answered that they are to stand down."""

from collections.abc import Callable

import pytest

from tests.pathway.test_care_through_a_stay import at_home, back_in_hospital, home_again
from tests.pathway.test_notices import answered, open_notices
from tests.pathway.told import Told

Say = Callable[[Told], None]
STANDS_DOWN = ("stand_down", "acme", "readmitted")
NOW = "2026-01-21 14:00"


def asked(
    package: str = "P", kind: str = "restart", service: str = "acme", when: str = "2026-01-21 11:00"
) -> Say:
    def say(told: Told) -> None:
        told.tell("care-package-requested", when, package_id=package, kind=kind, service=service)

    return say


def confirmed(
    package: str = "P", service: str | None = "acme", when: str = "2026-01-21 12:00"
) -> Say:
    def say(told: Told) -> None:
        named = {"service": service} if service else {}
        told.tell("care-package-confirmed", when, package_id=package,
                  first_visit_due_at="2026-01-23T10:00:00Z", **named)  # fmt: skip

    return say


def paused(reason: str | None, when: str = "2026-01-21 12:00") -> Say:
    def say(told: Told) -> None:
        told.tell("care-package-paused", when, package_id="P", reason=reason)

    return say


def in_hospital(*said: Say, care: Callable[[], Told] = at_home) -> Told:
    """Back since ten on 20 January, and ready to leave a day later."""
    told = care()
    back_in_hospital(told)
    told.reviewed("2026-01-21 09:00", spell_id="S2", meets=False)
    for say in said:
        say(told)
    return told


KNOWS = [
    ((paused("readmitted"),), True),
    ((paused("provider_capacity"),), False),
    ((paused("respite"),), False),
    ((paused(None),), False),
    ((asked(),), False),
    ((asked(), confirmed()), True),
    ((asked(), confirmed(service=None)), True),
    ((confirmed(),), True),
    ((asked(kind="increased"), confirmed()), False),
    ((asked(), asked(kind="increased"), confirmed()), True),
    ((asked("P2"), confirmed("P2")), True),
    ((asked("P2"),), False),
    ((asked("P2", "new"), confirmed("P2")), True),
    ((asked("P2", "increased"), confirmed("P2")), False),
    ((asked("P2", "new", "zenith"), confirmed("P2", "zenith")), False),
    ((asked("P2", service="zenith"), confirmed("P2", "zenith")), False),
]


@pytest.mark.parametrize(("said", "knows"), KNOWS)
def test_what_a_provider_tells_of_the_stay_answers_it(
    said: tuple[Say, ...], *, knows: bool
) -> None:
    assert (STANDS_DOWN in open_notices(in_hospital(*said), NOW)) is not knows


def test_of_an_earlier_stay_it_says_nothing() -> None:
    told = in_hospital(asked("P2"))
    home_again(told, "P1")
    told.admitted("2026-01-22 16:00", spell_id="S3")
    confirmed("P2", when="2026-01-22 18:00")(told)
    assert STANDS_DOWN in open_notices(told, "2026-01-22 19:00")


def test_a_pause_at_home_says_nothing_of_a_stay() -> None:
    told = in_hospital()
    home_again(told)
    paused("readmitted", "2026-01-22 12:00")(told)
    assert open_notices(told, "2026-01-22 13:00") == [("comes_after_all", "acme", "discharged")]


@pytest.mark.parametrize("said", [(paused("readmitted"),), (asked(), confirmed())])
def test_they_are_told_of_the_way_home(said: tuple[Say, ...]) -> None:
    told = in_hospital(*said)
    home_again(told, "P1")
    assert open_notices(told, "2026-01-22 11:00") == [("comes_after_all", "acme", "discharged")]


def unwell(told: Told, when: str = "2026-01-21 13:00") -> None:
    told.reviewed(when, spell_id="S2", meets=True)


def gives_it_up(told: Told) -> None:
    told.tell("care-package-handed-back", "2026-01-21 12:30", package_id="P", service="acme",
              reason="staffing")  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told_of_it"),
    [
        ((asked(), confirmed()), True),
        ((asked(), confirmed(), paused("readmitted", "2026-01-21 12:30")), True),
        ((asked("P2"), confirmed("P2")), True),
        ((paused("readmitted"),), False),
        ((asked(), confirmed(), gives_it_up), False),
    ],
)
def test_who_was_to_come_again_hears_that_the_person_is_unwell(
    said: tuple[Say, ...], *, told_of_it: bool
) -> None:
    told = in_hospital(*said, unwell)
    expected = ("stand_down", "acme", "unwell_again")
    assert (expected in open_notices(told, NOW)) is told_of_it


def test_they_do_so_also_where_they_had_read_of_the_stay() -> None:
    told = in_hospital()
    answered(told, "2026-01-21 10:00", "stand_down", "acme")
    for say in (asked(), confirmed(), unwell):
        say(told)
    assert ("stand_down", "acme", "unwell_again") in open_notices(told, NOW)


def test_where_their_own_restart_was_of_an_earlier_stay_they_prepare_for_nothing() -> None:
    told = in_hospital(asked(), confirmed())
    home_again(told, "P1")
    told.admitted("2026-01-23 16:00", spell_id="S3")
    answered(told, "2026-01-23 17:00", "stand_down", "acme")
    told.reviewed("2026-01-24 09:00", spell_id="S3", meets=False)
    told.reviewed("2026-01-24 12:00", spell_id="S3", meets=True)
    assert ("stand_down", "acme", "unwell_again") not in open_notices(told, "2026-01-24 13:00")


def leaving() -> Told:
    """acme gave it up to 30 January, and zenith is to come."""
    told = at_home()
    told.tell("care-package-handed-back", "2026-01-15 10:00", package_id="P", service="acme",
              reason="staffing", care_until="2026-01-30T17:00:00Z")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-16 10:00", package_id="P", service="zenith",
              first_visit_due_at="2026-01-31T09:00:00Z")  # fmt: skip
    return told


def test_a_pause_is_told_by_whoever_gives_the_care() -> None:
    told = in_hospital(paused("readmitted"), care=leaving)
    open_now = open_notices(told, NOW)
    assert STANDS_DOWN not in open_now
