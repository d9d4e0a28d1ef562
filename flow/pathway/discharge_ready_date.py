"""The discharge ready date (DRD): when it begins, when it is reset, what the delay is.

The rule is exact (domain.md 1.3 and 12.3, sources N2 and N3):

- the DRD is the local day of the review that found the criteria to reside no longer met;
- meeting them again ends the period; the next review that finds them not met opens a new one,
  and the clock starts again at zero; earlier periods are never added in;
- unfinished stay: the DRD is the start of the current period, or none while they are met;
- finished stay: the start of the period that was open at discharge. Where none was open (never
  reviewed, or met at the last review) it is the day of discharge, delay 0, `assumed`;
- the delay counts whole calendar days in Europe/London: discharge date minus DRD.
"""

from datetime import date, datetime
from typing import Literal, NamedTuple

from mypy_extensions import mypyc_attr

from flow.pathway.local_days import days_between, local_date
from flow.pathway.mark import Mark

EndedBy = Literal["discharge", "met_again", "death"]


@mypyc_attr(
    serializable=True, acyclic=True
)  # copied and packed (docs/design.md, "A compiled core")
class NctrPeriod:
    """A time without criteria to reside (NCTR): from one review to what ended it."""

    __slots__ = ("ended", "ended_by", "number", "ready_date", "started")

    def __init__(self, number: int, started: Mark) -> None:
        self.number = number
        self.started = started
        self.ready_date = local_date(started.at)
        self.ended: Mark | None = None
        self.ended_by: EndedBy | None = None

    def begin_with(self, admission: Mark) -> None:
        """Nobody is ready to leave before they came."""
        self.started = Mark(admission.at, self.started.by)
        self.ready_date = local_date(admission.at)


class ReadyDate(NamedTuple):
    """The DRD of a finished stay. `assumed`: no period was open, so it is the day of discharge."""

    ready_date: date
    delay_days: int
    assumed: bool


def at_discharge(open_period: NctrPeriod | None, discharged_at: datetime) -> ReadyDate:
    """The DRD of a stay that ends at `discharged_at` with this period open, or with none."""
    left_on = local_date(discharged_at)
    if open_period is None:
        return ReadyDate(left_on, 0, assumed=True)
    delay_days = days_between(open_period.ready_date, left_on)
    return ReadyDate(open_period.ready_date, delay_days, assumed=False)


_BANDS = ((0, "0"), (1, "1"), (3, "2-3"), (6, "4-6"), (13, "7-13"), (20, "14-20"))
BANDS = (*(name for _, name in _BANDS), "21+")
"""Delay in days as NHS England publishes it (domain.md 1.3 rule 8)."""


def delay_band(delay_days: int) -> str:
    """The published band of a delay in whole days (0 or more)."""
    assert delay_days >= 0
    for last, name in _BANDS:
        if delay_days <= last:
            return name
    return "21+"


def disagreement(recorded: date | None, computed: ReadyDate, discharged_on: date) -> str | None:
    """The rule of `findings.RULES` that the hospital's recorded date breaks, or None.

    A blank date means "discharged on the day of readiness" (domain.md 1.3 rule 3), so it
    disagrees only where the reviews show a delay.
    """
    if recorded is None:
        return "drd_blank" if computed.delay_days > 0 else None
    if recorded > discharged_on:
        return "drd_after_discharge"
    return "drd_disagrees" if recorded != computed.ready_date else None
