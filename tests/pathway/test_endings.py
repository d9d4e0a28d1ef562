"""Nothing waits for ever: what ends in the field ends in the journey (domain.md 12.3)."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flow.events import AnyEvent
from flow.pathway import Journey, assess
from flow.pathway.referral_kinds import BEDS, HUB
from tests.pathway.strategies import START, stories
from tests.pathway.told import ENGLAND, Told

WHILE_WELL_ENOUGH_TO_STAY = {"ctr_review", "los_review", "edd_set"}

OWNER = {"owner_named", "owner_cover", "owner_follows"}
"""Somebody answers for a person however well they are."""

_ends = st.sampled_from(["begun", "refused", "withdrawn"])


class _End(Told):
    """Tells the end of a story, an event an hour."""

    def __init__(self, events: list[AnyEvent]) -> None:
        super().__init__()
        self.events = list(events)
        self.now = max((event.time for event in events), default=START)

    def then(self, event: str, /, **data: Any) -> None:
        self.now += timedelta(hours=1)
        self.tell(event, self.now, id=f"end{len(self.events)}", source="/the/end", **data)

    def leave_hospital(self, journey: Journey) -> None:
        for spell in journey.spells.values():
            names = {"provider": spell.provider, "spell_id": spell.spell_id}
            if spell.discharged is None:
                self.then("patient-discharged", **names)
            self.then("discharge-summary-sent", **names)
            if spell.hub_referred is not None:
                self.then("pathway-decided", **names, pathway="P0")

    def settle_referrals(self, journey: Journey, ends: st.DataObject) -> None:
        for referral in journey.referrals.values():
            if referral.kind == HUB and referral.spell is not None:
                continue  # done with the discharge
            about = {"referral_id": referral.referral_id}
            match ends.draw(_ends) if referral.kind is not None else "refused":
                case "withdrawn":
                    self.then("referral-withdrawn", **about)
                case "refused":
                    self.then("referral-rejected", **about, reason="no_capacity")
                case _ if referral.kind in BEDS:
                    stay = f"stay-{referral.referral_id}"
                    self.then("centre-admitted", **about, stay_id=stay, service="centre-a")
                case _:
                    self.then("first-visit-completed", **about)

    def cared_for(self) -> None:
        """Whoever was refused everywhere needs somebody else."""
        self.then("care-package-requested", package_id="the-last", kind="new")
        self.then("first-visit-completed", package_id="the-last")

    def settle_the_rest(self, journey: Journey) -> None:
        # Of one that was asked for again after its end, the newest: it comes last.
        packages = {each.package_id: each for each in journey.packages.values()}
        for package_id, package in packages.items():
            self.then("care-package-confirmed", package_id=package_id)
            self.then("first-visit-completed", package_id=package_id)
            if package.increase_asked is not None:
                self.then("care-package-increased", package_id=package_id)
        for handover_id in journey.handovers:
            self.then("handover-accepted", handover_id=handover_id)
        for assessment_id in journey.assessments:
            self.then("funding-agreed", assessment_id=assessment_id, funder="joint")
        self.then("coordinator-assigned", organisation="NX9", coordinator="the-last")
        for stay_id in journey.stays:
            self.then("centre-discharged", stay_id=stay_id, destination="home")


@given(stories(), st.data())
def test_after_the_last_discharge_and_every_service_settled_nothing_waits(
    events: list[AnyEvent], data: st.DataObject
) -> None:
    told = _End(events)
    told.leave_hospital(told.journey())
    told.settle_referrals(told.journey(), data)
    told.cared_for()
    told.settle_the_rest(told.journey())
    for later in (timedelta(minutes=1), timedelta(days=40)):
        view = assess(told.journey(), ENGLAND, told.now + later)
        assert view.open_waits == ()
        assert {place.state for place in view.placements} <= {"staying", "left"}
        assert view.stage.stage not in ("in_hospital", "discharged_waiting_for_start")
        open_now = ("inpatients", "referrals_open", "handovers_unaccepted")
        assert not [name for name, _, _ in view.contribution if name in open_now]


@given(stories())
def test_while_the_criteria_to_reside_are_met_only_the_ward_is_waited_for(
    events: list[AnyEvent],
) -> None:
    told = Told()
    for event in events:
        told.events.append(event)
        journey = told.journey()
        view = assess(journey, ENGLAND, max(each.time for each in told.events))
        for spell in journey.spells.values():
            if spell.discharged is not None or spell.ready is not None or not spell.reviews:
                continue
            running = {wait.id for wait in view.open_waits if wait.about == spell.about}
            # The hub may decide early, while the person is not ready for the first time.
            early = set() if spell.unwell else {"hub_pathway"}
            assert running <= WHILE_WELL_ENOUGH_TO_STAY | early | OWNER
