"""In which order alerts are listed: who must be told at once comes before all that is late."""

from typing import Protocol

from flow.pathway.notices import STRENGTH


class Listed(Protocol):
    """What the order needs of an alert."""

    @property
    def kind(self) -> str: ...
    @property
    def wait(self) -> str: ...
    @property
    def cause(self) -> str | None: ...
    @property
    def state(self) -> str: ...


NEWS = {str(kind): strength for kind, strength in STRENGTH.items()}
DEATH = max(NEWS.values()) + 1
AFTER_ALL_NEWS = 1


def rank(alert: Listed) -> int:
    """The less, the higher in a list: a death, to whomever it is told; other open notices, the
    strongest first; then delays, and whatever is closed."""
    if alert.kind != "notice" or alert.state == "closed":
        return AFTER_ALL_NEWS
    return -(DEATH if alert.cause == "died" else NEWS.get(alert.wait, 0))
