"""Packages, visits, centre stays, handovers: what happens after the hospital door."""

from typing import Any

from flow.agents.chunks import Deliver, chunks


def add_care_package_agent(app: Any, topic: Any, deliver: Deliver) -> None:
    """Hand every chunk of `topic` to `deliver`."""

    @app.agent(topic, name="care-package")  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def care_package(stream: Any) -> None:
        async for chunk in chunks(stream, "care-package"):
            await deliver(chunk)
