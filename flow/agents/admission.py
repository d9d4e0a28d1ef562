"""Admissions, ward moves, expected dates: what happens while a person comes into hospital."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_admission_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="admission")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def admission(stream: Any) -> None:
        async for chunk in chunks(stream, "admission"):
            await deliver(chunk)
