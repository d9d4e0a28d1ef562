"""Publish one event about a person from the command line."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

if TYPE_CHECKING:
    from flow.events import AnyEvent
    from flow.events.codes import CodeList
    from flow.settings import Settings

SOURCE = "/flow/command-line"
"""CloudEvents source of what is published with these commands."""


def event_about(person: str, kind: str, data: Mapping[str, Any], at: datetime) -> "AnyEvent":
    """An event that happened `at`; raises ValueError where `data` is wrong."""
    from pydantic import ValidationError

    from flow.events import EVENT_TYPES

    try:
        return EVENT_TYPES[kind].model_validate(
            {
                "id": str(uuid4()),
                "source": SOURCE,
                "type": kind,
                "time": at,
                "recordedtime": at,
                "subject": person,
                "data": data,
            }
        )
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        named = "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in problems)
        raise ValueError(named) from None


def check_reference(reference: str) -> None:
    """Refuse what is shaped like an NHS number: it must not stand in a shell's history."""
    from flow.events.reference import is_shaped_like_nhs_number

    if is_shaped_like_nhs_number(reference):
        raise click.UsageError(
            "that is shaped like an NHS number: make a reference with `flow ref`,"
            " and clear the number from your shell's history"
        )


def check_reason(reasons: "CodeList", reason: str) -> None:
    """Refuse what is no code of the list; says which there are."""
    if reason not in reasons:
        known = ", ".join(f"{code.code} ({code.label})" for code in reasons)
        raise click.BadParameter(f"{reason!r} is not one of: {known}", param_hint="--reason")


async def tell_now(
    settings: "Settings", person: str, kind: str, data: Callable[[datetime], Mapping[str, Any]]
) -> str:
    """Publish an event that happens now, by the clock of the pipeline; says where it went.

    `data` is made of that moment.
    """
    from flow.engine.reader import pipeline_time

    now = await pipeline_time(settings, datetime.now(UTC))
    try:
        event = event_about(person, kind, data(now), now)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return await tell(settings, event)


async def tell(settings: "Settings", event: "AnyEvent") -> str:
    """Publish the event; says where it went."""
    from flow.engine.publisher import KafkaPublisher
    from flow.events import encode
    from flow.events.topics import topic_name

    topic = topic_name(event.topic, settings.topic_prefix)
    async with KafkaPublisher(settings) as publisher:
        partition, offset = await publisher.send(topic, encode(event), key=event.subject.encode())
        if settings.clock == "log":
            # There people are assessed with ticks only, and after a replay no other one comes.
            await publisher.tick(event.recordedtime)
    return f"to {topic}, partition {partition}, offset {offset}"
