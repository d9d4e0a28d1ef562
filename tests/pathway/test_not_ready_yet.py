"""What waits for nothing but that the person is well enough to leave, or is let go, blames nobody
who was asked early (domain.md 1.2, 12.5)."""

import pytest

from tests.pathway.told import Told, at

KINDS = [
    ("reablement", "p1_reablement_start"),
    ("rehabilitation_bed", "p2_bed_start"),
    ("care_home", "care_home_start"),
]


def asked_early(kind: str, *, meets: bool | None = True) -> Told:
    """On the second day, of a service that says it comes on the 12th."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    if meets is not None:
        told.reviewed("2026-01-06 09:00", meets=meets)
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind=kind, service="acme")
    told.tell("referral-accepted", "2026-01-06 12:00", referral_id="R1",
              start_agreed_at=at("2026-01-12 15:00"))  # fmt: skip
    return told


@pytest.mark.parametrize(("kind", "wait"), KINDS)
def test_nobody_who_was_asked_early_is_late_while_the_person_is_not_ready(
    kind: str, wait: str
) -> None:
    told = asked_early(kind)
    assert told.waits(wait, "2026-01-09 12:00") == []
    told.reviewed("2026-01-10 09:00", meets=False)
    runs = told.wait(wait, "2026-01-10 10:00")
    assert (runs.state, runs.starts_at) == ("running", at("2026-01-10 09:00"))


@pytest.mark.parametrize(("kind", "wait"), KINDS)
def test_who_leaves_without_being_ready_is_waited_for_from_then(kind: str, wait: str) -> None:
    told = asked_early(kind)
    told.discharged("2026-01-10 15:00")
    assert told.wait(wait, "2026-01-10 16:00").starts_at == at("2026-01-10 15:00")


@pytest.mark.parametrize(("kind", "wait"), KINDS)
def test_where_no_review_is_told_nobody_knows_and_they_are_waited_for(kind: str, wait: str) -> None:
    told = asked_early(kind, meets=None)
    assert told.wait(wait, "2026-01-09 12:00").starts_at == at("2026-01-06 10:00")
    told.reviewed("2026-01-09 13:00", meets=True)
    assert told.wait(wait, "2026-01-09 14:00").ended == "cancelled"


def test_fast_track_is_waited_for_however_ill_the_person_is() -> None:
    told = asked_early("fast_track_chc")
    assert told.wait("fast_track_chc", "2026-01-09 12:00").state == "breached"


@pytest.mark.parametrize(
    ("reason", "who"),
    [
        ("hosp_transport", ("RR8", "discharge_coordinator")),
        ("hub_funding", (None, "care_transfer_hub")),
        ("cap_p1_reablement", ("acme", "service")),
        ("cap_equipment", ("acme", "service")),
        ("unknown", ("acme", "service")),
    ],
)
def test_whoever_holds_the_person_up_in_hospital_acts_next(
    reason: str, who: tuple[str | None, str]
) -> None:
    told = asked_early("reablement", meets=False)
    told.in_spell("delay-reason-recorded", "2026-01-12 14:00", reason=reason, primary=True)
    late = told.wait("p1_reablement_start", "2026-01-12 20:00")
    assert (late.state, late.acts_next) == ("breached", who)
    told.discharged("2026-01-12 21:00")
    assert told.wait("p1_reablement_start", "2026-01-12 22:00").acts_next == ("acme", "service")


def test_no_expected_date_is_waited_for_of_who_is_ready_to_leave() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 07:00", meets=False)
    assert told.wait("edd_set", "2026-01-08 10:00").ended == "cancelled"
    told.reviewed("2026-01-08 11:00", meets=True)
    assert told.wait("edd_set", "2026-01-08 12:00", period=2).state == "running"


@pytest.mark.parametrize(
    ("method", "waited_for"),
    [("82", False), ("83", False), ("2C", True), ("31", True), (None, True)],
)
def test_no_date_of_discharge_is_expected_of_a_newborn_but_of_one_who_was_brought_in(
    method: str | None, waited_for: bool
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", admission_method=method)
    assert bool(told.waits("edd_set", "2026-01-06 11:00")) is waited_for


def test_a_stay_is_told_to_be_a_birth_only_after_it_was_heard_of() -> None:
    told = Told()
    told.in_spell("patient-transferred", "2026-01-05 08:00", ward="W2")
    told.admitted("2026-01-05 10:00", admission_method="82")
    assert told.wait("edd_set", "2026-01-06 11:00").ended == "cancelled"


def test_who_was_asked_next_for_what_was_handed_back_acts_next() -> None:
    told = Told()
    told.tell("care-package-requested", "2026-01-05 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-06 10:00", package_id="P1", service="acme")
    told.tell("care-package-handed-back", "2026-01-08 10:00", package_id="P1", service="acme",
              reason="staffing", care_until=at("2026-01-15 20:00"))  # fmt: skip

    def acts() -> tuple[str | None, str]:
        return told.wait("package_handed_back", "2026-01-12 10:00").acts_next

    assert acts() == (None, "commissioner")
    told.tell("care-package-requested", "2026-01-09 10:00", package_id="P1", kind="new",
              service="wharfe")  # fmt: skip
    assert acts() == ("wharfe", "service")


def test_whoever_gives_care_acts_on_it_though_another_was_asked_to_take_it_on() -> None:
    told = Told()
    told.tell("care-package-requested", "2026-01-05 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-06 10:00", package_id="P1", service="acme")
    told.tell("care-package-paused", "2026-01-08 10:00", package_id="P1", reason="family_cover")
    told.tell("care-package-requested", "2026-01-09 10:00", package_id="P1", kind="new",
              service="wharfe")  # fmt: skip
    assert told.wait("package_pause_review", "2026-01-20 10:00").acts_next.organisation == "acme"
