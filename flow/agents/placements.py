"""Placements: what journeys say that each service faces, as partitions of people wrote it."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_placements_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="placements")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def placements(stream: Any) -> None:
        async for chunk in chunks(stream, "placements"):
            await deliver(chunk)
