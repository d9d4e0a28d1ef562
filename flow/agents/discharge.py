"""Criteria to reside, pathways, referrals, discharges: what is decided before leaving."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_discharge_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="discharge")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def discharge(stream: Any) -> None:
        async for chunk in chunks(stream, "discharge"):
            await deliver(chunk)
