"""The smallest fact: something happened at a time, and this event says so."""

from datetime import datetime
from typing import NamedTuple


class Mark(NamedTuple):
    """`by` is the identity (`source#id`) of the event."""

    at: datetime
    by: str
