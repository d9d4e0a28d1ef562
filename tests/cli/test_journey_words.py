"""Who owns the person, what happened to them, and why: in words and as data (`flow person`)."""

from collections.abc import Callable
from typing import Any

import pytest

from flow.cli.explain import folded_data, lines
from flow.cli.folding import Folded, fold_person
from tests.pathway.told import ENGLAND, PERSON, Told, at, value_of

NOW = "2026-01-20 12:00"


def folded(told: Told, now: str = NOW) -> Folded:
    events = [(event, value_of(event)) for event in told.events]
    found = fold_person(PERSON, events, ENGLAND, at(now))
    assert found is not None
    return found


def words(told: Told, now: str = NOW) -> str:
    return "\n".join(lines(folded(told, now)))


def two_beds_accepted(told: Told, when: str) -> None:
    """Two centres prepare for somebody who was ready to leave on 6 January."""
    told.reviewed("2026-01-06 09:00", meets=False)
    for number, centre in ((1, "cena"), (2, "cenb")):
        told.tell("referral-made", "2026-01-06 10:00", referral_id=f"R{number}",
                  kind="rehabilitation_bed", service=centre)  # fmt: skip
        told.tell("referral-accepted", when, referral_id=f"R{number}", service=centre)


def in_hospital() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("pathway-decided", "2026-01-05 11:00", pathway="P1", status="confirmed")
    return told


def owned() -> Told:
    told = in_hospital()
    told.tell("coordinator-assigned", "2026-01-05 12:00", organisation="RR8",
              coordinator="staff-17", role="case_manager")  # fmt: skip
    return told


def at_home() -> Told:
    told = in_hospital()
    told.discharged("2026-01-07 10:00", pathway="P1")
    return told


def test_nobody_owns_the_person() -> None:
    assert "  owner: nobody answers for the person by name" in words(in_hospital())


def test_the_owner_is_named_by_staff_reference_and_organisation() -> None:
    said = words(owned())
    assert "  owner: staff-17 at RR8, case manager, since 05-Jan-2026 12:00" in said
    assert "off duty since" not in said


def test_who_names_the_owner_of_somebody_whose_service_is_gone_is_said_without_contradiction() -> (
    None
):
    """Acme took the person on, the owner is the hospital's still, and Acme refuses."""
    told = owned()
    told.in_spell("referred-to-care-transfer-hub", "2026-01-05 13:00", hub="leeds-hub")
    told.tell("referral-made", "2026-01-05 14:00", referral_id="R1", kind="home_care",
              service="acme")  # fmt: skip
    told.tell("handover-sent", "2026-01-06 09:00", handover_id="V1", to_service="acme")
    told.tell("handover-accepted", "2026-01-06 10:00", handover_id="V1", service="acme")
    told.discharged("2026-01-07 10:00", pathway="P1")
    waits_for = "A new co-ordinator for the person, who has passed to another organisation: "
    had = "which had the person last and has no part in the care any more"
    said = words(told, "2026-01-08 09:00")
    assert "  responsible: acme\n" in said
    assert "      acts next: service, acme\n" in said[said.index(waits_for) :]
    told.tell("referral-rejected", "2026-01-08 10:00", referral_id="R1", reason="no_capacity")
    said = words(told, "2026-01-08 11:00")
    assert f"  responsible: acme, {had}\n" in said
    assert "      acts next: care transfer hub, leeds-hub\n" in said[said.index(waits_for) :]
    assert "that is now responsible" not in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "owner off duty since 19-Jan-2026 17:00, return not known: nobody covers"),
        (
            {"back_at": "2026-01-21T08:00:00+00:00", "cover": "staff-9"},
            "owner off duty since 19-Jan-2026 17:00, back 21-Jan-2026 08:00: staff-9 covers",
        ),
    ],
)
def test_an_owner_who_is_away_is_said_to_be(data: dict[str, Any], said: str) -> None:
    told = owned()
    told.tell("coordinator-off-duty", "2026-01-19 17:00", coordinator="staff-17", **data)
    assert said in words(told)
    as_data = folded_data(folded(told))["journey"]["coordinator"]
    assert as_data["coordinator"] == "staff-17"
    assert as_data["off_duty"]["since"] == at("2026-01-19 17:00")
    assert as_data["off_duty"].get("cover") == data.get("cover")


def test_an_owner_who_is_back_is_not_away() -> None:
    told = owned()
    told.tell("coordinator-off-duty", "2026-01-19 17:00", coordinator="staff-17",
              back_at="2026-01-20T08:00:00+00:00")  # fmt: skip
    assert "off duty since" not in words(told)


def expected(told: Told) -> None:
    for day in ("2026-01-21", "2026-01-22"):
        told.in_spell(
            "expected-discharge-date-set", "2026-01-06 10:00", expected_discharge_date=day
        )


def planned(told: Told) -> None:
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed",
                  planned_discharge_at="2026-01-21T10:00:00+00:00")  # fmt: skip


def delayed(told: Told) -> None:
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("delay-reason-recorded", "2026-01-06 10:00", reason="hosp_medical_review")


def refused(told: Told) -> None:
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="reablement",
              service="reab")  # fmt: skip
    told.tell("referral-rejected", "2026-01-06 11:00", referral_id="R1", reason="no_capacity")


def paused(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new")
    told.tell("care-package-paused", "2026-01-06 11:00", package_id="P1", reason="family_cover")


def missed(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new")
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("first-visit-missed", "2026-01-07 18:00", package_id="P1")


def handed_back(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new")
    told.tell("care-package-handed-back", "2026-01-06 11:00", package_id="P1", service="acme",
              reason="staffing", care_until="2026-01-25T09:00:00+00:00")  # fmt: skip


def asked_of_another(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 10:00", package_id="P1", service="acme")
    told.tell("care-package-requested", "2026-01-08 10:00", package_id="P1", kind="new",
              service="beta")  # fmt: skip


def confirmed_by_another(told: Told) -> None:
    asked_of_another(told)
    told.tell("care-package-confirmed", "2026-01-09 10:00", package_id="P1", service="beta",
              first_visit_due_at="2026-01-25T09:00:00+00:00")  # fmt: skip


def more_declined(told: Told) -> None:
    asked_of_another(told)
    told.tell("care-package-requested", "2026-01-09 10:00", package_id="P1", kind="increased",
              service="beta")  # fmt: skip
    told.tell("care-package-handed-back", "2026-01-09 11:00", package_id="P1", service="beta",
              reason="staffing")  # fmt: skip


def ended(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new")
    told.tell("care-package-ended", "2026-01-06 11:00", package_id="P1", reason="goals_met")


def asked_to_go_on(told: Told) -> None:
    confirmed(told)
    told.tell("first-visit-completed", "2026-01-06 18:00", package_id="P1", service="acme")
    told.tell("care-package-paused", "2026-01-07 11:00", package_id="P1", reason="readmitted")
    told.tell("care-package-requested", "2026-01-08 10:00", package_id="P1", kind="restart",
              service="acme")  # fmt: skip


def asked_for_more(told: Told) -> None:
    confirmed(told)
    told.tell("first-visit-completed", "2026-01-06 18:00", package_id="P1", service="acme")
    told.tell("care-package-requested", "2026-01-08 10:00", package_id="P1", kind="increased",
              service="acme")  # fmt: skip


def said_to_be_in_place(told: Told) -> None:
    told.tell("referral-made", "2026-01-06 09:00", referral_id="R1", kind="fast_track_chc",
              service="chc-team")  # fmt: skip
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme", referral_id="R1")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("care-package-started", "2026-01-07 12:00", package_id="P1", service="acme")


def visited_after_that(told: Told) -> None:
    said_to_be_in_place(told)
    told.tell("first-visit-completed", "2026-01-07 18:00", package_id="P1", service="acme")


def assessed(told: Told, *steps: str) -> None:
    told.tell("assessment-referred", "2026-01-06 09:00", assessment_id="A1", service="social-work")
    for day, step in enumerate(steps, start=7):
        told.tell(step, f"2026-01-{day:02} 09:00", assessment_id="A1", **ASSESSED[step])


ASSESSED: dict[str, dict[str, str]] = {
    "assessment-allocated": {"service": "social-work", "to": "sw-1"},
    "assessment-completed": {"service": "social-work"},
    "support-plan-agreed": {"service": "joint-team", "funder": "council"},
    "funding-agreed": {"funder": "self_funded"},
    "assessment-withdrawn": {"reason": "no_longer_needed"},
}


def allocated(told: Told) -> None:
    assessed(told, "assessment-allocated")


def plan_agreed(told: Told) -> None:
    assessed(told, "assessment-completed", "support-plan-agreed")


def funded(told: Told) -> None:
    assessed(told, "assessment-allocated", "funding-agreed")


def assessment_withdrawn(told: Told) -> None:
    assessed(told, "assessment-withdrawn")


def handover_sent(told: Told) -> None:
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="H1", from_organisation="RR8",
              to_service="reab")  # fmt: skip


def handover_accepted(told: Told) -> None:
    handover_sent(told)
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="H1", service="reab")


def handover_refused(told: Told) -> None:
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="H1", to_service="reab",
              outstanding_items=3)  # fmt: skip
    told.tell("handover-rejected", "2026-01-06 11:00", handover_id="H1",
              reason="items_outstanding")  # fmt: skip


def handover_given_back(told: Told) -> None:
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="H1", to_service="reab",
              outstanding_items=1)  # fmt: skip
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="H1", service="reab")
    told.tell("handover-rejected", "2026-01-07 09:00", handover_id="H1", reason="no_capacity")


def handover_over(told: Told) -> None:
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="H1", to_service="reab",
              outstanding_items=2)  # fmt: skip
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="H1")
    told.tell("care-package-requested", "2026-01-06 12:00", package_id="P1", kind="new",
              service="reab")  # fmt: skip
    told.tell("care-package-ended", "2026-01-07 09:00", package_id="P1", reason="goals_met")


def handover_passed_on(told: Told) -> None:
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="H1", outstanding_items=2)
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="H1", service="reab")
    told.tell("handover-accepted", "2026-01-07 09:00", handover_id="H1", service="acme")


HAPPENED: dict[str, tuple[Callable[[Told], None], tuple[str, ...]]] = {
    "expected": (expected, ("expected to leave 22-Jan-2026, revised 1 time",)),
    "planned": (planned, ("discharge planned for 21-Jan-2026 10:00",)),
    "delayed": (delayed, ("main reason to be still there: ", "from 06-Jan-2026 10:00")),
    "refused": (
        refused,
        ("reab, asked 06-Jan-2026 10:00 for ", ": refused 06-Jan-2026 11:00: No bed, "),
    ),
    "paused": (paused, ("paused from 06-Jan-2026 11:00: Family covers for a while",)),
    "missed": (missed, ("1 first visit missed, the last 07-Jan-2026 18:00",)),
    "handed back": (
        handed_back, ("handed back by acme 06-Jan-2026 11:00: ", ", care until 25-Jan-2026 09:00"),
    ),
    "asked of another": (
        asked_of_another, ("beta was asked for it 08-Jan-2026 10:00, not confirmed yet",),
    ),
    "confirmed by another": (
        confirmed_by_another,
        ("beta confirmed it 09-Jan-2026 10:00, first visit agreed for 25-Jan-2026 09:00",),
    ),
    "more declined": (more_declined, ("more of it was declined: somebody else has to be asked",)),
    "ended": (ended, ("ended 06-Jan-2026 11:00: ",)),
    "asked to go on": (
        asked_to_go_on,
        ("asked for 06-Jan-2026 10:00, ", "      asked to go on 08-Jan-2026 10:00"),
    ),
    "asked for more": (asked_for_more, ("      more of it asked for 08-Jan-2026 10:00",)),
    "said to be in place": (
        said_to_be_in_place,
        (
            ("Fast Track continuing healthcare, end of life: "
            "its care package said to be in place 07-Jan-2026 12:00"),
            "asked for 06-Jan-2026 10:00; nobody",
            "      said to be in place 07-Jan-2026 12:00, and no first visit is told",
        ),
    ),
    "visited after that": (
        visited_after_that,
        ("end of life: its care package said to be in place 07-Jan-2026 12:00",
         "asked for 06-Jan-2026 10:00, begun 07-Jan-2026 18:00; nobody"),
    ),
    "allocated": (
        allocated,
        (("  Assessment A1\n      social-work: referred 06-Jan-2026 09:00,"
         " allocated to sw-1 07-Jan-2026 09:00; nobody told who pays\n"),),
    ),
    "plan agreed": (
        plan_agreed,
        (("      social-work, joint-team: referred 06-Jan-2026 09:00, assessed 07-Jan-2026 09:00,"
         " plan agreed 08-Jan-2026 09:00; paid by: council\n"),),
    ),
    "funded": (
        funded,
        (", allocated to sw-1 07-Jan-2026 09:00, funding agreed 08-Jan-2026 09:00; paid by: ",),
    ),
    "assessment withdrawn": (
        assessment_withdrawn,
        ("      social-work: referred 06-Jan-2026 09:00, withdrawn 07-Jan-2026 09:00; nobody",),
    ),
    "handover sent": (
        handover_sent, ("      sent to reab 06-Jan-2026 10:00, not answered yet\n",),
    ),
    "handover accepted": (
        handover_accepted, ("      accepted by reab 06-Jan-2026 11:00\n",),
    ),
    "handover refused": (
        handover_refused,
        (
            "refused by reab 06-Jan-2026 11:00: Medicines, equipment",
            "sent with 3 items outstanding",
        ),
    ),
    "handover given back": (
        handover_given_back,
        (
            "given back by reab 07-Jan-2026 09:00: No bed, visit or hour free",
            "; accepted 06-Jan-2026 11:00",
            "      sent with 1 item outstanding",
        ),
    ),
    "handover over": (
        handover_over,
        (
            "      accepted by reab 06-Jan-2026 11:00, until 07-Jan-2026 09:00\n",
            "      sent with 2 items outstanding",
        ),
    ),
    "handover passed on": (
        handover_passed_on,
        (
            "accepted by reab 06-Jan-2026 11:00, until 07-Jan-2026 09:00",
            "      accepted with 2 items outstanding",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("tell", "said"), HAPPENED.values(), ids=HAPPENED.keys())
def test_what_happened_is_told_with_its_reason(
    tell: Callable[[Told], None], said: tuple[str, ...]
) -> None:
    told = in_hospital()
    tell(told)
    shown = words(told)
    assert "What happened" in shown
    assert all(part in shown for part in said), shown


def asked(told: Told) -> None:
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="equipment",
              service="reab")  # fmt: skip


def received(told: Told) -> None:
    asked(told)
    told.tell("referral-received", "2026-01-06 11:00", referral_id="R1", service="reab")


def accepted(told: Told) -> None:
    asked(told)
    told.tell("referral-accepted", "2026-01-06 12:00", referral_id="R1", service="reab")


def agreed(told: Told) -> None:
    asked(told)
    told.tell("referral-accepted", "2026-01-06 12:00", referral_id="R1", service="reab",
              start_agreed_at="2026-01-25T09:00:00+00:00")  # fmt: skip


def withdrawn(told: Told) -> None:
    accepted(told)
    told.tell("referral-withdrawn", "2026-01-06 13:00", referral_id="R1",
              reason="no_longer_needed")  # fmt: skip


def confirmed(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme", funder="council")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-06 11:00", package_id="P1", service="acme")


def left(told: Told) -> None:
    told.discharged("2026-01-07 10:00", destination_code="19")


def left_for_nobody_knows_where(told: Told) -> None:
    told.discharged("2026-01-07 10:00", pathway="P2")


def died_there(told: Told) -> None:
    told.discharged("2026-01-07 10:00", discharge_method="4")


def died_undischarged(told: Told) -> None:
    told.tell("patient-died", "2026-01-08 10:00")


def in_a_centre(told: Told) -> None:
    told.discharged("2026-01-07 10:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="slic")


def with_goals(told: Told) -> None:
    in_a_centre(told)
    told.tell("centre-goals-agreed", "2026-01-08 12:00", stay_id="T1")


def ready_there(told: Told) -> None:
    in_a_centre(told)
    told.tell("centre-ready-to-leave", "2026-01-14 12:00", stay_id="T1")


def left_the_centre(told: Told) -> None:
    ready_there(told)
    told.tell("centre-discharged", "2026-01-16 10:00", stay_id="T1", destination="care_home")


REAB = "reab, asked 06-Jan-2026 10:00 for equipment or adaptations"
NEW = "(new package): asked for 06-Jan-2026 10:00"
ONE_LINE: dict[str, tuple[Callable[[Told], None], str]] = {
    "asked": (asked, f"{REAB}: not answered yet"),
    "received": (received, f"{REAB}: received 06-Jan-2026 11:00, not answered yet"),
    "accepted": (accepted, f"{REAB}: accepted 06-Jan-2026 12:00, no start date agreed"),
    "agreed": (
        agreed, f"{REAB}: accepted 06-Jan-2026 12:00, agreed to start 25-Jan-2026 09:00"
    ),
    "withdrawn": (
        withdrawn, f"{REAB}: accepted 06-Jan-2026 12:00; withdrawn 06-Jan-2026 13:00: "
    ),
    "confirmed": (confirmed, f"acme {NEW}, confirmed 06-Jan-2026 11:00; paid by: council"),
    "nobody pays": (
        paused, f"no service in particular {NEW}; nobody told who pays",
    ),
    "still there": (asked, "admitted 05-Jan-2026 10:00; still there"),
    "left": (
        left, "admitted 05-Jan-2026 10:00; left 07-Jan-2026 10:00: where they usually live"
    ),
    "nobody knows": (
        left_for_nobody_knows_where, "left 07-Jan-2026 10:00: on pathway P2, where to is not told"
    ),
    "died": (died_there, "left 07-Jan-2026 10:00: the person died"),
    "died without a discharge": (
        died_undischarged,
        "admitted 05-Jan-2026 10:00; died 08-Jan-2026 10:00",
    ),
    "in a centre": (in_a_centre, "slic, moved in 07-Jan-2026 12:00"),
    "goals": (with_goals, "slic, moved in 07-Jan-2026 12:00; goals agreed 08-Jan-2026 12:00"),
    "ready there": (
        ready_there, "slic, moved in 07-Jan-2026 12:00; ready to leave since 14-Jan-2026 12:00"
    ),
    "left the centre": (
        left_the_centre, "slic, moved in 07-Jan-2026 12:00; left 16-Jan-2026 10:00: care home"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("tell", "said"), ONE_LINE.values(), ids=ONE_LINE.keys())
def test_each_stay_referral_and_package_is_told_in_a_line(
    tell: Callable[[Told], None], said: str
) -> None:
    told = in_hospital()
    tell(told)
    assert f"      {said}" in words(told) or f"; {said}" in words(told), words(told)


def gone_on() -> Told:
    """At home with care by acme, which stands still and is asked for once more as P2."""
    told = at_home()
    told.tell("care-package-requested", "2026-01-07 09:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 18:00", package_id="P1", service="acme")
    told.tell("care-package-paused", "2026-01-10 09:00", package_id="P1",
              reason="provider_capacity")  # fmt: skip
    told.tell("care-package-requested", "2026-01-10 12:00", package_id="P2", kind="restart",
              service="acme")  # fmt: skip
    return told


NOBODY_GIVES_IT = "nobody gives the care: its last day has passed"


@pytest.mark.parametrize(
    ("name", "said"), [("P2", "goes on as care package P2"), ("P1", "given as care package P1")]
)
def test_care_that_goes_on_under_another_name_is_no_failure(name: str, said: str) -> None:
    told = gone_on()
    assert said not in words(told)
    told.tell("first-visit-completed", "2026-01-11 18:00", package_id=name, service="acme")
    assert f"      {said}\n" in words(told)
    assert NOBODY_GIVES_IT not in words(told)


def test_where_another_service_came_instead_that_is_said() -> None:
    told = gone_on()
    told.tell("care-package-handed-back", "2026-01-11 09:00", package_id="P1", service="acme",
              reason="staffing")  # fmt: skip
    told.tell("care-package-requested", "2026-01-11 10:00", package_id="P3", kind="new",
              service="beta")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-11 18:00", package_id="P3", service="beta")
    assert "      other care has come in its place\n" in words(told)
    assert NOBODY_GIVES_IT not in words(told)


def test_after_a_last_day_nobody_gives_the_care() -> None:
    told = gone_on()
    told.tell("care-package-ended", "2026-01-10 13:00", package_id="P2",
              reason="provider_withdrew")  # fmt: skip
    told.tell("care-package-restarted", "2026-01-10 18:00", package_id="P1")
    told.tell("care-package-handed-back", "2026-01-11 09:00", package_id="P1", service="acme",
              reason="staffing", care_until=at("2026-01-12 18:00"))  # fmt: skip
    assert NOBODY_GIVES_IT in words(told)


def test_where_somebody_is_on_a_day_after_leaving_and_how_that_is_known() -> None:
    told = at_home()
    assert "day 7 after leaving: at home, in extra care housing" in words(told)
    assert "(by events)" in words(told)
    assert "day 30" not in words(told)
    told.in_spell("follow-up-recorded", "2026-01-14 10:00", day=7, status="in_care_home")
    assert "day 7 after leaving: in a care home (somebody found)" in words(told)


def test_an_emergency_return_is_told() -> None:
    told = at_home()
    told.admitted("2026-01-15 10:00", spell_id="S2", admission_method="21")
    assert "emergency return, 8 days after leaving RR8:S1" in words(told)


def test_why_somebody_is_still_in_a_centre_is_told() -> None:
    told = at_home()
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="slic")
    told.tell("centre-ready-to-leave", "2026-01-14 12:00", stay_id="T1")
    told.tell("centre-delay-reason-recorded", "2026-01-14 13:00", stay_id="T1",
              reason="hosp_medical_review")  # fmt: skip
    assert "      main reason to be still there: " in words(told).partition("Centre stay T1\n")[2]
    told.tell("centre-discharged", "2026-01-16 10:00", stay_id="T1")
    assert "from 14-Jan-2026 13:00 to 16-Jan-2026 10:00" in words(told)


def test_after_a_centre_the_start_is_waited_for_since_the_centre_was_left() -> None:
    told = at_home()
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="slic")
    told.tell("care-package-requested", "2026-01-12 10:00", package_id="P1", kind="new")
    told.tell("centre-discharged", "2026-01-16 10:00", stay_id="T1")
    assert folded(told).assessment.stage.since == at("2026-01-16 10:00")


def test_a_short_stay_says_nothing_of_a_review_of_long_ones() -> None:
    assert "Long-stay review" not in words(at_home())


def test_words_of_ours_that_nobody_uses_stay_inside() -> None:
    assert "owner_named, spell RR8:S1" in words(owned())


def test_an_alert_names_what_closed_it_a_void_too() -> None:
    told = at_home()
    told.tell("care-package-requested", "2026-01-07 09:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    visit = told.tell("first-visit-completed", "2026-01-08 09:00", package_id="P1",
                      service="acme")  # fmt: skip
    told.tell("coordinator-assigned", "2026-01-07 11:00", organisation="RR8",
              coordinator="staff-17")  # fmt: skip
    void = told.in_spell("admission-cancelled", "2026-01-11 09:00", id="void",
                         corrects=visit.identity)  # fmt: skip
    (alert,) = [each for each in folded(told).alerts if each.wait == "owner_follows"]
    assert alert.stopped_by == (void.identity,)
    assert "closed by admission cancelled (/rr8/pas#void)" in words(told)


def test_programs_get_the_same() -> None:
    told = in_hospital()
    handed_back(told)
    paused(told)
    missed(told)
    (package,) = folded_data(folded(told))["journey"]["packages"]
    assert package["hand_backs"][0]["reason"] == "staffing"
    assert package["pauses"][0]["reason"] == "family_cover"
    assert package["missed_at"] == [at("2026-01-07 18:00")]


def test_who_moves_on_into_the_other_place_that_was_asked_is_with_no_other_service() -> None:
    told = in_hospital()
    for number, centre in ((1, "cena"), (2, "cenb")):
        told.tell("referral-made", "2026-01-06 09:00", referral_id=f"R{number}",
                  kind="rehabilitation_bed", service=centre)  # fmt: skip
    told.discharged("2026-01-07 14:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-07 18:00", stay_id="T1", service="cena",
              referral_id="R1")  # fmt: skip
    assert ": another service has the person" in words(told, "2026-01-09 12:00")
    told.tell("centre-admitted", "2026-01-09 18:00", stay_id="T2", service="cenb",
              referral_id="R2")  # fmt: skip
    assert ": another service has the person" not in words(told, "2026-01-10 12:00")


def asked_at_home(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")


def nobody_asked(told: Told) -> None:
    told.discharged("2026-01-07 10:00", pathway="P1")


def no_service_asked(told: Told) -> None:
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="home_care")
    told.discharged("2026-01-07 10:00", pathway="P1")


def cared_for(told: Told) -> None:
    asked_at_home(told)
    told.tell("first-visit-completed", "2026-01-07 12:00", package_id="P1", service="acme")


def said_to_be_in_place_alone(told: Told) -> None:
    asked_at_home(told)
    told.tell("care-package-started", "2026-01-07 12:00", package_id="P1", service="acme")


def stands_still(told: Told) -> None:
    cared_for(told)
    told.admitted("2026-01-08 12:00", spell_id="S2")
    told.discharged("2026-01-09 12:00", spell_id="S2", pathway="P1")


def given_up(told: Told) -> None:
    cared_for(told)
    told.tell("care-package-handed-back", "2026-01-08 12:00", package_id="P1", service="acme",
              reason="staffing", care_until="2026-01-10T09:00:00+00:00")  # fmt: skip


def only_handed_over(told: Told) -> None:
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="H1", to_service="reab")
    told.discharged("2026-01-07 10:00", pathway="P1")


@pytest.mark.parametrize(
    ("tell", "said"),
    [
        (asked_at_home, "acme has not begun, waited for since 06-Jan-2026 10:00"),
        (nobody_asked, "nobody is asked for care"),
        (
            said_to_be_in_place_alone,
            (
                "acme is said to be in place, and no first visit is told,"
                " waited for since 06-Jan-2026 10:00"
            ),
        ),
        (no_service_asked, "care is asked for of no service in particular, waited for since 06-"),
        (stands_still, "acme does not go on, since 08-Jan-2026 12:00"),
        (given_up, "acme gave the care package up, and nobody has taken it on since 10-Jan-2026"),
        (only_handed_over, "the handover to reab is not accepted"),
    ],
)
def test_who_waits_at_home_is_told_for_whom(tell: Callable[[Told], None], said: str) -> None:
    told = in_hospital()
    tell(told)
    stage = words(told).splitlines()[1]
    assert "discharged waiting for start" in stage
    assert f"(left hospital and nobody cares for them yet: {said}" in stage, stage


WHERE_TO: dict[str, tuple[dict[str, Any], str]] = {
    "the national code alone": ({"destination_code": "19"}, "where they usually live"),
    "the line alone": (
        {"pathway": "P1", "destination": "p1_home_other_support"}, "home, with new or more support"
    ),
    "the line says more": (
        {"destination": "p1_home_reablement", "destination_code": "19"},
        "home, with rehabilitation or reablement",
    ),
    "a short-term bed in a care home": (
        {"pathway": "P2", "destination": "p2_bed", "destination_code": "54"}, "a short-term bed"
    ),
    "such a bed without a line": ({"pathway": "P2", "destination_code": "54"}, "a short-term bed"),
    "a care home": ({"pathway": "P3", "destination_code": "54"}, "a care home of the NHS"),
    "another kind of place than was planned": (
        {"destination": "p1_home_reablement", "destination_code": "87"},
        "a hospital outside the NHS",
    ),
    "dead, whatever was planned": (
        {"destination": "p1_home_reablement", "destination_code": "79"}, "the person died"
    ),
    "not known": ({"destination_code": "99"}, "where to is not known"),
}  # fmt: skip


@pytest.mark.parametrize(("told_at_discharge", "expected"), WHERE_TO.values(), ids=WHERE_TO)
def test_where_somebody_went_is_said_in_short_words_of_our_own(
    told_at_discharge: dict[str, Any], expected: str
) -> None:
    told = in_hospital()
    told.discharged("2026-01-07 10:00", **told_at_discharge)
    assert f"left 07-Jan-2026 10:00: {expected}\n" in words(told)


def test_a_proper_name_keeps_its_capitals_inside_a_sentence() -> None:
    told = in_hospital()
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="fast_track_chc",
              service="reab")  # fmt: skip
    assert "asked 06-Jan-2026 10:00 for Fast Track continuing healthcare" in words(told)
