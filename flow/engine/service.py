"""One service in the ledger: what it reported, what journeys say, and what was last published."""

from datetime import datetime
from typing import Any

from flow.events.care_package import CentreCapacityReported
from flow.events.service_outputs import (
    CapacityReport,
    ServiceAlertData,
    ServiceData,
    ServiceFinding,
)
from flow.pathway import Contribution, Placement
from flow.pathway.corrections import MayCorrect
from flow.pathway.services import Reports


class Service:
    """`placements` are by person. `data` is what was published last, None where nothing was;
    `alerts` are the open ones by id. `report` is the newest of `reports` that stands, `doubts` what
    is to be said of their corrections.
    """

    __slots__ = (
        "alerts",
        "assessed",
        "contribution",
        "data",
        "doubts",
        "next_at",
        "placements",
        "reference",
        "report",
        "reports",
    )

    def __init__(self, reference: str) -> None:
        self.reference = reference
        self.reports = Reports()
        self.report: CapacityReport | None = None
        self.doubts: list[ServiceFinding] = []
        self.placements: dict[str, Placement] = {}
        self.data: ServiceData | None = None
        self.alerts: dict[str, ServiceAlertData] = {}
        self.contribution: tuple[Contribution, ...] = ()
        self.next_at: datetime | None = None
        self.assessed = True

    @property
    def is_known(self) -> bool:
        """Whether anybody says anything of it: itself, or a journey."""
        return self.report is not None or bool(self.placements)

    def restore(self, data: dict[str, Any]) -> None:
        """What was published last; the newest report is part of it."""
        self.data = ServiceData.model_validate(data)
        self.report = self.reports.published = self.data.reported

    def hear(self, event: CentreCapacityReported, may_correct: MayCorrect) -> bool:
        """Take a report in; whether that changes what is known."""
        before = self.report, self.doubts
        self.reports.add(event)
        self.report, self.doubts = self.reports.look(may_correct)
        return (self.report, self.doubts) != before

    def restore_alert(self, alert: ServiceAlertData) -> None:
        """An alert as published; the last one of an identity counts, a closed one is over."""
        if alert.state == "closed":
            self.alerts.pop(str(alert.alert_id), None)
        else:
            self.alerts[str(alert.alert_id)] = alert
