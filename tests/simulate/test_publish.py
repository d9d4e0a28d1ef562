"""Pacing and lockstep, with a clock that only sleeping moves."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from flow.errors import FlowError
from flow.events.admission import PatientTransferred
from flow.events.decode import decode
from flow.events.event_types import AnyEvent
from flow.simulate.publish import (
    BATCH_EVENTS_MAX,
    PAUSE_MAX_S,
    JsonLines,
    Pace,
    lockstep,
    replay,
    tick_times,
)

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def moved(number: int, minutes: float, recorded: float | None = None) -> AnyEvent:
    at = START + timedelta(minutes=minutes)
    written = START + timedelta(minutes=minutes if recorded is None else recorded)
    return PatientTransferred.model_validate(
        {
            "id": f"e{number}",
            "source": "/rr8/pas",
            "type": "flow.patient-transferred.v1",
            "time": at,
            "recordedtime": written,
            "subject": "demo.person-1",
            "data": {"provider": "RR8", "spell_id": "s1", "ward": "w1"},
        }
    )


class Time:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def now_s(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def pace(self, speed: float | None) -> Pace:
        return Pace(speed, self.now_s, self.sleep)


class Target:
    """Notes what it was given, and when."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.given: list[tuple[float, list[str]]] = []

    async def publish(self, events: Sequence[AnyEvent]) -> None:
        self.given.append((self.time.now, [event.id for event in events]))


async def test_as_fast_as_it_goes_nothing_waits_and_batches_are_bounded() -> None:
    time = Time()
    target = Target(time)
    events = [moved(n, minutes=n) for n in range(2 * BATCH_EVENTS_MAX + 1)]
    assert await replay(events, target, time.pace(None)) == 1001
    assert [len(ids) for _, ids in target.given] == [BATCH_EVENTS_MAX, BATCH_EVENTS_MAX, 1]
    assert [e for _, ids in target.given for e in ids] == [event.id for event in events]
    assert time.sleeps == []


async def test_at_a_speed_events_go_when_they_were_recorded() -> None:
    time = Time()
    target = Target(time)
    events = [moved(1, 0), moved(2, 0), moved(3, 60), moved(4, 150), moved(5, 30, recorded=150)]
    await replay(events, target, time.pace(3600))
    assert target.given == [(0.0, ["e1", "e2"]), (1.0, ["e3"]), (2.5, ["e4", "e5"])]
    assert max(time.sleeps) <= PAUSE_MAX_S


async def test_what_is_recorded_before_the_last_one_goes_at_once() -> None:
    time = Time()
    target = Target(time)
    events = [moved(1, 0), moved(2, 60), moved(1, 0), moved(3, 61)]
    await replay(events, target, time.pace(60))
    assert [(at, ids) for at, ids in target.given] == [
        (0.0, ["e1"]),
        (60.0, ["e2", "e1"]),
        (61.0, ["e3"]),
    ]


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_must_be_above_zero(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Time().pace(speed)


async def test_json_lines_are_what_the_decoder_reads() -> None:
    stream = io.BytesIO()
    events = [moved(1, 0), moved(2, 5)]
    await JsonLines(stream).publish(events)
    lines = stream.getvalue().splitlines()
    assert [decode(line, key=b"demo.person-1").event for line in lines] == events


class Pipeline(Target):
    """A worker in memory: its clock reaches a tick after as many looks as it is told."""

    def __init__(self, time: Time, slow: int) -> None:
        super().__init__(time)
        self.slow = slow
        self.log: list[str] = []
        self.reached: datetime | None = None
        self.ticked: datetime | None = None
        self.looks = 0

    async def publish(self, events: Sequence[AnyEvent]) -> None:
        assert self.reached == self.ticked, "published before the clock reached the last tick"
        self.log += [event.id for event in events]

    async def tick(self, at: datetime) -> None:
        self.log.append(f"tick {(at - START) // timedelta(minutes=1)}")
        self.ticked, self.looks = at, 0

    async def clock(self) -> datetime | None:
        self.looks += 1
        if self.looks > self.slow:
            self.reached = self.ticked
        return self.reached


def ticks(*minutes: int) -> Iterator[datetime]:
    return (START + timedelta(minutes=m) for m in minutes)


@pytest.mark.parametrize("slow", [0, 3])
async def test_in_lockstep_events_to_t_come_before_tick_t_and_the_clock_is_awaited(
    slow: int,
) -> None:
    time = Time()
    pipeline = Pipeline(time, slow)
    events = [moved(1, 0), moved(2, 10), moved(3, 2, recorded=11), moved(4, 20), moved(5, 40)]
    published = await lockstep(events, ticks(10, 20, 30), pipeline, sleep=time.sleep)
    assert pipeline.log == ["e1", "e2", "tick 10", "e3", "e4", "tick 20", "tick 30"]
    assert published == 4
    assert len(time.sleeps) == slow * 3


async def test_lockstep_can_be_paced() -> None:
    time = Time()
    pipeline = Pipeline(time, slow=0)
    events = [moved(1, 0), moved(2, 60), moved(3, 120)]
    went: list[tuple[float, int]] = []
    hours = (START + timedelta(hours=h) for h in range(10**9))

    def endless() -> Iterator[datetime]:
        for at in hours:
            went.append((time.now, len(pipeline.log)))
            if len(went) > 3:
                return
            yield at

    await lockstep(events, endless(), pipeline, sleep=time.sleep, pace=time.pace(3600))
    assert went == [(0.0, 0), (0.0, 2), (1.0, 4), (2.0, 6)]


async def test_a_clock_that_stands_still_is_said_so() -> None:
    time = Time()
    pipeline = Pipeline(time, slow=10**9)
    with pytest.raises(FlowError, match=r"clock stands at None, .* FLOW_CLOCK=log"):
        await lockstep([], ticks(0), pipeline, sleep=time.sleep, limit_s=5)
    assert 5 <= time.now < 6


def test_tick_times_end_at_or_after_the_last() -> None:
    day = timedelta(days=1)
    assert list(tick_times(START, START + 2.5 * day, day)) == [START + n * day for n in range(4)]
    assert list(tick_times(START, START, day)) == [START]
