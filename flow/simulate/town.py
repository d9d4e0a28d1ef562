"""The town that the feed makes people for: places, services, shares and times, as data.

`leeds_demo.toml` is the one that comes with the package and says where each figure is from.
"""

import math
import random
import tomllib
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from flow.errors import SettingsError
from flow.events.codes import (
    Council,
    DelayReasonSlug,
    DestinationSlug,
    Locality,
    OdsCode,
    Pathway,
    ServiceKind,
    ServiceReference,
)
from flow.events.envelope import Token

LEEDS_DEMO = Path(__file__).parent / "leeds_demo.toml"

Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[float, Field(gt=0, le=1000)]

P90_OF_NORMAL = 1.2816
"""Standard deviations above the mean below which nine in ten lie."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LogNormal(_Table):
    """Days with a heavy tail, by their median and either mean or 90th percentile."""

    median_days: Days
    mean_days: Days | None = None
    p90_days: Days | None = None
    max_days: Days

    @model_validator(mode="after")
    def _one_spread(self) -> Self:
        if (self.mean_days is None) == (self.p90_days is None):
            raise ValueError("give one of mean_days and p90_days")
        if (self.mean_days or self.p90_days or 0) < self.median_days:
            raise ValueError("mean_days or p90_days must not be below median_days")
        return self

    def draw(self, rng: random.Random) -> float:
        return min(rng.lognormvariate(math.log(self.median_days), self._sigma), self.max_days)

    @property
    def _sigma(self) -> float:
        if self.mean_days is not None:
            return math.sqrt(2 * math.log(self.mean_days / self.median_days))
        assert self.p90_days is not None
        return math.log(self.p90_days / self.median_days) / P90_OF_NORMAL


class DelayBand(_Table):
    """Days from ready to discharge within one published band (domain.md 6.2)."""

    days_min: Annotated[int, Field(ge=1)]
    days_max: int
    mean_days: Days
    share: Share

    @model_validator(mode="after")
    def _mean_inside(self) -> Self:
        if not self.days_min <= self.mean_days <= self.days_max:
            raise ValueError("mean_days must lie between days_min and days_max")
        return self

    def draw(self, rng: random.Random) -> int:
        beyond = self.mean_days - self.days_min
        width = self.days_max - self.days_min
        if width <= 7:
            # Binomial: any mean between the ends, and no day outside them.
            return self.days_min + sum(rng.random() * width < beyond for _ in range(width))
        days = self.days_min + int(rng.expovariate(math.log1p(1 / beyond)))
        return min(days, self.days_max)


class SameDay(_Table):
    """Share of people who leave on the day they are ready, of all and of pathway 0."""

    share: Share
    share_p0: Share


class Shares(_Table):
    """How often things happen; see the file for what each is a share of."""

    admission_cancelled: Share
    expected_date_set: Share
    expected_date_in_time: Share
    expected_date_revised: Share
    moved_ward: Share
    moved_again: Share
    review_missed: Share
    blank_ready_date: Share
    unwell_again: Share
    died_in_hospital: Share
    died_later: Share
    returned: Share
    pathway_changed: Share
    second_reason: Share
    reason_beside: Share
    hub_referral_late: Share
    referral_rejected: Share
    referral_withdrawn: Share
    handover_rejected: Share
    handover_slow: Share
    summary_in_time: Share
    summary_late: Share
    discharge_cancelled: Share
    visit_missed: Share
    package_paused: Share
    package_restart: Share
    urgent_response: Share
    urgent_response_in_time: Share
    equipment: Share
    coordinator: Share
    alert_answered: Share
    alert_snoozed: Share
    long_stay_reviewed: Share


class Unruly(_Table):
    """Shares of events that come twice, are written down late, or are corrected."""

    repeated: Share
    late: Share
    corrected: Share


class Hospital(_Table):
    provider: OdsCode
    site: OdsCode
    front_ward: Token
    wards: Annotated[list[Token], Field(min_length=2)]


class CouncilArea(_Table):
    code: Council
    organisation: OdsCode
    hub: ServiceReference
    share: Share
    hospitals: dict[OdsCode, Share]
    localities: Annotated[list[Locality], Field(min_length=1)]


class Service(_Table):
    id: ServiceReference
    kind: ServiceKind
    council: Council
    locality: Locality
    beds_open: Annotated[int, Field(ge=1)] | None = None
    beds_closed: Annotated[int, Field(ge=0)] = 0
    visits_per_week: Annotated[int, Field(ge=1)] | None = None


class Town(_Table):
    people_per_day: Annotated[float, Field(gt=0, le=10_000)]
    pathway_mix: dict[Pathway, Share]
    destination: dict[DestinationSlug, Annotated[float, Field(gt=0)]]
    length_of_stay: LogNormal
    same_day: SameDay
    delay_band: Annotated[list[DelayBand], Field(min_length=1)]
    centre_stay: LogNormal
    reablement_length: LogNormal
    home_care_start: LogNormal
    share: Shares
    unruly: Unruly
    delay_reasons: dict[DelayReasonSlug, Annotated[float, Field(ge=0)]]
    hospital: Annotated[list[Hospital], Field(min_length=1)]
    council: Annotated[list[CouncilArea], Field(min_length=1)]
    service: list[Service]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for name, shares in (
            ("pathway_mix", self.pathway_mix.values()),
            ("delay_band", [band.share for band in self.delay_band]),
            ("council", [council.share for council in self.council]),
            *((f"council {c.code} hospitals", c.hospitals.values()) for c in self.council),
        ):
            if abs(sum(shares) - 1) > 0.005:
                raise ValueError(f"the shares of {name} must add up to 1")
        providers = {hospital.provider for hospital in self.hospital}
        for council in self.council:
            if unknown := set(council.hospitals) - providers:
                raise ValueError(f"council {council.code} names hospitals not listed: {unknown}")
            for kind in NEEDED_KINDS:
                if not self.services(kind, council.code):
                    raise ValueError(f"council {council.code} has no service of kind {kind}")
        for pathway in self.pathway_mix:
            if not any(slug.startswith(pathway.lower()) for slug in self.destination):
                raise ValueError(f"destination has none for pathway {pathway}")
        if any(s.beds_open is None for s in self.service if s.kind == "independence_centre"):
            raise ValueError("every independence centre needs beds_open")
        return self

    def services(self, kind: str, council: str) -> list[Service]:
        return [s for s in self.service if s.kind == kind and s.council == council]

    def same_day_share(self, pathway: str) -> float:
        """So that all pathways together have `same_day.share` (people who do not die)."""
        if pathway == "P0":
            return self.same_day.share_p0
        p0 = self.pathway_mix["P0"]
        return max(0.0, (self.same_day.share - p0 * self.same_day.share_p0) / (1 - p0))

    @property
    def treatment_share(self) -> float:
        """How much of an average stay comes before the discharge ready date."""
        delayed = sum(band.share * band.mean_days for band in self.delay_band)
        stay = self.length_of_stay.mean_days or self.length_of_stay.median_days
        return max(0.1, 1 - (1 - self.same_day.share) * delayed / stay)


NEEDED_KINDS = (
    "independence_centre",
    "reablement",
    "home_care",
    "community_health",
    "urgent_community_response",
    "care_home",
    "equipment",
)
"""A council needs one service of each: its people are referred to them."""


def load_town(path: Path | None = None, *, people_per_day: float | None = None) -> Town:
    """Reads a town file; without a path the Leeds demo. Raises SettingsError with all problems."""
    path = path or LEEDS_DEMO
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None
    if people_per_day is not None:
        tables["people_per_day"] = people_per_day
    try:
        return Town.model_validate(tables)
    except ValidationError as error:
        raise SettingsError(
            "\n".join(
                f"{path}: {'.'.join(str(part) for part in e['loc'])}: {e['msg']}"
                for e in error.errors(include_input=False)
            )
        ) from None
