"""Services that nobody knows: asked to take a person on, and they never said what they can take."""

from collections.abc import Set as AbstractSet

from flow.cli.folding import Folded
from flow.pathway import Finding, Journey
from flow.pathway.referral_kinds import HUB
from flow.pathway.spans import Involved


def note_never_reported(folded: Folded, reporting: AbstractSet[str]) -> None:
    """Let the view tell of services that never reported, where any of them ever did. A hub, who
    assesses, or an owner's own team has no places to report.

    Those that the policy lists are known, reports or none. The worker cannot tell: what services
    report lies in other partitions, where it is a finding of the service.
    """
    view = folded.assessment
    listed = view.policy.services.values
    takes_people = _asked_to_take(folded.journey)
    for service, events in folded.journey.named.items():
        unheard_of = service not in reporting and service not in listed
        if reporting and unheard_of and service in takes_people:
            finding = Finding("service_never_reported", events)
            view.findings += (finding,)
            folded.of_services[finding] = service


def _asked_to_take(journey: Journey) -> set[str | None]:
    """Services that were asked to take the person on, offered them, or have them."""
    asked: list[Involved] = [each for each in journey.referrals.values() if each.kind != HUB]
    asked += [*journey.packages.values(), *journey.stays.values(), *journey.handovers.values()]
    return {each.service for each in asked}
