"""The pure core: a person's events as a set, the journey they tell, its waits, stages and alerts.

May use the standard library, `flow.events` and `flow.errors`: no I/O but reading the policy, no
clock. Start reading at `history.py`, then `fold.py`, `waits.py` and `assessment.py`.
"""

from flow.pathway.alert_record import Alert, alert_id
from flow.pathway.alerts import Advanced, advance, decode_alert, supersede
from flow.pathway.assessment import Assessment, assess
from flow.pathway.contribution import GAUGES
from flow.pathway.findings import RULES, Finding
from flow.pathway.history import Added, History
from flow.pathway.journey import Journey, Notice
from flow.pathway.measured_wait import Wait
from flow.pathway.placements import Placement
from flow.pathway.policy import Contribution, Policy
from flow.pathway.policy_file import load_policy
from flow.pathway.stage import STAGES, ActsNext, Stage
from flow.pathway.waits import WAITS

CORE_VERSION = 2
"""Raised when fold, assess or advance change meaning: published state is worked out anew then."""

__all__ = [
    "CORE_VERSION",
    "GAUGES",
    "RULES",
    "STAGES",
    "WAITS",
    "ActsNext",
    "Added",
    "Advanced",
    "Alert",
    "Assessment",
    "Contribution",
    "Finding",
    "History",
    "Journey",
    "Notice",
    "Placement",
    "Policy",
    "Stage",
    "Wait",
    "advance",
    "alert_id",
    "assess",
    "decode_alert",
    "load_policy",
    "supersede",
]
