"""The smallest fact: something happened at a time, and this event says so."""

from datetime import datetime
from typing import Final, final

from mypy_extensions import mypyc_attr


@final
@mypyc_attr(acyclic=True)  # docs/design.md, "A compiled core"
class Mark:
    """`by` is the identity (`source#id`) of the event. In the order of time; never changed.

    A class, and not a named tuple: every event makes one, and journeys hold them for months.
    """

    __slots__ = ("at", "by")

    def __init__(self, at: datetime, by: str) -> None:
        self.at: Final = at
        self.by: Final = by

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mark) and self.at == other.at and self.by == other.by

    def __hash__(self) -> int:
        return hash((self.at, self.by))

    def __lt__(self, other: "Mark") -> bool:
        return self.by < other.by if self.at == other.at else self.at < other.at

    def __ge__(self, other: "Mark") -> bool:
        return not self < other

    def __repr__(self) -> str:
        return f"Mark({self.at.isoformat()}, {self.by})"

    def __reduce__(self) -> tuple[type["Mark"], tuple[datetime, str]]:
        return Mark, (self.at, self.by)
