"""Service coordination: what is done about the alerts of services."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_service_coordination_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="service-coordination")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def service_coordination(stream: Any) -> None:
        async for chunk in chunks(stream, "service-coordination"):
            await deliver(chunk)
