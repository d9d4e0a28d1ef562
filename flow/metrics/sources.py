"""When each source of events was last heard: the one label whose values come from events."""

import re
from collections.abc import Mapping
from datetime import datetime

from flow.metrics.shares import OTHER

SOURCES_MAX = 200
"""Systems that send to one pipeline: a region has dozens. A sender that makes up sources must
not make up series."""

_REFERENCE = re.compile(r"[A-Za-z0-9]+\.[A-Za-z0-9_-]{43}")
_NHS_NUMBER = re.compile(r"(?:[0-9][ .:/_~-]?){10}")


def names_a_person(text: str) -> bool:
    """Whether a text holds what looks like a person's reference or an NHS number."""
    return _REFERENCE.search(text) is not None or _NHS_NUMBER.search(text) is not None


class Sources:
    """The newest event of each source, as unix time in seconds. A source beyond the limit, or
    that could name a person, counts as `other`."""

    def __init__(self) -> None:
        self.heard_s: dict[str, float] = {}

    def hear(self, sources: Mapping[str, datetime]) -> None:
        for source, at in sources.items():
            label = self._label(source)
            heard_s = at.timestamp()
            if heard_s > self.heard_s.get(label, float("-inf")):
                self.heard_s[label] = heard_s

    def _label(self, source: str) -> str:
        if source in self.heard_s:
            return source
        if len(self.heard_s) >= SOURCES_MAX or names_a_person(source):
            return OTHER
        return source
