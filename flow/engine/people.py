"""The people of one partition: who is there, who is due, who rests, and who was let go."""

import heapq
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime

from flow.engine.marker import Marker
from flow.engine.person import Person
from flow.engine.summary import Summary

WARM_PEOPLE = 250
"""People kept unpacked for each partition; the others are compressed. At nearly 50 KB each this is
12 MB a partition. With more of them less has to be unpacked again (docs/benchmarks.md, memory)."""
PACKED_PER_TICK = 100
"""Packing one history with its journey takes about 0.6 ms: at most 60 ms of a tick."""
PACKED_AT_ONCE = 2
"""With each who is looked at: one more than comes, so that all who were restored after a restart
are packed by and by, and nobody waits for that."""
STALE_PER_TICK = 500
"""Worked out again after a change of core or policy, on top of who is due: 100,000 people take
a little over three minutes at one tick a second."""


class People:
    """Everybody with events, and a marker for each who was let go and may still return."""

    def __init__(self, may_correct: Mapping[str, frozenset[str]]) -> None:
        self._may_correct = may_correct
        self._people: dict[str, Person] = {}
        self._markers: dict[str, Marker] = {}
        self._due: list[tuple[datetime, str]] = []
        self._markers_due: list[tuple[datetime, str]] = []
        self._stale: list[Person] = []  # worked out by another version: a few with each tick
        self._waiting: list[Person] = []  # to be looked at with the next tick, due or not
        self._warm: OrderedDict[str, Person] = OrderedDict()

    def __len__(self) -> int:
        return len(self._people)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    @property
    def markers_count(self) -> int:
        return len(self._markers)

    def get(self, reference: str) -> Person | None:
        return self._people.get(reference)

    def marker(self, reference: str) -> Marker | None:
        """What is left of somebody who was let go and has not come back."""
        return self._markers.get(reference)

    def meet(self, reference: str) -> Person:
        """Somebody new, or back; a marker goes into the summary until it is old enough."""
        person = self._people[reference] = Person(reference, self._may_correct)
        marker = self._markers.pop(reference, None)
        if marker is not None:
            person.summary = Summary(marker=marker)
        return person

    def leave(self, person: Person, marker: Marker | None) -> None:
        """Let somebody go."""
        del self._people[person.reference]
        self._warm.pop(person.reference, None)
        if marker is not None:
            self._markers[person.reference] = marker
            heapq.heappush(self._markers_due, (marker.kept_until, person.reference))

    def next_old_marker(self, now: datetime) -> str | None:
        """The reference of a marker that has been kept for long enough; it is forgotten."""
        while self._markers_due and self._markers_due[0][0] <= now:
            kept_until, reference = heapq.heappop(self._markers_due)
            marker = self._markers.get(reference)
            if marker is not None and marker.kept_until == kept_until:
                del self._markers[reference]
                return reference
        return None

    # Who is to be looked at.

    def due_at(self, person: Person, moment: datetime) -> None:
        """Look at somebody again at `moment`."""
        heapq.heappush(self._due, (moment, person.reference))
        # Outdated entries leave the heap when they come up; many of them leave at once.
        if len(self._due) > 4 * len(self._people) + 1_000:
            self._due = [
                (each.next_at, reference)
                for reference, each in self._people.items()
                if each.next_at is not None
            ]
            heapq.heapify(self._due)

    def wait_for_tick(self, person: Person) -> None:
        self._waiting.append(person)

    def work_out_anew(self, person: Person) -> None:
        self._stale.append(person)

    def begin_tick(self) -> None:
        """Some of those whom another version worked out wait for this tick, too."""
        for _ in range(min(STALE_PER_TICK, len(self._stale))):
            self._waiting.append(self._stale.pop())

    def next_due(self, now: datetime) -> Person | None:
        """Who is due longest; then those who wait for any tick."""
        while self._due and self._due[0][0] <= now:
            due_at, reference = heapq.heappop(self._due)
            person = self._people.get(reference)
            if person is not None and person.next_at == due_at:
                return person  # else looked at since: the heap holds a newer entry
        while self._waiting:
            person = self._waiting.pop()
            if self._people.get(person.reference) is person:  # else let go since
                return person
        return None

    # Who is kept unpacked.

    def warm(self, person: Person) -> None:
        """Looked at now. However many are due at one tick, few but the warm ones are unpacked."""
        person.grew = False
        self._warm[person.reference] = person
        self._warm.move_to_end(person.reference)
        self._pack_longest_untouched(PACKED_AT_ONCE, beyond=WARM_PEOPLE + PACKED_PER_TICK)

    def rest_later(self, person: Person) -> None:
        """Somebody unpacked by something else than an assessment, as by being restored: packed
        little by little with ticks, not while everybody waits."""
        self._warm[person.reference] = person

    def _pack_longest_untouched(self, at_most: int, *, beyond: int) -> None:
        """Who grew stays unpacked, and comes back here once looked at: packed before, their events
        would be decoded a second time."""
        for _ in range(min(at_most, len(self._warm) - beyond)):
            _, person = self._warm.popitem(last=False)
            if not person.grew:
                person.rest()

    def pack_quiet(self) -> None:
        """Make some of those small who were not touched for longest."""
        self._pack_longest_untouched(PACKED_PER_TICK, beyond=WARM_PEOPLE)
