"""One made-up person: who they are, what happens to them, and their dice."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar

from flow.events.event_types import AnyEvent
from flow.simulate.capacity import LOCAL, Team
from flow.simulate.loop import Loop, Pause, Process, Steps
from flow.simulate.quantities import work
from flow.simulate.surroundings import (
    CouncilAtWork,
    HospitalAtWork,
    ServiceAtWork,
    Surroundings,
)
from flow.simulate.town import Town

T = TypeVar("T")


class Draft(NamedTuple):
    """An event that has happened; it is noticed at `told_at` and written down after that."""

    at: datetime
    told_at: datetime
    event: type[AnyEvent]
    source: str
    data: Mapping[str, object]


@dataclass
class Pen:
    """With which one person's events are written down: as whom, with which dice, how many yet."""

    subject: str
    rng: random.Random
    written: int = 0


@dataclass
class Story:
    """`tell` says that something happens now. After `died` nothing is told.

    `dice` is the name of this person's dice; `rng` are those for what happens to them.
    """

    number: int
    dice: str
    loop: Loop
    around: Surroundings
    rng: random.Random
    council: CouncilAtWork
    locality: str
    hospital: HospitalAtWork
    heard: Callable[["Story", Draft], None]
    died: bool = False
    in_hospital: bool = False
    life: Process | None = None
    untold: list[Draft] = field(default_factory=list)
    """What happened before the feed began."""
    care: dict[str, Callable[[], None]] = field(default_factory=dict)
    """Packages of long-term care at home that nobody has ended, and what then lets the place go."""
    unheard: bool = False
    pen: Pen | None = None
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def town(self) -> Town:
        return self.around.town

    @property
    def now(self) -> datetime:
        return self.loop.now

    def tell(self, event: type[AnyEvent], at: datetime | None = None, /, **data: object) -> None:
        """It happens now, or happened at `at` and is noticed now. What is None is left out."""
        if self.died:
            return
        known = {name: value for name, value in data.items() if value is not None}
        now = self.loop.now.replace(microsecond=0)
        self.heard(self, Draft(at or now, now, event, self._source(event), known))

    def tell_later(self, wait: timedelta, event: type[AnyEvent], **data: object) -> None:
        """It happens after a while, whatever comes between but death."""
        self.loop.at(self.now + wait, lambda: self.tell(event, **data))

    def _source(self, event: type[AnyEvent]) -> str:
        match event.topic:
            case "admission":
                return f"/{self.hospital.info.provider.lower()}/pas"
            case "discharge":
                return f"/{self.hospital.info.provider.lower()}/epr"
            case "care-package":
                return f"/{self.council.info.code.lower()}/community"
            case _:
                return f"/{self.council.info.hub}/board"

    def begin(self, steps: Steps) -> Process:
        """Something that goes on beside the rest of the story."""
        return Process(self.loop, steps)

    def number_of(self, prefix: str) -> str:
        """An identifier of this person's: `spell-1`, `referral-3`."""
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}-{self._numbers[prefix]}"

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def one_of(self, weights: Mapping[T, float]) -> T:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    @cached_property
    def words(self) -> random.Random:
        """Dice for what is only said, and holds nobody up: by whom, with which code. Whatever is
        told besides, or in other words, the same happens to everybody."""
        return random.Random(f"{self.dice}/words")

    def says(self, share: float) -> bool:
        """As `chance`, of something that is only said."""
        return self.words.random() < share

    def word(self, weights: Mapping[T, float]) -> T:
        """As `one_of`, of something that is only said."""
        return self.words.choices(list(weights), list(weights.values()))[0]

    def hours(self, low: float, high: float) -> timedelta:
        return timedelta(hours=self.rng.uniform(low, high))

    def seen_by(self, team: Team, minutes: float) -> datetime:
        """When the team has done with this case, if it is asked now."""
        return team.seen_at(self.now, work(self.rng, minutes))

    def next_time(
        self, hour_min: float, hour_max: float, rng: random.Random | None = None
    ) -> datetime:
        """The next moment between two local hours: now, if it is."""
        local = self.now.astimezone(LOCAL)
        hour = local.hour + local.minute / 60
        if hour_min <= hour < hour_max:
            return self.now
        day = local.date() + timedelta(days=int(hour >= hour_max))
        return on(day, hour_min + (rng or self.rng).random() * min(1.5, hour_max - hour_min))

    def nearest_first(self, kind: str) -> list[ServiceAtWork]:
        """Services of the person's council: their locality's first, those with a place first."""
        services = self.around.of_kind(kind, self.council.info.code)
        return sorted(
            services,
            key=lambda s: (s.info.locality != self.locality, s.is_full, self.rng.random()),
        )

    @property
    def place(self) -> dict[str, str]:
        return {"council": self.council.info.code, "locality": self.locality}

    @property
    def staff(self) -> str:
        """One of the few who answer alerts: an opaque reference."""
        return f"staff-{self.words.randint(1, 12):03d}"


def on(day: date, hour: float) -> datetime:
    """That hour of a local day."""
    return (datetime.combine(day, time(), LOCAL) + timedelta(hours=hour)).astimezone(UTC)


def local_day(at: datetime) -> date:
    return at.astimezone(LOCAL).date()


def until(when: datetime) -> Steps:
    """Wait for a time."""
    yield Pause(until=when)
