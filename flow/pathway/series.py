"""The gauges that a wait adds to. Made once for each place, wait, state and pathway."""

from flow.pathway.policy import Contribution, Place

NOTHING: tuple[Contribution, ...] = ()


def series_of(place: Place, wait: str, state: str, pathway: str | None) -> tuple[Contribution, ...]:
    """Every open wait is active; besides, it may be near its target or past it."""
    if state == "stopped":
        return NOTHING
    key = (wait, state, pathway)
    found = place.series.get(key)
    if found is None:
        labels = (*place.labels(pathway), wait)
        contributions: list[Contribution] = [("wait_active", labels, 1.0)]
        if state in ("near", "breached"):
            contributions.append((f"wait_{state}", labels, 1.0))
        found = place.series[key] = tuple(contributions)
    return found
