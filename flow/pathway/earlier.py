"""A journey as it was a few events ago: where an event that comes late is folded from.

Of a hundred events of a town four come after a later one of the same person, most of them by a few
events only. A copy of a journey takes as long as two events take to fold; so of whoever has had a
late event one is made from time to time, and the last ones are kept. How many was counted over half
a year of the town: with 8 and 2 there are 62 events folded again for each hundred new ones, with 16
and 3 there are 55, and a third fewer copies (docs/benchmarks.md, "The year").
"""

from mypy_extensions import mypyc_attr

from flow.pathway.copying import copy_of
from flow.pathway.corrections import Order
from flow.pathway.journey import Journey

EVERY = 16
"""Events from one copy to the next."""
KEPT = 3
"""Copies: an event is folded from one of them if it is later than no more than 32 to 48 others."""
WORTH_COPIES = 16
"""A journey of fewer events is built anew as quickly."""


@mypyc_attr(acyclic=True)  # docs/design.md, "A compiled core"
class Earlier:
    """The journey when `newest` was its newest event, and the identities of those `since`."""

    __slots__ = ("journey", "newest", "since")

    def __init__(self, journey: Journey, newest: Order) -> None:
        self.journey = journey
        self.newest = newest
        self.since: list[str] = []


@mypyc_attr(acyclic=True)  # docs/design.md, "A compiled core"
class EarlierOnes:
    """The last copies of one journey that grows, where they are wanted."""

    __slots__ = ("_copies", "_wanted")

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._copies: list[Earlier] = []

    def note(self, journey: Journey, newest: Order | None, identity: str, to_come: int) -> None:
        """Before an event is folded into a journey whose last one is `newest`. With it so many
        are to come at once; only the last of them are likely to be folded again."""
        copies = self._copies
        if not copies:
            worth = journey.steps >= WORTH_COPIES and to_come <= KEPT * EVERY
            if not self._wanted or newest is None or not worth:
                return
        if not copies or len(copies[-1].since) >= EVERY:
            assert newest is not None, "a copy has a newest event, and so has what grew from it"
            copies.append(Earlier(copy_of(journey), newest))
            del copies[:-KEPT]
        # Once there is a copy, every event is noted: one that was not would be lost with the next
        # late one.
        copies[-1].since.append(identity)

    def since(self, first: Order) -> tuple[Earlier, list[str]] | None:
        """The last copy from before a moment, and every event since, in order."""
        found: list[str] = []
        for earlier in reversed(self._copies):
            found[:0] = earlier.since
            if earlier.newest < first:
                return earlier, found
        return None

    def go_back(self, to: Earlier) -> Journey:
        """The journey as it was then, to be folded on from there."""
        del self._copies[self._copies.index(to) + 1 :]
        to.since = []
        return copy_of(to.journey)
