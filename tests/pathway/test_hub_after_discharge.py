"""Who was referred to the care transfer hub, and goes home with no pathway told, still waits for
its decision (local rule, after domain.md 1.4: the hub decides where everybody goes who needs
support).
"""

from typing import Any

import pytest

from tests.pathway.told import ABOUT, Told, at

LEFT = "2026-01-07 10:00"
LATER = "2026-01-10 12:00"


def at_the_hub(**asked: Any) -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("referred-to-care-transfer-hub", "2026-01-06 11:00", hub="leeds-hub", **asked)
    return told


def home(told: Told | None = None, **said: Any) -> Told:
    told = told or at_the_hub()
    told.discharged(LEFT, **said)
    told.in_spell("discharge-summary-sent", "2026-01-07 10:30")
    return told


def waits(told: Told, when: str = LATER) -> list[str]:
    return [wait.id for wait in told.assessed(when).open_waits]


def test_the_hub_still_has_to_decide() -> None:
    seen = home().assessed(LATER)
    (wait,) = seen.open_waits
    assert (wait.id, wait.about, wait.state) == ("hub_pathway", ABOUT, "breached")
    assert wait.starts_at == at("2026-01-06 11:00")
    assert wait.acts_next == ("leeds-hub", "care_transfer_hub")
    assert (seen.stage.stage, seen.stage.next_step) == ("follow_up", "hub_pathway")


def test_also_where_it_has_accepted_and_a_case_manager_is_named() -> None:
    told = at_the_hub(referral_id="H1")
    told.tell("referral-received", "2026-01-06 12:00", referral_id="H1")
    told.tell("referral-accepted", "2026-01-06 13:00", referral_id="H1")
    told.in_spell(
        "case-manager-assigned", "2026-01-06 13:30", organisation="LCC", case_manager="cm1"
    )
    (wait,) = home(told).assessed(LATER).open_waits
    assert (wait.id, wait.starts_at) == ("hub_pathway", at("2026-01-06 12:00"))


def test_a_receipt_told_after_the_discharge_moves_its_start() -> None:
    told = home(at_the_hub(referral_id="H1"))
    told.tell("referral-received", "2026-01-07 12:00", referral_id="H1")
    assert told.wait("hub_pathway", LATER).starts_at == at("2026-01-07 12:00")


@pytest.mark.parametrize(
    "said",
    [{"pathway": "P0"}, {"pathway": "P1"}, {"destination": "p0_home"}, {"destination_code": "85"}],
    ids=str,
)
def test_not_where_the_discharge_says_where_to(said: dict[str, Any]) -> None:
    assert "hub_pathway" not in waits(home(**said))


@pytest.mark.parametrize("code", ["19", "29", "98", "99"])
def test_a_code_that_says_no_more_than_home_settles_nothing(code: str) -> None:
    assert waits(home(destination_code=code)) == ["hub_pathway"]


def test_it_decides_after_the_discharge() -> None:
    told = home()
    told.in_spell("pathway-decided", "2026-01-08 09:00", pathway="P1")
    wait = told.wait("hub_pathway", LATER)
    assert (wait.ended, wait.stops_at) == ("done", at("2026-01-08 09:00"))
    seen = told.assessed("2026-01-08 10:00")
    assert (seen.stage.stage, seen.stage.pathway) == ("discharged_waiting_for_start", "P1")
    assert seen.stage.since == at("2026-01-08 09:00")
    arranged = told.wait("care_arranged", "2026-01-08 10:00")
    assert arranged.starts_at == at("2026-01-08 09:00")
    assert "event_after_discharge" not in {finding.rule for finding in seen.findings}


def test_nobody_is_waited_for_once_it_decides_that_no_support_is_needed() -> None:
    told = home()
    told.in_spell("pathway-decided", "2026-01-08 09:00", pathway="P0")
    assert waits(told) == []
    assert told.wait("hub_pathway", LATER).ended == "done"


def test_what_is_told_after_its_decision_comes_after_the_discharge() -> None:
    told = home()
    told.in_spell("pathway-decided", "2026-01-08 09:00", pathway="P0")
    told.in_spell("pathway-decided", "2026-01-08 11:00", pathway="P1")
    seen = told.assessed(LATER)
    assert seen.stage.pathway == "P0"
    assert "event_after_discharge" in {finding.rule for finding in seen.findings}


def test_a_plan_for_somebody_whom_no_hub_was_asked_about_comes_after_the_discharge() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    home(told).in_spell("pathway-decided", "2026-01-08 09:00", pathway="P1")
    seen = told.assessed(LATER)
    assert (seen.open_waits, seen.stage.pathway) == ((), None)
    assert "event_after_discharge" in {finding.rule for finding in seen.findings}


def _back(told: Told) -> None:
    told.admitted("2026-01-08 10:00", spell_id="S2")


def _died(told: Told) -> None:
    told.tell("patient-died", "2026-01-08 10:00")


def _in_a_centre(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-08 10:00", stay_id="T1", service="slic")


def _withdrawn(told: Told) -> None:
    told.tell("referral-withdrawn", "2026-01-08 10:00", referral_id="H1")


def _refused(told: Told) -> None:
    told.tell("referral-rejected", "2026-01-08 10:00", referral_id="H1", reason="criteria_not_met")


def _left_elsewhere(told: Told) -> None:
    told.discharged("2026-01-08 10:00", spell_id="S2", pathway="P0")


@pytest.mark.parametrize(
    ("ends", "how"),
    [
        (_back, "cancelled"),
        (_left_elsewhere, "cancelled"),
        (_in_a_centre, "cancelled"),
        (_withdrawn, "cancelled"),
        (_refused, "cancelled"),
        (_died, "died"),
    ],
)
def test_it_ends(ends: Any, how: str) -> None:
    told = home(at_the_hub(referral_id="H1"))
    ends(told)
    wait = told.wait("hub_pathway", LATER)
    assert (wait.ended, wait.stops_at) == (how, at("2026-01-08 10:00"))


def test_it_does_not_come_back_after_another_stay() -> None:
    told = home()
    _back(told)
    told.discharged("2026-01-09 10:00", spell_id="S2", pathway="P0")
    assert "hub_pathway" not in waits(told)


def _notices(told: Told, when: str = LATER) -> list[tuple[str, str, str]]:
    found = told.assessed(when).notices
    return [(each.kind, each.about, each.cause) for each in found if each.ended is None]


def _moved_to_another_hospital(told: Told) -> None:
    told.tell(
        "patient-admitted", "2026-01-08 10:00", provider="RXY", spell_id="S2", admission_method="81"
    )


HUB_HEARS = ("stand_down", "leeds-hub")


@pytest.mark.parametrize("asked", [{}, {"referral_id": "H1"}], ids=["by itself", "by a referral"])
@pytest.mark.parametrize(
    ("meanwhile", "news"),
    [
        (_back, [(*HUB_HEARS, "readmitted")]),
        (_moved_to_another_hospital, [("transferred", "leeds-hub", "transferred")]),
        (_died, [(*HUB_HEARS, "died"), ("died", "person", "died")]),
    ],
)
def test_it_is_told_what_happens_meanwhile(
    asked: dict[str, Any], meanwhile: Any, news: list[tuple[str, str, str]]
) -> None:
    told = home(at_the_hub(**asked))
    meanwhile(told)
    assert _notices(told) == news


def test_it_is_not_told_of_a_stay_about_which_it_has_decided() -> None:
    told = home()
    told.in_spell("pathway-decided", "2026-01-08 09:00", pathway="P0")
    _back(told)
    assert _notices(told) == []


def test_it_is_told_where_somebody_dies_in_hospital_whose_discharge_alone_says_so() -> None:
    assert _notices(home(discharge_method="4")) == [
        (*HUB_HEARS, "died"),
        ("died", "person", "died"),
    ]
