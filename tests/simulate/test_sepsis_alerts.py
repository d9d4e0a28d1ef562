"""The sepsis log in lockstep through the core: every alert, raised and closed."""

import heapq
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flow.events.decode import encode
from flow.events.event_types import AnyEvent
from flow.pathway import Alert, History, advance, assess, load_policy
from flow.simulate.importer import read_events
from flow.simulate.mapping import load_mapping
from flow.simulate.publish import lockstep, tick_times
from tests.simulate.sepsis_oracle import (
    ExpectedAlert,
    alert_subjects,
    expected_alerts,
    expected_references,
)

SECRET = b"a secret for tests, made up here"
KEY_ID = "k1"
FIRST = datetime(2013, 11, 7, 6, 0, tzinfo=UTC)
LAST = datetime(2015, 6, 30, 6, 0, tzinfo=UTC)


class Core:
    """The core in memory, driven as the engine drives it: touched people, then those due."""

    def __init__(self) -> None:
        self.policy = load_policy()
        self.histories: dict[str, History] = {}
        self.open: dict[str, dict[str, Alert]] = {}
        self.published: dict[str, dict[str, Alert]] = {}
        self.changes: Counter[str] = Counter()
        self.due: list[tuple[datetime, str]] = []
        self.next_at: dict[str, datetime | None] = {}
        self.at: datetime | None = None
        self.looks = 0

    async def publish(self, events: Sequence[AnyEvent]) -> None:
        for event in events:
            self.histories.setdefault(event.subject, History()).add(event, encode(event))
        for person in {event.subject for event in events}:
            if self.at is not None:
                self._look(person, self.at, raising=False)
            else:
                self._look_again(person, FIRST)

    async def tick(self, at: datetime) -> None:
        self.at = at
        while self.due and self.due[0][0] <= at:
            due_at, person = heapq.heappop(self.due)
            if self.next_at[person] == due_at:  # else looked at since
                self._look(person, at, raising=True)

    async def clock(self) -> datetime | None:
        return self.at

    def _look(self, person: str, now: datetime, *, raising: bool) -> None:
        journey = self.histories[person].journey()
        view = assess(journey, self.policy, now)
        known = self.open.get(person, {})
        advanced = advance(known, view, journey, person, now, raising=raising)
        self.open[person] = advanced.alerts
        for alert in advanced.changed:
            self.changes[alert.state] += 1
            self.published.setdefault(person, {})[str(alert.alert_id)] = alert
        self.looks += 1
        self._look_again(person, now if advanced.held and not raising else view.next_at)

    def _look_again(self, person: str, at: datetime | None) -> None:
        self.next_at[person] = at
        if at is not None:
            heapq.heappush(self.due, (at, person))


async def never(seconds: float) -> None:
    pytest.fail("the clock of the core is there at once")


def as_expected(alert: Alert, numbers: dict[str, int]) -> ExpectedAlert:
    assert alert.kind == "delay"
    return ExpectedAlert(
        wait=alert.wait,
        spell=numbers[alert.about],
        period=alert.period,
        due_at=alert.due_at,
        levels=tuple((level.level, level.at) for level in alert.levels),
        raised_at=alert.raised_at,
        closed_at=alert.closed_at,
        closed_reason=alert.closed_reason,
    )


@pytest.mark.parametrize(
    ("every", "until"),
    [
        (timedelta(hours=1), datetime(2014, 1, 10, tzinfo=UTC)),
        (timedelta(hours=7), datetime(2014, 4, 10, tzinfo=UTC)),  # past the day of 23 hours
        (timedelta(days=9), LAST),
    ],
    ids=str,
)
async def test_alerts_agree_person_by_person(
    sepsis_csv: Path, every: timedelta, until: datetime
) -> None:
    ticks = list(tick_times(FIRST, until, every))
    events = read_events(sepsis_csv, load_mapping("sepsis"), secret=SECRET, key_id=KEY_ID).events
    core = Core()
    published = await lockstep(events, ticks, core, sleep=never)
    assert published == sum(event.time <= ticks[-1] for event in events)
    references = expected_references(sepsis_csv, SECRET, KEY_ID)
    subjects = alert_subjects(sepsis_csv, SECRET)
    expected = expected_alerts(sepsis_csv, ticks)
    for case, alerts in expected.items():
        numbers = {about: n for (of, n), about in subjects.items() if of == case}
        found = core.published.get(references[case], {}).values()
        assert {as_expected(alert, numbers) for alert in found} == set(alerts), case
        assert len(found) == len(alerts)
    closed = [alert for alerts in expected.values() for alert in alerts if alert.closed_at]
    assert core.changes["closed"] == len(closed) > 50  # each once
