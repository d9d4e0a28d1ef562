"""People who could leave a centre and are still there: a delay in the centre is a delay, too.

As the intermediate care data collection asks for: delay reasons and days of everybody who no
longer meets the requirements to remain, whatever their length of stay (domain.md 2.4, S7).
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from flow.events.codes import DELAY_REASONS
from flow.pathway.delay_reasons import reason_shown
from flow.pathway.gauge import PLACE, Gauge
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR, day_ends, days_between, local_date
from flow.pathway.policy import Contribution, Policy

_LABELS = (*PLACE, "service", "reason", "reason_group")

CENTRE_DELAY_GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "centre_delayed_patients": Gauge(
            _LABELS,
            "People in a centre past the day on which they no longer met the requirements to "
            "remain, by primary delay reason",
        ),
        "centre_delay_days": Gauge(_LABELS, "Days since that day of these people, summed"),
    }
)


def centre_delays_part(
    journey: Journey, policy: Policy, now: datetime
) -> tuple[list[Contribution], datetime]:
    """Contributions of stays that go on, and until when they hold."""
    found: list[Contribution] = []
    until = FAR
    today = local_date(now)
    for stay in journey.stays.values():
        if stay.ready is None or not stay.goes_on or stay.is_home or journey.died is not None:
            continue
        until = day_ends(today)
        days = days_between(local_date(stay.ready.at), today)
        if days > 0:
            spell = stay.spell
            provider, pathway = (spell.provider, spell.pathway) if spell else (None, None)
            place = policy.place(provider, journey.council, journey.locality)
            reason = reason_shown(stay)
            labels = (
                *place.labels(pathway),
                policy.services(stay.service),
                reason,
                DELAY_REASONS.group(reason),
            )
            found.append(("centre_delayed_patients", labels, 1.0))
            found.append(("centre_delay_days", labels, float(days)))
    return found, until
