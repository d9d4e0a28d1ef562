"""What was asked for and stands still while the person is too unwell for it: no wait names it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from flow.cli.journey_data import given
from flow.cli.words import moment
from flow.pathway import Journey
from flow.pathway.presumed_ends import as_at
from flow.pathway.subjects import Handover, Package, Referral
from flow.pathway.whereabouts import on_hold, set_aside

WHY = {"unwell_again": "unwell again in hospital", "back_in_hospital": "back in hospital"}


class OnHold(NamedTuple):
    """Something that a service was asked for; `why` is a key of `WHY`."""

    subject: str
    about: str
    service: str | None
    since: datetime
    why: str

    def data(self) -> dict[str, Any]:
        return given(self._asdict())

    def words(self) -> str:
        """`Referral R1, with cena: since 08-Jan-2026 09:00, unwell again in hospital`."""
        noun = "Care package" if self.subject == "package" else self.subject.capitalize()
        who = f"with {self.service}" if self.service is not None else "of no service in particular"
        return f"{noun} {self.about}, {who}: since {moment(self.since)}, {WHY[self.why]}"


def held(journey: Journey, now: datetime) -> list[OnHold]:
    """Of each referral, package and handover that stands still; none after a death."""
    with as_at(journey, now):
        return [*_held(journey)] if journey.died is None else []


def _held(journey: Journey) -> Iterator[OnHold]:
    for referral in journey.referrals.values():
        asked_at = referral.made or referral.received or referral.accepted
        if asked_at and not referral.closed and not set_aside(journey, referral):
            yield from _while_unwell(journey, referral, asked_at.at)
    for package in journey.packages.values():
        # Care that is given is paused, and the pause is told.
        if package.requested and not package.closed and package.in_place is None:
            yield from _while_unwell(journey, package, package.requested.at)
    for handover in journey.handovers.values():
        if handover.unanswered and handover.sent:
            yield from _while_unwell(journey, handover, handover.sent.at)


def _while_unwell(
    journey: Journey, asked: Referral | Package | Handover, asked_at: datetime
) -> Iterator[OnHold]:
    spell = journey.current
    if spell is None or not on_hold(journey, asked):
        return
    ended = spell.nctr[-1].ended if spell.unwell and spell.nctr else None
    since = max(ended.at if ended is not None else spell.admitted.at, asked_at)
    why = "unwell_again" if spell.unwell else "back_in_hospital"
    yield OnHold(asked.called(), asked.about, asked.service, since, why)
