"""What a service reports and what journeys say of it, in few words: London wall-clock times."""

import json
from datetime import datetime, timedelta
from typing import Any

from flow.events import decode_stored
from flow.events.care_package import CentreCapacityReported
from flow.events.event_types import ServiceAnswer
from flow.events.service_outputs import CapacityReport, ServiceAlertData, ServiceData
from flow.pathway import Placement, Policy
from flow.pathway.placements import PlacementState
from flow.pathway.services import Answers, Besides, advance_alerts, look, newest, report_of
from flow.pathway.services.look import Look
from tests.pathway.told import ENGLAND, at

CENTRE = "slic"
BED = "rehabilitation_bed"


def report_event(
    when: str | datetime,
    *,
    id: str = "report",
    recorded: str | datetime | None = None,
    kind: str = "independence_centre",
    **said: object,
) -> CentreCapacityReported:
    """`report_event("2026-01-05 07:00", beds_open=40, beds_occupied=38)`."""
    time = at(when) if isinstance(when, str) else when
    written = at(recorded) if isinstance(recorded, str) else recorded or time
    event = decode_stored(
        json.dumps(
            {
                "specversion": "1.0",
                "id": id,
                "source": f"/{CENTRE}/capacity",
                "type": "flow.centre-capacity-reported.v1",
                "time": time.isoformat(),
                "recordedtime": written.isoformat(),
                "subject": CENTRE,
                "data": {"kind": kind, **said},
            }
        ).encode()
    )
    assert isinstance(event, CentreCapacityReported)
    return event


def reported(when: str | datetime, **said: Any) -> CapacityReport:
    """The same as the services' rules are given it."""
    return report_of(report_event(when, **said))


def faced(
    state: PlacementState,
    since: str,
    *,
    asked: str | None = None,
    ready: str | None = None,
    onward: str | None = None,
    agreed: str | None = None,
    on_hold: bool | None = None,
    came: str | None = None,
    kind: str | None = BED,
) -> Placement:
    """`faced("waiting", "2026-01-05 10:00", ready="2026-01-05 12:00")`."""
    asked_at = at(asked or since) if state in ("waiting", "offered", "accepted") else None
    ready_since = at(ready) if ready is not None else None
    made = Placement(CENTRE, state, at(since), None, None, "P2", kind, asked_at, ready_since)
    made = made._replace(on_hold=on_hold, came_at=at(came) if came is not None else None)
    if onward is not None:
        made = made._replace(onward_at=at(onward))
    return made._replace(start_agreed_at=at(agreed)) if agreed is not None else made


class Told:
    """A service as it is looked at again and again; alerts that are raised and closed."""

    def __init__(self, policy: Policy = ENGLAND) -> None:
        self.policy = policy
        self.report: CapacityReport | None = None
        self.people: list[Placement] = []
        self.data: ServiceData | None = None
        self.alerts: dict[str, ServiceAlertData] = {}
        self.changed: list[ServiceAlertData] = []
        self.next_at: datetime | None = None
        self.answers = Answers()

    def hear(self, *answers: ServiceAnswer) -> None:
        for answer in answers:
            self.answers.hear(answer, {})

    def reports(self, when: str, **said: object) -> None:
        self.report = newest(self.report, reported(when, id=f"at {when}".replace(" ", "-"), **said))

    def look(self, now: str, *, raising: bool = True) -> ServiceData:
        """Look at it at `now`, as a tick does unless `raising` is false."""
        moment = at(now)
        besides = Besides((), tuple(self.answers))
        seen: Look = look(
            CENTRE, self.report, self.people, self.policy, moment, self.data, besides=besides
        )
        advanced = advance_alerts(
            self.alerts, seen.data, self.policy, moment, raising=raising, answers=self.answers.to
        )
        self.data, self.alerts = seen.data, advanced.alerts
        self.changed += advanced.changed
        times = [each for each in (seen.next_at, advanced.next_at) if each is not None]
        self.next_at = min(times, default=None)
        return seen.data

    def open(self) -> list[tuple[str, datetime]]:
        """The open alerts: which, and since when it is so."""
        return [(alert.alert, alert.since) for alert in self.alerts.values()]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
