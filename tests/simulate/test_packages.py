"""What the town's providers tell of care at home that a stay in hospital interrupted."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from flow.events.care_package import CarePackageEnded, CarePackageRestarted
from flow.simulate.loop import Loop
from flow.simulate.packages import after_the_stay
from flow.simulate.spell import Spell
from flow.simulate.story import Draft, Story
from flow.simulate.surroundings import Surroundings
from flow.simulate.town import load_town

HOME_AT = datetime(2026, 3, 9, 15, tzinfo=UTC)


class Home:
    """Somebody who comes from hospital, and had `package-1` before."""

    def __init__(self, pathway: str, *, goes_on: float = 1.0, untold: float = 0.0) -> None:
        town = load_town()
        share = {"care_goes_on": goes_on, "care_untold": untold}
        town = town.model_copy(update={"share": town.share.model_copy(update=share)})
        self.loop = Loop(HOME_AT)
        around = Surroundings(self.loop, town)
        council = next(iter(around.councils.values()))
        hospital = next(iter(around.hospitals.values()))
        self.told: list[Draft] = []
        self.story = Story(
            1, "home", self.loop, around, random.Random(5), council, council.info.localities[0],
            hospital, lambda _story, draft: self.told.append(draft),
        )  # fmt: skip
        self.places_let_go = 0
        self.story.care["package-1"] = self._let_go
        after_the_stay(self.story, Spell("spell-1", pathway, None, "", HOME_AT))

    def _let_go(self) -> None:
        self.places_let_go += 1

    def live_on(self) -> None:
        while self.loop.next_at is not None:
            self.loop.step()


@pytest.mark.parametrize(
    ("pathway", "goes_on", "told", "reason"),
    [
        ("P1", 1.0, CarePackageRestarted, None),
        ("P1", 0.0, CarePackageEnded, "other"),
        ("P2", 1.0, CarePackageEnded, "readmitted"),
        ("P3", 1.0, CarePackageEnded, "moved_to_care_home"),
    ],
)
def test_its_provider_tells_within_two_days_what_becomes_of_it(
    pathway: str, goes_on: float, told: type, reason: str | None
) -> None:
    home = Home(pathway, goes_on=goes_on)
    home.live_on()
    (draft,) = home.told
    assert (draft.event, draft.data.get("reason")) == (told, reason)
    assert timedelta(hours=2) <= draft.at - HOME_AT <= timedelta(hours=48)
    ended = told is CarePackageEnded
    assert (home.places_let_go, list(home.story.care)) == (
        int(ended),
        [] if ended else ["package-1"],
    )


def test_on_pathway_0_it_was_live_all_the_time() -> None:
    home = Home("P0")
    home.live_on()
    assert home.told == []


def test_now_and_then_nobody_tells() -> None:
    home = Home("P1", untold=1.0)
    home.live_on()
    assert home.told == []


def test_nobody_tells_of_whoever_is_in_hospital_again() -> None:
    home = Home("P1")
    home.story.in_hospital = True
    home.live_on()
    assert (home.told, list(home.story.care)) == ([], ["package-1"])
