"""Services folded from events without a broker, as a worker would know them after a tick."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from flow.cli.folding import Folded
from flow.cli.service_list import ListedService, in_order
from flow.events.care_package import CentreCapacityReported
from flow.events.event_types import ServiceAnswer
from flow.events.service_outputs import CapacityReport, ServiceFinding
from flow.pathway import Policy
from flow.pathway.placements import Placement, placements_of
from flow.pathway.services import Answers, Besides, Reports, advance_alerts, counts_from, look


def fold_services(
    reported: Iterable[CentreCapacityReported],
    people: Iterable[Folded],
    policy: Policy,
    at: datetime,
    answered: Iterable[ServiceAnswer] = (),
) -> list[ListedService]:
    """Every service that has reported by `at`, or that a journey or an answer to an alert names;
    those with alerts first, then by name. Since when a service is full is known from its report
    alone."""
    reports: dict[str, Reports] = defaultdict(Reports)
    for event in reported:
        if event.recordedtime <= at:
            reports[event.subject].add(event)
    answers: dict[str, Answers] = defaultdict(Answers)
    for answer in answered:
        if answer.recordedtime <= at:
            answers[answer.subject].hear(answer, policy.may_correct)
    placements: dict[str, list[Placement]] = defaultdict(list)
    for person in people:
        for placement in placements_of(person.journey, policy.service_rules.criteria, at):
            placements[placement.service].append(placement)
    known = {
        service: reports[service].look(policy.may_correct)
        for service in {*reports, *placements, *answers}
    }
    full = _full(known, placements, policy, at)
    found = []
    for service, (report, doubts) in known.items():
        said = answers[service]
        seen = look(
            service,
            report,
            placements[service],
            policy,
            at,
            full=full,
            besides=Besides((*doubts, *said.doubts), tuple(said)),
        )
        data = seen.data
        alerts = advance_alerts({}, data, policy, at, raising=True, answers=said.to).alerts
        found.append(ListedService(data, tuple(alerts.values())))
    return in_order(found)


def _full(
    known: dict[str, tuple[CapacityReport | None, list[ServiceFinding]]],
    placements: dict[str, list[Placement]],
    policy: Policy,
    at: datetime,
) -> dict[str, datetime]:
    """Since when each service that has no room has none."""
    return {
        service: counts_from(report)
        for service, (report, _) in known.items()
        if report is not None
        and look(service, report, placements[service], policy, at).data.has_room is False
    }
