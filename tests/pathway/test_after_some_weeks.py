"""Home care for good, asked for while reablement goes on: nobody is without care meanwhile."""

import pytest

from flow.pathway import Wait
from tests.pathway.told import Told, at


def reablement(*, as_package: bool = False) -> Told:
    """Visited since 6 March."""
    told = Told()
    told.admitted("2026-03-02 10:00")
    told.reviewed("2026-03-05 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-03-05 12:00", pathway="P1", status="confirmed")
    told.tell("referral-made", "2026-03-05 14:00", referral_id="R1", kind="reablement",
              service="leeds-reablement")  # fmt: skip
    told.tell("referral-accepted", "2026-03-05 15:00", referral_id="R1")
    told.discharged("2026-03-06 14:00")
    if as_package:
        told.tell("care-package-requested", "2026-03-06 09:00", package_id="P0", kind="new",
                  service="leeds-reablement", referral_id="R1")  # fmt: skip
        told.tell("first-visit-completed", "2026-03-06 18:00", package_id="P0")
    else:
        told.tell("first-visit-completed", "2026-03-06 18:00", referral_id="R1",
                  service="leeds-reablement")  # fmt: skip
    return told


def ask(told: Told, when: str = "2026-04-08 09:00") -> None:
    told.tell("care-package-requested", when, package_id="P1", kind="new", service="aire")


def confirm(told: Told, first_visit: str | None, when: str = "2026-04-08 15:00") -> None:
    told.tell("care-package-confirmed", when, package_id="P1", service="aire",
              first_visit_due_at=at(first_visit) if first_visit else None)  # fmt: skip


def of_p1(told: Told, now: str) -> list[Wait]:
    return [wait for wait in told.waits("package_start", now) if wait.about == "P1"]


def running(told: Told, now: str) -> dict[str, str]:
    """The waits about P1 by what they are, and how far they are."""
    view = told.assessed(now)
    return {wait.id: wait.state for wait in view.open_waits if wait.about == "P1"}


@pytest.mark.parametrize("as_package", [False, True])
def test_who_follows_is_waited_for_from_the_time_agreed(as_package: bool) -> None:
    told = reablement(as_package=as_package)
    ask(told)
    confirm(told, "2026-04-17 08:00")
    assert running(told, "2026-04-16 12:00") == {}
    assert running(told, "2026-04-17 09:00") == {"package_start": "near"}
    (wait,) = of_p1(told, "2026-04-17 09:00")
    assert (wait.starts_at, wait.due_at) == (at("2026-04-17 08:00"), at("2026-04-17 12:00"))
    told.tell("first-visit-completed", "2026-04-17 10:00", package_id="P1", service="aire")
    assert [wait.ended for wait in of_p1(told, "2026-04-20 09:00")] == ["done"]


def test_until_they_confirm_that_is_waited_for() -> None:
    told = reablement()
    ask(told)
    assert running(told, "2026-04-08 12:00") == {"onward_care": "running"}
    assert running(told, "2026-04-09 09:00") == {"onward_care": "breached"}
    confirm(told, None, "2026-04-09 10:00")
    assert running(told, "2026-04-20 12:00") == {}


def test_from_the_end_of_reablement_they_are_waited_for_at_once() -> None:
    told = reablement()
    ask(told)
    confirm(told, "2026-04-17 08:00")
    ended = told.tell("referral-withdrawn", "2026-04-12 12:00", referral_id="R1",
                      reason="no_longer_needed")  # fmt: skip
    wait = told.wait("package_start", "2026-04-12 13:00")
    assert (wait.state, wait.starts_at) == ("running", at("2026-04-12 12:00"))
    assert ended.identity in wait.started_by
    assert wait.due_at == at("2026-04-13 12:00")


def test_where_nobody_has_confirmed_by_then_the_first_visit_is_waited_for() -> None:
    told = reablement()
    ask(told)
    told.tell("referral-withdrawn", "2026-04-12 12:00", referral_id="R1", reason="no_longer_needed")
    assert running(told, "2026-04-12 13:00") == {"package_start": "running"}
    onward = [w for w in told.waits("onward_care", "2026-04-12 13:00") if w.about == "P1"]
    assert [w.ended for w in onward] == ["cancelled"]


def test_reablement_that_nobody_ends_counts_to_day_91() -> None:
    told = reablement()
    ask(told)
    confirm(told, None)
    assert running(told, "2026-06-04 12:00") == {}
    assert running(told, "2026-06-06 12:00") == {"package_start": "breached"}


def test_a_first_visit_agreed_anew_is_waited_for_from_then() -> None:
    told = reablement()
    ask(told)
    confirm(told, "2026-04-17 08:00")
    confirm(told, "2026-04-20 08:00", "2026-04-10 09:00")
    assert running(told, "2026-04-18 12:00") == {}
    assert told.wait("package_start", "2026-04-20 09:00").starts_at == at("2026-04-20 08:00")


def test_home_care_that_was_asked_for_before_reablement_began_is_waited_for_at_home() -> None:
    told = reablement()
    ask(told, "2026-03-06 09:00")
    assert running(told, "2026-03-07 15:00") == {"package_start": "breached"}


def test_more_nights_in_hospital_wait_for_nobody_to_follow() -> None:
    told = reablement()
    ask(told)
    confirm(told, "2026-04-17 08:00")
    told.admitted("2026-04-10 10:00", spell_id="S2")
    assert running(told, "2026-04-18 09:00") == {}
    told.reviewed("2026-04-18 10:00", meets=False, spell_id="S2")
    told.discharged("2026-04-18 15:00", spell_id="S2")
    (wait,) = told.waits("package_start", "2026-04-18 16:00")
    assert (wait.period, wait.starts_at) == (1, at("2026-04-18 15:00")), "the first never began"


def test_a_referral_for_home_care_follows_as_well() -> None:
    told = reablement()
    told.tell("referral-made", "2026-04-08 09:00", referral_id="R2", kind="home_care",
              service="aire")  # fmt: skip
    told.tell("referral-accepted", "2026-04-08 15:00", referral_id="R2",
              start_agreed_at=at("2026-04-17 08:00"))  # fmt: skip
    assert "home_care_start" not in {w.id for w in told.assessed("2026-04-16 12:00").open_waits}
    wait = told.wait("home_care_start", "2026-04-17 09:00")
    assert (wait.state, wait.starts_at) == ("near", at("2026-04-17 08:00"))


def refer_on(told: Told, agreed: str | None = None, when: str = "2026-04-08 15:00") -> None:
    told.tell("referral-accepted", when, referral_id="R2",
              start_agreed_at=at(agreed) if agreed else None)  # fmt: skip


def of_r2(told: Told, now: str) -> dict[str, str]:
    view = told.assessed(now)
    return {wait.id: wait.state for wait in view.open_waits if wait.about == "R2"}


@pytest.mark.parametrize("as_package", [False, True])
def test_who_has_accepted_to_follow_says_when_they_come(as_package: bool) -> None:
    told = reablement(as_package=as_package)
    told.tell("referral-made", "2026-04-08 09:00", referral_id="R2", kind="home_care",
              service="aire")  # fmt: skip
    assert of_r2(told, "2026-04-08 12:00") == {"referral_response": "running"}
    refer_on(told)
    assert of_r2(told, "2026-04-08 16:00") == {"onward_care": "running"}
    assert of_r2(told, "2026-04-09 15:00") == {"onward_care": "breached"}
    (wait,) = [w for w in told.waits("onward_care", "2026-04-09 15:00") if w.about == "R2"]
    assert (wait.starts_at, wait.acts_next) == (at("2026-04-08 15:00"), ("aire", "service"))
    refer_on(told, "2026-04-17 08:00", "2026-04-09 16:00")
    assert of_r2(told, "2026-04-16 12:00") == {}
    onward = [w for w in told.waits("onward_care", "2026-04-16 12:00") if w.about == "R2"]
    assert [w.ended for w in onward] == ["done"]
    assert of_r2(told, "2026-04-17 09:00") == {"home_care_start": "near"}


@pytest.mark.parametrize(
    ("then", "data", "ended", "waits"),
    [
        ("referral-withdrawn", {"referral_id": "R1", "reason": "no_longer_needed"}, "cancelled",
         {"home_care_start": "running"}),
        ("first-visit-completed", {"referral_id": "R2"}, "done", {}),
        ("referral-rejected", {"referral_id": "R2", "reason": "no_capacity"}, "cancelled", {}),
        ("care-package-requested",
         {"package_id": "P1", "kind": "new", "service": "aire", "referral_id": "R2"}, "cancelled",
         {}),
    ],
)  # fmt: skip
def test_until_reablement_ends_or_they_come_or_refuse_or_a_package_is_asked_for(
    then: str, data: dict[str, str], ended: str, waits: dict[str, str]
) -> None:
    told = reablement()
    told.tell("referral-made", "2026-04-08 09:00", referral_id="R2", kind="home_care",
              service="aire")  # fmt: skip
    refer_on(told)
    told.tell(then, "2026-04-09 10:00", **data)
    assert [w.ended for w in told.waits("onward_care", "2026-04-09 11:00")
            if w.about == "R2"] == [ended]  # fmt: skip
    assert of_r2(told, "2026-04-09 11:00") == waits


def test_where_no_reablement_goes_before_the_first_visit_alone_is_waited_for() -> None:
    told = reablement()
    told.tell("referral-withdrawn", "2026-04-08 08:00", referral_id="R1")
    told.tell("referral-made", "2026-04-08 09:00", referral_id="R2", kind="home_care",
              service="aire")  # fmt: skip
    refer_on(told)
    assert of_r2(told, "2026-04-08 16:00") == {"home_care_start": "running"}


@pytest.mark.parametrize("kind", ["community_health", "palliative_care"])
def test_a_nurse_comes_side_by_side_and_is_waited_for(kind: str) -> None:
    told = reablement()
    told.tell("referral-made", "2026-04-08 09:00", referral_id="R2", kind=kind, service="nurses")
    assert f"{kind}_start" in {w.id for w in told.assessed("2026-04-08 12:00").open_waits}


def test_more_of_reablement_does_not_follow_it() -> None:
    told = reablement()
    told.tell("care-package-requested", "2026-04-08 09:00", package_id="P1", kind="increased",
              service="aire")  # fmt: skip
    assert running(told, "2026-04-08 12:00") == {"package_increase": "running"}


def test_what_turns_out_to_be_no_reablement_is_followed_by_nothing() -> None:
    """Its provider gives home care for good: who is asked besides is waited for at once."""
    told = reablement(as_package=True)
    ask(told)
    assert running(told, "2026-04-08 12:00") == {"onward_care": "running"}
    told.tell("referral-made", "2026-04-08 13:00", referral_id="R1", kind="home_care",
              service="leeds-reablement")  # fmt: skip
    assert running(told, "2026-04-08 14:00") == {"package_start": "running"}


def test_its_weeks_run_on_after_a_stay_that_ends_on_pathway_0() -> None:
    told = reablement()
    told.admitted("2026-03-20 10:00", spell_id="S2")
    assert told.waits("time_limited_care", "2026-03-21 10:00")[0].ended == "reset"
    told.discharged("2026-03-22 10:00", spell_id="S2", pathway="P0")
    (runs,) = [
        wait for wait in told.waits("time_limited_care", "2026-03-23 10:00") if not wait.ended
    ]
    assert (runs.starts_at, runs.period) == (at("2026-03-06 18:00"), 2)


def test_asked_for_as_reablement_after_all_it_is_waited_for_at_once() -> None:
    told = reablement(as_package=True)
    ask(told)
    assert "package_start" not in running(told, "2026-04-08 12:00")
    told.tell("care-package-requested", "2026-04-08 14:00", package_id="P1", kind="new",
              service="aire", referral_id="R1")  # fmt: skip
    (wait,) = of_p1(told, "2026-04-08 15:00")
    assert (wait.starts_at, wait.ended) == (at("2026-04-08 14:00"), None)
