"""A seeded feed of events from a made-up town: what `flow simulate` and `make demo` publish.

People, places and numbers are invented; the same seed always gives the same events. How long
anybody waits follows from how many people want the same staff, beds and visits (docs/town.md).
"""

import heapq
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flow.events.care_package import CentreCapacityReported
from flow.events.event_types import AnyEvent
from flow.simulate.after_hospital import live
from flow.simulate.births import newborn
from flow.simulate.capacity import LOCAL
from flow.simulate.centre import step_up
from flow.simulate.loop import Loop, Pause, Process, Steps
from flow.simulate.others import capacity, fill, others
from flow.simulate.recording import Recording, make_event
from flow.simulate.story import Draft, Story, local_day, on
from flow.simulate.surroundings import ServiceAtWork, Surroundings
from flow.simulate.town import Town, load_town

REPORT_HOUR = 6.0
"""When services say what they can take, local time."""
HOUR = timedelta(hours=1)


class Feed:
    """Events in the order of publishing, without end; memory is bounded by people under way.

    `start` is when the first event may be published, with an offset. The town is at work
    `warm_up` longer: whoever is in a bed, or waits for somebody, at `start` comes with all that
    was written down of them. Nobody arrives after `arrivals_end`.
    """

    def __init__(
        self,
        seed: int,
        start: datetime,
        town: Town | None = None,
        *,
        warm_up: timedelta = timedelta(0),
        arrivals_end: datetime | None = None,
    ) -> None:
        self._seed = seed
        self._town = town or load_town()
        self._start = start.astimezone(UTC)
        self._arrivals_end = arrivals_end
        self._loop = Loop(self._start - warm_up)
        self._around = Surroundings(self._loop, self._town)
        self._recording = Recording(seed, self._town.unruly, self._publish)
        self._people = 0
        self._order = 0
        self._coming: list[tuple[datetime, int, AnyEvent]] = []
        self._early: dict[int, Story] = {}
        for steps in (self._arrivals(), self._reports(), self._others_come(), self._born()):
            Process(self._loop, steps)
        self._fill()
        self._loop.at(self._start, self._open)

    def events(self, until: datetime) -> Iterator[AnyEvent]:
        """All that is published up to `until` and was not yet; call again to go on."""
        while True:
            upcoming = self._loop.next_at
            assert upcoming is not None, "people keep arriving"
            # Nothing is published before it happens: what comes before the next is final.
            if self._coming and self._coming[0][0] < upcoming:
                if self._coming[0][0] > until:
                    return
                yield heapq.heappop(self._coming)[2]
            elif upcoming > until:
                return
            else:
                self._loop.step()

    def run_until(self, when: datetime) -> None:
        """Let happen what happens before `when`: what `events` would do on its way."""
        while (upcoming := self._loop.next_at) is not None and upcoming < when:
            self._loop.step()

    def _arrivals(self) -> Steps:
        """More by day than by night: thinned from a stream at the busiest hour's rate."""
        rng = random.Random(f"feed/{self._seed}/arrivals")
        weights = self._town.arrivals_by_hour
        per_hour = [self._town.people_per_day * weight / sum(weights) for weight in weights]
        while self._arrive_still():
            yield Pause(until=self._loop.now + rng.expovariate(max(per_hour)) * HOUR)
            hour = self._loop.now.astimezone(LOCAL).hour
            if rng.random() * max(per_hour) < per_hour[hour]:
                story = self._somebody()
                self._live(story, live(story))

    def _arrive_still(self) -> bool:
        return self._arrivals_end is None or self._loop.now < self._arrivals_end

    def _others_come(self) -> Steps:
        """People who come to centres from home, one for every so many days."""
        rng = random.Random(f"feed/{self._seed}/others")
        kind = self._town.kind.get("independence_centre")
        per_day = kind.others_per_day * self._town.size if kind else 0.0
        while per_day:
            yield Pause(until=self._loop.now + timedelta(days=rng.expovariate(per_day)))
            story = self._somebody()
            self._live(story, step_up(story, at_once=False))

    def _born(self) -> Steps:
        """Babies come at any hour."""
        rng = random.Random(f"feed/{self._seed}/births")
        births = self._town.births
        per_day = births.per_day * self._town.size if births else 0.0
        while per_day:
            yield Pause(until=self._loop.now + timedelta(days=rng.expovariate(per_day)))
            if not self._arrive_still():
                return
            story = self._somebody()
            self._live(story, newborn(story))

    def _fill(self) -> None:
        """Who is in centres and in care when the story begins; others want the same care."""
        rng = random.Random(f"feed/{self._seed}/fill")
        for service in self._around.services.values():
            if service.places is None:
                continue
            held = round(service.places.capacity * service.kind.filled)
            if service.info.kind == "independence_centre":
                for _ in range(held):
                    story = self._somebody(service)
                    self._live(story, step_up(story, at_once=True))
            else:
                fill(self._loop, service, held, rng)
                share = service.places.capacity / self._around.capacity_of(service.info.kind)
                Process(self._loop, others(self._loop, service, share * self._town.size, rng))

    def _somebody(self, near: ServiceAtWork | None = None) -> Story:
        """A new person somewhere in the town, or near a service."""
        self._people += 1
        # Dice of their own: one person's needs do not hang on another's.
        dice = f"feed/{self._seed}/{self._people}"
        rng = random.Random(dice)
        councils = self._town.council
        council = rng.choices(councils, [c.share for c in councils])[0]
        locality = rng.choice(council.localities)
        if near is not None:
            council = next(c for c in councils if c.code == near.info.council)
            locality = near.info.locality
        provider = rng.choices(list(council.hospitals), list(council.hospitals.values()))[0]
        return Story(
            self._people, dice, self._loop, self._around, rng, self._around.councils[council.code],
            locality, self._around.hospitals[provider], self._heard,
        )  # fmt: skip

    def _live(self, story: Story, steps: Steps) -> None:
        story.life = Process(self._loop, steps)
        if self._loop.now < self._start:
            self._early[story.number] = story
        story.life.then(lambda: self._over(story))

    def _over(self, story: Story) -> None:
        """Who was home before the feed began is not heard of any more."""
        if self._early.pop(story.number, None) is not None:
            story.unheard = True
            story.untold.clear()

    def _heard(self, story: Story, draft: Draft) -> None:
        if self._loop.now < self._start:
            story.untold.append(draft)
        elif not story.unheard:
            self._recording.write_down(story, draft, self._start)

    def _open(self) -> None:
        """From now on everything is published; and what was written down of whoever is here."""
        for story in self._early.values():
            for draft in story.untold:
                self._recording.write_down(story, draft, self._start)
            story.untold.clear()
        self._early.clear()

    def _publish(self, event: AnyEvent, at: datetime) -> None:
        self._order += 1
        heapq.heappush(self._coming, (at, self._order, event))

    def _reports(self) -> Steps:
        """Every service says once a day what it can take."""
        while True:
            day = local_day(self._loop.now)
            for service in self._around.services.values():
                self._report(service)
            yield Pause(until=on(day + timedelta(days=1), REPORT_HOUR))

    def _report(self, service: ServiceAtWork) -> None:
        at = self._loop.now.replace(microsecond=0)
        data = capacity(service)
        if data and self._loop.now >= self._start:
            info = service.info
            place = {"kind": info.kind, "council": info.council, "locality": info.locality}
            source = f"/{info.id}/capacity"
            draft = Draft(at, at, CentreCapacityReported, source, {**place, **data})
            report_id = f"{self._seed}-{local_day(at).isoformat()}"
            self._publish(make_event(draft, at, at, info.id, report_id), at)
