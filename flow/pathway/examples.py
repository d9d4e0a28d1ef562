"""A small story for each wait, each notice and each alert of a service, to run: `examples.toml` and
`service_examples.toml` say how to write one.

Standard library and `flow.events` only; docs/examples holds the events of each as JSON lines.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from flow.events import EVENT_TYPES
from flow.events.event_types import OF_A_SERVICE

LONDON = ZoneInfo("Europe/London")
SPELL = {"provider": "RR8", "spell_id": "S1"}
SOURCES = {
    "admission": "/rr8/pas",
    "discharge": "/rr8/pas",
    "care-package": "/leeds/community",
    "coordination": "/leeds/board",
    "capacity": "/leeds/oak-centre",
    "service-coordination": "/leeds/board",
}
"""Who says what, by topic."""


@dataclass(frozen=True, slots=True)
class Example:
    """`name` is the wait or notice; `looked_at` the moment at which it is late, or stands.

    `late_too` are waits that cannot but be late with it; `service` is the one that it is about.
    """

    name: str
    looked_at: datetime
    late_too: tuple[str, ...]
    events: tuple[Mapping[str, Any], ...]
    service: str | None = None

    @property
    def lines(self) -> bytes:
        """The events as JSON lines."""
        return b"".join(json.dumps(event).encode() + b"\n" for event in self.events)


@cache
def examples() -> Mapping[str, Example]:
    """Every example of a wait or notice by name, in the order of the file."""
    return _read("examples.toml")


@cache
def service_examples() -> Mapping[str, Example]:
    """Every example of a service's alert by name, in the order of the file."""
    return _read("service_examples.toml")


def _read(file: str) -> Mapping[str, Example]:
    text = files("flow.pathway").joinpath(file).read_text(encoding="utf-8")
    return {name: _example(name, table) for name, table in tomllib.loads(text).items()}


def _example(name: str, table: Mapping[str, Any]) -> Example:
    looked_at = datetime.fromisoformat(table["looked_at"]).replace(tzinfo=LONDON)
    events = tuple(told(name, table["story"]))
    return Example(name, looked_at, tuple(table.get("late_too", ())), events, table.get("service"))


def told(name: str, story: str) -> Iterator[dict[str, Any]]:
    """The events of a story, one a line. Raises KeyError for a type that is none."""
    for number, line in enumerate(story.strip().splitlines(), start=1):
        day, time, kind, *fields = line.split()
        event_type = f"flow.{kind}.v1"
        model = EVENT_TYPES[event_type]
        at = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=LONDON).isoformat()
        said = _fields(fields)
        subject = said.pop("service") if model in OF_A_SERVICE else f"example.{name}"
        yield {
            "specversion": "1.0",
            "id": f"{name}-{number}",
            "source": SOURCES[model.topic],
            "type": event_type,
            "time": at,
            "recordedtime": at,
            "subject": subject.replace("_", "-"),
            "data": {**_spell_of(model.model_fields["data"].annotation), **said},
        }


def _spell_of(data: Any) -> dict[str, str]:
    needed = {name for name, field in data.model_fields.items() if field.is_required()}
    return {name: value for name, value in SPELL.items() if name in needed}


def _fields(fields: list[str]) -> dict[str, Any]:
    words = {"true": True, "false": False}
    pairs = (field.split("=", 1) for field in fields)
    return {
        name: int(value) if name.startswith("beds_") else words.get(value, value)
        for name, value in pairs
    }
