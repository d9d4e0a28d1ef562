"""A journey that was looked at and then grows: what an event moves of a wait that runs is seen."""

from datetime import datetime, timedelta

import pytest

from flow.pathway import History, assess
from tests.pathway.test_laws import history_of, said
from tests.pathway.told import ENGLAND, Told, at, value_of

GRACE = timedelta(hours=4)


def looked_at_after_every_event(person: Told) -> None:
    """Each time it is as built anew."""
    grown = History()
    for number, event in enumerate(person.events, start=1):
        grown.add(event, value_of(event))
        assert said(grown, event.time) == said(history_of(person.events[:number]), event.time)


def test_who_was_moved_before_the_admission_was_told_waits_from_the_admission() -> None:
    person = Told()
    person.in_spell("patient-transferred", "2026-01-05 10:00", ward="W1")
    person.admitted("2026-01-05 10:30")
    looked_at_after_every_event(person)
    for wait in ("edd_set", "los_review"):
        assert person.wait(wait, "2026-01-05 11:00").starts_at == at("2026-01-05 10:30")


def test_what_was_done_before_the_admission_was_told_is_not_waited_for_from_it() -> None:
    person = Told()
    person.in_spell("patient-transferred", "2026-01-05 10:00", ward="W1")
    person.in_spell("expected-discharge-date-set", "2026-01-05 10:10",
                    expected_discharge_date="2026-01-09")  # fmt: skip
    person.admitted("2026-01-05 10:30")
    wait = person.wait("edd_set", "2026-01-05 11:00")
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-05 10:00"), at("2026-01-05 10:10"))


def test_an_answer_is_waited_for_from_the_receipt() -> None:
    person = Told()
    person.tell("referral-made", "2026-01-05 10:00", referral_id="R1", kind="reablement")
    person.tell("referral-received", "2026-01-05 12:00", referral_id="R1")
    looked_at_after_every_event(person)
    wait = person.wait("referral_response", "2026-01-05 13:00")
    assert (wait.starts_at, wait.due_at) == (at("2026-01-05 12:00"), at("2026-01-06 12:00"))


@pytest.mark.parametrize("agreed", ["2026-01-08 20:00", "2026-01-09 09:00"])
def test_a_visit_is_late_after_the_time_that_was_agreed_last(agreed: str) -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
                service="home-help")  # fmt: skip
    person.discharged("2026-01-08 16:00", pathway="P1")
    for when, due in (("2026-01-08 17:00", "2026-01-08 18:00"), ("2026-01-08 17:30", agreed)):
        person.tell("care-package-confirmed", when, package_id="P1", service="home-help",
                    first_visit_due_at=at(due))  # fmt: skip
    looked_at_after_every_event(person)
    wait = person.wait("package_start", "2026-01-08 19:00")
    assert (wait.state, wait.agreed_at, wait.due_at) == ("running", at(agreed), at(agreed) + GRACE)


def open_waits(history: History, *looks: str | datetime) -> set[str]:
    """Looked at once after the other: the waits that run at the last."""
    for now in looks:
        moment = at(now) if isinstance(now, str) else now
        view = assess(history.journey(), ENGLAND, moment)
    return {wait.id for wait in view.open_waits}


def owned() -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.in_spell("pathway-decided", "2026-01-05 11:00", pathway="P1", status="likely")
    person.tell("coordinator-assigned", "2026-01-05 12:00", organisation="RR8", coordinator="cm1")
    person.tell("coordinator-off-duty", "2026-01-05 17:00", coordinator="cm1",
                back_at=at("2026-01-06 09:00"))  # fmt: skip
    return person


def test_an_absence_that_grows_longer_lasts_as_long() -> None:
    person = owned()
    person.tell("coordinator-off-duty", "2026-01-05 18:00", coordinator="cm1",
                back_at=at("2026-01-07 09:00"))  # fmt: skip
    looked_at_after_every_event(person)
    assert person.wait("owner_cover", "2026-01-06 10:00").state == "breached"
    assert person.wait("owner_cover", "2026-01-07 09:00").stops_at == at("2026-01-07 09:00")


def test_an_owner_who_is_back_sooner_than_was_told_is_not_waited_for_until_then() -> None:
    person = owned()
    longer, sooner = (
        person.tell("coordinator-off-duty", told_at, coordinator="cm1", back_at=at(back_at))
        for told_at, back_at in (
            ("2026-01-05 18:00", "2026-01-09 09:00"),
            ("2026-01-06 20:00", "2026-01-07 09:00"),
        )
    )
    grown = history_of(person.events[:-1])
    assert "owner_cover" in open_waits(grown, longer.time, "2026-01-06 20:00")
    grown.add(sooner, value_of(sooner))
    assert "owner_cover" in open_waits(grown, sooner.time, "2026-01-07 08:59")
    assert "owner_cover" not in open_waits(grown, "2026-01-07 09:00")


@pytest.mark.parametrize("next_at", ["2026-01-06 09:00", "2026-01-06 12:00"])
def test_an_absence_that_is_over_stays_over_when_another_is_covered(next_at: str) -> None:
    """Also where the next begins the moment that the owner should have been back."""
    person = owned()
    away = person.events[-1]
    person.tell("coordinator-off-duty", next_at, coordinator="cm1", cover="cm2",
                back_at=at("2026-01-08 09:00"))  # fmt: skip
    looked_at_after_every_event(person)
    (wait,) = person.waits("owner_cover", "2026-01-07 09:00")
    assert (wait.stops_at, wait.ended) == (at("2026-01-06 09:00"), "done")
    assert wait.stopped_by == (away.identity,)


def cared_for_by_a_referral() -> Told:
    """Visited first on 9 January; cm1 has them."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="reablement",
                service="acme")  # fmt: skip
    person.discharged("2026-01-08 10:00", pathway="P1")
    person.tell("first-visit-completed", "2026-01-09 10:00", referral_id="R1", service="acme")
    person.tell("coordinator-assigned", "2026-01-09 12:00", organisation="RR8", coordinator="cm1")
    return person


def test_an_absence_while_care_has_a_presumed_end_is_over_when_the_owner_is_back() -> None:
    """Care by a referral is over on day 91 at the latest: long after the owner's return."""
    person = cared_for_by_a_referral()
    person.tell("coordinator-off-duty", "2026-01-12 17:00", coordinator="cm1",
                back_at=at("2026-01-13 09:00"))  # fmt: skip
    assert person.wait("owner_cover", "2026-01-14 09:00").stops_at == at("2026-01-13 09:00")


def test_nobody_covers_for_whom_the_care_is_over_before_the_owner_is_back() -> None:
    """Over on day 91 after the first visit, 10 April; the owner is back on the 20th."""
    person = cared_for_by_a_referral()
    person.tell("coordinator-off-duty", "2026-04-09 17:00", coordinator="cm1",
                back_at=at("2026-04-20 09:00"))  # fmt: skip
    wait = person.wait("owner_cover", "2026-04-21 09:00")
    assert (wait.stops_at, wait.ended) == (at("2026-04-10 00:00"), "cancelled")
