"""Handovers: counted and waited for until accepted, refused, or nobody is left to accept."""

from tests.pathway.told import PROVIDER, SPELL, Told

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}
LATER = "2026-03-01 12:00"


def handed_over() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="V1", to_service="home-help")
    return told


def unaccepted(told: Told) -> int:
    return sum(name == "handovers_unaccepted" for name, _, _ in told.assessed(LATER).contribution)


def test_a_refused_handover_is_not_unaccepted_until_it_is_sent_again() -> None:
    told = handed_over()
    assert unaccepted(told) == 1
    told.tell("handover-rejected", "2026-01-06 11:00", handover_id="V1", reason="not_ready")
    assert unaccepted(told) == 0
    told.tell("handover-sent", "2026-01-06 12:00", handover_id="V1", to_service="home-help")
    assert unaccepted(told) == 1


def test_a_handover_is_on_hold_while_the_person_is_unwell_again() -> None:
    told = handed_over()
    told.reviewed("2026-01-06 11:00", meets=True)
    assert told.wait("handover_ack", LATER).ended == "reset"
    told.reviewed("2026-01-08 11:00", meets=False)
    wait = told.wait("handover_ack", "2026-01-08 12:00", period=2)
    assert (wait.state, wait.starts_at) == ("running", told.events[-1].time)


def test_nobody_accepts_for_a_package_that_has_ended() -> None:
    told = handed_over()
    told.discharged("2026-01-06 15:00")
    told.tell("care-package-started", "2026-01-06 16:00", package_id="P1", service="home-help")
    assert unaccepted(told) == 1
    told.tell("care-package-ended", "2026-01-20 16:00", package_id="P1")
    wait = told.wait("handover_ack", LATER)
    assert (wait.stops_at, wait.ended) == (told.events[-1].time, "cancelled")
    assert unaccepted(told) == 0


def test_nobody_accepts_for_a_stay_that_is_over() -> None:
    told = handed_over()
    told.discharged("2026-01-06 15:00")
    told.tell("centre-admitted", "2026-01-06 16:00", stay_id="T1", service="home-help")
    told.tell("centre-discharged", "2026-01-20 16:00", stay_id="T1")
    assert told.wait("handover_ack", LATER).ended == "cancelled"
    assert [place.state for place in told.assessed(LATER).placements] == ["left"]
