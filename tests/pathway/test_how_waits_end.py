"""Why a wait is over: what came, what does not make sense any more, what must begin anew."""

from tests.pathway.told import Told, at


def ready(pathway: str = "P1") -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.in_spell("pathway-decided", "2026-01-06 10:00", pathway=pathway, status="likely")
    person.reviewed("2026-01-08 09:00", meets=False)
    return person


def test_who_is_overtaken_by_another_stay_is_not_referred_to_the_hub_any_more() -> None:
    person = ready()
    person.admitted("2026-01-09 10:00", spell_id="S2")
    wait = person.wait("hub_referral", "2026-01-09 12:00")
    assert (wait.state, wait.ended) == ("stopped", "cancelled")


def test_a_pathway_that_the_hub_confirms_shows_that_it_was_asked() -> None:
    person = ready()
    person.in_spell("pathway-decided", "2026-01-08 12:00", pathway="P1", status="confirmed")
    assert person.wait("hub_referral", "2026-01-08 13:00").ended == "done"


def test_a_pathway_that_only_the_discharge_tells_does_not_show_that() -> None:
    person = ready()
    person.discharged("2026-01-08 12:00", pathway="P1")
    assert person.wait("hub_referral", "2026-01-08 13:00").ended == "cancelled"


def cared_for() -> Told:
    person = ready()
    person.tell("care-package-requested", "2026-01-08 10:00", package_id="P1", kind="new")
    person.discharged("2026-01-08 12:00")
    person.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1")
    person.tell(
        "care-package-paused", "2026-01-10 09:00", package_id="P1", reason="provider_capacity"
    )
    return person


def test_care_that_goes_on_was_waited_for() -> None:
    person = cared_for()
    person.tell("care-package-restarted", "2026-01-10 12:00", package_id="P1")
    assert person.wait("package_resume", "2026-01-10 13:00").ended == "done"


def test_care_that_ends_while_it_stands_still_did_not_go_on() -> None:
    person = cared_for()
    person.tell("care-package-ended", "2026-01-10 12:00", package_id="P1", reason="goals_met")
    assert person.wait("package_resume", "2026-01-10 13:00").ended == "cancelled"


def test_care_on_hold_is_not_waited_for_in_hospital_and_has_not_gone_on() -> None:
    person = cared_for()
    person.admitted("2026-01-10 12:00", spell_id="S2")
    assert person.wait("package_resume", "2026-01-10 13:00").ended == "cancelled"


def test_who_is_moved_to_another_centre_being_ready_did_not_leave_and_is_not_unwell() -> None:
    person = Told()
    person.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="centre-a")
    person.tell("centre-ready-to-leave", "2026-01-20 10:00", stay_id="T1")
    person.tell("centre-admitted", "2026-01-22 12:00", stay_id="T2", service="centre-b")
    assert person.wait("centre_ready_to_leave", "2026-01-23 10:00").ended == "cancelled"


def test_who_needs_to_remain_in_the_centre_after_all_is_waited_for_anew() -> None:
    person = Told()
    person.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="centre-a")
    person.tell("centre-ready-to-leave", "2026-01-20 10:00", stay_id="T1")
    person.tell("requirements-to-remain-assessed", "2026-01-21 10:00", stay_id="T1", meets=True)
    assert person.wait("centre_ready_to_leave", "2026-01-22 10:00").ended == "reset"


def test_a_package_is_late_when_its_provider_stops_whenever_another_confirms() -> None:
    person = cared_for()
    person.tell(
        "care-package-handed-back", "2026-01-12 10:00", package_id="P1", reason="staffing",
        care_until="2026-01-14T10:00:00Z",
    )  # fmt: skip
    person.tell("care-package-confirmed", "2026-01-15 10:00", package_id="P1", service="aire-care")
    wait = person.wait("package_handed_back", "2026-01-16 10:00")
    assert [level for level, _ in wait.levels] == ["near", "breached"]
    assert {risen for _, risen in wait.levels} == {at("2026-01-14 10:00")}


def test_a_long_stay_review_after_the_discharge_stops_nothing() -> None:
    person = ready()
    person.discharged("2026-01-10 10:00")
    person.in_spell("task-done", "2026-01-13 10:00", task="long_stay_review")
    wait = person.wait("los_review", "2026-01-14 10:00")
    assert wait.stops_at == at("2026-01-10 10:00")
