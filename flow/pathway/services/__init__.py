"""The pure core of services: what one reports, what journeys say of it, its alerts and answers.

Start reading at `look.py`. As with people, time is an argument, nothing raises, and what cannot be
true is a finding.
"""

from flow.pathway.services.alerts import (
    Advanced,
    advance_alerts,
    decode_service_alert,
    service_alert_id,
)
from flow.pathway.services.answers import NO_ANSWERS, Answers, AnswersTo
from flow.pathway.services.contribution import SERVICE_GAUGES, contribution_of
from flow.pathway.services.findings import SERVICE_RULES, impossible
from flow.pathway.services.look import Besides, look
from flow.pathway.services.report import FIGURES, counts_from, newest, of_its_kind, report_of
from flow.pathway.services.reports import Reports

__all__ = [
    "FIGURES",
    "NO_ANSWERS",
    "SERVICE_GAUGES",
    "SERVICE_RULES",
    "Advanced",
    "Answers",
    "AnswersTo",
    "Besides",
    "Reports",
    "advance_alerts",
    "contribution_of",
    "counts_from",
    "decode_service_alert",
    "impossible",
    "look",
    "newest",
    "of_its_kind",
    "report_of",
    "service_alert_id",
]
