"""A seeded feed of events from a made-up town: what `flow simulate` and `make demo` publish.

People, places and numbers are invented; the same seed always gives the same events. People do not
compete for anything but beds in independence centres: the full town is another matter.
"""

import heapq
import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from flow.events.care_package import CentreCapacityReported
from flow.events.event_types import AnyEvent, type_of
from flow.events.reference import make_reference
from flow.simulate.after_hospital import live
from flow.simulate.story import LOCAL, Beds, Draft, begin, local_day
from flow.simulate.town import Service, Town, load_town

DEMO_SECRET = b"discharge-flow demo: made-up people only"
"""Makes references of people who do not exist, the same on every machine; never of real ones."""

DEMO_KEY_ID = "demo"

REPORT_AT = time(6)
"""When services say what they can take, local time."""


class Feed:
    """Events in the order of publishing, without end; memory is bounded by people under way.

    `start` is when the first person may arrive, with an offset. Events are published when they
    are recorded; those that come twice, again some minutes later.
    """

    def __init__(self, seed: int, start: datetime, town: Town | None = None) -> None:
        self._seed = seed
        self._town = town or load_town()
        self._rng = random.Random(f"feed/{seed}")
        self._beds = Beds(self._town)
        self._people = 0
        self._order = 0
        self._coming: list[tuple[datetime, int, AnyEvent]] = []
        self._next_person_at = start.astimezone(UTC)
        self._next_report_at = start.astimezone(UTC)
        self._visits = {s.id: s.visits_per_week for s in self._town.service if s.visits_per_week}

    def events(self, until: datetime) -> Iterator[AnyEvent]:
        """All that is published up to `until` and was not yet; call again to go on."""
        while True:
            # Nobody publishes anything before they arrive: what comes before the next arrival
            # and the next report is final.
            upcoming = min(self._next_person_at, self._next_report_at)
            if self._coming and self._coming[0][0] < upcoming:
                if self._coming[0][0] > until:
                    return
                yield heapq.heappop(self._coming)[2]
            elif upcoming > until:
                return
            elif upcoming == self._next_report_at:
                self._report()
            else:
                self._arrive()

    def _arrive(self) -> None:
        at = self._next_person_at
        gap_days = self._rng.expovariate(self._town.people_per_day)
        self._next_person_at = at + timedelta(days=gap_days)
        self._people += 1
        # Dice of their own: one person's fate does not hang on another's.
        rng = random.Random(f"feed/{self._seed}/{self._people}")
        story = begin(self._town, self._beds, rng)
        live(story, at.replace(microsecond=0))
        subject = make_reference(
            DEMO_SECRET, DEMO_KEY_ID, provider="DEMO",
            hospital_number=f"{self._seed}-{self._people}",
        )  # fmt: skip
        drafts = sorted(story.drafts, key=lambda draft: (draft.at, draft.event.rank))
        for number, draft in enumerate(drafts, start=1):
            self._write_down(draft, subject, f"{self._seed}-{self._people}-{number}", rng)

    def _write_down(self, draft: Draft, subject: str, event_id: str, rng: random.Random) -> None:
        """Records a draft the way people do: soon, late, twice, or wrong and then right."""
        unruly = self._town.unruly
        recorded_at = draft.at + timedelta(seconds=int(min(3600, rng.lognormvariate(5, 1))))
        if rng.random() < unruly.late:
            recorded_at += timedelta(seconds=int(rng.uniform(1, 47) * 3600))
        at, corrects = draft.at, None
        if rng.random() < unruly.corrected:
            wrong = self._event(
                draft,
                draft.at - timedelta(minutes=rng.randint(5, 25)),
                recorded_at,
                subject,
                event_id,
            )
            self._publish(wrong, recorded_at)
            corrects, event_id = wrong.identity, f"{event_id}-corrected"
            recorded_at += timedelta(minutes=rng.randint(10, 300))
        event = self._event(draft, at, recorded_at, subject, event_id, corrects)
        self._publish(event, recorded_at)
        if rng.random() < unruly.repeated:
            self._publish(event, recorded_at + timedelta(minutes=rng.randint(0, 30)))

    def _event(
        self, draft: Draft, at: datetime, recorded_at: datetime, subject: str, event_id: str,
        corrects: str | None = None,
    ) -> AnyEvent:  # fmt: skip
        return draft.event.model_validate(
            {
                "id": event_id,
                "source": draft.source,
                "type": type_of(draft.event),
                "time": at,
                "recordedtime": recorded_at,
                "subject": subject,
                "corrects": corrects,
                "data": draft.data,
            }
        )

    def _publish(self, event: AnyEvent, at: datetime) -> None:
        self._order += 1
        heapq.heappush(self._coming, (at, self._order, event))

    def _report(self) -> None:
        """Every service says once a day what it can take."""
        at = self._next_report_at.replace(microsecond=0)
        tomorrow = local_day(at) + timedelta(days=1)
        self._next_report_at = datetime.combine(tomorrow, REPORT_AT, LOCAL).astimezone(UTC)
        self._beds.forget_before(at)
        for service in self._town.service:
            data = self._capacity(service, at)
            if data:
                draft = Draft(at, CentreCapacityReported, f"/{service.id}/capacity", data)
                report_id = f"{self._seed}-{local_day(at).isoformat()}"
                self._publish(self._event(draft, at, at, service.id, report_id), at)

    def _capacity(self, service: Service, at: datetime) -> dict[str, object]:
        place = {"kind": service.kind, "council": service.council, "locality": service.locality}
        if service.beds_open is not None:
            return {
                **place,
                "beds_open": service.beds_open,
                "beds_closed": service.beds_closed,
                "beds_reserved": self._beds.reserved(service.id, at),
                "beds_occupied": self._beds.occupied(service.id, at),
            }
        if service.visits_per_week is not None:
            free = round(service.visits_per_week * self._rng.uniform(0.02, 0.2))
            return {
                **place,
                "visits_per_week_available": free,
                "hours_per_week_available": free / 2,
            }
        return {}
