"""The renderer draws every page from real answers, and a person can look at them."""

import struct
from pathlib import Path

import pytest

from tests.dashboards.formats import text
from tests.dashboards.grafana import dashboards
from tests.dashboards.pictures import GRID, draw
from tests.dashboards.shown import Shown, answers

PICTURES = Path(".cache") / "dashboards"


@pytest.mark.slow
@pytest.mark.embedded
def test_every_dashboard_can_be_looked_at(shown: Shown) -> None:
    for name, dashboard in dashboards().items():
        picture = draw(name, dashboard, lambda query: answers(shown, query), PICTURES)
        width, height = struct.unpack(">II", picture.read_bytes()[16:24])
        assert width > GRID * 50
        assert height > 1_000
        print(f"{picture.resolve()}: {width} x {height}")  # noqa: T201


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "words"),
    [
        (1234, "none", 0, "1,234"),
        (0.865, "percentunit", 1, "86.5%"),
        (40, "suffix: days", 0, "40 days"),
        (5400, "s", 1, "1.5 hours"),
        (0, "s", 1, "0.0 s"),
        (12640, "currencyGBP", 0, "£13K"),
        (52428800, "bytes", 0, "50 MiB"),
    ],
)
def test_numbers_are_written_as_grafana_writes_them(
    value: float, unit: str, decimals: int, words: str
) -> None:
    assert text(value, unit, decimals) == words
