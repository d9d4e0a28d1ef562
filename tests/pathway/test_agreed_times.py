"""Late when nobody came at the time that was agreed, however long the target (domain.md 12.4)."""

import pytest

from tests.pathway.told import Told, at, own_policy


def discharged(told: Told) -> Told:
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P1", status="confirmed")
    told.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
              service="home-help")  # fmt: skip
    told.discharged("2026-01-08 16:00")
    return told


def confirmed(agreed: str | None, when: str = "2026-01-08 15:00") -> Told:
    told = discharged(Told())
    told.tell("care-package-confirmed", when, package_id="P1", service="home-help",
              first_visit_due_at=at(agreed) if agreed else None)  # fmt: skip
    return told


@pytest.mark.parametrize(
    ("agreed", "told_at", "near", "due"),
    [
        pytest.param("2026-01-08 18:00", "2026-01-08 15:00", "2026-01-08 18:00",
                     "2026-01-08 22:00", id="sooner than the target"),
        pytest.param("2026-01-08 18:00", "2026-01-08 17:00", "2026-01-08 18:00",
                     "2026-01-08 22:00", id="agreed after the discharge"),
        pytest.param("2026-01-10 18:00", "2026-01-08 15:00", "2026-01-09 10:00",
                     "2026-01-09 16:00", id="later than the target"),
        pytest.param("2026-01-08 15:30", "2026-01-08 15:00", "2026-01-09 10:00",
                     "2026-01-09 16:00", id="passed before the discharge"),
        pytest.param("2026-01-08 16:00", "2026-01-08 15:00", "2026-01-08 16:00",
                     "2026-01-08 20:00", id="at the moment of the discharge"),
        pytest.param(None, "2026-01-08 15:00", "2026-01-09 10:00", "2026-01-09 16:00",
                     id="none agreed"),
    ],
)  # fmt: skip
def test_a_first_visit_is_late_at_the_earlier_of_agreed_time_and_target(
    agreed: str | None, told_at: str, near: str, due: str
) -> None:
    told = confirmed(agreed, told_at)
    reached = told.wait("package_start", "2026-01-20 09:00").levels
    levels = dict(reached)
    assert (levels["near"], levels["breached"]) == (at(near), at(due))
    assert told.wait("package_start", due).due_at == at(due)


def test_a_service_that_agreed_a_start_is_late_after_it() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind="reablement")
    told.tell("referral-accepted", "2026-01-08 12:00", referral_id="R1",
              start_agreed_at=at("2026-01-09 09:00"))  # fmt: skip
    assert told.wait("p1_reablement_start", "2026-01-09 13:00").state == "breached"
    told.tell("referral-rejected", "2026-01-09 14:00", referral_id="R1", reason="no_capacity")
    told.tell("referral-made", "2026-01-09 15:00", referral_id="R1", kind="reablement")
    again = told.wait("p1_reablement_start", "2026-01-09 16:00", 2)
    assert (again.agreed_at, again.due_at) == (None, at("2026-01-11 15:00"))


def test_the_grace_is_the_policys() -> None:
    told = Told(own_policy('[agreed]\ngrace = "30 minutes"\n'))
    told = discharged(told)
    told.tell("care-package-confirmed", "2026-01-08 16:30", package_id="P1", service="home-help",
              first_visit_due_at=at("2026-01-08 18:00"))  # fmt: skip
    assert told.wait("package_start", "2026-01-08 19:00").due_at == at("2026-01-08 18:30")
    own = '[wait.package_start]\nagreed_grace = "1 hour"\n'
    told.policy = own_policy(own)
    assert told.wait("package_start", "2026-01-08 19:30").due_at == at("2026-01-08 19:00")


def test_what_was_planned_with_the_request_holds_until_a_first_visit_is_agreed() -> None:
    """Near at the time, late four hours after it; both before the target of 24 hours."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
              planned_start_at=at("2026-01-08 18:00"))  # fmt: skip
    told.discharged("2026-01-08 16:00", pathway="P1")
    assert told.wait("package_start", "2026-01-08 18:00").state == "near"
    assert told.wait("package_start", "2026-01-08 22:00").state == "breached"


@pytest.mark.parametrize(
    ("agreed", "planned", "near", "due"),
    [
        pytest.param("2026-01-21 17:00", None, "2026-01-21 17:00", "2026-01-21 21:00",
                     id="agreed"),
        pytest.param(None, "2026-01-21 18:00", "2026-01-21 18:00", "2026-01-21 22:00",
                     id="planned"),
        pytest.param("2026-01-21 17:00", "2026-01-21 18:00", "2026-01-21 17:00",
                     "2026-01-21 21:00", id="agreed after it was planned"),
        pytest.param(None, None, "2026-01-22 01:00", "2026-01-22 13:00", id="neither"),
    ],
)  # fmt: skip
def test_care_that_goes_on_after_a_stay_is_late_after_the_time_agreed_anew(
    agreed: str | None, planned: str | None, near: str, due: str
) -> None:
    told = confirmed("2026-01-08 18:00")
    told.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1")
    told.admitted("2026-01-18 20:00", spell_id="S2")
    told.reviewed("2026-01-20 10:00", meets=False, spell_id="S2")
    told.tell("care-package-requested", "2026-01-20 10:20", package_id="P1", kind="restart",
              service="home-help", planned_start_at=at(planned) if planned else None)  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-21 10:00", package_id="P1", service="home-help",
              first_visit_due_at=at(agreed) if agreed else None)  # fmt: skip
    told.discharged("2026-01-21 13:00", spell_id="S2")
    levels = dict(told.wait("package_resume", "2026-01-25 09:00").levels)
    assert (levels["near"], levels["breached"]) == (at(near), at(due))


def test_what_was_agreed_before_care_stood_still_says_nothing_of_when_it_goes_on() -> None:
    told = confirmed("2026-01-12 18:00")
    told.tell("first-visit-completed", "2026-01-09 18:00", package_id="P1")
    told.tell("care-package-paused", "2026-01-12 10:00", package_id="P1",
              reason="provider_capacity")  # fmt: skip
    assert told.wait("package_resume", "2026-01-12 19:00").agreed_at is None


@pytest.mark.parametrize(
    ("agreed", "near", "due"),
    [
        pytest.param("2026-01-16 10:00", "2026-01-16 10:00", "2026-01-16 14:00",
                     id="in the window"),
        pytest.param("2026-01-19 20:00", "2026-01-19 20:00", "2026-01-20 00:00",
                     id="late on its last day"),
        pytest.param("2026-01-20 00:00", "2026-01-15 00:00", "2026-01-20 00:00",
                     id="when it is over"),
        pytest.param("2026-01-21 10:00", "2026-01-15 00:00", "2026-01-20 00:00", id="after it"),
        pytest.param(None, "2026-01-15 00:00", "2026-01-20 00:00", id="none agreed"),
    ],
)  # fmt: skip
def test_a_visit_that_was_agreed_within_its_target_is_near_from_then_on(
    agreed: str | None, near: str, due: str
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", admission_method="82")
    told.tell("referral-made", "2026-01-06 09:00", referral_id="HV", kind="health_visiting",
              provider="RR8", spell_id="S1")  # fmt: skip
    told.discharged("2026-01-07 15:00")
    told.tell("referral-accepted", "2026-01-07 17:00", referral_id="HV",
              start_agreed_at=at(agreed) if agreed else None)  # fmt: skip
    levels = dict(told.wait("new_birth_visit", "2026-01-22 09:00").levels)
    assert (levels["near"], levels["breached"]) == (at(near), at(due))
    told.tell("first-visit-completed", "2026-01-22 10:00", referral_id="HV")
    kept = dict(told.wait("new_birth_visit", "2026-01-22 11:00").levels)
    assert (kept["near"], kept["breached"]) == (at(near), at(due))


def test_a_pause_moves_the_target_that_the_agreed_time_is_compared_with() -> None:
    """Reablement, two days from Thursday 10:00; a day of it paused, and agreed for within the
    three that it takes so: near then, and not 36 hours of time that counts after the start."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind="reablement")
    told.tell("referral-accepted", "2026-01-08 12:00", referral_id="R1",
              start_agreed_at=at("2026-01-11 08:00"))  # fmt: skip
    told.tell("wait-paused", "2026-01-08 13:00", wait="p1_reablement_start", about="R1",
              reason="other")  # fmt: skip
    told.tell("wait-resumed", "2026-01-09 13:00", wait="p1_reablement_start", about="R1")
    assert told.wait("p1_reablement_start", "2026-01-11 07:00").state == "running"
    assert told.wait("p1_reablement_start", "2026-01-11 09:00").state == "near"
    assert told.wait("p1_reablement_start", "2026-01-11 10:00").state == "breached"
