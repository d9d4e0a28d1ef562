"""A provider gives a package up before its first visit: whoever is at home has nobody then, and the
owner is called within hours, as after a refusal."""

from typing import Any

import pytest

from tests.cli.test_explain import explained
from tests.pathway.test_notices import open_notices
from tests.pathway.told import Told, at

LEFT, HANDED_BACK, NOW = "2026-01-07 14:00", "2026-01-07 15:00", "2026-01-07 16:00"
PACKAGE: dict[str, Any] = {"package_id": "P1", "service": "aire"}
OTHER: dict[str, Any] = {"package_id": "P2", "service": "bram", "kind": "new"}


def asked(*, referral: str | None = "home_care", by: str = "aire") -> Told:
    """Ready to leave on pathway 1, and aire has confirmed."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    named = {}
    if referral is not None:
        told.tell("referral-made", "2026-01-06 10:30", referral_id="R1", kind=referral, service=by)
        told.tell("referral-accepted", "2026-01-06 10:40", referral_id="R1", service=by)
        named = {"referral_id": "R1"}
    told.tell("care-package-requested", "2026-01-06 11:00", **PACKAGE, **named, kind="new")
    told.tell("care-package-confirmed", "2026-01-06 12:00", **PACKAGE,
              first_visit_due_at=at("2026-01-07 18:00"))  # fmt: skip
    told.tell("coordinator-assigned", "2026-01-06 13:00", organisation="LCC1", coordinator="c1",
              service="aire", role="case_manager")  # fmt: skip
    return told


def handed_back(told: Told, when: str = HANDED_BACK, **data: Any) -> Told:
    told.tell("care-package-handed-back", when, **PACKAGE, reason="staffing", **data)
    return told


def home(told: Told, pathway: str | None = "P1") -> Told:
    told.discharged(LEFT, pathway=pathway)
    return told


def waits(told: Told, now: str = NOW) -> dict[str, str]:
    names = {"care_arranged", "service_asked", "package_start", "onward_care", "missed_first_visit",
             "p1_reablement_start", "package_handed_back"}  # fmt: skip
    open_waits = told.assessed(now).open_waits
    return {wait.id: wait.acts_next.organisation or "" for wait in open_waits if wait.id in names}


@pytest.mark.parametrize("referral", ["home_care", None, "reablement"])
def test_at_home_the_owner_is_called_within_hours(referral: str | None) -> None:
    told = handed_back(home(asked(referral=referral)))
    assert set(waits(told)) == {"care_arranged", "package_handed_back"}
    wait = told.wait("care_arranged", NOW)
    assert (wait.starts_at, wait.due_at) == (at(HANDED_BACK), at("2026-01-07 19:00"))
    assert waits(told)["care_arranged"] == "LCC1"


def test_as_after_a_refusal() -> None:
    refused = home(asked())
    refused.tell("referral-withdrawn", "2026-01-07 14:30", referral_id="R1", reason="other")
    refused.tell("care-package-ended", HANDED_BACK, **PACKAGE, reason="provider_withdrew")
    wait = refused.wait("care_arranged", NOW)
    assert told_alike(handed_back(home(asked()))) == (wait.starts_at, wait.due_at)


def told_alike(told: Told) -> tuple[Any, Any]:
    wait = told.wait("care_arranged", NOW)
    return wait.starts_at, wait.due_at


def test_the_stage_says_that_nobody_is_asked() -> None:
    told = handed_back(home(asked()))
    stage = told.assessed(NOW).stage
    assert (stage.stage, stage.service) == ("discharged_waiting_for_start", None)
    said = "aire gave the care package up, and nobody has been asked since 07-Jan-2026 15:00"
    assert said in explained(told, NOW)


@pytest.mark.parametrize("pathway", ["P0", None])
def test_on_any_pathway(pathway: str | None) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged(LEFT, pathway=pathway)
    told.tell("care-package-requested", "2026-01-07 14:30", **PACKAGE, kind="new")
    assert "care_arranged" in waits(handed_back(told))


def test_and_of_whom_no_stay_is_known() -> None:
    told = Told()
    told.tell("care-package-requested", "2026-01-07 14:30", **PACKAGE, kind="new")
    assert "care_arranged" in waits(handed_back(told))


def test_in_hospital_the_hub_is_to_ask_another_one() -> None:
    told = handed_back(asked(), "2026-01-06 15:00")
    assert set(waits(told, "2026-01-06 16:00")) == {"service_asked", "package_handed_back"}
    assert told.wait("service_asked", NOW, period=2).starts_at == at("2026-01-06 15:00")
    assert told_alike(home(told)) == (at(LEFT), at("2026-01-07 18:00"))


def test_who_never_answered_is_not_waited_for_in_hospital() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 11:00", **PACKAGE, kind="new")
    assert "onward_care" in waits(told, "2026-01-06 12:00")
    handed_back(told, "2026-01-06 15:00")
    assert set(waits(told, "2026-01-06 16:00")) == {"package_handed_back"}


def test_who_missed_the_first_visit_and_gave_it_up_need_not_make_it_good() -> None:
    told = home(asked())
    told.tell("first-visit-missed", "2026-01-07 18:30", **PACKAGE)
    assert waits(told, "2026-01-07 19:00")["missed_first_visit"] == "aire"
    handed_back(told, "2026-01-07 20:00")
    assert set(waits(told, "2026-01-07 21:00")) == {"care_arranged", "package_handed_back"}
    told.tell("care-package-requested", "2026-01-07 21:10", **OTHER)
    told.tell("care-package-confirmed", "2026-01-07 22:00", package_id="P2", service="bram",
              first_visit_due_at=at("2026-01-08 09:00"))  # fmt: skip
    assert waits(told, "2026-01-07 22:30") == {"package_start": "bram"}


@pytest.mark.parametrize("of", [OTHER, OTHER | {"package_id": "P1"}])
def test_once_another_one_is_asked_they_are_waited_for(of: dict[str, Any]) -> None:
    told = handed_back(home(asked(referral=None)))
    told.tell("care-package-requested", "2026-01-07 15:30", **of)
    assert "care_arranged" not in waits(told)
    assert waits(told)["package_start"] == "bram"
    assert told.assessed(NOW).stage.service == "bram"
    told.tell("care-package-handed-back", "2026-01-07 17:00", package_id=of["package_id"],
              service="bram", reason="staffing")  # fmt: skip
    assert "care_arranged" in waits(told, "2026-01-07 18:00")
    assert "package_start" not in waits(told, "2026-01-07 18:00")


def test_the_same_one_may_be_asked_again() -> None:
    told = handed_back(home(asked()))
    told.tell("care-package-requested", "2026-01-07 15:30", **PACKAGE, kind="new")
    assert "care_arranged" not in waits(told)
    assert waits(told)["package_start"] == "aire"


def test_a_nurse_is_nobody_in_its_place() -> None:
    told = home(asked())
    told.tell("referral-made", "2026-01-07 14:30", referral_id="R2", kind="community_health",
              service="nurses")  # fmt: skip
    assert "care_arranged" in waits(handed_back(told))


def test_where_nobody_is_needed_nobody_is_called() -> None:
    told = handed_back(home(asked()))
    told.tell("care-package-ended", "2026-01-07 15:30", package_id="P1", reason="person_declined")
    told.tell("referral-withdrawn", "2026-01-07 15:40", referral_id="R1", reason="no_longer_needed")
    assert "care_arranged" not in waits(told)


def test_a_commissioner_who_is_to_arrange_care_at_the_end_of_life_is_waited_for_as_before() -> None:
    told = handed_back(home(asked(referral="fast_track_chc", by="icb")))
    assert "care_arranged" not in waits(told)
    assert "fast_track_chc" in {wait.id for wait in told.assessed(NOW).open_waits}


def test_while_the_care_is_given_another_provider_is_looked_for_in_days() -> None:
    told = home(asked())
    told.tell("first-visit-completed", "2026-01-07 14:30", **PACKAGE)
    assert set(waits(handed_back(told))) == {"package_handed_back"}


def test_who_gave_it_up_hears_no_more_of_the_person() -> None:
    told = handed_back(home(asked()))
    told.admitted("2026-01-08 10:00", spell_id="S2", admission_method="21")
    assert "aire" not in {about for _, about, _ in open_notices(told, "2026-01-08 11:00")}
