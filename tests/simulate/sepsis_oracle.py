"""What the sepsis log says, computed without any of the project's code: the standard library only.

Tests compare, person by person, what came out of the pipeline with what this file finds in
`../shared/data/sepsis-log/sepsis.csv`. The reading of the log is that of
`flow/simulate/mappings/sepsis.toml`, written a second time: a spell starts with an ER Registration
or a Return ER, an Admission NC or IC moves the person to a ward (or starts a spell where none is
open), a Release ends it.

- `expected_outcomes(csv_path)`: by case, the spells with ward stays, releases and returns;
- `expected_references(csv_path, secret, key_id)`: by case, the person's reference;
- `expected_alerts(csv_path, ticks)`: by case, the delay alerts of a lockstep replay;
- `alert_subjects(csv_path, secret)`: how those alerts name the spells.

A run that retires people (day 91 and the grace after it, with nothing open) drops what came before
from its state; compare such a run before the last tick retires anybody, or with `forget` in mind.
"""

import base64
import csv
import hashlib
import hmac
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SEPSIS_CSV = Path(__file__).parents[3] / "shared/data/sepsis-log/sepsis.csv"
"""Where the log lies beside a checkout; it is not part of the project."""

PROVIDER = "SEPSISLOG"
HOSPITAL_CLOCK = ZoneInfo("Europe/Amsterdam")
"""The log's times have no offset and are Dutch."""
PIPELINE_DAYS = ZoneInfo("Europe/London")
"""Calendar days (returns within 30 days, length of stay) are counted in London."""
BLANK_CASE = "NA"
"""One case is called NA, which a program took for "not available"."""

RELEASE_CODES = {"A": "19", "B": "29", "C": "51", "D": "54", "E": "65"}
"""The destination code that stands for each type of release."""


@dataclass(frozen=True)
class WardStay:
    """From `since` (UTC) until the next stay or the end of the spell."""

    ward: str
    since: datetime


@dataclass(frozen=True)
class ExpectedSpell:
    """One spell; `number` counts those of the case from 1, times are UTC.

    `release` is the letter A to E, None while the spell is open. `returned_after_days` is set
    where it began with a Return ER 0 to 29 local days after the last release, wherever that led:
    the log is one hospital's, and who comes in by its own emergency department was not sent back
    by another one, so that no two spells are one continuous stay (domain.md O6).
    """

    number: int
    admitted_at: datetime
    wards: tuple[WardStay, ...]
    discharged_at: datetime | None
    release: str | None
    returned_after_days: int | None


@dataclass(frozen=True)
class ExpectedOutcome:
    """All that is compared of one case."""

    case_id: str
    spells: tuple[ExpectedSpell, ...]

    @property
    def open_spells(self) -> int:
        """Spells without a release when the log ends."""
        return sum(spell.discharged_at is None for spell in self.spells)

    @property
    def ward_moves(self) -> int:
        """Changes of ward within spells; the ward where a spell begins is none."""
        return sum(len(spell.wards) - 1 for spell in self.spells)

    @property
    def release_types(self) -> tuple[str, ...]:
        """Letters of the releases, in order."""
        return tuple(spell.release for spell in self.spells if spell.release is not None)

    @property
    def returned_within_30_days(self) -> bool:
        return any(spell.returned_after_days is not None for spell in self.spells)


@dataclass(frozen=True)
class _Step:
    at: datetime
    activity: str
    resource: str


def expected_outcomes(csv_path: Path) -> dict[str, ExpectedOutcome]:
    """What each of the 1,050 cases comes to when the log ends."""
    return {case: ExpectedOutcome(case, _spells(steps)) for case, steps in _cases(csv_path).items()}


def expected_references(csv_path: Path, secret: bytes, key_id: str) -> dict[str, str]:
    """The reference of each case's person: HMAC-SHA-256 of provider and case identifier."""
    references = {}
    for case in _cases(csv_path):
        message = f"hospital:{PROVIDER}:{case.upper()}".encode()
        digest = hmac.new(secret, message, hashlib.sha256).digest()
        text = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        references[case] = f"{key_id}.{text}"
    return references


def alert_subjects(csv_path: Path, secret: bytes) -> dict[tuple[str, int], str]:
    """How alerts name a spell (`about`), by case and number of the spell.

    Provider, a colon, and the spell's identifier: 20 hexadecimal digits of an HMAC of the case
    identifier, a dash, the number.
    """
    subjects = {}
    for case, outcome in expected_outcomes(csv_path).items():
        digest = hmac.new(secret, f"case:/sepsis-log:{case}".encode(), hashlib.sha256).hexdigest()
        for spell in outcome.spells:
            subjects[case, spell.number] = f"{PROVIDER}:{digest[:20]}-{spell.number}"
    return subjects


def _cases(csv_path: Path) -> dict[str, list[_Step]]:
    """The steps of each case that matter here, in order of time; ties stay as in the file."""
    cases: dict[str, list[_Step]] = {}
    with csv_path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            steps = cases.setdefault(row["case_id"] or BLANK_CASE, [])
            activity = row["activity"]
            if activity in ("ER Registration", "Return ER") or activity[:9] in (
                "Admission",
                "Release A",
                "Release B",
                "Release C",
                "Release D",
                "Release E",
            ):
                local = datetime.fromisoformat(row["timestamp"]).replace(tzinfo=HOSPITAL_CLOCK)
                steps.append(_Step(local.astimezone(UTC), activity, row["resource"]))
    for steps in cases.values():
        steps.sort(key=lambda step: step.at)
    return cases


def _spells(steps: list[_Step]) -> tuple[ExpectedSpell, ...]:
    spells: list[ExpectedSpell] = []
    wards: list[WardStay] = []
    since: datetime | None = None
    came_back = False

    def close(at: datetime | None, release: str | None) -> None:
        nonlocal since
        assert since is not None
        days = _days_since_release(spells, since) if came_back else None
        spells.append(ExpectedSpell(len(spells) + 1, since, tuple(wards), at, release, days))
        since = None
        wards.clear()

    for step in steps:
        if step.activity.startswith("Release"):
            assert since is not None, "a release outside a spell"
            close(step.at, step.activity[-1])
            continue
        arrives = step.activity in ("ER Registration", "Return ER")
        assert not (arrives and since is not None), "an arrival within a spell"
        if since is None:
            since, came_back = step.at, step.activity == "Return ER"
        ward = "ER" if arrives else f"{step.activity.split()[1]}-{step.resource}"
        wards.append(WardStay(ward, step.at))
    if since is not None:
        close(None, None)
    return tuple(spells)


def _days_since_release(spells: list[ExpectedSpell], back_at: datetime) -> int | None:
    if not spells or spells[-1].discharged_at is None:
        return None
    left_on = spells[-1].discharged_at.astimezone(PIPELINE_DAYS).date()
    days = (back_at.astimezone(PIPELINE_DAYS).date() - left_on).days
    return days if 0 <= days <= 29 else None


@dataclass(frozen=True)
class ExpectedAlert:
    """One delay alert of a lockstep replay: all events up to T are worked, then tick T.

    `wait` is the clock of domain.md 12.4, `spell` the number of the spell that it is about,
    `period` counts the marks of `los_review` (7, 14, 21 days) and is 1 otherwise. `levels` are
    those that ticks saw, each with its own moment; `raised_at` is the tick that saw the first.
    `closed_at` (the time of the event) and `closed_reason` are None while the alert is open at
    the last tick. All times are UTC.
    """

    wait: str
    spell: int
    period: int
    due_at: datetime
    levels: tuple[tuple[str, datetime], ...]
    raised_at: datetime
    closed_at: datetime | None
    closed_reason: str | None


HOURS = timedelta(hours=1)
NEAR_AND_LATE = (("near", 18 * HOURS), ("breached", 24 * HOURS), ("breached+1d", 48 * HOURS))
"""Levels of `edd_set` and `discharge_summary`: a target of 24 hours (domain.md 12.4), a warning
after 18 and one step 24 hours past the target (the policy for England)."""
LONG_STAY_DAYS = (7, 14, 21)
"""`los_review` (domain.md 12.4): due from the beginning of that local day, late when it is over."""


def expected_alerts(
    csv_path: Path, ticks: Sequence[datetime]
) -> dict[str, tuple[ExpectedAlert, ...]]:
    """The delay alerts of every case, by (spell, wait, period), given the policy for England.

    `ticks` are UTC and ascending; none means that nothing is ever raised. The log knows neither
    expected dates of discharge nor discharge summaries nor reviews, so three waits can be late:
    `edd_set` until the discharge makes it pointless (`cancelled`), `discharge_summary` for ever,
    and `los_review` until the discharge (`done`, or `done_late` when the day was over).
    """
    return {
        case: tuple(alert for spell in outcome.spells for alert in _alerts(spell, ticks))
        for case, outcome in expected_outcomes(csv_path).items()
    }


def _alerts(spell: ExpectedSpell, ticks: Sequence[datetime]) -> Iterator[ExpectedAlert]:
    left_at = spell.discharged_at
    if left_at is not None:
        levels = [(name, left_at + after) for name, after in NEAR_AND_LATE]
        yield from _alert("discharge_summary", spell, 1, levels, None, ticks)
    levels = [(name, spell.admitted_at + after) for name, after in NEAR_AND_LATE]
    yield from _alert("edd_set", spell, 1, levels, left_at, ticks)
    for period, days in enumerate(LONG_STAY_DAYS, start=1):
        day = spell.admitted_at.astimezone(PIPELINE_DAYS).date() + timedelta(days=days)
        levels = [("near", _midnight(day)), ("breached", _midnight(day + timedelta(days=1)))]
        yield from _alert("los_review", spell, period, levels, left_at, ticks)


def _alert(
    wait: str,
    spell: ExpectedSpell,
    period: int,
    levels: list[tuple[str, datetime]],
    stopped_at: datetime | None,
    ticks: Sequence[datetime],
) -> Iterator[ExpectedAlert]:
    """A tick sees a level when it falls at or after it and the wait has not stopped by then."""
    seen: list[tuple[str, datetime]] = []
    raised_at = None
    for name, at in levels:
        index = bisect_left(ticks, at)
        if index < len(ticks) and (stopped_at is None or ticks[index] < stopped_at):
            seen.append((name, at))
            raised_at = raised_at or ticks[index]
    if raised_at is None:
        return
    due_at = dict(levels)["breached"]
    closed_at = stopped_at if stopped_at is not None and stopped_at <= ticks[-1] else None
    reason = None
    if closed_at is not None and wait == "edd_set":
        reason = "cancelled"
    elif closed_at is not None:
        reason = "done_late" if closed_at >= due_at else "done"
    yield ExpectedAlert(
        wait, spell.number, period, due_at, tuple(seen), raised_at, closed_at, reason
    )


def _midnight(day: date) -> datetime:
    """When a local day begins, in UTC."""
    return datetime.combine(day, time(), PIPELINE_DAYS).astimezone(UTC)
