"""Care at home that stood still for a stay in hospital, when that ends on pathway 0."""

from flow.pathway import notices
from flow.pathway.care import READMITTED, go_on_leaving
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import Package, Spell


def care_stays_live(journey: Journey, spell: Spell, now: Mark) -> None:
    """A package that stayed live during the stay counts as pathway 0 (domain.md 1.1), so care that
    was there before goes on; not where a restart was asked for in this stay, nor where its provider
    said that it stands still."""
    if spell.pathway != "P0" or journey.current is not None or journey.died is not None:
        return
    for package in journey.packages.values():
        if package.kind == "restart" and package.spell is spell:
            continue
        leaving = package.leaving
        if leaving is not None and not _stood_down(journey, package, leaving.service):
            go_on_leaving(journey, package, now)
        pause = package.pause
        if pause is None or pause.reason != READMITTED or pause.told:
            continue
        if _stood_down(journey, package, package.service):
            continue
        package.end_pause(now)
        journey.services_version += 1
        journey.touch_waits_of(package)
        watch(journey, package, now)


def _stood_down(journey: Journey, package: Package, service: str | None) -> bool:
    return notices.stood_down_for_the_stay(journey, service or package.about)
