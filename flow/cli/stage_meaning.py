"""What a stage means for one person: of several things that it may mean, the one that holds."""

from datetime import datetime

from flow.cli.journey_words import ON_PAPER
from flow.cli.words import moment
from flow.pathway import STAGES, Journey, Stage
from flow.pathway.care import awaited_since, left_to_nobody, stands_still
from flow.pathway.presumed_ends import as_at
from flow.pathway.stage import Awaited, taken_by_nobody, waited_for
from flow.pathway.subjects import Package

NOBODY_CARES = "left hospital and nobody cares for them yet: "


def stage_meaning(stage: Stage, journey: Journey, now: datetime) -> str:
    """As the list of stages has it; of who waits at home for care, who is awaited, or that nobody
    is asked."""
    if stage.stage != "discharged_waiting_for_start":
        return STAGES[stage.stage]
    with as_at(journey, now):
        awaited = waited_for(journey)
        if awaited is not None:
            return NOBODY_CARES + _awaited(journey, awaited)
        offered = taken_by_nobody(journey)
    if offered is None or offered.service is None:
        return f"{NOBODY_CARES}nobody is asked for care, or in the place of who gave it up"
    return f"{NOBODY_CARES}the handover to {offered.service} is not accepted"


def _awaited(journey: Journey, awaited: Awaited) -> str:
    since = moment(awaited.since.at)
    for package in journey.packages.values():
        if awaited.since == package.lapsed:
            who = package.hand_backs[-1].service or "its provider"
            return f"{who} gave the care package up, and nobody has taken it on since {since}"
    for package in journey.packages.values():
        back = left_to_nobody(package)
        if back is not None and awaited.since == awaited_since(package):
            who = package.hand_backs[-1].service or "its provider"
            return (
                f"{who} gave the care package up, and nobody has been asked since {moment(back.at)}"
            )
    if any(awaited.since == stands_still(package) for package in journey.packages.values()):
        return f"{awaited.service or 'who cared for them'} does not go on, since {since}"
    if awaited.service is None:
        return f"care is asked for of no service in particular, waited for since {since}"
    if any(_is_on_paper(package, awaited) for package in journey.packages.values()):
        told = f"is {ON_PAPER}, and no first visit is told"
        return f"{awaited.service} {told}, waited for since {since}"
    return f"{awaited.service} has not begun, waited for since {since}"


def _is_on_paper(package: Package, awaited: Awaited) -> bool:
    told = package.started is not None and package.came is None
    return told and awaited_since(package) == awaited.since
