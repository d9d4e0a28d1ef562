import math
from datetime import timedelta
from typing import Any

import click

from flow.cli.publishing import Route, lockstep_option, publish, speed_option, to_option
from flow.cli.words import parse_moment

FIRST_DAY = "2026-01-05"
"""A Monday. Fixed, so that the same options always make the same events."""

DAYS_MAX = 3660
"""Ten years: at a real town's size millions of events."""
WARM_UP_DAYS_MAX = 365
FIRST_YEAR, LAST_YEAR = 1950, 2150
"""Of `--start`: room for the longest story after `DAYS_MAX` within the years of events."""


class Number(click.FloatRange):
    """A number within bounds; "nan" is within any bounds for click."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


@click.command()
@click.option(
    "--days", type=Number(min=0, min_open=True, max=DAYS_MAX), default=7, show_default=True
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same events.")
@click.option(
    "--start",
    default=FIRST_DAY,
    show_default=True,
    metavar="TIME",
    help="When the first person may arrive. For a worker on the wall clock: some days ago.",
)
@click.option(
    "--people-per-day",
    type=Number(min=0.01, max=10_000),
    help="Admissions a day; a town of Leeds' size when left out.",
)
@click.option(
    "--warm-up",
    type=Number(min=0, max=WARM_UP_DAYS_MAX),
    default=0,
    show_default=True,
    metavar="DAYS",
    help="How long the town has been at work at the start: whoever is in a bed then comes with"
    " all that was written down of them.",
)
@to_option
@speed_option
@lockstep_option
def simulate(
    *,
    days: float,
    seed: int,
    start: str,
    people_per_day: float | None,
    warm_up: float,
    to: str,
    speed: float | None,
    step: timedelta | None,
) -> None:
    """Publish events of a made-up town.

    People and places are invented. Waits come from shortage of staff, beds and visits. Every
    event type but those about references occurs; some events come late, twice, out of order, or
    are corrected.
    """
    from flow.simulate.feed import Feed
    from flow.simulate.town import load_town

    try:
        first = parse_moment(start)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--start") from None
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise click.BadParameter(
            f"{start} is not of the years {FIRST_YEAR} to {LAST_YEAR}", param_hint="--start"
        )
    last = first + timedelta(days=days)
    town = load_town(people_per_day=people_per_day)
    feed = Feed(seed, first, town, warm_up=timedelta(days=warm_up))
    publish(feed.events(last), Route(to, speed, step, first, last))
