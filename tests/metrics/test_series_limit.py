"""The number of series is known at start, whatever the events say."""

from dataclasses import replace
from pathlib import Path

import pytest

from flow.metrics.series_limit import (
    SERIES_MAX,
    count_series,
    label_values,
    series_limit,
)
from flow.pathway.contribution import GAUGES
from flow.pathway.gauge import Gauge
from flow.pathway.policy import Labels, Policy
from flow.pathway.policy_file import load_policy
from flow.pathway.waits import WAITS

PLACES = 4 * 4 * 7 * 5
"""Providers, councils, localities, pathways; each with `other` or `unknown`."""
DEMO = Path(__file__).parents[2] / "flow" / "simulate" / "policy_leeds_demo.toml"


@pytest.fixture
def leeds() -> Policy:
    return load_policy(DEMO)


def test_every_label_of_the_table_has_a_list(leeds: Policy) -> None:
    values = label_values(leeds)
    for name, gauge in GAUGES.items():
        for label in gauge.labels:
            assert values[label], f"{name}: {label}"


def test_places_come_from_the_policy_with_other_and_unknown(leeds: Policy) -> None:
    values = label_values(leeds)
    assert set(values["provider"]) == {"RR8", "RAE", "other", "unknown"}
    assert set(values["council"]) == {"E08000035", "E08000032", "other", "unknown"}


@pytest.mark.parametrize(
    ("gauge", "series"),
    [
        ("nctr_patients", PLACES),
        ("inpatients", PLACES * 4),  # bands
        ("additional_bed_days", PLACES * 3),
        ("delayed_patients", PLACES * 38),  # the group follows from the reason
        ("discharges", PLACES * 7),  # bands
        ("wait_active", PLACES * len(WAITS)),
    ],
)
def test_the_count_is_the_product_of_the_lists(leeds: Policy, gauge: str, series: int) -> None:
    counts = {each.gauge: each for each in count_series(GAUGES, label_values(leeds))}
    assert counts[gauge].series == series


def test_the_limit_is_the_sum() -> None:
    """Of a policy without lists: those of the demo allow more than there may be."""
    values = label_values(load_policy())
    assert series_limit(GAUGES, values) == sum(c.series for c in count_series(GAUGES, values))
    assert len(WAITS) * 2 * 2 * 2 * 5 * 3 < series_limit(GAUGES, values) < SERIES_MAX


def test_the_limit_has_a_limit(leeds: Policy) -> None:
    many = Labels(frozenset(f"place-{number}" for number in range(1000)))
    values = label_values(replace(leeds, localities=many))
    assert series_limit(GAUGES, values) == SERIES_MAX


def test_a_gauge_without_labels_is_one_series() -> None:
    assert series_limit({"people": Gauge((), "People")}, {}) == 1
