"""A social worker of the council that pays for the care, or in which the person lives, may own the
case whoever gives the care, so that nobody else has to be named (domain.md 1.4)."""

import pytest

from tests.pathway.told import Told

LEEDS, BRADFORD = "E08000035", "E08000032"


def cared_for(
    organisation: str,
    lives_in: str | None = LEEDS,
    service: str | None = None,
    *,
    of_the_hub: bool = True,
) -> Told:
    """On pathway 1, with an owner since hospital; an agency has begun."""
    told = Told()
    told.admitted("2026-01-05 10:00", council=lives_in)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    if of_the_hub and service is None:
        told.in_spell("case-manager-assigned", "2026-01-06 11:00", organisation=organisation,
                      case_manager="m1", role="social_worker")  # fmt: skip
    else:
        told.tell("coordinator-assigned", "2026-01-06 11:00", organisation=organisation,
                  coordinator="m1", service=service)  # fmt: skip
    told.tell("care-package-requested", "2026-01-07 10:00", package_id="P1", kind="new",
              service="acme", funder="council")  # fmt: skip
    told.discharged("2026-01-08 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1", service="acme")
    return told


def follows(told: Told, now: str = "2026-01-09 10:00") -> bool:
    return "owner_follows" in {wait.id for wait in told.assessed(now).open_waits}


@pytest.mark.parametrize(
    ("organisation", "service", "asked_for"),
    [
        (LEEDS, None, False),
        (BRADFORD, None, True),
        ("RR8", None, True),
        (LEEDS, "leeds-reablement", True),
        (LEEDS, "acme", False),
    ],
)
def test_only_who_answers_for_nobody_with_a_part_in_it_is_followed(
    organisation: str, service: str | None, *, asked_for: bool
) -> None:
    """A co-ordinator of one of the council's own services answers for that."""
    told = cared_for(organisation, service=service)
    assert told.assessed("2026-01-09 10:00").stage.responsible == "acme"
    assert follows(told) is asked_for


@pytest.mark.parametrize("of_the_hub", [True, False])
def test_by_either_event(*, of_the_hub: bool) -> None:
    assert not follows(cared_for(LEEDS, of_the_hub=of_the_hub))


def test_known_only_later_where_they_live() -> None:
    told = cared_for(LEEDS, lives_in=None)
    assert follows(told)
    told.tell("referral-made", "2026-01-08 19:00", referral_id="R1", kind="equipment",
              council=LEEDS)  # fmt: skip
    assert not follows(told)


def test_the_council_that_asked_for_the_care_of_who_moved_to_another() -> None:
    told = cared_for(LEEDS)
    told.tell("care-package-requested", "2026-01-09 11:00", package_id="P1", kind="new",
              service="acme", council=LEEDS)  # fmt: skip
    told.tell("referral-made", "2026-01-09 12:00", referral_id="R1", kind="equipment",
              council=BRADFORD)  # fmt: skip
    assert not follows(told, "2026-01-10 10:00")
    told.tell("care-package-ended", "2026-01-11 10:00", package_id="P1", reason="goals_met")
    told.tell("referral-made", "2026-01-11 11:00", referral_id="R2", kind="reablement",
              service="beta", council=BRADFORD)  # fmt: skip
    told.tell("first-visit-completed", "2026-01-12 10:00", referral_id="R2", service="beta")
    assert follows(told, "2026-01-12 11:00")


def test_in_a_care_home() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", council=LEEDS)
    told.in_spell("case-manager-assigned", "2026-01-06 11:00", organisation=LEEDS,
                  case_manager="m1", role="social_worker")  # fmt: skip
    told.tell("referral-made", "2026-01-06 12:00", referral_id="R1", kind="care_home",
              service="oak")  # fmt: skip
    told.discharged("2026-01-08 10:00", pathway="P3", destination="p3_care_home_new")
    assert told.assessed("2026-01-09 10:00").stage.responsible == "oak"
    assert not follows(told)


def test_in_another_hospital_that_one_names_an_owner_for_the_stay() -> None:
    told, there = cared_for(LEEDS), {"provider": "RAE", "spell_id": "S2"}
    told.admitted("2026-01-20 10:00", **there, admission_method="21")
    told.in_spell("pathway-decided", "2026-01-20 11:00", **there, pathway="P1",
                  status="confirmed")  # fmt: skip
    assert follows(told, "2026-01-20 12:00")
