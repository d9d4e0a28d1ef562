"""Who acts next is asked of what the wait is about, and where nothing tells, of nobody."""

import pytest

from tests.pathway.test_who_acts import acts, away, because, owned, ready, refer
from tests.pathway.told import Told, own_policy

LATER = "2026-01-06 12:00"


def referred(policy: str = "", **data: str) -> Told:
    """Asked for at home: no event tells of a stay in hospital."""
    person = Told(own_policy(policy))
    person.tell("referral-made", "2026-01-06 09:00", referral_id="R1", kind="home_care",
                service="acme", **data)  # fmt: skip
    return person


@pytest.mark.parametrize("role", ["ward", "care_transfer_hub"])
def test_of_what_was_asked_for_outside_hospital_no_hospital_or_hub_is_known(role: str) -> None:
    person = referred(f'[wait.referral_response]\nacts_next = "{role}"\n')
    assert person.wait("referral_response", LATER).acts_next == (None, role)


def test_why_somebody_is_still_in_hospital_says_nothing_of_a_referral() -> None:
    person = referred("[wait.referral_response]\nby_delay_reason = true\n")
    assert person.wait("referral_response", LATER).acts_next == ("acme", "service")


def test_who_pays_for_themselves_is_helped_to_commission_and_not_to_answer() -> None:
    person = referred(funder="self_funded")
    assert person.wait("referral_response", LATER).acts_next == ("acme", "service")
    person.policy = own_policy('[wait.referral_response]\nacts_next = "commissioner"\n')
    assert person.wait("referral_response", LATER).acts_next == (None, "case_manager")


def test_of_two_stays_the_newer_waits_for_whoever_owns_its_own_reason() -> None:
    """The older, which has no end, was held up by medicines; the newer is by reablement, which a
    service was asked for."""
    person = Told()
    for provider, admitted, reason in (
        ("RR8", "2026-01-05 10:00", "hosp_ttos_documents"),
        ("RAE", "2026-01-07 10:00", "cap_p1_reablement"),
    ):
        person.admitted(admitted, provider=provider)
        person.reviewed("2026-01-08 09:00", meets=False, provider=provider)
        person.in_spell("delay-reason-recorded", "2026-01-08 10:00", provider=provider,
                        reason=reason)  # fmt: skip
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="reablement",
                service="skills-south", provider="RAE", spell_id="S1")  # fmt: skip
    who = {
        wait.provider: wait.acts_next
        for wait in person.assessed("2026-01-09 12:00").open_waits
        if wait.id == "drd_to_discharge"
    }
    assert who == {"RAE": ("skills-south", "service")}


def test_whoever_was_asked_first_is_waited_for_however_they_are_called() -> None:
    told = ready()
    because(told, "cap_p1_reablement")
    refer(told, "reablement", "south", "2026-01-08 12:00")
    refer(told, "reablement", "north", "2026-01-08 13:00")
    assert acts(told, "drd_to_discharge") == ("south", "service")


def test_a_discharge_from_a_stay_that_nobody_told_of_leaves_the_person_where_they_are() -> None:
    told = owned()
    told.discharged("2026-01-09 10:00", provider="RAE", spell_id="S2")
    assert acts(away(told, "2026-01-09 17:00"), "owner_cover") == ("leeds-hub", "care_transfer_hub")
