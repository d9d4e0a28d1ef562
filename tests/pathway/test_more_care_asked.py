"""Care is given and more of it, or other care, is asked for: the person is not without care."""

import pytest

from tests.pathway.told import Told, at

CARED_FOR, WAITING = "home_with_support", "discharged_waiting_for_start"
ASKED, NOW = "2026-01-20 09:00", "2026-01-20 10:00"


def cared_for(by: str = "package") -> Told:
    """Acme visits since 8 January: as a package, or by a referral of which no package tells."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    if by == "package":
        told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
                  service="acme")  # fmt: skip
        named = {"package_id": "P1"}
    else:
        told.tell("referral-made", "2026-01-06 11:00", referral_id="R1", kind="home_care",
                  service="acme")  # fmt: skip
        named = {"referral_id": "R1"}
    told.discharged("2026-01-07 15:00")
    told.tell("first-visit-completed", "2026-01-08 09:00", **named)
    return told


def more(told: Told, kind: str = "increased", when: str = ASKED) -> Told:
    told.tell("care-package-requested", when, package_id="P2", kind=kind, service="beta")
    return told


def place(told: Told, now: str = NOW) -> tuple[str, str | None]:
    stage = told.assessed(now).stage
    return stage.stage, stage.service


def waits(told: Told, now: str = NOW) -> set[str]:
    about = [wait for wait in told.assessed(now).open_waits if wait.about == "P2"]
    return {wait.id for wait in about}


@pytest.mark.parametrize("by", ["package", "referral"])
@pytest.mark.parametrize("kind", ["increased", "new"])
def test_who_is_cared_for_is_at_home_with_support_whatever_else_is_asked_for(
    by: str, kind: str
) -> None:
    told = more(cared_for(by), kind)
    assert place(told) == (CARED_FOR, "acme")
    assert told.assessed(NOW).stage.since == at("2026-01-08 09:00")


def test_also_where_a_service_is_asked_by_a_referral() -> None:
    told = cared_for()
    told.tell("referral-made", ASKED, referral_id="R2", kind="reablement", service="skills-south")
    assert place(told) == (CARED_FOR, "acme")
    assert {wait.id for wait in told.assessed(NOW).open_waits} >= {"p1_reablement_start"}


@pytest.mark.parametrize("by", ["package", "referral"])
def test_an_increase_as_a_package_of_its_own_has_the_words_of_an_increase(by: str) -> None:
    told = more(cared_for(by))
    assert waits(told) == {"package_increase"}
    wait = told.wait("package_increase", NOW)
    assert (wait.starts_at, wait.due_at) == (at(ASKED), at("2026-01-22 09:00"))
    told.tell("care-package-increased", "2026-01-21 09:00", package_id="P2")
    assert told.wait("package_increase", "2026-01-21 10:00").ended == "done"
    assert waits(told, "2026-01-21 10:00") == set()


def test_other_care_that_is_asked_for_has_a_first_visit_to_wait_for() -> None:
    assert waits(more(cared_for(), "new")) == {"package_start"}


def test_an_increase_of_care_of_which_nothing_is_known_waits_for_its_first_visit() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 15:00", pathway="P1")
    assert place(more(told)) == (WAITING, "beta")
    assert waits(told) == {"package_start"}


def test_where_the_care_ends_before_the_increase_its_first_visit_is_waited_for() -> None:
    told = more(cared_for())
    told.tell("care-package-ended", "2026-01-21 09:00", package_id="P1", reason="other")
    assert place(told, "2026-01-21 10:00") == (WAITING, "beta")
    assert waits(told, "2026-01-21 10:00") == {"package_start"}
    assert told.wait("package_increase", "2026-01-21 10:00").ended == "cancelled"


def test_where_the_care_goes_on_after_a_stay_in_hospital_the_increase_is_one_again() -> None:
    """Asked for in hospital: 8 hours at home with nobody, then acme is back."""
    told = cared_for()
    told.admitted("2026-01-15 10:00", spell_id="S2", admission_method="21")
    more(told)
    assert waits(told) == {"onward_care"}
    told.in_spell("patient-discharged", "2026-01-21 09:00", spell_id="S2", discharge_method="1",
                  pathway="P1")  # fmt: skip
    assert waits(told, "2026-01-21 10:00") == {"package_start"}
    assert place(told, "2026-01-21 10:00") == (WAITING, "acme")
    told.tell("care-package-restarted", "2026-01-21 17:00", package_id="P1")
    assert place(told, "2026-01-21 18:00") == (CARED_FOR, "acme")
    assert waits(told, "2026-01-21 18:00") == {"package_increase"}


def test_a_time_that_was_agreed_for_the_increase_holds() -> None:
    told = more(cared_for())
    told.tell("care-package-confirmed", "2026-01-20 09:30", package_id="P2",
              first_visit_due_at=at("2026-01-20 12:00"))  # fmt: skip
    assert told.wait("package_increase", NOW).agreed_at == at("2026-01-20 12:00")


def test_care_that_has_come_to_its_presumed_end_is_no_support_any_more() -> None:
    told = more(cared_for("referral"), when="2026-04-08 09:00")
    assert place(told, "2026-04-08 23:59") == (CARED_FOR, "acme")
    assert place(told, "2026-04-09 01:00") == (WAITING, "beta")


def test_care_that_stands_still_is_no_support() -> None:
    told = more(cared_for())
    told.tell("care-package-paused", "2026-01-20 09:30", package_id="P1",
              reason="provider_capacity")  # fmt: skip
    assert place(told)[0] == WAITING
    assert waits(told) == {"package_start"}


def test_a_time_that_was_planned_for_the_increase_holds_where_no_visit_is_agreed() -> None:
    told = cared_for()
    told.tell("care-package-requested", ASKED, package_id="P2", kind="increased", service="beta",
              planned_start_at=at("2026-01-20 13:00"))  # fmt: skip
    assert told.wait("package_increase", NOW).agreed_at == at("2026-01-20 13:00")


def test_the_first_visit_that_was_agreed_for_what_is_given_says_nothing_of_more() -> None:
    told = cared_for()
    told.tell("care-package-confirmed", "2026-01-07 10:00", package_id="P1",
              first_visit_due_at=at("2026-01-20 12:00"))  # fmt: skip
    told.tell("care-package-requested", ASKED, package_id="P1", kind="increased")
    assert told.wait("package_increase", NOW).agreed_at is None


def test_a_wait_for_more_names_what_asked_for_it() -> None:
    """Both were asked for in hospital; their time runs from the care that goes on at home."""
    told = cared_for()
    told.admitted("2026-01-15 10:00", spell_id="S2", admission_method="21")
    own = told.tell("care-package-requested", "2026-01-16 09:00", package_id="P2",
                    kind="increased", service="beta")  # fmt: skip
    same = told.tell("care-package-requested", "2026-01-16 10:00", package_id="P1",
                     kind="increased")  # fmt: skip
    told.in_spell("patient-discharged", "2026-01-21 09:00", spell_id="S2", discharge_method="1",
                  pathway="P1")  # fmt: skip
    told.tell("care-package-restarted", "2026-01-21 17:00", package_id="P1")
    found = {w.about: w.started_by for w in told.assessed("2026-01-21 18:00").open_waits
             if w.id == "package_increase"}  # fmt: skip
    assert f"{own.source}#{own.id}" in found["P2"]
    assert f"{same.source}#{same.id}" in found["P1"]


@pytest.mark.parametrize(
    ("method", "ran"), [("1", [("08 09:00", None)]), ("4", [("08 09:00", "died")])]
)
def test_who_waits_for_more_waits_on_where_only_the_end_of_a_stay_is_told(
    method: str, ran: list[tuple[str, str | None]]
) -> None:
    """One wait, whose time runs from the request on; or until they died there."""
    told = Told()
    told.tell("care-package-requested", "2026-01-08 09:00", package_id="P2", kind="increased",
              service="acme")  # fmt: skip
    told.discharged("2026-01-09 15:00", discharge_method=method)
    found = told.waits("package_increase", "2026-01-09 16:00")
    assert [(f"{wait.starts_at:%d %H:%M}", wait.ended) for wait in found] == ran
