"""A process of its own: build_app with one agent that records what it is handed.

Arguments: broker address, application, topic, file to append to, `hold` to acknowledge nothing.
"""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from flow.engine.app import build_app, chunk_topic
from flow.settings import Settings


def open_file(name: str) -> TextIO:
    return Path(name).open("a", buffering=1)


async def main(address: str, application: str, topic: str, file: str, hold: bool) -> None:
    settings = Settings(broker_url=address, application=application, partitions=2)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory() as scratch, open_file(file) as seen:
        app = build_app(settings, Path(scratch))

        @app.agent(chunk_topic(app, topic, 2))
        async def record(stream):  # type: ignore[no-untyped-def]
            async for event in stream.noack().events():
                seen.writelines(
                    f"{each.partition} {each.offset} {each.value.decode()}\n"
                    for each in event.value
                )
                if not hold:
                    event.ack()

        await app.start()
        await stop.wait()
        await app.stop()


if __name__ == "__main__":
    address, application, topic, file, *rest = sys.argv[1:]
    asyncio.run(main(address, application, topic, file, rest == ["hold"]))
