"""One made-up person: who they are, the drafts of their events, and the dice."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from flow.events.care_package import CarePackageEnded, CentreDischarged
from flow.events.event_types import AnyEvent
from flow.simulate.town import CouncilArea, Hospital, Service, Town

LOCAL = ZoneInfo("Europe/London")

AGE_BANDS: Mapping[str, float] = {"18-64": 0.45, "65-74": 0.17, "75-84": 0.22, "85+": 0.16}
"""Age bands of inpatients and their shares: an assumption."""

T = TypeVar("T")


class Draft(NamedTuple):
    """An event that has happened and is not written down yet."""

    at: datetime
    event: type[AnyEvent]
    source: str
    data: Mapping[str, object]


@dataclass
class CentreStay:
    """One bed from `admitted_at` until `left_at`."""

    stay_id: str
    service: str
    admitted_at: datetime
    left_at: datetime


@dataclass
class Package:
    """One care package, from the first visit until its end."""

    package_id: str
    started_at: datetime
    ends_at: datetime


class Beds:
    """Who is in which centre and from when each bed is free, as far as planned."""

    def __init__(self, town: Town) -> None:
        self._open = {s.id: s.beds_open or 0 for s in town.service}
        self._stays: dict[str, list[CentreStay]] = {s.id: [] for s in town.service}

    def free_from(self, service: str, wanted_at: datetime) -> datetime:
        """The earliest time from `wanted_at` on at which a bed of the centre is free for good."""
        leaving = sorted(s.left_at for s in self._stays[service] if s.left_at > wanted_at)
        to_leave = len(leaving) - self._open[service] + 1
        return wanted_at if to_leave <= 0 else leaving[to_leave - 1]

    def book(self, stay: CentreStay) -> None:
        self._stays[stay.service].append(stay)

    def occupied(self, service: str, at: datetime) -> int:
        return sum(s.admitted_at <= at < s.left_at for s in self._stays[service])

    def reserved(self, service: str, at: datetime) -> int:
        """Beds kept for people who come within a day."""
        soon = at + timedelta(days=1)
        return sum(
            at < s.admitted_at <= soon and s.left_at > s.admitted_at for s in self._stays[service]
        )

    def forget_before(self, at: datetime) -> None:
        for service, stays in self._stays.items():
            self._stays[service] = [stay for stay in stays if stay.left_at > at]


@dataclass
class Story:
    """What happens to one person, told as drafts of events in any order."""

    town: Town
    beds: Beds
    rng: random.Random
    council: CouncilArea
    locality: str
    hospital: Hospital
    drafts: list[Draft] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    stays: list[CentreStay] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def tell(self, event: type[AnyEvent], at: datetime, **data: object) -> None:
        """It happens at `at`. What is None is left out."""
        known = {name: value for name, value in data.items() if value is not None}
        self.drafts.append(Draft(at.replace(microsecond=0), event, self._source(event), known))

    def _source(self, event: type[AnyEvent]) -> str:
        match event.topic:
            case "admission":
                return f"/{self.hospital.provider.lower()}/pas"
            case "discharge":
                return f"/{self.hospital.provider.lower()}/epr"
            case "care-package":
                return f"/{self.council.code.lower()}/community"
            case _:
                return f"/{self.council.hub}/board"

    def number(self, prefix: str) -> str:
        """An identifier of this person's: `spell-1`, `referral-3`."""
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}-{self._numbers[prefix]}"

    def cut(self, at: datetime, why: str) -> None:
        """From `at` on nothing goes on as planned: they `died`, or are back in hospital."""
        self.drafts = [draft for draft in self.drafts if draft.at <= at]
        for package in self.packages:
            if package.started_at <= at < package.ends_at:
                package.ends_at = at
                self.tell(CarePackageEnded, at, package_id=package.package_id, reason=why)
        self.packages = [p for p in self.packages if p.started_at <= at]
        for stay in self.stays:
            if stay.admitted_at <= at < stay.left_at:
                to = "died" if why == "died" else "hospital"
                self.tell(CentreDischarged, at, stay_id=stay.stay_id, destination=to)
            stay.left_at = max(stay.admitted_at, min(stay.left_at, at))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def one_of(self, weights: Mapping[T, float]) -> T:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def within(
        self, start: datetime, end: datetime, low: float = 0.0, high: float = 1.0
    ) -> datetime:
        """Somewhere between two fractions of the time from `start` to `end`."""
        return start + (end - start) * self.rng.uniform(low, high)

    def soon(self, after: datetime, usual_h: float, before: datetime) -> datetime:
        """Usually some `usual_h` hours later, and in any case halfway to `before` at the latest."""
        wait = timedelta(hours=self.rng.lognormvariate(0, 0.7) * usual_h)
        return after + min(wait, max(before - after, timedelta(0)) / 2)

    def on(self, day: date, hour_min: float, hour_max: float) -> datetime:
        """A time of that local day."""
        hours = self.rng.uniform(hour_min, hour_max)
        return (datetime.combine(day, time(), LOCAL) + timedelta(hours=hours)).astimezone(UTC)

    def service(self, kind: str, besides: Sequence[str] = ()) -> Service:
        """One of the person's council; of their locality where there is one."""
        all_of = self.town.services(kind, self.council.code)
        others = [service for service in all_of if service.id not in besides] or all_of
        near = [service for service in others if service.locality == self.locality]
        return self.rng.choice(near or others)

    @property
    def place(self) -> dict[str, str]:
        return {"council": self.council.code, "locality": self.locality}

    @property
    def staff(self) -> str:
        """One of the few who answer alerts: an opaque reference."""
        return f"staff-{self.rng.randint(1, 12):03d}"


def local_hour(at: datetime) -> float:
    local = at.astimezone(LOCAL)
    return local.hour + local.minute / 60


def local_day(at: datetime) -> date:
    return at.astimezone(LOCAL).date()


def begin(town: Town, beds: Beds, rng: random.Random) -> Story:
    """A new person somewhere in the town."""
    council = rng.choices(town.council, [c.share for c in town.council])[0]
    provider = rng.choices(list(council.hospitals), list(council.hospitals.values()))[0]
    hospital = next(h for h in town.hospital if h.provider == provider)
    return Story(town, beds, rng, council, rng.choice(council.localities), hospital)
