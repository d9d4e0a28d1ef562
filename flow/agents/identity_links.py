"""Which reference stands for which."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_identity_links_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="identity-links")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def identity_links(stream: Any) -> None:
        async for chunk in chunks(stream, "identity-links"):
            await deliver(chunk)
