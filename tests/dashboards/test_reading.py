"""What tests read in place of Grafana: variables filled in, names of series, numbers in words."""

from collections.abc import Mapping, Sequence

import pytest

from tests.dashboards.formats import text
from tests.dashboards.grafana import filled_in, series_name


@pytest.mark.parametrize(
    ("expr", "chosen", "sent"),
    [
        ('x{a=~"$a"}', {}, 'x{a=~".*"}'),
        ('x{a=~"$a"}', {"a": ["leeds-south"]}, 'x{a=~"leeds-south"}'),
        ('x{a=~"$a"}', {"a": ["RR8", "RAE"]}, 'x{a=~"(RR8|RAE)"}'),
        ('x{a=~"$a|"}', {"a": ["RR8", "RAE"]}, 'x{a=~"(RR8|RAE)|"}'),
        ('x{a=~"$a"}', {"a": ["a.b"]}, 'x{a=~"a\\\\.b"}'),
        ('x{a=~"$a",b=~"$b"}', {"b": ["P1"]}, 'x{a=~".*",b=~"P1"}'),
        ("rate(x[$__rate_interval])", {}, "rate(x[8s])"),
    ],
)
def test_variables_are_filled_in_as_grafana_does_it(
    expr: str, chosen: Mapping[str, Sequence[str]], sent: str
) -> None:
    assert filled_in(expr, chosen) == sent


@pytest.mark.parametrize(
    ("legend", "labels", "name"),
    [
        ("{{service}}: full", {"service": "leeds-hospice"}, "leeds-hospice: full"),
        ("Half", {"le": "1"}, "Half"),
        ("__auto", {}, "Value"),
    ],
)
def test_series_are_named_as_grafana_names_them(
    legend: str, labels: Mapping[str, str], name: str
) -> None:
    assert series_name(legend, labels) == name


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "words"),
    [
        (1234, "none", 0, "1234"),
        (0.865, "percentunit", 1, "86.5%"),
        (40, "suffix:days", 0, "40 days"),
        (12.34, "suffix:/s", 1, "12.3 /s"),
        (5400, "s", 1, "1.5 hours"),
        (0, "s", 1, "0.0 s"),
        (12640, "currencyGBP", 1, "£12.6K"),
        (0.0006, "s", 2, "600.00 µs"),
        (52428800, "bytes", 0, "50 MiB"),
        (1767225600_000, "dateTimeAsIso", 0, "2026-01-01 00:00:00"),
    ],
)
def test_numbers_are_written_as_grafana_writes_them(
    value: float, unit: str, decimals: int, words: str
) -> None:
    """As `@grafana/data` 11.6.0 writes them; seen once, by hand."""
    assert text(value, unit, decimals) == words
