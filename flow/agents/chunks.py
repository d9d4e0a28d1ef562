"""What all agents share: chunks that are acknowledged when their effects are durable."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from flow.engine.partition import Chunk, chunk_of

Deliver = Callable[[Chunk], Awaitable[None]]


async def chunks(stream: Any, topic: str) -> AsyncIterator[Chunk]:
    """The chunks of an agent's stream. Faust's own acknowledgement (in a `finally`) is off:
    it would lose what is not durable yet."""
    async for event in stream.noack().events():
        yield chunk_of(topic, event.value, event.ack)
