"""What the published files of NHS England say of England and of Leeds (`../shared/data`).

A year from June 2024 on, that of the delay reasons; when on the day people left was collected until
March 2024. Missing returns are zeros or gaps and are left out.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from flow.events.codes import DELAY_REASONS

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "england-discharge"
LEEDS = "RR8"
REASONS = "england_delayed_discharge_reasons.csv"
FIRST, LAST = "2024-06-01", "2025-05-31"
BY_HOUR = "2023-04-01", "2024-03-31"


class England(NamedTuple):
    """By figure of the town: all of England (None where only a trust can be compared), Leeds."""

    figures: dict[str, tuple[float | None, float]]


def read_england() -> England | None:
    """None where the files are not there."""
    if not (DATA / REASONS).exists():
        return None
    found: dict[str, tuple[float | None, float]] = {}
    everywhere, leeds = _groups(None), _groups(LEEDS)
    for group, share in everywhere.items():
        found[f"reason_{group}"] = share, leeds[group]
    found["discharged_by_17"] = _by_17(None), _by_17(LEEDS)
    ready = [
        float(row["do_not_meet_criteria_to_reside"])
        for row in _rows("england_trust_criteria_to_reside.csv")
        if row["nhs_trust22_code"] == LEEDS and row["do_not_meet_criteria_to_reside"].isdigit()
    ]
    left = [
        float(row["discharged_total"])
        for row in _rows("england_trust_discharged_patients.csv")
        if row["nhs_trust22_code"] == LEEDS and _counted(row["discharged_total"])
    ]
    found["discharges_per_day"] = None, mean(left)
    found["remaining"] = None, mean(ready) - mean(left)
    return England(found)


def _counted(number: str) -> bool:
    return number.isdigit() and int(number) > 0


def _rows(name: str, first: str = FIRST, last: str = LAST) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        yield from (row for row in csv.DictReader(file) if first <= row["date"] <= last)


def _groups(trust: str | None) -> dict[str, float]:
    """Percent of people who wait, by group of their reason."""
    counts: dict[str, float] = defaultdict(float)
    for row in _rows(REASONS):
        slug = DELAY_REASONS.match_label(row["delay_reason"])
        if slug is not None and trust in (None, row["nhs_trust22_code"]):
            counts[DELAY_REASONS.group(slug)] += float(row["delay_count"] or 0)
    return {group: 100 * count / sum(counts.values()) for group, count in counts.items()}


def _by_17(trust: str | None) -> float:
    days = [
        (int(row["discharged_by_1700"]), int(row["discharged_total"]))
        for row in _rows("england_trust_discharged_patients.csv", *BY_HOUR)
        if trust in (None, row["nhs_trust22_code"])
        and _counted(row["discharged_total"])
        and row["discharged_by_1700"].isdigit()
    ]
    return 100 * sum(early for early, _ in days) / sum(total for _, total in days)
