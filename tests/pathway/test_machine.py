"""The whole pathway against a naive model of it, step by step.

Events come in sensible and in silly order, late, repeated, corrected and cancelled; ticks come
between them. After each step waits, stage, notices and alerts are those of the model, which works
everything out from the first event on (`naive_facts.py`, `naive_waits.py`).
"""

from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from flow.events import AnyEvent
from flow.pathway import WAITS, assess
from flow.pathway.journey import NoticeKind
from tests.metrics import topic_waits
from tests.pathway import naive_waits
from tests.pathway.machine_compared import NOTICES, Compared
from tests.pathway.machine_ways import LEAVING, OF_A_SPELL, WAYS
from tests.pathway.naive_kinds import STARTS
from tests.pathway.naive_plans import STEPS
from tests.pathway.naive_told import Said
from tests.pathway.told import ENGLAND, Told, value_of

SPELLS = st.sampled_from(
    [("RR8", "S1"), ("RR8", "S1"), ("RR8", "S1"), ("RR8", "S2"), ("RAE", "S3")]
)
REFERRALS = st.sampled_from(["R1", "R1", "R2", "H1"])
KINDS = st.sampled_from(
    ["reablement", "rehabilitation_bed", "care_home", "fast_track_chc", "urgent_community_response",
     "home_care", "care_transfer_hub", "community_health"]
)  # fmt: skip
TASKS = st.sampled_from(["long_stay_review", "equipment_delivered", "housing_ready"])
ORGANISATIONS = st.sampled_from(["RR8", "NX1"])
STAFF = st.sampled_from(["co1", "co1", "co2"])
STAFF_ROLES = st.sampled_from([None, "social_worker"])
SERVICES = st.sampled_from(["skills-south", "centre-a", None])
PACKAGES = st.sampled_from(["P1", "P1", "P2"])
HOURS = st.sampled_from([0.25, 1, 2, 4, 10, 19, 30, 80, 200])
AGREED = st.sampled_from([None, None, 0.3, 3, 12, 50])
"""In how many hours somebody says that care begins."""


class Pathway(Compared):
    def __init__(self) -> None:
        super().__init__()
        self.by_identity: dict[str, AnyEvent] = {}
        self.taken: set[datetime] = set()
        self.spell = ("RR8", "S1")

    @initialize(way=st.sampled_from([*WAYS]), told=st.integers(0, 14))
    def begin(self, way: str, told: int) -> None:
        """As it should go, up to a point; the silliness comes after that."""
        for kind, data in (*LEAVING, *WAYS[way])[:told]:
            self.now += timedelta(hours=2)
            if kind in OF_A_SPELL:
                self.of_spell(kind, **data)
            else:
                self.tell(kind, **data)

    # Events.

    def tell(self, kind: str, /, *, at: datetime | None = None, corrects: str | None = None,
             **data: Any) -> None:  # fmt: skip
        """It happened now, or `at` a time; then everything is compared."""
        time = at or self.now
        while time in self.taken:  # ties have laws of their own
            time += timedelta(seconds=1)
        self.taken.add(time)
        self.now = max(self.now, time)
        given = {name: value for name, value in data.items() if value is not None}
        number = len(self.told) + 1
        event = Told().tell(
            kind, time, id=f"m{number}", recorded=self.now, corrects=corrects, **given
        )
        self.told.append(Said(time, kind, given, event.identity, corrects, self.now))
        self.by_identity[event.identity] = event
        self.history.add(event, value_of(event))
        self.look(raising=False)

    def of_spell(self, kind: str, /, **data: Any) -> None:
        provider, spell_id = self.spell
        self.tell(kind, **{"provider": provider, "spell_id": spell_id, **data})

    @rule(spell=SPELLS)
    def speak_of(self, spell: tuple[str, str]) -> None:
        self.spell = spell

    @rule(method=st.sampled_from([None, None, "81"]))
    def admitted(self, method: str | None = None) -> None:
        self.of_spell("patient-admitted", admission_method=method)

    @rule()
    def expected_date(self) -> None:
        self.of_spell("expected-discharge-date-set", expected_discharge_date="2026-04-01")

    @rule(meets=st.sampled_from([True, False, False]))
    def reviewed(self, *, meets: bool) -> None:
        self.of_spell("criteria-to-reside-assessed", meets=meets)

    @rule(
        pathway=st.sampled_from(["P0", "P1", "P2"]),
        status=st.sampled_from(["likely", "confirmed"]),
        leaves_in=st.sampled_from([None, 5, 40]),
    )
    def pathway(self, pathway: str, status: str, leaves_in: int | None) -> None:
        planned = (self.now + timedelta(hours=leaves_in)).isoformat() if leaves_in else None
        self.of_spell(
            "pathway-decided", pathway=pathway, status=status, planned_discharge_at=planned
        )

    @rule(
        reason=st.sampled_from(["hosp_transport", "hosp_ipc", "cap_p2_bed"]), primary=st.booleans()
    )
    def reason(self, reason: str, *, primary: bool) -> None:
        self.of_spell("delay-reason-recorded", reason=reason, primary=primary)

    @rule(reason=st.sampled_from(["hosp_transport", "cap_p2_bed"]))
    def reason_cleared(self, reason: str) -> None:
        self.of_spell("delay-reason-cleared", reason=reason)

    @rule(referral=st.sampled_from(["H1", None]))
    def to_the_hub(self, referral: str | None) -> None:
        self.of_spell("referred-to-care-transfer-hub", hub="leeds-hub", referral_id=referral)

    @rule(pathway=st.sampled_from([None, "P1", "P2", "P3"]),
          method=st.sampled_from(["1"] * 7 + ["4"]),
          code=st.sampled_from([None, None, "51", "53", "85", "88"]),
          line=st.sampled_from([None, None, None, "p3_care_home_new"]))  # fmt: skip
    def discharged(
        self, pathway: str | None, method: str, code: str | None, line: str | None
    ) -> None:
        self.of_spell("patient-discharged", discharge_method=method, pathway=pathway,
                      destination_code=code, destination=line)  # fmt: skip

    @rule()
    def summary(self) -> None:
        self.of_spell("discharge-summary-sent")

    @rule(kind=st.sampled_from(["discharge-cancelled"] * 3 + ["admission-cancelled"]))
    def cancelled(self, kind: str) -> None:
        self.in_order = False
        self.of_spell(kind)

    @rule(task=TASKS)
    def task(self, task: str) -> None:
        self.of_spell("task-done", task=task)

    @precondition(lambda self: len(self.told) > 12)
    @rule()
    def died(self) -> None:
        self.tell("patient-died")

    @rule(referral=REFERRALS, kind=st.one_of(KINDS, st.sampled_from([*STARTS])), service=SERVICES)
    def referral_made(self, referral: str, kind: str, service: str | None) -> None:
        self.tell("referral-made", referral_id=referral, kind=kind, service=service)

    @rule(
        referral=REFERRALS,
        answer=st.sampled_from(["received", "received", "accepted", "rejected", "withdrawn"]),
        why=st.sampled_from(["unwell_again"] * 8 + ["person_declined"] * 4 + ["died"]),
        refused=st.sampled_from(["no_capacity", "no_capacity", "duplicate"]),
        agreed=AGREED,
    )
    def referral_answered(
        self, referral: str, answer: str, why: str, refused: str, agreed: float | None
    ) -> None:
        reasons = {"rejected": refused, "withdrawn": why}
        start = self.in_hours(agreed) if answer == "accepted" else None
        self.tell(
            f"referral-{answer}",
            referral_id=referral, reason=reasons.get(answer), start_agreed_at=start,
        )  # fmt: skip

    def in_hours(self, hours: float | None) -> str | None:
        return (self.now + timedelta(hours=hours)).isoformat() if hours is not None else None

    @rule(
        package=PACKAGES,
        kind=st.sampled_from(["new", "restart", "increased"]),
        referral=st.sampled_from(["R1", None]),
        service=SERVICES,
        planned=AGREED,
    )
    def package_asked(
        self, package: str, kind: str, referral: str | None, service: str | None,
        planned: float | None,
    ) -> None:  # fmt: skip
        self.tell(
            "care-package-requested",
            package_id=package, kind=kind, referral_id=referral, service=service,
            planned_start_at=self.in_hours(planned),
        )  # fmt: skip

    @rule(
        package=PACKAGES,
        step=st.sampled_from(["confirmed", "started", "restarted", "paused", "ended",
                              "handed-back", "increased"]),
        reason=st.sampled_from(["readmitted", "family_cover"]),
        service=st.sampled_from([None, "aire-care", "skills-south"]),
        hours=st.sampled_from([None, 30]),
        end=st.sampled_from(["goals_met", "provider_withdrew", "other"] * 4 + ["died"]),
        agreed=AGREED,
    )  # fmt: skip
    def package_step(
        self, package: str, step: str, reason: str, service: str | None, hours: int | None,
        end: str, agreed: float | None,
    ) -> None:  # fmt: skip
        reasons = {"paused": reason, "ended": end, "handed-back": "staffing"}
        given: dict[str, Any] = {}
        if step == "confirmed":
            given = {"service": service, "first_visit_due_at": self.in_hours(agreed)}
        if step in ("handed-back", "started", "increased"):
            given = {"service": service}
        if step == "handed-back" and hours is not None:
            given["care_until"] = (self.now + timedelta(hours=hours)).isoformat()
        self.tell(f"care-package-{step}", package_id=package, reason=reasons.get(step), **given)

    @rule(
        named=st.sampled_from([{"package_id": "P1"}, {"package_id": "P2"}, {"referral_id": "R1"},
                               {"package_id": "P1", "referral_id": "R2"}]),
        came=st.sampled_from(["completed", "completed", "missed"]),
        service=st.sampled_from([None, None, "aire-care", "skills-south"]),
    )  # fmt: skip
    def visit(self, named: dict[str, Any], came: str, service: str | None) -> None:
        self.tell(f"first-visit-{came}", **named, service=service)

    @rule(stay=st.sampled_from(["T1", "T2"]), referral=st.sampled_from(["R2", None]))
    def into_a_centre(self, stay: str, referral: str | None) -> None:
        self.tell("centre-admitted", stay_id=stay, service="centre-a", referral_id=referral)

    @rule(
        stay=st.sampled_from(["T1", "T2"]),
        step=st.sampled_from(["goals-agreed", "ready-to-leave", "discharged"]),
        to=st.sampled_from([None, "home_with_support", "care_home"]),
    )
    def in_a_centre(self, stay: str, step: str, to: str | None) -> None:
        self.tell(f"centre-{step}", stay_id=stay, destination=to if step == "discharged" else None)

    @rule(meets=st.booleans())
    def reviewed_in_a_centre(self, *, meets: bool) -> None:
        self.tell("requirements-to-remain-assessed", stay_id="T1", meets=meets)

    @rule(ward=st.sampled_from(["W1", "W2"]))
    def to_another_ward(self, ward: str) -> None:
        self.of_spell("patient-transferred", ward=ward)

    @rule(
        step=st.sampled_from(["sent", "sent", "accepted", "rejected"]),
        service=st.sampled_from(["centre-a", "centre-a", "skills-south"]),
        named=st.booleans(),
    )
    def handover(self, step: str, service: str, *, named: bool) -> None:
        fields: dict[str, dict[str, Any]] = {
            "sent": {"to_service": service},
            "accepted": {"service": service} if named else {},
            "rejected": {"reason": "not_ready"},
        }
        self.tell(f"handover-{step}", handover_id="V1", **fields[step])

    @rule(
        which=st.integers(0, 20),
        goes_on=st.booleans(),
        until_h=st.sampled_from([None, 0.2, 5, 60, 400]),
    )
    def pause(self, which: int, *, goes_on: bool, until_h: float | None) -> None:
        """Of a wait that runs, mostly."""
        runs = sorted(naive_waits.tell_all(self.told).running) or [("referral_response", "R1")]
        named, about = runs[which % len(runs)] if which else ("drd_to_discharge", "RR8:S1")
        if goes_on:
            self.tell("wait-resumed", wait=named, about=about)
            return
        until = self.in_hours(until_h)
        self.tell("wait-paused", wait=named, about=about, reason="other", until=until)

    @rule(
        step=st.sampled_from([*STEPS, "assessment-withdrawn"]),
        assessment=st.sampled_from(["A1", "A1", "A2"]),
    )
    def assessment(self, step: str, assessment: str) -> None:
        funder = "council" if step == "funding-agreed" else None
        reason = "other" if step == "assessment-withdrawn" else None
        self.tell(step, assessment_id=assessment, funder=funder, reason=reason)

    @rule(organisation=ORGANISATIONS, staff=STAFF, service=SERVICES, role=STAFF_ROLES)
    def coordinator(
        self, organisation: str, staff: str, service: str | None, role: str | None
    ) -> None:
        self.tell(
            "coordinator-assigned",
            organisation=organisation,
            coordinator=staff,
            service=service,
            role=role,
        )

    @rule(organisation=ORGANISATIONS, staff=STAFF, role=STAFF_ROLES)
    def case_manager(self, organisation: str, staff: str, role: str | None) -> None:
        self.of_spell(
            "case-manager-assigned", organisation=organisation, case_manager=staff, role=role
        )

    @rule(
        staff=STAFF,
        back_in=st.sampled_from([None, -1, 1, 8, 30]),
        cover=st.sampled_from([None, None, "co9"]),
    )
    def off_duty(self, staff: str, back_in: int | None, cover: str | None) -> None:
        back_at = (self.now + timedelta(hours=back_in)).isoformat() if back_in else None
        self.tell("coordinator-off-duty", coordinator=staff, back_at=back_at, cover=cover)

    @precondition(lambda self: self.alerts)
    @rule(which=st.integers(0, 20), snoozed_h=st.sampled_from([None, None, 0.5, 30]))
    def answer(self, which: int, snoozed_h: float | None) -> None:
        """An alert that stands."""
        alerts = sorted(self.alerts.values(), key=lambda alert: (alert.wait, alert.about))
        alert = alerts[which % len(alerts)]
        answer: dict[str, Any] = {"wait": alert.wait, "about": alert.about, "by": "co1"}
        if snoozed_h is None:
            self.tell("alert-acknowledged", **answer)
        else:
            until = self.in_hours(snoozed_h)
            self.tell("alert-snoozed", **answer, until=until, reason="plan_agreed")

    # What becomes of events on the way.

    @precondition(lambda self: self.told)
    @rule(back=st.integers(1, 6))
    def repeated(self, back: int) -> None:
        said = self.told[-min(back, len(self.told))]
        event = self.by_identity[said.identity]
        self.history.add(event, value_of(event))
        self.look(raising=False)

    @precondition(lambda self: self.told)
    @rule(back=st.integers(1, 6), moved=st.sampled_from([-5, -0.5, 0.5]))
    def corrected(self, back: int, moved: float) -> None:
        """The same, at another time: the newest that nobody has corrected yet."""
        known = {said.corrects for said in self.told}
        said = self.told[-min(back, len(self.told))]
        if said.identity in known or said.kind.endswith("cancelled"):
            return
        self.in_order = False
        at = min(said.at + timedelta(hours=moved), self.now)
        self.tell(said.kind, at=at, corrects=said.identity, **said.data)

    @precondition(lambda self: any(said.kind == "patient-died" for said in self.told))
    @rule(service=SERVICES, read=st.booleans())
    def lives(self, service: str | None, *, read: bool) -> None:
        """The death was another person's, and perhaps a service has just read of it."""
        known = {said.corrects for said in self.told}
        mistaken = [s for s in self.told if s.kind == "patient-died" and s.identity not in known]
        if not mistaken:
            return
        if read and service is not None:
            self.tell("alert-acknowledged", wait="stand_down", about=service, by="co1")
        self.in_order = False
        provider, spell_id = self.spell
        self.tell("discharge-summary-sent", provider=provider, spell_id=spell_id,
                  corrects=mistaken[-1].identity)  # fmt: skip

    @precondition(lambda self: self.told)
    @rule(late=st.sampled_from([0.5, 3, 20]), meets=st.booleans())
    def late_review(self, late: float, *, meets: bool) -> None:
        self.in_order = False
        provider, spell_id = self.spell
        self.tell(
            "criteria-to-reside-assessed", at=self.now - timedelta(hours=late),
            provider=provider, spell_id=spell_id, meets=meets,
        )  # fmt: skip

    # Time.

    @rule(hours=HOURS)
    def tick(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        self.look(raising=True)

    @rule(early_s=st.sampled_from([0, 0, 1]))
    def until_something_changes(self, early_s: int) -> None:
        """To the moment at which time alone changes something, or just before."""
        next_at = assess(self.history.journey(), ENGLAND, self.now).next_at
        if next_at is not None:
            self.now = max(self.now, next_at - timedelta(seconds=early_s))
            self.taken.add(self.now)  # who acts at that very moment is in time
            self.look(raising=True)

    @rule(hours=st.sampled_from([0.1, 0.5, 3]))
    def silence(self, hours: float) -> None:
        """Time passes and nobody ticks."""
        self.now += timedelta(hours=hours)


# An example is forty events: 60 of them, and with HYPOTHESIS_PROFILE=thorough 1800.
Pathway.TestCase.settings = settings(
    max_examples=settings().max_examples * 3 // 5, stateful_step_count=40
)
TestPathway = Pathway.TestCase


def test_every_wait_is_worked_out_a_second_time() -> None:
    """Here with its whole life, or among the figures computed from the topics."""
    assert set(WAITS) >= naive_waits.KNOWN
    assert set(WAITS) - naive_waits.KNOWN <= set(topic_waits.TARGETS)
    assert set(get_args(NoticeKind)) >= NOTICES


@pytest.mark.parametrize("way", WAYS)
def test_each_way_as_it_should_go(way: str) -> None:
    """To its end, which the machine seldom comes to before something silly happens."""
    Pathway().begin(way=way, told=len(LEAVING) + len(WAYS[way]))
