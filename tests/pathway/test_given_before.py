"""What is first told of a package is that it is on hold, goes on, is more or is given up: it was
given before, in a journey that is over or of which nobody told. It is waited for, and a finding."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

TOLD, NOW = "2026-09-01 09:00", "2026-09-01 10:00"


def first(event: str, **data: Any) -> Told:
    told = Told()
    told.tell(event, TOLD, package_id="P1", **data)
    return told


@pytest.mark.parametrize(
    ("event", "data", "waits"),
    [
        ("care-package-paused", {"reason": "provider_capacity"}, {"package_resume"}),
        ("care-package-paused", {}, {"package_resume"}),
        ("care-package-paused", {"reason": "family_cover"}, {"package_pause_review"}),
        ("care-package-handed-back", {"reason": "staffing"}, {"package_handed_back"}),
        ("care-package-restarted", {}, set()),
        ("care-package-increased", {}, set()),
        ("care-package-confirmed", {"service": "acme"}, set()),
        ("care-package-ended", {"reason": "goals_met"}, set()),
        ("first-visit-missed", {}, {"missed_first_visit"}),
        (
            "care-package-requested",
            {"kind": "restart", "service": "acme"},
            {"package_start"},
        ),
    ],
)
def test_what_is_told_of_care_that_is_not_known_is_waited_for(
    event: str, data: dict[str, Any], waits: set[str]
) -> None:
    view = first(event, **data).assessed(NOW)
    assert {wait.id for wait in view.open_waits} == waits
    rules = {finding.rule for finding in view.findings}
    assert rules & {"package_unknown", "care_without_stay"}


def test_it_is_given_until_its_last_day() -> None:
    told = first("care-package-handed-back", reason="staffing", service="acme",
                 care_until=at("2026-09-05 18:00"))  # fmt: skip
    (placed,) = told.assessed(NOW).placements
    assert (placed.service, placed.state) == ("acme", "staying")
    (placed,) = told.assessed("2026-09-05 18:00").placements
    assert placed.state == "left"


def test_an_admission_interrupts_it_and_nobody_is_forgotten_afterwards() -> None:
    told = first("care-package-increased", service="acme")
    told.admitted("2026-09-10 10:00")
    told.discharged("2026-09-12 10:00", pathway="P1")
    now = "2026-09-12 11:00"
    assert "package_resume" in {wait.id for wait in told.assessed(now).open_waits}


def test_told_late_its_beginning_counts() -> None:
    told = first("care-package-paused", reason="family_cover")
    told.tell("care-package-requested", "2026-08-30 09:00", package_id="P1", kind="new",
              recorded="2026-09-01 11:00")  # fmt: skip
    waits = {wait.id for wait in told.assessed("2026-09-01 12:00").open_waits}
    assert waits == {"package_start"}, "on hold before it has begun"


@pytest.mark.parametrize("known", [False, True])
def test_on_hold_while_others_cover_it_is_arranged_whether_its_beginning_was_told_or_not(
    *, known: bool
) -> None:
    told = Told()
    told.admitted("2026-08-20 10:00")
    told.discharged("2026-08-25 10:00", pathway="P1")
    assert "care_arranged" in {wait.id for wait in told.assessed("2026-08-25 11:00").open_waits}
    if known:
        told.tell("first-visit-completed", "2026-08-26 09:00", package_id="P1")
    told.tell("care-package-paused", TOLD, package_id="P1", reason="family_cover")
    waits = {wait.id for wait in told.assessed(NOW).open_waits}
    assert waits & {"care_arranged", "package_pause_review"} == {"package_pause_review"}
