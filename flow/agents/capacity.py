"""Capacity: what services report of themselves."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_capacity_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="capacity")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def capacity(stream: Any) -> None:
        async for chunk in chunks(stream, "capacity"):
            await deliver(chunk)
