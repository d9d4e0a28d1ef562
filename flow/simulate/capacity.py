"""What there is too little of: staff with working hours, and places that people hold.

Nobody draws a wait. It comes out of who else is being seen, and who else holds a place.
"""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flow.pathway.policy_calendars import england_bank_holidays
from flow.simulate.loop import Loop, Signal

LOCAL = ZoneInfo("Europe/London")
SUNDAY = 6
DAYS_LOOKED_AHEAD = 28
"""Who works on one day of the week only, and finds it a holiday thrice running, waits so long."""
BANK_HOLIDAYS = england_bank_holidays()
ONE_DAY = timedelta(days=1)
LONG_AGO = datetime(1900, 1, 1)  # noqa: DTZ001 - local


class Team:
    """A few people who see one case after another, first come first served, in their hours.

    `staff_by_weekday` says how many work on each day from Monday on; on a bank holiday as many as
    on a Sunday. Hours are local.
    """

    def __init__(self, staff_by_weekday: Sequence[int], opens: time, closes: time) -> None:
        assert any(staff_by_weekday)
        assert opens < closes
        self._by_weekday = staff_by_weekday
        self._opens, self._closes = opens, closes
        # Local times without zone, one for each of them: work is done by the clock on the wall.
        self._free_at = [LONG_AGO] * max(staff_by_weekday)

    def seen_at(self, asked_at: datetime, minutes: float) -> datetime:
        """When the case is done that is brought at `asked_at` and takes so long. Takes the time."""
        local = asked_at.astimezone(LOCAL).replace(tzinfo=None)
        begins = [self._at_work(who, max(free, local)) for who, free in enumerate(self._free_at)]
        first = min(begins)
        who = begins.index(first)
        done = self._worked(who, first, timedelta(minutes=minutes))
        self._free_at[who] = done
        return done.replace(tzinfo=LOCAL, microsecond=0).astimezone(UTC)

    def _at_work(self, who: int, at: datetime) -> datetime:
        """The first moment from `at` on at which this one is at work."""
        day = at.date()
        for _ in range(DAYS_LOOKED_AHEAD):
            weekday = SUNDAY if day in BANK_HOLIDAYS else day.weekday()
            if who < self._by_weekday[weekday] and at.time() < self._closes:
                return max(at, datetime.combine(day, self._opens))
            day += ONE_DAY
            at = datetime.combine(day, self._opens)
        raise AssertionError("everybody works on some day")

    def _worked(self, who: int, begun: datetime, work: timedelta) -> datetime:
        """When so much work is done; what is not done by closing time goes on another day."""
        while True:
            closes = datetime.combine(begun.date(), self._closes)
            if begun + work <= closes:
                return begun + work
            work -= closes - begun
            begun = self._at_work(who, closes)


class Claim(Signal):
    """A wish for a place. `done` once it is granted; then it is held until it is let go."""

    __slots__ = ("moved_in", "places", "size")

    def __init__(self, loop: Loop, places: "Places", size: int) -> None:
        super().__init__(loop)
        self.places = places
        self.size = size
        self.moved_in = False


class Places:
    """Beds of a ward or centre, or visits a week of a provider: first come first served.

    `turnaround` is how long a place is empty after somebody left.
    """

    def __init__(self, loop: Loop, capacity: int, turnaround: timedelta = timedelta(0)) -> None:
        assert capacity > 0
        self.capacity = capacity
        self.held = 0
        self._loop = loop
        self._turnaround = turnaround
        self._waiting: deque[Claim] = deque()
        self._granted: set[Claim] = set()

    def claim(self, size: int = 1) -> Claim:
        claim = Claim(self._loop, self, min(size, self.capacity))
        self._waiting.append(claim)
        self._grant()
        return claim

    def let_go(self, claim: Claim) -> None:
        """Of a claim that waits: it is taken back. Of one granted: the place is free again."""
        if not claim.done:
            self._waiting.remove(claim)
            self._grant()
            return
        self._granted.discard(claim)
        wait = self._turnaround if claim.moved_in else timedelta(0)
        self._loop.at(self._loop.now + wait, lambda: self._free(claim.size))

    @property
    def free(self) -> int:
        return self.capacity - self.held

    @property
    def waiting(self) -> int:
        """How much is asked for and not granted."""
        return sum(claim.size for claim in self._waiting)

    @property
    def occupied(self) -> int:
        return sum(claim.size for claim in self._granted if claim.moved_in)

    @property
    def reserved(self) -> int:
        """Granted to people who have not come yet."""
        return sum(claim.size for claim in self._granted if not claim.moved_in)

    def _free(self, size: int) -> None:
        self.held -= size
        self._grant()

    def _grant(self) -> None:
        while self._waiting and self._waiting[0].size <= self.free:
            claim = self._waiting.popleft()
            self.held += claim.size
            self._granted.add(claim)
            claim.fire()
