"""Queries that several panels ask in the same way."""

from dashboards.promql import nothing_is_zero, share, total
from dashboards.spec import Names, Query


def in_order(metric: str, label: str, names: Names, *matchers: str) -> tuple[Query, ...]:
    """One query for each code, so that they stand in the order of the list, nothing as 0."""
    return tuple(
        Query(nothing_is_zero(total(metric, *matchers, f'{label}="{code}"')), name)
        for code, name in names.items()
    )


def shares_in_order(metric: str, label: str, names: Names, *matchers: str) -> tuple[Query, ...]:
    """The same, each as a share of them all."""
    whole = total(metric, *matchers)
    return tuple(
        Query(share(filled_up(total(metric, *matchers, f'{label}="{code}"'), whole), whole), name)
        for code, name in names.items()
    )


def largest(query: str, count: int) -> str:
    """The `count` largest that are more than nothing, largest first."""
    return f"sort_desc(topk({count}, {query} > 0))"


def by_label(query: str) -> str:
    """Largest first, all of them."""
    return f"sort_desc({query})"


_WAITS = {
    "active": ("waits_open",),
    "near": ("waits", 'state="near"'),
    "breached": ("waits_breached",),
}


def waits(state: str, by: str = "") -> str:
    """Open waits: `active` all of them, `near` their target, `breached`."""
    metric, *matchers = _WAITS[state]
    found = total(metric, *matchers, by=by)
    return filled_up(found, waits("active", by)) if state == "near" else found


def waits_on_track(by: str = "") -> str:
    """Neither near their target nor past it."""
    return f"{waits('active', by)} - {waits('breached', by)} - {waits('near', by)}"


def share_past_target(by: str = "") -> str:
    return share(waits("breached", by), waits("active", by))


def left_on_the_day(by: str = "") -> str:
    """Share of discharges of the last 28 days on the discharge ready date."""
    return share(total("discharges_on_drd", by=by), total("discharges", by=by))


def mean_delay_days(by: str = "") -> str:
    """Days from discharge ready date to discharge, over all discharges, those of no delay too."""
    return share(total("discharge_delay_days", by=by), total("discharges", by=by))


def mean_delay_days_of_the_delayed(by: str = "") -> str:
    """The same over those alone who left later than the day."""
    return share(total("discharge_delay_days", by=by), total("discharges_delayed", by=by))


def filled_up(part: str, whole: str) -> str:
    """`part`, and 0 where only `whole` has something: what nobody added to has no series."""
    return f"({part} or 0 * {whole})"
