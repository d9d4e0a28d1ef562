"""How referrals end: the hub's, those for a place or for care at home, and those made again."""

import pytest

from tests.pathway.told import PROVIDER, SPELL, Told

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}
LATER = "2026-03-01 12:00"


def ready() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    return told


def asked(kind: str, service: str | None = "skills-south") -> Told:
    told = ready()
    named = {"service": service} if service is not None else {}
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind=kind, **named, **IN_SPELL)
    return told


def open_referrals(told: Told, now: str = LATER) -> list[str]:
    found = told.assessed(now).contribution
    return [labels[1] for name, labels, _ in found if name == "referrals_open"]


def stage(told: Told) -> str:
    return told.assessed("2026-01-20 12:00").stage.stage


def to_hub(told: Told, when: str = "2026-01-06 10:00") -> Told:
    told.in_spell("referred-to-care-transfer-hub", when, hub="leeds-hub", referral_id="H1")
    return told


def test_the_hub_is_done_when_the_pathway_is_confirmed() -> None:
    told = to_hub(ready())
    told.in_spell("pathway-decided", "2026-01-06 12:00", pathway="P1", status="likely")
    assert open_referrals(told) == ["care_transfer_hub"]
    told.in_spell("pathway-decided", "2026-01-06 13:00", pathway="P1")
    assert open_referrals(told) == []
    assert told.assessed(LATER).placements == ()


def test_the_hub_is_done_at_a_discharge_that_tells_the_pathway_and_hears_of_no_return() -> None:
    told = to_hub(ready())
    told.discharged("2026-01-06 18:00", pathway="P0")
    assert open_referrals(told) == []
    told.admitted("2026-01-08 10:00", spell_id="S2", admission_method="21")
    assert told.assessed(LATER).notices == ()


def test_the_discharge_may_tell_the_pathway() -> None:
    told = to_hub(ready())
    told.discharged("2026-01-06 18:00", pathway="P1")
    assert told.wait("hub_pathway", LATER).ended == "done"


def test_the_hub_decides_from_the_referral_until_a_receipt_is_known() -> None:
    told = to_hub(ready())
    wait = told.wait("hub_pathway", "2026-01-06 11:00")
    assert wait.starts_at == told.events[-1].time
    told.tell("referral-received", "2026-01-06 14:00", referral_id="H1")
    wait = told.wait("hub_pathway", "2026-01-06 15:00")
    assert wait.starts_at == told.events[-1].time
    assert set(wait.started_by) == {told.events[-1].identity, told.events[-2].identity}


@pytest.mark.parametrize(
    ("kind", "destination"),
    [
        ("care_home", "p3_care_home_new"),
        ("care_home", "p3_care_home_eol"),
        ("fast_track_chc", "p3_care_home_eol"),
        ("hospice_bed", "p3_care_home_eol"),
    ],
)
def test_a_place_in_a_care_home_or_hospice_begins_with_the_discharge_there(
    kind: str, destination: str
) -> None:
    told = asked(kind)
    told.discharged("2026-01-08 10:00", destination=destination)
    assert open_referrals(told) == []
    assert stage(told) == "follow_up"


def test_a_place_in_a_care_home_is_still_waited_for_at_home() -> None:
    told = asked("care_home")
    told.discharged("2026-01-08 10:00", destination="p0_home")
    assert open_referrals(told) == ["care_home"]
    assert stage(told) == "discharged_waiting_for_start"


def in_a_centre(kind: str) -> Told:
    """And asked for a place for good, which was accepted."""
    told = ready()
    told.discharged("2026-01-08 10:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="slic")
    told.tell("referral-made", "2026-01-15 10:00", referral_id="R2", kind=kind, service="oaks")
    told.tell("referral-accepted", "2026-01-16 10:00", referral_id="R2")
    return told


@pytest.mark.parametrize(
    ("kind", "destination", "is_there"),
    [
        ("care_home", "care_home", True),
        ("hospice_bed", "hospice", True),
        ("fast_track_chc", "hospice", True),
        ("fast_track_chc", "care_home", False),
        ("care_home", "home", False),
        ("care_home", None, False),
    ],
)
def test_a_place_for_good_begins_with_leaving_a_centre_for_it(
    kind: str, destination: str | None, is_there: bool
) -> None:
    told = in_a_centre(kind)
    told.tell("centre-discharged", "2026-01-19 12:00", stay_id="T1",
              **({"destination": destination} if destination else {}))  # fmt: skip
    assert open_referrals(told) == ([] if is_there else [kind])
    assert (stage(told) == "follow_up") is is_there


@pytest.mark.parametrize("elsewhere", ["hospital", "another centre"])
def test_who_was_elsewhere_when_a_centre_let_them_go_is_in_no_care_home(elsewhere: str) -> None:
    told = in_a_centre("care_home")
    if elsewhere == "hospital":
        told.admitted("2026-01-18 10:00", spell_id="S2", admission_method="21")
    else:
        told.tell("centre-admitted", "2026-01-18 10:00", stay_id="T2", service="north-centre")
    told.tell("centre-discharged", "2026-01-19 12:00", stay_id="T1", destination="care_home")
    assert open_referrals(told) == ["care_home"]


@pytest.mark.parametrize("kind", ["housing", "other"])
def test_nobody_waits_for_what_no_event_tells(kind: str) -> None:
    told = asked(kind)
    told.discharged("2026-01-08 10:00")
    assert stage(told) == "follow_up"
    assert open_referrals(told) == []


def test_whoever_dies_in_hospital_was_not_housed() -> None:
    told = asked("housing")
    told.discharged("2026-01-08 10:00", discharge_method="4")
    assert told.wait("housing_start", "2026-01-09 10:00").ended == "died"


def test_housing_is_not_waited_for_in_a_stay_that_must_have_ended_unseen() -> None:
    told = asked("housing")
    told.admitted("2026-01-09 10:00", spell_id="S2")
    assert open_referrals(told) == []


def test_equipment_is_there_when_it_is_delivered() -> None:
    told = asked("equipment")
    told.discharged("2026-01-08 10:00")
    assert stage(told) == "follow_up", "equipment is waited for, and is no care"
    assert open_referrals(told) == ["equipment"]
    told.tell("task-done", "2026-01-09 10:00", task="equipment_delivered", **IN_SPELL)
    assert stage(told) == "follow_up"
    assert open_referrals(told) == []


@pytest.mark.parametrize("kind", ["reablement", "home_care", "urgent_community_response"])
@pytest.mark.parametrize("service", ["skills-south", None])
def test_a_visit_that_names_only_the_service_begins_its_referral(
    kind: str, service: str | None
) -> None:
    told = asked(kind, service)
    told.tell("first-visit-completed", "2026-01-08 10:00", service="skills-south")
    assert open_referrals(told) == []
    assert "visit_unmatched" not in {finding.rule for finding in told.assessed(LATER).findings}


@pytest.mark.parametrize("service", ["skills-south", None])
def test_a_visit_that_names_another_referral_begins_none_of_the_same_service(
    service: str | None,
) -> None:
    told = asked("reablement", service)
    told.tell("first-visit-completed", "2026-01-08 10:00", referral_id="R7", service="skills-south")
    assert open_referrals(told) == ["reablement"]
    assert "visit_unmatched" in {finding.rule for finding in told.assessed(LATER).findings}


@pytest.mark.parametrize(
    ("of_the_package", "begun"),
    [({}, True), ({"referral_id": "R7"}, True), ({"referral_id": "R8"}, False)],
)
def test_a_visit_of_a_referral_nobody_told_is_of_the_package_that_names_no_other(
    of_the_package: dict[str, str], *, begun: bool
) -> None:
    told = asked("equipment")
    told.tell("care-package-requested", "2026-01-07 10:00", package_id="P1", kind="new",
              service="skills-south", **of_the_package, **IN_SPELL)  # fmt: skip
    told.discharged("2026-01-08 08:00")
    told.tell("first-visit-completed", "2026-01-08 10:00", referral_id="R7", service="skills-south")
    waits = {wait.id for wait in told.assessed(LATER).open_waits}
    assert ("package_start" in waits) is not begun


@pytest.mark.parametrize(("kind", "left"), [("home_care", []), ("reablement", ["reablement"])])
def test_a_package_without_a_referral_belongs_to_the_one_at_its_service(
    kind: str, left: list[str]
) -> None:
    told = asked(kind)
    told.tell("care-package-requested", "2026-01-07 10:00", package_id="P1", kind="new",
              service="skills-south", **IN_SPELL)  # fmt: skip
    told.tell("care-package-started", "2026-01-08 10:00", package_id="P1")
    assert open_referrals(told) == left
    told.tell("first-visit-completed", "2026-01-08 11:00", package_id="P1")
    assert open_referrals(told) == []


def test_another_services_visit_begins_nothing() -> None:
    told = asked("home_care")
    told.tell("first-visit-completed", "2026-01-08 10:00", service="agency")
    assert open_referrals(told) == ["home_care"]


def test_an_answer_before_the_referral_was_made_stands() -> None:
    told = ready()
    told.tell("referral-rejected", "2026-01-06 09:30", referral_id="R1", reason="no_capacity")
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="reablement")
    assert open_referrals(told) == []
    told.tell("referral-made", "2026-01-07 10:00", referral_id="R1", kind="reablement")
    assert open_referrals(told) == ["reablement"]


@pytest.mark.parametrize(
    "begins",
    [
        ("centre-admitted", {"stay_id": "T1", "service": "slic", "referral_id": "R1"}),
        ("first-visit-completed", {"referral_id": "R1"}),
        ("first-visit-completed", {"referral_id": "R1", "package_id": "P1"}),
    ],
    ids=["a stay", "a visit", "a visit of a package"],
)
@pytest.mark.parametrize("times", [1, 2])
def test_what_has_begun_stays_begun_however_late_and_often_it_is_made(
    begins: tuple[str, dict[str, str]], times: int
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-06 10:00")
    told.tell(begins[0], "2026-01-06 12:00", **begins[1])
    for hour in range(times):
        told.tell("referral-made", f"2026-01-06 1{3 + hour}:00", referral_id="R1",
                  kind="reablement")  # fmt: skip
    assert open_referrals(told) == []
    assert told.waits("p1_reablement_start", LATER) == []


def test_a_package_asked_for_after_the_discharge_is_waited_for() -> None:
    told = ready()
    told.discharged("2026-01-08 10:00")
    told.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new")
    wait = told.wait("package_start", "2026-01-08 13:00")
    assert (wait.starts_at, wait.provider) == (told.events[-1].time, PROVIDER)


def test_of_whom_no_stay_is_known_a_new_birth_visit_counts_from_the_referral() -> None:
    told = Told()
    made = told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind="health_visiting")
    wait = told.wait("new_birth_visit", "2026-01-09 10:00")
    assert (wait.starts_at, wait.started_by) == (made.time, (made.identity,))


def test_nobody_has_to_accept_a_birth_that_the_health_visitors_were_told_of() -> None:
    told = Told()
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind="health_visiting")
    waits = {wait.id for wait in told.assessed("2026-01-12 10:00").open_waits}
    assert waits == {"new_birth_visit"}
