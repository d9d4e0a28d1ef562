"""What stands still while somebody is unwell in hospital is named all the same."""

import pytest

from flow.cli.explain import folded_data
from tests.cli.test_journey_words import folded, in_hospital, two_beds_accepted, words
from tests.pathway.told import Told, at

NOW = "2026-01-08 12:00"


def unwell_again() -> Told:
    """Two beds are accepted, and the criteria to reside are met again."""
    told = in_hospital()
    two_beds_accepted(told, "2026-01-07 10:00")
    told.reviewed("2026-01-08 09:00", meets=True)
    return told


def on_hold(told: Told, now: str = NOW) -> list[str]:
    """The lines of the section."""
    _, found, rest = words(told, now).partition("\n\nOn hold\n")
    return rest.partition("\n\n")[0].splitlines() if found else []


def test_each_referral_on_hold_is_named_with_its_service_since_when_and_why() -> None:
    told = unwell_again()
    assert on_hold(told) == [
        f"  Referral {referral}, with {centre}: since 08-Jan-2026 09:00, unwell again in hospital"
        for referral, centre in (("R1", "cena"), ("R2", "cenb"))
    ]
    assert folded_data(folded(told, NOW))["on_hold"][0] == {
        "subject": "referral", "about": "R1", "service": "cena",
        "since": at("2026-01-08 09:00"), "why": "unwell_again",
    }  # fmt: skip


def test_who_is_ready_again_has_nothing_on_hold() -> None:
    told = unwell_again()
    told.reviewed("2026-01-09 09:00", meets=False)
    assert on_hold(told, "2026-01-09 12:00") == []
    assert folded_data(folded(told, "2026-01-09 12:00"))["on_hold"] == []


def test_nothing_is_on_hold_before_the_first_readiness_or_after_a_death() -> None:
    told = in_hospital()
    told.in_spell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="reablement")
    assert on_hold(told) == []
    told = unwell_again()
    told.tell("patient-died", "2026-01-08 10:00")
    assert on_hold(told) == []


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("referral-made", {"referral_id": "R1", "kind": "reablement"},
         "Referral R1, of no service in particular"),
        ("care-package-requested", {"package_id": "P1", "kind": "new", "service": "acme"},
         "Care package P1, with acme"),
        ("handover-sent", {"handover_id": "H1", "to_service": "reab"}, "Handover H1, with reab"),
    ],
)  # fmt: skip
def test_who_comes_back_to_hospital_leaves_what_was_asked_for_on_hold(
    kind: str, data: dict[str, str], said: str
) -> None:
    told = in_hospital()
    told.discharged("2026-01-06 10:00", pathway="P1")
    told.tell(kind, "2026-01-06 12:00", **data)
    told.admitted("2026-01-08 10:00", spell_id="S2")
    assert on_hold(told) == [f"  {said}: since 08-Jan-2026 10:00, back in hospital"]


def test_a_stay_in_hospital_withdrawn_and_closed_requests_are_not_on_hold() -> None:
    told = unwell_again()
    told.tell("referral-withdrawn", "2026-01-08 10:00", referral_id="R1")
    assert [line[:13] for line in on_hold(told)] == ["  Referral R2"]
