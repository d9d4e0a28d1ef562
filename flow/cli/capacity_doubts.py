"""What a service says of itself that cannot be, told of whoever waits for it or is with it."""

from collections.abc import Mapping
from types import MappingProxyType

from flow.cli.folding import Folded
from flow.cli.service_list import finding_words
from flow.events.service_outputs import ServiceData
from flow.pathway import Finding
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


def note_capacity(folded: Folded, services: Mapping[str, ServiceData]) -> None:
    """Let the view tell of them: with the identity of the report, one finding for each rule.

    The worker cannot: what services report lies in other partitions than people do.
    """
    view = folded.assessment
    concerned = {
        each.service
        for each in view.placements
        if each.service in services and (each.state in NOT_THERE_YET or each.state == "staying")
    }
    for service in sorted(concerned)[:SERVICES_MAX]:
        for finding in services[service].findings:
            if finding.rule in RULES_TOLD:
                told = Finding(RULES_TOLD[finding.rule], finding.events)
                view.findings += (told,)
                folded.of_services[told] = (
                    f"{service}: {finding_words(finding.rule, services[service])}"
                )
