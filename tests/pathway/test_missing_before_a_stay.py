"""Care that was missing at home before a stay in hospital is missing after it, until somebody is
asked: a night in hospital gives nobody to the person. In hospital the pathway is waited for."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

NOW = "2026-02-20 10:00"
S2 = {"spell_id": "S2"}
S3 = {"spell_id": "S3"}
P1 = {"package_id": "P1"}
R1 = {"referral_id": "R1"}
R2 = {"referral_id": "R2"}
HOME_AGAIN = "2026-01-21 10:00"


def never_in_hospital() -> Told:
    """Who cared for them at home gave it up on the 15th."""
    told = Told()
    told.tell("first-visit-completed", "2026-01-07 12:00", **P1)
    told.tell("care-package-ended", "2026-01-15 10:00", **P1, reason="provider_withdrew")
    return told


def given_up() -> Told:
    """The same, after a stay on pathway 1."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 11:00", **P1, kind="new", service="acme")
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-07 12:00", **P1)
    told.tell("care-package-ended", "2026-01-15 10:00", **P1, reason="provider_withdrew")
    return told


def refused(pathway: str = "P0", kind: str = "home_care") -> Told:
    """Asked for after a stay, and nobody has the room."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", pathway=pathway)
    told.tell("referral-made", "2026-01-08 10:00", **R1, kind=kind, service="acme")
    told.tell("referral-rejected", "2026-01-09 10:00", **R1, reason="no_capacity")
    return told


def refused_on_pathway_1() -> Told:
    return refused("P1")


def never_asked() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", pathway="P1")
    return told


def a_night(told: Told, pathway: str | None = None, day: int = 20, **spell: str) -> Told:
    """In hospital, and home on the next day."""
    spell = spell or S2
    said = {} if pathway is None else {"pathway": pathway}
    told.admitted(f"2026-01-{day} 10:00", **spell)
    told.discharged(f"2026-01-{day + 1} 10:00", **spell, **said)
    return told


def since_when(told: Told, when: str = NOW) -> Any:
    view = told.assessed(when)
    found = [wait.starts_at for wait in view.open_waits if wait.id == "care_arranged"]
    if told.journey().latest is not None:
        assert bool(found) is (view.stage.stage == "discharged_waiting_for_start")
    return found[0] if found else None


IN_WANT = [never_in_hospital, given_up, refused, refused_on_pathway_1, never_asked]


@pytest.mark.parametrize("before", IN_WANT)
def test_who_waited_before_a_night_in_hospital_waits_after_it(before: Any) -> None:
    told = before()
    assert since_when(told, "2026-01-20 09:00") is not None
    told.admitted("2026-01-20 10:00", **S2)
    asked = [wait.id for wait in told.assessed("2026-01-20 20:00").open_waits]
    assert not {"care_arranged", "service_asked"} & set(asked), "the pathway is waited for"
    told.discharged(HOME_AGAIN, **S2)
    assert since_when(told) == at(HOME_AGAIN)


@pytest.mark.parametrize("before", IN_WANT)
def test_and_after_another_night_or_a_move_to_another_hospital(before: Any) -> None:
    told = a_night(a_night(before()), day=25, **S3)
    assert since_when(told) == at("2026-01-26 10:00")
    told = before()
    told.admitted("2026-01-20 10:00", **S2)
    told.admitted("2026-01-20 15:00", provider="RAE", spell_id="S9", admission_method="2B")
    told.discharged("2026-01-20 16:00", **S2)
    told.discharged(HOME_AGAIN, provider="RAE", spell_id="S9")
    assert since_when(told) == at(HOME_AGAIN)


@pytest.mark.parametrize("before", IN_WANT)
def test_and_after_a_stay_whose_end_nobody_told(before: Any) -> None:
    told = before()
    told.admitted("2026-01-16 10:00", spell_id="S0")
    assert since_when(a_night(told)) == at(HOME_AGAIN)


@pytest.mark.parametrize(
    ("before", "waits"),
    [(each, each is not never_asked) for each in IN_WANT],
)
def test_pathway_0_settles_what_was_never_asked_for_and_not_what_was_given_up_or_refused(
    before: Any, *, waits: bool
) -> None:
    """It says that nothing new is needed; what was given or wanted before is nothing new."""
    assert since_when(a_night(before(), "P0")) == (at(HOME_AGAIN) if waits else None)


@pytest.mark.parametrize("before", [given_up, refused])
@pytest.mark.parametrize(
    "settles",
    [
        ("referral-made", R2 | {"kind": "home_care"}),
        ("referral-made", R2 | {"kind": "reablement"}),
        ("care-package-requested", {"package_id": "P2", "kind": "new"}),
        ("first-visit-completed", {"package_id": "P2"}),
    ],
)
@pytest.mark.parametrize("when", ["2026-01-20 15:00", "2026-01-22 10:00"])
def test_until_somebody_is_asked_or_comes(before: Any, settles: Any, when: str) -> None:
    told = a_night(before())
    event, data = settles
    told.tell(event, when, **data)
    view = told.assessed(NOW)
    assert "care_arranged" not in {wait.id for wait in view.open_waits}


@pytest.mark.parametrize("before", [given_up, refused])
def test_a_nurse_does_not_come_in_the_place_of_who_washes_and_dresses(before: Any) -> None:
    told = a_night(before())
    told.tell("referral-made", "2026-01-22 10:00", **R2, kind="community_health")
    waits = {wait.id: wait.starts_at for wait in told.assessed(NOW).open_waits}
    assert waits["care_arranged"] == at(HOME_AGAIN)
    told = a_night(refused(kind="community_health"))
    told.tell("referral-made", "2026-01-22 10:00", **R2, kind="community_health")
    assert "care_arranged" not in {wait.id for wait in told.assessed(NOW).open_waits}


def test_that_nobody_is_needed_is_said_of_what_was_asked_for_before() -> None:
    told = a_night(refused())
    told.tell("referral-withdrawn", "2026-01-22 10:00", **R1, reason="no_longer_needed")
    assert since_when(told) is None
    told = a_night(refused())
    told.tell("referral-withdrawn", "2026-01-22 10:00", **R1, reason="made_in_error")
    assert since_when(told) == at(HOME_AGAIN), "who takes it back need not say so"


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (given_up, ("care-package-requested", {"package_id": "P2", "kind": "new"})),
        (refused, ("referral-made", R2 | {"kind": "home_care"})),
        (refused, ("referral-withdrawn", R1 | {"reason": "person_declined"})),
        (never_asked, ("referral-made", R2 | {"kind": "reablement"})),
    ],
)
def test_who_waited_no_more_before_it_does_not_begin_to_after_it(before: Any, then: Any) -> None:
    told = before()
    event, data = then
    told.tell(event, "2026-01-17 10:00", **data)
    a_night(told)
    assert "care_arranged" not in {wait.id for wait in told.assessed(NOW).open_waits}


@pytest.mark.parametrize("pathway", [None, "P0"])
@pytest.mark.parametrize("refused_on", ["2026-01-20 15:00", "2026-01-23 10:00"])
@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (
            ("referral-made", R1 | {"kind": "home_care"}),
            ("referral-rejected", R1 | {"reason": "no_capacity"}),
        ),
        (
            ("care-package-requested", P1 | {"kind": "new"}),
            ("care-package-ended", P1 | {"reason": "provider_withdrew"}),
        ),
    ],
)
def test_what_was_asked_for_before_the_stay_and_is_refused_since_is_missed(
    pathway: str | None, refused_on: str, asked: Any, answer: Any
) -> None:
    told = never_asked()
    told.tell(asked[0], "2026-01-17 10:00", **asked[1])
    told.tell(answer[0], refused_on, **answer[1])
    assert since_when(a_night(told, pathway)) == at(max(refused_on, HOME_AGAIN))


def test_who_goes_from_hospital_to_others_who_care_waits_for_nobody() -> None:
    told = given_up()
    told.admitted("2026-01-20 10:00", **S2)
    told.discharged(HOME_AGAIN, **S2, destination_code="54")
    assert since_when(told) is None


def test_one_visit_that_was_refused_is_not_missed_after_it() -> None:
    told = never_asked()
    told.tell("referral-made", "2026-01-08 10:00", **R1, kind="urgent_community_response")
    told.tell("referral-rejected", "2026-01-09 10:00", **R1, reason="no_capacity")
    assert since_when(a_night(told)) == at(HOME_AGAIN), "nobody was asked for the pathway"
    told.tell("referral-made", "2026-01-22 10:00", **R2, kind="home_care")
    assert "care_arranged" not in {wait.id for wait in told.assessed(NOW).open_waits}


RAE = {"provider": "RAE", "spell_id": "S9"}
CODES = [None, "51", "53", "87"]


def moved_on(told: Told, code: str | None, status: str | None, last: str | None) -> Told:
    """By code to another hospital, and home from there, on the pathway that it tells, if any."""
    told.admitted("2026-01-19 10:00", **S2)
    if status is not None:
        told.in_spell("pathway-decided", "2026-01-19 12:00", **S2, pathway="P1", status=status)
    told.discharged(
        "2026-01-20 10:00", **S2, **({} if code is None else {"destination_code": code})
    )
    told.admitted("2026-01-20 11:00", **RAE, admission_method="81", source_of_admission="51")
    told.discharged(HOME_AGAIN, **RAE, **({} if last is None else {"pathway": last}))
    return told


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("status", [None, "likely", "confirmed"])
@pytest.mark.parametrize("before", IN_WANT)
def test_another_hospital_to_which_a_person_was_discharged_gives_nobody_to_them(
    before: Any, status: str | None, code: str | None
) -> None:
    assert since_when(moved_on(before(), code, status, None)) == at(HOME_AGAIN)
    waits = since_when(moved_on(before(), code, status, "P0"))
    assert waits == (None if before is never_asked else at(HOME_AGAIN))


@pytest.mark.parametrize("code", CODES)
def test_who_is_asked_in_the_first_hospital_is_enough_in_the_second(code: str | None) -> None:
    told = moved_on(given_up(), code, "likely", None)
    told.tell("referral-made", "2026-01-19 15:00", **R2, kind="home_care")
    assert "care_arranged" not in {wait.id for wait in told.assessed(NOW).open_waits}


@pytest.mark.parametrize("status", ["likely", "confirmed"])
def test_a_pathway_that_never_came_to_be_gives_nobody_to_the_person(status: str) -> None:
    """They are moved while they are not ready to leave, and the first hospital tells no end."""
    told = given_up()
    told.admitted("2026-01-19 10:00", **S2)
    told.in_spell("pathway-decided", "2026-01-19 12:00", **S2, pathway="P1", status=status)
    told.admitted("2026-01-20 11:00", **RAE, admission_method="81", source_of_admission="51")
    told.discharged("2026-01-20 12:00", **S2, destination_code="51")
    told.discharged(HOME_AGAIN, **RAE, pathway="P0")
    assert since_when(told) == at(HOME_AGAIN)


def test_the_care_home_to_which_a_person_was_discharged_has_them() -> None:
    told = given_up()
    told.admitted("2026-01-18 10:00", **S2)
    told.discharged("2026-01-19 10:00", **S2, destination_code="54")
    assert since_when(a_night(told, day=20, **S3)) is None


FORETOLD = [
    ("case-manager-assigned", {"organisation": "RR8", "case_manager": "c1"}),
    ("expected-discharge-date-set", {"expected_discharge_date": "2026-01-25"}),
]


@pytest.mark.parametrize("pathway", [None, "P0"])
@pytest.mark.parametrize("foretold", FORETOLD)
@pytest.mark.parametrize("before", IN_WANT)
@pytest.mark.parametrize("when", ["2026-01-07 13:00", "2026-01-14 10:00", "2026-01-18 10:00"])
def test_a_stay_that_is_known_before_its_admission_begins_with_it(
    when: str, before: Any, foretold: Any, pathway: str | None
) -> None:
    """What was given up between its first event and its admission was so before the stay."""
    told = before()
    told.in_spell(foretold[0], when, **S2, **foretold[1])
    a_night(told, pathway)
    waits = pathway is None or before is not never_asked
    assert since_when(told) == (at(HOME_AGAIN) if waits else None)


@pytest.mark.parametrize("foretold", FORETOLD)
def test_and_who_was_asked_by_then_is_enough(foretold: Any) -> None:
    told = refused()
    told.in_spell(foretold[0], "2026-01-08 20:00", **S2, **foretold[1])
    told.tell("referral-made", "2026-01-15 10:00", **R2, kind="home_care")
    a_night(told)
    assert "care_arranged" not in {wait.id for wait in told.assessed(NOW).open_waits}
