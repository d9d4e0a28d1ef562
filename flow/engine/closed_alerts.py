"""Alerts of services that are closed, and stay on their topic for a while."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from flow.events.service_outputs import ServiceAlertData

CLOSED_KEPT = timedelta(days=366)
"""How long a closed alert stays on its topic: as long as the reports behind it."""
CLOSED_PER_TICK = 100
"""Closed alerts that go with one tick at most."""


class ClosedAlerts:
    """By identifier when each was closed, the oldest first."""

    def __init__(self) -> None:
        self._closed: dict[str, datetime] = {}

    def note(self, alert: ServiceAlertData) -> None:
        """An alert as it was published; one that is open is none of these."""
        if alert.closed_at is not None:
            self._closed[str(alert.alert_id)] = alert.closed_at

    def forget(self, alert_id: str) -> None:
        """It is on the topic no more."""
        self._closed.pop(alert_id, None)

    def take_old(self, now: datetime) -> Iterator[str]:
        """Those that were closed long ago, and are forgotten, so that the topic does not grow."""
        for alert_id, closed_at in list(islice(self._closed.items(), CLOSED_PER_TICK)):
            if now - closed_at < CLOSED_KEPT:
                return
            del self._closed[alert_id]
            yield alert_id
