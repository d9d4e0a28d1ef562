"""Ready to leave on pathway 1 to 3 with care that stands still for the stay: somebody has to ask
that it goes on (N20), which being there before does not do."""

from collections.abc import Callable

import pytest

from tests.pathway.test_care_through_a_stay import at_home, back_in_hospital
from tests.pathway.told import Told, at

IN_S2 = {"provider": "RR8", "spell_id": "S2"}
NOW = "2026-01-22 11:00"


def ready(pathway: str = "P1", *said: Callable[[Told], None]) -> Told:
    told = at_home()
    back_in_hospital(told)
    told.tell("criteria-to-reside-assessed", "2026-01-21 09:00", meets=False, **IN_S2)
    told.tell("pathway-decided", "2026-01-21 10:00", pathway=pathway, status="confirmed", **IN_S2)
    for say in said:
        say(told)
    return told


def unasked(told: Told, now: str = NOW) -> list[str]:
    """Since when somebody has to ask."""
    waits = told.assessed(now).open_waits
    return [f"{wait.starts_at:%d %H:%M}" for wait in waits if wait.id == "service_asked"]


def asks(kind: str) -> Callable[[Told], None]:
    def say(told: Told) -> None:
        told.tell("care-package-requested", "2026-01-21 15:00", package_id="P", kind=kind,
                  service="acme", **IN_S2)  # fmt: skip

    return say


def under_its_own_name(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-21 15:00", package_id="P2", kind="restart",
              service="acme", **IN_S2)  # fmt: skip


def confirms(told: Told) -> None:
    """By telephone, and only the answer is told."""
    told.tell("care-package-confirmed", "2026-01-21 15:00", package_id="P", service="acme",
              first_visit_due_at=at("2026-01-23 18:00"))  # fmt: skip


def reablement(told: Told) -> None:
    told.tell("referral-made", "2026-01-21 15:00", referral_id="R", kind="reablement",
              service="skills", **IN_S2)  # fmt: skip


@pytest.mark.parametrize("pathway", ["P1", "P2", "P3"])
def test_care_that_was_there_before_arranges_nothing(pathway: str) -> None:
    assert unasked(ready(pathway)) == ["21 10:00"]


def test_on_pathway_0_nobody_has_to_ask() -> None:
    assert unasked(ready("P0")) == []


@pytest.mark.parametrize(
    "said",
    [asks("restart"), asks("increased"), asks("new"), under_its_own_name, confirms, reablement],
)
def test_until_it_is_asked_for_or_its_provider_says_that_it_comes(
    said: Callable[[Told], None],
) -> None:
    assert unasked(ready("P1", said)) == []


def test_what_was_asked_for_in_an_earlier_stay_does_not_count() -> None:
    told = at_home()
    back_in_hospital(told)
    asks("restart")(told)
    told.discharged("2026-01-22 10:00", spell_id="S2", pathway="P1")
    told.tell("care-package-restarted", "2026-01-22 18:00", package_id="P")
    told.admitted("2026-02-05 10:00", spell_id="S3")
    here = {"provider": "RR8", "spell_id": "S3"}
    told.tell("criteria-to-reside-assessed", "2026-02-06 09:00", meets=False, **here)
    told.tell("pathway-decided", "2026-02-06 10:00", pathway="P1", status="confirmed", **here)
    assert unasked(told, "2026-02-06 11:00") == ["06 10:00"]


def test_at_home_its_provider_is_waited_for() -> None:
    told = ready()
    told.discharged("2026-01-22 10:00", spell_id="S2", pathway="P1")
    assert unasked(told) == []
    assert [w.id for w in told.assessed(NOW).open_waits if w.id == "package_resume"]


def test_on_hold_while_its_family_covers_it_stands_still_for_the_stay_too() -> None:
    told = at_home()
    told.tell("care-package-paused", "2026-01-15 10:00", package_id="P", reason="family_cover")
    back_in_hospital(told)
    told.tell("criteria-to-reside-assessed", "2026-01-21 09:00", meets=False, **IN_S2)
    told.tell("pathway-decided", "2026-01-21 10:00", pathway="P1", status="confirmed", **IN_S2)
    assert unasked(told) == ["21 10:00"]


@pytest.mark.parametrize(
    ("when", "asked"), [("2026-01-15 10:00", []), ("2026-01-20 15:00", ["21 10:00"])]
)
def test_for_care_that_was_given_up_while_it_was_given_somebody_is_looked_for_anyhow(
    when: str, asked: list[str]
) -> None:
    told = at_home()
    if when > "2026-01-20 10:00":
        back_in_hospital(told)
    told.tell("care-package-handed-back", when, package_id="P", service="acme",
              reason="staffing")  # fmt: skip
    if when < "2026-01-20 10:00":
        back_in_hospital(told)
    told.tell("criteria-to-reside-assessed", "2026-01-21 09:00", meets=False, **IN_S2)
    told.tell("pathway-decided", "2026-01-21 10:00", pathway="P1", status="confirmed", **IN_S2)
    assert unasked(told) == asked
    assert [w.id for w in told.assessed(NOW).open_waits if w.id == "package_handed_back"]


def test_asked_to_go_on_for_another_pathway_than_it_came_to_be_care_is_waited_for_itself() -> None:
    told = ready("P1", under_its_own_name)
    told.tell("pathway-decided", "2026-01-22 09:00", pathway="P2", status="confirmed", **IN_S2)
    told.tell("patient-discharged", "2026-01-22 10:00", **IN_S2)
    assert "package_resume" in [wait.id for wait in told.assessed(NOW).open_waits]
