"""Services stand still while the person is unwell in hospital, and begin anew when ready."""

from tests.pathway.told import Told, at


def asked_in_an_earlier_stay() -> Told:
    """Referred from S1, home, and back in S2."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="reablement",
                provider="RR8", spell_id="S1")  # fmt: skip
    person.tell("handover-sent", "2026-01-08 13:00", handover_id="V1", to_service="home-help",
                provider="RR8", spell_id="S1")  # fmt: skip
    person.discharged("2026-01-09 10:00")
    person.admitted("2026-01-10 02:00", spell_id="S2")
    return person


def test_what_was_asked_in_an_earlier_stay_stands_still_from_the_admission() -> None:
    person = asked_in_an_earlier_stay()
    for wait in ("referral_response", "p1_reablement_start", "handover_ack"):
        held = person.wait(wait, "2026-01-10 12:00")
        assert (held.stops_at, held.ended) == (at("2026-01-10 02:00"), "reset")


def test_it_is_waited_for_again_once_the_person_is_ready_to_leave() -> None:
    person = asked_in_an_earlier_stay()
    person.reviewed("2026-01-12 09:00", meets=False, spell_id="S2")
    for wait in ("referral_response", "p1_reablement_start", "handover_ack"):
        again = person.wait(wait, "2026-01-12 10:00", period=2)
        assert (again.state, again.starts_at) == ("running", at("2026-01-12 09:00"))
