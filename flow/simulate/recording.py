"""How what happened becomes events: written down soon or late, sent at once, later, or twice.

Feeds are like this: systems repeat, people correct, lines go silent and come back with all they
have. How often is in the town file (`unruly`).
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from flow.events.event_types import AnyEvent, type_of
from flow.events.reference import make_reference
from flow.simulate.story import Draft, Pen, Story
from flow.simulate.town import Unruly

DEMO_SECRET = b"discharge-flow demo: made-up people only"
"""Makes references of people who do not exist, the same on every machine; never of real ones."""

DEMO_KEY_ID = "demo"

TYPING_MAX_S = 3600
MONTH = timedelta(days=30)

Send = Callable[[AnyEvent, datetime], None]
"""Takes an event, and when it is published."""


class Recording:
    """Turns the drafts of everybody into events. `send` is told when each is published."""

    def __init__(self, seed: int, unruly: Unruly, send: Send) -> None:
        self._seed = seed
        self._unruly = unruly
        self._send = send
        self._silences: dict[str, _Silences] = {}

    def write_down(self, story: Story, draft: Draft, not_before: datetime) -> None:
        """Records a draft the way people do: soon, late, twice, or wrong and then right."""
        pen = self._pen(story)
        pen.written += 1
        subject, rng = pen.subject, pen.rng
        event_id = f"{self._seed}-{story.number}-{pen.written}"
        unruly = self._unruly
        recorded_at = draft.told_at + timedelta(
            seconds=int(min(TYPING_MAX_S, rng.lognormvariate(5, 1)))
        )
        if rng.random() < unruly.late:
            recorded_at += timedelta(seconds=int(rng.uniform(1, 47) * 3600))
        at, corrects = draft.at, None
        if rng.random() < unruly.corrected:
            earlier = draft.at - timedelta(minutes=rng.randint(5, 25))
            wrong = make_event(draft, earlier, recorded_at, subject, event_id)
            self._publish(wrong, max(recorded_at, not_before), rng)
            corrects, event_id = wrong.identity, f"{event_id}-corrected"
            recorded_at += timedelta(minutes=rng.randint(10, 300))
        event = make_event(draft, at, recorded_at, subject, event_id, corrects)
        self._publish(event, max(recorded_at, not_before), rng)
        if rng.random() < unruly.repeated:
            again_at = max(recorded_at, not_before) + timedelta(minutes=rng.randint(0, 30))
            self._publish(event, again_at, rng)

    def _pen(self, story: Story) -> Pen:
        """Dice of their own: how one person is written down does not hang on another."""
        if story.pen is None:
            hospital_number = f"{self._seed}-{story.number}"
            subject = make_reference(
                DEMO_SECRET, DEMO_KEY_ID, provider="DEMO", hospital_number=hospital_number
            )
            story.pen = Pen(subject, random.Random(f"feed/{hospital_number}/pen"))
        return story.pen

    def _publish(self, event: AnyEvent, at: datetime, rng: random.Random) -> None:
        if rng.random() < self._unruly.shuffled:
            at += timedelta(minutes=rng.uniform(0, self._unruly.shuffle_minutes))
        silences = self._silences.get(event.source)
        if silences is None:
            silences = _Silences(self._seed, event.source, self._unruly)
            self._silences[event.source] = silences
        self._send(event, silences.heard_at(at))


class _Silences:
    """When one source sends nothing: from time to time, for some hours."""

    def __init__(self, seed: int, source: str, unruly: Unruly) -> None:
        self._rng = random.Random(f"feed/{seed}/silence/{source}")
        self._unruly = unruly
        self._spans: list[tuple[datetime, datetime]] = []

    def heard_at(self, at: datetime) -> datetime:
        if not self._unruly.silences_per_month:
            return at
        while not self._spans or self._spans[-1][0] <= at:
            last_end = self._spans[-1][1] if self._spans else at - MONTH
            begins = last_end + self._rng.expovariate(self._unruly.silences_per_month) * MONTH
            hours = self._rng.uniform(0.5, 1.5) * self._unruly.silence_hours
            self._spans.append((begins, begins + timedelta(hours=hours)))
        del self._spans[: max(0, len(self._spans) - SILENCES_KEPT)]
        return next((ends for begins, ends in self._spans if begins <= at < ends), at)


SILENCES_KEPT = 20
"""Spans of a source that are remembered: late events ask about the last days only."""


def make_event(
    draft: Draft, at: datetime, recorded_at: datetime, subject: str, event_id: str,
    corrects: str | None = None,
) -> AnyEvent:  # fmt: skip
    return draft.event.model_validate(
        {
            "id": event_id,
            "source": draft.source,
            "type": type_of(draft.event),
            "time": at,
            "recordedtime": recorded_at,
            "subject": subject,
            "corrects": corrects,
            "data": draft.data,
        }
    )
