"""What references of one person tell one another, from partition to partition."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_transfers_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="transfers")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def transfers(stream: Any) -> None:
        async for chunk in chunks(stream, "transfers"):
            await deliver(chunk)
