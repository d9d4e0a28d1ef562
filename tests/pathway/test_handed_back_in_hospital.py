"""A provider gives up, during a stay in hospital, the care that stands still for it: another one is
found before the discharge, and at home within hours; nobody tells or calls who gave it up."""

from typing import Any

import pytest

from tests.cli.test_explain import explained
from tests.pathway.test_care_through_a_stay import at_home, back_in_hospital, home_again
from tests.pathway.test_notices import open_notices
from tests.pathway.told import Told, at

READY, HANDED_BACK, IN_HOSPITAL = "2026-01-21 09:00", "2026-01-21 13:00", "2026-01-21 14:00"
HOME, NOW = "2026-01-22 10:00", "2026-01-22 11:00"
WAITS = {"service_asked", "care_arranged", "package_resume", "package_start", "onward_care",
         "package_restart_notice", "package_handed_back"}  # fmt: skip


def ready(pathway: str = "P1", *, restart: str | None = "P") -> Told:
    told = at_home()
    back_in_hospital(told)
    told.reviewed(READY, spell_id="S2", meets=False)
    told.in_spell("pathway-decided", "2026-01-21 10:00", spell_id="S2", pathway=pathway,
                  status="confirmed")  # fmt: skip
    if restart is not None:
        told.tell("care-package-requested", "2026-01-21 12:00", package_id=restart, kind="restart",
                  service="acme")  # fmt: skip
    return told


def handed_back(told: Told, package: str = "P", **data: Any) -> Told:
    told.tell("care-package-handed-back", HANDED_BACK, package_id=package, service="acme",
              reason="staffing", **data)  # fmt: skip
    return told


def waits(told: Told, now: str) -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits} & WAITS


def acts(told: Told, wait: str, now: str) -> str | None:
    (found,) = [w.acts_next for w in told.assessed(now).open_waits if w.id == wait]
    return found.organisation


@pytest.mark.parametrize("restart", ["P", None, "P2"])
def test_in_hospital_the_hub_is_to_ask_another_one(restart: str | None) -> None:
    told = handed_back(ready(restart=restart), restart or "P")
    assert waits(told, IN_HOSPITAL) == {"service_asked", "package_handed_back"}


@pytest.mark.parametrize("restart", ["P", None, "P2"])
def test_at_home_the_owner_is_called_within_hours(restart: str | None) -> None:
    told = handed_back(ready(restart=restart), restart or "P")
    home_again(told, "P1")
    assert waits(told, NOW) == {"care_arranged", "package_handed_back"}
    assert told.wait("care_arranged", NOW).due_at == at("2026-01-22 14:00")
    stage = told.assessed(NOW).stage
    assert (stage.stage, stage.service) == ("discharged_waiting_for_start", None)
    assert (
        "gave the care package up, and nobody has been asked since 21-Jan-2026 13:00"
        in explained(told, NOW)
    )


@pytest.mark.parametrize("restart", ["P", None, "P2"])
@pytest.mark.parametrize("answers", [True, False])
def test_who_gave_it_up_is_not_told_to_take_it_up_again(
    restart: str | None, *, answers: bool
) -> None:
    told = ready(restart=restart)
    if answers:
        told.tell("alert-acknowledged", "2026-01-21 11:00", wait="stand_down", about="acme", by="b")
    home_again(handed_back(told, restart or "P"), "P1")
    assert "comes_after_all" not in {kind for kind, _, _ in open_notices(told, NOW)}


def test_on_pathway_0_where_no_restart_was_asked_for_the_care_goes_on_until_it_is_taken_on() -> (
    None
):
    told = handed_back(ready("P0", restart=None))
    home_again(told, "P0")
    assert told.assessed(NOW).stage.stage == "home_with_support"
    assert ("comes_after_all", "acme", "discharged") in open_notices(told, NOW)
    assert waits(told, NOW) == {"package_handed_back"}


def test_on_pathway_0_a_restart_that_was_handed_back_is_missed() -> None:
    told = handed_back(ready("P0"))
    home_again(told, "P0")
    assert waits(told, NOW) == {"care_arranged", "package_handed_back"}
    assert "comes_after_all" not in {kind for kind, _, _ in open_notices(told, NOW)}


def test_who_comes_until_a_last_day_that_is_ahead_is_to_go_on_until_then() -> None:
    told = handed_back(ready(), care_until=at("2026-02-10 18:00"))
    home_again(told, "P1")
    assert ("comes_after_all", "acme", "discharged") in open_notices(told, NOW)
    assert waits(told, NOW) == {"package_resume", "package_handed_back"}


def test_who_gave_it_up_while_they_cared_is_to_go_on_until_somebody_takes_it_on() -> None:
    told = at_home()
    told.tell("care-package-handed-back", "2026-01-15 10:00", package_id="P", reason="staffing")
    back_in_hospital(told)
    home_again(told, "P1")
    assert waits(told, NOW) == {"package_resume", "package_handed_back"}


def test_once_another_one_is_asked_for_it_they_are_waited_for() -> None:
    told = handed_back(ready())
    told.tell("care-package-requested", IN_HOSPITAL, package_id="P", kind="restart", service="zen")
    assert waits(told, "2026-01-21 15:00") - {"package_restart_notice"} == {
        "onward_care", "package_handed_back",
    }  # fmt: skip
    assert acts(told, "onward_care", "2026-01-21 15:00") == "zen"
    told.tell("care-package-handed-back", "2026-01-21 16:00", package_id="P", service="zen",
              reason="staffing")  # fmt: skip
    assert "service_asked" in waits(told, "2026-01-21 17:00")
    told.tell("care-package-confirmed", "2026-01-21 18:00", package_id="P", service="acme",
              first_visit_due_at=at("2026-01-22 18:00"))  # fmt: skip
    assert "service_asked" not in waits(told, "2026-01-21 19:00")
    home_again(told, "P1")
    assert waits(told, NOW) == {"package_resume"}


def test_at_home_too_who_gives_up_what_stands_still_is_not_waited_for() -> None:
    told = at_home()
    told.tell("care-package-paused", "2026-01-20 10:00", package_id="P", reason="provider_capacity")
    assert waits(told, "2026-01-20 11:00") == {"package_resume"}
    told.tell("care-package-handed-back", "2026-01-20 12:00", package_id="P", reason="staffing")
    assert waits(told, "2026-01-20 13:00") == {"care_arranged", "package_handed_back"}


@pytest.mark.parametrize(
    ("who", "wait"),
    [
        ("acme", "package_resume"),  # they go on with what they gave
        ("zen", "package_start"),  # their first visit is to come
    ],
)
def test_asked_anew_whoever_is_asked_has_to_answer_in_hospital_and_to_come_at_home(
    who: str, wait: str
) -> None:
    told = handed_back(ready())
    told.tell("care-package-requested", IN_HOSPITAL, package_id="P", kind="restart", service=who)
    assert acts(told, "onward_care", "2026-01-21 15:00") == who
    home_again(told, "P1")
    assert acts(told, "package_resume", NOW) == who
    assert told.assessed(NOW).stage.service == who
    told.tell("care-package-confirmed", NOW, package_id="P", service=who)
    assert waits(told, "2026-01-22 12:00") == {wait}
    assert acts(told, wait, "2026-01-22 12:00") == who


@pytest.mark.parametrize("who", ["acme", "zen"])
def test_so_has_who_is_asked_anew_for_what_had_not_begun(who: str) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    new = {"package_id": "P", "kind": "new"}
    told.tell("care-package-requested", "2026-01-06 10:00", **new, service="acme")
    told.tell("care-package-confirmed", "2026-01-06 11:00", package_id="P", service="acme")
    told.tell("care-package-handed-back", "2026-01-06 12:00", package_id="P", reason="staffing")
    assert "onward_care" not in waits(told, "2026-01-06 13:00")
    told.tell("care-package-requested", "2026-01-06 14:00", **new, service=who)
    assert acts(told, "onward_care", "2026-01-06 15:00") == who
    told.tell("care-package-confirmed", "2026-01-06 16:00", package_id="P", service=who)
    assert "onward_care" not in waits(told, "2026-01-06 17:00")


def test_in_a_centre_no_care_is_confirmed_that_was_handed_back() -> None:
    told = Told()
    told.tell("centre-admitted", "2026-01-05 10:00", stay_id="T", service="slic")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new",
              service="acme")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-06 11:00", package_id="P", service="acme",
              first_visit_due_at=at("2026-01-09 18:00"))  # fmt: skip
    told.tell("centre-ready-to-leave", "2026-01-06 12:00", stay_id="T")
    told.tell("care-package-handed-back", "2026-01-06 13:00", package_id="P", reason="staffing")
    placed = {each.service: each for each in told.assessed("2026-01-06 14:00").placements}
    assert placed["slic"].onward_at is None


def test_told_twice_it_changes_nothing_for_who_was_asked_since() -> None:
    told = handed_back(ready(restart=None))
    told.tell("care-package-requested", "2026-01-21 14:00", package_id="P", kind="restart",
              service="zen")  # fmt: skip
    told.tell("care-package-handed-back", "2026-01-21 15:00", package_id="P", service="acme",
              reason="staffing")  # fmt: skip
    assert "onward_care" in waits(told, "2026-01-21 16:00")
    assert acts(told, "onward_care", "2026-01-21 16:00") == "zen"


@pytest.mark.parametrize("times", [1, 2])
def test_who_was_asked_to_come_next_before_it_was_handed_back_has_to_answer(times: int) -> None:
    told = at_home()
    told.tell("care-package-requested", "2026-01-15 10:00", package_id="P", kind="new",
              service="zen")  # fmt: skip
    back_in_hospital(told)
    told.tell("care-package-paused", "2026-01-20 11:00", package_id="P", reason="readmitted")
    told.reviewed(READY, spell_id="S2", meets=False)
    told.in_spell("pathway-decided", "2026-01-21 10:00", spell_id="S2", pathway="P1",
                  status="confirmed")  # fmt: skip
    for _ in range(times):
        handed_back(told)
    assert waits(told, IN_HOSPITAL) == {"onward_care", "package_handed_back"}
    assert acts(told, "onward_care", IN_HOSPITAL) == "zen"
