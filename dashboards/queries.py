"""Queries that several panels ask in the same way."""

import re

from dashboards.promql import nothing_is_zero, of_enough, share, total
from dashboards.rules import alerts
from dashboards.spec import Names, Query


def in_order(metric: str, label: str, names: Names, *matchers: str) -> tuple[Query, ...]:
    """One query for each code, so that they stand in the order of the list, nothing as 0."""
    return tuple(
        Query(nothing_is_zero(total(metric, *matchers, f'{label}="{code}"')), name)
        for code, name in names.items()
    )


def numbers_in_order(metric: str, label: str, names: Names, *matchers: str) -> tuple[Query, ...]:
    """The same, and nothing at all where nobody is counted under any code."""
    whole = total(metric, *matchers)
    return tuple(
        Query(filled_up(total(metric, *matchers, f'{label}="{code}"'), whole), name)
        for code, name in names.items()
    )


def shares_in_order(metric: str, label: str, names: Names, *matchers: str) -> tuple[Query, ...]:
    """Each as a share of them all."""
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


def _left_out() -> tuple[str, ...]:
    (waits_named,) = set(re.findall(r'wait!~"([^"]+)"', alerts()["FlowWaitsBreached"].expr))
    return tuple(waits_named.split("|"))


LEFT_OUT = _left_out()
"""Waits that the alert of waits past their target leaves out: those of no days are late as soon as
they count, and the others have alerts of their own."""
COMPARED = f'wait!~"{"|".join(LEFT_OUT)}"'


def waits(state: str, by: str = "", *matchers: str) -> str:
    """Open waits: `active` all of them, `near` their target, `breached`."""
    metric, *its = _WAITS[state]
    found = total(metric, *its, *matchers, by=by)
    return filled_up(found, waits("active", by, *matchers)) if state == "near" else found


def waits_on_track(*matchers: str) -> str:
    """Neither near their target nor past it."""
    near, breached = waits("near", "", *matchers), waits("breached", "", *matchers)
    return f"{waits('active', '', *matchers)} - {breached} - {near}"


def share_past_target(by: str, *matchers: str) -> str:
    """Of those that are open, where they are enough to be a share of."""
    return of_enough(waits("breached", by, *matchers), waits("active", by, *matchers))


def left_on_the_day(by: str = "") -> str:
    """Share of discharges of the last 28 days on the discharge ready date."""
    return _of_discharges(total("discharges_on_drd", by=by), "discharges", by)


def mean_delay_days(by: str = "") -> str:
    """Days from discharge ready date to discharge, over all discharges, those of no delay too."""
    return _of_discharges(total("discharge_delay_days", by=by), "discharges", by)


def mean_delay_days_of_the_delayed(by: str = "") -> str:
    """The same over those alone who left later than the day."""
    return _of_discharges(total("discharge_delay_days", by=by), "discharges_delayed", by)


def _of_discharges(part: str, whole: str, by: str) -> str:
    """Place by place only where it is of enough people."""
    return (of_enough if by else share)(part, total(whole, by=by))


def filled_up(part: str, whole: str) -> str:
    """`part`, and 0 where only `whole` has something: what nobody added to has no series."""
    return f"({part} or 0 * {whole})"
