"""Numbers as Grafana writes them, for the units that the dashboards use."""

from collections.abc import Sequence

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


def text(value: float, unit: str, decimals: int) -> str:
    """Raises AssertionError for a unit that no dashboard is known to use."""
    if unit == "none":
        return f"{value:.{decimals}f}"
    if unit == "percentunit":
        return f"{100 * value:.{decimals}f}%"
    if unit.startswith("suffix:"):
        return f"{value:.{decimals}f} {unit.removeprefix('suffix:')}"
    if unit == "s":
        size, name = _scale(value, _DURATIONS)
        return f"{value / size:.{decimals}f} {name}"
    if unit == "bytes":
        size, name = _scale(value, _BYTES)
        return f"{value / size:.{decimals}f} {name}"
    assert unit == "currencyGBP", f"no way to write the unit {unit}"
    size, name = _scale(value, _POUNDS)
    return f"£{value / size:.{decimals}f}{name}"


def _scale(value: float, scales: Sequence[tuple[float, str]]) -> tuple[float, str]:
    """The largest that fits; of nothing, the one of size 1."""
    fitting = [scale for scale in scales if abs(value) >= scale[0]]
    return fitting[0] if fitting else next(scale for scale in scales if scale[0] == 1)
