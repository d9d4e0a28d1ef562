"""Since when nobody is asked to care for a person on pathway 1 to 3: what counts, and what does not
because it was of an earlier stay, for another pathway, or before a centre sent the person on."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

S2 = {"spell_id": "S2"}


def in_hospital(pathway: str = "P1", earlier: Told | None = None) -> Told:
    """Since 5 January, ready to leave on the 8th; `earlier` is what was told of stays before."""
    told = earlier or Told()
    told.admitted("2026-01-05 10:00", **S2)
    told.reviewed("2026-01-08 09:00", meets=False, **S2)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway=pathway, status="confirmed", **S2)
    return told


def home(pathway: str = "P1", earlier: Told | None = None, **gone_to: str) -> Told:
    """The same, home on the 8th."""
    told = in_hospital(pathway, earlier)
    told.discharged("2026-01-08 16:00", **S2, **gone_to)
    return told


def unarranged_since(told: Told, when: str = "2026-06-01 09:00") -> Any:
    found = [w.starts_at for w in told.assessed(when).open_waits if w.id == "care_arranged"]
    return found[0] if found else None


def open_waits(told: Told, when: str) -> list[str]:
    return [wait.id for wait in told.assessed(when).open_waits]


def referred(told: Told, when: str, kind: str = "reablement") -> None:
    told.tell("referral-made", when, referral_id="R1", kind=kind, service="acme")


def withdrawn(told: Told, when: str) -> None:
    told.tell("referral-withdrawn", when, referral_id="R1", reason="no_longer_needed")


def accepts(told: Told, when: str) -> None:
    told.tell("handover-accepted", when, handover_id="V1", service="acme")


def test_whoever_has_accepted_a_handover_fetches_the_person_and_at_home_somebody_has_to_come() -> (
    None
):
    told = in_hospital()
    assert "service_asked" in open_waits(told, "2026-01-08 15:00")
    accepts(told, "2026-01-08 14:00")
    assert "service_asked" not in open_waits(told, "2026-01-08 15:00")
    told.discharged("2026-01-08 16:00", **S2)
    assert unarranged_since(told) == at("2026-01-08 16:00")
    assert told.assessed("2026-01-08 17:00").stage.stage == "discharged_waiting_for_start"
    told.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1")
    assert unarranged_since(told) is None


def test_an_answer_is_waited_for_and_then_the_care() -> None:
    told = home()
    told.tell("handover-sent", "2026-01-08 16:00", handover_id="V1", to_service="acme")
    assert unarranged_since(told) is None
    accepts(told, "2026-01-08 17:00")
    assert unarranged_since(told) == at("2026-01-08 17:00")
    told.tell("care-package-requested", "2026-01-08 18:00", package_id="P1", kind="new")
    assert unarranged_since(told) is None


@pytest.mark.parametrize(
    ("accepted", "declined", "since"),
    [
        ("2026-01-08 17:00", "2026-01-08 18:00", None),
        ("2026-01-08 18:00", "2026-01-08 17:00", "2026-01-08 18:00"),
    ],
    ids=["declined after that", "declined before"],
)
def test_who_accepts_what_the_person_had_declined_is_to_come_all_the_same(
    accepted: str, declined: str, since: str | None
) -> None:
    told = home()
    referred(told, "2026-01-08 16:30")
    accepts(told, accepted)
    told.tell("referral-withdrawn", declined, referral_id="R1", reason="person_declined")
    assert unarranged_since(told) == (at(since) if since is not None else None)


def before() -> Told:
    told = Told()
    told.admitted("2025-12-01 10:00")
    return told


def test_what_was_not_needed_after_an_earlier_stay_settles_nothing() -> None:
    earlier = before()
    referred(earlier, "2025-12-02 10:00")
    earlier.tell("care-package-requested", "2025-12-02 11:00", package_id="P1", kind="new")
    earlier.discharged("2025-12-03 10:00", pathway="P1")
    told = home(earlier=earlier)
    withdrawn(told, "2026-01-09 10:00")
    told.tell("care-package-ended", "2026-01-09 11:00", package_id="P1", reason="person_declined")
    assert unarranged_since(told) == at("2026-01-09 11:00"), "until then they might have come"


def test_a_refusal_of_the_earlier_stay_does_not_put_it_off() -> None:
    earlier = before()
    earlier.tell("handover-sent", "2025-12-02 10:00", handover_id="V1", to_service="acme")
    earlier.discharged("2025-12-03 10:00", pathway="P1")
    told = home(earlier=earlier)
    told.tell("handover-rejected", "2026-01-12 10:00", handover_id="V1", reason="not_ready")
    assert unarranged_since(told) == at("2026-01-08 16:00")


def test_that_equipment_is_not_needed_settles_nothing() -> None:
    told = home()
    referred(told, "2026-01-09 09:00", "equipment")
    withdrawn(told, "2026-01-09 10:00")
    assert unarranged_since(told) == at("2026-01-08 16:00")


def test_that_care_for_another_pathway_is_not_needed_settles_nothing() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", **S2)
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new")
    told = home("P2", earlier=told)
    told.tell("care-package-ended", "2026-01-09 10:00", package_id="P1", reason="person_declined")
    assert unarranged_since(told) == at("2026-01-08 16:00")


def cared_for_from_the_centre(sent_on: str, ended: str | None = None) -> Told:
    """Visits by a referral since 9 January, a centre besides, which sends the person on."""
    told = home()
    referred(told, "2026-01-08 17:00")
    told.tell("first-visit-completed", "2026-01-09 10:00", referral_id="R1")
    told.tell("centre-admitted", "2026-01-10 10:00", stay_id="T1", service="centre-a")
    if ended is not None:
        withdrawn(told, ended)
    told.tell("centre-discharged", sent_on, stay_id="T1", destination="home_with_support")
    return told


@pytest.mark.parametrize(
    ("sent_on", "when", "since"),
    [
        ("2026-02-01 10:00", "2026-03-01 09:00", None),
        ("2026-02-01 10:00", "2026-06-01 09:00", None),
        ("2026-04-10 00:01", "2026-06-01 09:00", "2026-04-10 00:01"),
    ],
    ids=["visits go on", "to their presumed end", "which was before"],
)
def test_who_visits_still_when_the_centre_sends_them_on_is_enough(
    sent_on: str, when: str, since: str | None
) -> None:
    told = cared_for_from_the_centre(sent_on)
    assert unarranged_since(told, when) == (at(since) if since else None)


def test_visits_that_were_taken_back_are_not() -> None:
    told = cared_for_from_the_centre("2026-02-01 10:00", ended="2026-01-20 10:00")
    assert unarranged_since(told) == at("2026-02-01 10:00")


def test_what_a_centre_said_after_an_earlier_stay_is_past() -> None:
    """Who goes back to their care home now is cared for there."""
    earlier = before()
    earlier.discharged("2025-12-03 10:00", pathway="P2")
    earlier.tell("centre-admitted", "2025-12-03 12:00", stay_id="T1", service="centre-a")
    earlier.tell("centre-discharged", "2025-12-20 12:00", stay_id="T1",
                 destination="home_with_support")  # fmt: skip
    assert unarranged_since(home(earlier=earlier, destination="p1_care_home_return_more")) is None


@pytest.mark.parametrize("confirmed", ["2026-01-07 10:00", "2026-01-08 10:00"])
def test_in_hospital_somebody_has_to_be_asked_once_ready_and_on_a_confirmed_pathway(
    confirmed: str,
) -> None:
    """Also where the person is to go to those who will care for them: they are not there yet."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", confirmed, pathway="P3", status="confirmed",
                  destination="p3_care_home_new")  # fmt: skip
    (wait,) = told.waits("service_asked", "2026-01-08 11:00")
    assert wait.starts_at == max(at("2026-01-08 09:00"), at(confirmed))
