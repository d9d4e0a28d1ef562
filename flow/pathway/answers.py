"""How an alert is answered: taken on, or quiet for a while. One rule for people's and services'."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from flow.pathway.journey import Answer

State = Literal["open", "acknowledged", "snoozed"]


class Answered(NamedTuple):
    """What an open alert says of its answers."""

    state: State
    acknowledged_by: str | None
    snoozed_until: datetime | None


def answered(
    answers: Sequence[Answer],
    began: datetime,
    risen_at: datetime,
    now: datetime,
    snooze_at_most: timedelta,
    taken_on_by: str | None = None,
) -> Answered:
    """By the newest answer since what the alert is about `began`; `answers` are in their order.

    A snooze ends at its time, at the limit of the policy, or where the alert has risen since: so
    nobody is forgotten in one. `taken_on_by` is who had the alert that this one supersedes.
    """
    valid = [answer for answer in answers if answer.at.at >= began]
    acknowledged = next((each for each in reversed(valid) if each.kind == "acknowledged"), None)
    by = acknowledged.by if acknowledged is not None else taken_on_by
    until = wakes_at(valid[-1], snooze_at_most) if valid else None
    if until is not None and now < until and risen_at <= valid[-1].at.at:
        return Answered("snoozed", by, until)
    return Answered("acknowledged" if by is not None else "open", by, None)


def wakes_at(answer: Answer, snooze_at_most: timedelta) -> datetime | None:
    """When a snooze is over, whatever happens; None where the answer is none."""
    if answer.until is None:
        return None
    return min(answer.until, answer.at.at + snooze_at_most)
