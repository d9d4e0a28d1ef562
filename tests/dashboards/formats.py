"""Numbers as Grafana writes them, for the units that the dashboards use."""

from collections.abc import Sequence
from datetime import UTC, datetime

_DURATIONS = (
    (7 * 86_400, "weeks"),
    (86_400, "days"),
    (3_600, "hours"),
    (60, "mins"),
    (1, "s"),
    (1e-3, "ms"),
    (1e-6, "µs"),
)
_BYTES = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B"))
_POUNDS = ((1e6, "Mil"), (1e3, "K"), (1, ""))
_SCALES = {"s": _DURATIONS, "bytes": _BYTES, "currencyGBP": _POUNDS}


def text(value: float, unit: str, decimals: int) -> str:
    """Raises AssertionError for a unit that no dashboard is known to use."""
    if unit == "none":
        return f"{value:.{decimals}f}"
    if unit == "percentunit":
        return f"{100 * value:.{decimals}f}%"
    if unit.startswith("suffix:"):
        return f"{value:.{decimals}f} {unit.removeprefix('suffix:')}"
    if unit == "dateTimeAsIso":
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M:%S}"
    assert unit in _SCALES, f"no way to write the unit {unit}"
    size, name = _scale(value, _SCALES[unit])
    words = f"{value / size:.{decimals}f}"
    return f"£{words}{name}" if unit == "currencyGBP" else f"{words} {name}"


def _scale(value: float, scales: Sequence[tuple[float, str]]) -> tuple[float, str]:
    """The largest that fits; of nothing, the one of size 1."""
    fitting = [scale for scale in scales if abs(value) >= scale[0]]
    return fitting[0] if fitting else next(scale for scale in scales if scale[0] == 1)
