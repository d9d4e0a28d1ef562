"""Somebody who asked for no service in particular, or for one that is full: who could take them."""

from datetime import datetime
from typing import Any

import pytest

from flow.pathway import Placement
from flow.pathway.service_criteria import SUITABLE_MOST
from flow.pathway.service_rules import FULL, PLACE_FREE
from flow.pathway.services import look
from tests.pathway.service_facts import BED, CENTRE, faced, reported
from tests.pathway.service_facts import Told as ToldOfService
from tests.pathway.told import Told, at, own_policy

LEEDS = "E08000035"
POLICY = own_policy(
    f"""
    name = "Leeds"
    [services.criteria.south-centre]
    kind = "independence_centre"
    councils = ["{LEEDS}"]
    localities = ["leeds-south", "leeds-city"]
    needs = ["two_carers", "nursing"]
    [services.criteria.east-centre]
    kind = "independence_centre"
    pathways = ["P2"]
    needs = []
    [services.criteria.aire-care]
    kind = "home_care"
    """
)


def suitable_for(told: Told, now: str = "2026-01-09 12:00") -> dict[str, Placement]:
    placements = told.assessed(now).placements
    return {each.service: each for each in placements if each.state == "suitable"}


def referred(service: str | None = None, kind: str = BED, **data: Any) -> Told:
    """Ready to leave since 7 January, referred on the 6th."""
    told = Told(POLICY)
    told.admitted("2026-01-05 10:00", council=LEEDS, locality="leeds-south")
    told.in_spell("pathway-decided", "2026-01-06 09:00", pathway="P2", status="confirmed")
    asked = {"service": service} if service is not None else {}
    told.tell(
        "referral-made", "2026-01-06 10:00", referral_id="R", kind=kind,
        provider="RR8", spell_id="S1", **asked, **data,
    )  # fmt: skip
    told.reviewed("2026-01-07 09:00", meets=False)
    return told


# Who is suitable.


def test_a_referral_that_names_no_service_reaches_those_whose_criteria_are_met() -> None:
    found = suitable_for(referred())
    assert list(found) == ["east-centre", "south-centre"]
    one = found["east-centre"]
    assert (one.since, one.kind) == (at("2026-01-06 10:00"), BED)
    assert one.asked_at == at("2026-01-06 10:00")
    assert one.ready_since == at("2026-01-07 09:00")
    assert one.asked_of == ()
    assert one.suits == ("south-centre", "east-centre"), "in the policy's order"


def test_a_referral_to_a_service_reaches_the_others_and_says_who_was_asked() -> None:
    found = suitable_for(referred("south-centre"))
    assert list(found) == ["east-centre"]
    assert found["east-centre"].asked_of == ("south-centre",)


@pytest.mark.parametrize(
    ("needs", "takes"),
    [
        pytest.param(None, ["east-centre", "south-centre"], id="nobody has told of needs"),
        pytest.param(["two_carers"], ["south-centre"], id="two carers"),
        pytest.param(["two_carers", "nursing"], ["south-centre"], id="two carers and a nurse"),
        pytest.param(["two_carers", "dementia"], [], id="one of two needs is not met"),
    ],
)
def test_every_need_must_be_met(needs: list[str] | None, takes: list[str]) -> None:
    assert list(suitable_for(referred(needs=needs))) == takes


@pytest.mark.parametrize(
    ("lives", "pathway", "takes"),
    [
        pytest.param({"locality": "leeds-east"}, "P2", ["east-centre"], id="not from there"),
        pytest.param({"council": "E08000032"}, "P2", ["east-centre"], id="another council's"),
        pytest.param({}, "P3", ["south-centre"], id="on another pathway"),
    ],
)
def test_each_criterion_leaves_out_whom_it_does_not_list(
    lives: dict[str, str], pathway: str, takes: list[str]
) -> None:
    told = referred(**lives)
    told.in_spell("pathway-decided", "2026-01-08 09:00", pathway=pathway, status="confirmed")
    assert list(suitable_for(told)) == takes


def test_what_nobody_told_does_not_meet_a_list() -> None:
    told = Told(POLICY)
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R", kind=BED)
    assert suitable_for(told) == {}, "neither council nor pathway is known"


def test_a_service_is_asked_for_what_its_kind_gives() -> None:
    assert list(suitable_for(referred(kind="home_care"))) == ["aire-care"]
    assert suitable_for(referred(kind="equipment")) == {}


def test_care_at_home_that_nobody_provides_yet_reaches_providers() -> None:
    told = Told(POLICY)
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new")
    assert list(suitable_for(told)) == ["aire-care"]
    told.tell("care-package-confirmed", "2026-01-07 10:00", package_id="P", service="wharfe-care")
    assert suitable_for(told) == {}


@pytest.mark.parametrize("kind", ["restart", "increased"])
def test_a_package_that_goes_on_is_asked_of_whoever_gives_it(kind: str) -> None:
    told = Told(POLICY)
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind=kind)
    assert suitable_for(told) == {}


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        ("referral-withdrawn", {}),
        ("referral-rejected", {"reason": "no_capacity"}),
        ("centre-admitted", {"stay_id": "T", "service": "elsewhere"}),
    ],
)
def test_who_waits_no_more_is_suitable_for_nobody(answer: str, data: dict[str, str]) -> None:
    told = referred("south-centre")
    told.tell(answer, "2026-01-08 10:00", referral_id="R", **data)
    assert suitable_for(told) == {}


def test_a_service_that_refused_is_not_asked_again_by_us() -> None:
    told = referred("east-centre")
    told.tell("referral-rejected", "2026-01-08 10:00", referral_id="R", reason="criteria_not_met")
    told.tell("referral-made", "2026-01-08 11:00", referral_id="R2", kind=BED)
    assert list(suitable_for(told)) == ["south-centre"]


def test_the_dead_wait_for_no_place() -> None:
    told = referred()
    told.tell("patient-died", "2026-01-08 10:00")
    assert told.assessed("2026-01-09 12:00").placements == ()


def test_without_criteria_only_those_who_asked_face_a_service() -> None:
    told = referred()
    told.policy = own_policy('name = "England"')
    assert told.assessed("2026-01-09 12:00").placements == ()


def test_one_person_is_told_to_so_many_services_and_no_more() -> None:
    many = "".join(
        f'[services.criteria.home-{number:02}]\nkind = "home_care"\n'
        for number in range(SUITABLE_MOST + 4)
    )
    told = referred(kind="home_care")
    told.policy = own_policy(f'name = "Many"\n{many}')
    assert list(suitable_for(told)) == [f"home-{number:02}" for number in range(SUITABLE_MOST)]


# What that means for a service.

FREE = {"beds_open": 40, "beds_occupied": 30}
TAKEN = {"beds_open": 40, "beds_occupied": 40}
OTHER = "other-centre"


def suitable(ready: str, *, asked_of: tuple[str, ...] = (), kind: str = BED) -> Placement:
    """Asked for at 10:00 on 4 January; `slic` and another centre would suit."""
    made = faced("waiting", "2026-01-04 10:00", ready=ready, kind=kind)
    return made._replace(state="suitable", asked_of=asked_of, suits=(CENTRE, OTHER))


class Centre(ToldOfService):
    """As `ToldOfService`, where other services may be full."""

    def __init__(self) -> None:
        super().__init__()
        self.full: dict[str, datetime] = {}

    def conditions(self, now: str, **said: Any) -> list[tuple[str, datetime]]:
        report = reported("2026-01-05 07:00", **said)
        seen = look(CENTRE, report, self.people, POLICY, at(now), None, self.full)
        self.data = seen.data
        return [(each.alert, each.since) for each in seen.data.conditions]


def test_a_free_place_is_one_for_who_asked_for_none_in_particular() -> None:
    centre = Centre()
    centre.people = [suitable(ready="2026-01-05 09:00")]
    assert centre.conditions("2026-01-05 12:00", **FREE) == [(PLACE_FREE, at("2026-01-05 09:00"))]
    assert centre.data is not None
    derived = centre.data.derived
    assert (derived.suitable, derived.ready, derived.waiting) == (1, 0, 0)
    assert centre.data.shortfall == 0, "nobody asked for this service"


def test_who_cannot_leave_the_hospital_yet_needs_no_place() -> None:
    centre = Centre()
    centre.people = [suitable(ready="2026-01-05 13:00")]
    assert centre.conditions("2026-01-05 12:00", **FREE) == []


def test_who_asked_for_another_counts_when_that_one_is_full_and_since_then() -> None:
    centre = Centre()
    centre.people = [suitable(ready="2026-01-05 09:00", asked_of=(OTHER,))]
    assert centre.conditions("2026-01-05 12:00", **FREE) == []
    centre.full[OTHER] = at("2026-01-05 11:00")
    assert centre.conditions("2026-01-05 12:00", **FREE) == [(PLACE_FREE, at("2026-01-05 11:00"))]


def test_of_several_that_were_asked_every_one_must_be_full() -> None:
    centre = Centre()
    centre.people = [suitable(ready="2026-01-05 09:00", asked_of=(OTHER, "third"))]
    centre.full[OTHER] = at("2026-01-05 08:00")
    assert centre.conditions("2026-01-05 12:00", **FREE) == []


def test_who_was_accepted_for_a_time_to_come_needs_no_other_place_before_it() -> None:
    told = referred("south-centre")
    told.tell("referral-accepted", "2026-01-08 10:00", referral_id="R",
              start_agreed_at=at("2026-01-12 11:00"))  # fmt: skip
    assert suitable_for(told)["east-centre"].start_agreed_at == at("2026-01-12 11:00")
    centre = Centre()
    made = suitable(ready="2026-01-05 09:00", asked_of=(OTHER,))
    centre.people = [made._replace(start_agreed_at=at("2026-01-05 11:00"))]
    centre.full[OTHER] = at("2026-01-05 08:00")
    assert centre.conditions("2026-01-05 10:59", **FREE) == []
    assert centre.conditions("2026-01-05 12:00", **FREE) == [(PLACE_FREE, at("2026-01-05 11:00"))]


def test_who_is_on_hold_waits_for_no_service() -> None:
    told = referred()
    assert suitable_for(told)["east-centre"].on_hold is None
    told.reviewed("2026-01-08 09:00", meets=True)
    assert suitable_for(told)["east-centre"].on_hold is True
    centre = Centre()
    centre.people = [suitable(ready="2026-01-05 09:00")._replace(on_hold=True)]
    centre.full[OTHER] = at("2026-01-05 08:00")
    assert centre.conditions("2026-01-05 12:00", **TAKEN) == []


def test_a_full_service_is_waited_for_by_who_finds_no_room_anywhere() -> None:
    centre = Centre()
    centre.people = [suitable(ready="2026-01-05 09:00")]
    assert centre.conditions("2026-01-05 12:00", **TAKEN) == [], "another may have room"
    centre.full[OTHER] = at("2026-01-05 08:00")
    assert centre.conditions("2026-01-05 12:00", **TAKEN) == [(FULL, at("2026-01-05 08:00"))]


def test_who_asked_for_another_full_service_is_counted_there() -> None:
    centre = Centre()
    centre.people = [suitable(ready="2026-01-05 09:00", asked_of=(OTHER,))]
    centre.full[OTHER] = at("2026-01-05 08:00")
    assert centre.conditions("2026-01-05 12:00", **TAKEN) == []


def test_a_service_gives_only_what_its_report_says_it_is() -> None:
    centre = Centre()
    centre.people = [suitable(ready="2026-01-05 09:00", kind="home_care")]
    assert centre.conditions("2026-01-05 12:00", **FREE) == []
