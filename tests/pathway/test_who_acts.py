"""Who is expected to act next: whoever owns the reason of a delay, pays, or can while the owner is
away (domain.md 1.4, 12.5)."""

from typing import Any

import pytest

from flow.events.codes import DELAY_REASONS, REFERRAL_KINDS
from flow.pathway import assess
from tests.pathway.test_more_of_another import cared_for
from tests.pathway.told import Told, at, own_policy, value_of

COUNCIL = "E08000035"
LATER = "2026-01-12 12:00"


def ready(policy: str = "") -> Told:
    """On pathway 1, ready since 8 January, with the hub of Leeds."""
    told = Told(own_policy(policy))
    told.admitted("2026-01-05 10:00", council=COUNCIL)
    told.in_spell("expected-discharge-date-set", "2026-01-05 12:00",
                  expected_discharge_date="2026-01-09")  # fmt: skip
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("referred-to-care-transfer-hub", "2026-01-08 10:00", referral_id="H1",
                  hub="leeds-hub")  # fmt: skip
    told.in_spell("pathway-decided", "2026-01-08 11:00", pathway="P1", status="confirmed")
    return told


def refer(told: Told, kind: str, service: str, when: str = "2026-01-08 12:00") -> None:
    told.tell("referral-made", when, referral_id=f"R-{service}", kind=kind, service=service,
              provider="RR8", spell_id="S1")  # fmt: skip


def because(told: Told, reason: str, when: str = "2026-01-09 10:00", **data: Any) -> None:
    told.in_spell("delay-reason-recorded", when, reason=reason, **data)


def acts(told: Told, wait: str, now: str = LATER) -> tuple[str | None, str]:
    view = told.assessed(now)
    (found,) = [each for each in view.open_waits if each.id == wait]
    return found.acts_next


@pytest.mark.parametrize(
    ("reason", "who"),
    [
        ("hosp_ttos_documents", ("RR8", "discharge_coordinator")),
        ("well_safeguarding", ("RR8", "discharge_coordinator")),
        ("hub_funding", ("leeds-hub", "care_transfer_hub")),
        ("intf_p1_social_care", (COUNCIL, "social_worker")),
        ("cap_p1_reablement", ("skills-south", "service")),
        ("cap_p1_community_health", ("leeds-hub", "care_transfer_hub")),
        ("intf_provider_action", ("leeds-hub", "care_transfer_hub")),
        ("unknown", ("RR8", "discharge_coordinator")),
    ],
)
def test_the_discharge_waits_for_whoever_owns_the_primary_reason(
    reason: str, who: tuple[str | None, str]
) -> None:
    told = ready()
    refer(told, "equipment", "stores")
    refer(told, "reablement", "skills-south", "2026-01-08 13:00")
    because(told, reason)
    assert acts(told, "drd_to_discharge") == who


@pytest.mark.parametrize(
    ("reason", "equipment_asked", "who"),
    [
        pytest.param("cap_equipment", True, ("stores", "service"), id="another was asked for it"),
        pytest.param("cap_equipment", False, ("skills-south", "service"), id="nobody was"),
        pytest.param("cap_p1_reablement", True, ("skills-south", "service"), id="its own"),
        pytest.param("intf_provider_action", True, ("skills-south", "service"), id="of no kind"),
        pytest.param("hosp_ipc", True, ("RR8", "discharge_coordinator"), id="the hospital's"),
        pytest.param("intf_choice", True, (COUNCIL, "social_worker"), id="the council's"),
    ],
)
def test_a_service_that_was_asked_waits_for_whoever_holds_the_person_up(
    reason: str, *, equipment_asked: bool, who: tuple[str | None, str]
) -> None:
    told = ready()
    if equipment_asked:
        refer(told, "equipment", "stores")
    refer(told, "reablement", "skills-south", "2026-01-08 13:00")
    because(told, reason)
    assert acts(told, "p1_reablement_start") == who


def test_of_two_asked_for_the_same_neither_waits_for_the_other() -> None:
    told = ready()
    because(told, "cap_p1_reablement")
    for service in ("north", "south"):
        refer(told, "reablement", service)
    waits = told.waits("p1_reablement_start", LATER)
    assert {wait.acts_next for wait in waits} == {("north", "service"), ("south", "service")}


def test_who_was_asked_for_what_is_to_come_first_and_refused_holds_nobody_up() -> None:
    told = ready()
    refer(told, "equipment", "stores")
    refer(told, "reablement", "skills-south", "2026-01-08 13:00")
    because(told, "cap_equipment")
    told.tell("referral-withdrawn", "2026-01-09 12:00", referral_id="R-stores")
    assert acts(told, "p1_reablement_start") == ("skills-south", "service")


def test_only_the_primary_reason_says_who_acts_and_only_while_it_applies() -> None:
    told = ready()
    because(told, "hosp_ttos_documents", primary=True)
    because(told, "cap_p1_social_care", "2026-01-09 11:00")
    assert acts(told, "drd_to_discharge") == ("RR8", "discharge_coordinator")
    told.in_spell("delay-reason-cleared", "2026-01-09 12:00", reason="hosp_ttos_documents")
    assert acts(told, "drd_to_discharge") == (COUNCIL, "social_worker")
    told.in_spell("delay-reason-cleared", "2026-01-09 13:00", reason="cap_p1_social_care")
    assert acts(told, "drd_to_discharge") == ("RR8", "discharge_coordinator")


def test_of_services_asked_for_the_same_the_one_asked_first_that_did_not_refuse() -> None:
    told = ready()
    because(told, "cap_p1_reablement")
    for service in ("north", "south"):
        refer(told, "reablement", service)
    assert acts(told, "drd_to_discharge") == ("north", "service")
    told.tell("referral-rejected", "2026-01-09 12:00", referral_id="R-north", reason="no_capacity")
    assert acts(told, "drd_to_discharge") == ("south", "service")


def test_the_service_that_a_delay_waits_for_had_no_part_in_that_of_an_earlier_stay() -> None:
    told = ready()
    because(told, "hosp_ttos_documents")
    told.discharged("2026-01-10 10:00")
    told.admitted("2026-01-11 10:00", spell_id="S2")
    told.reviewed("2026-01-11 12:00", meets=False, spell_id="S2")
    told.tell("referral-made", "2026-01-11 13:00", referral_id="R2", kind="reablement",
              service="skills-south", provider="RR8", spell_id="S2")  # fmt: skip
    because(told, "cap_p1_reablement", "2026-01-11 14:00", spell_id="S2")
    waits = told.waits("drd_to_discharge", LATER)
    assert [(wait.about, wait.acts_next) for wait in waits] == [
        ("RR8:S1", ("RR8", "discharge_coordinator")),
        ("RR8:S2", ("skills-south", "service")),
    ]


BRADFORD = "E08000032"


def asked_with_a_council(told: Told, asked: str, council: str | None = BRADFORD) -> None:
    """For care at home, or a bed, whose commissioner is called for."""
    lives = {"council": council} if council else {}
    if asked == "package":
        told.tell("care-package-requested", "2026-01-05 09:00", package_id="P1", kind="new",
                  service="acme", funder="council", **lives)  # fmt: skip
        told.tell("first-visit-completed", "2026-01-05 18:00", package_id="P1", service="acme")
        told.tell("care-package-handed-back", "2026-01-09 09:00", package_id="P1", service="acme",
                  reason="staffing", care_until=at("2026-01-16 09:00"))  # fmt: skip
    elif asked == "referral":
        told.tell("referral-made", "2026-01-05 09:00", referral_id="R1", kind="reablement",
                  **lives)  # fmt: skip
    else:
        told.tell("centre-admitted", "2026-01-05 09:00", stay_id="T1", service="centre", **lives)


CALLED_FOR = {
    "package": "package_handed_back",
    "referral": "p1_reablement_start",
    "stay": "centre_goals",
}
COMMISSIONER_ACTS = "".join(
    f'[wait.{wait}]\nacts_next = "commissioner"\n' for wait in CALLED_FOR.values()
)


@pytest.mark.parametrize(
    ("asked", "told_with_it", "council"),
    [
        ("package", BRADFORD, BRADFORD),
        ("referral", BRADFORD, BRADFORD),
        ("stay", BRADFORD, BRADFORD),
        ("package", None, COUNCIL),
        ("referral", None, COUNCIL),
        ("stay", None, COUNCIL),
    ],
)
def test_the_council_told_with_what_was_asked_for_commissions_it_wherever_the_person_lives_since(
    asked: str, told_with_it: str | None, council: str
) -> None:
    told = Told(own_policy(COMMISSIONER_ACTS))
    asked_with_a_council(told, asked, told_with_it)
    told.tell("referral-made", "2026-01-11 09:00", referral_id="R9", kind="equipment",
              council=COUNCIL)  # fmt: skip
    (wait,) = [w for w in told.assessed(LATER).open_waits if w.id == CALLED_FOR[asked]]
    assert wait.acts_next == (council, "commissioner")
    assert wait.council == COUNCIL, "figures, and the policy, go by where the person lives now"


def test_the_newest_council_told_with_a_package_commissions_it() -> None:
    told = Told()
    asked_with_a_council(told, "package")
    told.tell("referral-made", "2026-01-10 09:00", referral_id="R9", kind="equipment",
              council=COUNCIL)  # fmt: skip
    history, acting = told.history(), []
    for _ in range(2):
        view = assess(history.journey(), told.policy, at(LATER))
        acting += [wait.acts_next for wait in view.open_waits if wait.id == "package_handed_back"]
        passed_on = told.tell("care-package-requested", "2026-01-11 09:00", package_id="P1",
                              kind="new", council=COUNCIL)  # fmt: skip
        history.add(passed_on, value_of(passed_on))
    assert acting == [(BRADFORD, "commissioner"), (COUNCIL, "commissioner")]


def test_what_others_pay_for_no_council_commissions_though_one_is_told_with_it() -> None:
    told = Told(own_policy(COMMISSIONER_ACTS))
    asked_with_a_council(told, "referral")
    told.tell("referral-made", "2026-01-05 10:00", referral_id="R1", kind="reablement",
              funder="nhs_chc")  # fmt: skip
    assert acts(told, "p1_reablement_start") == (None, "commissioner")


def test_an_alert_that_is_open_names_whoever_acts_now() -> None:
    told = ready()
    told.advance("2026-01-09 09:00")
    because(told, "cap_p1_social_care")
    told.advance("2026-01-09 12:00")
    alert = told.alert("drd_to_discharge")
    assert alert is not None
    assert alert.acts_next is not None
    assert (alert.acts_next.organisation, alert.acts_next.role) == (COUNCIL, "social_worker")
    assert told.assessed("2026-01-09 12:00").stage.acts_next == (COUNCIL, "social_worker")


def test_a_place_may_let_the_hospital_act_whatever_the_reason() -> None:
    told = ready("[wait.drd_to_discharge]\nby_delay_reason = false\n")
    because(told, "cap_p1_social_care")
    assert acts(told, "drd_to_discharge") == ("RR8", "discharge_coordinator")


@pytest.mark.parametrize(
    ("reason", "who"),
    [
        (None, ("slic", "centre_manager")),
        ("hosp_therapy_review", ("slic", "centre_manager")),
        ("hub_referrals", ("leeds-hub", "care_transfer_hub")),
        ("cap_adaptations", (COUNCIL, "social_worker")),
        ("cap_equipment", ("stores", "service")),
    ],
)
def test_leaving_a_centre_waits_for_whoever_owns_the_primary_reason(
    reason: str | None, who: tuple[str | None, str]
) -> None:
    told = ready()
    told.discharged("2026-01-09 15:00")
    told.tell("centre-admitted", "2026-01-09 16:00", stay_id="T1", service="slic",
              provider="RR8", spell_id="S1")  # fmt: skip
    refer(told, "equipment", "stores", "2026-01-10 10:00")
    told.tell("centre-ready-to-leave", "2026-01-10 11:00", stay_id="T1")
    if reason is not None:
        told.tell("centre-delay-reason-recorded", "2026-01-10 12:00", stay_id="T1", reason=reason)
    assert acts(told, "centre_ready_to_leave") == who


def test_every_owner_has_a_role_or_leaves_it_to_the_hospital_or_centre() -> None:
    roles = {owner: DELAY_REASONS.role(owner) for owner in DELAY_REASONS.owners}
    assert roles == {
        "hospital": None, "unknown": None, "care_transfer_hub": "care_transfer_hub",
        "community": "service", "council": "social_worker",
    }  # fmt: skip
    kinds = {kind for named in DELAY_REASONS.saying("kinds").values() for kind in named}
    assert kinds <= REFERRAL_KINDS.codes


@pytest.mark.parametrize(
    ("funder", "who"),
    [
        ("council", (COUNCIL, "commissioner")),
        ("unknown", (COUNCIL, "commissioner")),
        ("nhs_chc", (None, "commissioner")),
        ("self_funded", ("QWO", "case_manager")),
    ],
)
def test_nobody_commissions_what_people_pay_for_themselves(
    funder: str, who: tuple[str | None, str]
) -> None:
    told = owned()
    told.tell("support-plan-agreed", "2026-01-09 10:00", assessment_id="A1", funder=funder)
    assert acts(told, "funding_decision") == who


def test_who_gives_a_package_acts_on_more_of_it_and_who_pays_once_it_is_handed_back() -> None:
    told = ready()
    told.tell("care-package-requested", "2026-01-08 13:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-09 15:00")
    told.tell("first-visit-completed", "2026-01-09 18:00", package_id="P1")
    told.tell("care-package-requested", "2026-01-10 09:00", package_id="P1", kind="increased")
    assert acts(told, "package_increase") == ("acme", "service")
    told.tell("care-package-handed-back", "2026-01-11 09:00", package_id="P1", reason="staffing",
              care_until=at("2026-01-20 09:00"))  # fmt: skip
    assert acts(told, "package_handed_back") == (COUNCIL, "commissioner")


def owned(policy: str = "") -> Told:
    told = ready(policy)
    told.tell("coordinator-assigned", "2026-01-08 12:30", organisation="QWO", coordinator="cm1",
              role="case_manager")  # fmt: skip
    return told


def away(told: Told, when: str, **data: Any) -> Told:
    told.tell("coordinator-off-duty", when, coordinator="cm1", **data)
    return told


def test_while_the_owner_is_away_and_nobody_covers_the_hub_acts_in_hospital() -> None:
    assert acts(away(owned(), "2026-01-09 17:00"), "owner_cover") == (
        "leeds-hub",
        "care_transfer_hub",
    )


def test_where_the_hub_does_not_have_the_person_the_hospital_acts() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("pathway-decided", "2026-01-06 11:00", pathway="P1", status="likely")
    told.tell("coordinator-assigned", "2026-01-08 12:30", organisation="QWO", coordinator="cm1")
    assert acts(away(told, "2026-01-09 17:00"), "owner_cover") == ("RR8", "discharge_coordinator")


def test_at_home_the_service_that_has_the_person_acts_for_an_absent_owner() -> None:
    told = owned()
    told.tell("care-package-requested", "2026-01-08 13:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-09 15:00")
    told.tell("first-visit-completed", "2026-01-09 18:00", package_id="P1")
    assert acts(away(told, "2026-01-10 17:00"), "owner_cover") == ("acme", "service")


def unasked(told: Told) -> Told:
    """At home, and nobody is asked."""
    told.discharged("2026-01-09 15:00")
    return told


def test_any_wait_of_the_owner_is_for_others_to_act_on_until_one_is_there_again() -> None:
    told = unasked(owned())
    assert acts(told, "care_arranged") == ("QWO", "case_manager")
    away(told, "2026-01-10 17:00", back_at=at("2026-01-12 09:00"))
    assert acts(told, "care_arranged", "2026-01-11 12:00") == ("leeds-hub", "care_transfer_hub")
    assert told.assessed("2026-01-11 12:00").next_at is not None
    assert acts(told, "care_arranged", "2026-01-12 09:00") == ("QWO", "case_manager")


def test_looked_at_again_when_the_owner_is_back() -> None:
    told = away(unasked(owned()), "2026-01-10 17:00", back_at=at("2026-01-12 09:00"))
    for hour in ("2026-01-11 12:00", "2026-01-12 08:59", "2026-01-12 09:00"):
        told.advance(hour)
    alert = told.alert("care_arranged")
    assert alert is not None
    assert alert.acts_next is not None
    assert alert.acts_next.role == "case_manager"


NO_COVER_ASKED = "[wait.owner_cover]\non = false\n"
"""Where nobody is asked to cover, no wait ends as the owner comes back."""


@pytest.mark.parametrize(
    ("cover", "looked_at", "before"),
    [(None, True, ("leeds-hub", "care_transfer_hub")), ("cm2", False, ("QWO", "case_manager"))],
    ids=["nobody covers", "somebody covers"],
)
def test_the_moment_that_an_absent_owner_is_back_counts_where_nobody_covers(
    cover: str | None, looked_at: bool, before: tuple[str, str]
) -> None:
    told = away(unasked(owned(NO_COVER_ASKED)), "2026-01-10 17:00",
                back_at=at("2026-01-12 08:43"), cover=cover)  # fmt: skip
    journey, now, looks = told.journey(), at("2026-01-12 08:00"), []
    (wait,) = [w for w in assess(journey, told.policy, now).open_waits if w.id == "care_arranged"]
    assert wait.acts_next == before
    while now < at("2026-01-12 08:43"):
        next_at = assess(journey, told.policy, now).next_at
        assert next_at is not None
        looks.append(now := next_at)
    assert (at("2026-01-12 08:43") in looks) is looked_at
    (wait,) = [w for w in assess(journey, told.policy, now).open_waits if w.id == "care_arranged"]
    assert wait.acts_next == ("QWO", "case_manager")


def test_a_new_owners_organisation_acts_on_what_ran_before() -> None:
    told = unasked(owned())
    history, acting = told.history(), []
    for _ in range(2):
        view = assess(history.journey(), told.policy, at("2026-01-11 12:00"))
        acting += [wait.acts_next for wait in view.open_waits if wait.id == "care_arranged"]
        passed_on = told.tell("coordinator-assigned", "2026-01-11 09:00", organisation="RAE",
                              coordinator="cm2", role="case_manager")  # fmt: skip
        history.add(passed_on, value_of(passed_on))
    assert acting == [("QWO", "case_manager"), ("RAE", "case_manager")]


def test_a_cover_acts_for_the_owners_organisation() -> None:
    told = away(unasked(owned()), "2026-01-10 17:00", cover="cm2")
    assert acts(told, "care_arranged") == ("QWO", "case_manager")


def test_without_an_owner_the_hub_acts() -> None:
    assert acts(unasked(ready()), "care_arranged") == ("leeds-hub", "care_transfer_hub")


def test_a_notice_for_the_owner_is_heard_by_whoever_acts_while_they_are_away() -> None:
    told = owned()
    told.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="reablement",
              provider="RR8", spell_id="S1")  # fmt: skip
    told.reviewed("2026-01-09 09:00", meets=True)
    heard = []
    for hour in ("2026-01-09 10:00", "2026-01-09 18:00"):
        told.advance(hour)
        alert = told.alert("unwell_again")
        assert alert is not None
        assert alert.acts_next is not None
        heard.append((alert.acts_next.organisation, alert.acts_next.role))
        away(told, "2026-01-09 17:00")
    assert heard == [("QWO", "case_manager"), ("leeds-hub", "care_transfer_hub")]


@pytest.mark.parametrize(
    ("hub", "who"),
    [("leeds-hub", ("leeds-hub", "care_transfer_hub")), (None, ("RR8", "case_manager"))],
)
def test_no_service_names_the_owner_of_whoever_a_hospital_has(
    hub: str | None, who: tuple[str | None, str]
) -> None:
    """Back in hospital, and home again before anybody there has taken the person on."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-08 10:00", pathway="P1")
    told.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1", service="acme")
    told.tell("coordinator-assigned", "2026-01-08 18:05", organisation="QWO", coordinator="staff-9",
              service="acme")  # fmt: skip
    told.admitted("2026-02-02 10:00", spell_id="S2")
    if hub is not None:
        told.in_spell("referred-to-care-transfer-hub", "2026-02-02 11:00", spell_id="S2", hub=hub)
    told.discharged("2026-02-05 17:00", spell_id="S2", pathway="P1")
    assert acts(told, "owner_follows", "2026-02-10 09:00") == who


HUB_ACTS, HOSPITAL_ACTS = ("leeds-hub", "care_transfer_hub"), ("RR8", "discharge_coordinator")


def taken_on_by_acme() -> Told:
    told = ready()
    refer(told, "home_care", "acme")
    told.tell("handover-sent", "2026-01-08 14:00", handover_id="V1", to_service="acme")
    told.tell("handover-accepted", "2026-01-08 14:30", handover_id="V1", service="acme")
    told.discharged("2026-01-09 15:00")
    return told


def test_a_service_that_refused_is_not_to_find_another() -> None:
    told = taken_on_by_acme()
    told.tell("referral-rejected", "2026-01-10 09:00", referral_id="R-acme", reason="no_capacity")
    assert acts(told, "care_arranged") == HUB_ACTS
    assert told.assessed(LATER).stage.responsible == "acme"


def test_a_service_whose_care_has_ended_is_not_to_find_another() -> None:
    told = cared_for()
    told.tell("care-package-handed-back", "2026-01-08 09:00", package_id="P1", reason="staffing",
              care_until=at("2026-01-10 18:00"))  # fmt: skip
    told.tell("care-package-ended", "2026-01-10 18:00", package_id="P1")
    assert acts(told, "care_arranged") == HOSPITAL_ACTS


def followed() -> Told:
    """Acme has taken the person on, and the owner is still the hospital's."""
    told = taken_on_by_acme()
    told.tell("coordinator-assigned", "2026-01-08 12:00", organisation="QWO", coordinator="cm1",
              id="owner")  # fmt: skip
    return told


def test_who_has_the_person_names_the_owner_and_one_that_refused_does_not() -> None:
    told = followed()
    assert acts(told, "owner_follows") == ("acme", "service")
    told.tell("referral-rejected", "2026-01-10 09:00", referral_id="R-acme", reason="no_capacity")
    assert acts(told, "owner_follows") == HUB_ACTS


def sent_on_by_a_centre() -> Told:
    """The owner at QWO did not pass on to the centre, which has sent the person home to others."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("case-manager-assigned", "2026-01-05 12:00", organisation="QWO",
                  case_manager="cm1")  # fmt: skip
    told.discharged("2026-01-08 10:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="slic")
    told.tell("care-package-requested", "2026-01-09 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    assert acts(told, "owner_follows", "2026-01-09 11:00") == ("slic", "service")
    told.tell(
        "centre-discharged", "2026-01-10 12:00", stay_id="T1", destination="home_with_support"
    )
    return told


def test_no_hospital_of_an_earlier_time_names_the_owner_of_whom_a_centre_has_let_go() -> None:
    told = sent_on_by_a_centre()
    assert acts(told, "owner_follows") == ("QWO", "case_manager")
    away(told, "2026-01-11 17:00")
    assert acts(told, "owner_follows") == HOSPITAL_ACTS
    told.tell("first-visit-completed", "2026-01-12 09:00", package_id="P1", service="acme")
    assert acts(told, "owner_follows") == ("acme", "service")


def test_a_service_that_has_no_capacity_for_now_still_names_the_owner() -> None:
    told = followed()
    told.tell("care-package-requested", "2026-01-09 16:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-10 09:00", package_id="P1")
    told.tell("care-package-paused", "2026-01-11 09:00", package_id="P1",
              reason="provider_capacity")  # fmt: skip
    assert acts(told, "owner_follows") == ("acme", "service")


# Fast Track is waited for until its package begins: by whoever finds a provider, then by that one.


def fast_track() -> Told:
    told = ready()
    told.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="fast_track_chc",
              funder="nhs_chc", provider="RR8", spell_id="S1")  # fmt: skip
    return told


def confirmed_by(told: Told, service: str, when: str, **data: Any) -> None:
    told.tell("care-package-requested", when, package_id="P1", kind="new", service=service,
              referral_id="R1", funder="nhs_chc")  # fmt: skip
    told.tell("care-package-confirmed", when, package_id="P1", service=service, **data)


def test_a_provider_that_has_confirmed_fast_track_acts_next() -> None:
    told = fast_track()
    assert acts(told, "fast_track_chc", "2026-01-08 13:00") == (None, "commissioner")
    confirmed_by(told, "aire", "2026-01-08 14:00", first_visit_due_at=at("2026-01-09 16:00"))
    assert acts(told, "fast_track_chc", "2026-01-08 15:00") == ("aire", "service")
    wait = told.wait("fast_track_chc", "2026-01-08 15:00")
    assert (wait.agreed_at, wait.due_at) == (at("2026-01-09 16:00"), at("2026-01-09 20:00"))


def test_a_time_that_is_agreed_moves_no_target_of_fast_track() -> None:
    told = fast_track()
    confirmed_by(told, "aire", "2026-01-08 14:00", first_visit_due_at=at("2026-01-12 16:00"))
    assert told.wait("fast_track_chc", "2026-01-08 15:00").due_at == at("2026-01-10 12:00")


def test_who_confirmed_before_the_referral_is_told_acts_next_as_well() -> None:
    told = ready()
    confirmed_by(told, "aire", "2026-01-08 11:30", first_visit_due_at=at("2026-01-09 16:00"))
    told.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="fast_track_chc",
              funder="nhs_chc", provider="RR8", spell_id="S1")  # fmt: skip
    assert acts(told, "fast_track_chc", "2026-01-08 15:00") == ("aire", "service")
    assert told.wait("fast_track_chc", "2026-01-08 15:00").agreed_at == at("2026-01-09 16:00")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("care-package-handed-back", {"reason": "staffing"}),
        ("care-package-ended", {"reason": "provider_withdrew"}),
    ],
)
def test_a_provider_that_gives_fast_track_up_leaves_it_to_the_commissioner(
    kind: str, data: dict[str, str]
) -> None:
    told = fast_track()
    confirmed_by(told, "aire", "2026-01-08 14:00", first_visit_due_at=at("2026-01-09 16:00"))
    told.tell(kind, "2026-01-08 17:00", package_id="P1", **data)
    assert acts(told, "fast_track_chc", "2026-01-08 18:00") == (None, "commissioner")
    assert told.wait("fast_track_chc", "2026-01-08 18:00").agreed_at is None


def test_told_anew_as_other_care_it_is_nobody_s_as_fast_track() -> None:
    told = fast_track()
    confirmed_by(told, "aire", "2026-01-08 14:00")
    assert told.journey().referrals["R1"].taken_on is not None
    told.tell("referral-made", "2026-01-08 15:00", referral_id="R1", kind="home_care",
              provider="RR8", spell_id="S1")  # fmt: skip
    assert told.journey().referrals["R1"].taken_on is None


def prepared_for_pathway_1(told: Told) -> None:
    refer(told, "home_care", "acme-care")
    told.tell("referral-accepted", "2026-01-08 13:00", referral_id="R-acme-care",
              service="acme-care")  # fmt: skip


@pytest.mark.parametrize("hub", [True, False])
def test_who_decided_that_nobody_is_needed_acts_on_the_care_that_was_asked_for_before(
    *, hub: bool
) -> None:
    """The provider was told to stand down, and cannot come: it is called for nothing."""
    told = ready() if hub else Told()
    if not hub:
        told.admitted("2026-01-05 10:00")
    prepared_for_pathway_1(told)
    told.discharged("2026-01-09 10:00", pathway="P0")
    who = ("leeds-hub", "care_transfer_hub") if hub else ("RR8", "discharge_coordinator")
    (notice,) = [n for n in told.assessed("2026-01-11 12:00").notices if n.kind == "stand_down"]
    assert notice.service == "acme-care"
    assert acts(told, "home_care_start", "2026-01-11 12:00") == who


def test_a_provider_that_is_waited_for_again_acts_itself() -> None:
    """Home from a later stay that tells no pathway (`plan_changes.py`)."""
    told = ready()
    prepared_for_pathway_1(told)
    told.discharged("2026-01-09 10:00", pathway="P0")
    told.admitted("2026-01-10 10:00", spell_id="S2")
    told.discharged("2026-01-11 10:00", spell_id="S2")
    assert acts(told, "home_care_start", "2026-01-13 12:00") == ("acme-care", "service")


def test_a_provider_that_came_all_the_same_acts_itself() -> None:
    told = ready()
    told.tell("care-package-requested", "2026-01-08 12:00", package_id="PK", kind="new",
              service="acme-care", provider="RR8", spell_id="S1")  # fmt: skip
    told.discharged("2026-01-09 10:00", pathway="P0")
    told.tell("first-visit-completed", "2026-01-10 10:00", package_id="PK", service="acme-care")
    told.tell("care-package-paused", "2026-01-11 10:00", package_id="PK",
              service="acme-care", reason="provider_capacity")  # fmt: skip
    assert acts(told, "package_resume", "2026-01-12 12:00") == ("acme-care", "service")
