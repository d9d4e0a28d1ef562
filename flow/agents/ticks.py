"""Ticks: what time it is, and how far the inputs reached then."""

from collections.abc import Awaitable, Callable
from typing import Any

from flow.agents.chunks import chunks
from flow.engine.partition import Chunk

Park = Callable[[Chunk], Awaitable[None]]


def add_ticks_agent(app: Any, topic: Any, park: Park) -> None:
    """Hand every chunk of ticks to `park`; nobody waits for a tick here."""

    @app.agent(topic, name="ticks")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def ticks(stream: Any) -> None:
        async for chunk in chunks(stream, "ticks"):
            await park(chunk)
