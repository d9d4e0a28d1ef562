"""What a service says of itself that cannot be, told of whoever waits for it or is with it."""

from collections.abc import Mapping
from types import MappingProxyType

from flow.events.service_outputs import ServiceData
from flow.pathway import Assessment, Finding
from flow.pathway.placements import NOT_THERE_YET

RULES_TOLD: Mapping[str, str] = MappingProxyType(
    {
        "capacity_impossible": "service_capacity_impossible",
        "more_staying_than_beds": "service_more_staying_than_beds",
    }
)
"""A service's findings about its capacity, by what each is called among a person's."""

SERVICES_MAX = 10
"""Nobody waits for more at a time; by name, the first so many are told of."""


def note_capacity(view: Assessment, services: Mapping[str, ServiceData]) -> None:
    """Let the view tell of them: with the identity of the report, one finding for each rule.

    The worker cannot: what services report lies in other partitions than people do.
    """
    concerned = {
        each.service
        for each in view.placements
        if each.service in services and (each.state in NOT_THERE_YET or each.state == "staying")
    }
    view.findings += tuple(
        Finding(RULES_TOLD[finding.rule], finding.events)
        for service in sorted(concerned)[:SERVICES_MAX]
        for finding in services[service].findings
        if finding.rule in RULES_TOLD
    )
