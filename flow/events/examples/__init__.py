"""One made-up event of each type, every field filled in: for the catalogue and for trying out.

The events tell of one person from Leeds and are plausible together, but they are no journey:
one person is not both discharged home and sent to a centre, and here she is.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from flow.events.examples import care, coordination, in_hospital, published, services
from flow.events.examples.made_up import PERSON, SERVICE, Row

_OF_PEOPLE = (in_hospital, care, coordination, published)


def _events() -> Iterator[tuple[str, Row]]:
    """With whom each is about."""
    for part in _OF_PEOPLE:
        for row in part.EVENTS:
            yield PERSON, row
    for row in services.EVENTS:
        yield SERVICE, row


def _envelope(subject: str, row: Row) -> dict[str, Any]:
    number, kind, source, time, data = row
    return {
        "specversion": "1.0",
        "id": f"EX-{number:04}",
        "source": source,
        "type": kind,
        "time": time,
        "recordedtime": time,
        "subject": subject,
        "data": data,
    }


EXAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        row[1]: _envelope(subject, row)
        for subject, row in sorted(_events(), key=lambda each: each[1][0])
    }
)
"""One structured event by `type`, inputs and outputs."""
