"""What the state machine compares after each step: the core, and the naive model of the same."""

from datetime import UTC, datetime

from hypothesis.stateful import RuleBasedStateMachine

from flow.pathway import Alert, Assessment, History, advance, assess
from flow.pathway.placements import placements_of
from tests.pathway import naive_arranged, naive_suitable, naive_waits
from tests.pathway.naive_told import Said
from tests.pathway.told import ENGLAND, PERSON, own_policy

START = datetime(2026, 3, 23, 9, tzinfo=UTC)
"""Six days before the clocks go forward."""
NOTICES = {"unwell_again", "stand_down", "comes_after_all", "transferred", "moved", "died"}
SERVICES_THAT_FIT = own_policy(naive_suitable.AS_POLICY)
OVER = naive_waits.KNOWN - {"los_review"}


class Compared(RuleBasedStateMachine):
    """`told` is all that was said. `in_order`: nothing of it came late or was taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.told: list[Said] = []
        self.in_order = True
        self.history = History(ENGLAND.may_correct)
        self.alerts: dict[str, Alert] = {}

    def look(self, *, raising: bool) -> None:
        journey = self.history.journey()
        view = assess(journey, ENGLAND, self.now)
        told = naive_waits.tell_all(self.told)
        runs = {(w.id, w.about, w.state) for w in view.open_waits if w.id in naive_waits.KNOWN}
        assert runs == naive_waits.states(told, self.now)
        assert over(view) == over_naively(told, self.now)
        self.compare_stage(view, told)
        placed = placements_of(journey, SERVICES_THAT_FIT.service_rules.criteria, self.now)
        suitable = {each.service: (each.kind, each.asked_of, each.start_agreed_at, each.on_hold)
                    for each in placed if each.state == "suitable"}  # fmt: skip
        fits = naive_suitable.suitable(told.person)
        assert set(suitable) == set(fits)
        assert all(each in fits[service] for service, each in suitable.items())
        before = {(alert.wait, alert.about) for alert in self.alerts.values()}
        advanced = advance(self.alerts, view, journey, PERSON, self.now, raising=raising)
        self.alerts = advanced.alerts
        self.compare_alerts(told, before, raising=raising)
        self.compare_closed(advanced.changed, view)

    def compare_stage(self, view: Assessment, told: naive_waits.Told) -> None:
        """Where, of which pathway, who has the person in hand, and whether anybody answers."""
        stage, person = view.stage, told.person
        for end in person.presumed_ends(self.now):
            person.care_is_over(end)
        assert stage.stage == naive_waits.stage(told, self.now)
        assert stage.responsible == person.has
        spell = person.here or person.last
        assert (stage.pathway, stage.provider) == (
            (None, None) if spell is None else (spell["pathway"], spell["provider"])
        )
        needed = person.has is not None and naive_arranged.in_need_of_an_owner(person)
        answers = person.owner is not None if needed else None
        assert stage.coordinator_known == answers
        assert stage.ward == (person.here["ward"] if person.here is not None else None)

    def compare_alerts(
        self, told: naive_waits.Told, before: set[tuple[str, str]], *, raising: bool
    ) -> None:
        """Notices at once; delays raised by ticks only, and closed at any time."""
        is_open = [a for a in self.alerts.values() if a.kind == "delay"]
        late = {
            (wait, about): state
            for wait, about, state in naive_waits.states(told, self.now)
            if state in ("near", "breached")
        }
        known = {(a.wait, a.about) for a in is_open if a.wait in naive_waits.KNOWN}
        if raising:
            paused = {k[:2] for k in naive_waits.states(told, self.now) if k[2] == "paused"}
            assert known - paused == set(late)
            for alert in is_open:
                state = late.get((alert.wait, alert.about))
                several = alert.wait == "los_review"
                assert several or state is None or alert.level.startswith(state)
        else:
            assert not self.in_order or known <= before
        noticed = {(a.wait, a.about) for a in self.alerts.values() if a.wait in NOTICES}
        assert noticed == naive_waits.notices(told, self.now)
        for alert in self.alerts.values():
            if alert.kind == "notice":
                assert alert.acts_next is not None
                hears = (alert.acts_next.organisation, alert.acts_next.role)
                assert hears == told.person.hears(alert.about, self.now)

    def compare_closed(self, changed: tuple[Alert, ...], view: Assessment) -> None:
        """Each once; where all came in order, for the reason for which the wait ended."""
        waits = {(w.id, w.about, w.period): w for w in view.waits}
        for alert in changed:
            if alert.state != "closed":
                continue
            if self.in_order and alert.kind == "delay":
                # What goes on and has no alert any more began later than was known; and what ended
                # at the very moment at which it was called had not become near, or late.
                # A mark of the length of stay is none any more where the admission was later.
                wait = waits.get((alert.wait, alert.about, alert.period))
                assert wait is not None or alert.wait == "los_review"
                why = (wait and wait.ended) or "retracted"
                if wait is not None and wait.stops_at == max(level.at for level in alert.levels):
                    why = "retracted"
                if alert.wait == "package_restart_notice" and why != "done":
                    why = "retracted"  # too short for a discharge that never came
                assert alert.closed_reason is not None
                assert alert.closed_reason.removesuffix("_late") == why


def over(view: Assessment) -> list[tuple[str, str, datetime, datetime, str]]:
    """Waits that ran for a while, but reviews at marks: those end one by one."""
    return sorted(
        (w.id, w.about, w.starts_at, w.stops_at, str(w.ended))
        for w in view.waits
        if w.stops_at is not None and w.starts_at < w.stops_at and w.id in OVER
    )


def over_naively(
    told: naive_waits.Told, now: datetime
) -> list[tuple[str, str, datetime, datetime, str]]:
    by_themselves = [
        (*key, since, runs.until, "cancelled" if runs.lapses else "done")
        for key, (runs, since) in told.running.items()
        if runs.until is not None and runs.until <= now
    ]
    return sorted(
        each for each in (*told.over, *by_themselves) if each[0] in OVER and each[2] < each[3]
    )
