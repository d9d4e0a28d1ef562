"""The town as data: places, staff, services, how much work a case is, and how often things happen.

`leeds_demo.toml` is the one that comes with the package and says where each figure is from. It
says nothing about how long anybody waits: that comes out of it (docs/town.md).
"""

import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from flow.errors import SettingsError
from flow.events.codes import (
    REFERRAL_KINDS,
    AgeBand,
    Council,
    DelayReasonSlug,
    DestinationSlug,
    Locality,
    OdsCode,
    Pathway,
    ReferralKind,
    ServiceKind,
    ServiceReference,
)
from flow.events.envelope import Token
from flow.simulate.quantities import Days, LogNormal, Minutes, Share, Table

LEEDS_DEMO = Path(__file__).parent / "leeds_demo.toml"

Weight = Annotated[float, Field(ge=0)]
PerDay = Annotated[float, Field(ge=0, le=10_000)]
Staff = Annotated[float, Field(ge=0, le=1000)]

HOSPITAL_TEAMS = (
    "doctor",
    "therapist",
    "discharge_coordinator",
    "pharmacist",
    "transport",
    "diagnostics",
)
COUNCIL_TEAMS = ("hub", "social_worker", "safeguarding", "funding_panel", "adaptations")
"""Who works where; a town file gives each its staff and hours."""


class Hours(Table):
    """How many are at work on each day from Monday to Sunday, and from when to when, local."""

    staff: Annotated[list[Staff], Field(min_length=7, max_length=7)]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not any(self.staff) or self.opens >= self.closes:
            raise ValueError("somebody must work on some day, from opens until a later closes")
        return self


class Shares(Table):
    """How often things happen; see the file for what each is a share of."""

    admission_cancelled: Share
    expected_date_set: Share
    expected_date_revised: Share
    moved_again: Share
    review_missed: Share
    blank_ready_date: Share
    died_in_hospital: Share
    died_later: Share
    returned: Share
    pathway_changed: Share
    early_referral: Share
    reason_beside: Share
    referral_withdrawn: Share
    handover_rejected: Share
    summary_sent: Share
    discharge_cancelled: Share
    followed_up: Share
    visit_missed: Share
    package_paused: Share
    package_increased: Share
    package_handed_back: Share
    package_restart: Share
    care_goes_on: Share
    care_untold: Share
    urgent_response: Share
    transport: Share
    fetched_after_work: Share
    hard_to_place_refused: Share
    coordinator: Share
    coordinator_off_duty: Share
    alert_answered: Share
    alert_snoozed: Share
    long_stay_reviewed: Share
    long_term_care: Share


class PerDayOfWaiting(Table):
    """What may happen to somebody on any day on which they are ready and still there."""

    unwell_again: Share
    died: Share
    recovers: Share


class Work(Table):
    """Minutes of somebody's time that a case takes on average."""

    expected_date: Minutes
    therapy_review: Minutes
    medical_review: Minutes
    referral_to_hub: Minutes
    hub_assessment: Minutes
    hub_referral: Minutes
    funding: Minutes
    medicines: Minutes
    journey: Minutes
    discharge_summary: Minutes


class Unruly(Table):
    """What feeds do to events: shares of those that come twice, late, corrected or shuffled.

    Late is written down hours or days after it happened. Shuffled comes up to `shuffle_minutes`
    after later ones. A source is silent now and then: it sends what it has when it is back.
    """

    repeated: Share
    late: Share
    corrected: Share
    shuffled: Share = 0.0
    shuffle_minutes: Minutes = 15.0
    silences_per_month: PerDay = 0.0
    silence_hours: Annotated[float, Field(gt=0, le=240)] = 6.0


class Hospital(Table):
    """`wards` have so many beds each. People arrive at the front ward, which has no limit."""

    provider: OdsCode
    site: OdsCode
    front_ward: Token
    wards: Annotated[dict[Token, Annotated[int, Field(ge=1)]], Field(min_length=2)]
    team: dict[str, Hours]


class CouncilArea(Table):
    code: Council
    organisation: OdsCode
    hub: ServiceReference
    share: Share
    hospitals: dict[OdsCode, Share]
    localities: Annotated[list[Locality], Field(min_length=1)]
    team: dict[str, Hours]


class Kind(Table):
    """What all services of one kind have in common.

    The intake answers a referral, the start begins the care: a first visit, a day of moving in.
    Others than people from hospital want the same places, `others_per_day` at all services, and
    find another way when they have waited for about `patience_days`.
    """

    intake: Hours | None = None
    intake_minutes: Minutes = 30.0
    start: Hours | None = None
    start_minutes: Minutes = 60.0
    refused: Share = 0.0
    widen_after_days: Days = 30.0
    length: LogNormal | None = None
    sizes: tuple[Annotated[int, Field(ge=1)], ...] = (1,)
    turnaround_days: Annotated[float, Field(ge=0)] = 0.0
    filled: Share = 0.0
    others_per_day: PerDay = 0.0
    patience_days: Days = 14.0


class Service(Table):
    """One service. `beds_open` or `visits_per_week` is all that it can hold; without, no limit."""

    id: ServiceReference
    kind: ServiceKind
    council: Council
    locality: Locality
    beds_open: Annotated[int, Field(ge=1)] | None = None
    beds_closed: Annotated[int, Field(ge=0)] = 0
    visits_per_week: Annotated[int, Field(ge=1)] | None = None
    intake: Hours | None = None
    start: Hours | None = None

    @property
    def places(self) -> int | None:
        return self.beds_open or self.visits_per_week


class Support(Table):
    """One way of being looked after on leaving, and the delay reasons while it is arranged.

    `weight` counts among those of the same pathway. `funding` is how often the panel is asked.
    """

    destination: DestinationSlug
    weight: Weight
    referral: ReferralKind
    service: ServiceKind
    underway: DelayReasonSlug
    capacity: DelayReasonSlug
    funding: Share = 0.0

    @property
    def pathway(self) -> str:
        return self.destination[:2].upper()


class Beside(Table):
    """A team that sees people at home after their stay; `share` of those who leave, by pathway."""

    referral: ReferralKind
    service: ServiceKind
    share: dict[Pathway, Share]


class Births(Table):
    """Babies born in hospital. `early_years` is the share for whom that team is asked."""

    per_day: PerDay
    ward: Token
    stay: LogNormal
    early_years: Share


class Matter(Table):
    """Something that has to be settled before some people can leave.

    It takes `minutes` of a team's or service's time, or `days` of its own: an infection to pass, a
    family to make up its mind. `share` is of those who are ready, by pathway. A service is asked by
    a `referral`, and a task says when it has done it.
    """

    reason: DelayReasonSlug
    share: dict[Pathway, Share]
    team: str | None = None
    service: ServiceKind | None = None
    referral: ReferralKind | None = None
    minutes: Minutes | None = None
    days: LogNormal | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.days is None) == (self.minutes is None):
            raise ValueError("give minutes of a team or service, or days")
        if self.minutes is not None and (self.team is None) == (self.service is None):
            raise ValueError("minutes are those of one team or one kind of service")
        if (self.service is None) != (self.referral is None):
            raise ValueError("a service is asked by a referral: give both or neither")
        if self.referral is not None and self.task is None:
            raise ValueError(f"no task says when a referral for {self.referral} is fulfilled")
        if self.team not in (None, *HOSPITAL_TEAMS, *COUNCIL_TEAMS):
            raise ValueError(f"there is no team {self.team}")
        return self

    @property
    def task(self) -> str | None:
        """What somebody says to have done when the service has brought it."""
        kind = REFERRAL_KINDS.by_code.get(self.referral or "")
        return kind.attributes.get("task") if kind else None


class Town(Table):
    """`size` is how large it is against its file; 1 where `people_per_day` is the file's."""

    people_per_day: Annotated[float, Field(gt=0, le=10_000)]
    size: Annotated[float, Field(gt=0)] = 1.0
    arrivals_by_hour: Annotated[list[Weight], Field(min_length=24, max_length=24)]
    age_band: dict[AgeBand, Weight]
    pathway_mix: dict[Pathway, Share]
    treatment: dict[Pathway, LogNormal]
    treated_again: LogNormal
    dispensing: LogNormal
    hard_to_place: dict[Pathway, Share]
    reviewed_again_after_days: Days
    share: Shares
    per_day: PerDayOfWaiting
    work: Work
    unruly: Unruly
    kind: dict[ServiceKind, Kind]
    support: Annotated[list[Support], Field(min_length=1)]
    matter: list[Matter]
    beside: list[Beside]
    births: Births | None = None
    hospital: Annotated[list[Hospital], Field(min_length=1)]
    council: Annotated[list[CouncilArea], Field(min_length=1)]
    service: list[Service]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for name, shares in (
            ("pathway_mix", self.pathway_mix.values()),
            ("council", [council.share for council in self.council]),
            *((f"council {c.code} hospitals", c.hospitals.values()) for c in self.council),
        ):
            if abs(sum(shares) - 1) > 0.005:
                raise ValueError(f"the shares of {name} must add up to 1")
        for pathway in self.pathway_mix:
            if pathway not in self.treatment:
                raise ValueError(f"treatment has none for pathway {pathway}")
            if pathway != "P0" and not self.supports(pathway):
                raise ValueError(f"support has none for pathway {pathway}")
        self._has_hospitals()
        self._has_services()
        return self

    def _has_hospitals(self) -> None:
        providers = {hospital.provider for hospital in self.hospital}
        for hospital in self.hospital:
            if missing := set(HOSPITAL_TEAMS) - set(hospital.team):
                raise ValueError(f"hospital {hospital.provider} has no {min(missing)} team")
        for council in self.council:
            if unknown := set(council.hospitals) - providers:
                raise ValueError(f"council {council.code} names hospitals not listed: {unknown}")
            if missing := set(COUNCIL_TEAMS) - set(council.team):
                raise ValueError(f"council {council.code} has no {min(missing)} team")

    def _has_services(self) -> None:
        for council in self.council:
            for kind in sorted(self._kinds_asked()):
                if not self.services(kind, council.code):
                    raise ValueError(f"council {council.code} has no service of kind {kind}")
        for service in self.service:
            if service.kind == "independence_centre" and service.beds_open is None:
                raise ValueError("every independence centre needs beds_open")
            of_kind = self.kind.get(service.kind, Kind())
            if service.places is not None and of_kind.length is None:
                raise ValueError(f"kind {service.kind} needs length: how long a place is held")

    def _kinds_asked(self) -> set[str]:
        """Kinds of service of which a council needs one."""
        asked = {support.service for support in self.support}
        asked |= {beside.service for beside in self.beside}
        asked |= {matter.service for matter in self.matter if matter.service is not None}
        return asked | NEEDED_KINDS | (BIRTH_KINDS if self.births else set())

    def services(self, kind: str, council: str) -> list[Service]:
        return [s for s in self.service if s.kind == kind and s.council == council]

    def supports(self, pathway: str) -> list[Support]:
        return [support for support in self.support if support.pathway == pathway]


NEEDED_KINDS = frozenset({"home_care", "urgent_community_response"})
BIRTH_KINDS = frozenset({"health_visiting", "early_years"})
"""A council needs one service of each, besides those that its tables name: people are referred to
them."""


def load_town(path: Path | None = None, *, people_per_day: float | None = None) -> Town:
    """Reads a town file; without a path the Leeds demo. Raises SettingsError with all problems.

    With other `people_per_day` than the file's, beds, staff and services shrink or grow with it.
    """
    path = path or LEEDS_DEMO
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None
    try:
        town = Town.model_validate(tables)
        if people_per_day is None:
            return town
        size = people_per_day / town.people_per_day
        return Town.model_validate({**tables, "people_per_day": people_per_day, "size": size})
    except ValidationError as error:
        raise SettingsError(
            "\n".join(
                f"{path}: {'.'.join(str(part) for part in e['loc'])}: {e['msg']}"
                for e in error.errors(include_input=False)
            )
        ) from None
