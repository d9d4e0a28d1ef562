"""The figures that are published about a town, computed from its events through the core.

Nothing here knows the model: events go into histories, and what the journeys say is counted. The
published figures themselves, with tolerances and sources, are `published.toml`.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from flow.events.care_package import CentreCapacityReported
from flow.events.codes import DELAY_REASONS
from flow.events.decode import encode
from flow.events.event_types import AnyEvent
from flow.pathway import History, Journey
from flow.pathway.discharge_ready_date import BANDS, delay_band
from flow.pathway.local_days import days_between, hour_of_day, local_date
from flow.pathway.subjects import Spell

DAY = timedelta(days=1)
LONG_STAY = timedelta(days=7)
"""Delay reasons are published of people who are in hospital longer than this."""
DIED = "4"
CHILDREN = frozenset({"0-15"})
"""Left out of what is published (domain.md 1.3 rule 9)."""
GROUPS = ("hospital_process", "wellbeing", "care_transfer_hub", "interface", "capacity")


class Published(NamedTuple):
    """A published figure, how far ours may lie from it, and where it is from."""

    figure: str
    value: float
    tolerance: float
    unit: str
    source: str


@lru_cache(maxsize=1)
def published() -> tuple[Published, ...]:
    path = Path(__file__).with_name("published.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["figure"]
    return tuple(Published(**table) for table in tables)


def fold(events: Iterable[AnyEvent]) -> tuple[list[Journey], list[CentreCapacityReported]]:
    """Everybody's journey, and what services reported."""
    histories: dict[str, History] = {}
    reports = []
    for event in events:
        if isinstance(event, CentreCapacityReported):
            reports.append(event)
            continue
        history = histories.get(event.subject)
        if history is None:
            history = histories[event.subject] = History()
        history.add(event, encode(event))
    return [history.journey() for history in histories.values()], reports


def figures(
    journeys: Sequence[Journey], reports: Sequence[CentreCapacityReported],
    start: datetime, end: datetime, *, beds: int,
) -> dict[str, float]:  # fmt: skip
    """What the journeys say of the time from `start` to `end`; `beds` are those of the wards."""
    days = (end - start) / DAY
    spells = [
        spell for journey in journeys for spell in journey.spells.values()
        if spell.age_band not in CHILDREN
    ]  # fmt: skip
    left = [spell for spell in spells if _left_alive(spell, start, end)]
    overnight = [spell for spell in left if _nights(spell)]
    found = {
        "discharges_per_day": len(overnight) / days,
        **_delays(overnight),
        **_shares("pathway", Counter(spell.pathway or "P0" for spell in overnight)),
        **_reasons(spells, start, end),
        "length_of_stay_mean_days": mean(_stay_days(spell) for spell in left),
        "length_of_stay_median_days": median(_stay_days(spell) for spell in left),
        "discharged_by_17": 100 * mean(_by_17(spell) for spell in overnight),
        "remaining": _nights_ready(spells, start, end) / days,
        "bed_occupancy": 100 * _nights_in(spells, start, end) / days / beds,
    }
    return {**found, **_centres(journeys, reports, start, end), **_urgent(journeys, start, end)}


def _left_alive(spell: Spell, start: datetime, end: datetime) -> bool:
    left = spell.discharged
    return left is not None and start <= left.at < end and spell.discharge_method != DIED


def _nights(spell: Spell) -> int:
    """Zero-day stays are left out of what is published (domain.md 1.3 rule 9)."""
    assert spell.discharged is not None
    return days_between(local_date(spell.admitted.at), local_date(spell.discharged.at))


def _stay_days(spell: Spell) -> float:
    """As hospital episodes are counted: in nights."""
    return float(_nights(spell))


def _by_17(spell: Spell) -> bool:
    assert spell.discharged is not None
    return spell.discharged.at < hour_of_day(local_date(spell.discharged.at), time(17))


def _delays(spells: Sequence[Spell]) -> dict[str, float]:
    """Shares by band, those but the first of all who were delayed, and mean delays."""
    delays = [spell.ready_date.delay_days for spell in spells if spell.ready_date is not None]
    delayed = [days for days in delays if days]
    bands = Counter(delay_band(days) for days in delayed)
    long = [days for days in delayed if delay_band(days) == BANDS[-1]]
    return {
        "same_day": 100 * (1 - len(delayed) / len(delays)),
        "delay_mean_days": mean(delayed or [0]),
        "delay_21_mean_days": mean(long or [0]),
        **{f"delay_{band}": 100 * bands[band] / max(1, len(delayed)) for band in BANDS[1:]},
    }


def _shares(name: str, counts: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values()) or 1
    return {f"{name}_{key}": 100 * count / total for key, count in sorted(counts.items())}


def _reasons(spells: Sequence[Spell], start: datetime, end: datetime) -> dict[str, float]:
    """Who waits for what on an average day, by group, of those in hospital 7 days and more."""
    groups = dict.fromkeys(GROUPS, 0.0)
    for spell in spells:
        for reason in spell.reasons:
            if reason.primary is not None:
                since = max(reason.primary.at, spell.admitted.at + LONG_STAY, start)
                until = min(reason.cleared.at if reason.cleared else end, end)
                groups[DELAY_REASONS.group(reason.slug)] += max(0.0, (until - since) / DAY)
    return _shares("reason", groups)


def _nights_in(spells: Sequence[Spell], start: datetime, end: datetime) -> int:
    nights = 0
    for spell in spells:
        since = max(spell.admitted.at, start)
        until = min(spell.discharged.at if spell.discharged else end, end)
        nights += max(0, days_between(local_date(since), local_date(until)))
    return nights


def _nights_ready(spells: Sequence[Spell], start: datetime, end: datetime) -> int:
    """Nights of people who were ready to leave: whoever remains at the end of a day."""
    nights = 0
    for spell in spells:
        for period in spell.nctr:
            since = max(period.started.at, start)
            until = min(period.ended.at if period.ended else end, end)
            nights += max(0, days_between(local_date(since), local_date(until)))
    return nights


def _centres(
    journeys: Sequence[Journey], reports: Sequence[CentreCapacityReported],
    start: datetime, end: datetime,
) -> dict[str, float]:  # fmt: skip
    told = [
        report.data for report in reports
        if start <= report.time < end and report.data.kind == "independence_centre"
    ]  # fmt: skip
    beds = sum(data.beds_open or 0 for data in told) or 1
    centres = {
        report.subject for report in reports if report.data.kind == "independence_centre"
    }  # fmt: skip
    stays = [
        (stay.left.at - stay.admitted.at) / DAY
        for journey in journeys for stay in journey.stays.values()
        if stay.left is not None and stay.admitted is not None and stay.service in centres
        and start <= stay.left.at < end
        and stay.destination not in ("hospital", "died")
    ]  # fmt: skip
    return {
        "centre_occupancy": 100 * sum(data.beds_occupied or 0 for data in told) / beds,
        "centre_stay_mean_days": mean(stays or [0]),
    }


def _urgent(journeys: Sequence[Journey], start: datetime, end: datetime) -> dict[str, float]:
    """Share of crisis referrals with somebody there within two hours."""
    within = total = 0
    for journey in journeys:
        for referral in journey.referrals.values():
            received = referral.received
            if referral.kind == "urgent_community_response" and received is not None:
                visit = journey.visits.get(referral.referral_id)
                if start <= received.at < end - DAY:
                    total += 1
                    within += visit is not None and visit.at - received.at <= timedelta(hours=2)
    return {"urgent_in_2_hours": 100 * within / (total or 1)}
