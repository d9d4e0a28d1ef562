"""A journey, its waits and alerts: as data for programs, and in words that co-ordinators use."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from flow.cli.alert_words import (
    delay_words,
    lies_there,
    life,
    meets_person,
    notice_words,
)
from flow.cli.folding import Folded
from flow.cli.journey_data import given, journey_data
from flow.cli.journey_words import events_in_words, owner_lines, responsible_words
from flow.cli.on_hold import held
from flow.cli.stage_meaning import stage_meaning
from flow.cli.urgency import rank
from flow.cli.words import due, duration, moment, ordinal, plural
from flow.events import AnyEvent
from flow.events.codes import PAUSE_REASONS, WAIT_PAUSE_REASONS
from flow.events.outputs import AlertData
from flow.pathway import RULES, ActsNext, Finding, Stage, Wait
from flow.pathway.births import OF_A_BIRTH, born
from flow.pathway.journey import PERSON
from flow.pathway.pauses import Paused
from flow.pathway.stage import NO_CARE_OPEN
from flow.pathway.targets import BREACHED

ENDED = {
    "done": "Done",
    "reset": "Stopped, because the person is unwell again in hospital",
    "cancelled": "No longer needed",
    "died": "Ended, because the person died",
}
IN_TIME_SHOWN = 2
"""Of a wait that comes again and again (daily reviews) so many in time are told one by one."""

# For programs.


def folded_data(folded: Folded) -> dict[str, Any]:
    """One person as a JSON object; times are UTC."""
    view = folded.assessment
    return {
        "person": folded.person,
        "at": folded.at,
        "events": folded.events,
        "stage": _stage_data(view.stage),
        "journey": journey_data(folded.journey),
        "waits": [wait_data(wait) for wait in view.waits],
        "on_hold": [each.data() for each in held(folded.journey, folded.at)],
        "suitable_for": _suitable_for(folded),
        "alerts": [alert.model_dump(mode="json", exclude_none=True) for alert in folded.alerts],
        "findings": [
            given({**finding_data(finding), "of_service": folded.of_services.get(finding)})
            for finding in view.findings
        ],
        "next_at": view.next_at,
    }


def _suitable_for(folded: Folded) -> list[str]:
    """Services that were not asked, and could take the person by the policy's criteria."""
    placements = folded.assessment.placements
    return [each.service for each in placements if each.state == "suitable"]


def _stage_data(stage: Stage) -> dict[str, Any]:
    acts_next = given(stage.acts_next._asdict()) if stage.acts_next is not None else None
    return given({**stage._asdict(), "acts_next": acts_next})


def wait_data(wait: Wait) -> dict[str, Any]:
    return given(
        {
            "wait": wait.id,
            "about": wait.about,
            "period": wait.period,
            "state": wait.state,
            "ended": wait.ended,
            "starts_at": wait.starts_at,
            "stops_at": wait.stops_at,
            "due_at": wait.due_at,
            "agreed_at": wait.agreed_at,
            "target_s": wait.target_s,
            "provenance": wait.provenance,
            "source": wait.source,
            "valid_from": wait.rule.valid_from,
            "levels": [{"level": level, "at": at} for level, at in wait.levels],
            "pauses": [given(pause._asdict()) for pause in wait.pauses] or None,
            "acts_next": given(wait.acts_next._asdict()) if wait.stops_at is None else None,
            "started_by": wait.started_by,
            "stopped_by": wait.stopped_by,
            "provider": wait.provider,
            "council": wait.council,
            "locality": wait.locality,
            "pathway": wait.pathway,
            "service": wait.service,
        }
    )


def finding_data(finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule, "meaning": RULES[finding.rule], "events": finding.events}


# For people.


def lines(folded: Folded) -> Iterator[str]:
    """The whole person in words."""
    view = folded.assessment
    yield f"{folded.person}: {plural(folded.events, 'event')}, as of {moment(folded.at)}"
    meaning = stage_meaning(view.stage, folded.journey, folded.at)
    yield from _stage_lines(folded, meaning)
    if suitable := _suitable_for(folded):
        yield f"  not asked, and could take the person by their criteria: {', '.join(suitable)}"
    told = _Told(folded)
    running = sorted(view.open_waits, key=lambda wait: wait.due_at)
    if running and view.stage.stage in NO_CARE_OPEN:
        still = dict.fromkeys(wait.rule.stop for wait in running)
        yield f"  still open: {', '.join(still)}"
    over = [wait for wait in view.waits if wait.stops_at is not None and not _never_due(wait)]
    yield from _section("What happened", events_in_words(folded.journey, folded.at))
    yield from _section("Waits for", (told.wait_lines(wait) for wait in running))
    on_hold = held(folded.journey, folded.at)
    yield from _section("On hold", ([f"  {each.words()}"] for each in on_hold))
    yield from _section("Waited for", told.over(over))
    yield from _section("Alerts", told.alerts(sorted(folded.alerts, key=rank)))
    yield from _section("Doubtful in the events", map(told.finding_lines, view.findings))


def _section(title: str, items: Iterable[Iterable[str]]) -> Iterator[str]:
    for number, item in enumerate(items):
        if not number:
            yield ""
            yield title
        yield from item


def _stage_lines(folded: Folded, meaning: str) -> Iterator[str]:
    stage, rules = folded.assessment.stage, folded.assessment.policy.rules
    yield f"Stage: {words(stage.stage)} since {moment(stage.since)} ({meaning})"
    where = [
        f"{name} {value}"
        for name, value in (
            ("pathway", stage.pathway),
            ("provider", stage.provider),
            ("ward", stage.ward),
            ("service", stage.service),
            ("council", stage.council),
            ("locality", stage.locality),
            ("discharge ready date", stage.discharge_ready_date),
        )
        if value is not None
    ]
    if where:
        yield f"  {', '.join(where)}"
    if stage.responsible is not None:
        yield f"  responsible: {responsible_words(folded.journey, stage.responsible, folded.at)}"
    if stage.coordinator_known is False:
        yield "  owner: nobody answers for the person by name"
    yield from owner_lines(folded.journey, folded.at)
    if stage.next_step is not None and stage.acts_next is not None:
        yield f"  due first: {rules[stage.next_step].stop}, by {who(stage.acts_next)}"


class _Told:
    """One person's waits, alerts and doubts, each with what happened to bring it about."""

    def __init__(self, folded: Folded) -> None:
        self._now = folded.at
        self._journey = folded.journey
        self._of_services = folded.of_services
        self._stage = folded.assessment.stage
        self._rules = folded.assessment.policy.rules
        self._kinds = {identity: event_words(event) for event, identity in folded.history.events()}

    def wait_lines(self, wait: Wait) -> Iterator[str]:
        """What is waited for, since when and until when, who acts next, why, and whence."""
        rule = wait.rule
        yield f"  {sentence(rule.stop)}: {wait_state(wait, self._now)}"
        agreed = f", agreed for {moment(wait.agreed_at)}" if wait.agreed_at is not None else ""
        yield (
            f"      since {moment(wait.starts_at)} ({self._start_words(wait)});"
            f" {_due_words(wait)} {moment(wait.due_at)}, target {target(wait)}{agreed}"
        )
        yield from map(_pause_words, wait.pauses)
        if wait.stops_at is None:
            yield f"      acts next: {who(wait.acts_next)}"
        since = rule.valid_from
        in_force = f", in force from {since:%d-%b-%Y}" if since is not None else ""
        yield f"      {wait.provenance} target{in_force}: {wait.source}"
        events = f"started by {self._named(wait.started_by)}"
        if wait.stopped_by:
            events += f"; stopped by {self._named(wait.stopped_by)}"
        yield f"      {wait.id}, {_subject(wait)}; {events}"

    def _start_words(self, wait: Wait) -> str:
        """What its time counts from; a birth only where that is when the person was born."""
        rule = wait.rule
        if wait.id not in OF_A_BIRTH or rule.start_else is None:
            return rule.start
        birth = born(self._journey)
        by_the_birth = birth is not None and birth.at == wait.starts_at
        return rule.start if by_the_birth else rule.start_else

    def over(self, waits: Iterable[Wait]) -> Iterator[Iterable[str]]:
        """Waits that are over; those that came often and were in time, together."""
        several: dict[tuple[str, str], list[Wait]] = defaultdict(list)
        for wait in waits:
            late = any(level == BREACHED for level, _ in wait.levels)
            often = wait.ended == "done" and not late
            several[(wait.id, wait.about) if often else (wait.id, f"{wait.key}")].append(wait)
        for same in several.values():
            if len(same) <= IN_TIME_SHOWN:
                yield from (self.wait_lines(wait) for wait in same)
            else:
                yield self._often(same)

    def _often(self, waits: list[Wait]) -> Iterator[str]:
        first, last = waits[0], waits[-1]
        yield f"  {sentence(first.rule.stop)}: Done in time {len(waits)} times"
        yield (
            f"      from {moment(first.starts_at)} to {moment(last.stops_at)};"
            f" target {target(first)}, {first.provenance}: {first.source}"
        )
        yield f"      {first.id}, {_of(first)}"

    def alerts(self, alerts: Iterable[AlertData]) -> Iterator[Iterable[str]]:
        """Each alert; those that came near their target often and were closed in time, together."""
        several: dict[tuple[str, str], list[AlertData]] = defaultdict(list)
        for alert in alerts:
            often = alert.kind == "delay" and alert.closed_reason == "done"
            several[(alert.wait, alert.about) if often else ("", f"{alert.alert_id}")].append(alert)
        for same in several.values():
            if len(same) <= IN_TIME_SHOWN:
                yield from (self.alert_lines(alert) for alert in same)
            else:
                yield self._often_near(same)

    def _often_near(self, alerts: list[AlertData]) -> Iterator[str]:
        first, last = alerts[0], alerts[-1]
        stop = self._rules[first.wait].stop if first.wait in self._rules else words(first.wait)
        yield f"  Near its target {len(alerts)} times, each time done in time: {stop}"
        yield f"      from {moment(first.raised_at)} to {moment(last.closed_at)}"
        yield f"      {first.wait}, {first.about}"

    def alert_lines(self, alert: AlertData) -> Iterator[str]:
        if alert.kind == "notice":
            meets = meets_person(self._journey, alert.service)
            resident = lies_there(self._journey, alert)
            yield f"  {notice_words(alert, self._stage, meets, resident=resident)}"
        else:
            # The topic may hold alerts of a wait that this program does not know.
            rule = self._rules.get(alert.wait)
            stop = rule.stop if rule is not None else words(alert.wait)
            yield f"  {delay_words(alert, stop)}"
        yield f"      {life(alert)}"
        yield (
            f"      {str(alert.alert_id)[:8]}, {alert.wait}, {alert.about};"
            f" because of {self._named(alert.started_by)}"
            + (f"; closed by {self._named(alert.stopped_by)}" if alert.stopped_by else "")
        )

    def finding_lines(self, finding: Finding) -> Iterator[str]:
        yield f"  {sentence(RULES[finding.rule])}: {self._named(finding.events)}"
        if finding in self._of_services:
            yield f"      {self._of_services[finding]}"

    def _named(self, identities: Iterable[str]) -> str:
        """`patient admitted (/rr8/pas#7-116-4)`; of an event that was never seen its identity."""
        return ", ".join(
            f"{self._kinds[identity]} ({identity})" if identity in self._kinds else identity
            for identity in identities
        )


def _pause_words(pause: Paused) -> str:
    """`time that does not count: from … to … (The person is away)`."""
    known = {**PAUSE_REASONS.by_code, **WAIT_PAUSE_REASONS.by_code}
    why = f" ({known[pause.reason].label})" if pause.reason is not None else ""
    return (
        f"      time that does not count: from {moment(pause.since)} to {moment(pause.until)}{why}"
    )


def event_words(event: AnyEvent) -> str:
    """`patient admitted`, of the type `flow.patient-admitted.v1`."""
    return event.type.split(".")[1].replace("-", " ")


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _never_due(wait: Wait) -> bool:
    """A review of long stays that a short stay never came near to."""
    return bool(wait.rule.marks) and not wait.levels


def _kind(wait: Wait) -> str:
    """What the wait is about: spell, referral, package, stay, handover, assessment.

    Who owns the person is asked of a spell, too.
    """
    return "spell" if wait.subject == "ownership" else wait.subject


def _of(wait: Wait) -> str:
    """`spell RR8:S1`; where none is known, it is asked of the person."""
    return "the person" if wait.about == PERSON else f"{_kind(wait)} {wait.about}"


def _subject(wait: Wait) -> str:
    again = f", {ordinal(wait.period)} time" if wait.period > 1 else ""
    return f"{_of(wait)}{again}"


def _due_words(wait: Wait) -> str:
    return "not before" if wait.rule.at_least else "due"


def wait_state(wait: Wait, now: datetime) -> str:
    """`On track, due in 3hr`, `Breached 35min ago`, `Done, after 2d 3hr, 3hr late`."""
    if wait.stops_at is not None:
        return _how_it_ended(wait, wait.stops_at)
    if wait.state == "paused":
        return "Paused: the time of the pause does not count"
    if wait.rule.at_least:
        soon = "Breached: discharge is planned sooner than that"
        return soon if wait.state == "breached" else "On track, no discharge planned too soon"
    said = due(wait.due_at, now)
    if wait.state == "running":
        return f"On track, {said[0].lower()}{said[1:]}"
    return said


def _how_it_ended(wait: Wait, stops_at: datetime) -> str:
    said = f"{ENDED[wait.ended or 'done']}, after {duration(stops_at - wait.starts_at)}"
    if wait.ended == "done" and any(level == BREACHED for level, _ in wait.levels):
        late = duration(stops_at - wait.due_at)
        said += ", too soon" if wait.rule.at_least else f", {late} late"
    return said


def target(wait: Wait) -> str:
    if wait.rule.calendar == "local_days" and not wait.target_s:
        return "the same day"
    least = "at least " if wait.rule.at_least else ""
    working = wait.rule.working
    hours = f" of the hours of {words(working.name)}" if working is not None else ""
    return least + duration(timedelta(seconds=wait.target_s)) + hours


def who(acts_next: ActsNext) -> str:
    """`discharge coordinator, RR8`; the role alone where the organisation is not known."""
    organisation, role = acts_next
    return words(role) if organisation is None else f"{words(role)}, {organisation}"


def words(code: str) -> str:
    return code.replace("_", " ")
