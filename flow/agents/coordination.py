"""What co-ordinators do: assign, acknowledge, snooze, finish a task."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_coordination_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="coordination")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def coordination(stream: Any) -> None:
        async for chunk in chunks(stream, "coordination"):
            await deliver(chunk)
